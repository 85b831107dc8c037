"""What products are called."""

from __future__ import annotations

import polars as pl

from shopwright.shop.shop import Shop
from shopwright.shop.titles import titles

SHOP = Shop.of({"products": pl.DataFrame({"sku": ["A", "B", "C", "D"], "title": ["Cup", "Cup", "Mug", None]})})


def test_products_without_a_title_are_left_out():
    assert titles(SHOP) == {"A": "Cup", "B": "Cup", "C": "Mug"}


def test_shared_titles_are_told_apart():
    assert titles(SHOP, distinct=True) == {"A": "Cup (A)", "B": "Cup (B)", "C": "Mug"}
