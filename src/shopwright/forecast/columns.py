"""Features: what was known of a product in one period that may say how much of it sells some periods later.

A row stands for (SKU, origin, steps ahead). Everything told of it was known at its origin, or is known ahead: a model
fitted on rows whose targets lie before a day has seen nothing of that day. Units are told in multiples of the product's
scale, so that one model serves all of them (Montero-Manso & Hyndman 2021).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from shopwright.forecast.calendar import places
from shopwright.forecast.feast_columns import of_feasts
from shopwright.forecast.given import inside
from shopwright.forecast.kinds import part_of
from shopwright.forecast.panel import Floats, Panel
from shopwright.forecast.scale import scales
from shopwright.forecast.season import CYCLE, Season, slots
from shopwright.forecast.states import States, states
from shopwright.forecast.windows import Singles, Windows, exponential, since
from shopwright.shop.demand import Period

__all__ = ["Columns", "Rows"]

LAGS: dict[Period, int] = {"D": 7, "W": 4, "M": 3}
WINDOWS: dict[Period, tuple[int, ...]] = {"D": (7, 14, 28, 56, 182, 364), "W": (4, 8, 13, 26, 52), "M": (3, 6, 12, 24)}
YEAR: dict[Period, int] = {"D": 364, "W": 52, "M": 12}
SAME_WEEKDAY = (4, 8, 26)  # weeks
EXPONENTIAL = (0.1, 0.3)
NEIGHBOURS = (-1, 1)  # periods beside the one ahead whose known covariates matter: the day before a promotion

ALWAYS = ("steps_ahead", "scale")

Gathered = Callable[["Rows"], Floats]


@dataclass(frozen=True, eq=False)
class Rows:
    """Which SKU, which origin (the number of the last period known) and how many steps ahead, each of shape (m,)."""

    sku: NDArray[np.int64]
    origin: NDArray[np.int64]
    ahead: NDArray[np.int64]

    @property
    def target(self) -> NDArray[np.int64]:
        """Number of the period that is asked for."""
        return self.origin + self.ahead

    def __len__(self) -> int:
        return len(self.sku)


@dataclass(frozen=True, eq=False)
class Columns:
    """Features of any rows of a panel; `season` is the shared season as it was known before the first target.

    Those of the kinds in `without` are left out.
    """

    panel: Panel
    season: Season
    without: frozenset[str] = frozenset()

    @cached_property
    def windows(self) -> Windows:
        """Running sums over units."""
        return Windows(self.panel.units)

    @cached_property
    def scale(self) -> Floats:
        """What units are divided by, shape (n, T)."""
        return scales(self.windows, self.panel.period)

    @cached_property
    def _states(self) -> States | None:
        kept = {name: each for name, each in self.panel.ahead.items() if inside(name) not in self.without}
        return states(replace(self.panel, ahead=kept), self.windows)

    def with_season(self, season: Season) -> Columns:
        """The same under another season; what does not depend on it is shared, and worked out once."""
        other = replace(self, season=season)
        for name in ("windows", "scale", "_states", "_by_weekday", "_trends"):
            if name in self.__dict__:
                other.__dict__[name] = self.__dict__[name]
        return other

    def bare(self) -> Columns:
        """The same with nothing worked out yet."""
        return Columns(self.panel, self.season, self.without)

    def scales(self, rows: Rows) -> Floats:
        """Scale of each row, shape (m,)."""
        return self.scale[rows.sku, rows.origin]

    def matrix(self, rows: Rows) -> tuple[Singles, list[str], list[int]]:
        """Features of shape (m, f), their names, and the columns of those that are numbers of categories."""
        names, found = [], []
        for name, gather in self._all():
            if name not in ALWAYS and part_of(name) in self.without:
                continue
            names.append(name)
            found.append(np.asarray(gather(rows), np.float32))
        return np.stack(found, axis=1), names, [at for at, name in enumerate(names) if name.startswith("is_of_")]

    def _all(self) -> Iterator[tuple[str, Gathered]]:
        yield "steps_ahead", lambda rows: rows.ahead.astype(float)
        yield "scale", lambda rows: np.log(self.scales(rows))
        yield from self._recent()
        yield from self._year_ago()
        yield from self._calendar()
        yield from of_feasts(self)
        yield from self._known_ahead()
        yield from self._known_past()
        yield from self._groups()

    def _scaled(self, values: Floats) -> Gathered:
        return lambda rows: values[rows.sku, rows.origin] / self.scales(rows)

    def _recent(self) -> Iterator[tuple[str, Gathered]]:
        period, windows = self.panel.period, self.windows
        for lag in range(LAGS[period]):
            yield f"lag_{lag}", self._scaled(_lagged(self.panel.units, lag))
        for window in WINDOWS[period]:
            yield f"mean_{window}", self._latest(windows, window)
        for window in WINDOWS[period][1::2]:
            yield f"deviation_{window}", _partial(self._deviation, window)
            yield f"share_sold_{window}", _partial(self._share_sold, window)
        for share in EXPONENTIAL:
            yield f"exponential_{share:g}", self._scaled(exponential(self.panel.units, share))
        yield "since_sale", _at(since(windows.filled > 0))
        yield "age", _at(since(np.cumsum(windows.is_known, axis=1) == 1))
        long = WINDOWS[period][2]
        yield "share_known", lambda rows: windows.known(rows.origin, long, rows.sku) / long
        if period == "D":
            for weeks in SAME_WEEKDAY:
                yield f"same_weekday_{weeks}", self._same_weekday(weeks)

    def _latest(self, windows: Windows, window: int) -> Gathered:
        return lambda rows: windows.between(rows.origin, window, rows.sku) / self.scales(rows)

    def _deviation(self, rows: Rows, window: int) -> Floats:
        return self.windows.deviation(rows.origin, window, rows.sku) / self.scales(rows)

    def _share_sold(self, rows: Rows, window: int) -> Floats:
        return self.windows.share_sold(rows.origin, window, rows.sku)

    @cached_property
    def _by_weekday(self) -> list[Windows]:
        n, t = self.panel.units.shape
        folded = np.full((n, -(-t // 7) * 7), np.nan)
        folded[:, :t] = self.panel.units
        return [Windows(folded[:, day::7]) for day in range(7)]

    def _same_weekday(self, weeks: int) -> Gathered:
        def gather(rows: Rows) -> Floats:
            newest = rows.target - 7 * -(-rows.ahead // 7)  # the latest one of that weekday at or before the origin
            found = np.full(len(rows), np.nan)
            for day, own in enumerate(self._by_weekday):
                at = np.flatnonzero(newest % 7 == day)
                found[at] = own.between(newest[at] // 7, weeks, rows.sku[at])
            return found / self.scales(rows)

        return gather

    def _year_ago(self) -> Iterator[tuple[str, Gathered]]:
        year, windows = YEAR[self.panel.period], self.windows
        around = 2 * LAGS[self.panel.period] + 1

        def at(rows: Rows, width: int) -> Floats:
            # as many years back as it takes to lie at or before the origin
            back = year * -(-(rows.ahead + width // 2) // year)
            return windows.between(rows.target - back + width // 2, width, rows.sku)

        yield "year_ago", lambda rows: at(rows, 1) / self.scales(rows)
        yield "year_ago_around", lambda rows: at(rows, 3 if self.panel.period != "D" else 7) / self.scales(rows)
        yield "year_ago_wide", lambda rows: at(rows, around) / self.scales(rows)
        yield (
            "since_year_ago",
            lambda rows: at(rows, around) / (windows.between(rows.origin - year, around, rows.sku) + self.scales(rows)),
        )

    def _calendar(self) -> Iterator[tuple[str, Gathered]]:
        panel = self.panel
        slot = slots(panel.days, panel.period)
        season = self.season.without_feasts() if "holiday" in self.without else self.season
        factor = season.of(panel.days)
        window = LAGS[panel.period]
        recent = np.convolve(factor, np.ones(window) / window)[: len(factor)]
        yield "season", lambda rows: factor[rows.target]
        yield "season_against_now", lambda rows: factor[rows.target] / np.maximum(recent[rows.origin], 1e-3)
        if panel.period == "W":
            yield "week", lambda rows: slot[rows.target] / CYCLE["W"]
        for name, values in places(panel.days, panel.period, panel.country).items():
            yield name, _of_day(values)

    def _known_ahead(self) -> Iterator[tuple[str, Gathered]]:
        for name, values in self.panel.ahead.items():
            yield f"ahead_{name}", _beside(values, 0)
            for by in NEIGHBOURS:
                yield f"ahead_{name}{by:+d}", _beside(values, by)
            if _is_amount(values):
                yield f"ahead_{name}_against_usual", _against(values, Windows(values), WINDOWS[self.panel.period][-2])
        alike = self._states
        if alike is not None:
            yield "same_state", lambda rows: alike.mean(rows.sku, rows.origin, rows.target) / self.scales(rows)

    def _known_past(self) -> Iterator[tuple[str, Gathered]]:
        for name, values in self.panel.past.items():
            windows = Windows(values)
            yield f"past_{name}", _at(values)
            yield f"past_{name}_mean", _mean_of(windows, LAGS[self.panel.period])

    def _groups(self) -> Iterator[tuple[str, Gathered]]:
        for name, group in self._grouped.items():
            yield f"trend_{name}", _of_group(self._trends[name], group)
            if name:
                yield f"is_of_{name}", _of_sku(group.astype(float))

    @property
    def _grouped(self) -> dict[str, NDArray[np.int64]]:
        return {"": np.zeros(len(self.panel.skus), np.int64), **self.panel.static}

    @cached_property
    def _trends(self) -> dict[str, Floats]:
        """Latest sales of each group over its sales in the long run, shape (groups, T)."""
        short, long = WINDOWS[self.panel.period][0], WINDOWS[self.panel.period][-2]
        near, far = (np.nan_to_num(self.windows.mean(window)) for window in (short, long))
        found = {}
        for name, group in self._grouped.items():
            sums = [_sums(values, group) for values in (near, far)]
            found[name] = np.divide(sums[0], sums[1], out=np.ones_like(sums[0]), where=sums[1] > 0)
        return found


def _at(values: Floats) -> Gathered:
    return lambda rows: values[rows.sku, rows.origin]


def _lagged(units: Floats, lag: int) -> Floats:
    if not lag:
        return units
    found = np.full_like(units, np.nan)
    found[:, lag:] = units[:, :-lag]
    return found


def _beside(values: Floats, by: int) -> Gathered:
    """What is known of the target, or of a period `by` later."""
    return lambda rows: values[rows.sku, np.clip(rows.target + by, 0, values.shape[1] - 1)]


def _of_day(values: Floats) -> Gathered:
    return lambda rows: values[rows.target]


def _of_sku(values: Floats) -> Gathered:
    return lambda rows: values[rows.sku]


def _of_group(values: Floats, group: NDArray[np.int64]) -> Gathered:
    return lambda rows: values[group[rows.sku], rows.origin]


def _is_amount(values: Floats) -> bool:
    """Whether it takes many values, as a price does, and not a few, as a flag does."""
    return len(np.unique(values[: min(len(values), 200)][:, :: max(values.shape[1] // 50, 1)])) > 12


def _partial(gather: Callable[[Rows, int], Floats], window: int) -> Gathered:
    return lambda rows: gather(rows, window)


def _mean_of(windows: Windows, window: int) -> Gathered:
    return lambda rows: windows.between(rows.origin, window, rows.sku)


def _against(values: Floats, windows: Windows, window: int) -> Gathered:
    """What is known of the target over its mean in the latest periods before the origin."""

    def gather(rows: Rows) -> Floats:
        base = windows.between(rows.origin, window, rows.sku)
        now = values[rows.sku, rows.target]
        return np.asarray(np.divide(now, base, out=np.full(len(rows), np.nan), where=np.abs(base) > 1e-9))

    return gather


def _sums(values: Floats, group: NDArray[np.int64]) -> Floats:
    """Sums over the SKUs of each group, shape (groups, T); -1 is the last row, a group of its own."""
    n = int(group.max(initial=0)) + 2
    sums = np.zeros((n, values.shape[1]))
    np.add.at(sums, np.where(group < 0, n - 1, group), values)
    return sums
