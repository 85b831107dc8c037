"""How good a forecast was: its error against the naive one's, and whether its ranges held."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from shopwright.charts.theme import ACCENT, INK, MUTED, WARM, themed
from shopwright.i18n import t

__all__ = ["ahead_chart", "calibration_chart", "versus_chart"]


def ahead_chart(steps: Sequence[int], ours: Sequence[float | None], naive: Sequence[float | None], title: str) -> Any:
    """Error by how far ahead: the forecast's and the naive one's.

    Args:
        steps: periods ahead, 1, 2 …
        ours: error of the forecast, a share of units sold; None where nothing sold.
        naive: the same of the seasonal naive forecast.
        title: of the axis of steps, with its unit.
    """
    import altair as alt

    data = _beside(steps, ours, naive, "step")
    x = alt.X(
        "step:Q", title=title, axis=alt.Axis(format="d", tickCount=min(len(steps), 14)), scale=alt.Scale(nice=False)
    )
    y = alt.Y("error:Q", title=str(t("error (WAPE)")), axis=alt.Axis(format=".0%", tickCount=5))
    lines = alt.Chart(data).mark_line(point=True, strokeWidth=1.6).encode(x=x, y=y, color=_whose())
    return themed(lines, width=480, height=200)


def versus_chart(names: Sequence[str], ours: Sequence[float | None], naive: Sequence[float | None]) -> Any:
    """Error by group, two bars each: the forecast's and the naive one's."""
    import altair as alt

    data = _beside(names, ours, naive, "name")
    y = alt.Y("name:N", sort=list(names), title=None, axis=alt.Axis(labelLimit=260))
    x = alt.X("error:Q", title=str(t("error (WAPE)")), axis=alt.Axis(format=".0%", tickCount=5))
    base = alt.Chart(data).encode(y=y, x=x, yOffset=alt.YOffset("whose:N", sort=_names()))
    bars = base.mark_bar(height=9).encode(color=_whose())
    numbers = base.mark_text(align="left", dx=4, color=INK, fontSize=11).encode(text=alt.Text("error:Q", format=".0%"))
    return themed(bars + numbers, width=480, height=max(80, 36 * len(names)))


def calibration_chart(levels: Sequence[float], shares: Sequence[float | None]) -> Any:
    """How many outcomes ranges held against how many they were meant to: on the line they kept their word."""
    import altair as alt

    data = pl.DataFrame({"level": list(levels), "share": list(shares)}, schema_overrides={"share": pl.Float64})
    whole = alt.Scale(domain=[0, 1])
    percent = alt.Axis(format=".0%", tickCount=6)
    line = alt.Chart(pl.DataFrame({"level": [0.0, 1.0], "share": [0.0, 1.0]}))
    x = alt.X("level:Q", title=str(t("share of outcomes a range is meant to hold")), scale=whole, axis=percent)
    y = alt.Y("share:Q", title=str(t("share that it held")), scale=whole, axis=percent)
    diagonal = line.mark_line(color=MUTED, strokeDash=[4, 4], strokeWidth=1).encode(x=x, y=y)
    base = alt.Chart(data.drop_nulls()).encode(x=x, y=y)
    told = base.mark_line(color=ACCENT, strokeWidth=1.6) + base.mark_point(color=ACCENT, filled=True, size=50)
    return themed(diagonal + told, width=480, height=240)


def _names() -> list[str]:
    return [str(t("our forecast")), str(t("seasonal naive"))]


def _whose() -> Any:
    import altair as alt

    return alt.Color("whose:N", title=None, scale=alt.Scale(domain=_names(), range=[ACCENT, WARM]))


def _beside(keys: Sequence[Any], ours: Sequence[float | None], naive: Sequence[float | None], key: str) -> pl.DataFrame:
    own, other = _names()
    return pl.concat(
        pl.DataFrame({key: list(keys), "error": list(errors), "whose": [name] * len(keys)}).cast({"error": pl.Float64})
        for name, errors in ((own, ours), (other, naive))
    ).drop_nulls()
