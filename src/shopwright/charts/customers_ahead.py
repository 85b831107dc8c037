"""What is to come of customers: what falls due on which day, who may stay away, and what goes along with it."""

from __future__ import annotations

from textwrap import wrap
from typing import Any

import polars as pl

from shopwright.charts.theme import ACCENT, INK, MUTED, PALE, WARM, day_format, themed
from shopwright.i18n import t

__all__ = ["away_chart", "drivers_chart", "due_chart"]

WIDTH, NARROW = 420, 340
NAME, LINE = 30, "|"  # letters in a line of a label, and what parts its lines
SURE = 0.75  # chance from which on a purchase counts as nearly sure


def due_chart(due: pl.DataFrame) -> Any:
    """How many purchases fall due on each of the days ahead.

    Args:
        due: expected (day), chance; one row for each customer and product.
    """
    import altair as alt

    sure = str(t("chance of {chance:.0%} and more", chance=SURE))
    less = str(t("chance of less than {chance:.0%}", chance=SURE))
    kind = pl.when(pl.col("chance") >= SURE).then(pl.lit(sure)).otherwise(pl.lit(less)).alias("side")
    counted = (
        due.group_by("expected", kind)
        .agg(pl.len().cast(pl.Int64).alias("n"))
        .sort("expected", pl.col("side") == less)
        .with_columns(pl.col("n").cum_sum().over("expected").alias("to"))
        .with_columns((pl.col("to") - pl.col("n")).alias("from"))
    )
    days = due.select(pl.date_range(pl.col("expected").min(), pl.col("expected").max(), "1d").alias("expected"))
    told = days.join(counted, on="expected", how="left").with_columns(pl.col("from", "to").fill_null(0))
    scale = alt.Scale(domain=[sure, less], range=[ACCENT, "#56B4E9"])
    axis = alt.Axis(format=day_format(), labelAngle=-40 if days.height > 8 else 0)
    x = alt.X("yearmonthdate(expected):O", title=str(t("expected by")), axis=axis)
    y = alt.Y("from:Q", title=str(t("purchases due")), axis=alt.Axis(format=",.0f", tickCount=4, tickMinStep=1))
    color = alt.Color("side:N", title=None, scale=scale)
    bars = alt.Chart(told.drop_nulls("side")).mark_bar().encode(x=x, y=y, y2="to:Q", color=color)
    tops = told.group_by("expected", maintain_order=True).agg(pl.col("to").max())
    numbers = alt.Chart(tops).mark_text(dy=-7, color=INK, fontSize=11)
    told_above = numbers.encode(x=x, y="to:Q", text=alt.Text("to:Q", format=",.0f"))
    return themed(bars + told_above, width=max(240, 44 * days.height), height=180)


def away_chart(rows: pl.DataFrame, days: int) -> Any:
    """How the chance to stay away is spread over the customers of each segment.

    Args:
        rows: name, low, lower, middle, upper, high (chances below which a tenth, a quarter, half, three quarters and
            nine tenths of the customers lie), n_away (customers whose chance is 0.5 or more), n_customers, in the
            order to show.
        days: how long they stay away.
    """
    import altair as alt

    names = rows["name"].to_list()
    labels = [
        str(t("{away:,} of {n:,} at 50% or more", away=row["n_away"], n=row["n_customers"]))
        for row in rows.iter_rows(named=True)
    ]
    told = rows.with_columns(pl.Series("label", labels, pl.String))
    title = str(t("chance of no purchase within {days} days", days=days))
    x = alt.X("low:Q", title=title, scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format=".0%", tickCount=5))
    y = alt.Y("name:N", sort=names, title=None, axis=alt.Axis(labelLimit=200))
    base = alt.Chart(told)
    spans = base.mark_rule(color=ACCENT, strokeWidth=1.5).encode(y=y, x=x, x2="high:Q")
    boxes = base.mark_bar(color=PALE, stroke=ACCENT, height=14).encode(y=y, x="lower:Q", x2="upper:Q")
    middles = base.mark_tick(color=ACCENT, thickness=3, size=14).encode(y=y, x="middle:Q")
    half = alt.Chart(pl.DataFrame({"at": [0.5]})).mark_rule(color=WARM, strokeDash=[4, 3]).encode(x="at:Q")
    words = base.mark_text(align="left", color=INK, fontSize=12).encode(y=y, x=alt.value(WIDTH + 8), text="label:N")
    return themed(half + spans + boxes + middles + words, width=WIDTH, height=max(60, 30 * len(names)))


def drivers_chart(rows: pl.DataFrame) -> Any:
    """What goes along with staying away: how the odds change from a low to a high value of each driver.

    Args:
        rows: driver, low, high (it and its values as people write them), odds, odds_low, odds_high (19 times in 20), in
            the order to show.
    """
    import altair as alt

    more, less, unsure = (str(one) for one in (t("speaks for it"), t("speaks against it"), t("not certain")))
    kind = (
        pl.when(pl.col("odds_low") > 1).then(pl.lit(more)).when(pl.col("odds_high") < 1).then(pl.lit(less))
    ).otherwise(pl.lit(unsure))
    said = [
        LINE.join([*wrap(name, NAME), f"{low} → {high}"])
        for name, low, high in rows.select("driver", "low", "high").iter_rows()
    ]
    told = rows.with_columns(kind.alias("kind"), _times("odds"), pl.Series("name", said, pl.String))
    names = told["name"].to_list()
    title = str(t("odds of staying away, at the high value in multiples of those at the low one"))
    ends = [0.9 * min([1 / 1.5, *told["odds_low"]]), 1.1 * max([1.5, *told["odds_high"]])]
    scale = alt.Scale(type="log", domain=ends, nice=False)
    axis = alt.Axis(values=_ticks(*ends), format="~g", grid=True)
    x = alt.X("odds_low:Q", title=title, scale=scale, axis=axis)
    lines = alt.Axis(labelExpr=f"split(datum.label, '{LINE}')", labelLimit=300, labelOffset=-10)
    y = alt.Y("name:N", sort=names, title=None, axis=lines)
    color = alt.Color(
        "kind:N", title=None, scale=alt.Scale(domain=[more, less, unsure], range=[WARM, ACCENT, "#8a8f98"])
    )
    base = alt.Chart(told)
    spans = base.mark_rule(strokeWidth=2).encode(y=y, x=x, x2="odds_high:Q", color=color)
    dots = base.mark_point(filled=True, size=80, opacity=1).encode(
        y=y,
        x=alt.X("odds:Q", scale=scale),
        color=color,
        shape=alt.Shape("kind:N", title=None, scale=_shapes(more, less, unsure)),
    )
    even = alt.Chart(pl.DataFrame({"at": [1.0]})).mark_rule(color=MUTED, strokeDash=[4, 3]).encode(x="at:Q")
    words = base.mark_text(align="left", color=INK, fontSize=12).encode(y=y, x=alt.value(NARROW + 8), text="label:N")
    return themed(even + spans + dots + words, width=NARROW, height=max(60, 54 * len(names)))


def _shapes(*kinds: str) -> Any:
    import altair as alt

    return alt.Scale(domain=list(kinds), range=["triangle-right", "triangle-left", "circle"])


def _times(column: str) -> pl.Expr:
    return pl.col(column).map_elements(lambda odds: f"× {odds:.2f}", pl.String).alias("label")


def _ticks(low: float, high: float) -> list[float]:
    """Round values of a scale of multiples, as far as it goes."""
    steps = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100]
    return [step for step in steps if low <= step <= high]
