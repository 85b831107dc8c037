"""How customers moved between segments, who came back, and where visits end."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from shopwright.charts.customers import cohorts_chart, funnel_chart, movement_chart
from shopwright.charts.customers_back import searches_chart
from shopwright.i18n import t
from shopwright.shop.schema import names as c
from shopwright.shop.titles import titles
from shopwright.strategy.page import Chart, Col, Details, Part, Table

if TYPE_CHECKING:
    from shopwright.customers import Cohorts, Funnel, Movement
    from shopwright.strategy.workup import Workup

__all__ = ["cohort_blocks", "funnel_blocks", "movement_blocks"]

MOST_COHORTS, SHOWN = 14, 10


def movement_blocks(work: Workup) -> list[Part]:
    """A matrix of segments then and now, and the falls that took most revenue along."""
    moved = work.movement
    if moved is None or moved.counted("came") == sum(moved.table["n_customers"]):
        return []
    caption = t(
        "Customers by segment {days} days ago (rows) and now (columns); darker: a larger share of the row. {came:,}"
        " came, {rose:,} rose, {fell:,} fell",
        days=moved.days,
        came=moved.counted("came"),
        rose=moved.counted("rose"),
        fell=moved.counted("fell"),
    )
    words = moved.words()
    told = [Details(t("Falls that took most revenue along"), tuple(words))] if words else []
    return [Chart(caption, partial(_draw_movement, moved)), *told]


def _draw_movement(moved: Movement) -> object:
    from shopwright.customers import SEGMENTS, label

    names = {name: str(label(name)) for name in ("not_yet", *SEGMENTS)}
    now, before = (set(moved.table[column]) for column in ("now", "before"))
    rows = moved.table.with_columns(pl.col("before", "now").replace_strict(names, return_dtype=pl.String))
    across = [text for name, text in names.items() if name in now]
    return movement_chart(rows, across, [text for name, text in names.items() if name in before])


def cohort_blocks(work: Workup) -> list[Part]:
    """Retention by month of the first purchase, for a shop that was seen for two months or more."""
    found = work.cohorts
    if found is None or found.table.filter(pl.col("after") > 0, pl.col("retention").is_not_null()).is_empty():
        return []
    caption = t(
        "Share of the customers of each month that ordered again in each month after it; in brackets how many they are."
        " {repeated:.0%} of all customers came back on another day",
        repeated=found.repeated,
    )
    return [Chart(caption, partial(_draw_cohorts, found)), Details(t("How cohorts are counted"), (found.how,))]


def _draw_cohorts(found: Cohorts) -> object:
    last = found.table["cohort"].unique().sort().tail(MOST_COHORTS)
    name = pl.format("{} ({})", pl.col("cohort").dt.strftime("%Y-%m"), "n_customers").alias("name")
    shown = found.table.filter(pl.col("cohort").is_in(last.implode()), pl.col("after") < MOST_COHORTS)
    return cohorts_chart(shown.select(name, "after", "retention"))


def funnel_blocks(work: Workup) -> list[Part]:
    """How far visits come, which products they leave, and which searches lead nowhere."""
    found = work.funnel
    if found is None or not found.steps["n_visits"][0]:
        return []
    caption = t(
        "Visits that came so far or further; pale: those lost on the way. A visit ends after {minutes:.0f} minutes"
        " without an event",
        minutes=found.pause,
    )
    blocks: list[Part] = [Chart(caption, partial(_draw_funnel, found)), *_left(work, found), *_searched(found)]
    if found.notes:
        blocks.append(Details(t("What the events do not say"), found.notes))
    return blocks


def _draw_funnel(found: Funnel) -> object:
    from shopwright.customers import step_label

    names = pl.Series("name", [str(step_label(step)) for step in found.steps["step"]], pl.String)
    return funnel_chart(found.steps.with_columns(names))


def _left(work: Workup, found: Funnel) -> list[Part]:
    named = titles(work.shop)
    short = found.products.filter(pl.col("n_short") >= 1, pl.col("n_viewed") > 0).head(SHOWN)
    if short.is_empty():
        return []
    rows = [
        (
            named.get(row[c.SKU], row[c.SKU]),
            row["n_viewed"],
            f"{row['n_carted'] / row['n_viewed']:.1%}",
            f"{row['n_bought'] / row['n_viewed']:.1%}",
            round(row["n_short"]),
        )
        for row in short.iter_rows(named=True)
    ]
    columns = (
        Col(t("Title")),
        Col(t("Visits that viewed it"), is_number=True),
        Col(t("put into the cart"), is_number=True),
        Col(t("bought"), is_number=True),
        Col(t("Purchases missing"), is_number=True),
    )
    caption = t(
        "Products that visits leave: purchases missing beside products as they are bought on average when viewed"
    )
    return [Table(caption, columns, rows)]


def _searched(found: Funnel) -> list[Part]:
    lost = found.searches.filter(pl.max_horizontal("n_empty", "n_unclicked") > 0).head(SHOWN)
    if lost.is_empty():
        return []
    rows = [
        (row[c.QUERY], row["n_searches"], row["n_empty"], row["n_unclicked"], row["n_bought"])
        for row in lost.iter_rows(named=True)
    ]
    columns = (
        Col(t("Search words")),
        Col(t("Searches"), is_number=True),
        Col(t("Nothing found"), is_number=True),
        Col(t("Nothing viewed after"), is_number=True),
        Col(t("Something bought after"), is_number=True),
    )
    listed = Table(t("Searches that found nothing, or after which nothing was viewed"), columns, rows)
    is_empty = (found.searches["n_empty"].sum() or 0) > 0
    drawn = t(
        "Search words in vain: searches that {lost}, of all searches for these words, to {day}",
        lost=t("found nothing") if is_empty else t("were followed by no look at a product"),
        day=found.as_of.isoformat(),
    )
    return [Chart(drawn, partial(_draw_searches, found.searches, is_empty=is_empty)), listed]


def _draw_searches(searches: pl.DataFrame, *, is_empty: bool) -> object:
    n_lost = pl.col("n_empty" if is_empty else "n_unclicked").fill_null(0).alias("n_lost")
    rows = searches.select("query", "n_searches", n_lost).filter(pl.col("n_lost") > 0)
    return searches_chart(rows.sort("n_lost", "query", descending=[True, False]).head(SHOWN), is_empty=is_empty)
