"""The shop to play with."""

from __future__ import annotations

import polars as pl

import shopwright


def test_the_same_seed_is_the_same_shop():
    one, two, other = (shopwright.demo(seed=seed, orders=300) for seed in (1, 1, 2))
    for name in one.tables:
        assert one.table(name).collect().equals(two.table(name).collect()), name
    assert not one.table("order_lines").collect().equals(other.table("order_lines").collect())


def test_it_has_every_table_and_about_as_many_orders():
    shop = shopwright.demo(orders=300)
    assert 150 <= shop.table("orders").select(pl.len()).collect().item() <= 600
    assert len(shop.tables) >= 14
    assert shopwright.plan(shop).chosen
