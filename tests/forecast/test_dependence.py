"""How surprises hang together where no window can be tried; what is learned from windows is in `test_calibrate`."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from tests.forecast.worlds import history_of

from shopwright.forecast.combine import combine
from shopwright.forecast.dependence import USUAL, learn
from shopwright.forecast.panel import Panel

KNOWN, AHEAD = 60, 50


def test_without_outcomes_the_usual_is_taken():
    assert learn([], []) == USUAL


def test_a_total_over_a_long_horizon_that_no_window_fits_is_not_told_too_surely():
    """Levels wander, half of it gone in seven weeks: their mean over the next fifty is not known."""
    draw, n = np.random.default_rng(3), 60
    kept, level = 0.9, 0.3 * draw.standard_normal((n, KNOWN + AHEAD))
    for week in range(1, level.shape[1]):
        level[:, week] = kept * level[:, week - 1] + np.sqrt(1 - kept**2) * level[:, week]
    sold = draw.poisson(10 * np.exp(level)).astype(float)
    made = combine(Panel(history_of(sold[:, :KNOWN]), AHEAD))
    total = sold[:, KNOWN:].sum(axis=1)

    def held(demand):
        return ((demand.total(AHEAD, 0.1) <= total) & (total <= demand.total(AHEAD, 0.9))).mean()

    assert not made.ends
    assert made.demand.lasting == USUAL.lasting
    assert held(made.demand) > 0.65
    assert held(replace(made.demand, lasting=0.0)) < 0.5
