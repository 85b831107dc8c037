"""How good the forecast was on windows past: figures, tables by class and category, charts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import polars as pl

from shopwright.i18n import Text, t
from shopwright.shop.demand import periods_of
from shopwright.shop.money import Figure, Money
from shopwright.shop.schema import names as c
from shopwright.strategy.page import Block, Cell, Chart, Col, Details, Section, Table

if TYPE_CHECKING:
    from datetime import date

    from shopwright.forecast import Backtest

__all__ = ["accuracy_figures", "accuracy_sections", "by_step", "calibrated", "most_off", "versus_naive"]

MOST = 20
_Name = Callable[[Mapping[str, Any]], Cell]


def accuracy_sections(found: Backtest, named: Mapping[str, str], skus: Sequence[str], as_of: date) -> list[Section]:
    """A whole report of a backtest.

    Args:
        found: the backtest.
        named: titles of products.
        skus: products to show beside what they sold; none: those with most at stake.
        as_of: last day of the data.
    """
    money = found.currency
    classes = _table(t("By class"), found.frame("class"), money, _class, is_group=True)
    groups: list[Block] = [versus_naive(found), classes]
    if found.cells[c.CATEGORY].drop_nulls().len():
        rows = found.frame("category").sort(c.UNITS, descending=True)
        groups.append(_table(t("By category, those that sold most first"), rows, money, _category, is_group=True))
    chosen = list(skus) or found.at_stake()
    caption = t("What sold, what was expected, and the range of 8 in 10; each window as it was forecast before it")
    products = Chart(caption, partial(found.chart, "sku", skus=chosen, named=named), ends_now=True)
    dearest = found.frame("sku").filter(pl.col(c.SKU).is_in(found.at_stake(MOST)))
    order = {sku: at for at, sku in enumerate(found.at_stake(MOST))}
    dearest = dearest.sort(pl.col(c.SKU).replace_strict(order, return_dtype=pl.Int64))
    overall = (_table(t("By window, latest first"), found.frame("window"), money, _window),)
    return [
        Section(
            "accuracy",
            t("How good the forecast was"),
            (*overall, by_step(found), calibrated(found), Details(t("How it was judged"), (found.how,))),
            accuracy_figures(found, as_of),
            found.summary(),
        ),
        Section("groups", t("By class and category"), tuple(groups)),
        Section(
            "products",
            t("Single products"),
            (products, _table(most_off(found), dearest, money, partial(_product, named))),
        ),
    ]


def most_off(found: Backtest) -> Text:
    """What `Backtest.at_stake` lists: by cost where it is known, else by units."""
    return t("Products whose errors cost most") if found.currency else t("Products that were off by most units")


def accuracy_figures(found: Backtest, as_of: date) -> tuple[Figure, ...]:
    """Error, the naive one's, bias, coverage and money of all windows together."""
    total = found.total
    if total is None:
        return ()
    how = t(
        "the same forecast made before each of the {n} × {horizon} {unit} just past, against what was sold; per "
        "product and period, those out of stock left out",
        n=len(found),
        horizon=found.horizon,
        unit=periods_of(found.horizon, found.period),
    )
    told = [
        (t("Error of the forecast (WAPE)"), f"{total.wape:.0%}"),
        (t("Error of the seasonal naive forecast"), f"{total.wape_naive:.0%}"),
        (t("Forecast less sold (bias)"), f"{total.bias:+.0%}"),
        (t("Inside the range of 8 in 10"), f"{total.coverage:.0%}"),
    ]
    figures = [Figure(name, value, "", as_of, how) for name, value in told]
    if total.cost is not None and total.cost_naive is not None:
        saved = total.cost_naive - total.cost
        name = t("Saved against the naive forecast") if saved >= 0 else t("Dearer than the naive forecast by")
        figures.append(Figure(name, Money(abs(saved), found.currency), "", as_of, found.how))
    return tuple(figures)


def versus_naive(found: Backtest) -> Chart:
    """Error by class beside that of the naive forecast."""
    caption = t(
        "Error by class, ours and that of the seasonal naive forecast (as a season ago): A brings most, C least; X "
        "sells evenly, Z hardly so"
    )
    return Chart(caption, partial(found.chart, "class"))


def by_step(found: Backtest) -> Chart:
    """Error by how far ahead."""
    return Chart(t("Error by how far ahead, per product and period"), partial(found.chart, "step"))


def calibrated(found: Backtest) -> Chart:
    """Whether ranges held as often as they should."""
    caption = t(
        "How many outcomes ranges held against how many they are meant to; on the dashed line they keep their word"
    )
    return Chart(caption, partial(found.chart, "calibration"))


def _class(row: Mapping[str, Any]) -> Cell:
    return f"{row['abc']}{row['xyz']}"


def _category(row: Mapping[str, Any]) -> Cell:
    return row[c.CATEGORY] or t("no category")


def _window(row: Mapping[str, Any]) -> Cell:
    return str(row["first"])


def _product(named: Mapping[str, str], row: Mapping[str, Any]) -> Cell:
    return " · ".join(filter(None, (str(row[c.SKU]), named.get(row[c.SKU]))))


def _table(caption: Text, rows: pl.DataFrame, currency: str, name: _Name, *, is_group: bool = False) -> Table:
    """Scores of the rows; groups say how many products they hold, others their MASE: both do not fit a page."""
    columns = [
        Col(t("Which")),
        Col(t("Products"), is_number=True) if is_group else Col(Text.literal("MASE"), is_number=True, digits=2),
        Col(t("Units sold"), is_number=True),
        Col(Text.literal("WAPE"), is_number=True),
        Col(t("Naive's"), is_number=True),
        Col(Text.literal("WQL"), is_number=True, digits=3),
        Col(t("Bias"), is_number=True),
        Col(t("Held by 8 in 10"), is_number=True),
    ]
    if currency:
        columns += [
            Col(t("Cost, {currency}", currency=currency), is_number=True, digits=0),
            Col(t("Naive's cost"), is_number=True, digits=0),
        ]
    told = [
        (
            name(row),
            row["n_skus"] if is_group else row["mase"],
            round(row[c.UNITS]),
            _share(row["wape"]),
            _share(row["wape_naive"]),
            row["wql"],
            _share(row["bias"], "+.0%"),
            _share(row["coverage"]),
            *((row["cost"], row["cost_naive"]) if currency else ()),
        )
        for row in rows.head(MOST).iter_rows(named=True)
    ]
    left = rows.height - MOST
    more = t("… and {n} more: shopwright backtest SHOP --csv cells.csv", n=left) if left > 0 else None
    return Table(caption, tuple(columns), told, more)


def _share(value: float | None, form: str = ".0%") -> Cell:
    return None if value is None else format(value, form)
