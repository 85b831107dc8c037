"""Products that the synthetic shop's customers buy together are found again."""

from __future__ import annotations

from shopwright.recommend import pairs
from shopwright.shop.synthetic import make


def test_planted_affinities_are_among_the_best_pairs():
    world = make(orders=20_000, seed=1)
    planted = {frozenset((pair.sku, pair.other)) for pair in world.truth.affinities}
    found = {frozenset(pair) for pair in pairs(world.shop).table.select("sku", "show").iter_rows()}
    assert len(found & planted) >= 0.5 * len(found)
    assert len(found & planted) >= 8
