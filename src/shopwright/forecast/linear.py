"""The textbook model a merchant can read: sales as a linear combination of time, season, holidays, promotions, prices.

Least squares, each product's weights drawn towards those of products like it (`pooling`). Sales are taken as they are,
in multiples of the product's mean, or as logarithms, whichever did better in the windows tried; so is how fast the past
fades. From logarithms back to units, the mean is brought by the residuals' smearing factor (Duan 1983).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from shopwright.forecast.panel import Floats, Panel
from shopwright.forecast.pooling import LOOSE, ROUNDS, Pool, moments, pooled
from shopwright.forecast.regressors import TREND, Regressors, regressors
from shopwright.forecast.season import after_first
from shopwright.processor import one_thread
from shopwright.shop.demand import Period

__all__ = ["WAYS", "Linear", "Scale", "counted", "learn", "tried"]

Scale = Literal["log", "units"]
A_YEAR: dict[Period, float] = {"D": 365.25, "W": 52.18, "M": 12.0}
Way = tuple[Scale, float]
WAYS: tuple[Way, ...] = tuple((scale, years) for years in (0.5, 2.0, 0.2) for scale in ("log", "units"))
NO_COMMON = 1e-4  # how far the mean trend of all products may lie from none: it was seen once, not once by each product
FURTHER = 3  # rounds of a fit that goes on from one much like it
HIGHEST = 4.0  # times the most a product ever sold in a period: no forecast goes beyond
SMEAR_PULL = 8.0  # periods that the factor of all products counts for beside a product's own
MOST_LOG = 30.0  # exp of it is beyond any number of units


@dataclass(frozen=True, eq=False)
class Linear:
    """A fitted model.

    Attributes:
        panel: what it was fitted to.
        columns: what sales are a combination of.
        pool: weights, on the scale fitted.
        scale: log: of log(1 + units); units: of units over the product's size.
        half_life: years after which a period counts half.
        size: what units are divided by, or the smearing factor on the scale of logarithms, shape (n,).
        most: units that no forecast of a product exceeds, shape (n,).
    """

    panel: Panel
    columns: Regressors
    pool: Pool
    scale: Scale
    half_life: float
    size: Floats
    most: Floats

    def ahead(self, less: Floats | float = 0.0) -> Floats:
        """Expected units of the H periods ahead, shape (n, H); without what is `less` on the scale fitted."""
        return self._units(self.columns.times(self.pool.weights, self._span) - less)

    def moved(self, parts: Collection[str], first: int) -> Floats:
        """What some parts add ahead on the scale fitted, beyond their mean from period `first` on, shape (n, H)."""
        t, q = self.panel.n_periods, self.columns.shared.shape[1]
        found = np.zeros((len(self.size), self.panel.horizon))
        for at, column in enumerate(self.columns.own, start=q):
            if self.columns.parts[at] in parts:
                usual = column[:, first:t].mean(axis=1, keepdims=True)
                found += self.pool.weights[:, at, None] * (column[:, self._span] - usual)
        return found

    def parts(self, row: int) -> dict[str, Floats]:
        """What each part adds to the forecast of one SKU, in units by period, shape (H,); they add up to it.

        Contributions to a logarithm are brought to units by the logarithmic mean, which leaves no rest (Ang 2005). What
        bounds took away is shared out alike.
        """
        rows = np.array([row])
        each = self.columns.some(rows).each(self.pool.weights[rows], self._span)[0]
        total = self._units(each.sum(axis=1)[None, :], rows)[0]
        if self.scale == "units":
            told, size = each * self.size[row], each.sum(axis=1) * self.size[row]
            told = told * np.divide(total, size, out=np.zeros_like(size), where=np.abs(size) > 1e-12)[:, None]
        else:
            first, last = np.exp(np.clip(each[:, 0], -MOST_LOG, MOST_LOG)) * self.size[row], total + 1
            gap = np.log(last) - np.log(first)
            mean = np.divide(last - first, gap, out=last.copy(), where=np.abs(gap) > 1e-9)
            moved = each[:, 1:].sum(axis=1)
            share = np.divide(gap, moved, out=np.zeros_like(gap), where=np.abs(moved) > 1e-12)
            told = np.concatenate([first[:, None] - 1, each[:, 1:] * (share * mean)[:, None]], axis=1)
            told[:, 0] += total - told.sum(axis=1)
        found: dict[str, Floats] = {}
        for at, part in enumerate(self.columns.parts):
            found[part] = found.get(part, np.zeros(len(total))) + told[:, at]
        return found

    @property
    def _span(self) -> slice:
        t = self.panel.n_periods
        return slice(t, t + self.panel.horizon)

    def _units(self, told: Floats, rows: np.ndarray | slice = slice(None)) -> Floats:
        size, most = self.size[rows, None], self.most[rows, None]
        units = told * size if self.scale == "units" else size * np.exp(np.clip(told, -MOST_LOG, MOST_LOG)) - 1
        return np.asarray(np.clip(units, 0.0, most))


def learn(
    panel: Panel,
    scale: Scale,
    half_life: float,
    start: Pool | None = None,
    rounds: int = ROUNDS,
    columns: Regressors | None = None,
) -> Linear:
    """Fit to all of a panel's history; periods whose units are not known are left out.

    Args:
        panel: what is known.
        scale: log or units.
        half_life: years after which a period counts half.
        start: weights of an earlier fit with the same columns to go on from.
        rounds: how often what products have in common is estimated anew.
        columns: those of the panel, where the caller has them.
    """
    columns = columns or regressors(panel)
    counts = counted(panel.units)
    known = np.isfinite(counts)
    age = np.arange(panel.n_periods)[::-1] / (half_life * A_YEAR[panel.period])
    share = known * 0.5**age
    units = np.where(known, counts, 0.0)
    n = share.sum(axis=1)
    mean = np.divide((share * units).sum(axis=1), n, out=np.zeros(len(n)), where=n > 0)
    size = np.maximum(mean, 0.5 / np.maximum(known.sum(axis=1), 1))
    target = np.log1p(units) if scale == "log" else units / size[:, None]
    if start is not None and start.weights.shape != (len(units), len(columns.parts)):
        start = None
    loose = np.array([NO_COMMON if part == TREND else LOOSE for part in columns.parts])
    pool = pooled(moments(columns, target, share), columns.spreads, panel.static, start, rounds, loose)
    if scale == "log":
        fitted = np.exp(np.clip(columns.times(pool.weights, slice(0, panel.n_periods)), -MOST_LOG, MOST_LOG))
        size = _smearing(1 + units, fitted, share)
    most = HIGHEST * np.maximum(np.nan_to_num(panel.units).max(axis=1, initial=0.0), 1.0)
    return Linear(panel, columns, pool, scale, half_life, size, most)


def counted(units: Floats) -> Floats:
    """Units without each SKU's first period, which is known only because something sold then, unless it is all."""
    return np.where((np.isfinite(units).sum(axis=1) > 1)[:, None], after_first(units), units)


def _smearing(truth: Floats, fitted: Floats, share: Floats) -> Floats:
    """Mean of exp(residual) with each residual weighing as much as its fitted value, shape (n,).

    So what was fitted adds up to what was sold (Duan 1983, for errors that need not be alike). A product's own factor
    is drawn towards that of all.
    """
    above, below = (share * truth).sum(axis=1), (share * fitted).sum(axis=1)
    n = share.sum(axis=1)
    usual = float(np.median(above[n > 0] / below[n > 0])) if (n > 0).any() else 1.0
    mean = np.divide(below, n, out=np.ones(len(n)), where=n > 0)
    return np.asarray((above + SMEAR_PULL * usual * mean) / (below + SMEAR_PULL * mean))


@one_thread()  # a second one has little to do here, and spins while it waits for more
def tried(panel: Panel, ends: Sequence[int]) -> tuple[list[Floats], Linear]:
    """The means for each window, and the model that counts.

    Scale and half-life of each are those that did best in the windows before it, one more before the first among
    them. They are judged by squared errors, each product's over its mean: that of counts whose variance grows with it.
    """
    first = [ends[0] - panel.horizon] if ends and ends[0] >= 3 * panel.horizon else []
    told, pools = _told(panel, [*first, *ends])
    usual = _usual(panel.before(ends[0])) if ends else np.ones(len(panel.skus))
    losses = {way: np.zeros(len(first) + len(ends) + 1) for way in WAYS}
    for at, end in enumerate([*first, *ends]):
        truth = panel.truth(end)
        for way, means in told.items():
            losses[way][at + 1] = float(np.nansum((means[at] - truth) ** 2 / usual[:, None]))
    upto = range(len(first), len(first) + len(ends) + 1)
    best = [min(WAYS, key=lambda way: losses[way][: at + 1].sum()) for at in upto]
    means = [told[way][at] for at, way in zip(upto, best[:-1], strict=False)]
    return means, learn(panel, *best[-1], pools.get(best[-1]), FURTHER if ends else ROUNDS)


def _told(panel: Panel, ends: Sequence[int]) -> tuple[dict[Way, list[Floats]], dict[Way, Pool]]:
    """What each way tells for each window, and its last weights; each fit goes on from the one before it."""
    found: dict[Way, list[Floats]] = {way: [] for way in WAYS}
    pools: dict[Way, Pool] = {}
    for end in ends:
        before = panel.before(end)
        columns = regressors(before)
        for scale, half_life in WAYS:
            near = pools.get((scale, half_life)) or pools.get((scale, WAYS[0][1]))
            model = learn(before, scale, half_life, near, FURTHER if near else ROUNDS, columns)
            found[scale, half_life].append(model.ahead())
            pools[scale, half_life] = model.pool
    return found, pools


def _usual(panel: Panel) -> Floats:
    """Mean units of each product, shape (n,), never next to none."""
    known = np.isfinite(panel.units)
    total = np.where(known, panel.units, 0.0).sum(axis=1)
    return np.asarray(np.maximum(total / np.maximum(known.sum(axis=1), 1), 0.05))
