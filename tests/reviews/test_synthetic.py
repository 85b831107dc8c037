"""Defects planted in the synthetic shop show in the stars, and where none is planted little does."""

from __future__ import annotations

from datetime import timedelta

from shopwright.reviews import stars
from shopwright.shop.synthetic import make

SEEDS = (0, 1, 2, 3)


def test_planted_defects_are_found_when_they_have_begun():
    found = missed = false = early = 0
    for seed in SEEDS:
        world = make(orders=20_000, seed=seed)
        first = min(defect.first_day for defect in world.truth.defects)
        planted = {defect.sku for defect in world.truth.defects}
        now = set(stars(world.shop).falling["sku"])
        found += len(now & planted)
        missed += len(planted - now)
        false += len(now - planted)
        # on the evening before the first one began, every alarm is a false one: about 200 products a shop
        early += stars(world.shop.until(first - timedelta(days=1))).falling.height
    assert found >= 9
    assert missed <= 3
    assert false <= 2
    assert early <= 4
