"""What will sell, and how good the forecast was before."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from shopwright.charts.demand import demand_chart
from shopwright.i18n import Text, t
from shopwright.shop.demand import periods_of
from shopwright.shop.margins import unit_margins
from shopwright.shop.money import Figure
from shopwright.shop.titles import titles
from shopwright.strategy.page import Block, Cell, Chart, Col, Note, Section, Table
from shopwright.strategy.sections.accuracy import accuracy_figures, versus_naive
from shopwright.strategy.sections.drivers import at_stake, drivers, explained, ranges

if TYPE_CHECKING:
    from shopwright.forecast import Forecast
    from shopwright.shop.demand import Demand
    from shopwright.shop.history import History
    from shopwright.strategy.workup import Workup

__all__ = ["demand_section", "total_band"]

SHOWN, DRAWS, AROUND = 15, 300, 8
CYCLE = {"D": (7, 4)}  # periods of a cycle, and cycles that a moving average spans


def demand_section(work: Workup) -> Section | None:
    """Chart of the whole shop, how good the forecast was, the products with most at stake, and why."""
    if work.forecast is None:
        return None
    made = work.forecast
    demand, known = made.demand, made.known
    unit = periods_of(demand.horizon, demand.period)
    caption = t(
        "Units sold and expected, all products together ({n:,}); the band holds eight times out of ten, judged by how "
        "the total strayed from its moving average before (days: from that of the same day of the week)",
        n=len(demand.skus),
    )
    blocks: list[Block] = [
        Chart(caption, partial(demand_chart, known, demand, total_band(known, demand)), ends_now=True)
    ]
    if made.scores:
        blocks.append(versus_naive(made.tried))
    blocks.append(_biggest(work, made))
    stake = at_stake(work.shop, made)
    if stake:
        told = ranges(made, stake, titles(work.shop), is_priced=not unit_margins(work.shop).is_empty())
        blocks += [told, explained(made, stake[0], titles(work.shop, distinct=True))]
    blocks += [*drivers(made), Note(_season(made))]
    total = float(demand.mean.sum())
    name = t("Expected units, next {n} {unit}", n=demand.horizon, unit=unit)
    figures = [Figure(name, total, t("units"), demand.as_of, demand.how)]
    return Section("demand", t("Demand"), tuple(blocks), (*figures, *accuracy_figures(made.tried, demand.as_of)))


def _season(made: Forecast) -> Text:
    if made.uses_season:
        return t("A season shared by all products is used: it made the forecast better on the latest weeks judged.")
    return t("No season is used: the history is too short for one, or it did not make the forecast better.")


def _biggest(work: Workup, made: Forecast) -> Table:
    demand, known = made.demand, made.known
    named = titles(work.shop)
    total = demand.mean.sum(axis=1)
    recent = np.nan_to_num(known.sold[:, -demand.horizon :]).sum(axis=1)
    rows: list[tuple[Cell, ...]] = []
    for row in np.argsort(-total, kind="stable")[:SHOWN]:
        sku = demand.skus[row]
        draws = demand.paths(DRAWS, skus=[sku])[:, 0, :].sum(axis=1)
        low, high = np.quantile(draws, (0.1, 0.9))
        likely = t("{low} to {high}", low=f"{low:,.0f}", high=f"{high:,.0f}")
        note = demand.notes.get(sku)
        rows.append((sku, named.get(sku, ""), round(recent[row]), round(total[row]), likely, note or ""))
    unit = periods_of(demand.horizon, demand.period)
    columns = [
        Col(t("SKU"), is_code=True),
        Col(t("Title")),
        Col(t("Sold, last {n} {unit}", n=demand.horizon, unit=unit), is_number=True),
        Col(t("Expected, next {n} {unit}", n=demand.horizon, unit=unit), is_number=True),
        Col(t("8 times in 10"), is_number=True),
    ]
    if any(row[-1] for row in rows):
        columns.append(Col(t("Note")))
    rows = [row[: len(columns)] for row in rows]
    return Table(t("The products expected to sell most, in units"), tuple(columns), rows, t("all products: demand.csv"))


def total_band(known: History, demand: Demand) -> tuple[list[float], list[float]]:
    """Low and high end of all products together, from how far their total strayed from its own moving average.

    Products rise and fall together, so the spread of the total is taken from the total itself, not from theirs. A day
    is held against the same day of the weeks before: a Sunday that is closed is no stray.

    Returns:
        units at the low and at the high end, of each period ahead; the mean twice where too little is known.
    """
    total = known.sold.sum(axis=0)
    cycle, around = CYCLE.get(demand.period, (1, AROUND))
    usual = [(at, total[at - cycle * around : at : cycle].mean()) for at in range(cycle * around, len(total))]
    strays = [np.log(total[at] / mean) for at, mean in usual if total[at] > 0 and mean > 0]
    mean = demand.mean.sum(axis=0)
    if len(strays) < AROUND:
        return list(mean), list(mean)
    low, high = np.exp(np.quantile(np.array(strays) - np.mean(strays), (0.1, 0.9)))
    return list(mean * low), list(mean * high)
