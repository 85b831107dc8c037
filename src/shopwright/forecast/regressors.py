"""What sales are a linear combination of: time, season, weekday, holidays, what is known ahead, prices.

Columns that all products share are kept once, those of each product's own as tables, so that normal equations of
thousands of products are a few matrix products and no array of products × periods × columns is ever made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from shopwright.forecast.calendar import places
from shopwright.forecast.feasts import feasts_near, since_feast
from shopwright.forecast.given import inside
from shopwright.forecast.known import mean_known
from shopwright.forecast.panel import Floats, Panel
from shopwright.shop.demand import Period
from shopwright.shop.periods import DAYS_IN, middles
from shopwright.shop.schema import names as c

__all__ = [
    "BASE",
    "BESIDE",
    "CROSS",
    "EVE",
    "FEAST",
    "PRICE",
    "PROMOTIONS",
    "SEASON",
    "TREND",
    "WAVES",
    "Regressors",
    "log_prices",
    "regressors",
    "waves",
]

BASE, TREND, SEASON, HOLIDAY, EVE, FEAST = "base", "trend", "season", "holiday", "eve", "feast"
PRICE, CROSS = "price", "price of others"
PROMOTIONS = ("promotion", "promo")  # names of the covariate
BESIDE = "promotion of others"
PART_OF = {EVE: HOLIDAY, CROSS: PRICE, BESIDE: PROMOTIONS[0]}
WAVES: dict[Period, int] = {"D": 3, "W": 6, "M": 5}  # pairs of sine and cosine in the year
A_YEAR: dict[Period, int] = {"D": 400, "W": 60, "M": 15}  # periods from which a year's course can be told from a trend
FEAST_WEEKS = (-14, -7, 0, 7)  # days from a feast on which the weeks around it begin
YEAR_DAYS = 365.25
LEAST_VARIATION = 1e-9


@dataclass(frozen=True, eq=False)
class Regressors:
    """The columns of a regression; T periods of history and H ahead, n SKUs.

    Attributes:
        names: of all p columns, the q shared ones first.
        parts: what each column is part of: "base", "trend", "season", "holiday", "price" … or a covariate.
        shared: shape (T + H, q).
        own: the p - q others, each of shape (n, T + H), without gaps.
        spreads: standard deviation of each column, shape (p,): how far it moves sales at a weight of one.
        scales: what each column was divided by, shape (p,): a weight over it is that of one more of what was given.
    """

    names: tuple[str, ...]
    parts: tuple[str, ...]
    shared: Floats
    own: tuple[Floats, ...]
    spreads: Floats
    scales: Floats

    def place(self, name: str) -> int:
        """Number of a column, -1 where there is none."""
        return self.names.index(name) if name in self.names else -1

    def times(self, weights: Floats, span: slice) -> Floats:
        """The linear combination over a span of periods, shape (n, periods), for weights of shape (n, p)."""
        q = self.shared.shape[1]
        found = weights[:, :q] @ self.shared[span].T
        for at, column in enumerate(self.own):
            found += weights[:, q + at, None] * column[:, span]
        return np.asarray(found)

    def each(self, weights: Floats, span: slice) -> Floats:
        """The same before it is summed up, shape (n, periods, p): for few SKUs only."""
        shared = np.broadcast_to(self.shared[span], (len(weights), *self.shared[span].shape))
        columns = [shared, *(column[:, span, None] for column in self.own)]
        return np.asarray(np.concatenate(columns, axis=2) * weights[:, None, :])

    def some(self, rows: NDArray[np.int64]) -> Regressors:
        """For these SKUs only."""
        return replace(self, own=tuple(column[rows] for column in self.own))


def regressors(panel: Panel) -> Regressors:
    """The columns of a panel; the trend is counted in years from the end of its history, so that the base is today's.

    Covariates that are the same everywhere are left out. A price counts by its logarithm around the product's usual
    one; one that is known only up to now is taken to stay as it was. Where there are categories, the mean of the
    other products' log prices goes in beside it, and the share of them that is on promotion.
    """
    shared = _shared(panel)
    own, divided = _own(panel)
    names = [*shared, *own]
    own_values = list(own.values())
    matrix = np.stack(list(shared.values()), axis=1)
    spreads = [
        float(column[: panel.n_periods].std()) for column in (*matrix.T, *(v[:, : panel.n_periods] for v in own_values))
    ]
    spreads[0] = 1.0
    return Regressors(
        tuple(names),
        tuple(_part(name) for name in names),
        matrix,
        tuple(own_values),
        np.maximum(spreads, 1e-3),
        np.array([divided.get(name, 1.0) for name in names]),
    )


def _part(name: str) -> str:
    if name.startswith(f"{FEAST}:"):
        return HOLIDAY
    return SEASON if name.startswith(f"{SEASON}:") else PART_OF.get(name, name)


def _shared(panel: Panel) -> dict[str, Floats]:
    days, t = panel.days, panel.n_periods
    numbers = np.array([day.toordinal() for day in days], float)
    found = {BASE: np.ones(len(days)), TREND: (numbers - numbers[t - 1]) / YEAR_DAYS}
    if t >= A_YEAR[panel.period]:
        found |= waves(days, panel.period, WAVES[panel.period])
    if panel.period == "D":
        weekday = np.array([day.weekday() for day in days])
        for at in range(6):  # against the mean day: Sunday is minus the sum of the others
            found[f"{SEASON}:weekday{at}"] = (weekday == at) * 1.0 - (weekday == 6)
    if panel.country:
        placed = places(days, panel.period, panel.country)
        if "n_holidays" in placed:
            found[HOLIDAY] = placed["n_holidays"]
        if "days_to_holiday" in placed:
            found[EVE] = (placed["days_to_holiday"] == 1) * 1.0
    if panel.period != "M":
        found |= feast_weeks(days, panel.period, panel.country)
    return {name: each for name, each in found.items() if name == BASE or np.ptp(each[:t]) > LEAST_VARIATION}


def feast_weeks(days: Sequence[date], period: Period, country: str) -> dict[str, Floats]:
    """Share of each period that lies in the four weeks around each moving feast, by feast and first day of the week."""
    numbers = np.array([day.toordinal() for day in days], np.int64)
    within = numbers[:, None] + np.arange(DAYS_IN[period])
    found = {}
    for feast in feasts_near(days, country):
        since = since_feast(feast, within)
        for first in FEAST_WEEKS:
            found[feast_column(feast.name, first)] = ((since >= first) & (since < first + 7)).mean(axis=1)
    return found


def feast_column(name: str, first: int) -> str:
    """Name of the column of the week that begins so many days from a feast."""
    return f"{FEAST}:{name}:{first}"


def waves(days: Sequence[date], period: Period, n: int) -> dict[str, Floats]:
    """Sines and cosines of the year at the middle of each period, n of each."""
    middle = middles(days, period)
    turn = np.array([2 * np.pi * (day.timetuple().tm_yday - 1) / YEAR_DAYS for day in middle])
    found: dict[str, Floats] = {}
    for wave in range(1, n + 1):
        found[f"{SEASON}:sin{wave}"] = np.sin(wave * turn)
        found[f"{SEASON}:cos{wave}"] = np.cos(wave * turn)
    return found


def _own(panel: Panel) -> tuple[dict[str, Floats], dict[str, float]]:
    """Columns of each product's own, and what those were divided by that hold amounts."""
    t = panel.n_periods
    found: dict[str, Floats] = {}
    divided: dict[str, float] = {}
    for given, values in panel.ahead.items():
        name = inside(given)
        if given == c.PRICE:
            continue
        if _is_amount(values[:, :t]):
            found[name], divided[name] = _centred(values, t)
        else:
            found[name] = np.nan_to_num(values)
    group = panel.static.get(c.CATEGORY)
    promoted = next((name for name in PROMOTIONS if name in found and name not in divided), None)
    if promoted is not None and group is not None:
        found[BESIDE] = _of_others(found[promoted], group)
    prices = log_prices(panel)
    if prices is not None:
        usual = mean_known(prices[:, :t], axis=1, keepdims=True)
        found[PRICE] = np.nan_to_num(prices - usual)
        if group is not None:
            found[CROSS] = _of_others(found[PRICE], group)
    return {name: each for name, each in found.items() if _varies(each[:, :t])}, divided


def log_prices(panel: Panel) -> Floats | None:
    """Logarithm of each product's price, shape (n, T + H), gaps filled by the price before; None without prices.

    NaN for a product without any price.
    """
    values = panel.ahead.get(c.PRICE)
    if values is None and c.PRICE in panel.past:
        past = panel.past[c.PRICE]
        values = np.concatenate([past, np.full((len(past), panel.horizon), np.nan)], axis=1)
    if values is None:
        return None
    known = np.isfinite(values) & (values > 0)
    place = np.maximum.accumulate(np.where(known, np.arange(values.shape[1])[None, :], -1), axis=1)
    place = np.where(place < 0, known.argmax(axis=1)[:, None], place)  # before the first price, that one
    filled = np.take_along_axis(np.where(known, values, np.nan), place, axis=1)
    return np.asarray(np.log(filled))


def _of_others(prices: Floats, group: NDArray[np.int64]) -> Floats:
    """Mean of the other products of the same category, 0 where there are none: of log prices, or of promotions."""
    sums, n = np.zeros((int(group.max()) + 2, prices.shape[1])), np.bincount(group + 1, minlength=int(group.max()) + 2)
    np.add.at(sums, group + 1, prices)
    others = (sums[group + 1] - prices) / np.maximum(n[group + 1] - 1, 1)[:, None]
    return np.asarray(np.where((group >= 0)[:, None], others, 0.0))


def _centred(values: Floats, t: int) -> tuple[Floats, float]:
    """Amounts around each product's mean, over their spread; and that spread."""
    filled = np.where(np.isfinite(values), values, np.nan)
    centred = np.nan_to_num(filled - mean_known(filled[:, :t], axis=1, keepdims=True))
    spread = float(centred[:, :t].std())
    return (centred / spread, spread) if spread > LEAST_VARIATION else (centred * 0, 1.0)


def _is_amount(values: Floats) -> bool:
    """Whether it is neither a flag nor a share of a period."""
    known = values[np.isfinite(values)]
    return bool(len(known)) and not bool(((known >= 0) & (known <= 1)).all())


def _varies(past: Floats) -> bool:
    return bool((np.ptp(past, axis=1) > LEAST_VARIATION).any())
