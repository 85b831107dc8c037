"""Why the forecast says what it says: what drives demand, what one product's number is made of, and its range."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from shopwright.charts.bars import bar_chart
from shopwright.charts.parts import parts_chart
from shopwright.charts.products import COURSE, products_chart
from shopwright.i18n import t
from shopwright.shop.demand import periods_of
from shopwright.shop.margins import MARGIN, unit_margins
from shopwright.shop.schema import names as c
from shopwright.strategy.page import Block, Chart

if TYPE_CHECKING:
    from shopwright.forecast import Forecast
    from shopwright.shop.shop import Shop

__all__ = ["at_stake", "drivers", "explained", "ranges"]

MOST_PARTS, SHOWN, PAST = 8, 3, 52
LEAST_SHARE, LEAST_UNITS = 0.005, 0.05  # what would read as none


def at_stake(shop: Shop, made: Forecast) -> list[str]:
    """SKUs by the money between the ends of their ranges: margin × (0.9 level less 0.1 level), most first."""
    demand = made.demand
    margins = dict(unit_margins(shop).select(c.SKU, MARGIN).iter_rows())
    width = (demand.quantile(0.9) - demand.quantile(0.1)).sum(axis=1)
    worth = width * np.array([margins.get(sku, 0.0) for sku in demand.skus]) if margins else width
    return [demand.skus[row] for row in np.argsort(-worth, kind="stable")[:SHOWN]]


def ranges(made: Forecast, skus: Sequence[str], named: Mapping[str, str], *, is_priced: bool = True) -> Chart:
    """These products: what sold, what is expected, and the range of each period.

    Args:
        made: the forecast.
        skus: as `at_stake` chose them.
        named: titles.
        is_priced: whether they were chosen by money; else by units.
    """
    most = (
        t("The products with most money between the ends of their range")
        if is_priced
        else t("The products with most units between the ends of their range")
    )
    caption = t(
        "{most}: sold, expected, and the range that holds eight times out of ten, each period by itself", most=most
    )
    return Chart(caption, partial(_draw_ranges, made, tuple(skus), named), ends_now=True)


def drivers(made: Forecast) -> list[Block]:
    """What forecasts rest on over all products, where something was learned that can tell."""
    from shopwright.forecast.explain import importance, label

    if made.made is None:
        return []
    trials = tuple(trial for trial in made.made.trials if made.made.blend.weights.get(trial.name, 0.0) > 0)
    shares = [(name, share) for name, share in importance(trials).items() if share >= LEAST_SHARE][:MOST_PARTS]
    if not shares:
        return []
    caption = t(
        "What drives demand, over all products: how much each kind of knowledge helped the boosted trees to tell sales "
        "apart (share of the gain in their splits)"
    )

    def draw() -> Any:
        return bar_chart(
            [str(label(name)) for name, _ in shares], [share for _, share in shares], str(t("share")), ".0%"
        )

    return [Chart(caption, draw)]


def explained(made: Forecast, sku: str, named: Mapping[str, str]) -> Chart:
    """What the forecast of one product is made of: parts in units that add up to it."""
    demand = made.demand
    caption = t(
        "What the forecast of {title} is made of, in units over the next {n} {unit}; the parts add up to it",
        title=named.get(sku) or sku,
        n=demand.horizon,
        unit=periods_of(demand.horizon, demand.period),
    )
    return Chart(caption, partial(_draw_parts, made, sku))


def _draw_parts(made: Forecast, sku: str) -> Any:
    parts = [part for part in made.demand.explain(sku) if abs(part.units) >= LEAST_UNITS]
    rest = sum(part.units for part in made.demand.explain(sku)) - sum(part.units for part in parts)
    names, units = [str(part.name) for part in parts], [part.units for part in parts]
    if abs(rest) >= LEAST_UNITS:  # many small ones are something together
        names, units = [*names, str(t("smaller parts"))], [*units, rest]
    return parts_chart(names, units, str(t("units")))


def _draw_ranges(made: Forecast, skus: Sequence[str], named: Mapping[str, str]) -> Any:
    return products_chart(pl.concat(_course(made, sku, named) for sku in skus))


def _course(made: Forecast, sku: str, named: Mapping[str, str]) -> pl.DataFrame:
    demand, known = made.demand, made.known
    at = known.skus.index(sku) if sku in known.skus else None
    days = known.days[-PAST:]
    sold = [None] * len(days) if at is None else known.sold[at, -PAST:].tolist()
    row, none = demand.row[sku], [None] * len(days)
    told = {
        "mean": demand.mean[row].tolist(),
        "low": demand.quantile(0.1)[row].tolist(),
        "high": demand.quantile(0.9)[row].tolist(),
    }
    return pl.DataFrame(
        {
            "name": [" · ".join(filter(None, (sku, named.get(sku))))] * (len(days) + demand.horizon),
            "day": [*days, *demand.days],
            "sold": [*sold, *[None] * demand.horizon],
            **{name: [*none, *values] for name, values in told.items()},
        },
        schema=COURSE,
    )
