"""A product's sales, calendar, promotions and words as one line of text, and numbers back from text.

Units are written relative to the product's own level, as three digits with its mean at 100, so that every product
reads alike and every number has the same length.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from shopwright.forecast.calendar import places
from shopwright.forecast.panel import Floats, Panel
from shopwright.language.guard.disguise import bare
from shopwright.shop.demand import Period

__all__ = ["DIGITS", "TOP", "Written", "marks", "written"]

DIGITS = 3  # of every number
USUAL, MOST, TOP = 100, 500, 999  # marks of a product's mean, of its best period at most, and the highest there is
BACK: Mapping[Period, int] = {"D": 56, "W": 60, "M": 36}  # periods of the past that are written
CALLED: Mapping[Period, str] = {"D": "day", "W": "week", "M": "month"}
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
LONGEST = 100  # signs of a product's words
MOST_COVARIATES = 4
GAP = "-"


@dataclass(frozen=True, slots=True)
class Written:
    """One product's past as text.

    Attributes:
        text: the line.
        per: units that one mark stands for.
    """

    text: str
    per: float


def written(panel: Panel, rows: Sequence[int]) -> list[Written]:
    """The line of each of these SKUs, from what the panel knows of its T periods and of what is known ahead."""
    known, back = panel.known, BACK[panel.period]
    begin = max(panel.n_periods - back, 0)
    ahead = _calendar(panel, begin) | {name: _levels(values[:, begin:]) for name, values in panel.ahead.items()}
    names = list(ahead)[:MOST_COVARIATES]
    start = _begins(known.next_days(1)[0], panel.period)
    found = []
    for row in rows:
        units = panel.units[row, begin:]
        first = int(np.isfinite(units).argmax())  # nothing is written of the time before it was on sale
        per = _scale(units)
        said = [f"Units sold by {CALLED[panel.period]}, {USUAL} is usual."]
        if panel.words and panel.words[row]:
            said.append(f"Product: {_folded(panel.words[row], LONGEST)}.")
        said += [
            f"{_folded(name, 20)}: {_line(ahead[name][row, first : -panel.horizon])}, "
            f"then {_line(ahead[name][row, -panel.horizon :])}."
            for name in names
            if len(set(ahead[name][row, first:].tolist())) > 1
        ]
        said.append(f"Sold: {' '.join(_number(mark) for mark in marks(units[first:], per))}.")
        said.append(f"Next {panel.horizon} from {start}:")
        found.append(Written(" ".join(said), per))
    return found


def marks(units: Floats, per: float) -> Floats:
    """Whole numbers from 0 to `TOP` for units, NaN where they are not known."""
    return np.asarray(np.clip(np.rint(units / per), 0, TOP))


def _scale(units: Floats) -> float:
    """Units of a mark: the mean is `USUAL`, unless the best period would be above `MOST` then."""
    known = units[np.isfinite(units)]
    if not len(known) or known.max() <= 0:
        return 1 / USUAL
    return float(max(known.mean() / USUAL, known.max() / MOST))


def _number(mark: float) -> str:
    return f"{int(mark):0{DIGITS}}" if np.isfinite(mark) else GAP


def _levels(values: Floats) -> NDArray[np.int64]:
    """A covariate as one digit for each period: flags as 0 and 1, amounts with their mean at 5; 0 where unknown."""
    known = np.where(np.isfinite(values), values, 0.0)
    if np.isin(known, (0.0, 1.0)).all():
        return np.asarray(known, np.int64)
    if known.min() >= 0 and known.max() <= 1:
        return np.asarray(np.ceil(known * 9), np.int64)  # shares: 0 is none at all
    mean = np.abs(known).mean(axis=1, keepdims=True)
    share = np.divide(known, mean, out=np.zeros_like(known), where=mean > 0)
    return np.asarray(np.clip(np.rint(5 * share), 0, 9), np.int64)


def _line(levels: NDArray[np.int64]) -> str:
    return "".join(map(str, levels.tolist()))


def _calendar(panel: Panel, begin: int) -> dict[str, NDArray[np.int64]]:
    """Public holidays in each period, as far as the panel's country tells them."""
    told = places(panel.days[begin:], panel.period, panel.country).get("n_holidays") if panel.country else None
    if told is None:
        return {}
    return {"holidays": np.broadcast_to(told.astype(np.int64), (len(panel.skus), len(told)))}


def _begins(day: date, period: Period) -> str:
    month = MONTHS[day.month - 1]
    if period == "M":
        return month
    if period == "W":
        return f"week {day.isocalendar().week} in {month}"
    return f"{WEEKDAYS[day.weekday()]} {day.day} {month}"


def _folded(words: str, longest: int) -> str:
    """Words as one line without marks that show nothing: a catalogue's titles were written by others."""
    return " ".join(bare(words).split())[:longest]
