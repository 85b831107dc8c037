"""Stock: what is there, what is coming, and what is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from shopwright.charts.theme import ACCENT, INK, MUTED, PALE, themed
from shopwright.i18n import t
from shopwright.shop.schema import names as c

__all__ = ["cover_chart"]


def cover_chart(names: list[str], units: Mapping[str, list[float]]) -> Any:
    """For each product what is on hand, on the way and ordered in one bar, and the demand expected as a stroke across.

    Args:
        names: of the products, in the order shown.
        units: on_hand, due, order and demand of each product, units.
    """
    import altair as alt

    labels = {c.ON_HAND: str(t("on hand")), "due": str(t("on the way")), "order": str(t("to order"))}
    data = pl.DataFrame({"name": names, **units}).with_columns(pl.col(c.ON_HAND).clip(lower_bound=0.0))
    parts = data.unpivot(list(labels), index="name", variable_name="part", value_name="units").with_columns(
        kind=pl.col("part").replace_strict(labels), rank=pl.col("part").replace_strict(list(labels), [0, 1, 2])
    )
    y = alt.Y("name:N", sort=names, title=None, axis=alt.Axis(labelLimit=260))
    colors = alt.Scale(domain=list(labels.values()), range=[MUTED, PALE, ACCENT])
    bars = (
        alt.Chart(parts)
        .mark_bar(height=14)
        .encode(
            y=y,
            x=alt.X("units:Q", title=str(t("units")), axis=alt.Axis(format=",.0f", tickCount=5)),
            color=alt.Color("kind:N", title=None, scale=colors),
            order=alt.Order("rank:Q"),
        )
    )
    wanted = alt.Chart(data).mark_tick(color=INK, thickness=2.5, size=20).encode(y=y, x="demand:Q")
    return themed(bars + wanted, width=480, height=max(60, 26 * len(data)))
