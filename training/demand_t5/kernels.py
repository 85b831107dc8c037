"""Courses drawn from Gaussian processes with sums and products of kernels, after KernelSynth (Ansari et al. 2024)."""

from __future__ import annotations

import numpy as np

from demand_t5.world import YEAR, Array, chance, log_uniform
from shopwright.shop.demand import Period

__all__ = ["courses"]

CYCLES: dict[Period, tuple[float, ...]] = {"D": (7, 30.4, 365.25), "W": (4.35, 13, 52.18), "M": (3, 6, 12)}


def courses(rng: np.random.Generator, period: Period, n: int, periods: int) -> Array:
    """Logarithms of rates around 0, shape (n, periods)."""
    at = np.arange(periods, dtype=np.float64)
    gap = at[:, None] - at
    kernel = _kernel(rng, period, at, gap)
    for _ in range(rng.integers(0, 4)):
        other = _kernel(rng, period, at, gap)
        kernel = kernel * other if chance(rng, 0.4) else kernel + other
    kernel = kernel / max(float(np.mean(np.diag(kernel))), 1e-9) + 1e-4 * np.eye(periods)
    root = np.linalg.cholesky(kernel)
    size = log_uniform(rng, 0.05, 1.0, n)[:, None]
    return np.asarray((rng.standard_normal((n, periods)) @ root.T) * size, np.float32)


def _kernel(rng: np.random.Generator, period: Period, at: np.ndarray, gap: np.ndarray) -> np.ndarray:
    kind = rng.integers(0, 5)
    if kind <= 1:
        cycle = rng.choice(CYCLES[period])
        return np.asarray(np.exp(-2 * np.sin(np.pi * gap / cycle) ** 2 / rng.uniform(0.3, 2) ** 2))
    if kind == 2:
        length = float(log_uniform(rng, 0.05, 2)) * YEAR[period]
        return np.asarray(np.exp(-0.5 * (gap / length) ** 2))
    if kind == 3:
        length = float(log_uniform(rng, 0.02, 1)) * YEAR[period]
        return np.asarray((1 + (gap / length) ** 2 / 2) ** -1.0)  # rational quadratic
    return np.asarray(1 + np.outer(at - at.mean(), at - at.mean()) / (at.var() + 1e-9) * rng.uniform(0, 1))
