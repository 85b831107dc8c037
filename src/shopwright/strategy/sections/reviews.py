"""What reviewers gave, and whose stars fall."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from shopwright.charts.stars import stars_chart
from shopwright.i18n import Text, t
from shopwright.shop.money import Figure
from shopwright.shop.schema import names as c
from shopwright.strategy.page import Block, Chart, Col, Details, Note, Section, Table
from shopwright.strategy.sections.review_findings import finding_blocks

if TYPE_CHECKING:
    from shopwright.reviews import Stars
    from shopwright.strategy.workup import Workup

__all__ = ["reviews_section"]

SHOWN = 10


def reviews_section(work: Workup) -> Section | None:
    """What customers praise, complain of and what it costs; then stars over time, those that fell, and the lowest."""
    found = work.stars
    said = [] if work.analysis is None else finding_blocks(work.analysis, work.as_of)
    if found is None or found.n_reviews == 0:
        return Section("reviews", t("Reviews"), tuple(said)) if said else None
    figures = (
        Figure(t("Stars"), round(found.shop_mean, 2), t("of 5"), found.as_of, t("mean of all reviews with stars")),
        Figure(t("Reviews with stars"), float(found.n_reviews), t("reviews"), found.as_of, t("of a known product")),
    )
    blocks: list[Block] = [*said]
    whole = found.months.filter(pl.col(c.SKU).is_null())
    if whole.height > 1:
        caption = t("Mean stars of all reviews by month")
        draw = partial(stars_chart, whole["month"].to_list(), whole["mean"].to_list())
        blocks.append(Chart(caption, draw, ends_now=True))
    blocks += [_falling(found)] if found.falling.height else [Note(_none_falling(found))]
    blocks += [_lowest(found), Details(t("How stars are judged"), (found.how,))]
    return Section("reviews", t("Reviews"), tuple(blocks), figures)


def _none_falling(found: Stars) -> Text:
    if found.n_undated == found.n_reviews:
        return t("The reviews have no dates, so it cannot be told whose stars fall.")
    return t("No product's stars fell beyond chance in the last 90 days.")


def _falling(found: Stars) -> Table:
    rows = [
        (row[c.TITLE] or row[c.SKU], row["before"], row["recent"], row["n_recent"], row["z"])
        for row in found.falling.head(SHOWN).iter_rows(named=True)
    ]
    columns = (
        Col(t("Product")),
        Col(t("Stars before"), is_number=True, digits=2),
        Col(t("Stars, last 90 days"), is_number=True, digits=2),
        Col(t("Reviews, last 90 days"), is_number=True),
        Col(t("Certainty (z)"), is_number=True, digits=1),
    )
    return Table(t("Products whose stars fell beyond chance"), columns, rows, t("all products: reviews.csv"))


def _lowest(found: Stars) -> Table:
    lowest = found.table.sort("shrunk", c.SKU).head(SHOWN)
    rows = [(row[c.TITLE] or row[c.SKU], row["n"], row["mean"], row["shrunk"]) for row in lowest.iter_rows(named=True)]
    columns = (
        Col(t("Product")),
        Col(t("Reviews"), is_number=True),
        Col(t("Stars"), is_number=True, digits=2),
        Col(t("Stars, drawn to the shop's mean"), is_number=True, digits=2),
    )
    return Table(
        t("Lowest stars; the fewer its reviews, the more a product is drawn to the shop's mean"),
        columns,
        rows,
        t("all products: reviews.csv"),
    )
