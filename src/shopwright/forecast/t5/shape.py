"""How the network takes a history: sizes and the channels of each period.

A history is cut into patches that end where the forecast begins: seven days, eight weeks or six months to a patch, so
that a place in a patch is always the same weekday, or the same half of the year.
"""

from __future__ import annotations

from typing import Final

from shopwright.shop.demand import Period

__all__ = ["AHEAD", "CONTEXT", "FACTS", "N_AHEAD", "N_PAST", "PAST", "PATCH", "SLOTS", "TEXT"]

SLOTS: Final = 8  # places in a patch; those that a period has no use for stay empty
PATCH: dict[Period, int] = {"D": 7, "W": 8, "M": 6}
CONTEXT: dict[Period, int] = {"D": 511, "W": 256, "M": 120}  # latest periods that the encoder reads
N_AHEAD, N_PAST = 4, 2  # covariates known ahead, and known up to now
TEXT: Final = 256  # length of a product's vector

CALENDAR: Final = ("year sin", "year cos", "week sin", "week cos", "month sin", "month cos")
COVARIATES: Final = (*(f"ahead {at}" for at in range(N_AHEAD)), *(f"is ahead {at}" for at in range(N_AHEAD)))
PAST: Final = (
    "units", "is known", "is sold", "season", "drivers", "a year ago", "is a year ago", *CALENDAR, *COVARIATES,
    *(f"past {at}" for at in range(N_PAST)), *(f"is past {at}" for at in range(N_PAST)),
)  # fmt: skip
AHEAD: Final = (
    "base", "season", "drivers", "a year ago", "is a year ago", "growth a year ago", "is growth a year ago",
    "growth two years ago", "is growth two years ago", "same place", "is same place", "own season", "years of it",
    "step", *CALENDAR, *COVARIATES,
)  # fmt: skip
MEANS: dict[Period, tuple[int, ...]] = {"D": (7, 28, 91, 364), "W": (4, 8, 26, 52), "M": (3, 6, 12, 24)}
FACTS: Final = (
    "is D", "is W", "is M", "level", "spread", "zeros", "n known", "zero", "is counted", "n products", "restless",
    *(f"mean {at}" for at in range(4)), *(f"is mean {at}" for at in range(4)),
)  # fmt: skip
