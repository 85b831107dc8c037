"""How pleased each review and each of its sentences is: told by stars where there are any, else read from the text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from shopwright.i18n import Text, t
from shopwright.reviews.scales import NEAR_MIDDLE, as_polarity
from shopwright.reviews.sentences import ROW, SENTENCE
from shopwright.reviews.sentiment import Sentiment

__all__ = ["Polarity", "polarity_of", "tell_nothing"]

Floats = NDArray[np.float64]
ENOUGH_ALIKE = 20  # ratings from which on it is no chance that all are alike
NEUTRAL = 0.3  # words felt less than this, on either side, neither praise nor blame


@dataclass(frozen=True, eq=False)
class Polarity:
    """From −1 to 1, of texts.

    Attributes:
        values: of the stars, else of the text; NaN without both, or in a language that was not learned, shape (texts,).
        is_read: whether it was read from the text, shape (texts,).
        by_words: as `values`, but read from the texts where all stars are alike and so tell nothing, shape (texts,).
        model: what read it.
        notes: what a reader should know.
    """

    values: Floats
    is_read: NDArray[np.bool_]
    by_words: Floats
    model: Sentiment
    notes: tuple[Text, ...]

    def of(self, said: pl.DataFrame) -> pl.Series:
        """Of the texts' sentences, read from their words; null where neither they nor their review tell.

        What lies near the middle is neither praise nor blame: 0. A sentence in a language that was not learned is
        taken for as pleased as its review.

        Args:
            said: `sentences` of the texts.
        """
        scores = self.model.score(said[SENTENCE].to_list(), mixed=False)
        felt = np.where(np.abs(scores.values) < NEUTRAL, 0.0, scores.values)
        whole = self.values[said[ROW].to_numpy()]
        whole = np.where(np.abs(whole) < NEAR_MIDDLE, 0.0, whole)
        return pl.Series(np.where(scores.is_foreign, whole, felt)).fill_nan(None)


def polarity_of(texts: Sequence[str], stars: Floats, seed: int = 0) -> Polarity:
    """How pleased each review is.

    The classifier learns from those with stars and text, helped by what ships as far as they are few.

    Args:
        texts: of the reviews, empty where there is none.
        stars: from 1 to 5, NaN where there are none, shape (texts,).
        seed: decides which reviews are held out.
    """
    model = Sentiment.fit(texts, stars.tolist(), scale="stars", seed=seed)
    values = as_polarity(stars)
    notes: tuple[Text, ...] = ()
    by_words = values
    if tell_nothing(stars):
        by_words, one = _read(model, texts, values), float(np.nanmin(stars))
        notes = (
            t(
                "all {n:,} ratings are {stars:g} stars and tell nothing apart: faults and dangers are looked for by"
                " what the texts say",
                n=int(np.isfinite(stars).sum()),
                stars=one,
            ),
        )
    unrated = np.flatnonzero(np.isnan(values) & np.array([bool(text.strip()) for text in texts], bool))
    is_read = np.zeros(len(texts), bool)
    if not len(unrated):
        return Polarity(values, is_read, by_words, model, notes)
    scores = model.score([texts[at] for at in unrated.tolist()], mixed=False)
    known = unrated[~scores.is_foreign]
    values[known], is_read[known] = scores.values[~scores.is_foreign], True
    by_words = np.where(np.isnan(by_words), values, by_words)
    told = t(
        "reviews without stars: {n:,}; how pleased they are was read from {read:,} texts",
        n=len(unrated),
        read=len(known),
    )
    # What the model notes of stars is told where they are read; what it notes of its lessons matters only here.
    return Polarity(values, is_read, by_words, model, (*notes, told, *model.notes[1:], *scores.notes))


def tell_nothing(stars: Floats) -> bool:
    """Whether there are ratings enough to see that all are alike: such as five stars for everything.

    Args:
        stars: NaN where there are none.
    """
    there = stars[np.isfinite(stars)]
    return len(there) >= ENOUGH_ALIKE and bool((there == there[0]).all())


def _read(model: Sentiment, texts: Sequence[str], otherwise: Floats) -> Floats:
    """How pleased the texts sound; `otherwise` for those without words or in a language that was not learned."""
    scores = model.score(texts, mixed=False)
    silent = scores.is_foreign | np.array([not text.strip() for text in texts], bool)
    return np.where(silent, otherwise, scores.values)
