"""Two worlds: the default shop, and a dense one with few products, in which effects stand out from the noise."""

from __future__ import annotations

import pytest

from shopwright.shop.synthetic import World, make


@pytest.fixture(scope="session")
def world() -> World:
    return make(orders=10_000)


@pytest.fixture(scope="session")
def dense() -> World:
    return make(orders=60_000, skus=40, seed=3)
