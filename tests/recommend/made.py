"""Small worlds of events with a planted truth."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from shopwright.recommend.events import events_of
from shopwright.recommend.learning import checked

LAST = date(2024, 6, 30)


def frame_of(rows, **columns):
    """Interactions from rows of customer, product, days before the last one; further columns by name."""
    found = pl.DataFrame(rows, schema={"customer": pl.String, "sku": pl.String, "ago": pl.Int64}, orient="row")
    at = pl.lit(LAST) - pl.duration(days=pl.col("ago"))
    return found.select(
        "customer", "sku", at.cast(pl.Date).alias("at"), *(pl.Series(*each) for each in columns.items())
    )


def learned(frame, skus=None):
    """The events of a frame; products by name where none are given."""
    lines = checked(frame.lazy())
    known = frame["sku"].cast(pl.String).drop_nulls().unique().sort() if skus is None else pl.Series(sorted(skus))
    return events_of(lines, known)


def name(item):
    """SKU of a product."""
    return f"p{item:03}"


def walks(n_customers=300, n_items=30, length=8, *, faith=0.8, seed=0):
    """Who bought i buys i + 1 next, with probability `faith`; else anything. At an even pace."""
    draw = np.random.default_rng(seed)
    rows = []
    for customer in range(n_customers):
        item, days = int(draw.integers(n_items)), np.sort(draw.choice(120, length, replace=False))[::-1]
        for day in days:
            rows.append((f"c{customer:04}", name(item), int(day)))
            item = (item + 1) % n_items if draw.random() < faith else int(draw.integers(n_items))
    return frame_of(rows)


def orders(n_customers=300, n_items=30, *, seed=0):
    """Customers with six orders of one to four products, drawn without a pattern."""
    draw = np.random.default_rng(seed)
    rows = []
    for customer in range(n_customers):
        for ago in draw.choice(120, 6, replace=False):
            some = draw.choice(n_items, int(draw.integers(1, 5)), replace=False)
            rows += [(f"c{customer:04}", name(item), int(ago)) for item in some]
    return frame_of(rows)


def tastes(n_customers=900, n_items=240, n_tastes=6, *, seed=0):
    """Everybody buys of one sixth of the products only, nothing twice."""
    draw = np.random.default_rng(seed)
    rows = []
    for customer in range(n_customers):
        liked = np.arange(customer % n_tastes, n_items, n_tastes)
        first = int(draw.integers(25))
        items = draw.choice(liked, 9, replace=False)
        rows += [(f"c{customer:03}", name(item), first + 10 * step) for step, item in enumerate(items)]
    return frame_of(rows)
