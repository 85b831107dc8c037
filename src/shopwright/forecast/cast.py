"""What one forecaster says, as plain arrays: the currency in which forecasters are blended and judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from shopwright.forecast.panel import Floats

__all__ = ["DECILES", "LEVELS", "Cast", "blend", "pinball"]

LEVELS = (0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99)
DECILES = tuple(at for at, level in enumerate(LEVELS) if round(level * 10, 9) % 1 == 0)


@dataclass(frozen=True, eq=False)
class Cast:
    """Units expected and their quantiles at `LEVELS`, shapes (n, H) and (n, H, levels)."""

    mean: Floats
    quantiles: Floats

    def losses(self, truth: Floats) -> Floats:
        """Twice the pinball loss, averaged over deciles, of each SKU and period, shape (n, H); NaN where truth is."""
        return np.asarray(np.mean([pinball(self.quantiles[:, :, at], truth, LEVELS[at]) for at in DECILES], axis=0))


def pinball(told: Floats, truth: Floats, level: float) -> Floats:
    """Twice the pinball loss of what was told for a level, in units (Koenker & Bassett 1978)."""
    miss = truth - told
    return np.asarray(2 * np.maximum(level * miss, (level - 1) * miss))


def blend(casts: Sequence[Cast], weights: Sequence[float]) -> Cast:
    """Weighted means of the expectations and of each quantile (Vincent 1912)."""
    shares = np.array(weights) / np.sum(weights)
    mean = sum(share * cast.mean for share, cast in zip(shares, casts, strict=True) if share > 0)
    quantiles = sum(share * cast.quantiles for share, cast in zip(shares, casts, strict=True) if share > 0)
    return Cast(np.asarray(mean), np.asarray(quantiles))
