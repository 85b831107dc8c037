"""What is told of a row was known at its origin, or is known ahead."""

from dataclasses import replace

import numpy as np
import pytest
from tests.forecast.worlds import history_of, planted

from shopwright.forecast.columns import Columns, Rows
from shopwright.forecast.panel import Panel
from shopwright.forecast.sampling import learning_rows, next_rows
from shopwright.forecast.season import Season

H = 4


def _panel(units, period="W", **more):
    n, t = units.shape
    draw = np.random.default_rng(5)
    ahead = {"promo": (draw.random((n, t + H)) < 0.2) * 1.0, "price": draw.uniform(5, 9, (n, t + H))}
    return Panel(history_of(units, period=period), H, ahead=ahead, past={"visits": draw.random((n, t))}, **more)


@pytest.mark.parametrize("period, ahead", [("D", H), ("W", H), ("M", H), ("M", 12), ("W", 52), ("D", 365)])
def test_nothing_after_the_origin_is_told(period, ahead):
    draw = np.random.default_rng(1)
    n = 60 + 2 * ahead
    units = draw.poisson(3.0, (6, n)).astype(float)
    group = {"category": np.array([0, 0, 1, 1, 2, -1])}
    panel = _panel(units, period, static=group)
    origin = n - ahead - 10
    season = Season.learn(panel.known.before(origin + 1))
    rows = next_rows(6, origin, ahead)
    told, names, categories = Columns(panel, season).matrix(rows)
    changed = units.copy()
    changed[:, origin + 1 :] = 999.0
    past = {"visits": np.where(np.arange(n) > origin, -5.0, panel.past["visits"])}
    other = replace(panel, known=history_of(changed, period=period), past=past)
    np.testing.assert_array_equal(Columns(other, season).matrix(rows)[0], told)
    assert len(names) == told.shape[1] == len(set(names))
    assert [names[at] for at in categories] == ["is_of_category"]


def test_what_is_known_ahead_is_told_of_the_target():
    panel = _panel(np.ones((3, 30)))
    rows = Rows(np.array([0, 2]), np.array([20, 29]), np.array([1, 4]))
    told, names, _ = Columns(panel, Season.learn(panel.known)).matrix(rows)
    column = {name: told[:, at] for at, name in enumerate(names)}
    np.testing.assert_allclose(column["ahead_promo"], panel.ahead["promo"][[0, 2], [21, 33]])
    np.testing.assert_allclose(column["ahead_promo-1"], panel.ahead["promo"][[0, 2], [20, 32]])
    np.testing.assert_allclose(column["steps_ahead"], [1, 4])


def test_days_of_the_same_kind_are_remembered():
    """Closed on each seventh day, and three times as much on promotion."""
    draw = np.random.default_rng(2)
    is_promo = draw.random((2, 400 + H)) < 0.3
    is_open = np.broadcast_to(np.arange(400 + H) % 7 != 6, is_promo.shape)
    units = np.where(is_open, np.where(is_promo, 30.0, 10.0), 0.0)[:, :400]
    panel = Panel(history_of(units, period="D"), H, ahead={"promo": is_promo * 1.0, "open": is_open * 1.0})
    columns = Columns(panel, Season.learn(panel.known))
    rows = next_rows(2, 399, H)
    told, names, _ = columns.matrix(rows)
    expected = np.where(is_open, np.where(is_promo, 30.0, 10.0), 0.0)[:, 400:].ravel()
    found = told[:, names.index("same_state")] * columns.scales(rows)
    assert np.corrcoef(found, expected)[0, 1] > 0.95


def test_rows_to_learn_from_end_before_the_window_and_know_their_target():
    known, _ = planted(n_skus=5, n=80, out=0.2)
    columns = Columns(Panel(known, H), Season.learn(known))
    for most in (10_000, 300):
        rows = learning_rows(columns, 60, most, seed=3)
        assert 0 < len(rows) <= most
        assert rows.target.max() < 60
        assert np.isfinite(known.units[rows.sku, rows.target]).all()
        assert set(rows.ahead.tolist()) <= {1, 2, 3, 4}
    again = learning_rows(columns, 60, 300, seed=3)
    np.testing.assert_array_equal(again.target, rows.target)
