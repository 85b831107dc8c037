"""A column of ratings as stars, whatever scale it is on: judged by the whole column, told, and open to objection."""

from __future__ import annotations

import re

import numpy as np
import polars as pl

from shopwright.i18n import Text, t
from shopwright.shop.imports.numbers import NOTHING, to_float
from shopwright.shop.imports.result import Decimal
from shopwright.shop.ratings import (
    STARS,
    STARS_OR_NONE,
    THUMBS,
    Scale,
    by_words,
    marked,
    only_noughts,
    placed,
    pointed,
    scale_of,
    self_told,
)

__all__ = [
    "UNRATED",
    "bare_numbers",
    "ends",
    "is_unrated",
    "rating_notes",
    "rating_scale",
    "rating_share",
    "to_stars",
]

SLIPS = 0.05
"""Share of a column's numbers that must lie beyond 5 or 10 (or be nought) before they are no slips of the pen."""
THUMBS_NAME = "thumbs"
UNRATED = "none"
"""Name of the scale of a column in which every number is 0: nobody rated anything."""
BARE = r"^\s*[+-]?[\d.,]+\s*$"
BETWEEN = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*(?:-|–|\.\.|:)\s*(-?\d+(?:\.\d+)?)\s*")


def ends(name: str) -> Scale | None:
    """Ends of a scale from its name ("0-10", "thumbs"); None where it is none."""
    if name == THUMBS_NAME:
        return THUMBS
    found = BETWEEN.fullmatch(name)
    scale = (float(found[1]), float(found[2])) if found else (0.0, 0.0)
    return scale if scale[0] < scale[1] else None


def bare_numbers(values: pl.Series) -> pl.Series:
    """Of a column of text, what is a number alone or with its points: neither a word nor "8/10"."""
    if values.dtype != pl.String:
        return values.clear()
    numbers = pointed(values)
    return numbers.filter(numbers.str.contains(BARE))


def rating_scale(values: pl.Series, decimal: Decimal) -> str | None:
    """Name of the scale of a whole column: its ends, "thumbs"; None where each value names its own or nothing tells."""
    if values.dtype == pl.Boolean:
        return THUMBS_NAME
    numbers = _numbers(values, decimal)
    there = numbers.drop_nulls().to_numpy()
    there = there[np.isfinite(there)]
    if not len(there):
        words = by_words(values) if values.dtype == pl.String else values.clear()
        return THUMBS_NAME if len(words.drop_nulls()) else None
    if only_noughts(there):
        return UNRATED
    scale = scale_of(there, SLIPS)
    return THUMBS_NAME if scale == THUMBS else f"{scale[0]:g}-{scale[1]:g}"


def to_stars(values: pl.Series, decimal: Decimal, name: str | None) -> pl.Series:
    """A column of ratings as stars from 1 to 5; null where a value is none, or lies outside its scale.

    Args:
        values: numbers, yes and no, or text: numbers, thumbs and words for them, "8/10", "80 %", "★★★★☆".
        decimal: the decimal sign in force.
        name: of the scale of bare numbers, from `rating_scale` or as it was said; None: stars.
    """
    scale = (ends(name) if name else None) or STARS
    if values.dtype == pl.Boolean:
        scale = THUMBS
    numbers = _numbers(values, decimal)
    stars = placed(numbers if name != UNRATED else numbers.clear().extend_constant(None, len(numbers)), scale)
    return stars if values.dtype != pl.String else pl.select(pl.coalesce(stars, self_told(values))).to_series()


def is_unrated(values: pl.Series, decimal: Decimal, name: str | None) -> pl.Series:
    """Whether each value is a nought where noughts stand for no rating: it is none, and no mistake."""
    if name != UNRATED:
        return pl.repeat(value=False, n=len(values), dtype=pl.Boolean, eager=True)
    return (_numbers(values, decimal) == 0).fill_null(value=False)


def rating_notes(values: pl.Series, column: str, name: str | None) -> list[Text]:
    """What is to be said of a scale that is not that of stars: which it is, and how to object."""
    notes: list[Text] = []
    is_text = values.dtype == pl.String
    texts = values if is_text else pl.Series(values.name, [], pl.String)
    words = texts.filter(by_words(texts).is_not_null()).unique(maintain_order=True).head(4)
    own = texts.filter(marked(texts)["number"].is_not_null()).unique(maintain_order=True).head(3)
    if len(words):
        told = t("column {column}: words such as {words} were taken as thumbs: 5, 3 or 1 stars",
                 column=column, words=", ".join(words))  # fmt: skip
        notes.append(told)
    if len(own):
        shown = ", ".join(own)
        notes.append(t("column {column}: {values} were read by the scale they name", column=column, values=shown))
    if name == UNRATED:
        told = t("column {column}: every rating is 0, which is no rating; the texts are kept", column=column)
        return [*notes, t("{told}; if they are on another scale, say so: --rating-scale 1-5", told=told)]
    scale = ends(name) if name else None
    has_numbers = not is_text or len(bare_numbers(values)) > 0
    if scale is None or scale == STARS or not has_numbers:
        return notes
    if scale == THUMBS:
        told = t("column {column}: 0 and 1 were taken as thumbs down and up, 1 star and 5", column=column)
    elif scale == STARS_OR_NONE:
        told = t("column {column}: ratings from 0 to 5 were taken as stars, 0 as 1 star", column=column)
    else:
        told = t(
            "column {column}: ratings from {low:g} to {high:g} were stretched onto 1 to 5 stars",
            column=column,
            low=scale[0],
            high=scale[1],
        )
    return [*notes, t("{told}; if they are on another scale, say so: --rating-scale 1-5", told=told)]


def rating_share(known: pl.Series) -> float:
    """Share of a column's values that are ratings of any kind."""
    return max(_share(known, "."), _share(known, ","))


def _share(known: pl.Series, decimal: Decimal) -> float:
    name = rating_scale(known, decimal)
    read = to_stars(known, decimal, name).is_not_null() | is_unrated(known, decimal, name)
    return int(read.sum()) / len(known)


def _numbers(values: pl.Series, decimal: Decimal) -> pl.Series:
    if values.dtype == pl.String:
        values = pointed(values)
        is_bare = values.str.contains(BARE) & ~values.str.contains(NOTHING)
        return to_float(pl.select(pl.when(is_bare).then(values)).to_series(), decimal)
    if values.dtype.is_numeric() or values.dtype in (pl.Boolean, pl.Null):
        return values.cast(pl.Float64).fill_nan(None)
    return pl.Series(values.name, [None], pl.Float64).new_from_index(0, len(values))
