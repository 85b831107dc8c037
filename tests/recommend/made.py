"""Small worlds of events with a planted truth."""

from __future__ import annotations

from datetime import date, timedelta

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
    """Who bought i buys i + 1 next, with probability `faith`; else anything. One product a day."""
    draw = np.random.default_rng(seed)
    rows = []
    for customer in range(n_customers):
        item, first = int(draw.integers(n_items)), int(draw.integers(length, 120))
        for step in range(length):
            rows.append((f"c{customer:04}", name(item), first - step))
            item = (item + 1) % n_items if draw.random() < faith else int(draw.integers(n_items))
    return frame_of(rows)


def days_before(days):
    """A day so long before the last."""
    return LAST - timedelta(days=days)
