"""Customers: segments, how they moved, who came back, where visits end, how value is spread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from shopwright.charts.theme import ACCENT, INK, MUTED, PALE, WARM, styled, themed
from shopwright.i18n import t

__all__ = ["cohorts_chart", "funnel_chart", "movement_chart", "segments_chart", "value_chart"]

SHADES = ["#f3f8fc", ACCENT]
DARK = 0.55  # share of the darkest shade from which on white is easier to read than black
PARTS = 200  # points of the curve of values


def segments_chart(rows: pl.DataFrame, currency: str) -> Any:
    """Customers and what they are worth by segment, beside each other.

    Args:
        rows: name, n_customers, revenue, and value (expected; null where it is not known), in the order to show.
        currency: of the money.
    """
    import altair as alt

    names = rows["name"].to_list()
    sides = [("n_customers", t("Customers")), ("revenue", t("Revenue of 365 days, {currency}", currency=currency))]
    if rows["value"].null_count() < rows.height:
        sides.append(("value", t("Value expected, {currency}", currency=currency)))
    charts = []
    for at, (column, title) in enumerate(sides):
        axis = alt.Axis(labelLimit=200) if at == 0 else None
        base = alt.Chart(rows.select("name", column)).encode(
            y=alt.Y("name:N", sort=names, title=None, axis=axis),
            x=alt.X(f"{column}:Q", title=str(title), axis=alt.Axis(format=",.0f", tickCount=3)),
        )
        bars = base.mark_bar(color=ACCENT if at == 0 else PALE, height=14)
        numbers = base.mark_text(align="left", dx=4, color=INK, fontSize=11).encode(
            text=alt.Text(f"{column}:Q", format=",.0f")
        )
        charts.append((bars + numbers).properties(width=150, height=max(60, 26 * len(names))))
    return styled(alt.hconcat(*charts, spacing=30))


def movement_chart(rows: pl.DataFrame, names: Sequence[str], before: Sequence[str]) -> Any:
    """Customers by segment then (rows) and now (columns); darker where a larger share of a row went.

    Args:
        rows: before, now (names as shown), n_customers, share (of the row).
        names: of segments now, from left to right.
        before: of segments then, from top to bottom.
    """
    import altair as alt

    shade = alt.Scale(domain=[0, 1], range=SHADES)
    y = alt.Y("before:N", sort=list(before), title=str(t("segment before")), axis=alt.Axis(labelLimit=200))
    x = alt.X("now:N", sort=list(names), title=str(t("segment now")), axis=_slanted())
    base = alt.Chart(rows).encode(x=x, y=y)
    cells = base.mark_rect().encode(color=alt.Color("share:Q", scale=shade, legend=None))
    numbers = base.mark_text(fontSize=11).encode(
        text=alt.Text("n_customers:Q", format=",.0f"), color=_readable("share", DARK)
    )
    return themed(cells + numbers, width=60 * max(len(names), 1), height=28 * max(len(before), 1))


def cohorts_chart(rows: pl.DataFrame) -> Any:
    """Share of each cohort that came back in each month after its first; what was not seen yet is left blank.

    Args:
        rows: name (of the cohort, with its size), after (months), retention (null where not seen), oldest first.
    """
    import altair as alt

    names = rows["name"].unique(maintain_order=True).to_list()
    seen = rows.filter(pl.col("retention").is_not_null(), pl.col("after") > 0)
    top = max(seen["retention"].to_list(), default=1.0) or 1.0
    months = sorted(seen["after"].unique().to_list())
    base = alt.Chart(seen).encode(
        y=alt.Y("name:N", sort=names, title=None, axis=alt.Axis(labelLimit=200)),
        x=alt.X("after:O", title=str(t("months after the first purchase")), axis=alt.Axis(labelAngle=0, orient="top")),
    )
    cells = base.mark_rect().encode(
        color=alt.Color("retention:Q", scale=alt.Scale(domain=[0, top], range=SHADES), legend=None)
    )
    numbers = base.mark_text(fontSize=11).encode(
        text=alt.Text("retention:Q", format=".0%"), color=_readable("retention", DARK * top)
    )
    return themed(cells + numbers, width=44 * max(len(months), 2), height=24 * max(seen["name"].n_unique(), 1))


def funnel_chart(rows: pl.DataFrame) -> Any:
    """Visits that came to each step, with the share of all beside; the pale part is who was lost on the way there.

    Args:
        rows: name, n_visits, share (of all visits), in the order of the steps.
    """
    import altair as alt

    names = rows["name"].to_list()
    told = rows.with_columns(
        pl.col("n_visits").shift(fill_value=rows["n_visits"][0] if rows.height else 0).alias("before"),
        pl.format("{} ({})", pl.col("n_visits").map_elements(lambda n: f"{n:,}", pl.String), _percent("share")).alias(
            "label"
        ),
    )
    y = alt.Y("name:N", sort=names, title=None, axis=alt.Axis(labelLimit=240))
    x = alt.X("n_visits:Q", title=str(t("visits")), axis=alt.Axis(format=",.0f", tickCount=5))
    base = alt.Chart(told)
    lost = base.mark_bar(color=PALE, height=20).encode(y=y, x=alt.X("before:Q", title=str(t("visits"))))
    kept = base.mark_bar(color=ACCENT, height=20).encode(y=y, x=x)
    numbers = base.mark_text(align="left", dx=4, color=INK, fontSize=12).encode(y=y, x="before:Q", text="label:N")
    return themed(lost + kept + numbers, width=440, height=max(60, 34 * len(names)))


def value_chart(values: pl.Series) -> Any:
    """How the money expected is spread: share that the most valuable customers bring together.

    Args:
        values: money expected of each customer.
    """
    import altair as alt

    falling = values.drop_nulls().sort(descending=True)
    n, total = falling.len(), max(float(falling.sum()), 1e-12)
    held = pl.concat([pl.Series([0.0]), falling.cum_sum().cast(pl.Float64)]) / total
    places = sorted({round(at * n / PARTS) for at in range(PARTS + 1)})
    curve = pl.DataFrame({"customers": [at / max(n, 1) for at in places], "money": held.gather(places)})
    fifth = round(n / 5)
    mark = pl.DataFrame({"customers": [fifth / max(n, 1)], "money": [float(held[fifth])]}).with_columns(
        pl.lit(str(t("a fifth of the customers: {share:.0%}", share=float(held[fifth])))).alias("label")
    )
    percent = alt.Axis(format=".0%", tickCount=6)
    x = alt.X("customers:Q", title=str(t("customers, the most valuable first")), axis=percent)
    y = alt.Y("money:Q", title=str(t("share of the money expected")), axis=percent)
    even = alt.Chart(pl.DataFrame({"customers": [0.0, 1.0], "money": [0.0, 1.0]})).mark_line(
        color=MUTED, strokeDash=[4, 4], strokeWidth=1
    )
    line = alt.Chart(curve).mark_line(color=ACCENT, strokeWidth=2)
    dot = alt.Chart(mark).mark_point(filled=True, size=70, color=WARM, opacity=1)
    corner = {"x": alt.value("width"), "y": alt.value("height")}  # where no line runs
    words = alt.Chart(mark).mark_text(align="right", dx=-6, dy=-12, color=INK, fontSize=12)
    return themed(
        even.encode(x=x, y=y) + line.encode(x=x, y=y) + dot.encode(x=x, y=y) + words.encode(text="label:N", **corner),
        width=420,
        height=260,
    )


def _percent(column: str) -> pl.Expr:
    return pl.col(column).map_elements(lambda share: f"{share:.0%}", pl.String)


def _slanted() -> Any:
    import altair as alt

    return alt.Axis(labelAngle=-30, labelLimit=200, orient="top")


def _readable(column: str, limit: float) -> Any:
    """White on dark cells, black on pale ones."""
    import altair as alt

    return alt.condition(alt.datum[column] > limit, alt.value("white"), alt.value(INK))
