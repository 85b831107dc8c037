"""What texts of one script say: chances of praise and of blame, and whether the words are known at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shopwright.language.classifier.grams import Grams, numbered
from shopwright.language.classifier.heads import Material
from shopwright.language.classifier.unlabelled import joined_rows
from shopwright.language.classifier.weights import lookup
from shopwright.reviews.polarity import UNTRIED, Answered, Floats, Polarity, judged, surprise, weighed
from shopwright.reviews.scales import NEAR_MIDDLE
from shopwright.seeds import generator

__all__ = ["CUTS", "Learned", "OneScript", "Tried", "answers", "known", "learned", "self_taught", "trust"]

CUTS = ("praise", "blame")
_ENOUGH = 20  # texts on either side of a cut, without which nothing is held out to judge it
_FEWEST = 3  # texts on either side of a cut, without which it is not learned
_ROUNDS, _COUNTS = (0.2, 0.4, 0.6, 0.8, 0.9), 4.0  # shares of own answers believed in turn, and what each counts
_STEADY = 300  # texts that tell how wide margins are: of five the confidence was wrong by up to 17 points
_UNKNOWN = 0.3  # of the usual share of known n-grams: a text with less is in another language, or gibberish
_LEAST_GRAMS = 6


@dataclass(frozen=True, slots=True, eq=False)
class OneScript:
    """A fitted model of texts of one script.

    Attributes:
        cuts: by name; `blame` is missing where nothing lies between praise and blame.
        usual: median share of n-grams of a text that half of the other texts know.
        n: texts it learned from.
    """

    cuts: dict[str, Polarity]
    usual: float
    n: int

    def logits(self, grams: Grams) -> Floats:
        """Logits of praise and of blame, of shape (texts, 2)."""
        return self.read(grams)[0]

    def is_foreign(self, grams: Grams) -> NDArray[np.bool_]:
        """Which texts consist of n-grams that it has hardly ever seen."""
        return self.read(grams)[1]

    def read(self, grams: Grams) -> tuple[Floats, NDArray[np.bool_]]:
        """Both; each n-gram is looked up once, though it has a weight in every head of every cut."""
        keys = self.cuts["praise"].tfidf.keys
        at, is_known = lookup(grams, keys)
        starts = np.concatenate([[0], np.cumsum(is_known)])[grams.starts]
        brief = Grams(starts, at[is_known].astype(np.uint32), grams.counts[is_known], len(keys))
        logits = {
            name: cut.brief(keys).logits(brief) if cut.knows(keys) else cut.logits(grams)
            for name, cut in self.cuts.items()
        }
        sizes = np.diff(grams.starts)
        is_foreign = (np.diff(starts) / np.maximum(sizes, 1) < _UNKNOWN * self.usual) & (sizes >= _LEAST_GRAMS)
        return np.stack([logits["praise"], logits.get("blame", -logits["praise"])], axis=1), is_foreign


@dataclass(frozen=True, slots=True, eq=False)
class Tried:
    """Calibrated logits for held-out texts, their rows and their answers."""

    logits: Floats
    rows: NDArray[np.int64]
    answers: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """A model and how its cuts did on held-out texts; nothing where there were too few."""

    model: OneScript
    tried: dict[str, Tried]


def answers(values: Floats) -> dict[str, NDArray[np.int64]]:
    """For each cut whether a mark lies beyond it; no blame apart where no mark is neutral, or too few are."""
    praise = (values >= NEAR_MIDDLE).astype(np.int64)
    blame = (values <= -NEAR_MIDDLE).astype(np.int64)
    n_between = int(len(values) - praise.sum() - blame.sum())
    if n_between < _ENOUGH or not _can(blame):
        return {"praise": praise if _can(praise) else 1 - blame}
    return {"praise": praise, "blame": blame} if _can(praise) else {"praise": 1 - blame}


def _can(found: NDArray[np.int64]) -> bool:
    return min(int(found.sum()), int(len(found) - found.sum())) >= _FEWEST


def learned(grams: Grams, values: Floats, written: str, seed: int, spoken: Answered | None = None) -> Learned | None:
    """Fit to texts and their marks from -1 to 1; None where they are all of one mind.

    `spoken` is what customers say of goods of other kinds, 1 for praise and 0 for blame: learned from, never held out.
    """
    asked = answers(values)
    if not _can(asked["praise"]):
        return None
    cuts, tried = {}, {}
    table, (grams, *said) = numbered(grams, *([spoken[0]] if spoken else []))
    spoken = spoken and (said[0], spoken[1])
    for name, found in asked.items():
        more = _answered(spoken, name)
        blend = UNTRIED[written]
        if min(found.sum(), len(found) - found.sum()) >= _ENOUGH:
            pairs, rows = judged((grams, found, None), written, seed, more)
            blend = weighed(pairs, found[rows])
            tried[name] = Tried((pairs * blend[:-1]).sum(axis=1) + blend[-1], rows, found[rows])
        cuts[name] = Polarity.learn((grams, found, None), written, blend, more).of(table)
    return Learned(OneScript(cuts, _usual(grams, seed), len(values)), tried)


def _usual(grams: Grams, seed: int) -> float:
    """With half of the texts, drawn, the other half is read, as strange as any text will be."""
    order = generator(seed, "usual").permutation(len(grams))
    first, second = np.sort(order[::2]), np.sort(order[1::2])
    return float(np.median(_share(grams.take(second), np.flatnonzero(np.bincount(grams.take(first).keys)))))


def _answered(spoken: Answered | None, cut: str) -> Answered | None:
    """Phrases of praise and blame, answered as a cut asks."""
    return spoken and (spoken[0], spoken[1] if cut == "praise" else 1 - spoken[1])


def known(grams: Grams, cut: Polarity) -> Floats:
    """The share of each text's n-grams that are known."""
    return _share(grams, cut.tfidf.keys)


def _share(grams: Grams, keys: NDArray[Any]) -> Floats:
    hits = np.concatenate([[0], np.cumsum(lookup(grams, keys)[1])])
    sizes = np.diff(grams.starts)
    return np.asarray((hits[grams.starts[1:]] - hits[grams.starts[:-1]]) / np.maximum(sizes, 1), np.float64)


def self_taught(
    model: OneScript,
    taught: Grams,
    values: Floats,
    more: Grams,
    say: Callable[[Grams], Floats],
    spoken: Answered | None = None,
) -> OneScript:
    """Fit again with unlabelled texts, whose surest answers are believed in rounds, ever more of them (Yarowsky 1995).

    Args:
        model: what was fitted without them.
        taught: the texts with marks.
        values: their marks, -1 to 1.
        more: the texts without.
        say: logits of praise and blame of texts, of shape (texts, 2): the first answers, and how sure they should be.
        spoken: as `learned` was given.
    """
    start, sure = say(more), say(_beside(taught, len(more)))
    table, (taught, more, *said) = numbered(taught, more, *([spoken[0]] if spoken else []))
    spoken, beside = spoken and (said[0], spoken[1]), _beside(taught, len(more))
    cuts = {}
    for name, found in answers(values).items():
        at = CUTS.index(name)
        cut, logits = model.cuts[name], start[:, at]
        for share in _ROUNDS:
            rows = _surest(logits, share)
            believed = Material(more.take(rows), None, (logits[rows] > 0).astype(np.int64), 2)
            both = joined_rows(Material(taught, None, found, 2), believed)
            counts = np.concatenate([np.ones(len(taught)), np.full(len(rows), _COUNTS)])
            cut = Polarity.plain_alone((both.grams, both.classes, counts), _answered(spoken, name))
            logits = cut.logits(more)
        # Margins are as wide as the calibrated logits were, so that confidence stays what it was.
        width = max(_width(logits, cut.logits(beside)), 1e-9)
        cuts[name] = cut.stretched(_width(start[:, at], sure[:, at]) / width).of(table)
    return OneScript(cuts, model.usual, model.n)


def _beside(taught: Grams, n: int) -> Grams:
    """Texts with marks, evenly spread, that make `n` texts without up to as many as tell how wide margins are."""
    return taught.take(np.linspace(0, len(taught) - 1, min(max(_STEADY - n, 0), len(taught))).astype(np.int64))


def _width(*logits: Floats) -> float:
    return float(np.sqrt(np.mean(np.concatenate(logits) ** 2)))


def _surest(logits: Floats, share: float) -> NDArray[np.int64]:
    """Of either answer the share of rows that lie furthest from the middle."""
    kept = []
    for side in (logits > 0, logits <= 0):
        rows = np.flatnonzero(side)
        kept.append(rows[np.argsort(-np.abs(logits[rows]), kind="stable")[: int(np.ceil(share * len(rows)))]])
    return np.sort(np.concatenate(kept))


def trust(tried: Tried, prior: Floats, n: int) -> float:
    """How much the shop's own model counts beside the prior: n / (n + k), k chosen on held-out texts.

    `prior` are its logits for those texts.
    """
    ks = np.array([0.0, 10.0, 30.0, 100.0, 300.0, 1_000.0, 3_000.0, 10_000.0])
    shares = n / (n + ks)
    losses = [float(surprise(s * tried.logits + (1 - s) * prior, tried.answers).mean()) for s in shares]
    return float(shares[int(np.argmin(losses))])
