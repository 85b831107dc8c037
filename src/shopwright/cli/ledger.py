"""`shopwright ledger`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from shopwright.errors import UsageError
from shopwright.i18n import Text, t

if TYPE_CHECKING:
    from shopwright.language.ledger import By, Ledger, Total

__all__ = ["ledger"]


def ledger(
    shop: Annotated[Path | None, typer.Argument(help=str(t("The shop's folder; without it, your own calls.")))] = None,
    by: Annotated[str, typer.Option(help=str(t("Add up by purpose, model, day, endpoint or outcome.")))] = "purpose",
    since: Annotated[str | None, typer.Option(help=str(t("From this day on, YYYY-MM-DD.")))] = None,
    rows: Annotated[int, typer.Option(min=0, help=str(t("Last tries to list one by one.")))] = 0,
    as_json: Annotated[bool, typer.Option("--json", help=str(t("Print JSON.")))] = False,
) -> None:
    """Show what calls to chat models were for, and what they cost."""
    from shopwright.cli.show import say, show_json, show_table, show_text
    from shopwright.cli.words import a_day
    from shopwright.language.configured import ledger_of
    from shopwright.shop.shop import open_shop

    kind, start = _kind(by), a_day(since)
    book = ledger_of(open_shop(shop) if shop is not None else None)
    day = date.fromisoformat(start) if start else None
    totals, last = book.totals(kind, day), book.rows(day, rows) if rows else []
    is_new = not totals and not (start and book.totals("purpose"))
    if as_json:
        show_json(_as_json(book, kind, start, totals, last))
    elif not totals:
        show_text(_nothing(book, None if is_new else start))
    else:
        show_table(
            t("Calls to chat models, by {by}, as of {day}", by=by, day=book.today()), _COLUMNS, map(_row, totals)
        )
        if last:
            show_table(t("Last tries"), _TRIES, map(_try, last))
    _tell(say, book, totals, is_new)


_COLUMNS = (
    (t("Name"), False),
    (t("Calls"), True),
    (t("Tries"), True),
    (t("Failed"), True),
    (t("From the cache"), True),
    (t("Tokens sent"), True),
    (t("Tokens received"), True),
    (t("Cost"), True),
    (t("Prices as of"), False),
)
_TRIES = (
    (t("Instant (UTC)"), False),
    (t("Purpose"), False),
    (t("Model"), False),
    (t("Outcome"), False),
    (t("Tokens sent"), True),
    (t("Tokens received"), True),
    (t("Cost"), True),
    (t("Seconds"), True),
)


def _kind(by: str) -> By:
    from shopwright.language.ledger import BY

    if by in BY:
        return by
    raise UsageError(
        t("calls cannot be added up by {by}", by=repr(by)),
        why=t("they can be by: {names}", names=", ".join(BY)),
        fix=t("for instance: --by model"),
        code="USAGE-23",
    )


def _row(total: Total) -> tuple[str, ...]:
    about = "≈" if total.estimated else ""
    return (
        total.name,
        f"{total.calls:,}",
        f"{total.tries:,}",
        f"{total.failed:,}",
        f"{total.cached:,}",
        f"{about}{total.tokens_in:,}",
        f"{about}{total.tokens_out:,}",
        _cost(total.cost, total.currency, total.unpriced),
        total.price_as_of or "-",
    )


def _try(row: dict[str, Any]) -> tuple[str, ...]:
    about = "≈" if row["estimated"] else ""
    return (
        row["at"][:19].replace("T", " "),
        row["purpose"],
        row["model"],
        f"{row['outcome']}, {t('from the cache')}" if row["cached"] else row["outcome"],
        f"{about}{row['tokens_in']:,}",
        f"{about}{row['tokens_out']:,}",
        _cost(row["cost"], row["currency"], int(row["cost"] is None)),
        f"{row['seconds']:.1f}",
    )


def _cost(cost: float | None, currency: str, unpriced: int) -> str:
    """A cost to a hundredth of a cent; what has no price is said to be unknown, not to be nothing."""
    unknown = str(t("not known"))
    if cost is None or (not currency and unpriced):
        return unknown
    told = f"{cost:,.4f} {currency}".strip()
    return f"{told} + {unknown}" if unpriced else told


def _nothing(book: Ledger, since: str | None) -> Text:
    """That there is no call, in the days asked for or at all."""
    file = str(book.state.path)
    if since:
        return t("no call to a chat model since {day} is in {file}", day=since, file=file)
    return t("no call to a chat model is in {file} yet", file=file)


def _tell(say: Any, book: Ledger, totals: list[Total], is_new: bool) -> None:
    if is_new:
        say(t("to use one, set language.chat_url and language.chat_model: shopwright config SHOP"))
    if not totals:
        return
    say(t("ledger: {file}; days are those of {zone}", file=str(book.state.path), zone=book.zone.key))
    if any(total.estimated for total in totals):
        say(t("≈: the server gave no number of tokens for some tries, so theirs was estimated"))
    if any(total.unpriced for total in totals):
        say(t("a cost that is not known: set language.price_in and language.price_out"))


def _as_json(
    book: Ledger, by: By, since: str | None, totals: list[Total], last: list[dict[str, Any]]
) -> dict[str, Any]:
    from dataclasses import asdict

    found: dict[str, Any] = {
        "as_of": book.today().isoformat(),
        "zone": book.zone.key,
        "since": since,
        "by": by,
        "totals": [asdict(total) for total in totals],
    }
    return found | ({"rows": last} if last else {})
