"""Lists of several models, judged on the same positions: tables with intervals from the same draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from shopwright.recommend.classes import (
    CUSTOMER_CLASSES,
    ITEM_CLASSES,
    class_of_customers,
    class_of_items,
)
from shopwright.recommend.metrics import coverage, exposure, gini, novelty, per_position
from shopwright.recommend.resampling import LEVEL, means
from shopwright.recommend.split import Split
from shopwright.seeds import derive
from shopwright.shop.schema import names as c

__all__ = ["by_customer", "by_item", "overall", "sold_before", "versus"]

TABLE = {
    "model": pl.String,
    "metric": pl.String,
    "k": pl.Int64,
    "value": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "n": pl.Int64,
}
CLASSED = {"model": pl.String, "class": pl.String, **{name: kind for name, kind in TABLE.items() if name != "model"}}
Lists = Mapping[str, pl.DataFrame]
TAILS = ((1 - LEVEL) / 2, (1 + LEVEL) / 2)


def overall(lists: Lists, split: Split, k: Sequence[int], n_items: int, seed: int) -> pl.DataFrame:
    """Every measure of every model: model, metric, k, value, low, high, n (positions).

    Coverage and Gini are of all lists together; they have no interval, for a draw of positions shows less.
    """
    sold = sold_before(split)
    rows = _rows(lists, split.truth, k, seed)
    for model, found in lists.items():
        for length in k:
            rare = novelty(found, sold, length)["novelty"].to_numpy()[:, None]
            bits = _told(rare, derive(seed, "novelty"))[0] if len(rare) else (None,) * 3  # no lists, nothing to be rare
            rows.append((model, "novelty", length, *bits, len(rare)))
            counts = exposure(found, length)["n_shown"].to_numpy()
            rows.append((model, "coverage", length, coverage(found, length, n_items), None, None, split.asked.height))
            rows.append((model, "gini", length, gini(counts, n_items), None, None, split.asked.height))
    return pl.DataFrame(rows, schema=TABLE, orient="row")


def by_customer(lists: Lists, split: Split, k: Sequence[int], seed: int) -> pl.DataFrame:
    """Recall, NDCG, MRR and hits by class of customer: model, class, metric, k, value, low, high, n (positions)."""
    classes = split.asked.select("position", class_of_customers(pl.col("n")).alias("class"))
    rows: list[tuple[Any, ...]] = []
    for name in CUSTOMER_CLASSES:
        inside = classes.filter(pl.col("class") == name)
        truth = split.truth.join(inside, on="position", how="semi")
        rows += [(row[0], name, *row[1:]) for row in _rows(lists, truth, k, derive(seed, "customers", name))]
    return pl.DataFrame(rows, schema=CLASSED, orient="row")


def by_item(lists: Lists, split: Split, k: Sequence[int], seed: int) -> pl.DataFrame:
    """Recall and hits among what was bought of each class of product; n: positions that bought of the class."""
    known = split.truth.join(class_of_items(sold_before(split)), on=c.SKU, how="left")
    classes = known.with_columns(pl.col("class").fill_null("never"))
    rows: list[tuple[Any, ...]] = []
    for name in ITEM_CLASSES:
        truth = classes.filter(pl.col("class") == name)
        found = _rows(lists, truth, k, derive(seed, "items", name))
        rows += [(row[0], name, *row[1:]) for row in found if row[1] in ("recall", "hit")]
    return pl.DataFrame(rows, schema=CLASSED, orient="row")


def versus(lists: Lists, split: Split, k: Sequence[int], seed: int, ours: str) -> pl.DataFrame:
    """How much better one model is than each other: model, metric, k, difference, low, high; from paired draws."""
    names, values = _values(lists, split.truth, k)
    drawn = means(values, seed)
    mean = values.mean(axis=0)
    place = {name: at for at, name in enumerate(names)}
    rows = []
    for (model, metric, length), at in place.items():
        if model == ours:
            continue
        own = place[ours, metric, length]
        low, high = np.quantile(drawn[:, own] - drawn[:, at], TAILS)
        rows.append((model, metric, length, float(mean[own] - mean[at]), float(low), float(high)))
    schema = {name: kind for name, kind in TABLE.items() if name not in ("value", "n")}
    ordered = ["model", "metric", "k", "difference", "low", "high"]
    return pl.DataFrame(rows, schema={name: schema.get(name, pl.Float64) for name in ordered}, orient="row")


def sold_before(split: Split) -> pl.DataFrame:
    """How often each SKU was bought before the cut: sku, n."""
    return split.early.group_by(c.SKU).agg(pl.len().alias("n")).sort(c.SKU)


def _rows(lists: Lists, truth: pl.DataFrame, k: Sequence[int], seed: int) -> list[tuple[Any, ...]]:
    if truth.is_empty():
        return []
    names, values = _values(lists, truth, k)
    return [(*name, *told, len(values)) for name, told in zip(names, _told(values, seed), strict=True)]


def _values(lists: Lists, truth: pl.DataFrame, k: Sequence[int]) -> tuple[list[tuple[str, str, int]], np.ndarray]:
    """Every measure of every model by position, and the names of the columns: model, metric, k."""
    names: list[tuple[str, str, int]] = []
    columns = []
    for model, found in lists.items():
        measured = per_position(found, truth, k).drop("position", "n_true")
        names += [(model, name.partition("@")[0], int(name.partition("@")[2])) for name in measured.columns]
        columns.append(measured.to_numpy())
    return names, np.hstack(columns)


def _told(values: np.ndarray, seed: int) -> list[tuple[float, float, float]]:
    """Mean of each column with its interval."""
    low, high = np.quantile(means(values, seed), TAILS, axis=0)
    return [tuple(map(float, each)) for each in zip(values.mean(axis=0), low, high, strict=True)]  # type: ignore[misc]
