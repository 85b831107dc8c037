"""Single products: what sold, what was expected, and the range around it."""

from __future__ import annotations

import json
from typing import Any

import polars as pl

from shopwright.charts.theme import ACCENT, INK, PALE, date_format, styled
from shopwright.i18n import t

__all__ = ["COURSE", "products_chart"]

COURSE = {
    "name": pl.String,
    "day": pl.Date,
    "sold": pl.Float64,
    "mean": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
}


def products_chart(course: pl.DataFrame, width: int = 720, height: int = 130) -> Any:
    """One strip for each product, one below the other on one time line, each with units of its own.

    Args:
        course: name, day (first of the period), sold (units; null where not known), mean (units expected), low and
            high (the range of eight in ten); null where nothing was forecast. Names stand in their first order.
        width: of a strip, pixels.
        height: of a strip, pixels.
    """
    import altair as alt

    data = course.select(pl.col(name).cast(kind) for name, kind in COURSE.items())
    names = data["name"].unique(maintain_order=True).to_list()
    sold, expected = str(t("sold")), str(t("expected"))
    span = data["day"].to_list()
    form = date_format(min(span), max(span)) if span else ""
    days = alt.Axis(format=form, tickCount=8, labelOverlap="greedy", labelSeparation=12)  # a year of weeks: 14 months
    x = alt.X("day:T", title=None, axis=days)
    axis = alt.Axis(format=",.0f", tickCount=4)
    color = alt.Color("what:N", title=None, scale=alt.Scale(domain=[sold, expected], range=[INK, ACCENT]))
    base = alt.Chart(data).encode(x=x)
    band = base.mark_area(color=PALE).encode(y=alt.Y("low:Q", title=str(t("units")), axis=axis), y2="high:Q")
    lines = [
        base.transform_calculate(what=json.dumps(name, ensure_ascii=False))
        .mark_line(strokeWidth=1.6)
        .encode(y=alt.Y(f"{field}:Q", title=str(t("units")), axis=axis), color=color)
        for field, name in (("mean", expected), ("sold", sold))
    ]
    strip = alt.layer(band, *lines).properties(width=width, height=height)
    heads = alt.Header(title=None, labelAnchor="end", labelFontSize=12, labelColor=INK, labelLimit=width)
    strips = strip.facet(facet=alt.Facet("name:N", sort=names, header=heads), columns=1)
    return styled(strips.resolve_scale(y="independent"), ends_now=True)
