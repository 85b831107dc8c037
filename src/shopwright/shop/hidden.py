"""Stock-outs that no record tells of: stretches without a sale that chance does not explain, seen once they are over.

How often and how much a product sells is read from the periods before a stretch and after it, and the season from the
whole shop's trade: days on which hardly anything sold count little. A stretch that still lasts may be a product's end
as well, so it counts as periods without demand until the product is back.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shopwright.shop.demand import YEAR, Period
from shopwright.shop.silence import log_silence

__all__ = ["Stretch", "hidden_stock_outs", "shown"]

UNLIKELY = 1e-4  # chance of such a stretch among all of a product's
DOUBTED = 1e-3  # chance by the side that speaks less for it
STEADY = 0.9  # share of periods with a sale from which on how much it sells tells more
MORE_DISPERSED = 0.1  # dispersion beyond twice what the periods on one side show
MOST = 1e12  # units, of which squares can be summed up
FEWEST = 3  # sales after it: fewer may be strays of what is gone
WINDOW: Mapping[Period, int] = {"D": 28, "W": 26, "M": 12}  # periods on either side that tell how often it sells
LEAST: Mapping[Period, int] = {"D": 3, "W": 2, "M": 2}  # shortest stretch
LONGEST: Mapping[Period, int] = {"D": 84, "W": 12, "M": 3}  # beyond, it may be off season: another year has to speak
LEVEL = 0.6  # shares of periods sold in before and after, the lesser over the greater, that count as one level
OTHER_YEAR = 0.5  # share of that level at which it sells in another year's same periods, so that this is no season
QUIET = 0.1  # share of it below which it does not, so that this is one
COVERED = 0.5  # share of those that has to be known
HABIT = 0.5  # share of a product's periods so far, in several such stretches, above which it comes and goes by habit

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Periods `begin` to before `end`, without a sale, seen to be of a stock-out once `seen` periods are known."""

    begin: int
    end: int
    seen: int


def hidden_stock_outs(units: Floats, period: Period, settled: Mask) -> dict[int, tuple[Stretch, ...]]:
    """Stretches without a sale that nothing but an empty shelf explains, by row.

    A stretch is one where the periods before it or those after it, or both together where they are at one level, give
    it a chance below 1 in 10,000 for all stretches of its product, neither side one above 1 in 1,000, and the product
    has sold in three periods since. It is none if hardly anything sold in the same periods of the year before; and one
    longer than a quarter is one only if the product did sell in the same periods a year before or after, as it may be
    off season otherwise. A product that was gone for more than half of its periods so far, in several such stretches,
    comes and goes by habit, as what is sold in promotions only: a further one is none. What is seen after so many
    periods depends on no later one.

    Args:
        units: shape (n, T), NaN where unknown.
        period: their length.
        settled: periods without a sale that are explained: recorded to be in stock, or closed; shape (n, T).
    """
    if units.shape[1] < LEAST[period] + 2:
        return {}
    runs = _Runs.of(units, period, settled)
    seen = runs.seen()
    found: dict[int, list[Stretch]] = {}
    for at in np.flatnonzero(seen).tolist():
        row, begin, end = int(runs.row[at]), int(runs.last[at]) + 1, int(runs.back[at])
        is_open = np.isfinite(units[row, begin:end]) & ~settled[row, begin:end]
        turns = np.flatnonzero(np.diff(np.concatenate([[False], is_open, [False]]).astype(np.int8))) + begin
        found.setdefault(row, []).extend(
            Stretch(low, high, int(seen[at])) for low, high in turns.reshape(-1, 2).tolist()
        )
    return {row: tuple(each) for row, each in found.items()}


def shown(
    units: Floats, skus: Sequence[str], hidden: Mapping[str, tuple[Stretch, ...]]
) -> tuple[Floats, dict[str, tuple[Stretch, ...]]]:
    """Units as they were known then, nothing sold where no stock-out was seen yet; and the stretches that were.

    Args:
        units: the first T periods, NaN in all of these stretches; shape (n, T).
        skus: the n SKUs.
        hidden: stretches by SKU.
    """
    n_periods = units.shape[1]
    kept = {sku: tuple(each for each in found if each.seen <= n_periods) for sku, found in hidden.items()}
    later = {sku: [each for each in found if each.seen > n_periods > each.begin] for sku, found in hidden.items()}
    if any(later.values()):
        units = units.copy()
        for row, sku in enumerate(skus):
            for each in later.get(sku, ()):
                units[row, each.begin : each.end] = 0.0
    return units, {sku: found for sku, found in kept.items() if found}


def _so_far(values: NDArray[Any]) -> NDArray[Any]:
    """Sums of the first 0, 1 … periods, one longer than `values` in its last dimension."""
    sums = np.zeros((*values.shape[:-1], values.shape[-1] + 1), np.int32 if values.dtype == bool else np.float64)
    np.cumsum(values, axis=-1, out=sums[..., 1:])
    return sums


@dataclass(frozen=True, eq=False)
class _Runs:
    """Stretches between two sales of a product, m of them.

    Attributes:
        period: length of a period.
        known: periods known so far, shape (n, T + 1).
        sold: periods with a sale so far, shape (n, T + 1).
        units: units sold so far, shape (n, T + 1).
        squares: squares of these so far, shape (n, T + 1).
        row: product of each stretch, shape (m,).
        last: number of the last period with a sale before it.
        back: number of the first one after it.
        length: periods without a sale, as long as its season makes them.
    """

    period: Period
    known: Ints
    sold: Ints
    units: Floats
    squares: Floats
    row: Ints
    last: Ints
    back: Ints
    length: Floats

    @classmethod
    def of(cls, units: Floats, period: Period, settled: Mask) -> _Runs:
        is_known, is_sold = np.isfinite(units), np.nan_to_num(units) > 0
        known, sold, open_ = _so_far(is_known), _so_far(is_sold), _so_far(is_known & ~settled)
        rows, at = np.nonzero(is_sold)
        follows = rows[1:] == rows[:-1]
        row, last, back = rows[1:][follows], at[:-1][follows], at[1:][follows]
        n_open = open_[row, back] - open_[row, last + 1]
        long = n_open >= LEAST[period]
        row, last, back, n_open = row[long], last[long], back[long], n_open[long]
        # A stretch is as long as the periods before it would have to be to see as much of the shop's trade.
        trade = is_sold.sum(axis=0) / np.maximum(is_known.sum(axis=0), 1)
        clock = _so_far(trade)
        before = np.maximum(last + 1 - WINDOW[period], 0)
        usual = (clock[last + 1] - clock[before]) / (last + 1 - before)
        pace = (clock[back] - clock[last + 1]) / ((back - last - 1) * usual)
        filled = np.minimum(np.nan_to_num(units), MOST)
        return cls(
            period, known, sold, _so_far(filled), _so_far(filled**2), row, last, back, n_open * np.minimum(pace, 1.0)
        )

    def seen(self) -> Ints:
        """Periods known when each is seen to be a stock-out, shape (m,); 0 where it never is."""
        window, n_periods = WINDOW[self.period], self.known.shape[1] - 1
        begin = np.maximum(self.last + 1 - window, 0)
        before = self._counts(begin, self.last + 1)
        limit = math.log(UNLIKELY) - np.log(self.sold[self.row, self.back + 1])
        at_best = log_silence(before[0] + window, before[1] + window, self.length)
        is_much = self._log_none(begin, self.last + 1) < limit
        may_be = (at_best < limit) | is_much | (log_silence(*before, self.length) < math.log(DOUBTED))
        found = np.zeros(len(self.row), np.int64)
        year = YEAR[self.period]
        is_long = self.back - self.last - 1 > LONGEST[self.period]
        next_year = np.zeros(len(self.row), bool)
        for more in range(1, window + 1):
            left = np.flatnonzero((found == 0) & may_be & (self.back + more <= n_periods))
            some = self._some(left)
            after = some._counts(some.back, some.back + more)
            seen_before = before[0][left], before[1][left]
            is_out = some._is_out(seen_before, after, limit[left])
            is_out |= is_much[left] & some._is_steady(seen_before, after, more)
            level = np.minimum(_share(*seen_before), _share(*after))
            (was_known, earlier), (is_known, later) = (some._in_other_year(by, level) for by in (-year, year))
            at_once = np.where(is_long[left], was_known & (earlier >= OTHER_YEAR), ~was_known | (earlier >= QUIET))
            found[left] = np.where(is_out & at_once, some.back + more, 0)
            next_year[left] |= is_out & is_long[left] & is_known & (later >= OTHER_YEAR)
        return self._without_habit(np.where((found == 0) & next_year, self.back + year, found))

    def _without_habit(self, found: Ints) -> Ints:
        """The same without those at which their product had come and gone more often than not, shape (m,).

        A single one is no habit. One that was seen by then counts whether it is left out itself or not.
        """
        order = np.lexsort((found, self.row))
        order = order[found[order] > 0]
        row, silent = self.row[order], self._counts(self.last + 1, self.back)[0][order]
        begins = np.flatnonzero(np.diff(row, prepend=-1))
        so_far = np.cumsum(silent)
        so_far -= np.repeat((so_far - silent)[begins], np.diff(begins, append=len(row)))
        is_habit = (so_far > silent) & (so_far > HABIT * self.known[row, found[order]])
        kept = found.copy()
        kept[order[is_habit]] = 0
        return kept

    def _some(self, at: Ints) -> _Runs:
        return replace(self, row=self.row[at], last=self.last[at], back=self.back[at], length=self.length[at])

    def _counts(self, low: Ints, high: Ints) -> tuple[Ints, Ints]:
        """Periods known from `low` to before `high`, and those of them with a sale, shape (m,) each."""
        known = self.known[self.row, high] - self.known[self.row, low]
        return known, self.sold[self.row, high] - self.sold[self.row, low]

    def _is_out(self, before: tuple[Ints, Ints], after: tuple[Ints, Ints], limit: Floats) -> Mask:
        """Whether neither side, nor both together where they are at one level, takes it for chance, shape (m,)."""
        (n1, k1), (n2, k2) = before, after
        enough = WINDOW[self.period] // 2
        is_level = np.minimum(k1 * n2, k2 * n1) >= LEVEL * np.maximum(k1 * n2, k2 * n1)
        sides = log_silence(n1, k1, self.length), log_silence(n2, k2, self.length)
        both = log_silence(n1 + n2, k1 + k2, self.length)
        is_clear = (np.minimum(*sides) < limit) & (np.maximum(*sides) < math.log(DOUBTED))
        is_clear |= is_level & (np.minimum(n1, n2) >= enough) & (both < limit)
        return np.asarray(is_clear & (k2 >= FEWEST))

    def _is_steady(self, before: tuple[Ints, Ints], after: tuple[Ints, Ints], more: int) -> Mask:
        """Whether it sells steadily on either side, and too much after it to be silent for so long, shape (m,)."""
        is_steady = np.minimum(_share(*before), _share(*after)) >= STEADY
        is_steady &= (before[0] >= WINDOW[self.period] // 2) & (after[1] >= FEWEST)
        return np.asarray(is_steady & (self._log_none(self.back, self.back + more) < math.log(DOUBTED)))

    def _log_none(self, low: Ints, high: Ints) -> Floats:
        """Logarithm of the chance of selling nothing for so long by the units sold from `low` to before `high`, (m,).

        By a negative binomial of that mean, and of twice that dispersion and a little, as it comes from few periods.
        """
        n = np.maximum(self.known[self.row, high] - self.known[self.row, low], 1)
        mean = (self.units[self.row, high] - self.units[self.row, low]) / n
        variance = (self.squares[self.row, high] - self.squares[self.row, low]) / n - mean**2
        dispersion = 2 * np.maximum(variance - mean, 0.0) / np.maximum(mean, 1e-9) ** 2 + MORE_DISPERSED
        return np.asarray(-self.length * np.log1p(dispersion * mean) / dispersion)

    def _in_other_year(self, by: int, level: Floats) -> tuple[Mask, Floats]:
        """Whether the same periods so many later are known, and how often it sold in them, to `level`, shape (m,)."""
        low, high = self.last + 1 + by, self.back + by
        end = self.known.shape[1] - 1
        n, k = self._counts(np.clip(low, 0, end), np.clip(high, 0, end))
        is_known = (n >= COVERED * (self.back - self.last - 1)) & (high <= end)
        return np.asarray(is_known), _share(n, k) / level


def _share(n: Ints, k: Ints) -> Floats:
    return np.asarray(k / np.maximum(n, 1))
