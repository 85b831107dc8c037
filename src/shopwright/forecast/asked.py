"""What can be asked of a forecaster: a horizon, a length of period, levels of quantiles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shopwright.errors import UsageError
from shopwright.forecast.moving import HORIZONS
from shopwright.i18n import t
from shopwright.shop.arguments import is_number, is_whole, listed

__all__ = ["DECILES", "check_shape"]

DECILES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
FARTHEST = 3_650  # periods ahead; ten years of days


def check_shape(horizon: int, freq: str, quantiles: Sequence[float]) -> None:
    """Refuse a horizon, a period or levels that cannot be forecast.

    Raises:
        UsageError: one of them is not possible (USAGE-06, 07, 25).
    """
    if not (is_whole(horizon) and 0 <= horizon <= FARTHEST) or freq not in tuple(HORIZONS):
        raise UsageError(
            t("these sales cannot be forecast"),
            why=t("horizon: {horizon}; period: {freq}", horizon=horizon, freq=freq),
            fix=t("give a horizon from 1 to {most:,}, or 0 for the usual one, and D, W or M as period", most=FARTHEST),
            code="USAGE-07",
        )
    levels = listed(quantiles, "quantiles", t("chances between 0 and 1, such as (0.1, 0.5, 0.9)"))
    outside = [level for level in levels if not _is_level(level)]
    if outside or not levels:
        raise UsageError(
            t("there is no quantile {q}", q=", ".join(map(str, outside)) or "-"),
            why=t("a level is a chance between 0 and 1, both left out"),
            fix=t("0.9 is the amount that is enough nine times out of ten"),
            code="USAGE-06",
        )


def _is_level(value: Any) -> bool:
    return is_number(value) and 0 < value < 1
