"""Topics that reviews praise and blame, counted by product."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import polars as pl

from shopwright.i18n import Text, t
from shopwright.reviews.aspects import POLARITIES, POLARITY, ROW, TOPIC, Aspects
from shopwright.reviews.fit_words import OF_PARCEL
from shopwright.reviews.given import LEVEL, PLACE
from shopwright.reviews.mentions import BAD, SAID_BY, THEME
from shopwright.reviews.promised import as_promised
from shopwright.reviews.severity import SEVERE
from shopwright.shop.schema import names as c

__all__ = ["TOPICS", "TOPIC_OF", "aspect_counts", "topic_of_fault"]

SIZE, PICTURED = "size_and_fit", "as_pictured"
SIZE_OF_PARCEL = re.compile(OF_PARCEL)

TOPICS: Mapping[str, Text] = {
    "quality": t("quality"),
    "size_and_fit": t("size and fit"),
    "as_pictured": t("as pictured"),
    "looks": t("looks"),
    "packaging": t("packaging"),
    "delivery": t("delivery"),
    "price": t("price"),
    "service": t("service"),
    "smell": t("smell"),
    "safety": t("safety"),
    "material": t("material"),
    "comfort": t("comfort"),
    "durability": t("durability"),
    "instructions": t("instructions"),
    "battery": t("battery"),
    "performance": t("performance"),
    "taste": t("taste"),
}


# The topic that each fault is part of; dangers are part of safety.
TOPIC_OF: Mapping[str, str] = {
    **dict.fromkeys(("seam", "zip", "button", "handle", "flimsy", "printing", "fake", "spoiled"), "quality"),
    **dict.fromkeys(("tear", "coating", "breakage", "loose", "leak", "shrink", "stain", "fade"), "durability"),
    **dict.fromkeys(("light", "function"), "performance"),
    **dict.fromkeys(("service", "wrong_item"), "service"),
    **{"size": "size_and_fit", "colour": "as_pictured", "shape": "material", "power": "battery"},
    **{name: name for name in ("packaging", "delivery", "price", "smell", "comfort")},
    **dict.fromkeys(SEVERE, "safety"),
}


def aspect_counts(reviews: pl.DataFrame, texts: Sequence[str], every: pl.DataFrame | None = None) -> pl.DataFrame:
    """How many reviews of each product speak well, badly or neither of each topic; one may do several.

    A review that names a fault speaks of the topic that the fault is part of, so that a topic counts at least the
    reviews of each of its faults: badly where the review is bad, else neither, unless the sentence itself was judged.

    Args:
        reviews: place and sku of each text, null where it is not known, and polarity.
        texts: of the reviews, in their order.
        every: faults that they name, as of `every_mention`; None: not looked at.

    Returns:
        sku, topic, n (reviews that speak of it), n_negative, n_neutral, n_positive; products in order, then topics that
        most speak of.
    """
    goods = _of_goods(Aspects.load().extract(texts).drop_nulls(TOPIC), texts)
    found = _as_promised(goods, texts).select(ROW, TOPIC, POLARITY).unique()
    if every is not None:
        found = _without_echoes(found, reviews, every)
        found = pl.concat([found, _of_faults(reviews, every).join(found, on=[ROW, TOPIC], how="anti")])
    sku = reviews.select(c.SKU).with_row_index(ROW).with_columns(pl.col(ROW).cast(pl.Int64))
    counts = [(pl.col(POLARITY) == name).sum().cast(pl.Int64).alias(f"n_{name}") for name in POLARITIES]
    return (
        found.join(sku, on=ROW)
        .drop_nulls(c.SKU)
        .group_by(c.SKU, TOPIC)
        .agg(pl.col(ROW).n_unique().cast(pl.Int64).alias("n"), *counts)
        .sort(c.SKU, "n", TOPIC, descending=[False, True, False])
    )


def topic_of_fault() -> pl.Expr:
    """The topic that the fault in a table's column of themes is part of, as `topic`; null where it is none."""
    return pl.col(THEME).replace_strict(TOPIC_OF, default=None, return_dtype=pl.String).alias(TOPIC)


def _of_goods(found: pl.DataFrame, texts: Sequence[str]) -> pl.DataFrame:
    """Without sizes that are said of the packaging: "the box was far too big"."""
    is_size = found[TOPIC] == SIZE
    spans: dict[int, list[tuple[int, int]]] = {}
    for row in found.filter(is_size)[ROW].unique().to_list():
        spans[row] = [each.span() for each in SIZE_OF_PARCEL.finditer(texts[row])]
    places = found.select(ROW, "start", "end").iter_rows()
    of_parcel = [
        any(first <= start and end <= last for first, last in spans.get(row, ())) for row, start, end in places
    ]
    return found.filter(~(is_size & pl.Series(of_parcel, dtype=pl.Boolean)))


def _as_promised(found: pl.DataFrame, texts: Sequence[str]) -> pl.DataFrame:
    """With praise where a text says that the goods are as they were shown or described, whatever else it blames."""
    is_shown = pl.col(TOPIC) == PICTURED
    rows = found.filter(is_shown)[ROW].unique().to_list()
    spans = {row: as_promised(texts[row]) for row in rows}
    places = found.select(ROW, "start", "end").iter_rows()
    kept = [any(first <= start and end <= last for first, last in spans.get(row, ())) for row, start, end in places]
    keeps = is_shown & pl.Series(kept, dtype=pl.Boolean)
    return found.with_columns(pl.when(keeps).then(pl.lit("positive")).otherwise(POLARITY).alias(POLARITY))


def _without_echoes(found: pl.DataFrame, reviews: pl.DataFrame, every: pl.DataFrame) -> pl.DataFrame:
    """Without the topic of a fault that a review's danger says already: mould that smells is counted as mould."""
    rows = reviews.select(PLACE).with_row_index(ROW).with_columns(pl.col(ROW).cast(pl.Int64))
    for theme, others in SAID_BY.items():
        dangers = every.filter(pl.col(THEME).is_in([other for other in others if other in SEVERE]))
        told = dangers.join(rows, on=PLACE).select(ROW, pl.lit(TOPIC_OF[theme]).alias(TOPIC)).unique()
        found = found.join(told, on=[ROW, TOPIC], how="anti", maintain_order="left")
    return found


def _of_faults(reviews: pl.DataFrame, every: pl.DataFrame) -> pl.DataFrame:
    """Topics of the faults that reviews name: row, topic, polarity."""
    rows = reviews.select(PLACE, LEVEL).with_row_index(ROW).with_columns(pl.col(ROW).cast(pl.Int64))
    is_bad = (pl.col(LEVEL) <= BAD).fill_null(value=False)
    felt = pl.when(is_bad).then(pl.lit("negative")).otherwise(pl.lit("neutral")).alias(POLARITY)
    return every.join(rows, on=PLACE).select(ROW, topic_of_fault(), felt).drop_nulls(TOPIC).unique()
