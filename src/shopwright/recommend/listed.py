"""One list of products, with reasons."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shopwright.i18n import Text

__all__ = ["Listed"]


@dataclass(frozen=True, eq=False, slots=True)
class Listed:
    """One list, best first.

    Attributes:
        places: of the products among the recommender's, shape (n,).
        scores: of each, shape (n,).
        whys: why each stands there.
        notes: what is said of the whole list: what is not known, which rules were given up, why it is short.
    """

    places: np.ndarray
    scores: np.ndarray
    whys: tuple[Text, ...]
    notes: tuple[Text, ...]
