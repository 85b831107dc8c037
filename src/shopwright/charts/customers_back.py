"""Customers who come and what they send back: new and returning, returns, searches that led nowhere."""

from __future__ import annotations

from typing import Any

import polars as pl

from shopwright.charts.theme import ACCENT, INK, MUTED, PALE, WARM, month_format, styled, themed
from shopwright.i18n import t

__all__ = ["origins_chart", "returned_chart", "returners_chart", "returning_chart", "searches_chart"]

WIDTH, BAR = 420, 14
UNFINISHED = 0.45  # opacity of a month that is not over


def returning_chart(months: pl.DataFrame, currency: str) -> Any:
    """Revenue (where any is known) and customers by month, those of new customers below those of returning ones.

    Args:
        months: day (first of the month), revenue_new, revenue_returning (null counts as nothing), n_new, n_customers,
            is_complete (pale where the month is not over), oldest first.
        currency: of the money.
    """
    import altair as alt

    told = months.with_columns(
        n_returning=pl.col("n_customers") - pl.col("n_new"),
        end=months["day"].dt.offset_by("27d"),  # a little air between the bars of two months
    )
    format_ = month_format()
    x = alt.X("day:T", title=None, axis=alt.Axis(format=format_, tickCount=min(8, max(told.height, 1)), grid=False))
    opacity = alt.condition("datum.is_complete", alt.value(1.0), alt.value(UNFINISHED))
    width = min(640, max(300, 30 * told.height))
    panels = []
    # a narrow screen shows the latest months first, and what the colours are must be seen beside them
    legend = alt.Legend(orient="none", direction="horizontal", legendX=max(0, width - 240), legendY=-26)
    kinds = [("revenue", t("revenue, {currency}", currency=currency)), ("n", t("Customers"))]
    is_priced = bool(months.select("revenue_new", "revenue_returning").sum().sum_horizontal().item())
    for stem, title in kinds if is_priced else kinds[1:]:
        shown = _stacked(told.with_columns(pl.col("end").cast(pl.Datetime)), stem, "day", "end", "is_complete")
        bars = alt.Chart(shown).mark_bar(stroke="white", strokeWidth=0.5)
        y = alt.Y("from:Q", title=str(title), axis=alt.Axis(format=",.0f", tickCount=4))
        panels.append(
            bars.encode(x=x, x2="end:T", y=y, y2="to:Q", color=_sides(legend), opacity=opacity).properties(
                width=width, height=150
            )
        )
    return styled(alt.vconcat(*panels, spacing=18), ends_now=True)


def origins_chart(rows: pl.DataFrame, currency: str) -> Any:
    """Revenue of new and of returning customers by channel or country.

    Args:
        rows: name, revenue_new, revenue_returning, share_returning (null where there is no revenue), in the order to
            show.
        currency: of the money.
    """
    import altair as alt

    names = rows["name"].to_list()
    y = alt.Y("name:N", sort=names, title=None, axis=alt.Axis(labelLimit=200))
    x = alt.X("from:Q", title=str(t("revenue, {currency}", currency=currency)), axis=_amounts())
    parts = _stacked(rows, "revenue", "name")
    bars = alt.Chart(parts).mark_bar(height=BAR).encode(y=y, x=x, x2="to:Q", color=_sides())
    ends = rows.select("name", "share_returning", pl.sum_horizontal("revenue_new", "revenue_returning").alias("end"))
    shares = [_with_share(end, share) for share, end in ends.drop("name").iter_rows()]
    words = _words(ends.with_columns(pl.Series("label", shares, pl.String)), names, "end")
    return themed(bars + words, width=WIDTH, height=max(60, 26 * len(names)))


def returners_chart(rows: pl.DataFrame) -> Any:
    """Share of the lines bought that came back, by segment, beside that of all these segments together.

    Args:
        rows: name, n_bought, n_returned (lines), in the order to show.
    """
    import altair as alt

    names = rows["name"].to_list()
    told = rows.with_columns((pl.col("n_returned") / pl.col("n_bought")).alias("share"))
    told = told.with_columns(_of_lines("share"))
    y = alt.Y("name:N", sort=names, title=None, axis=alt.Axis(labelLimit=200))
    share = float(rows["n_returned"].sum()) / max(float(rows["n_bought"].sum()), 1.0)
    top = max([1e-6, *told["share"]])
    title = str(t("share of lines sent back"))
    x = alt.X("share:Q", title=title, scale=alt.Scale(domain=[0, top]), axis=_percents(top))
    bars = alt.Chart(told).mark_bar(color=ACCENT, height=BAR).encode(y=y, x=x)
    mark = pl.DataFrame({"share": [share], "label": [str(t("all together: {share:.1%}", share=share))]})
    base = alt.Chart(mark).encode(x=alt.X("share:Q", title=title, axis=_percents(top)))
    line = base.mark_rule(color=WARM, strokeDash=[4, 3], strokeWidth=1.5)
    above = base.mark_text(color=WARM, fontSize=12, align="center").encode(y=alt.value(-8), text="label:N")
    # in a column of their own: behind short bars the line would cross them
    words = alt.Chart(told).mark_text(align="left", color=INK, fontSize=12)
    aside = words.encode(y=y, x=alt.value(WIDTH + 8), text="label:N")
    return themed(bars + line + above + aside, width=WIDTH, height=max(60, 26 * len(names)))


def returned_chart(rows: pl.DataFrame) -> Any:
    """Products of which most lines came back, with their number and its share of the lines bought.

    Args:
        rows: name, n_bought, n_returned (lines), in the order to show.
    """
    import altair as alt

    told = rows.with_columns((pl.col("n_returned") / pl.col("n_bought")).alias("share"))
    told = told.with_columns(_of_lines("share"))
    names = told["name"].to_list()
    y = alt.Y("name:N", sort=names, title=None, axis=alt.Axis(labelLimit=260))
    x = alt.X("n_returned:Q", title=str(t("lines sent back")), axis=_amounts())
    bars = alt.Chart(told).mark_bar(color=ACCENT, height=BAR).encode(y=y, x=x)
    return themed(bars + _words(told, names, "n_returned"), width=WIDTH, height=max(60, 26 * len(names)))


def searches_chart(rows: pl.DataFrame, *, is_empty: bool) -> Any:
    """Search words with how often they were searched for, and how often in vain.

    Args:
        rows: query, n_searches, n_lost (those in vain), in the order to show.
        is_empty: whether in vain means that nothing was found; else that nothing was viewed afterwards.
    """
    import altair as alt

    lost = str(t("found nothing") if is_empty else t("nothing viewed after"))
    rest = str(t("other searches"))
    named = rows.rename({"query": "name"})
    names = named["name"].to_list()
    parts = pl.concat(
        [
            named.select("name", pl.lit(0, pl.Int64).alias("from"), pl.col("n_lost").alias("to"), kind=pl.lit(lost)),
            named.select("name", pl.col("n_lost").alias("from"), pl.col("n_searches").alias("to"), kind=pl.lit(rest)),
        ]
    )
    color = alt.Color("kind:N", title=None, scale=alt.Scale(domain=[lost, rest], range=[ACCENT, PALE]))
    y = alt.Y("name:N", sort=names, title=None, axis=alt.Axis(labelLimit=260))
    x = alt.X("from:Q", title=str(t("searches")), axis=_amounts())
    bars = alt.Chart(parts).mark_bar(height=BAR).encode(y=y, x=x, x2="to:Q", color=color)
    labels = [str(t("{lost:,} of {n:,}", lost=a, n=b)) for a, b in named.select("n_lost", "n_searches").iter_rows()]
    told = named.with_columns(pl.Series("label", labels, pl.String))
    return themed(bars + _words(told, names, "n_searches"), width=WIDTH, height=max(60, 26 * len(names)))


def _stacked(rows: pl.DataFrame, stem: str, *kept: str) -> pl.DataFrame:
    """Two rows for each, one on top of the other: those kept, from, to, kind."""
    first, rest = (pl.col(f"{stem}_{side}").fill_null(0) for side in ("new", "returning"))
    both = first + rest
    new, back = (str(text) for text in _names())
    return pl.concat(
        [
            rows.select(*kept, (first * 0).alias("from"), first.alias("to"), pl.lit(new).alias("kind")),
            rows.select(*kept, first.alias("from"), both.alias("to"), pl.lit(back).alias("kind")),
        ]
    )


def _with_share(revenue: float, share: float | None) -> str:
    if share is None:
        return f"{revenue:,.0f}"
    return str(t("{revenue:,.0f} (returning {share:.0%})", revenue=revenue, share=share))


def _names() -> tuple[Any, Any]:
    return t("new customers"), t("returning customers")


def _sides(legend: Any = None) -> Any:
    import altair as alt

    scale = alt.Scale(domain=[str(text) for text in _names()], range=["#E69F00", ACCENT])
    return alt.Color("kind:N", title=None, scale=scale, legend=legend or alt.Legend())


def _of_lines(share: str) -> pl.Expr:
    told = pl.struct(share, "n_returned", "n_bought").map_elements(
        lambda row: str(t("{share:.1%} ({n:,} of {of:,})", share=row[share], n=row["n_returned"], of=row["n_bought"])),
        pl.String,
    )
    return told.alias("label")


def _words(rows: pl.DataFrame, names: list[str], at: str) -> Any:
    """What stands behind the ends of bars: name, the place, label."""
    import altair as alt

    marks = alt.Chart(rows).mark_text(align="left", dx=4, color=INK, fontSize=12)
    return marks.encode(y=alt.Y("name:N", sort=names, title=None), x=alt.X(f"{at}:Q"), text="label:N")


def _amounts() -> Any:
    import altair as alt

    return alt.Axis(format=",.0f", tickCount=4, titleColor=MUTED, tickMinStep=1)


def _percents(top: float) -> Any:
    import altair as alt

    return alt.Axis(format=".0%" if top >= 0.05 else ".1%", tickCount=4)
