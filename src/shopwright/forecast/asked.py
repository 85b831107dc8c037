"""What can be asked of a forecaster: a horizon, a length of period, levels of quantiles."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral, Real

from shopwright.errors import UsageError
from shopwright.forecast.moving import HORIZONS
from shopwright.i18n import t

__all__ = ["DECILES", "check_shape"]

DECILES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


def check_shape(horizon: int, freq: str, quantiles: Sequence[float]) -> None:
    """Refuse a horizon, a period or levels that cannot be forecast.

    Raises:
        UsageError: one of them is not possible (USAGE-06, 07).
    """
    if not _is_whole(horizon) or horizon < 0 or freq not in HORIZONS:
        raise UsageError(
            t("these sales cannot be forecast"),
            why=t("horizon: {horizon}; period: {freq}", horizon=horizon, freq=freq),
            fix=t("give a horizon of 1 or more, or 0 for the usual one, and D, W or M as period"),
            code="USAGE-07",
        )
    outside = [level for level in quantiles if not _is_level(level)]
    if outside or not len(quantiles):
        raise UsageError(
            t("there is no quantile {q}", q=", ".join(map(str, outside)) or "-"),
            why=t("a level is a chance between 0 and 1, both left out"),
            fix=t("0.9 is the amount that is enough nine times out of ten"),
            code="USAGE-06",
        )


def _is_whole(value: object) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool)


def _is_level(value: object) -> bool:
    return isinstance(value, Real) and 0 < float(value) < 1
