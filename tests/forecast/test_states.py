"""Days of the same kind: running sums by state say what a loop over the periods would."""

from datetime import date, timedelta
from types import SimpleNamespace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from shopwright.forecast import states as module
from shopwright.forecast.states import PULL, states
from shopwright.forecast.windows import Windows

N, T, H = 3, 40, 5


def _panel(seed, n_flags=1, values=3):
    draw = np.random.default_rng(seed)
    units = draw.poisson(3.0, (N, T)).astype(float)
    units[draw.random((N, T)) < 0.1] = np.nan
    ahead = {f"flag{at}": draw.integers(0, values, (N, T + H)).astype(float) for at in range(n_flags)}
    days = [date(2024, 1, 1) + timedelta(days=at) for at in range(T + H)]
    return SimpleNamespace(units=units, ahead=ahead, days=days, period="D", n_periods=T)


def _by_hand(panel, sku, origin, target, kept):
    """Known periods up to the origin in the target's state, and in any state that is kept."""

    def state(at):
        return (*(values[sku, at] for values in panel.ahead.values()), panel.days[at].weekday())

    past = [at for at in range(origin + 1) if np.isfinite(panel.units[sku, at]) and state(at) in kept]
    alike = [panel.units[sku, at] for at in past if state(at) == state(target)]
    usual = np.mean(panel.units[sku, past]) if past else 0.0
    return (sum(alike) + PULL * usual) / (len(alike) + PULL)


def _states_of(panel):
    found = {}
    for sku in range(N):
        for at in range(T + H):
            key = (*(values[sku, at] for values in panel.ahead.values()), panel.days[at].weekday())
            found[key] = found.get(key, 0) + (at < T)
    return found


@given(st.integers(0, 10**6), st.integers(0, T - 1), st.integers(1, H))
def test_the_mean_is_that_of_the_periods_known_at_the_origin(seed, origin, ahead):
    panel = _panel(seed)
    found = states(panel, Windows(panel.units))
    rows = np.arange(N)
    told = found.mean(rows, np.full(N, origin), np.full(N, origin + ahead))
    kept = set(_states_of(panel))
    np.testing.assert_allclose(told, [_by_hand(panel, sku, origin, origin + ahead, kept) for sku in rows], rtol=1e-12)


def test_rare_states_count_for_nothing_not_even_for_the_usual(monkeypatch):
    panel = _panel(7, n_flags=2)
    monkeypatch.setattr(module, "MOST_STATES", 5)
    found = states(panel, Windows(panel.units))
    sizes = sorted(_states_of(panel).values(), reverse=True)
    assert len(sizes) > 5
    assert int(found.code.max()) == 4
    is_common = found.code[:, :T] >= 0
    known = np.isfinite(panel.units) & is_common
    for sku in range(N):
        for target in range(T, T + H):
            (told,) = found.mean(np.array([sku]), np.array([T - 1]), np.array([target]))
            code = found.code[sku, target]
            alike = panel.units[sku][known[sku] & (found.code[sku, :T] == code)] if code >= 0 else np.zeros(0)
            usual = panel.units[sku][known[sku]].mean() if known[sku].any() else 0.0
            assert told == (alike.sum() + PULL * usual) / (len(alike) + PULL)


def test_without_a_flag_there_are_no_states():
    panel = _panel(1)
    prices = np.random.default_rng(0).random((N, T + H))
    assert states(SimpleNamespace(**{**vars(panel), "ahead": {"price": prices}}), Windows(panel.units)) is None
