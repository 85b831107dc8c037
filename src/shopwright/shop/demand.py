"""Demand: units for each SKU and period, with their uncertainty, as one value that every domain can take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Literal

import numpy as np
import polars as pl
from scipy.special import ndtr

from shopwright.errors import UsageError
from shopwright.i18n import Text, t
from shopwright.seeds import generator
from shopwright.shop.arguments import check_is, check_seed, is_number, is_whole, listed
from shopwright.shop.levels import read_off
from shopwright.shop.schema import names as c
from shopwright.shop.spelling import meant
from shopwright.shop.surprises import Common, moved, surprises

__all__ = [
    "DRAWS",
    "PERIODS",
    "QUARTER",
    "YEAR",
    "Demand",
    "Part",
    "Period",
    "label",
    "periods_of",
]

Period = Literal["D", "W", "M"]
PERIODS: Mapping[Period, Text] = {"D": t("days"), "W": t("weeks"), "M": t("months")}
PERIOD: Mapping[Period, Text] = {"D": t("day"), "W": t("week"), "M": t("month")}
# Whole weeks, so that the same days of the week are compared
QUARTER: Mapping[Period, int] = {"D": 91, "W": 13, "M": 3}
YEAR: Mapping[Period, int] = {"D": 364, "W": 52, "M": 12}
DRAWS = 500


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a forecast, in units over the whole horizon; the parts of a SKU add up to its forecast."""

    name: Text
    units: float


@dataclass(frozen=True, eq=False)
class Demand:
    """Units per SKU and period ahead.

    Attributes:
        skus: the n SKUs, sorted.
        days: first day of each of the h periods.
        period: their length: day, week or month.
        mean: expected units, shape (n, h).
        levels: the q quantile levels, rising, inside (0, 1).
        quantiles: units at those levels, shape (n, h, q), rising along the last axis.
        rho: correlation of a SKU's surprise in one period with its surprise in the next, shape (n,); it makes
            totals over several periods as uncertain as they are.
        as_of: last day of the history it was made from.
        how: how it was made.
        shown: levels that `frame` shows; empty for all that are known.
        lasting: share of that surprise which all periods ahead have in common, because the level was misjudged.
        common: how far all SKUs together stray, which makes totals over SKUs uncertain.
        parts: for each SKU the parts that add up to its total, where the model can tell them.
        notes: what was done for a SKU out of the ordinary, for instance a fallback and its reason.
        whole: whether units are counted in whole numbers: single levels are told rounded, so that a product that
            mostly sells nothing has a median of 0 and not of 0.2; paths keep the fractions, which add up.
    """

    skus: tuple[str, ...]
    days: tuple[date, ...]
    period: Period
    mean: np.ndarray
    levels: tuple[float, ...]
    quantiles: np.ndarray
    rho: np.ndarray
    as_of: date
    how: Text
    parts: Mapping[str, tuple[Part, ...]] = field(default_factory=dict)
    notes: Mapping[str, Text] = field(default_factory=dict)
    shown: tuple[float, ...] = ()
    lasting: float = 0.0
    common: Common = field(default_factory=Common)
    whole: bool = False

    def __post_init__(self) -> None:
        n, h, q = len(self.skus), len(self.days), len(self.levels)
        if self.mean.shape != (n, h) or self.quantiles.shape != (n, h, q) or self.rho.shape != (n,):
            raise ValueError(f"demand of {n} SKUs, {h} periods, {q} levels got arrays of other shapes")
        if not 0 <= self.lasting < 1:
            raise ValueError("correlations of surprises must lie in [0, 1)")
        if not isinstance(self.common, Common):
            raise ValueError(f"what all SKUs share must be a Common(level, period), got {self.common!r}")
        if not all(np.isfinite(values).all() for values in (self.mean, self.quantiles, self.rho)):
            raise ValueError("demand must be finite")
        if (self.mean < 0).any() or (self.quantiles < 0).any():
            raise ValueError("demand must not be negative")
        if not q or list(self.levels) != sorted({level for level in self.levels if 0 < level < 1}):
            raise ValueError(f"levels must rise inside (0, 1), got {self.levels}")
        if (np.diff(self.quantiles, axis=2) < 0).any():
            raise ValueError("quantiles must rise with their level")

    def __repr__(self) -> str:
        ahead = f"{self.horizon} periods ({self.period}) from {self.days[0]}" if self.days else "no periods"
        return f"<Demand: {len(self.skus):,} SKUs, {ahead}, as of {self.as_of}>"

    @property
    def horizon(self) -> int:
        """Number of periods."""
        return len(self.days)

    @cached_property
    def row(self) -> Mapping[str, int]:
        """Row of each SKU in the arrays."""
        return {sku: at for at, sku in enumerate(self.skus)}

    @cached_property
    def _moved(self) -> np.ndarray:
        """What `moved` says of each SKU and period; reckoned once, as pages ask for one SKU's futures at a time."""
        return moved(self.levels, self.quantiles)

    def frame(self) -> pl.DataFrame:
        """Long table: sku, day (first of the period), mean, and one column for each level, `q0.1` and so on."""
        n, h = len(self.skus), self.horizon
        columns: dict[str, object] = {
            c.SKU: np.repeat(np.array(self.skus, dtype=object), h),
            c.DAY: list(self.days) * n,
            "mean": self.mean.reshape(-1),
        }
        for level in self.shown or self.levels:
            columns[label(level)] = self._at(level).reshape(-1)
        return pl.DataFrame(columns, schema_overrides={c.SKU: pl.String, c.DAY: pl.Date})

    def quantile(self, q: float) -> np.ndarray:
        """Units at level `q`, shape (n, h), read off between the known levels.

        Raises:
            UsageError: `q` does not lie inside (0, 1).
        """
        _check_level(q)
        return self._at(q)

    def paths(
        self, n: int = DRAWS, seed: int = 0, skus: Sequence[str] | None = None, periods: int | None = None
    ) -> np.ndarray:
        """Equally likely futures, shape (n, SKUs, periods): periods follow their quantiles, neighbours hang together.

        A SKU's draws depend on `n`, `seed` and its name alone (a Gaussian copula with correlation `rho` between one
        period and the next; Cario & Nelson 1996), so any subset of SKUs and of the first periods gets the same digits.

        Args:
            n: number of futures.
            seed: of the draws.
            skus: whose; None for all.
            periods: how many periods from the first on; None for all.

        Raises:
            UsageError: a SKU or so many periods are not part of this demand.
        """
        _check_draws(n, seed)
        periods = self.horizon if periods is None else periods
        self._check_span(0, periods)
        asked = self.skus if skus is None else listed(skus, "skus", t("SKUs of this demand, or None for all"))
        rows = [self._row(sku) for sku in asked]
        paths = np.empty((n, len(rows), periods))
        for at, drawn in enumerate(self._paths_of(rows, n, seed, periods)):
            paths[:, at, :] = drawn
        return paths

    def total(self, periods: int, q: float, *, first: int = 0, n: int = DRAWS, seed: int = 0) -> np.ndarray:
        """Level `q` of total units over `periods` periods from period `first` on, shape (n SKUs,).

        Raises:
            UsageError: more periods than were forecast, or `q` outside (0, 1).
        """
        _check_level(q)
        _check_draws(n, seed)
        self._check_span(first, periods)
        drawn = self._paths_of(range(len(self.skus)), n, seed, first + periods)
        return np.array([np.quantile(paths[:, first:].sum(axis=1), q) for paths in drawn])

    def explain(self, sku: str) -> tuple[Part, ...]:
        """Parts of the total forecast of a SKU, in units; they add up to it.

        Raises:
            UsageError: the SKU is not part of this demand.
        """
        row = self._row(sku)
        return self.parts.get(sku, (Part(t("base"), float(self.mean[row].sum())),))

    def _at(self, q: float) -> np.ndarray:
        known = self.quantiles[:, :, self.levels.index(q)] if q in self.levels else None
        told = read_off(np.full(self.mean.shape, q), self.levels, self.quantiles) if known is None else known
        return np.rint(told) if self.whole else told

    def _row(self, sku: str) -> int:
        check_is(sku, str, "sku", t("a SKU of this demand"))
        if sku not in self.row:
            raise UsageError(
                t("SKU {sku} was not forecast", sku=repr(sku)),
                why=t("SKUs that this demand covers: {n}", n=len(self.skus)),
                fix=meant(
                    sku,
                    self.skus,
                    t("check its spelling, or whether it was sold as a product before {day}", day=self.as_of),
                ),
                code="USAGE-05",
            )
        return self.row[sku]

    def _check_span(self, first: int, periods: int) -> None:
        if not (is_whole(first) and is_whole(periods) and 0 <= first < first + periods <= self.horizon):
            raise UsageError(
                t("periods that cannot be taken from period {first} on: {n}", n=periods, first=first),
                why=t("periods that this demand covers: {n}", n=self.horizon),
                fix=t("forecast further ahead, or take fewer periods"),
                code="USAGE-04",
            )

    def _paths_of(self, rows: Iterable[int], n: int, seed: int, periods: int) -> Iterator[np.ndarray]:
        shared = self.common.draw(generator(seed, "demand"), n, periods) if self.common else None
        for row in rows:
            draw = generator(seed, "demand", self.skus[row])
            own = surprises(draw, n, periods, float(self.rho[row]), self.lasting)
            if shared is not None:
                own = shared.joined(own, self._moved[row, :periods])
            yield read_off(ndtr(own.T), self.levels, self.quantiles[row, :periods])


def periods_of(n: int, period: Period) -> Text:
    """The word behind so many of them: week behind 1, weeks behind 2."""
    return (PERIOD if n == 1 else PERIODS)[period]


def label(level: float) -> str:
    """Column name of a quantile level: `q0.1`."""
    return f"q{level:g}"


def _check_level(q: float) -> None:
    if not (is_number(q) and 0 < q < 1):
        raise UsageError(
            t("there is no quantile {q}", q=str(q)),
            why=t("a level is a chance between 0 and 1, both left out"),
            fix=t("0.9 is the amount that is enough nine times out of ten"),
            code="USAGE-06",
        )


def _check_draws(n: int, seed: int) -> None:
    if not (is_whole(n) and n >= 1):
        raise UsageError(
            t("{n} futures cannot be drawn", n=repr(n)),
            why=t("it has to be a whole number from 1 on"),
            fix=t("draw {usual} or more, or leave n out", usual=DRAWS),
            code="USAGE-54",
        )
    check_seed(seed)
