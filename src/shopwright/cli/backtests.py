"""How backtests are shown on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from shopwright.cli.show import say, show_json, show_table, show_text
from shopwright.cli.words import place
from shopwright.cli.wrapping import TITLE, shortened
from shopwright.errors import TableError
from shopwright.i18n import Text, t
from shopwright.shop.schema import names as c
from shopwright.shop.titles import titles
from shopwright.strategy.sections.accuracy import most_off

if TYPE_CHECKING:
    from shopwright.forecast import Backtest
    from shopwright.shop.shop import Shop

__all__ = ["as_rows", "judged", "show_scores", "show_worths"]

MOST = 20
HEADS = {
    "all": t("All windows together"),
    "window": t("By window, latest first"),
    "class": t("By class"),
    "step": t("By how far ahead"),
    c.CATEGORY: t("By category, those that sold most first"),
}


def judged(shop: Shop, windows: int, horizon: int, views: Sequence[str], models: Sequence[str]) -> Backtest:
    """The backtest asked for.

    Raises:
        UsageError: there is no such view or model.
        TableError: there is too little history to judge by.
    """
    from shopwright.forecast import backtest
    from shopwright.forecast.judged import view_of
    from shopwright.shop.history import history
    from shopwright.strategy.foreseeing import listen

    for view in views:
        view_of(view)  # an unknown one is refused before anything is computed
    found = backtest(shop, horizon, windows=windows, models=models, listen=listen)
    if not found.scores:
        most = len(history(shop).days) // 3  # a window, and twice as many before it
        raise TableError(
            t("there is too little history to judge a forecast by"),
            why=t(
                "periods in a window: {n}; twice as many have to lie before it, with sales in both",
                n=found.horizon,
            ),
            fix=t("ask for fewer periods (--horizon {n} at most), or import older orders", n=most)
            if 0 < most < found.horizon
            else t("import older orders: shopwright import orders.csv --to SHOP"),
            code="TABLE-20",
        )
    if len(found) < windows:
        say(
            t(
                "{n} of the {asked} windows asked for were judged: the history reaches back no further",
                n=len(found),
                asked=windows,
            )
        )
    return found


def as_rows(found: Backtest, views: Sequence[str]) -> dict[str, Any]:
    """Scores as plain values."""
    return {
        "period": found.period,
        "horizon": found.horizon,
        "windows": len(found),
        "currency": found.currency,
        "how": found.how.as_json(),
        "all": found.frame("all").row(0, named=True),
        **{f"by_{view}": found.frame(view).to_dicts() for view in views if view != "all"},
        "calibration": found.calibration().to_dicts(),
    }


def show_scores(shop: Shop, found: Backtest, views: Sequence[str]) -> None:
    """A table for each view, and the whole in a sentence."""
    named = titles(shop) if c.SKU in views else {}
    for view in views:
        rows = _sorted(found, view)
        columns = [(t("Which"), False), *_columns(found.currency)]
        lines = [(_name(view, row, named), *_cells(row, found.currency)) for row in rows.iter_rows(named=True)]
        show_table(most_off(found) if view == c.SKU else HEADS[view], columns, lines)
    show_text(found.summary())
    say(found.how)
    say(
        t(
            "next: shopwright backtest {shop} --report backtest.html draws it; --by step,category,sku shows more",
            shop=place(shop),
        )
    )


def show_worths(shop: Shop, horizon: int, *, as_json: bool) -> None:
    """What each kind of knowledge is worth to the trees, as a table or JSON.

    Raises:
        TableError: there is too little history to judge by.
    """
    from shopwright.forecast import ablation
    from shopwright.strategy.foreseeing import listen

    found = ablation(shop, horizon, listen=listen)
    if as_json:
        names = [worth.name.as_json() for worth in found.worths]
        rows = [{**row, "name": name} for row, name in zip(found.frame().to_dicts(), names, strict=True)]
        show_json({"as_of": shop.day.isoformat(), "windows": found.n_windows, "wql": found.loss, "without": rows})
        return
    columns = [
        (t("Without"), False),
        (t("Name in Python"), False),
        (t("Loss"), True),
        (t("Standard error"), True),
        (t("So it"), False),
    ]
    lines = [(str(w.name), w.kind, f"{w.change:+.1%}", f"{w.error:.1%}", str(w.verdict)) for w in found.worths]
    heading = t(
        "Quantile loss of the boosted trees without each kind of knowledge, against {loss:.3f} with all of it; "
        "windows: {n}, as of {day}",
        loss=found.loss, n=found.n_windows, day=shop.day.isoformat(),
    )  # fmt: skip
    show_table(heading, columns, lines)
    if found.harmful:
        say(t("in Python: forecast(…, without={kinds})", kinds=found.harmful))


def _sorted(found: Backtest, view: str) -> pl.DataFrame:
    rows = found.frame(view)
    if view == c.SKU:
        place = {sku: at for at, sku in enumerate(found.at_stake(MOST))}
        kept = rows.filter(pl.col(c.SKU).is_in(list(place)))
        return kept.sort(pl.col(c.SKU).replace_strict(place, return_dtype=pl.Int64))
    return rows.sort(c.UNITS, descending=True).head(MOST) if view == c.CATEGORY else rows


def _name(view: str, row: dict[str, Any], named: dict[str, str]) -> str:
    if view == c.SKU:
        return f"{row[c.SKU]} {shortened(named.get(row[c.SKU], ''), TITLE)}".strip()
    if view == "all":
        return str(t("together"))
    if view == "class":
        return f"{row['abc']}{row['xyz']}"
    value = row["first" if view == "window" else view]
    return str(t("no category")) if value is None else str(value)


def _columns(currency: str) -> list[tuple[Text, bool]]:
    heads = [
        t("Products"),
        t("Units sold"),
        Text.literal("WAPE"),
        t("Naive's"),
        Text.literal("MASE"),
        Text.literal("WQL"),
        t("Bias"),
        t("Held by 8 in 10"),
    ]
    if currency:
        heads += [t("Cost, {currency}", currency=currency), t("Naive's cost")]
    return [(head, True) for head in heads]


def _cells(row: dict[str, Any], currency: str) -> list[str]:
    money = [_told(row[name], ",.0f") for name in ("cost", "cost_naive")] if currency else []
    return [
        f"{row['n_skus']:,}",
        f"{row[c.UNITS]:,.0f}",
        *(_told(row[name], form) for name, form in _FORMS.items()),
        *money,
    ]


_FORMS = {"wape": ".0%", "wape_naive": ".0%", "mase": ".2f", "wql": ".3f", "bias": "+.0%", "coverage": ".0%"}


def _told(value: float | None, form: str) -> str:
    return "–" if value is None else format(value, form)
