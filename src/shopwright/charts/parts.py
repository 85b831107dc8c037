"""What a number is made of: parts that add up to it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import polars as pl

from shopwright.charts.theme import ACCENT, INK, MUTED, WARM, themed
from shopwright.i18n import t

__all__ = ["parts_chart"]

WHOLE = 1_000  # from such a total on, tenths say nothing


def parts_chart(names: Sequence[str], values: Sequence[float], title: str) -> Any:
    """A bar for each part, begun where the one before ended, and the total below them.

    Args:
        names: of the parts.
        values: what each adds, below zero where it takes away.
        title: what is measured, with its unit.
    """
    import altair as alt

    ends = list(accumulate(values))
    total = ends[-1] if ends else 0.0
    digits = 0 if total >= WHOLE else 1
    rows = [
        (name, end - value, end, f"{value:+,.{digits}f}", "more" if value >= 0 else "less")
        for name, value, end in zip(names, values, ends, strict=True)
    ]
    rows.append((str(t("together")), 0.0, total, f"{total:,.{digits}f}", "total"))
    data = pl.DataFrame(rows, schema=["name", "from", "to", "number", "kind"], orient="row").with_columns(
        pl.max_horizontal("from", "to").alias("end")
    )
    order = [row[0] for row in rows]
    y = alt.Y("name:N", sort=order, title=None, axis=alt.Axis(labelLimit=300))
    x = alt.X("from:Q", title=title, axis=alt.Axis(format=",.0f", tickCount=5))
    colors = alt.Scale(domain=["more", "less", "total"], range=[ACCENT, WARM, MUTED])
    bars = (
        alt.Chart(data)
        .mark_bar(height=14)
        .encode(y=y, x=x, x2="to:Q", color=alt.Color("kind:N", scale=colors, legend=None))
    )
    numbers = (
        alt.Chart(data).mark_text(align="left", dx=4, color=INK, fontSize=12).encode(y=y, x="end:Q", text="number:N")
    )
    return themed(bars + numbers, width=480, height=max(60, 26 * len(rows)))
