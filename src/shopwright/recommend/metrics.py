"""How good lists of recommendations are: hits, places and order by position; variety of all lists together.

A position is one question (a customer, a visit); its truth is what was bought then. All measures are of the first k
of a list. Recall@k: share of the truth in it. Hit@k: 1 where anything of the truth is in it. MRR@k: 1 / rank of the
first hit (Voorhees 1999). NDCG@k: sum of 1 / log2(rank + 1) over hits, divided by that of the best list possible
(Järvelin & Kekäläinen 2002, binary gains).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from shopwright.errors import TableError
from shopwright.i18n import Text, t
from shopwright.shop.schema import names as c

__all__ = ["METRICS", "coverage", "exposure", "gini", "novelty", "per_position"]

# the columns of `Recommender.recommend`; written here too so that a model may choose by these measures
POSITION, RANK = "position", "rank"
METRICS = ("recall", "ndcg", "mrr", "hit")


def per_position(lists: pl.DataFrame, truth: pl.DataFrame, k: Sequence[int] = (5, 10, 20)) -> pl.DataFrame:
    """Recall, NDCG, MRR and hits of each position.

    Args:
        lists: position, sku, rank (from 1); a SKU that stands twice in a list counts at its better rank.
        truth: position, sku; one row or several for each position. Repeated rows count once.
        k: lengths of the lists to judge.

    Returns:
        position (rising, each position of the truth once), n_true (SKUs in its truth), and for each k the columns
        recall@k, ndcg@k, mrr@k, hit@k. A position without a list has zeros; a list without truth is left out.

    Raises:
        TableError: a column is missing, a key is null, or a rank is below 1 (RECOMMEND-20).
    """
    shown = _keyed(lists, (POSITION, c.SKU, RANK)).group_by(POSITION, c.SKU).agg(pl.col(RANK).min())
    bought = _keyed(truth, (POSITION, c.SKU)).unique()
    if (shown[RANK] < 1).any():
        raise _unjudged(RANK, t("the first place has rank 1; there is a rank {rank}", rank=shown[RANK].min()))
    found = bought.join(shown, on=[POSITION, c.SKU], how="left").sort(POSITION, RANK, c.SKU, nulls_last=True)
    counted = found.group_by(POSITION, maintain_order=True).agg(
        pl.len().alias("n_true"), *(measure for length in k for measure in _measures(length))
    )
    most = counted["n_true"].to_numpy().max(initial=0)
    ideal = np.concatenate([[0.0], np.cumsum(1 / np.log2(np.arange(1, max(most, *k) + 1) + 1))])
    reached = [
        pl.Series(f"ndcg@{at}", counted[f"ndcg@{at}"].to_numpy() / ideal[np.minimum(counted["n_true"].to_numpy(), at)])
        for at in k
    ]
    return counted.with_columns(reached)


def _measures(k: int) -> list[pl.Expr]:
    """Hits of one position at one k; NDCG not yet divided by the best there could be."""
    inside = pl.col(RANK).filter(pl.col(RANK) <= k).cast(pl.Float64)
    return [
        (inside.len() / pl.len()).cast(pl.Float64).alias(f"recall@{k}"),
        (1 / (inside + 1).log(2)).sum().alias(f"ndcg@{k}"),
        (1 / inside).max().fill_null(0.0).alias(f"mrr@{k}"),
        (inside.len() > 0).cast(pl.Float64).alias(f"hit@{k}"),
    ]


def exposure(lists: pl.DataFrame, k: int) -> pl.DataFrame:
    """How often each SKU stands among the first k of a list: sku, n_shown; those shown most first."""
    return (
        _keyed(lists, (POSITION, c.SKU, RANK))
        .filter(pl.col(RANK) <= k)
        .group_by(c.SKU)
        .agg(pl.len().alias("n_shown"))
        .sort("n_shown", c.SKU, descending=[True, False])
    )


def coverage(lists: pl.DataFrame, k: int, n_items: int) -> float:
    """Share of the catalogue that is shown to anybody.

    Args:
        lists: position, sku, rank.
        k: only the first k of each list.
        n_items: SKUs that could have been shown.
    """
    return exposure(lists, k).height / max(n_items, 1)


def gini(n_shown: Sequence[float] | np.ndarray, n_items: int) -> float:
    """How unevenly places go to products: 0 all alike, towards 1 all to one (Gini's coefficient).

    Args:
        n_shown: how often each SKU that was shown at all was shown.
        n_items: SKUs that could have been shown; those never shown count with zero.
    """
    counts = np.sort(np.asarray(n_shown, dtype=float))
    n = max(n_items, len(counts))
    if n == 0 or counts.sum() == 0:
        return 0.0
    place = np.arange(n - len(counts) + 1, n + 1)
    return float(np.sum((2 * place - n - 1) * counts) / (n * counts.sum()))


def novelty(lists: pl.DataFrame, sold: pl.DataFrame, k: int) -> pl.DataFrame:
    """How rare what is shown is: mean of -log2(share of all sales), by position (Zhou et al. 2010, self-information).

    Args:
        lists: position, sku, rank.
        sold: sku, n (times sold). A SKU that is not there, or has zero, counts as sold once.
        k: only the first k of each list.

    Returns:
        position (rising), novelty in bits: one more is half as well known.
    """
    total = max(float(sold["n"].sum()), 1.0)
    bits = -(pl.col("n").fill_null(0).clip(lower_bound=1).cast(pl.Float64) / total).log(2)
    return (
        _keyed(lists, (POSITION, c.SKU, RANK))
        .filter(pl.col(RANK) <= k)
        .join(sold.select(c.SKU, "n"), on=c.SKU, how="left")
        .sort(POSITION, RANK)
        .group_by(POSITION, maintain_order=True)
        .agg(bits.mean().alias("novelty"))
    )


def _keyed(frame: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """These columns, each with a value in every row; positions and ranks as whole numbers.

    Raises:
        TableError: one is missing or null.
    """
    missing = [name for name in columns if name not in frame.columns]
    empty = [name for name in columns if name in frame.columns and frame[name].null_count()]
    if missing or empty:
        why = (
            t("the columns are: {columns}", columns=", ".join(frame.columns))
            if missing
            else t("{n:,} rows have none", n=int(frame[empty[0]].null_count()))
        )
        raise _unjudged(", ".join(missing or empty), why)
    whole = [pl.col(name).cast(pl.Int64) for name in columns if name != c.SKU]
    return frame.select(pl.col(c.SKU).cast(pl.String), *whole).select(columns)


def _unjudged(columns: str, why: Text) -> TableError:
    return TableError(
        t("lists cannot be judged without {columns} in every row", columns=columns),
        why=why,
        fix=t("give position, sku and rank (from 1) for lists, position and sku for what was bought"),
        code="RECOMMEND-20",
    )
