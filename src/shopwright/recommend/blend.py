"""The blend that answers: members fitted on all there is, with the weights that did best on what came last."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shopwright.i18n import Text, t
from shopwright.processor import one_thread
from shopwright.progress import step
from shopwright.recommend.cold import Cold, judged, warmed, warmed_factors
from shopwright.recommend.counted import Counted
from shopwright.recommend.events import Events
from shopwright.recommend.factors import Factors, factors
from shopwright.recommend.fashion import fashion, fashioned
from shopwright.recommend.favoured import Favoured, favoured
from shopwright.recommend.grams import Sequential, chained, together
from shopwright.recommend.histories import Histories
from shopwright.recommend.holdout import Trial, trial_of
from shopwright.recommend.linear import linears
from shopwright.recommend.members import Links, Member, Popular, Scores
from shopwright.recommend.neighbours import neighbours
from shopwright.recommend.popular import RECENT_DAYS, popular
from shopwright.recommend.repeat import Repeat, repeat
from shopwright.recommend.sasrec import Net
from shopwright.recommend.sequence import sequences
from shopwright.recommend.session import Sessions, sessions
from shopwright.recommend.tastes import Tastes, tastes
from shopwright.recommend.text import features
from shopwright.recommend.weigh import Crossed, Weighed, crossed, weigh

__all__ = ["KINDS", "MEMBERS", "TRAINED", "Blend", "Blends", "Train", "fit_blends"]

ASKED, CELLS = 10_000, 150_000_000  # histories that weights are chosen on; scores held for it, at most
KINDS: dict[str, Any] = {
    each.kind: each for each in (Links, Popular, Counted, Favoured, Factors, Repeat, Sessions, Tastes, Net)
}
TRAINED = "net"  # a member that is trained only where that is asked for
Train = Callable[[Events], Member]


class _Shared:
    """What several members are made of, made once."""

    def __init__(self, events: Events, seed: int, categories: NDArray[np.int32] | None = None) -> None:
        self.events, self.seed, self.categories = events, seed, categories

    @cached_property
    def by_category(self) -> Member:
        if self.categories is None:
            return popular(self.events)
        return favoured(self.events, self.categories)

    @cached_property
    def gram(self) -> Any:
        return together(self.events)

    @cached_property
    def chains(self) -> Sequential:
        return chained(self.events)

    @cached_property
    def item_factors(self) -> Factors:
        return factors(self.events, self.seed)

    @cached_property
    def linears(self) -> list[Links]:
        return linears(self.events, gram=self.gram)

    @cached_property
    def fashion(self) -> NDArray[np.float64]:
        return fashion(self.events)

    @cached_property
    def in_order(self) -> list[Links]:
        return sequences(self.events, gram=self.gram, chains=self.chains)


MEMBERS: dict[str, Callable[[_Shared], Member]] = {
    "popular": lambda shared: popular(shared.events),
    "popular of the week": lambda shared: popular(shared.events, RECENT_DAYS),
    "popular in the category": lambda shared: shared.by_category,
    "repeat": lambda shared: repeat(shared.events),
    "neighbours": lambda shared: neighbours(shared.events, shared.chains),
    "sessions": lambda shared: sessions(shared.events),
    "tastes": lambda shared: tastes(shared.events, shared.seed),
    "linear": lambda shared: shared.linears[0],
    "linear, firm": lambda shared: shared.linears[1],
    "linear, in fashion": lambda shared: fashioned(shared.linears[1], shared.fashion),
    "sequence": lambda shared: shared.in_order[0],
    "sequence, firm": lambda shared: shared.in_order[1],
    "sequence, in fashion": lambda shared: fashioned(shared.in_order[1], shared.fashion),
    "factors": lambda shared: shared.item_factors,
    "factors, patient": lambda shared: replace(shared.item_factors, decay=20.0),
}
DATED = ("popular of the week", "linear, in fashion", "sequence, in fashion")  # without dates others say the same


@dataclass(frozen=True, eq=False)
class Blend:
    """A weighted sum of members.

    Attributes:
        parts: weights and members; links that forget alike are one, and so are factors of the same items.
        weighed: how the weights came about.
    """

    parts: tuple[tuple[float, Member], ...]
    weighed: Weighed

    @classmethod
    def of(cls, weighed: Weighed, members: Mapping[str, Member]) -> Blend:
        """Add up the links, so that an answer needs one product of matrices."""
        links: dict[float, Any] = {}
        rest: list[tuple[float, Member]] = []
        for name, weight in weighed.weights.items():
            member = members[name]
            if isinstance(member, Links):
                before = links.get(member.decay)
                links[member.decay] = weight * member.weights + (0 if before is None else before)
            elif isinstance(member, Factors) and (at := _of_same_items(rest, member)) is not None:
                first, mine = rest[at]
                assert isinstance(mine, Factors)
                rest[at] = (first, replace(mine, more=(*mine.more, (weight / first, member.decay))))
            else:
                rest.append((weight, member))
        joined = [(1.0, Links(_sorted(weights), decay)) for decay, weights in sorted(links.items())]
        return cls((*joined, *rest), weighed)

    def scores(self, asked: Histories) -> Scores:
        """Scores of all products, shape (m, n)."""
        found = np.zeros((len(asked), asked.n_items), np.float32)
        for weight, member in self.parts:
            found += np.float32(weight) * member.scores(asked)
        return found

    def chances(self, scores: Any) -> Any:
        """Scores as the share of places in a list of ten that were bought next, of products that scored so."""
        edges, shares = self.weighed.chances
        return np.interp(scores, edges, shares)

    def warmed(self, vectors: NDArray[np.float32], counts: NDArray[np.int64], ridge: float) -> Blend:
        """The same with little-known products placed by their words (see `cold.warmed`)."""
        parts = [(weight, _warmed(member, vectors, counts, ridge)) for weight, member in self.parts]
        return Blend(tuple(parts), self.weighed)

    @property
    def links(self) -> list[Links]:
        """The members that tell which product of a history speaks for what."""
        return [member for _, member in self.parts if isinstance(member, Links)]


@dataclass(frozen=True, eq=False)
class Blends:
    """One for products new to the customer, one for all.

    Attributes:
        new: ranks what the customer does not have.
        any: ranks everything, so that buying again counts.
        cold: how well products that nobody has bought are placed by their words; None without titles.
        gained: how well blends without and with the trained member did; None where none was trained.
    """

    new: Blend
    any: Blend
    cold: Cold | None = None
    gained: Crossed | None = None

    def __getitem__(self, exclude_seen: bool) -> Blend:
        return self.new if exclude_seen else self.any


def fit_blends(
    events: Events,
    texts: Sequence[str] | None = None,
    seed: int = 0,
    names: Iterable[str] = MEMBERS,
    train: Train | None = None,
    categories: NDArray[np.int32] | None = None,
) -> Blends | None:
    """Fit members before a cut, choose weights on what came after, fit the chosen ones on everything.

    Args:
        events: of all customers.
        texts: of the products, empty where there is none; None where no product has one.
        seed: of all that is drawn.
        names: members that may be chosen.
        train: makes one more from events: it is called with those before the cut, and with all of them if the blend
            with it did better than without, on customers whose targets the weights were not chosen by.
        categories: of each product, shape (n,), from 0, −1 where it has none; None where no product has one.

    Returns:
        None where too little came after any cut to choose by.
    """
    most = int(np.clip(CELLS // max(events.n_items, 1), 2_000, ASKED))
    trial = trial_of(events, most, seed)
    if trial is None:
        return None
    able = [name for name in names if events.is_dated or name not in DATED]
    able = [name for name in able if categories is not None or name != "popular in the category"]
    with one_thread():
        return _fit(events, trial, texts, seed, able, train, categories)


def _fit(
    events: Events,
    trial: Trial,
    texts: Sequence[str] | None,
    seed: int,
    names: list[str],
    train: Train | None,
    categories: NDArray[np.int32] | None,
) -> Blends | None:
    early = _fitted(trial.early, names, seed, categories, t("Trying ways to recommend"))
    gained = None
    if train is not None:
        early[TRAINED] = train(trial.early)
        gained = crossed(early, trial, without=TRAINED)
        if gained is None or not gained.is_better:
            del early[TRAINED]
        else:
            names.append(TRAINED)
    found = [weigh(early, trial, exclude_seen=exclude) for exclude in (True, False)]
    new, anything = found[0] or found[1], found[1] or found[0]
    if new is None or anything is None:
        return None
    vectors = None if texts is None else features(texts, seed)
    cold = None
    if vectors is not None and (links := Blend.of(new, early).links or _best_links(early, new)):
        cold = judged(links[0], vectors, trial.early.counts(), trial, seed)
    del early
    wanted = [name for name in names if name in new.weights or name in anything.weights]
    fitted = [name for name in wanted if name != TRAINED]
    members = _fitted(events, fitted, seed, categories, t("Learning from all events"))
    if train is not None and TRAINED in wanted:
        members[TRAINED] = train(events)
    made = [Blend.of(each, members) for each in (new, anything)]
    if vectors is not None and cold is not None and cold.ridge is not None:
        counts = events.counts()
        made = [each.warmed(vectors, counts, cold.ridge) for each in made]
    return Blends(made[0], made[1], cold, gained)


def _sorted(weights: Any) -> Any:
    """By row, columns rising: reasons look them up by halving."""
    found = weights.tocsr().astype(np.float32)
    found.sort_indices()
    return found


def _of_same_items(parts: Sequence[tuple[float, Member]], member: Factors) -> int | None:
    """Place of a part with the very same vectors of products."""
    alike = (at for at, (_, each) in enumerate(parts) if isinstance(each, Factors) and each.items is member.items)
    return next(alike, None)


def _best_links(members: Mapping[str, Member], weighed: Weighed) -> list[Links]:
    """The links that did best alone, for a blend that has none: words are judged by what they tell of them."""
    found = [(weighed.alone[name].ndcg, member) for name, member in members.items() if isinstance(member, Links)]
    return [max(found, key=lambda each: each[0])[1]] if found else []


def _warmed(member: Member, vectors: NDArray[np.float32], counts: NDArray[np.int64], ridge: float) -> Member:
    if isinstance(member, Links):
        return warmed(member, vectors, counts, ridge)
    return warmed_factors(member, vectors, counts, ridge) if isinstance(member, Factors) else member


def _fitted(
    events: Events, names: Sequence[str], seed: int, categories: NDArray[np.int32] | None, label: Text
) -> dict[str, Member]:
    shared, found = _Shared(events, seed, categories), {}
    with step(label, total=len(names)) as bar:
        for name in names:
            found[name] = MEMBERS[name](shared)
            bar.advance()
    return found
