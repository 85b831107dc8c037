"""What customers say follows planted quality and defects."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from shopwright.shop.schema import names as c


def _names_the_defect(defect) -> pl.Expr:
    return pl.any_horizontal(pl.col(c.TEXT).str.contains(words, literal=True) for words in defect.wordings)


def test_a_defect_is_told_of_from_its_first_day(dense):
    assert len(dense.truth.defects) == 3
    for defect in dense.truth.defects:
        told = (
            dense.tables["reviews"].filter(pl.col(c.SKU) == defect.sku).with_columns(is_told=_names_the_defect(defect))
        )
        before, after = (
            told.filter(part) for part in (pl.col(c.DAY) < defect.first_day, pl.col(c.DAY) >= defect.first_day)
        )
        assert not before["is_told"].any()
        assert after.height > 40
        assert after["is_told"].mean() == pytest.approx(defect.share, abs=4 * np.sqrt(0.25 / after.height))
        assert after[c.STARS].mean() < before[c.STARS].mean() - 0.7
        assert (after.filter("is_told")[c.STARS] <= 2).all()


def test_the_default_shop_shows_its_defects(world):
    for defect in world.truth.defects:
        assert timedelta(days=25) < world.truth.last_day - defect.first_day < timedelta(days=46)
        after = world.tables["reviews"].filter((pl.col(c.SKU) == defect.sku) & (pl.col(c.DAY) >= defect.first_day))
        assert after.filter(_names_the_defect(defect)).height >= 3


def test_defects_come_back_and_are_complained_about(dense):
    for defect in dense.truth.defects:
        back = dense.tables["returns"].filter(pl.col(c.SKU) == defect.sku)
        faulty = back.filter(pl.col("reason") == "defective")
        assert faulty.height > 5
        assert faulty[c.DAY].min() > defect.sold_from
        asked = dense.tables["tickets"].filter((pl.col(c.SKU) == defect.sku) & (pl.col("intent") == "defect_complaint"))
        assert asked.height > 5
        assert asked.select(_names_the_defect(defect)).to_series().all()
    others = dense.tables["returns"].filter(~pl.col(c.SKU).is_in([defect.sku for defect in dense.truth.defects]))
    assert "defective" not in others["reason"].to_list()


def test_stars_follow_quality(dense):
    faulty = [defect.sku for defect in dense.truth.defects]
    stars = (
        dense.tables["reviews"]
        .filter(~pl.col(c.SKU).is_in(faulty))
        .group_by(c.SKU)
        .agg(pl.col(c.STARS).mean(), pl.len())
    )
    stars = stars.filter(pl.col("len") > 60)
    quality = [dense.truth.curves[sku].quality for sku in stars[c.SKU]]
    assert np.corrcoef(stars[c.STARS], quality)[0, 1] > 0.85


def test_reviews_are_in_three_languages(world):
    texts = world.tables["reviews"][c.TEXT]
    chinese = texts.str.contains(r"\p{Han}").mean()
    german = texts.str.contains(r"\b(und|die|Die|nach|wie|als|ganz|Ein|Etwas|Leider|Geht|Bin|Jeden|Wirkt)\b").mean()
    assert 0.04 < chinese < 0.13
    assert 0.08 < german < 0.3
    assert not texts.str.contains("{", literal=True).any()


def test_intents_have_their_shares(dense):
    asked = dense.tables["tickets"].filter(pl.col("intent") != "defect_complaint")
    shares = dict(asked["intent"].value_counts(normalize=True).iter_rows())
    for intent, share in dense.truth.intents.items():
        assert shares.get(intent, 0) == pytest.approx(share, abs=0.03)


def test_some_tickets_hold_invented_personal_data(world):
    texts = world.tables["tickets"][c.TEXT]
    assert 0.1 < texts.str.contains(r"\+49 30 23125|@example\.com").mean() < 0.35
    assert not texts.str.contains("{", literal=True).any()
