"""What every recommender has to beat: popular products, the customer's own again, products bought by the same people.

Small and self-contained on purpose: nothing here is shared with the models that it judges. Among equal scores the
one sold most often comes first, then a seeded order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

import numpy as np
import polars as pl
from scipy import sparse

from shopwright.i18n import LANGUAGES, Text, t
from shopwright.recommend.learning import checked, known_items
from shopwright.seeds import generator
from shopwright.shop.schema import names as c

__all__ = ["Baseline", "item_knn", "popular", "popular_by_category", "popular_week", "repeat"]

WEEK = timedelta(days=7)
HALF_LIFE = timedelta(days=90)
DECAY = 0.9  # for each step back in a history without times
NEIGHBOURS = 100
CELLS_AT_ONCE = 20_000_000
Scores = Callable[[Any], np.ndarray]


@dataclass(frozen=True, eq=False)
class Baseline:
    """Lists by one simple rule; made by `popular`, `repeat` and their like.

    Attributes:
        skus: every SKU sold or in the catalogue, sorted; the n columns of every array.
        offered: which may be shown, shape (n,).
        bought: customer, row (of the SKU), at: every purchase of a known customer.
        scores: from histories, sparse (m, n), to scores, shape (m, n). A history holds 0.5^(age / 90 days), summed
            over purchases of the product, the age counted back from the customer's last one; without days 0.9^(steps
            back).
        order: place of each SKU among equal scores, shape (n,).
        why: the reason of every row.
    """

    skus: pl.Series
    offered: np.ndarray
    bought: pl.DataFrame
    scores: Scores
    order: np.ndarray
    why: Text

    def recommend(
        self,
        *,
        customers: Sequence[str] | None = None,
        histories: Sequence[Sequence[str]] | None = None,
        k: int = 10,
        exclude_seen: bool = True,
    ) -> pl.DataFrame:
        """Lists with the columns of `Recommender.recommend`; for customers, or else for histories, latest last."""
        past = self._of_customers(customers) if customers is not None else self._of_histories(histories or ())
        step = max(1, CELLS_AT_ONCE // max(1, self.skus.len()))
        found = []
        for start in range(0, past.shape[0], step):
            some = past[start : start + step]
            for at, scores in enumerate(self.scores(some)):
                scores[~self.offered] = -np.inf
                left = scores.copy()
                left[some.indices[some.indptr[at] : some.indptr[at + 1]]] = -np.inf
                allowed = left if exclude_seen and np.isfinite(left).any() else scores
                places = _top(allowed, self.order, k)
                found.append((start + at, places, allowed[places]))
        return self._framed(found, customers)

    def _framed(self, found: list[tuple[int, np.ndarray, np.ndarray]], customers: Sequence[str] | None) -> pl.DataFrame:
        lengths = [len(places) for _, places, _ in found]
        position = np.repeat(np.array([at for at, _, _ in found], dtype=np.uint32), lengths)
        ranks = [np.arange(1, n + 1) for n in lengths]
        names: list[str | None] = [None] * len(found) if customers is None else list(customers)
        who = pl.Series(c.CUSTOMER, names, pl.String)
        said = self.why.as_json()
        return pl.DataFrame(
            {
                "position": position,
                c.CUSTOMER: who.gather(position),
                "rank": _joined(ranks).astype(np.uint32),
                c.SKU: self.skus.gather(_joined([places for _, places, _ in found]).astype(np.uint32)),
                "score": _joined([scores for _, _, scores in found]),
            },
            schema_overrides={"position": pl.UInt32, "rank": pl.UInt32},
        ).with_columns(pl.struct(*(pl.lit(said[language]).alias(language) for language in LANGUAGES)).alias("why"))

    def _of_customers(self, customers: Sequence[str]) -> Any:
        asked = pl.DataFrame({c.CUSTOMER: list(customers)}, schema={c.CUSTOMER: pl.String}).with_row_index("position")
        if self.bought[c.AT].dtype.is_temporal():
            age = (pl.col(c.AT).max().over("position") - pl.col(c.AT)).dt.total_seconds() / HALF_LIFE.total_seconds()
            weight = 0.5**age
        else:
            weight = DECAY ** (pl.col(c.AT).rank("dense", descending=True).over("position").cast(pl.Float64) - 1)
        held = asked.join(self.bought, on=c.CUSTOMER, maintain_order="left_right").with_columns(weight.alias("weight"))
        cells = (held["weight"].to_numpy(), (held["position"].to_numpy(), held["row"].to_numpy()))
        return sparse.csr_matrix(cells, shape=(len(customers), self.skus.len()))

    def _of_histories(self, histories: Sequence[Sequence[str]]) -> Any:
        rows = {sku: row for row, sku in enumerate(self.skus)}
        cells = [
            (DECAY**back, at, rows[sku])
            for at, history in enumerate(histories)
            for back, sku in enumerate(reversed(history))
            if sku in rows
        ]
        weights, at, row = (np.array([cell[part] for cell in cells]) for part in range(3))
        return sparse.csr_matrix(
            (weights.astype(float), (at.astype(int), row.astype(int))), shape=(len(histories), len(rows))
        )


def popular(interactions: pl.DataFrame, items: pl.DataFrame | None = None, seed: int = 0) -> Baseline:
    """What was bought most often in all the time there is."""
    ground = _Ground.of(interactions, items, seed)
    return ground.made(lambda past: np.tile(ground.sold, (past.shape[0], 1)), t("bought most often of all"))


def popular_week(interactions: pl.DataFrame, items: pl.DataFrame | None = None, seed: int = 0) -> Baseline:
    """What was bought most often in the last seven days."""
    ground = _Ground.of(interactions, items, seed)
    return ground.made(lambda past: np.tile(ground.week, (past.shape[0], 1)), t("bought most often in the last 7 days"))


def popular_by_category(interactions: pl.DataFrame, items: pl.DataFrame | None = None, seed: int = 0) -> Baseline:
    """What sold best in the categories the customer buys: share of the category in the history × of its sales."""
    ground = _Ground.of(interactions, items, seed)
    named = dict(known_items(items).select(c.SKU, c.CATEGORY).drop_nulls().iter_rows())
    names = sorted(set(named.values()))
    place = {name: at for at, name in enumerate(names)}
    within = np.array([place.get(named.get(sku, ""), -1) for sku in ground.skus])
    rows = np.flatnonzero(within >= 0)
    member = sparse.csr_matrix((np.ones(len(rows)), (rows, within[rows])), shape=(len(within), max(len(names), 1)))
    of_category = np.maximum(member.T @ ground.sold, 1.0)
    share = sparse.diags(ground.sold) @ member @ sparse.diags(1 / of_category)

    def scores(past: Any) -> np.ndarray:
        return cast("np.ndarray", (_shares(past @ member) @ share.T).toarray() + ground.little)

    return ground.made(scores, t("sells best in the categories this customer buys"))


def repeat(interactions: pl.DataFrame, items: pl.DataFrame | None = None, seed: int = 0) -> Baseline:
    """What the customer bought already, often and lately first; then what was popular in the last seven days."""
    ground = _Ground.of(interactions, items, seed)
    fill = ground.week / (ground.week.max(initial=0.0) + 1.0)  # below one, the least a repeated one has

    def scores(past: Any) -> np.ndarray:
        dense = past.toarray()
        return cast("np.ndarray", np.where(dense > 0, 1.0 + dense, fill))

    return ground.made(scores, t("this customer's own purchases, often and lately first; then what is popular"))


def item_knn(interactions: pl.DataFrame, items: pl.DataFrame | None = None, seed: int = 0) -> Baseline:
    """What the buyers of the same products bought: cosine between products, the 100 nearest of each (Sarwar 2001)."""
    ground = _Ground.of(interactions, items, seed)
    near = _cosines(ground.bought, ground.skus.len())

    def scores(past: Any) -> np.ndarray:
        return cast("np.ndarray", ((past > 0).astype(float) @ near).toarray() + ground.little)

    return ground.made(scores, t("bought by those who bought the same"))


@dataclass(frozen=True, eq=False)
class _Ground:
    """What all rules stand on: `sold` and `week` are counts by SKU, `little` is popularity below every other score.

    Where purchases have no days, `week` counts all of them.
    """

    skus: pl.Series
    offered: np.ndarray
    bought: pl.DataFrame
    sold: np.ndarray
    week: np.ndarray
    seed: int

    @classmethod
    def of(cls, interactions: pl.DataFrame, items: pl.DataFrame | None, seed: int) -> _Ground:
        lines = checked(interactions.lazy()).collect()
        catalogue = known_items(items)
        skus = pl.concat([lines[c.SKU], catalogue[c.SKU]]).unique().sort()
        rowed = lines.with_columns(pl.col(c.SKU).cast(pl.Enum(skus)).to_physical().alias("row"))
        is_dated = rowed[c.AT].dtype.is_temporal()
        late = rowed.filter(pl.col(c.AT) > pl.col(c.AT).max() - WEEK) if is_dated else rowed
        sold, week = (np.bincount(each["row"].to_numpy(), minlength=skus.len()).astype(float) for each in (rowed, late))
        offered = np.ones(skus.len(), bool) if items is None else skus.is_in(catalogue[c.SKU].implode()).to_numpy()
        # sums of weights in one order, however the rows came: else equal scores differ in their last digit
        bought = rowed.drop_nulls(c.CUSTOMER).select(c.CUSTOMER, "row", c.AT).sort(c.CUSTOMER, "row", c.AT)
        return cls(skus, offered, bought, sold, week, seed)

    @property
    def little(self) -> np.ndarray:
        return cast("np.ndarray", 1e-9 * self.sold / max(self.sold.max(initial=0.0), 1.0))

    def made(self, scores: Scores, why: Text) -> Baseline:
        drawn = generator(self.seed, "recommend", "baselines").permutation(self.skus.len())
        order = np.empty(self.skus.len(), dtype=int)
        order[np.lexsort((drawn, -self.sold))] = np.arange(self.skus.len())
        return Baseline(self.skus, self.offered, self.bought, scores, order, why)


def _cosines(bought: pl.DataFrame, n: int) -> Any:
    """Cosines between products by the customers who bought them, sparse (n, n), the largest of each row."""
    pairs = bought.select(pl.col(c.CUSTOMER).rank("dense").alias("who"), "row").unique().sort("who", "row")
    who, row = pairs["who"].to_numpy().astype(int) - 1, pairs["row"].to_numpy().astype(int)
    held = sparse.csr_matrix((np.ones(len(who)), (who, row)), shape=(int(who.max(initial=-1)) + 1, n))
    length = np.sqrt(np.maximum(np.bincount(row, minlength=n), 1.0))
    unit = (held @ sparse.diags(1 / length)).tocsr()
    across = unit.T.tocsr()
    step = max(1, CELLS_AT_ONCE // max(1, n))
    slices = [_nearest((across[start : start + step] @ unit).tocsr(), start) for start in range(0, n, step)]
    return sparse.vstack(slices, format="csr") if slices else sparse.csr_matrix((n, n))


def _nearest(near: Any, start: int) -> Any:
    """Without the product itself, and only the largest values of each row (more where the last ones are equal)."""
    row = np.repeat(np.arange(near.shape[0]), np.diff(near.indptr))
    near.data[near.indices == row + start] = 0.0
    for at in np.flatnonzero(np.diff(near.indptr) > NEIGHBOURS):
        values = near.data[near.indptr[at] : near.indptr[at + 1]]
        values[values < np.partition(values, -NEIGHBOURS)[-NEIGHBOURS]] = 0.0
    near.eliminate_zeros()
    return near


def _shares(matrix: Any) -> Any:
    totals = np.asarray(matrix.sum(axis=1)).ravel()
    return sparse.diags(np.divide(1.0, totals, out=np.zeros_like(totals), where=totals > 0)) @ matrix


def _top(scores: np.ndarray, order: np.ndarray, k: int) -> np.ndarray:
    """Places of the k largest finite scores; among equals the one that comes first in `order`."""
    places = np.flatnonzero(np.isfinite(scores))
    if len(places) > k:
        places = places[scores[places] >= np.partition(scores[places], -k)[-k]]
    return places[np.lexsort((order[places], -scores[places]))][:k]


def _joined(parts: list[np.ndarray]) -> np.ndarray:
    return np.concatenate(parts) if parts else np.zeros(0)
