"""Defects planted in the synthetic shop show in the stars, and where none is planted little does."""

from __future__ import annotations

from datetime import timedelta

from shopwright.reviews import stars
from shopwright.shop.synthetic import make


def test_planted_defects_are_found_when_they_have_begun():
    world = make(orders=20_000, seed=1)
    first = min(defect.first_day for defect in world.truth.defects)
    planted = {defect.sku for defect in world.truth.defects}
    now = set(stars(world.shop).falling["sku"])
    before = stars(world.shop.until(first - timedelta(days=1)))
    assert len(now & planted) >= 2
    assert len(now - planted) <= 2
    assert before.falling.height <= 2
    assert not set(before.falling["sku"]) & planted
