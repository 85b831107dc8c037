"""What customers gave, in stars, points or thumbs, on one scale from -1 to 1."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from shopwright.errors import InputError
from shopwright.i18n import Text, t
from shopwright.reviews.scales import as_polarity, pointed_texts, told_by_themselves

__all__ = ["Rescaled", "Scale", "rescaled"]

Scale = Literal["auto", "stars", "ten", "hundred", "thumbs"]

_ENDS = {"stars": (1.0, 5.0), "ten": (0.0, 10.0), "hundred": (0.0, 100.0), "thumbs": (0.0, 1.0)}


@dataclass(frozen=True, slots=True, eq=False)
class Rescaled:
    """Marks on one scale.

    Attributes:
        values: -1 (worst) to 1 (best); NaN where none was given.
        scale: the scale they were read on.
        note: how they were read, for people.
    """

    values: NDArray[np.float64]
    scale: str
    note: Text


def rescaled(marks: Iterable[Any], scale: Scale = "auto") -> Rescaled:
    """Marks as -1 to 1.

    `auto` takes 0 and 1, -1 to 1 in whole steps, or booleans for thumbs, what lies up to 5 for stars, up to 10 for
    points of ten, and up to 100 for points of a hundred. None, NaN and an empty text are no mark. Texts are read as the
    import reads them; one that names its own scale ("4/5", "★★★★☆", 好评) is read on that.

    Raises:
        InputError: a mark is no number (REVIEWS-10), or lies outside of the scale (REVIEWS-11).
    """
    asked: object = marks
    listed = list(asked) if isinstance(asked, Iterable) else []  # one number, or None: no mark for any review
    told = told_by_themselves(listed)
    plain = [None if np.isfinite(own) else mark for mark, own in zip(pointed_texts(listed), told, strict=True)]
    values = np.array([_number(mark, at) for at, mark in enumerate(plain)], np.float64)
    given = values[~np.isnan(values)]
    named = _guessed(given, any(isinstance(mark, bool | np.bool_) for mark in listed)) if scale == "auto" else scale
    low, high = _ends(named, given)
    if len(given) and (given.min() < low or given.max() > high):
        at = int(np.flatnonzero((values < low) | (values > high))[0])
        raise InputError(
            t("mark {n} is {value}, outside of the scale", n=at, value=f"{values[at]:g}"),
            why=t("marks on this scale lie between {low} and {high}", low=f"{low:g}", high=f"{high:g}"),
            fix=t("leave the row out, or name the scale: stars, ten, hundred or thumbs"),
            code="REVIEWS-11",
        )
    placed = 2 * (values - low) / (high - low) - 1
    own = not len(given) and bool(np.isfinite(told).any())
    note = t("marks were read on the scale that each names") if own else _note(named, low, high)
    return Rescaled(np.where(np.isnan(told), placed, as_polarity(told)), named, note)


def _number(mark: Any, at: int) -> float:
    if mark is None or (isinstance(mark, str) and not mark.strip()):
        return np.nan
    try:
        value = float(mark)
    except (TypeError, ValueError, OverflowError) as error:
        raise InputError(
            t("mark {n} is not a number: {mark}", n=at, mark=repr(mark)[:40]),
            why=t("stars, points and thumbs are numbers or true and false"),
            fix=t("turn it into a number, or leave it empty where no mark was given"),
            code="REVIEWS-10",
        ) from error
    return np.nan if np.isnan(value) else value


def _guessed(given: NDArray[np.float64], is_true_or_false: bool) -> str:
    seen = set(given.tolist())
    # All ones may be one star each: thumbs show a second value, or are booleans.
    if is_true_or_false or seen == {0.0, 1.0} or (seen and seen <= {-1.0, 0.0, 1.0} and seen != {1.0}):
        return "thumbs"
    most = max(seen, default=5.0)
    if most <= 5:
        return "stars"
    return "ten" if most <= 10 else "hundred"


def _ends(named: str, given: NDArray[np.float64]) -> tuple[float, float]:
    if str(named) not in _ENDS:
        raise InputError(
            t("there is no scale named {name}", name=named),
            why=t("marks are read on one of these: {names}", names=", ".join(_ENDS)),
            fix=t("take one of them, or leave it out"),
            code="REVIEWS-12",
        )
    low, high = _ENDS[named]
    least = float(given.min()) if len(given) else low
    if named == "thumbs" and least < 0:
        return -1.0, high
    return (0.0, high) if named == "stars" and 0 <= least < 1 else (low, high)


def _note(named: str, low: float, high: float) -> Text:
    if named == "thumbs":
        return t("marks were read as thumbs up or down")
    return t("marks were read as {low} (worst) to {high} (best)", low=f"{low:g}", high=f"{high:g}")
