"""Amounts by name, as bars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from shopwright.charts.theme import ACCENT, INK, themed

__all__ = ["bar_chart"]


def bar_chart(names: Sequence[str], values: Sequence[float], title: str, number: str = ",.0f") -> Any:
    """Horizontal bars in the order given, each with its number.

    Args:
        names: what each bar stands for.
        values: lengths of the bars.
        title: what is measured, with its unit.
        number: d3 format of the numbers.
    """
    import altair as alt

    data = pl.DataFrame({"name": list(names), "value": list(values)}, schema_overrides={"value": pl.Float64})
    base = alt.Chart(data).encode(
        y=alt.Y("name:N", sort=None, title=None, axis=alt.Axis(labelLimit=260)),
        x=alt.X("value:Q", title=title, axis=alt.Axis(format=number, tickCount=5)),
    )
    bars = base.mark_bar(color=ACCENT, height=14)
    numbers = base.mark_text(align="left", dx=4, color=INK, fontSize=12).encode(text=alt.Text("value:Q", format=number))
    return themed(bars + numbers, width=480, height=max(60, 26 * len(data)))
