"""Quantiles as a distribution: straight lines between levels, with ends a little beyond them."""

from __future__ import annotations

import numpy as np

__all__ = ["implied_mean", "knots", "least_mean", "read_off", "steps"]


def read_off(chance: np.ndarray, levels: tuple[float, ...], values: np.ndarray) -> np.ndarray:
    """Value at each chance, by straight lines between the levels.

    Above the highest level the last line goes on for half its step, below the lowest the first one for a whole step
    but not below zero, so that no draw is ever far outside what was told.

    Args:
        chance: numbers in [0, 1]; the shape but for the last axis of `values` fits by broadcasting.
        levels: the q rising levels.
        values: values at the levels, along the last axis.
    """
    ends, edges = knots(values), steps(levels)
    left = np.clip(np.searchsorted(edges, chance, side="right") - 1, 0, len(levels))
    share = (chance - edges[left]) / np.diff(edges)[left]
    ends = np.broadcast_to(ends, (*chance.shape, ends.shape[-1]))
    low = np.take_along_axis(ends, left[..., None], axis=-1)[..., 0]
    high = np.take_along_axis(ends, left[..., None] + 1, axis=-1)[..., 0]
    found: np.ndarray = low + share * (high - low)
    return found


def implied_mean(levels: tuple[float, ...], values: np.ndarray) -> np.ndarray:
    """Mean of what is drawn from such quantiles: the area under them, shape of `values` without the last axis."""
    ends = knots(values)
    mean: np.ndarray = ((ends[..., 1:] + ends[..., :-1]) / 2 * np.diff(steps(levels))).sum(axis=-1)
    return mean


def least_mean(levels: tuple[float, ...], values: np.ndarray) -> np.ndarray:
    """What the mean of units with these quantiles cannot be below: each quantile up to the next level, from zero on.

    Shape of `values`, which are not below zero, without the last axis.
    """
    least: np.ndarray = (values * np.diff(steps(levels))[1:]).sum(axis=-1)
    return least


def knots(values: np.ndarray) -> np.ndarray:
    """The quantiles with their ends at chances 0 and 1, along the last axis."""
    top, bottom = values[..., -1:], values[..., :1]
    if values.shape[-1] > 1:
        top = top + (top - values[..., -2:-1]) / 2
        bottom = np.maximum(0.0, 2 * bottom - values[..., 1:2])
    return np.concatenate([bottom, values, top], axis=-1)


def steps(levels: tuple[float, ...]) -> np.ndarray:
    """The levels with 0 and 1 around them."""
    return np.array([0.0, *levels, 1.0])
