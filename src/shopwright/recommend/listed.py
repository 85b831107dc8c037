"""One list of products, with reasons, and how such lists stand in a table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from shopwright.i18n import LANGUAGES, Text
from shopwright.shop.schema import names as c

__all__ = ["LIST", "POSITION", "RANK", "SCORE", "WHY", "Listed", "ranked"]

POSITION, RANK, SCORE, WHY = "position", "rank", "score", "why"
LIST: dict[str, pl.DataType | type[pl.DataType]] = {
    RANK: pl.UInt32,
    c.SKU: pl.String,
    SCORE: pl.Float64,
    WHY: pl.Struct(dict.fromkeys(LANGUAGES, pl.String)),
}


def ranked(skus: pl.Series, shown: Iterable[tuple[int, float, Text]]) -> list[tuple[Any, ...]]:
    """Rows of `LIST` from places, scores and reasons, best first."""
    return [(rank, skus[int(row)], float(score), why.as_json()) for rank, (row, score, why) in enumerate(shown, 1)]


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
