"""Lists for the places where a shop shows products: each with the rules that a shop wants there.

Nowhere is shown what is out of stock, nor two products of one title (sizes, colours of one thing).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import Literal

import numpy as np
import polars as pl

from shopwright.i18n import LANGUAGES, Text, current, t
from shopwright.progress import step
from shopwright.recommend import wrong
from shopwright.recommend.alike import Alike
from shopwright.recommend.assortment import assortment
from shopwright.recommend.kept import fit_shop
from shopwright.recommend.listed import Listed
from shopwright.recommend.recommender import Recommender
from shopwright.recommend.rerank import Bought, Reranked, rerank
from shopwright.recommend.rules import Rules
from shopwright.recommend.rulings import rulings
from shopwright.recommend.shelf import IS_DEFECT_RISING, Shelf
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop

__all__ = ["SURFACES", "Kind", "Surface", "Surfaces"]

Surface = Literal["customer", "product", "basket", "session", "mail"]
Kind = Literal["alternative", "complement"]
# a page answers what is on it and may hold many of a kind; a mail has few places and should not use them on one thing,
# nor praise unasked what reviews warn of
SURFACES: Mapping[Surface, Rules] = {
    "customer": Rules(defect=0.5),
    "product": Rules(defect=0.5),
    "basket": Rules(defect=0.5),
    "session": Rules(defect=0.5),
    "mail": Rules(most_per_category=1, defect=1.0),
}
FEW, CANDIDATES, TRIES = 4, 100, 3  # candidates: times k first, then so many
SAME_THING = 0.3  # likeness of titles from which two products are of one kind to whoever reads a mail
STANDS_IN = "no candidate may be shown; what sells best of the rest stands in"  # as `rerank` says it
Candidate = tuple[int, float, float, Text]  # place, relevance, score, reason


@dataclass(frozen=True, eq=False)
class Surfaces:
    """A recommender and what is known of its products.

    Attributes:
        model: what is relevant.
        shelf: what the rules read.
        rules: of each surface, where none are given.
    """

    model: Recommender
    shelf: Shelf
    rules: Mapping[Surface, Rules]

    @classmethod
    def of(
        cls, model: Recommender, items: pl.DataFrame | None = None, rules: Mapping[Surface, Rules] | None = None
    ) -> Surfaces:
        """From a recommender.

        Args:
            model: the recommender.
            items: as `Shelf.of` takes them, `assortment(shop)` for one; None: what the recommender was given, without
                products that it learned from and must not offer.
            rules: of some surfaces, in the place of `SURFACES`.

        Raises:
            TableError: the items hold what they cannot.
        """
        if items is None:
            offered = pl.DataFrame({c.SKU: model.counts.skus.filter(pl.Series(model.offered))})
            items = offered.join(model.items, on=c.SKU, how="left", maintain_order="left")
        known = [column.name for column in items if column.null_count() < len(column) or column.name == c.SKU]
        shelf = Shelf.of(items.select(known), model.counts.to_day)
        return cls(model, shelf, {name: _fitting(each, shelf) for name, each in {**SURFACES, **(rules or {})}.items()})

    @classmethod
    def of_shop(cls, shop: Shop, seed: int = 0) -> Surfaces:
        """Of a shop's recommender (see `fit_shop`) and assortment.

        Raises:
            TableError: there are no sales.
        """
        return cls.of(fit_shop(shop, seed), assortment(shop))

    def for_customer(self, customer: str, k: int = 10, rules: Rules | None = None) -> Listed:
        """For a customer, on the home page or after the login; what is popular for one who is not known."""
        return self._asked(k, self._rules("customer", rules), customers=[customer])

    def for_session(self, looked_at: Sequence[str], k: int = 10, rules: Rules | None = None) -> Listed:
        """For a visitor who looked at these SKUs, the latest last; none of them is shown again."""
        return self._asked(k, self._rules("session", rules), histories=[looked_at])

    def for_product(self, sku: str, k: int = 10, kind: Kind = "complement", rules: Rules | None = None) -> Listed:
        """Beside a product: what goes with it, or what serves instead of it.

        Complements are filled up with what is popular. Alternatives are of the same category, popular and close in
        price first, or, where the product has none, alike in title and price; of these there may be few.
        """
        wrong.check_k(k)
        if kind not in ("complement", "alternative"):
            raise wrong.no_such_kind(kind)
        if kind == "alternative":
            return self._instead(sku, k, self._rules("product", rules))
        ruled = self._rules("product", rules)
        if not self.model.knows(sku):
            return self._ruled(self._popular, k, ruled, [], [self.model.wording.never(sku)])
        return self._tried(lambda n: self.model.similar(sku, n), k, ruled, [sku])

    def for_basket(self, basket: Sequence[str], k: int = 10, rules: Rules | None = None) -> Listed:
        """What goes with a basket as a whole."""
        wrong.check_k(k)
        basket, ruled = wrong.listed(basket, "basket"), self._rules("basket", rules)
        if not any(self.model.knows(sku) for sku in basket):
            missing = [self.model.wording.none_of_these()] if basket else []
            return self._ruled(self._popular, k, ruled, [], missing)
        return self._tried(lambda n: self.model.for_basket(basket, n), k, ruled, basket)

    def for_mail(self, customers: Sequence[str] | None = None, k: int = 4, rules: Rules | None = None) -> pl.DataFrame:
        """What to show each of many customers, as a table ready to be merged into a mailing.

        Args:
            customers: whom to write to, each once; None: all who ever bought.
            k: most products for each; no more places than there are products.
            rules: None: what they do not have, in stock, no two of a category; without categories, no two of like
                titles where there are others.

        Returns:
            customer, n (products found), then for each place sku_1, title_1, price_1 (null where unknown), why_1 (in
            the language in force), sku_2 …; null where there are fewer.
        """
        wrong.check_k(k)
        k = min(k, len(self._skus))
        asked = list(dict.fromkeys(self.model.customers if customers is None else wrong.listed(customers, "customers")))
        ruled = self._rules("mail", rules)
        rows: list[tuple[str | float | None, ...]] = []
        with step(t("Choosing products for each customer"), total=len(asked)) as bar:
            for who, found in zip(asked, self._lists(3 * k, ruled, customers=asked), strict=True):
                rows.append(self._mailed(who, self._varied(self._first(found, 3 * k), k), k))
                bar.advance()
        schema: dict[str, type[pl.DataType]] = {c.CUSTOMER: pl.String, "n": pl.UInt32}
        for at in range(1, k + 1):
            schema |= {f"sku_{at}": pl.String, f"title_{at}": pl.String, f"price_{at}": pl.Float64}
            schema[f"why_{at}"] = pl.String
        return pl.DataFrame(rows, schema=schema, orient="row")

    def table(self, found: Listed) -> pl.DataFrame:
        """A list as a table: rank, sku, title, score, why (a struct with the reason in each language)."""
        skus = [self._skus[place] for place in found.places]
        return pl.DataFrame(
            {
                "rank": np.arange(1, len(skus) + 1, dtype=np.uint32),
                c.SKU: skus,
                c.TITLE: [self.model.title(sku) for sku in skus],
                "score": found.scores.astype(float),
                "why": [why.as_json() for why in found.whys],
            },
            schema_overrides={
                c.SKU: pl.String,
                c.TITLE: pl.String,
                "why": pl.Struct(dict.fromkeys(LANGUAGES, pl.String)),
            },
        )

    def moved_down(self, free: Listed, ruled: Listed) -> list[Text]:
        """What a rising fault took from a list.

        Args:
            free: the list without the rule on rising faults.
            ruled: the list with it.
        """
        at = {int(place): position for position, place in enumerate(ruled.places)}
        rows = ((int(place), self.shelf.row[self._skus[place]]) for place in free.places)
        flagged = [(n, place) for n, (place, row) in enumerate(rows) if self.shelf.is_defect[row]]
        names = [self.model.title(self._skus[place]) for n, place in flagged if at.get(place, len(at)) > n]
        if not names:
            return []
        return [t("reviews warn of a rising fault: {names}; shown further down, or not at all", names=", ".join(names))]

    @cached_property
    def _skus(self) -> list[str]:
        return self.model.skus

    @cached_property
    def _places(self) -> dict[str, int]:
        return {sku: at for at, sku in enumerate(self._skus)}

    @cached_property
    def _alike(self) -> Alike:
        titles = dict(self.model.items.select(c.SKU, c.TITLE).iter_rows())
        return Alike(tuple(titles.get(sku) or "" for sku in self.shelf.skus), self.shelf.numbers[c.PRICE])

    def _rules(self, surface: Surface, given: Rules | None) -> Rules:
        return self.rules[surface] if given is None else given

    def _title(self, place: int) -> str:
        return " ".join(self.model.title(self._skus[place]).casefold().split())

    def _asked(
        self,
        k: int,
        rules: Rules,
        customers: Sequence[str] | None = None,
        histories: Sequence[Sequence[str]] | None = None,
    ) -> Listed:
        """One list of the blend; asked for more where two products of a title would leave it short."""
        wrong.check_k(k)

        first = found = next(self._lists(k, rules, customers, histories))
        for _ in range(TRIES):
            n, n_titles = len(found.places), len(self._distinct(found.places))
            if n_titles >= k or n == n_titles:
                break
            found = next(self._lists(n + k - n_titles, rules, customers, histories))
        return replace(self._first(found, k), notes=first.notes)

    def _lists(
        self,
        k: int,
        rules: Rules,
        customers: Sequence[str] | None = None,
        histories: Sequence[Sequence[str]] | None = None,
    ) -> Iterator[Listed]:
        """Lists of the blend with scores that are chances, whatever the rules made of them."""
        is_hidden = rules.already_bought == "hide"
        factor = rulings(self.shelf, rules).factor
        for found in self.model.lists(
            customers=customers, histories=histories, k=k, exclude_seen=is_hidden, rules=rules, shelf=self.shelf
        ):
            rows = [self.shelf.row[self._skus[place]] for place in found.places]
            if any(note.msgid == STANDS_IN for note in found.notes):
                yield replace(found, scores=self.model.counts.popularity[found.places])
            else:
                yield replace(found, scores=found.scores / np.maximum(factor[rows], 1e-12))

    def _first(self, found: Listed, k: int) -> Listed:
        """The first k of different titles."""
        kept = self._distinct(found.places)[:k]
        return Listed(found.places[kept], found.scores[kept], tuple(found.whys[at] for at in kept), found.notes)

    def _varied(self, found: Listed, k: int) -> Listed:
        """The first k; where no categories tell products apart, those of a title like one above come last."""
        if (self.shelf.category >= 0).any():
            kept = list(range(min(k, len(found.places))))
        else:
            near = self._alike.among([self.shelf.row[self._skus[place]] for place in found.places])
            kept = []
            for at in range(len(found.places)):
                if not (near[at, kept] >= SAME_THING).any():
                    kept.append(at)
            kept = [*kept, *(at for at in range(len(found.places)) if at not in kept)][:k]
        return Listed(found.places[kept], found.scores[kept], tuple(found.whys[at] for at in kept), found.notes)

    def _distinct(self, places: Iterable[int]) -> list[int]:
        """Positions of the first product of each title."""
        first: dict[str, int] = {}
        for at, place in enumerate(places):
            first.setdefault(self._title(int(place)), at)
        return list(first.values())

    def _instead(self, sku: str, k: int, rules: Rules) -> Listed:
        row = self.shelf.row.get(sku)
        found: Iterable[Candidate] = ()
        if row is not None and self.shelf.category[row] >= 0:
            n = int((self.shelf.category == self.shelf.category[row]).sum()) - 1
            if n > 0:
                rows = self.model.similar(sku, n, "alternative")
                same = {self.shelf.skus[at] for at in np.flatnonzero(self.shelf.category == self.shelf.category[row])}
                found = self._candidates(rows.filter(pl.col(c.SKU).is_in(list(same))), by_rank=True)
        elif row is not None:
            found = islice(self._alternatives(row), min(max(CANDIDATES, 10 * k), len(self._skus)))
        candidates = list(found)
        if candidates:
            return self._ruled(candidates, k, rules, [sku], [], is_filled=False)
        missing = (
            self.model.wording.never(sku)
            if not self.model.knows(sku)
            else t("it is not on the shelf now; what is popular stands in")
            if row is None
            else t("no other product is of its category or has a title like its own; what is popular stands in")
        )
        return self._ruled(self._popular, k, rules, [sku], [missing])

    def _alternatives(self, row: int) -> Iterator[Candidate]:
        for at, likeness, why in self._alike.of(row):
            place = self._places.get(self.shelf.skus[at])
            if place is not None and self.model.offered[place]:
                yield place, likeness, float(self.model.counts.popularity[place]), why

    @cached_property
    def _popular(self) -> list[Candidate]:
        return self._candidates(self.model.for_basket([], len(self._skus)))

    def _candidates(self, rows: pl.DataFrame, *, by_rank: bool = False) -> list[Candidate]:
        """Rows of a list with a relevance that falls; by place in the list where the score does not order it."""
        scores = rows["score"].to_numpy()
        worth = 1.0 / np.arange(1, len(scores) + 1) if by_rank else np.minimum.accumulate(scores)
        parts = zip(rows[c.SKU], worth.tolist(), scores.tolist(), rows["why"], strict=True)
        return [(self._places[sku], far, score, Text.from_json(why)) for sku, far, score, why in parts]

    def _tried(self, ask: Callable[[int], pl.DataFrame], k: int, rules: Rules, has: Sequence[str]) -> Listed:
        """From few candidates where those are enough: each costs the time to put its reason into words."""
        found = self._ruled(self._candidates(ask(FEW * k)), k, rules, has, [], is_filled=False)
        if len(found.places) == k and not found.notes:
            return found
        return self._ruled(self._candidates(ask(max(CANDIDATES, 10 * k))), k, rules, has, [])

    def _ruled(
        self,
        found: Sequence[Candidate],
        k: int,
        rules: Rules,
        has: Sequence[str],
        missing: Sequence[Text],
        *,
        is_filled: bool = True,
    ) -> Listed:
        """Candidates under rules; popular ones fill the list up where the rules leave too few."""
        here = {self._title(self._places[sku]) for sku in has if sku in self._places}
        known = self._on_shelf(_by_title(found, self._title, here))
        made = self._reranked(known, k, rules, has)
        if (is_filled and len(made.rows) < k) or not known.keys() >= set(made.rows.tolist()):
            everything = self._on_shelf(_by_title([*found, *self._popular], self._title, here))
            made = self._reranked(everything, k, rules, has) if is_filled else made
            known = self._on_shelf(self._popular) | everything
        shown = [known[row] for row in made.rows.tolist() if row in known]
        return Listed(
            np.array([each[0] for each in shown], np.int64),
            np.array([each[2] for each in shown]),
            tuple(each[3] for each in shown),
            (*missing, *made.notes),
        )

    def _on_shelf(self, found: Iterable[Candidate]) -> dict[int, Candidate]:
        """By row of the shelf, in order; what is not there is not shown."""
        rows = ((self.shelf.row.get(self._skus[each[0]]), each) for each in found)
        return {row: each for row, each in rows if row is not None}

    def _reranked(self, known: Mapping[int, Candidate], k: int, rules: Rules, has: Sequence[str]) -> Reranked:
        """Candidates under rules, without what the page or the basket holds."""
        bought = np.array([self.shelf.row[sku] for sku in has if sku in self.shelf.row], np.int64)
        worth = np.array([each[1] for each in known.values()], float)
        # equal scores keep their order, and what fills up comes last
        worth = np.minimum.accumulate(worth) + 1e-9 * np.arange(len(worth), 0, -1)
        return rerank(
            np.array(list(known), np.int64),
            worth,
            self.shelf,
            replace(rules, already_bought="hide"),
            k,
            bought=Bought(bought, np.full(len(bought), np.nan)),
        )

    def _mailed(self, customer: str, found: Listed, k: int) -> tuple[str | float | None, ...]:
        language = current()
        cells: list[str | float | None] = [customer, len(found.places)]
        for place, why in zip(found.places, found.whys, strict=True):
            sku = self._skus[place]
            price = float(self.shelf.numbers[c.PRICE][self.shelf.row[sku]])
            cells += [sku, self.model.title(sku), None if np.isnan(price) else price, why.render(language)]
        return (*cells, *[None] * (4 * (k - len(found.places))))


def _by_title(found: Iterable[Candidate], title: Callable[[int], str], has: set[str]) -> Iterator[Candidate]:
    """The first of each title, and none that is there already."""
    seen = set(has)
    for each in found:
        name = title(each[0])
        if name not in seen:
            seen.add(name)
            yield each


def _fitting(rules: Rules, shelf: Shelf) -> Rules:
    """Rules of a surface without those that can say nothing of these products: they need no note."""
    has_stock = bool(shelf.has & {c.ON_HAND, c.IS_IN_STOCK})
    has_alarms = IS_DEFECT_RISING in shelf.has
    has_categories = bool((shelf.category >= 0).any())
    return replace(
        rules,
        in_stock=rules.in_stock and has_stock,
        defect=rules.defect if has_alarms else 0.0,
        most_per_category=rules.most_per_category if has_categories else None,
    )
