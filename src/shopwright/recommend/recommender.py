"""What to show to whom: products bought with those a customer bought, popular ones where nothing is known.

P(b | a) = (n_ab + κ p_b) / (n_a + κ): of the baskets with a, the share that also holds b, shrunk towards the share
p_b of all recent baskets that hold b, as if κ = 10 more baskets with a had been typical ones. A history's score for
b is the mean of P(b | a) over its products, recent ones weighing more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any, Literal

import numpy as np
import polars as pl

from shopwright.errors import UsageError
from shopwright.i18n import LANGUAGES, Text, t
from shopwright.recommend import scoring
from shopwright.recommend.baskets import CoPurchases, co_purchases
from shopwright.recommend.beside import Shown, alternatives, complements
from shopwright.recommend.learning import bought, checked, day_of_last, known_items
from shopwright.recommend.reasons import Reasons, lacking
from shopwright.seeds import generator
from shopwright.shop.schema import names as c

__all__ = ["POSITION", "RANK", "SCORE", "WHY", "Recommender"]

POSITION, RANK, SCORE, WHY = "position", "rank", "score", "why"
LIST: dict[str, pl.DataType | type[pl.DataType]] = {
    RANK: pl.UInt32,
    c.SKU: pl.String,
    SCORE: pl.Float64,
    WHY: pl.Struct(dict.fromkeys(LANGUAGES, pl.String)),
}


@dataclass(frozen=True, eq=False)
class Recommender:
    """A co-purchase model with popularity to fall back on; made by `fit`.

    Attributes:
        counts: what was bought with what.
        items: what is known of the products: sku, title, category, price; null where unknown.
        offered: which products may be recommended, shape (n,).
        bought: what customers bought: customer, row (of the product), at (the last time).
        ties: a number for each product, shape (n,): among equal scores the smaller one comes first.
        by_order: whether a basket is an order; else it is all that one customer bought.
    """

    counts: CoPurchases
    items: pl.DataFrame
    offered: np.ndarray
    bought: pl.DataFrame
    ties: np.ndarray
    by_order: bool

    @classmethod
    def fit(
        cls, interactions: pl.DataFrame | pl.LazyFrame, items: pl.DataFrame | None = None, seed: int = 0
    ) -> Recommender:
        """Count what was bought together.

        Args:
            interactions: columns customer (null: unknown), sku, at (date or instant) and, where known, order. Without
                orders, products bought by the same customer count as bought together. Rows without sku or at are
                left out.
            items: the products that may be recommended: sku and, if known, title (for the reasons), category and
                price (for alternatives). None: every product ever bought.
            seed: for the order among products that are equally likely.

        Raises:
            TableError: there is no interaction, or a column is missing or not a date.
        """
        lines = checked(interactions.lazy())
        by_order = c.ORDER in lines.collect_schema().names()
        day = day_of_last(lines)
        catalogue = known_items(items)
        sold = lines.select(c.SKU).unique().collect(engine="streaming")
        skus = pl.concat([sold[c.SKU], catalogue[c.SKU]]).unique().sort()
        basket = c.ORDER if by_order else c.CUSTOMER
        return cls(
            co_purchases(lines.drop_nulls(basket), skus, basket, day),
            catalogue,
            np.ones(skus.len(), bool) if items is None else skus.is_in(catalogue[c.SKU].implode()).to_numpy(),
            bought(lines, skus),
            generator(seed, "recommend", "ties").permutation(skus.len()),
            by_order,
        )

    def recommend(
        self,
        *,
        customers: Sequence[str] | None = None,
        histories: Sequence[Sequence[str]] | None = None,
        k: int = 10,
        exclude_seen: bool = True,
    ) -> pl.DataFrame:
        """The best products for customers, or for histories of products.

        Args:
            customers: customer ids; unknown ones get what is popular.
            histories: SKUs, the latest last; a basket or a visit is a history too. Unknown SKUs are passed over.
            k: most products for each.
            exclude_seen: leave out what is in the history; where that leaves nothing it is shown again, saying so.

        Returns:
            position (place in the request), customer (null for histories), rank (from 1), sku, score (probability
            of being in the next basket), why (a struct with the reason in each language, as `Text.from_json` takes
            it); at least one row for each position.

        Raises:
            UsageError: not just one of `customers` and `histories` was given, or `k` is below 1.
        """
        _check_k(k)
        if customers is not None and histories is None:
            weights = scoring.of_customers(customers, self.bought, len(self.ties))
            lacks = t("nothing is known about this customer yet")
        elif histories is not None and customers is None:
            weights = scoring.of_histories(histories, self._rows)
            lacks = t("none of these products was bought before")
        else:
            raise _customers_or_histories(is_both=customers is not None)
        rows: list[tuple[Any, ...]] = []
        scored = scoring.best(self.counts, self._linked, weights, self.offered, exclude_seen=exclude_seen)
        for position, scores in enumerate(scored):
            places = scoring.top(scores, self.ties, k)
            history = weights[position]
            is_asked = customers is not None or bool(histories and histories[position])
            missing = lacks if history.nnz == 0 and is_asked else None
            said = [lacking(missing, why) for why in self._reasons.of(history, places, self._linked)]
            shown = zip(places, scores[places], said, strict=True)
            who = customers[position] if customers is not None else None
            rows += [(position, who, *row) for row in self._ranked(shown)]
        return pl.DataFrame(rows, schema={POSITION: pl.UInt32, c.CUSTOMER: pl.String, **LIST}, orient="row")

    def similar(self, sku: str, k: int = 10, kind: Literal["complement", "alternative"] = "complement") -> pl.DataFrame:
        """Products to show beside one product.

        Args:
            sku: the product; an unknown one gets what is popular.
            k: most products.
            kind: "complement", bought with it more often than by chance, most probable first; or "alternative", of
                the same category, popular and close in price first. Popular products fill either list up.

        Returns:
            rank, sku, score (complements: probability of being in the same basket; others: share of the recent
            baskets), why.

        Raises:
            UsageError: the kind is unknown, `k` is below 1, or alternatives are asked for without categories.
        """
        _check_k(k)
        row = self._rows.get(sku)
        if kind not in ("complement", "alternative"):
            raise _no_such_kind(kind)
        if kind == "alternative" and self.items[c.CATEGORY].drop_nulls().is_empty():
            raise _no_categories()
        found: Iterable[Shown] = ()
        if row is not None and kind == "complement":
            found = complements(self.counts, row, self.ties, self._reasons)
        elif row is not None:
            found = alternatives(self.items, self.counts, row, self.ties, self._reasons)
        best = list(islice((shown for shown in found if self.offered[shown[0]]), k))
        unknown = t("{sku} was never bought", sku=sku) if row is None else None
        return pl.DataFrame(self._ranked([*best, *self._filling(best, k, row, unknown)]), schema=LIST, orient="row")

    @property
    def skus(self) -> list[str]:
        """Every product ever bought or among the items, sorted."""
        return self.counts.skus.to_list()

    def knows(self, sku: str) -> bool:
        """Whether a product was ever bought or is among the items."""
        return sku in self._rows

    def title(self, sku: str) -> str:
        """Title of a product, its SKU where it has none."""
        return self._reasons.titles.get(sku) or sku

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {sku: row for row, sku in enumerate(self.counts.skus)}

    @cached_property
    def _linked(self) -> Any:
        return scoring.links(self.counts)

    @cached_property
    def _reasons(self) -> Reasons:
        return Reasons(self.counts, dict(self.items.select(c.SKU, c.TITLE).iter_rows()), self.by_order)

    def _ranked(self, shown: Iterable[Shown]) -> list[tuple[Any, ...]]:
        skus = self.counts.skus
        return [(rank, skus[int(row)], score, why.as_json()) for rank, (row, score, why) in enumerate(shown, 1)]

    def _filling(self, best: Sequence[Shown], k: int, row: int | None, unknown: Text | None) -> list[Shown]:
        """Popular products to make a list of k; the product itself only where there is no other."""
        popular = np.where(self.offered, self.counts.popularity, -np.inf)
        if row is not None and np.isfinite(np.delete(popular, row)).any():
            popular[row] = -np.inf
        popular[[place for place, _, _ in best]] = -np.inf
        places = scoring.top(popular, self.ties, k - len(best)) if len(best) < k else np.array([], dtype=int)
        return [(int(at), float(popular[at]), lacking(unknown, self._reasons.popular(int(at)))) for at in places]


def _check_k(k: int) -> None:
    if k < 1:
        raise UsageError(
            t("a list of {k} products cannot be made", k=k),
            why=t("it needs at least one"),
            fix=t("ask for 1 or more"),
            code="RECOMMEND-07",
        )


def _customers_or_histories(*, is_both: bool) -> UsageError:
    return UsageError(
        t("recommend needs customers or histories, one of them"),
        why=t("both were given") if is_both else t("neither was given"),
        fix=t("pass customers=[…] or histories=[[sku, …], …]"),
        code="RECOMMEND-01",
    )


def _no_such_kind(kind: str) -> UsageError:
    return UsageError(
        t("there is no kind {kind} of similar products", kind=repr(kind)),
        why=t("kinds are: {kinds}", kinds="complement, alternative"),
        fix=t("use one of these names"),
        code="RECOMMEND-02",
    )


def _no_categories() -> UsageError:
    return UsageError(
        t("alternatives cannot be told"),
        why=t("they are products of the same category, and no product has one"),
        fix=t("import a catalogue with categories, or ask for complements"),
        code="RECOMMEND-08",
    )
