"""Customers whose segments are planted: what each kind does is fixed by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

LAST = datetime(2024, 6, 30, 12, tzinfo=UTC)
# how many, days before the last day on which they order, and what an order is worth
KINDS = {
    "champions": (20, [2, 9, 16, 30, 44, 58, 90], 200.0),
    "new": (20, [5], 20.0),
    "loyal": (20, [37, 60, 80, 110, 140], 80.0),
    "promising": (20, [12, 70], 15.0),
    "needs_attention": (20, [40], 25.0),
    "at_risk": (20, [120, 150, 180, 220], 90.0),
    "lost": (40, [200], 10.0),
}


@pytest.fixture(scope="session")
def lines_of():
    """Makes canonical order lines of (customer, days before the last day, worth of an order)."""

    def make(*customers):
        rows = [
            (f"{who}-{day}-{at}", "1", f"s{day % 3}", LAST - timedelta(days=day), who, 2.0, worth / 2, worth)
            for who, days, worth in customers
            for at, day in enumerate(days)
        ]
        schema = ["order", "line", "sku", "at", "customer", "units", "price", "revenue"]
        return pl.DataFrame(rows, schema=schema, orient="row", schema_overrides={"customer": pl.String})

    return make


@pytest.fixture(scope="session")
def lines(lines_of):
    """Customers of each kind, named after it."""
    return lines_of(
        *((f"{kind}-{n:02}", days, worth) for kind, (many, days, worth) in KINDS.items() for n in range(many))
    )
