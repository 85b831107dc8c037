"""What reviewers wrote, in their own words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

import polars as pl

from shopwright.reviews.attributed import attributed
from shopwright.reviews.markup import readable
from shopwright.reviews.narrated import is_narrated
from shopwright.shop.personal import mask
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop

__all__ = ["Quote", "masked", "quotes", "shortened"]

LONGEST, MOST = 160, 3


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of one reviewer: which review, its stars, and the words with personal data masked."""

    review: str
    stars: float
    words: str


def quotes(shop: Shop, skus: list[str], since: date | None = None) -> dict[str, list[Quote]]:
    """Up to three different quotes for each product that has any, fewest stars first, latest first.

    What only says that something was bought, came or was used is none.
    Words are verbatim but for HTML, which is taken out, personal data, which is masked, and what is cut after 160
    signs.

    Args:
        shop: the shop.
        skus: products.
        since: only reviews after this day; None: all, undated ones too.
    """
    said = pl.coalesce(pl.col(c.TEXT).str.strip_chars().replace("", None), pl.col(c.TITLE).str.strip_chars())
    chosen = (
        attributed(shop)
        .filter(pl.col(c.SKU).is_in(skus))
        .with_columns(said.alias(c.TEXT))
        .filter(pl.col(c.TEXT).str.len_chars() > 0, ~is_narrated(pl.col(c.TEXT).str.to_lowercase()))
    )
    if since is not None:
        chosen = chosen.filter(pl.col(c.DAY) > since)
    rows = (
        chosen.sort(c.STARS, c.DAY, c.REVIEW, descending=[False, True, False], nulls_last=True)
        .unique([c.SKU, c.TEXT], keep="first", maintain_order=True)
        .group_by(c.SKU, maintain_order=True)
        .head(MOST)
        .collect()
    )
    found: dict[str, list[Quote]] = {}
    for sku, review, given, text in rows.select(c.SKU, c.REVIEW, c.STARS, c.TEXT).iter_rows():
        if words := masked(text):
            found.setdefault(sku, []).append(Quote(review, given, words))
    return found


def masked(text: str) -> str:
    """What may be shown of a reviewer's words: one line without HTML, personal data masked."""
    # markup first: an address that is written with an entity is one
    return shortened(mask(readable(text)))


def shortened(text: str) -> str:
    """The text on one line, cut at a space before 160 signs where it is longer."""
    line = re.sub(r"\s+", " ", text).strip()
    if len(line) <= LONGEST:
        return line
    head = line[: LONGEST - 1]
    # a text without spaces, as in Chinese, is cut where it is full
    at = head.rfind(" ", LONGEST // 2)
    return (head[:at] if at > 0 else head) + "…"
