"""On real reviews what is said is true of the raw data when looked up by hand."""

from __future__ import annotations

import polars as pl
import pytest

from shopwright.reviews import stars, study
from shopwright.shop.shop import Shop

pytestmark = pytest.mark.realdata


def test_low_products_are_low_in_the_raw_file(raw):
    shop = Shop.of({"reviews": raw})
    found = stars(shop)
    assert found.shop_mean == pytest.approx(raw["stars"].mean())
    assert 3 <= found.low.height <= 20
    by_hand = raw.group_by("sku").agg(pl.col("stars").mean(), pl.len())
    for row in found.low.iter_rows(named=True):
        mean, n = by_hand.filter(sku=row["sku"]).select("stars", "len").row(0)
        assert (row["mean"], row["n"]) == (pytest.approx(mean), n)
        assert mean < raw["stars"].mean() - 0.3


def test_quotes_are_verbatim(raw):
    texts = dict(raw.select("review", "text").iter_rows())
    quoted = [evidence for proposal in study(Shop.of({"reviews": raw})) for evidence in proposal.evidence[1:]]
    assert len(quoted) >= 9
    for evidence in quoted:
        words = evidence.says.args["quote"].removesuffix("…")
        review = evidence.where.split("'")[1]
        assert words in " ".join(texts[review].split())
