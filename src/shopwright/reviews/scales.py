"""Ratings on other scales, as stars, and from where on these are praise or a complaint."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from shopwright.errors import UsageError
from shopwright.i18n import Text, t
from shopwright.shop.arguments import listed as as_list
from shopwright.shop.ratings import (
    STARS,
    STARS_OR_NONE,
    THUMBS,
    only_noughts,
    pointed,
    scale_of,
    self_told,
    stretched,
)

__all__ = [
    "COMPLAINT",
    "NEAR_MIDDLE",
    "PRAISE",
    "Scaled",
    "as_polarity",
    "as_stars",
    "pointed_texts",
    "told_by_themselves",
    "whole_stars",
]

# Three stars are the middle. A stretched rating beside it, such as 4 or 6 of 10 (2.6 and 3.4 stars), is no middle; one
# that only an even number of steps keeps from it, such as 5 of 1 to 10 (2.78), is. Whole stars: 2 and 4 as ever.
COMPLAINT, PRAISE = 2.75, 3.25  # stars, at most and at least
NEAR_MIDDLE = 0.125  # the same as polarity: from here on, on both sides


@dataclass(frozen=True, eq=False)
class Scaled:
    """Ratings as stars.

    Attributes:
        stars: from 1 to 5, NaN where there is none, shape (ratings,).
        note: which scale was read and changed; None where they were stars already.
    """

    stars: NDArray[np.float64]
    note: Text | None = None


def as_stars(ratings: Iterable[float | str | None], scale: tuple[float, float] | None = None) -> Scaled:
    """Ratings from 0 to 10 or 100, or thumbs (0 and 1, or −1 and 1), stretched evenly onto 1 to 5 stars.

    Of 0 to 5, 1 to 5 are stars as they are and 0 is one star; noughts alone are no rating. Texts are read as the import
    reads them: "4/5", "5 stars", "5分", "★★★★☆", "80 %", 好评.

    >>> as_stars([0, 5, 10, None]).stars.tolist()
    [1.0, 3.0, 5.0, nan]

    Args:
        ratings: None and NaN where there is none.
        scale: its lowest and highest rating; None: guessed as the narrowest usual scale that holds them all.

    Raises:
        UsageError: there is no list of them (USAGE-25), a rating is none (REVIEWS-41), or lies outside every usual
            scale or the one given (REVIEWS-42).
    """
    listed = list(as_list(ratings, "ratings", t("a list of numbers")))
    told = told_by_themselves(listed)
    numbers = [None if np.isfinite(own) else rating for rating, own in zip(listed, told, strict=True)]
    found = _scaled(numbers, scale)
    return Scaled(np.where(np.isfinite(told), told, found.stars), found.note)


def _scaled(listed: list[float | str | None], scale: tuple[float, float] | None) -> Scaled:
    given = _numbers(listed)
    there = given[np.isfinite(given)]
    if not len(there):
        return Scaled(given)
    are_flags = any(isinstance(rating, bool | np.bool_) for rating in listed)
    low, high = scale or (THUMBS if are_flags else scale_of(there))
    if scale is None and not are_flags and only_noughts(there):
        return Scaled(np.full(len(given), np.nan), t("every rating is 0: they were taken as none"))
    if not low < high or there.min() < low or there.max() > high:
        raise _outside(float(there.min()), float(there.max()))
    if (low, high) == STARS:
        return Scaled(given)
    if (low, high) == STARS_OR_NONE:
        return Scaled(stretched(given, STARS_OR_NONE), t("ratings from 0 to 5 were taken as stars, 0 as 1 star"))
    note = t("ratings from {low:g} to {high:g} were stretched onto 1 to 5 stars", low=low, high=high)
    return Scaled(stretched(given, (low, high)), note)


def as_polarity(stars: NDArray[np.float64]) -> NDArray[np.float64]:
    """Stars as polarity: 1 star is −1, 3 are 0, 5 are 1."""
    return (stars - 3) / 2


def whole_stars(stars: float) -> int:
    """Stars without decimals, for people: on the side of the middle on which they count.

    >>> [whole_stars(stars) for stars in (1.8, 2.6, 2.8, 3.4, 4.5)]
    [2, 2, 3, 4, 5]
    """
    if stars <= COMPLAINT:
        return min(2, int(stars + 0.5))
    return max(4, int(stars + 0.5)) if stars >= PRAISE else 3


def told_by_themselves(listed: Sequence[Any]) -> NDArray[np.float64]:
    """Stars of the ratings that are texts and name their scale, such as "4/5", NaN for others."""
    stars = np.full(len(listed), np.nan)
    at = [place for place, rating in enumerate(listed) if isinstance(rating, str)]
    stars[at] = self_told(pl.Series([listed[place] for place in at], dtype=pl.String)).fill_null(np.nan).to_numpy()
    return stars


def pointed_texts(listed: Sequence[Any]) -> list[Any]:
    """Texts such as "4,5" or "5分" as "4.5" and "5"; what is no text stays as it is."""
    at = [place for place, rating in enumerate(listed) if isinstance(rating, str)]
    texts = pointed(pl.Series([listed[place].strip() for place in at], dtype=pl.String))
    found = list(listed)
    for place, text in zip(at, texts.str.replace(",", ".", literal=True).to_list(), strict=True):
        found[place] = text
    return found


def _number(rating: Any) -> Any:
    """A text as its number; what is none stays as it is."""
    if not isinstance(rating, str):
        return rating
    try:
        return float(rating) if rating else None
    except ValueError:
        return rating


def _numbers(mixed: list[float | str | None]) -> NDArray[np.float64]:
    listed = [_number(rating) for rating in pointed_texts(mixed)]
    for at, rating in enumerate(listed):
        if rating is not None and not isinstance(rating, int | float | np.number | np.bool_):
            raise UsageError(
                t("rating {at} is no number", at=at),
                why=t("it is {value}", value=repr(mixed[at])),
                fix=t("hand over numbers, None where a review has no rating"),
                code="REVIEWS-41",
            )
    given = np.array([np.nan if rating is None else _float(rating) for rating in listed], np.float64)
    given[np.isinf(given)] = np.nan
    return given


def _float(rating: float | str) -> float:
    try:
        return float(rating)
    except OverflowError:  # too large for any scale; NaN would say that there is none
        return float(np.finfo(np.float64).max)


def _outside(low: float, high: float) -> UsageError:
    return UsageError(
        t("ratings from {low:g} to {high:g} are on no scale that is known", low=low, high=high),
        why=t("stars go from 1 to 5; 0 to 10, 0 to 100 and thumbs are stretched onto them"),
        fix=t("name the scale: as_stars(ratings, scale=(lowest, highest))"),
        code="REVIEWS-42",
    )
