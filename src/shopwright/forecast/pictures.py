"""The charts of a backtest, out of its scores."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import polars as pl

from shopwright.charts.accuracy import ahead_chart, calibration_chart, versus_chart
from shopwright.charts.products import COURSE, products_chart
from shopwright.errors import UsageError
from shopwright.forecast.judged import Backtest
from shopwright.forecast.judging import SHOWN
from shopwright.i18n import t
from shopwright.shop.demand import PERIODS, label
from shopwright.shop.schema import names as c
from shopwright.shop.spelling import meant

__all__ = ["PICTURES", "picture", "refuse_unjudged"]

PICTURES = ("step", "class", "category", "calibration", "sku")
MOST = 12  # groups in one chart


def picture(found: Backtest, of: str, skus: Sequence[str], named: Mapping[str, str]) -> Any:
    """The chart of that name; see `Backtest.chart`.

    Raises:
        UsageError: there is no such chart, or no such product was judged.
    """
    if of == "sku":
        return products_chart(_course(found, list(skus) or found.at_stake(), named))
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


def refuse_unjudged(found: Backtest, skus: Sequence[str]) -> None:
    """Refuse SKUs of which nothing was judged.

    Raises:
        UsageError: the first of them (USAGE-84).
    """
    judged = set(found.cells[c.SKU].unique())
    missing = [sku for sku in skus if sku not in judged]
    if missing:
        raise UsageError(
            t("SKU {sku} was not judged", sku=repr(missing[0])),
            why=t("{n:,} products were: on sale before the window, and in stock in it", n=len(judged)),
            fix=meant(missing[0], judged, t("name one of these, or try more windows")),
            code="USAGE-84",
        )


def _course(found: Backtest, skus: Sequence[str], named: Mapping[str, str]) -> pl.DataFrame:
    refuse_unjudged(found, skus or ("",))
    low, high = (name if name in found.cells.columns else "mean" for name in map(label, SHOWN))
    columns = {"day": c.DAY, "sold": c.UNITS, "mean": "mean", "low": low, "high": high}
    return pl.concat(
        found.cells.filter(pl.col(c.SKU) == sku)
        .sort(c.DAY)
        .select(
            pl.lit(" · ".join(filter(None, (sku, named.get(sku))))).alias("name"),
            *(pl.col(column).alias(name) for name, column in columns.items()),
        )
        .cast(COURSE)  # type: ignore[arg-type]
        for sku in skus
    )


_DRAW: Mapping[str, Callable[[Backtest], Any]] = {
    "step": _ahead,
    "class": _classes,
    "category": _categories,
    "calibration": _calibration,
}
