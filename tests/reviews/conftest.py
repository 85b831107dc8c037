"""Reviewed products with a planted fall of one of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

LAST = datetime(2024, 6, 30, 12, tzinfo=UTC)
N_SKUS, N_REVIEWS = 40, 60
GOOD, BAD = [0.02, 0.04, 0.10, 0.30, 0.54], [0.40, 0.25, 0.15, 0.10, 0.10]


def _reviews(seed, fallen=None):
    """Sixty reviews of each of forty products over 360 days; of the fallen one worse ones in the last 84."""
    draw = np.random.default_rng(seed)
    rows = []
    for sku in range(N_SKUS):
        for n in range(N_REVIEWS):
            ago = 6 * n
            shares = BAD if sku == fallen and ago < 84 else GOOD
            stars = float(draw.choice([1, 2, 3, 4, 5], p=shares))
            text = "The handle broke off." if stars == 1 else "Fine."
            rows.append((f"r{sku}-{n}", f"s{sku:02}", LAST - timedelta(days=ago), stars, text))
    return pl.DataFrame(rows, schema=["review", "sku", "at", "stars", "text"], orient="row")


@pytest.fixture(scope="session")
def stable():
    """Reviews that do not change, five times drawn."""
    return [_reviews(seed) for seed in range(5)]


@pytest.fixture(scope="session")
def fallen():
    """Reviews of which those of product s07 fell 84 days before the last."""
    return _reviews(11, fallen=7)


@pytest.fixture(scope="session")
def sales():
    """One order of s07 a day for 100 days, two units at 15."""
    return pl.DataFrame(
        {
            "order": [f"o{n}" for n in range(100)],
            "line": ["1"] * 100,
            "sku": ["s07"] * 100,
            "at": [LAST - timedelta(days=n) for n in range(100)],
            "units": [2.0] * 100,
            "price": [15.0] * 100,
            "revenue": [30.0] * 100,
        }
    )


@pytest.fixture(scope="module")
def raw(data):
    """The clothing reviews as a table of reviews."""
    (file,) = data("womens_clothing").glob("*.parquet")
    return pl.read_parquet(file).select(
        pl.col("row").cast(pl.String).alias("review"),
        pl.col("Clothing ID").cast(pl.String).alias("sku"),
        pl.col("Rating").cast(pl.Float64).alias("stars"),
        pl.col("Title").alias("title"),
        pl.col("Review Text").alias("text"),
    )
