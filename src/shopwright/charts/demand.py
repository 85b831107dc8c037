"""Units sold and units expected, on one time line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from shopwright.charts.theme import ACCENT, INK, date_format, themed
from shopwright.i18n import t

if TYPE_CHECKING:
    from shopwright.shop.demand import Demand
    from shopwright.shop.history import History

__all__ = ["demand_chart"]


def demand_chart(known: History, demand: Demand, band: tuple[list[float], list[float]], most: int = 104) -> Any:
    """Units of the whole shop: what was sold, what is expected, and the range that holds eight times out of ten.

    Args:
        known: history.
        demand: forecast from the next period on.
        band: low and high end of the shop's total for each period ahead.
        most: periods of history to show.
    """
    import altair as alt

    past = pl.DataFrame({"day": list(known.days[-most:]), "units": known.sold.sum(axis=0)[-most:]})
    ahead = pl.DataFrame({"day": list(demand.days), "units": demand.mean.sum(axis=0), "low": band[0], "high": band[1]})
    past = past.with_columns(pl.lit(str(t("sold"))).alias("what"))
    ahead = ahead.with_columns(pl.lit(str(t("expected"))).alias("what"))
    format = date_format(past["day"][0], demand.days[-1])
    x = alt.X("day:T", title=None, axis=alt.Axis(format=format, tickCount=8))
    color = alt.Color(
        "what:N",
        title=None,
        scale=alt.Scale(domain=[str(t("sold")), str(t("expected"))], range=[INK, ACCENT]),
    )
    y = alt.Y("units:Q", title=str(t("units")), axis=alt.Axis(format=",.0f"))
    area = (
        alt.Chart(ahead)
        .mark_area(color=ACCENT, opacity=0.18)
        .encode(x=x, y=alt.Y("low:Q", title=str(t("units"))), y2="high:Q")
    )
    both = pl.concat([past, ahead.select(past.columns)])
    lines = alt.Chart(both).mark_line(strokeWidth=1.6).encode(x=x, y=y, color=color)
    return themed(alt.layer(area, lines), ends_now=True)
