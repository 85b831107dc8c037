"""Themes of reviews: how many praise and complain, and complaints over time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl

from shopwright.charts.theme import ACCENT, INK, WARM, month_format, styled, themed
from shopwright.i18n import t

__all__ = ["complaints_chart", "themes_chart"]


def themes_chart(names: Sequence[str], praise: Sequence[int], complaints: Sequence[int]) -> Any:
    """For each theme, in the order given, a bar of reviews that praise and one of those that complain.

    Args:
        names: of the themes.
        praise: reviews that praise each.
        complaints: reviews that complain of each.
    """
    import altair as alt

    labels = [str(t("praise")), str(t("complaints"))]
    data = pl.DataFrame(
        {
            "name": [*names, *names],
            "side": [side for side in labels for _ in names],
            "n": [*praise, *complaints],
        },
        schema={"name": pl.String, "side": pl.String, "n": pl.Int64},
    )
    base = alt.Chart(data).encode(
        y=alt.Y("name:N", sort=None, title=None, axis=alt.Axis(labelLimit=260)),
        yOffset=alt.YOffset("side:N", sort=labels),
        x=alt.X("n:Q", title=str(t("reviews")), axis=alt.Axis(format=",.0f", tickCount=5)),
    )
    scale = alt.Scale(domain=labels, range=[ACCENT, WARM])
    bars = base.mark_bar(height=10).encode(color=alt.Color("side:N", scale=scale, title=None))
    numbers = base.mark_text(align="left", dx=4, color=INK, fontSize=11).encode(text=alt.Text("n:Q", format=",.0f"))
    return themed(bars + numbers, width=480, height=max(60, 34 * len(names)))


def complaints_chart(course: pl.DataFrame) -> Any:
    """Share of reviews that complain of each theme, month by month, one strip for each.

    Args:
        course: name, month (first day), share (0 to 1). Names stand in their first order.
    """
    import altair as alt

    kinds = {"name": pl.String, "month": pl.Date, "share": pl.Float64}
    data = course.select(pl.col(name).cast(kind) for name, kind in kinds.items())
    names: list[str] = data["name"].unique(maintain_order=True).to_list()
    months: list[date] = data["month"].unique().to_list()
    strip = (
        alt.Chart(data)
        .mark_line(point=alt.OverlayMarkDef(color=WARM), color=WARM, strokeWidth=1.6)
        .encode(
            x=alt.X("month:T", title=None, axis=alt.Axis(format=month_format(), tickCount=min(8, max(len(months), 1)))),
            y=alt.Y("share:Q", title=None, scale=alt.Scale(zero=True), axis=alt.Axis(format=".1%", tickCount=3)),
        )
        .properties(width=720, height=70)
    )
    # at the end, where a narrow screen begins to look
    heads = alt.Header(title=None, labelAnchor="end", labelFontSize=12, labelColor=INK, labelLimit=720)
    return styled(strip.facet(facet=alt.Facet("name:N", sort=names, header=heads), columns=1), ends_now=True)
