"""What `shopwright recommend` reads from its line, and how it shows a list."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shopwright.cli.show import say, show_json, show_table
from shopwright.errors import UsageError
from shopwright.i18n import Text, t

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from shopwright.recommend import Answer, Rules
    from shopwright.recommend.surfaces import Kind
    from shopwright.shop.shop import Shop

__all__ = ["a_band", "a_kind", "named_rules", "rules_file", "skus_of", "some_rules", "tell", "whose", "write_mail"]


def skus_of(text: str | None) -> list[str]:
    """SKUs from a line with commas between."""
    return [sku.strip() for sku in (text or "").split(",") if sku.strip()]


def whose(shop: Shop, text: str | None) -> str | None:
    """The customer's own id, where a pseudonym was given."""
    if text is None or not text.strip().startswith("c_"):
        return text
    from shopwright.customers import unmasked
    from shopwright.shop.schema import names as c

    bought = shop.table("order_lines").select(c.CUSTOMER).drop_nulls().unique().collect(engine="streaming")
    customers = bought[c.CUSTOMER].to_list()
    return text if text in customers else unmasked(shop, text.strip(), customers) or text


def a_kind(text: str | None, product: str | None) -> Kind:
    """What to show beside a product.

    Raises:
        UsageError: there is no such kind, or no product.
    """
    from shopwright.recommend import wrong

    if text not in (None, "complement", "alternative"):
        raise wrong.no_such_kind(text)
    if text is not None and product is None:
        raise UsageError(
            t("--kind says what to show beside a product, and none was given"),
            why=t("a list of recommendations answers one question"),
            fix=t("add --product SKU, or leave --kind out"),
            code="RECOMMEND-45",
        )
    return "alternative" if text == "alternative" else "complement"


def a_band(text: str) -> tuple[float | None, float | None]:
    """Lowest and highest price from 5-20, 5- or -20.

    Raises:
        UsageError: it is none of these.
    """
    low, dash, high = text.replace(" ", "").replace("–", "-").partition("-")
    try:
        if not dash or not (low or high):
            raise ValueError
        return (float(low) if low else None), (float(high) if high else None)
    except ValueError as error:
        raise UsageError(
            t("{text} is no price band", text=repr(text)),
            why=t("it is a lowest and a highest price with a dash between"),
            fix=t("for instance 5-20, 5- or -20"),
            code="RECOMMEND-46",
        ) from error


def some_rules(*, again: bool, price: str | None, **given: Any) -> dict[str, Any]:
    """Rules by name from the options that were given."""
    found = {name: value for name, value in given.items() if value is not None}
    if again:
        found["already_bought"] = "show"
    if price is not None:
        found["price"] = a_band(price)
    return found


def named_rules(path: Path) -> dict[str, Any]:
    """Rules by name from a TOML or JSON file; what it does not name stays as it is.

    Raises:
        UsageError: it cannot be read, or a rule is not possible.
    """
    from shopwright.recommend import Rules

    try:
        text = path.read_text("utf-8")
        values = json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text)
        if not isinstance(values, dict):
            raise TypeError(type(values).__name__)
    except (OSError, ValueError, TypeError) as error:
        raise UsageError(
            t("the rules in {file} cannot be read", file=str(path)),
            why=str(error),
            fix=t("write one rule a line, as in margin = 0.5; names stand in the how-to on rules"),
            code="RECOMMEND-47",
        ) from error
    Rules.of(values)
    return values


def rules_file(path: Path) -> Rules:
    """All rules as a TOML or JSON file has them, the others counting for nothing.

    Raises:
        UsageError: it cannot be read, or a rule is not possible.
    """
    from shopwright.recommend import Rules

    return Rules.of(named_rules(path))


def tell(found: Answer, *, is_how: bool, as_json: bool) -> None:
    """A list on stdout; what is to be said of it on stderr."""
    for note in (*found.notes, *(found.chosen if is_how else ())):
        say(note)
    if as_json:
        show_json(
            {
                "as_of": found.as_of.isoformat(),
                "how": found.how.as_json(),
                "chosen": [each.as_json() for each in found.chosen],
                "notes": [note.as_json() for note in found.notes],
                "rows": found.rows.to_dicts(),
            }
        )
        return
    columns = ((t("#"), True), (t("SKU"), False), (t("Title"), False), (t("Chance"), True), (t("Why"), False))
    shown = (
        (str(rank), sku, title, f"{score:.1%}", str(Text.from_json(why)))
        for rank, sku, title, score, why in found.rows.iter_rows()
    )
    show_table(t("To show, as of {day}", day=found.as_of.isoformat()), columns, shown)
    say(found.how)


def write_mail(
    shop: Shop,
    path: Path,
    *,
    k: int,
    rules: dict[str, Any],
    refit: bool,
    as_json: bool,
    more: Sequence[pl.DataFrame] = (),
) -> None:
    """Products for many customers, as a CSV file for a mailing; as JSON also on stdout.

    Raises:
        StoreError: the file cannot be written.
    """
    from shopwright.recommend.mailing import mailing
    from shopwright.shop.csv_safe import write_csv

    found = mailing(shop, k=k, rules=rules, refit=refit, more=more)
    for note in found.notes:
        say(note)
    say(
        t(
            "customers: {n:,}, products for each: up to {k}: {file}",
            n=found.table.height,
            k=k,
            file=str(write_csv(found.table, path)),
        )
    )
    if as_json:
        show_json({"as_of": shop.day.isoformat(), "rows": found.table.to_dicts()})
