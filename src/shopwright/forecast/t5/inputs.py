"""From histories to what the network reads, the same in training as in use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from shopwright.forecast.t5.course import calendar, drivers, shared_season
from shopwright.forecast.t5.recent import Level, grown, level_of, own_season, same_place, year_ago
from shopwright.forecast.t5.shape import AHEAD, CONTEXT, FACTS, N_AHEAD, N_PAST, PAST, TEXT
from shopwright.forecast.t5.slots import patched
from shopwright.shop.demand import Period

__all__ = ["Histories", "Inputs", "Scale", "inputs"]

Array = NDArray[np.float32]
PERIODS: tuple[Period, ...] = ("D", "W", "M")


@dataclass(frozen=True, eq=False)
class Histories:
    """Products of one shop at one time.

    Attributes:
        units: of T periods, shape (n, T), NaN where they say nothing of demand.
        days: first days of the T periods and the H ahead.
        period: their length.
        ahead: covariates known ahead, shape (n, up to 4, T + H), NaN where unknown; None: none.
        past: covariates known up to now, shape (n, up to 2, T), NaN where unknown; None: none.
        text: vectors of the products' texts, shape (n, 256); rows of zeros where unknown; None: none.
        season: factor of each of the T + H periods that the whole shop shares, shape (T + H,); None: that of these n.
        n_shop: products of the whole shop; 0: these n.
    """

    units: NDArray[np.float64]
    days: Sequence[date]
    period: Period
    ahead: NDArray[np.float64] | None = None
    past: NDArray[np.float64] | None = None
    text: Array | None = None
    season: NDArray[np.float64] | None = None
    n_shop: int = 0

    def some(self, rows: NDArray[np.int64] | slice) -> Histories:
        """These products only, with the season of all of them."""
        return replace(
            self,
            units=self.units[rows],
            ahead=None if self.ahead is None else self.ahead[rows],
            past=None if self.past is None else self.past[rows],
            text=None if self.text is None else self.text[rows],
            season=self.factors,
            n_shop=self.n_shop or len(self.units),
        )

    @cached_property
    def factors(self) -> NDArray[np.float64]:
        """The season that the shop's products share, shape (T + H,)."""
        return self.season if self.season is not None else shared_season(self.units, self.days, self.period)

    @property
    def horizon(self) -> int:
        """Periods ahead, H."""
        return len(self.days) - int(self.units.shape[1])


@dataclass(frozen=True, eq=False)
class Scale:
    """From units to the network's scale and back: without the shared season, standardised, then its inverse sine.

    Attributes:
        season: factor of each of the T + H periods, shape (T + H,).
        middle, spread: of each product's units without season, shape (n, 1).
    """

    season: NDArray[np.float64]
    middle: NDArray[np.float64]
    spread: NDArray[np.float64]

    def told(self, units: NDArray[np.float64], start: int) -> Array:
        """Units of periods from `start` on, shape (n, periods), in the network's scale."""
        factor = self.season[start : start + units.shape[1]]
        return np.asarray(np.arcsinh((units / factor - self.middle) / self.spread), np.float32)

    def units(self, z: Array, start: int) -> NDArray[np.float64]:
        """Back to units, none below zero; `z` is of shape (n, periods, levels)."""
        factor = self.season[start : start + z.shape[1]]
        found = self.middle[:, :, None] + self.spread[:, :, None] * np.sinh(np.asarray(z, np.float64))
        return np.asarray(np.maximum(found, 0.0) * factor[None, :, None])


@dataclass(frozen=True, eq=False)
class Inputs:
    """Arrays for one run of the network over n products.

    Attributes:
        past: shape (n, patches, slots * channels), oldest first.
        is_read: whether a patch says anything, shape (n, patches).
        ahead: shape (n, patches ahead, slots * channels).
        facts: of each product, shape (n, facts).
        text: shape (n, 256).
        base: a first guess in the network's scale, shape (n, patches ahead, slots).
        scale: the way back to units.
    """

    past: Array
    is_read: Array
    ahead: Array
    facts: Array
    text: Array
    base: Array
    scale: Scale


def inputs(given: Histories) -> Inputs:
    """What the network reads of these histories."""
    n, t = given.units.shape
    season = given.factors
    level = level_of(given.units, season[:t], given.period)
    scale = Scale(season, level.middle, level.spread)
    is_known = np.isfinite(given.units)
    z = np.where(is_known, scale.told(np.nan_to_num(given.units), 0), 0.0).astype(np.float32)
    ahead, seen = _covariates(given.ahead, n, N_AHEAD, len(given.days))
    part, scaled = drivers(z, is_known, ahead)
    when = np.concatenate([calendar(given.days, given.period), np.log(season)[:, None]], axis=1).astype(np.float32)
    common = _Common(z, is_known, when, part, np.concatenate([scaled, seen], axis=1))
    past, is_read = _past(given, scale, common)
    patches, base = _ahead(given, level, scale, common)
    return Inputs(
        past=past,
        is_read=is_read,
        ahead=patches,
        base=base,
        facts=_facts(given, level, z, is_known),
        text=given.text if given.text is not None else np.zeros((n, TEXT), np.float32),
        scale=scale,
    )


@dataclass(frozen=True, eq=False)
class _Common:
    z: Array
    is_known: NDArray[np.bool_]
    when: Array  # (T + H, 7): calendar and the shared season
    drivers: Array  # (n, T + H)
    covariates: Array  # (n, 2 * N_AHEAD, T + H): values and whether they are known


def _covariates(given: NDArray[np.float64] | None, n: int, most: int, periods: int) -> tuple[Array, Array]:
    """Covariates in a fixed number of places, and where they are known."""
    found = np.full((n, most, periods), np.nan, np.float32)
    if given is not None:
        found[:, : given.shape[1]] = given[:, :most]
    return found, np.isfinite(found).astype(np.float32)


def _past(given: Histories, scale: Scale, common: _Common) -> tuple[Array, Array]:
    """Patches of the latest periods and which of them say anything."""
    n, t = given.units.shape
    n_read = min(t, CONTEXT[given.period])
    start = t - n_read
    ago, is_ago = year_ago(given.units, scale, given.period, start, t)
    values, known = _covariates(given.past, n, N_PAST, t)
    _, values = drivers(common.z, common.is_known, values)
    channels = np.empty((n, n_read, len(PAST)), np.float32)
    channels[:, :, 0] = common.z[:, start:]
    channels[:, :, 1] = common.is_known[:, start:]
    channels[:, :, 2] = np.nan_to_num(given.units[:, start:]) > 0
    channels[:, :, 3] = common.when[start:t, 6]
    channels[:, :, 4] = common.drivers[:, start:t]
    channels[:, :, 5], channels[:, :, 6] = ago, is_ago
    channels[:, :, 7:13] = common.when[start:t, :6]
    channels[:, :, 13 : 13 + 2 * N_AHEAD] = common.covariates[:, :, start:t].transpose(0, 2, 1)
    channels[:, :, 13 + 2 * N_AHEAD : 13 + 2 * N_AHEAD + N_PAST] = values[:, :, start:].transpose(0, 2, 1)
    channels[:, :, 13 + 2 * N_AHEAD + N_PAST :] = known[:, :, start:].transpose(0, 2, 1)
    patches = patched(channels, given.period, at_end=True)
    is_known = patched(common.is_known[:, start:, None].astype(np.float32), given.period, at_end=True)
    is_read = np.maximum.accumulate(is_known.max(axis=2), axis=1)  # what lies before the first known period is not
    return patches, is_read


def _ahead(given: Histories, level: Level, scale: Scale, common: _Common) -> tuple[Array, Array]:
    """Patches of the periods ahead, and a first guess for each period."""
    n, t = given.units.shape
    end = len(given.days)
    channels = np.empty((n, given.horizon, len(AHEAD)), np.float32)
    part = common.drivers[:, t:]
    base = np.broadcast_to(level.usual[:, None], part.shape) + part
    channels[:, :, 0] = base
    channels[:, :, 1] = common.when[t:, 6]
    channels[:, :, 2] = part
    channels[:, :, 3], channels[:, :, 4] = year_ago(given.units, scale, given.period, t, end)
    channels[:, :, 5], channels[:, :, 6] = grown(given.units, scale, given.period, t, end, 1)
    channels[:, :, 7], channels[:, :, 8] = grown(given.units, scale, given.period, t, end, 2)
    channels[:, :, 9], channels[:, :, 10] = same_place(common.z, common.is_known, given.period, given.horizon)
    own = own_season(common.z, common.is_known, given.period, given.horizon)
    channels[:, :, 11], channels[:, :, 12] = own
    channels[:, :, 13] = np.log1p(np.arange(given.horizon)) / 4
    channels[:, :, 14:20] = common.when[t:, :6]
    channels[:, :, 20:] = common.covariates[:, :, t:].transpose(0, 2, 1)
    return patched(channels, given.period, at_end=False), patched(base[:, :, None], given.period, at_end=False)


def _facts(given: Histories, level: Level, z: Array, is_known: NDArray[np.bool_]) -> Array:
    n = len(z)
    facts = np.zeros((n, len(FACTS)), np.float32)
    facts[:, PERIODS.index(given.period)] = 1.0
    n_known = is_known.sum(axis=1)
    some = np.maximum(n_known, 1)
    known = np.nan_to_num(given.units)
    facts[:, 3] = np.log10(level.middle[:, 0] + 1e-2)
    facts[:, 4] = np.log(level.spread[:, 0] / np.maximum(level.middle[:, 0], 1e-6) + 1e-2)
    facts[:, 5] = ((known == 0) & is_known).sum(axis=1) / some
    facts[:, 6] = np.log10(n_known + 1.0)
    facts[:, 7] = np.arcsinh(-level.middle / level.spread)[:, 0]
    facts[:, 8] = ((known == np.rint(known)) & is_known).sum(axis=1) / some >= 0.9
    facts[:, 9] = np.log10(given.n_shop or n)
    steps = np.abs(np.diff(z, axis=1)) * (is_known[:, 1:] & is_known[:, :-1])
    facts[:, 10] = steps.sum(axis=1) / np.maximum((is_known[:, 1:] & is_known[:, :-1]).sum(axis=1), 1)
    facts[:, 11:15], facts[:, 15:19] = level.means, level.is_mean
    return np.clip(facts, -8, 8)
