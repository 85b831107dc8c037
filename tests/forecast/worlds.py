"""Small worlds with a known truth for the forecasts to find."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from shopwright.shop.history import History

LAST = date(2024, 6, 30)  # a Sunday
STEP = {"D": 1, "W": 7}


def starts(n: int, period: str = "W", last: date = LAST) -> tuple[date, ...]:
    """First days of n periods, the last of which ends on `last`."""
    if period == "M":
        months = [last.year * 12 + last.month - 1 - back for back in range(n)][::-1]
        return tuple(date(month // 12, month % 12 + 1, 1) for month in months)
    return tuple(last - timedelta(days=STEP[period] * (n - at) - 1) for at in range(n))


def season_of(days, swing: float = 0.5) -> np.ndarray:
    """A planted year: highest in spring, lowest in autumn, mean 1."""
    turn = np.array([day.timetuple().tm_yday for day in days]) / 365.25
    return 1 + swing * np.sin(2 * np.pi * turn)


def planted(n_skus=40, n=112, *, seed=0, swing=0.5, size=40.0, out=0.0, period="W"):
    """A history, and the true expected units of each SKU in each period (also of the 12 ahead)."""
    rng = np.random.default_rng(seed)
    level = size * rng.gamma(4, 0.25, (n_skus, 1))
    days = starts(n, period)
    known = history_of(np.zeros((n_skus, n)), period=period)
    ahead = known.next_days(12)
    truth = level * season_of((*days, *ahead), swing)[None, :]
    demand = rng.poisson(truth[:, :n]).astype(float)
    is_out = rng.random((n_skus, n)) < out
    sold = np.where(is_out, np.floor(demand * 0.2), demand)
    return history_of(sold, is_out, period), truth


def history_of(sold, is_out=None, period="W", last: date = LAST) -> History:
    """A history from units sold up to a day, periods out of stock masked."""
    sold = np.asarray(sold, dtype=float)
    is_out = np.zeros(sold.shape, dtype=bool) if is_out is None else np.asarray(is_out)
    n_skus, n = sold.shape
    return History(
        skus=tuple(f"s{at:03}" for at in range(n_skus)),
        days=starts(n, period, last),
        period=period,
        units=np.where(is_out, np.nan, sold),
        sold=sold,
        revenue=sold * 2,
        as_of=last,
        n_masked=int(is_out.sum()),
    )
