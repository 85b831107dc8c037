"""Stars over time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl

from shopwright.charts.theme import ACCENT, month_format, themed
from shopwright.i18n import t

__all__ = ["stars_chart"]


def stars_chart(months: Sequence[date], means: Sequence[float]) -> Any:
    """Mean stars by month, on the whole scale from 1 to 5 so that small changes look small."""
    import altair as alt

    data = pl.DataFrame({"month": list(months), "mean": list(means)}, schema_overrides={"mean": pl.Float64})
    chart = (
        alt.Chart(data)
        .mark_line(point=True, color=ACCENT, strokeWidth=1.6)
        .encode(
            x=alt.X("month:T", title=None, axis=alt.Axis(format=month_format(), tickCount=8)),
            y=alt.Y("mean:Q", title=str(t("stars")), scale=alt.Scale(domain=[1, 5]), axis=alt.Axis(tickCount=5)),
        )
    )
    return themed(chart, height=160, ends_now=True)
