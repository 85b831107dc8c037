"""Products that end or fade are told so; seasons, rare sales, stock-outs and steady sales are not taken for that."""

from __future__ import annotations

import re

import numpy as np
import polars as pl
import pytest
from tests.forecast.worlds import history_of

from shopwright.forecast import forecast
from shopwright.forecast.phaseout import phase_outs

WEEKS = 130


def _poisson(mean, seed=0):
    return np.random.default_rng(seed).poisson(mean).astype(float)


def _notes(units, is_out=None):
    return phase_outs(history_of(np.atleast_2d(units), is_out))


def test_what_stopped_is_told_with_how_long_ago():
    (note,) = _notes(np.where(np.arange(WEEKS) < 118, _poisson([8] * WEEKS) + 1, 0)).values()
    assert "none sold in the latest 12 weeks" in str(note)


def test_what_fades_is_told_with_both_levels():
    (note,) = _notes(_poisson(np.where(np.arange(WEEKS) < 115, 20, 2)) + (np.arange(WEEKS) % 9 == 8)).values()
    assert "sales have faded" in str(note)
    now, then = (float(level) for level in re.findall(r"([\d.]+) (?:a period|in the year)", str(note)))
    assert now == pytest.approx(2, abs=1)
    assert then == pytest.approx(20, abs=2)


@pytest.mark.parametrize("seed", range(5))
def test_what_goes_on_is_not(seed):
    weeks = np.arange(WEEKS)
    steady, rare = _poisson([8] * WEEKS, seed), _poisson([0.1] * WEEKS, seed)
    christmas = _poisson(np.where(weeks % 52 < 8, 40, 0), seed)  # ends in the quiet time of its year
    wavy = _poisson(20 * (1 + 0.9 * np.sin(2 * np.pi * weeks / 52)), seed)
    assert not _notes([steady, rare, christmas, wavy])


def test_what_is_out_of_stock_has_not_ended():
    weeks = np.arange(WEEKS)
    sold = np.where(weeks < 115, _poisson([8] * WEEKS), 0)
    assert _notes(sold)
    assert not _notes(sold, np.atleast_2d(weeks >= 115))


def test_few_of_many_steady_products_are_taken_for_ended():
    sold = _poisson(np.random.default_rng(1).gamma(0.7, 2, (1_000, 1)) * np.ones((1, WEEKS)))
    assert len(_notes(sold)) <= 5


def test_the_note_stands_in_the_forecast():
    sold = np.vstack([_poisson([8] * WEEKS, seed) for seed in range(4)])
    sold[0, -20:] = 0
    frame = history_of(sold)
    rows = [
        {"sku": sku, "day": day, "units": units}
        for sku, own in zip(frame.skus, sold.tolist(), strict=True)
        for day, units in zip(frame.days, own, strict=True)
    ]
    demand = forecast(pl.DataFrame(rows), 4)
    assert "looks phased out" in str(demand.notes[frame.skus[0]])
    assert not any("phased out" in str(demand.notes.get(sku, "")) for sku in frame.skus[1:])
