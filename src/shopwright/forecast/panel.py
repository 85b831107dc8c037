"""What a forecaster learns from: units by SKU and period, and what else is known of the past and of the time ahead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from shopwright.i18n import Text
from shopwright.shop.demand import Period
from shopwright.shop.history import History

__all__ = ["Floats", "Panel"]

Floats = NDArray[np.float64]
MOSTLY = 0.9


@dataclass(frozen=True, eq=False)
class Panel:
    """A history with the horizon asked for and what goes with it.

    Attributes:
        known: units by SKU and period, NaN where they say nothing about demand; T periods of n SKUs.
        horizon: periods to forecast, H.
        ahead: covariates known for the time ahead too, by name, each of shape (n, T + H).
        past: covariates known up to now only, by name, each of shape (n, T).
        static: what does not change, by name: numbers of categories (from 0) of shape (n,), -1 for unknown.
        country: ISO code whose holidays count; empty for none.
        costs: holding cost of a unit for a period and shortage cost of a unit, money, shape (n, 2); None: not known.
        notes: what was done to a SKU's input out of the ordinary.
        words: what each SKU is, in words, n of them; empty where nothing is told.
        offered: further covariates known up to now only, as `past`, that no forecaster reads unasked: the trees take
            them where the windows tried speak for it.
        told: where flags known ahead were told for all days of a period, and not filled in, by name, each (n, T + H).
    """

    known: History
    horizon: int
    ahead: Mapping[str, Floats] = field(default_factory=dict)
    past: Mapping[str, Floats] = field(default_factory=dict)
    static: Mapping[str, NDArray[np.int64]] = field(default_factory=dict)
    country: str = ""
    costs: Floats | None = None
    notes: Mapping[str, Text] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    offered: Mapping[str, Floats] = field(default_factory=dict)
    told: Mapping[str, NDArray[np.bool_]] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<Panel: {self.known!r}, horizon {self.horizon}>"

    @property
    def skus(self) -> tuple[str, ...]:
        """The n SKUs."""
        return self.known.skus

    @property
    def period(self) -> Period:
        """Length of a period."""
        return self.known.period

    @property
    def units(self) -> Floats:
        """Units of demand, shape (n, T), NaN where unknown."""
        return self.known.units

    @property
    def n_periods(self) -> int:
        """Periods of history, T."""
        return len(self.known.days)

    @property
    def days(self) -> tuple[date, ...]:
        """First days of the periods known and of those ahead, T + H of them."""
        return (*self.known.days, *self.known.next_days(self.horizon))

    @property
    def is_counted(self) -> bool:
        """Whether units are whole numbers, as of pieces, but for a few that stock-outs made fractions of."""
        known = self.units[np.isfinite(self.units)]
        return bool(len(known)) and float((known == np.rint(known)).mean()) >= MOSTLY

    def truth(self, end: int) -> Floats:
        """Units of the horizon after the first `end` periods, shape (n, H); NaN for what was not on sale before."""
        begun = np.asarray(np.isfinite(self.units[:, :end]).any(axis=1))
        return np.where(begun[:, None], self.units[:, end : end + self.horizon], np.nan)

    def before(self, n_periods: int) -> Panel:
        """As it was after the first `n_periods`: later units and past covariates are gone, those known ahead stay.

        What is known ahead today counts as known then, also where it was announced later.

        The horizon ahead is then history that it does not see.
        """
        end = n_periods + self.horizon
        return replace(
            self,
            known=self.known.before(n_periods),
            ahead={name: values[:, :end] for name, values in self.ahead.items()},
            past={name: values[:, :n_periods] for name, values in self.past.items()},
            offered={name: values[:, :n_periods] for name, values in self.offered.items()},
            told={name: is_told[:, :end] for name, is_told in self.told.items()},
        )

    def accepting(self) -> Panel:
        """With what is offered among the past covariates."""
        return replace(self, past={**self.past, **self.offered}, offered={}) if self.offered else self

    def some(self, rows: NDArray[np.int64]) -> Panel:
        """These SKUs only, in the order of `rows`, which must rise; the same panel where they are all."""
        if len(rows) == len(self.skus):
            return self
        return replace(
            self,
            known=self.known.some(rows),
            ahead={name: values[rows] for name, values in self.ahead.items()},
            past={name: values[rows] for name, values in self.past.items()},
            offered={name: values[rows] for name, values in self.offered.items()},
            told={name: is_told[rows] for name, is_told in self.told.items()},
            static={name: values[rows] for name, values in self.static.items()},
            words=tuple(self.words[row] for row in rows.tolist()) if self.words else (),
            costs=None if self.costs is None else self.costs[rows],
        )
