"""A shop whose products come in chains: after each one always the same next one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

N_SKUS = 40
FIRST = datetime(2024, 1, 1, 12, tzinfo=UTC)


def chained(n_customers=300, n_orders=9, seed=3):
    """Orders of one product each, a step along a secret circle; popularity says nothing of what comes next."""
    draw = np.random.default_rng(seed)
    circle = draw.permutation(N_SKUS)
    rows = []
    for customer in range(n_customers):
        start = int(draw.integers(N_SKUS))
        for step in range(n_orders):
            at = FIRST + timedelta(days=10 * step + int(draw.integers(10)))
            rows.append((f"c{customer:03}", f"p{circle[(start + step) % N_SKUS]:02}", at, f"o{customer}-{step}"))
    return pl.DataFrame(rows, schema=["customer", "sku", "at", "order"], orient="row")


def after(sku, seed=3):
    """The product that comes next."""
    circle = np.random.default_rng(seed).permutation(N_SKUS).tolist()
    return f"p{circle[(circle.index(int(sku[1:])) + 1) % N_SKUS]:02}"
