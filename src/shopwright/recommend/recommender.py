"""What to show to whom: blends of models whose weights were chosen on what customers went on to buy.

There is one for products new to a customer, one for any product, one beside a basket and one beside a product. Where
too little came after any cut to choose by, or no blend did better, counts answer:
P(b | a) = (n_ab + κ p_b) / (n_a + κ), of the baskets with a the share that also holds b, shrunk towards the share p_b
of all recent baskets that hold b, as if κ = 10 more baskets with a had been typical ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, Literal

import numpy as np
import polars as pl

from shopwright.i18n import Text, t
from shopwright.processor import one_thread
from shopwright.recommend import learning, scoring, wrong
from shopwright.recommend.baskets import CoPurchases, co_purchases
from shopwright.recommend.beside import Shown, alternatives, complements
from shopwright.recommend.beside_blend import BASKET, beside_one, fit_beside, orders_of
from shopwright.recommend.blend import Blend, Blends, Train, fit_blends
from shopwright.recommend.events import Events, events_of
from shopwright.recommend.histories import Histories, of_lists, of_set
from shopwright.recommend.listed import LIST, POSITION, RANK, SCORE, WHY, Listed, ranked
from shopwright.recommend.live import Live
from shopwright.recommend.members import Links
from shopwright.recommend.reasons import Reasons, after, lacking
from shopwright.recommend.ruled import Ruled
from shopwright.recommend.rules import Rules
from shopwright.recommend.scoring import Together
from shopwright.recommend.shelf import Shelf
from shopwright.recommend.wording import Wording
from shopwright.seeds import generator
from shopwright.shop.arguments import as_folder, check_seed
from shopwright.shop.schema import names as c

__all__ = ["POSITION", "RANK", "SCORE", "WHY", "Recommender"]

CELLS_AT_ONCE = 8_000_000
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, eq=False)
class Recommender:
    """Models fitted on events, and the events; made by `fit` or `load`. Safe to ask from several threads.

    Attributes:
        counts: what was bought with what.
        items: what is known of the products: sku, title, category, price; null where unknown.
        offered: which products may be recommended, shape (n,).
        events: what every known customer did.
        blends: the models; None where there was too little to choose them by, and counts answer.
        ties: a number for each product, shape (n,): among equal scores the smaller one comes first.
        by_order: whether a basket is an order; else it is all that one customer bought.
        live: what happened since.
        beside: blends that answer beside a "basket" and beside a "product", where they did better than counts.
        is_bought: whether any event was a purchase; else products were only looked at.
    """

    counts: CoPurchases
    items: pl.DataFrame
    offered: np.ndarray
    events: Events
    blends: Blends | None
    ties: np.ndarray
    by_order: bool
    live: Live = field(default_factory=Live)
    beside: Mapping[str, Blend] = field(default_factory=dict)
    is_bought: bool = True

    @classmethod
    def fit(
        cls, interactions: pl.DataFrame | pl.LazyFrame, items: pl.DataFrame | None = None, seed: int = 0
    ) -> Recommender:
        """Fit models on everything before a day, choose their weights on what came after, fit the chosen ones on all.

        Args:
            interactions: columns customer (null: unknown), sku, at (date, instant, or a number that orders a
                customer's events) and, where known, order, weight (1: a purchase) or kind (purchase, cart, view …).
                Without orders, products bought by the same customer count as bought together. Rows without sku or
                at are left out.
            items: the products that may be recommended: sku and, if known, title (for the reasons, and to place
                products that nobody bought yet), category and price. None: every product ever bought.
            seed: for all that is drawn, and the order among products that are equally likely.

        Raises:
            TableError: there is no interaction, or a column is missing or cannot be ordered.
            UsageError: the seed is no whole number (USAGE-25).
        """
        check_seed(seed)
        return cls._fitted(interactions, items, seed)

    @classmethod
    def _fitted(
        cls,
        interactions: pl.DataFrame | pl.LazyFrame,
        items: pl.DataFrame | None,
        seed: int,
        train: Train | None = None,
    ) -> Recommender:
        lines, by_order = learning.with_baskets(learning.checked(interactions))
        dated, day = learning.dated(lines)
        catalogue = learning.known_items(items)
        sold = lines.select(c.SKU).unique().collect(engine="streaming")
        skus = pl.concat([sold[c.SKU], catalogue[c.SKU]]).unique().sort()
        basket = c.ORDER if by_order else c.CUSTOMER
        bought = learning.purchases(dated).drop_nulls(basket)
        counts = co_purchases(bought, skus, basket, day)
        events = events_of(lines, skus)
        offered = np.ones(skus.len(), bool) if items is None else skus.is_in(catalogue[c.SKU].implode()).to_numpy()
        texts, categories = learning.texts_of(catalogue, skus), learning.categories_of(catalogue, skus)
        blends = fit_blends(events, texts, seed, train=train, categories=categories)
        beside = fit_beside(orders_of(bought, skus), seed) if by_order else {}
        ties = generator(seed, "recommend", "ties").permutation(skus.len())
        is_bought = learning.has_purchases(lines)
        return cls(counts, catalogue, offered, events, blends, ties, by_order, beside=beside, is_bought=is_bought)

    def recommend(
        self,
        *,
        customers: Sequence[str | None] | None = None,
        histories: Sequence[Sequence[str]] | None = None,
        k: int = 10,
        exclude_seen: bool = True,
        rules: Rules | Mapping[str, Any] | None = None,
        shelf: Shelf | None = None,
    ) -> pl.DataFrame:
        """The best products for customers, or for histories of products.

        Args:
            customers: customer ids; unknown ones and null get what is popular.
            histories: SKUs, the latest last; a visit is a history too. Unknown SKUs are passed over.
            k: most products for each.
            exclude_seen: leave out what is in the history; where that leaves nothing it is shown again, saying so.
            rules: what a list may hold, and what counts beside relevance, or such rules by name; None: relevance alone.
            shelf: what the rules read, `Shelf.of(assortment(shop))`; None: category and price of the items.

        Returns:
            position (place in the request), customer (null for histories), rank (from 1), sku, score (chance that it
            is bought next, as often as products that scored so were; under rules times what they add), why (a struct
            with the reason in each language, as `Text.from_json` takes it). At least one row for each position: where
            the rules allow no product at all, one without rank, sku and score says so.

        Raises:
            UsageError: not just one of `customers` and `histories` was given, one holds a text where a list belongs, or
                `k` is no whole number of 1 or more.
        """
        customers = None if customers is None else wrong.listed(customers, "customers")
        histories = None if histories is None else wrong.listed(histories, "histories", deep=True)
        named: list[Any] = [None] * len(histories or ()) if customers is None else customers
        rows: list[tuple[Any, ...]] = []
        lists = self.lists(
            customers=customers, histories=histories, k=k, exclude_seen=exclude_seen, rules=rules, shelf=shelf
        )
        for position, found in enumerate(lists):
            if not len(found.places):  # the rules forbid everything: one row says so
                why = after(found.notes[:-1], found.notes[-1])
                rows.append((position, _text(named[position]), None, None, None, why.as_json()))
            said = [after(found.notes, why) for why in found.whys]
            shown = zip(found.places, found.scores, said, strict=True)
            rows += [(position, _text(named[position]), *row) for row in ranked(self.counts.skus, shown)]
        return pl.DataFrame(rows, schema={POSITION: pl.UInt32, c.CUSTOMER: pl.String, **LIST}, orient="row")

    def lists(
        self,
        *,
        customers: Sequence[str | None] | None = None,
        histories: Sequence[Sequence[str]] | None = None,
        k: int = 10,
        exclude_seen: bool = True,
        rules: Rules | Mapping[str, Any] | None = None,
        shelf: Shelf | None = None,
    ) -> Iterator[Listed]:
        """What `recommend` puts into its table, list by list, with what is said of a whole list apart.

        Raises:
            UsageError: as `recommend`.
        """
        wrong.check_k(k)
        if customers is not None and histories is None:
            names = [_text(who) for who in wrong.listed(customers, "customers")]  # as `fit` turned numbers into text
            asked = self.live.histories(self.events, names, (self.counts.to_day - EPOCH).days)
            lacks = t("nothing is known about this customer yet")
        elif histories is not None and customers is None:
            histories = wrong.listed(histories, "histories", deep=True)
            asked = of_lists(histories, self._rows, len(self.ties))
            lacks = self.wording.none_of_these()
        else:
            raise wrong.customers_or_histories(is_both=customers is not None)
        model = self._together if self.blends is None else self.blends[exclude_seen]
        ruled = (
            None
            if rules is None
            else Ruled.of(Rules.of(rules), self._shelf if shelf is None else shelf, self.counts.skus)
        )
        for position, (history, scores) in enumerate(self._scored(model, asked, exclude_seen=exclude_seen)):
            places = scoring.top(scores, self.ties, k if ruled is None else ruled.looked_at(k))
            chances = scores[places]
            if isinstance(model, Blend) and len(history.items):
                chances = np.asarray(model.chances(chances))
            notes: tuple[Text, ...] = ()
            if ruled is not None:
                places, chances, notes = ruled.best(places, chances, k, history)
            is_asked = customers is not None or bool(histories and histories[position])
            missing = [lacks] if len(history.items) == 0 and is_asked else []
            said = self._reasons.of(history, places, self._speaking(model), is_new=exclude_seen)
            yield Listed(places, chances, tuple(said), (*missing, *notes))

    def for_basket(self, basket: Sequence[str], k: int = 10) -> pl.DataFrame:
        """What goes with the products in a basket: rank, sku, score (chance to be in the same order), why.

        Args:
            basket: SKUs in any order; unknown ones are passed over, an empty one gets what is popular.
            k: most products.

        Raises:
            UsageError: `k` is below 1, or the basket is no list.
        """
        wrong.check_k(k)
        basket = wrong.listed(basket, "basket")
        model = self.beside.get(BASKET, self._together)
        ((history, scores),) = self._scored(model, of_set(basket, self._rows, len(self.ties)), exclude_seen=True)
        places = scoring.top(scores, self.ties, k)
        chances = model.chances(scores[places]) if isinstance(model, Blend) and len(history.items) else scores[places]
        missing = self.wording.none_of_these() if basket and not len(history.items) else None
        said = [lacking(missing, why) for why in self._reasons.of(history, places, self._speaking(model))]
        rows = ranked(self.counts.skus, zip(places, chances, said, strict=True))
        return pl.DataFrame(rows, schema=LIST, orient="row")

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
        wrong.check_k(k)
        row = self._rows.get(str(sku))
        if kind not in ("complement", "alternative"):
            raise wrong.no_such_kind(kind)
        if kind == "alternative" and self.items[c.CATEGORY].drop_nulls().is_empty():
            raise wrong.no_categories()
        found: Iterable[Shown] = ()
        if row is not None and kind == "complement":
            blended = beside_one(self.beside, str(sku), self._rows)
            found = complements(self.counts, row, self.ties, self._reasons, blended)
        elif row is not None:
            found = alternatives(self.items, self.counts, row, self.ties, self._reasons)
        best = list(islice((shown for shown in found if self.offered[shown[0]]), min(k, len(self.ties))))
        unknown = self.wording.never(sku) if row is None else None
        rows = ranked(self.counts.skus, [*best, *self._filling(best, k, row, unknown)])
        return pl.DataFrame(rows, schema=LIST, orient="row")

    def update(self, interactions: pl.DataFrame | pl.LazyFrame) -> int:
        """Take in what just happened: the next answer for those customers knows it; nothing is fitted again.

        Args:
            interactions: as for `fit`; taken as the latest of each customer, in the order of `at`. What is there
                already, or was there when the models were fitted, is passed over, and so are products that were not
                known then.

        Returns:
            How many events were new.

        Raises:
            TableError: a column is missing or cannot be ordered.
        """
        return learning.take_in(self.live, learning.checked(interactions), self._rows, self.events)

    def save(self, folder: str | Path) -> None:
        """Put the models on disk as plain arrays; a folder that is there is replaced when all is written.

        Raises:
            StoreError: it could not be written, or the folder holds something else; what was there stays.
            UsageError: the folder is neither a text nor a path (USAGE-25).
        """
        from shopwright.recommend.store import save

        save(self, as_folder(folder))

    @classmethod
    def load(cls, folder: str | Path) -> Recommender:
        """Read what `save` wrote; arrays are mapped into memory, so that several processes share them.

        Raises:
            ModelError: it is missing, damaged, or of another version.
            UsageError: the folder is neither a text nor a path (USAGE-25).
        """
        from shopwright.recommend.store import load

        return load(as_folder(folder))

    @property
    def skus(self) -> list[str]:
        """Every product ever bought or among the items, sorted."""
        return self.counts.skus.to_list()

    @property
    def customers(self) -> list[str]:
        """Every customer known when the models were fitted, sorted."""
        return [name.decode() for name in self.events.customers.tolist()]

    def knows(self, sku: str) -> bool:
        """Whether a product was ever bought or is among the items."""
        return str(sku) in self._rows

    def knows_customer(self, customer: str) -> bool:
        """Whether a customer did anything."""
        return self.events.place(customer) is not None or customer in self.live

    def title(self, sku: str) -> str:
        """Title of a product, its SKU where it has none."""
        return self._reasons.titles.get(sku) or sku

    @property
    def wording(self) -> Wording:
        """How what was counted is put into words."""
        return Wording(self.by_order, self.is_bought)

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {sku: row for row, sku in enumerate(self.counts.skus)}

    @cached_property
    def _together(self) -> Together:
        return Together.of(self.counts)

    @cached_property
    def _reasons(self) -> Reasons:
        return Reasons(self.counts, dict(self.items.select(c.SKU, c.TITLE).iter_rows()), self.wording, self.events)

    @cached_property
    def _shelf(self) -> Shelf:
        offered = pl.DataFrame({c.SKU: self.counts.skus.filter(pl.Series(self.offered))})
        return Shelf.of(offered.join(self.items, on=c.SKU, how="left", maintain_order="left"))

    def _speaking(self, model: Blend | Together) -> list[Links]:
        """What tells which product of a history speaks for what; counts of orders where a blend has no links."""
        return model.links if isinstance(model, Together) else [*model.links, *self._together.links]

    def _scored(
        self, model: Blend | Together, asked: Histories, *, exclude_seen: bool
    ) -> Iterator[tuple[Histories, np.ndarray]]:
        """Each history with scores of all products; minus infinity for what must not be shown.

        A history for which nothing would be left keeps the products it has seen; one that says nothing gets what is
        popular.
        """
        step = max(1, CELLS_AT_ONCE // max(1, asked.n_items))
        for start in range(0, len(asked), step):
            some = asked.part(start, min(start + step, len(asked)))
            with one_thread():
                scores = np.array(model.scores(some), np.float64)
            for at in range(len(some)):
                history, row = some.part(at, at + 1), scores[at]
                if not len(history.items):
                    row = self.counts.popularity.copy()
                elif isinstance(model, Blend):
                    row += self.counts.popularity * (1e-9 * max(float(row.max()), 1e-9))
                row[~self.offered] = -np.inf
                left = row.copy()
                left[history.items] = -np.inf
                yield history, left if exclude_seen and np.isfinite(left).any() else row

    def _filling(self, best: Sequence[Shown], k: int, row: int | None, unknown: Text | None) -> list[Shown]:
        """Popular products to make a list of k; the product itself only where there is no other."""
        popular = np.where(self.offered, self.counts.popularity, -np.inf)
        if row is not None and np.isfinite(np.delete(popular, row)).any():
            popular[row] = -np.inf
        popular[[place for place, _, _ in best]] = -np.inf
        places = scoring.top(popular, self.ties, k - len(best)) if len(best) < k else np.array([], dtype=int)
        return [(int(at), float(popular[at]), lacking(unknown, self._reasons.popular(int(at)))) for at in places]


def _text(customer: Any) -> Any:
    return customer if customer is None else str(customer)
