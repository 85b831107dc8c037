"""The days of the synthetic world: weekdays, seasons, holidays, and the shop's clock against UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays
import numpy as np
import numpy.typing as npt

__all__ = ["AHEAD", "BLOCK", "Bools", "Calendar", "Floats", "Ints"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

AHEAD = 84  # days after the last one whose true demand is known too
BLOCK = 7  # days in which one campaign works; customers come and go between blocks
DAY_US = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days of the world, numbered from 0; those from `n_days` on lie in the future.

    Attributes:
        first: day 0.
        n_days: days with data.
        n_all: days whose demand is planted, `AHEAD` more.
        weekday: 0 is Monday.
        angle: place in the year, in radians from 1 January.
        is_public: public holiday in Germany.
        black: 1 from Black Friday to Cyber Monday, 0.4 in the days before.
        christmas: rises from 0 on 20 November to 1 in mid December, below 0 on the feast days.
        midnight: first instant of the day, microseconds since 1970 in UTC.
    """

    first: date
    n_days: int
    n_all: int
    weekday: Ints
    angle: Floats
    is_public: Bools
    black: Floats
    christmas: Floats
    midnight: Ints

    @classmethod
    def of(cls, last: date, n_days: int, timezone: str) -> Calendar:
        """The calendar of `n_days` days that end on `last`."""
        first = last - timedelta(days=n_days - 1)
        days = [first + timedelta(days=at) for at in range(n_days + AHEAD)]
        public = holidays.country_holidays("DE", years=range(first.year, days[-1].year + 1))
        zone = ZoneInfo(timezone)
        return cls(
            first,
            n_days,
            len(days),
            np.array([day.weekday() for day in days]),
            np.array([2 * np.pi * (day.timetuple().tm_yday - 1) / 365.25 for day in days]),
            np.array([day in public for day in days]),
            np.array([_black(day) for day in days]),
            np.array([_christmas(day) for day in days]),
            np.array([_midnight(day, zone) for day in days]),
        )

    def day(self, at: int) -> date:
        """The date of a day number."""
        return self.first + timedelta(days=int(at))

    def number(self, day: date) -> int:
        """The number of a date."""
        return (day - self.first).days

    @property
    def last(self) -> date:
        """The last day with data."""
        return self.day(self.n_days - 1)

    def instants(self, days: Ints, seconds: Ints) -> Ints:
        """Microseconds since 1970 in UTC of local times that are later than the clock changes at night."""
        return self.midnight[days] + self._shift(days) + seconds * 1_000_000

    def _shift(self, days: Ints) -> Ints:
        """On the two days on which clocks change, noon is not 12 hours after midnight."""
        following = np.append(self.midnight[1:], self.midnight[-1] + DAY_US)
        length: Ints = following - self.midnight
        return (length - DAY_US)[days]


def black_friday(year: int) -> date:
    """The Friday after the fourth Thursday of November."""
    november = date(year, 11, 1)
    return november + timedelta(days=(3 - november.weekday()) % 7 + 22)


def _black(day: date) -> float:
    after = (day - black_friday(day.year)).days
    return 1.0 if 0 <= after <= 3 else 0.4 if -4 <= after < 0 else 0.0


def _christmas(day: date) -> float:
    start, peak = date(day.year, 11, 20), date(day.year, 12, 12)
    if day < start:
        return 0.0
    if day <= date(day.year, 12, 20):
        return min(1.0, (day - start).days / (peak - start).days)
    return {21: 0.5, 22: 0.0, 23: -0.3, 24: -1.0, 25: -1.0, 26: -0.6}.get(day.day, 0.0)


def _midnight(day: date, zone: ZoneInfo) -> int:
    local = datetime.combine(day, time(), zone)
    return int((local.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(microseconds=1))
