"""From a panel to histories for the network: the latest years, and the covariates that matter most."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from shopwright.forecast.calendar import places
from shopwright.forecast.panel import Floats, Panel
from shopwright.forecast.t5.inputs import Array, Histories
from shopwright.forecast.t5.shape import N_AHEAD, N_PAST
from shopwright.shop.demand import Period

__all__ = ["LATEST", "histories"]

WORD = re.compile(r"[^\W\d_]{3}|[\u4e00-\u9fff]{2}")  # three letters, or two Chinese characters
LATEST: dict[Period, int] = {"D": 1_100, "W": 260, "M": 120}  # as long as histories get in training


def histories(panel: Panel) -> Histories:
    """What a panel says, cut to what the network was trained on."""
    start = max(0, panel.n_periods - LATEST[panel.period])
    return Histories(
        panel.units[:, start:],
        panel.days[start:],
        panel.period,
        _chosen(panel, {**panel.ahead, **_holidays(panel)}, N_AHEAD, start),
        _chosen(panel, panel.past, N_PAST, start),
        _read(panel.words),
    )


def _holidays(panel: Panel) -> dict[str, Floats]:
    """Public holidays in each period, as one covariate more, where the country is known."""
    if not panel.country or panel.period == "M":
        return {}
    told = places(panel.days, panel.period, panel.country).get("n_holidays")
    if told is None or not told.any():
        return {}
    return {"n_holidays": np.broadcast_to(told, (len(panel.skus), len(told)))}


def _read(words: Sequence[str]) -> Array | None:
    """Vectors of what products are, in words, rows of zeros where only codes are told, or nothing."""
    is_word = np.array([bool(WORD.search(each)) for each in words], bool)
    if not is_word.any():
        return None
    from shopwright.language.static import shipped

    vectors = shipped().encode(words)
    return np.where(is_word[:, None], vectors, np.float32(0))


def _chosen(panel: Panel, given: Mapping[str, Floats], most: int, start: int) -> Floats | None:
    """The covariates that go most with units in the history, no more than there are places; by name where alike."""
    if not given:
        return None
    weight = {name: _together(panel.units, values[:, : panel.n_periods]) for name, values in given.items()}
    names = sorted(sorted(given), key=lambda name: -weight[name])[:most]
    return np.stack([given[name][:, start:] for name in sorted(names)], axis=1)


def _together(units: Floats, values: Floats) -> float:
    """Mean over products of the absolute correlation of units and a covariate."""
    both = np.isfinite(units) & np.isfinite(values)
    n = np.maximum(both.sum(axis=1, keepdims=True), 1)
    means = (np.where(both, each, 0.0).sum(axis=1, keepdims=True) / n for each in (units, values))
    x, y = (np.where(both, np.nan_to_num(each) - mean, 0.0) for each, mean in zip((units, values), means, strict=True))
    scale = np.sqrt((x**2).sum(axis=1) * (y**2).sum(axis=1))
    found = np.divide((x * y).sum(axis=1), scale, out=np.zeros(len(units)), where=scale > 0)
    return float(np.abs(found).mean()) if len(units) else 0.0
