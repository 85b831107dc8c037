"""Products as vectors of their words: the encoder's meaning, and which words they have."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from shopwright.language.static import shipped
from shopwright.processor import one_thread
from shopwright.seeds import derive

__all__ = ["features", "words"]

TOKEN = re.compile(r"[^\W_\u3400-\u9fff]+|[\u3400-\u9fff]+")
WORDS = 384  # dimensions for words
HALF = np.float32(0.7)  # weight of words beside meaning


def words(text: str) -> list[str]:
    """Words and pairs of neighbours; of Chinese, characters and pairs of them."""
    found: list[str] = []
    for token in TOKEN.findall(text.casefold()):
        found += list(token) if "\u3400" <= token[0] <= "\u9fff" else [token]
    return found + [f"{one} {two}" for one, two in pairwise(found)]


def features(texts: Sequence[str], seed: int = 0) -> NDArray[np.float32]:
    """Vectors of texts, shape (n, d), zero for an empty one.

    The vectors of the encoder that ships, beside the main directions of TF-IDF over words (latent semantic analysis,
    Deerwester et al. 1990): names of brands and devices, which no encoder knows, are what tells products apart.
    """
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer

    meaning = shipped().encode(list(texts))
    meaning[[not text.strip() for text in texts]] = 0.0
    try:
        table = TfidfVectorizer(analyzer=words, min_df=2, sublinear_tf=True).fit_transform(texts)
    except ValueError:  # no word stands in two texts
        return meaning
    size = min(WORDS, min(table.shape) - 1)
    if size < 2:
        return meaning
    # sums in another order have other digits; where all texts are alike the share of variance is 0 / 0, and not used
    with one_thread(), np.errstate(invalid="ignore"):
        main = TruncatedSVD(size, random_state=derive(seed, "recommend", "words") % 2**31).fit_transform(table)
    return np.hstack([meaning, HALF * main.astype(np.float32)])
