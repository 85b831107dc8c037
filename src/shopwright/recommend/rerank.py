"""From what is relevant to what is shown: candidates under a merchant's rules, one slot after the other.

Slots are filled greedily by maximal marginal relevance, (1 − d) × relevance − d × likeness to the nearest of what
stands above (Carbonell and Goldstein 1998), relevance scaled so that the best candidate has 1; or drawn, where the
rules explore.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from shopwright.errors import UsageError
from shopwright.i18n import Text, t
from shopwright.recommend.explore import GREEDY, policy_of
from shopwright.recommend.rules import Rules
from shopwright.recommend.rulings import BIT, BOUGHT, NEVER, OUT, RELAXED, Ruling, rulings, said
from shopwright.recommend.shelf import SOLD_PER_DAY, Shelf
from shopwright.recommend.slots import Pool, fill

__all__ = ["Bought", "LeftOut", "Reranked", "rerank"]

LOOKED_AT = 2  # times k: of so many of the best candidates the list says why they are not in it
FILLING = 500  # products of the shelf that stand in for candidates that may not be shown


@dataclass(frozen=True, slots=True)
class Bought:
    """What a customer bought.

    Attributes:
        rows: rows of the products on the shelf, shape (m,).
        days: days since each was last bought, shape (m,); NaN where that is not known, which hides it.
    """

    rows: np.ndarray
    days: np.ndarray


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A candidate that is not in the list.

    Attributes:
        row: its row on the shelf.
        rule: the rule that keeps it out; "rank" where others fit better, "diversity" where that is for their variety.
        why: the same in words.
    """

    row: int
    rule: str
    why: Text


@dataclass(frozen=True, eq=False)
class Reranked:
    """A list under rules.

    Attributes:
        rows: rows of the products on the shelf, in order, at most k.
        scores: relevance under the rules (score × margin, sentiment and so on), shape (len(rows),).
        propensities: chance of each to be drawn for its slot given the slots above, shape (len(rows),); 1 where
            nothing was drawn.
        policy: how slots were filled.
        given_up: rules that were given up because they left nothing.
        notes: why the list is short, empty or breaks a rule, and rules that say nothing here.
    """

    rows: np.ndarray
    scores: np.ndarray
    propensities: np.ndarray
    policy: str
    given_up: tuple[str, ...]
    notes: tuple[Text, ...]
    _asked: _Asked

    @cached_property
    def left_out(self) -> tuple[LeftOut, ...]:
        """The best candidates that are not in the list, and the rule that keeps each out; the most relevant first."""
        asked = self._asked
        best = np.argsort(-asked.scores, kind="stable")[: LOOKED_AT * asked.k]
        shown = set(self.rows.tolist())
        left = [int(at) for at in best if int(asked.rows[at]) not in shown]
        rules = [asked.why_not(at, self.rows, self.scores) for at in left]
        return tuple(LeftOut(int(asked.rows[at]), rule, said(rule)) for at, rule in zip(left, rules, strict=True))


def rerank(
    rows: np.ndarray,
    scores: np.ndarray,
    shelf: Shelf,
    rules: Rules,
    k: int,
    *,
    bought: Bought | None = None,
    draws: np.ndarray | None = None,
) -> Reranked:
    """Make one list.

    Where the rules leave nothing of the candidates, what sells best on the shelf under the same rules stands in; where
    that leaves nothing either, rules are given up in this order, candidates before the shelf each time: days of
    cover, already bought, price, categories, rising defects, categories ruled out, stock. `skus_never` stay out.

    Args:
        rows: candidates, as rows of the shelf, shape (n,), each once.
        scores: how relevant each is, 0 or more, shape (n,).
        shelf: what is known of the products.
        rules: what the merchant wants.
        k: most products, 1 or more.
        bought: what the customer bought, for `already_bought`.
        draws: a number from [0, 1) for each slot, shape (k,), of `explore.draws`; None: nothing is drawn, the best
            stands in every slot.

    Raises:
        UsageError: k is below 1, a row is not on the shelf or stands twice, or a score is below 0 or no number.
    """
    rows, scores = np.asarray(rows, dtype=np.int64), np.asarray(scores, dtype=float)
    _check(rows, scores, shelf, k, draws)
    ruling = rulings(shelf, rules)
    policy = policy_of(rules) if draws is not None else GREEDY
    asked = _Asked(rows, scores, shelf, rules, k, ruling, _broken(shelf, ruling, rules, rows, bought))
    first = ruling.first[(ruling.broken[ruling.first] & (BIT[OUT] | BIT[NEVER])) == 0][:k]
    pool, given_up, filled = _pool(asked, bought, is_needed=not len(first))
    if len(first):
        pool = _pinned_first(pool, first, asked)
    if not len(pool.rows):
        none = np.zeros(0)
        notes = (_nothing(asked), *ruling.notes)
        return Reranked(none.astype(np.int64), none, none, policy.name, (), notes, asked)
    places, chances = fill(
        pool, shelf, rules, len(first), policy, np.zeros(min(k, len(pool.rows))) if draws is None else draws
    )
    notes = tuple(_told(asked, given_up, first, n=len(places), is_filled=filled))
    return Reranked(
        pool.rows[places], pool.worth[places], chances, policy.name, given_up, (*notes, *ruling.notes), asked
    )


@dataclass(frozen=True, eq=False, slots=True)
class _Asked:
    """What was asked: candidates, in the order they came; `broken`: the rules each of them breaks."""

    rows: np.ndarray
    scores: np.ndarray
    shelf: Shelf
    rules: Rules
    k: int
    ruling: Ruling
    broken: np.ndarray

    def why_not(self, at: int, shown: np.ndarray, worth: np.ndarray) -> str:
        """The rule that keeps a candidate out of the list shown."""
        for name, bit in BIT.items():
            if self.broken[at] & bit:
                return name
        row, shelf, rules = self.rows[at], self.shelf, self.rules
        if rules.most_per_brand and _is_full(shelf.brand, row, shown, rules.most_per_brand):
            return "most_per_brand"
        if rules.most_per_category and _is_full(shelf.category, row, shown, rules.most_per_category):
            return "most_per_category"
        is_better = self.scores[at] * self.ruling.factor[row] > worth.min(initial=np.inf)
        return "diversity" if rules.diversity and is_better else "rank"


def _is_full(codes: np.ndarray, row: int, shown: np.ndarray, most: int) -> bool:
    return bool(codes[row] >= 0 and (codes[shown] == codes[row]).sum() >= most)


def _broken(shelf: Shelf, ruling: Ruling, rules: Rules, rows: np.ndarray, bought: Bought | None) -> np.ndarray:
    """The rules that each of the rows breaks, as bits: those of the shelf, and what was bought."""
    broken = np.asarray(ruling.broken[rows])
    if bought is not None and len(bought.rows) and rules.hidden_days > 0:
        hidden = bought.rows[~(bought.days >= rules.hidden_days)]
        broken[np.isin(rows, hidden)] |= BIT[BOUGHT]
    return broken


def _pool(asked: _Asked, bought: Bought | None, *, is_needed: bool) -> tuple[Pool, tuple[str, ...], bool]:
    """What the slots are filled from, the rules given up for it, and whether the shelf stands in for candidates."""
    allowed = asked.broken == 0
    if allowed.any() or not is_needed:
        return _sorted(asked.rows[allowed], asked.scores[allowed], asked.ruling), (), False
    shelf = asked.shelf
    everything = np.arange(len(shelf))
    on_shelf = _broken(shelf, asked.ruling, asked.rules, everything, bought)
    sold = np.nan_to_num(shelf.numbers[SOLD_PER_DAY])
    for n_given_up in range(len(RELAXED) + 1):
        given_up = list(RELAXED[:n_given_up])
        for rows, scores, broken in ((asked.rows, asked.scores, asked.broken), (everything, sold, on_shelf)):
            if not _keeping(broken, given_up).any():
                continue
            for name in reversed(given_up[:-1]):  # what was given up in vain is a rule again, the dearest first
                fewer = [other for other in given_up if other != name]
                given_up = fewer if _keeping(broken, fewer).any() else given_up
            allowed = _keeping(broken, given_up)
            pool = _sorted(rows[allowed], scores[allowed], asked.ruling)
            return Pool(pool.rows[:FILLING], pool.worth[:FILLING]), tuple(given_up), rows is everything
    return Pool(everything[:0], np.zeros(0)), (), False


def _keeping(broken: np.ndarray, given_up: Sequence[str]) -> np.ndarray:
    """Which products keep all rules but those given up."""
    kept = np.uint16(sum(bit for name, bit in BIT.items() if name not in given_up))
    return np.asarray((broken & kept) == 0)


def _sorted(rows: np.ndarray, scores: np.ndarray, ruling: Ruling) -> Pool:
    worth = scores * ruling.factor[rows]
    order = np.argsort(-worth, kind="stable")
    return Pool(rows[order], worth[order])


def _pinned_first(pool: Pool, first: np.ndarray, asked: _Asked) -> Pool:
    """The pool with the products that are shown first at its head, with relevance 0 where they are no candidates."""
    others = ~np.isin(pool.rows, first)
    known = dict(zip(asked.rows.tolist(), asked.scores.tolist(), strict=True))
    worth = np.array([known.get(row, 0.0) for row in first.tolist()]) * asked.ruling.factor[first]
    return Pool(np.concatenate([first, pool.rows[others]]), np.concatenate([worth, pool.worth[others]]))


def _told(asked: _Asked, given_up: tuple[str, ...], first: np.ndarray, *, n: int, is_filled: bool) -> Iterator[Text]:
    for row in asked.ruling.first[~np.isin(asked.ruling.first, first)][: asked.k]:
        if asked.ruling.broken[row] & BIT[OUT]:
            yield t("{sku} is not shown first: it is out of stock", sku=asked.shelf.skus[row])
    if given_up:
        names = ", ".join(given_up)
        yield t("the rules leave nothing to show; given up for this list: {rules}", rules=names)
    if is_filled:
        yield t("no candidate may be shown; what sells best of the rest stands in")
    if n < asked.k:
        yield t("{n} of {k} slots are filled: the rules and candidates allow no more", n=n, k=asked.k)


def _nothing(asked: _Asked) -> Text:
    if not len(asked.shelf):
        return t("nothing is shown: there are no products")
    return t("nothing is shown: the rules say of every product that it is never shown")


def _check(rows: np.ndarray, scores: np.ndarray, shelf: Shelf, k: int, draws: np.ndarray | None) -> None:
    if k < 1:
        raise UsageError(
            t("a list of {k} products cannot be made", k=k),
            why=t("it needs at least one"),
            fix=t("ask for 1 or more"),
            code="RECOMMEND-07",
        )
    if rows.ndim != 1 or rows.shape != scores.shape:
        raise _unusable(t("there are {n} rows and {m} scores", n=rows.size, m=scores.size))
    if len(rows) and (rows.min() < 0 or rows.max() >= len(shelf)):
        strange = rows[(rows < 0) | (rows >= len(shelf))][0]
        raise _unusable(t("row {row} is not among the {n} items", row=int(strange), n=len(shelf)))
    if len(np.unique(rows)) < len(rows):
        values, counts = np.unique(rows, return_counts=True)
        raise _unusable(t("{sku} stands in more than one row", sku=shelf.skus[values[counts > 1][0]]))
    wrong = ~(np.isfinite(scores) & (scores >= 0))
    if wrong.any():
        at = int(np.argmax(wrong))
        raise _unusable(t("{sku} has {value}", sku=shelf.skus[rows[at]], value=f"{scores[at]:g}"))
    if draws is not None and (draws.shape != (k,) or not ((draws >= 0) & (draws < 1)).all()):
        raise _unusable(t("{k} draws from 0 up to 1 are needed, one for each slot", k=k))


def _unusable(why: Text) -> UsageError:
    return UsageError(
        t("the candidates cannot be ranked"),
        why=why,
        fix=t("give each candidate once, as its row among the items, with a finite score of 0 or more"),
        code="RECOMMEND-34",
    )
