"""A checkerboard of tastes: half of the customers buy even products only, the other half odd ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

LAST = datetime(2024, 6, 30, 12, tzinfo=UTC)
N_SKUS, N_CUSTOMERS = 20, 120


@pytest.fixture(scope="session")
def checkerboard():
    """Interactions of 120 customers with 6 orders of 3 products each, spread over 170 days."""
    draw = np.random.default_rng(5)
    rows = []
    for customer in range(N_CUSTOMERS):
        liked = np.arange(customer % 2, N_SKUS, 2)
        for order in range(6):
            at = LAST - timedelta(days=int(draw.integers(0, 170)), hours=int(draw.integers(0, 24)))
            skus = draw.choice(liked, 3, replace=False)
            rows += [(f"c{customer:03}", f"p{sku:02}", at, f"o{customer:03}-{order}") for sku in skus]
    rows.append(("c000", "p00", LAST, "o000-last"))
    return pl.DataFrame(rows, schema=["customer", "sku", "at", "order"], orient="row")


@pytest.fixture
def order_lines(checkerboard):
    """The same as canonical order lines at a price of 10."""
    return checkerboard.with_columns(
        pl.int_range(pl.len()).cast(pl.String).alias("line"),
        pl.lit(1.0).alias("units"),
        pl.lit(10.0).alias("price"),
        pl.lit(10.0).alias("revenue"),
    )
