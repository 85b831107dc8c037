"""The first forecaster, and the one every later one must beat: seasonal moving averages with empirical quantiles."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from shopwright.forecast.calendar import check_country
from shopwright.forecast.known import mean_known, quantiles_known
from shopwright.forecast.season import Season, after_first
from shopwright.i18n import Text, t
from shopwright.shop.arguments import check_is
from shopwright.shop.demand import Demand, Part, Period
from shopwright.shop.history import History
from shopwright.shop.levels import implied_mean

__all__ = ["HORIZONS", "LEVELS", "as_sold", "levels", "moving_average", "own_levels", "short_notes"]

LEVELS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98)
WINDOWS: dict[Period, tuple[int, ...]] = {"D": (28, 56, 91, 182), "W": (8, 13, 26, 52), "M": (3, 6, 12)}
SPREAD_OVER: dict[Period, int] = {"D": 182, "W": 52, "M": 24}
HORIZONS: dict[Period, int] = {"D": 28, "W": 8, "M": 3}
POOLING = 20.0
LAUNCH = 8  # periods after which a product speaks for itself
LAUNCH_PULL = 4.0


def moving_average(
    known: History, horizon: int, *, min_periods: int = 8, use_season: bool = True, country: str = ""
) -> Demand:
    """Forecast by the mean of moving averages over four windows, in-stock periods only.

    The history is divided by the season all products share, averaged, and multiplied by the season ahead. The period
    of a product's first sale is left out: it is known because of it. Quantiles
    are those of the product's own last year, moved to the new level. A product with fewer than `min_periods` periods
    takes the spread of all products together and says so.

    Args:
        known: units by SKU and period.
        horizon: periods ahead.
        min_periods: periods of its own a product needs for its own quantiles.
        use_season: whether to divide by the shared season at all.
        country: ISO code whose moving feasts belong to the season; empty: Easter.

    Raises:
        UsageError: it is no history, or no holidays are known of the country (USAGE-25, 46).
    """
    check_is(known, History, "known", t("a History, as shopwright.shop.history makes it of a shop"))
    check_country(country)
    season = Season.learn(known, country) if use_season else Season.flat(known.period)
    here, ahead = season.of(known.days), season.of(known.next_days(horizon))
    n_known = np.isfinite(known.units).sum(axis=1)
    judged = np.where((n_known > 1)[:, None], after_first(known.units), known.units)
    level_units = judged / here
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a window without any period in stock gives NaN, handled below
        windows = WINDOWS[known.period]
        own = np.nan_to_num(_mean_of_means(level_units, windows))
        trust = _trust(own, n_known)
        level = trust(own)
        uncorrected = trust(np.nan_to_num(_mean_of_means(_as_sold(known, judged) / here, windows)))
        rho = _persistence(level_units)
        spread = _spread(level_units[:, -SPREAD_OVER[known.period] :], level, n_known >= min_periods)
    mean = level[:, None] * ahead[None, :]
    quantiles = _centred(np.maximum.accumulate(spread[:, None, :] * ahead[None, :, None], axis=2), mean)
    return Demand(
        skus=known.skus,
        days=known.next_days(horizon),
        period=known.period,
        mean=mean,
        levels=LEVELS,
        quantiles=quantiles,
        rho=rho,
        as_of=known.as_of,
        how=t(
            "mean of moving averages over {windows} periods, periods out of stock left out{season}; "
            "quantiles from the product's own last year",
            windows=", ".join(str(window) for window in windows),
            season=t(", times the season all products share") if use_season else "",
        ),
        parts=_parts(known.skus, level, uncorrected, ahead),
        notes=short_notes(known, min_periods),
    )


def levels(known: History, season: np.ndarray) -> np.ndarray:
    """Level of each SKU without season, shape (n,), a young one drawn towards the shop's; `season`: shape (T,)."""
    own = own_levels(known, season)
    return _trust(own, np.isfinite(known.units).sum(axis=1))(own)


def own_levels(known: History, season: np.ndarray) -> np.ndarray:
    """Level of each SKU by itself without season, the mean of its moving averages, shape (n,); `season`: shape (T,)."""
    n_known = np.isfinite(known.units).sum(axis=1)
    judged = np.where((n_known > 1)[:, None], after_first(known.units), known.units)
    return np.asarray(np.nan_to_num(_mean_of_means(judged / season, WINDOWS[known.period])))


def as_sold(known: History) -> History:
    """The same with stock-outs read as what was sold."""
    is_out = np.isnan(known.units) & (np.cumsum(known.sold, axis=1) > 0) & ~known.is_slip
    return replace(known, units=np.where(is_out, known.sold, known.units))


def _centred(quantiles: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """Quantiles scaled so that what is drawn from them has the forecast's mean."""
    implied = implied_mean(LEVELS, quantiles)
    scale = np.divide(mean, implied, out=np.ones_like(mean), where=implied > 0)
    centred: np.ndarray = quantiles * scale[:, :, None]
    return centred


def _mean_of_means(units: np.ndarray, windows: tuple[int, ...]) -> np.ndarray:
    """Mean over the windows of the mean of the last so many known periods, shape (n,)."""
    return mean_known(np.stack([mean_known(units[:, -window:], axis=1) for window in windows]), axis=0)


def _trust(own: np.ndarray, n_known: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """Draws levels with few periods behind them towards the middle one of the shop: a launch week proves little."""
    settled = own[n_known >= LAUNCH]
    usual = np.full(len(own), np.median(settled)) if len(settled) else own
    weight = n_known / (n_known + LAUNCH_PULL)
    is_young = (n_known > 0) & (n_known < LAUNCH)
    return lambda level: np.where(is_young, weight * level + (1 - weight) * usual, level)


def _as_sold(known: History, judged: np.ndarray) -> np.ndarray:
    """Units as sold in the periods judged and those out of stock: stock-outs read as what was sold."""
    is_out = np.isnan(known.units) & (np.cumsum(known.sold, axis=1) > 0) & ~known.is_slip
    return np.where(np.isfinite(judged) | is_out, known.sold, np.nan)


def _spread(recent: np.ndarray, level: np.ndarray, is_own: np.ndarray) -> np.ndarray:
    """Quantiles of units without season, shape (n, levels), centred on `level`."""
    mean = np.nanmean(recent, axis=1)
    has_mean = np.isfinite(mean) & (mean > 0)
    own = _quantiles(recent)
    relative = np.where(has_mean[:, None], own / np.where(has_mean, mean, 1.0)[:, None], np.nan)
    usual = relative[is_own & has_mean]
    pooled = np.nanmean(usual, axis=0) if len(usual) else np.interp(LEVELS, (0, 0.5, 1), (0.0, 1.0, 3.0))
    relative = np.where((is_own & has_mean)[:, None], relative, pooled)
    spread: np.ndarray = np.maximum(np.nan_to_num(relative), 0.0) * level[:, None]
    return spread


def _quantiles(units: np.ndarray) -> np.ndarray:
    """Quantiles of the known periods of each SKU, shape (n, levels)."""
    return quantiles_known(units, LEVELS)


def _persistence(units: np.ndarray) -> np.ndarray:
    """Correlation of neighbouring periods for each SKU, drawn towards that of all, shape (n,)."""
    spread = np.nanstd(np.where(np.isfinite(units), units, np.nan), axis=1) if units.size else np.zeros(len(units))
    centred = units - np.nanmean(units, axis=1, keepdims=True)
    pairs = centred[:, 1:] * centred[:, :-1]
    n = np.isfinite(pairs).sum(axis=1)
    usable = (n > 2) & (spread > 0)
    own = np.where(usable, np.nanmean(pairs, axis=1) / np.where(usable, spread, 1.0) ** 2, np.nan)
    pooled = float(np.nanmean(own)) if usable.any() else 0.0
    drawn = (np.nan_to_num(own, nan=pooled) * n + pooled * POOLING) / (n + POOLING)
    rho: np.ndarray = np.clip(drawn, 0.0, 0.8)
    return rho


def _parts(
    skus: tuple[str, ...], level: np.ndarray, uncorrected: np.ndarray, ahead: np.ndarray
) -> dict[str, tuple[Part, ...]]:
    base, season, correction = t("base"), t("season"), t("stock-out correction")
    h, swing = len(ahead), float(ahead.sum() - len(ahead))
    return {
        sku: (
            Part(base, float(uncorrected[at]) * h),
            Part(correction, float(level[at] - uncorrected[at]) * h),
            Part(season, float(level[at]) * swing),
        )
        for at, sku in enumerate(skus)
    }


def short_notes(known: History, min_periods: int) -> dict[str, Text]:
    """A note for each SKU with fewer known periods than that."""
    n_known = np.isfinite(known.units).sum(axis=1)
    short = t("fewer than {n} periods of sales: spread taken from all products", n=min_periods)
    unseen = t("no period in stock to learn from: forecast is zero")
    return {
        sku: unseen if n_known[at] == 0 else short for at, sku in enumerate(known.skus) if n_known[at] < min_periods
    }
