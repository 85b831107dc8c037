"""The charts of a backtest, out of its scores."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

from shopwright.charts.accuracy import ahead_chart, calibration_chart, outcome_chart, versus_chart
from shopwright.errors import UsageError
from shopwright.forecast.judged import Backtest
from shopwright.forecast.judging import SHOWN
from shopwright.i18n import t
from shopwright.shop.demand import PERIODS, label
from shopwright.shop.schema import names as c

__all__ = ["PICTURES", "picture"]

PICTURES = ("step", "class", "category", "calibration", "sku")
MOST = 12  # groups in one chart


def picture(found: Backtest, of: str, sku: str | None = None) -> Any:
    """The chart of that name; of "sku" that of one product, where none is named the one with most at stake.

    Raises:
        UsageError: there is no such chart, or no such product was judged.
    """
    if of == "sku":
        return _outcome(found, sku)
    draw = _DRAW.get(of)
    if draw is None:
        raise UsageError(
            t("there is no chart {name} of a backtest", name=repr(of)),
            why=t("there are: {names}", names=", ".join(PICTURES)),
            fix=t("name one of these"),
            code="USAGE-83",
        )
    return draw(found)


def _ahead(found: Backtest) -> Any:
    rows = found.frame("step")
    title = str(t("{unit} ahead", unit=PERIODS[found.period]))
    return ahead_chart(rows["step"].to_list(), rows["wape"].to_list(), rows["wape_naive"].to_list(), title)


def _classes(found: Backtest) -> Any:
    rows = found.frame("class").filter(pl.col("wape").is_not_null())
    names = [f"{row['abc']}{row['xyz']}" for row in rows.iter_rows(named=True)]
    return versus_chart(names, rows["wape"].to_list(), rows["wape_naive"].to_list())


def _categories(found: Backtest) -> Any:
    rows = found.frame("category").filter(pl.col("wape").is_not_null()).sort(c.UNITS, descending=True).head(MOST)
    names = [name or str(t("no category")) for name in rows[c.CATEGORY]]
    return versus_chart(names, rows["wape"].to_list(), rows["wape_naive"].to_list())


def _calibration(found: Backtest) -> Any:
    rows = found.calibration()
    return calibration_chart(rows["level"].to_list(), rows["share"].to_list())


def _outcome(found: Backtest, sku: str | None) -> Any:
    wanted = sku if sku is not None else next(iter(found.at_stake(1)), "")
    rows = found.cells.filter(pl.col(c.SKU) == wanted).sort(c.DAY)
    low, high = (label(level) for level in SHOWN)
    if rows.is_empty():
        raise UsageError(
            t("SKU {sku} was not judged", sku=repr(wanted)),
            why=t("{n} products were: on sale before the window, and in stock in it", n=found.cells[c.SKU].n_unique()),
            fix=t("name one of these, or try more windows"),
            code="USAGE-84",
        )
    low, high = (name if name in rows.columns else "mean" for name in (low, high))
    return outcome_chart(*(rows[name].to_list() for name in (c.DAY, c.UNITS, "mean", low, high)))


_DRAW: Mapping[str, Callable[[Backtest], Any]] = {
    "step": _ahead,
    "class": _classes,
    "category": _categories,
    "calibration": _calibration,
}
