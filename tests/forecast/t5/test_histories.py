"""From a panel: the latest years, the covariates that go most with sales, and what products are in words."""

import numpy as np
import pytest
from tests.forecast.worlds import history_of, planted

from shopwright.forecast.panel import Panel
from shopwright.forecast.t5.histories import LATEST, histories
from shopwright.forecast.t5.shape import N_AHEAD, N_PAST, TEXT


def _panel(n=5, t=80, horizon=8, **more):
    return Panel(planted(n_skus=n, n=t)[0], horizon, **more)


def test_the_covariates_that_go_most_with_sales_are_chosen():
    rng = np.random.default_rng(0)
    plain = _panel()
    ahead = {f"noise {at}": rng.normal(size=(5, 88)) for at in range(6)}
    scale = plain.units.std(axis=1, keepdims=True)
    for at, noise in enumerate((0.1, 0.4, 0.8)):
        values = rng.normal(size=(5, 88))
        values[:, :80] = noise * values[:, :80] + (-1) ** at * plain.units / scale
        ahead[f"z moves {at}"] = values
    past = {name: values[:, :80] for name, values in ahead.items()}
    found = histories(_panel(ahead=ahead, past=past))
    assert found.ahead.shape == (5, N_AHEAD, 88)
    assert found.past.shape == (5, N_PAST, 80)
    for at in range(3):
        np.testing.assert_array_equal(found.ahead[:, N_AHEAD - 3 + at], ahead[f"z moves {at}"])
    for at in range(N_PAST):
        np.testing.assert_array_equal(found.past[:, at], past[f"z moves {at}"])


def test_what_a_covariate_does_ahead_chooses_nothing():
    rng = np.random.default_rng(0)
    ahead = {f"x{at}": rng.normal(size=(5, 88)) for at in range(7)}
    one = histories(_panel(ahead=ahead))
    changed = {name: np.concatenate([values[:, :80], values[:, 80:] * 50], axis=1) for name, values in ahead.items()}
    other = histories(_panel(ahead=changed))
    np.testing.assert_array_equal(one.ahead[:, :, :80], other.ahead[:, :, :80])


def test_covariates_without_a_course_come_by_name_and_unknown_ones_harm_nothing():
    flat = {name: np.full((5, 88), value) for name, value in (("d", 1.0), ("b", 2.0), ("a", 3.0), ("e", 4.0))}
    found = histories(_panel(ahead={**flat, "c": np.full((5, 88), np.nan)}))
    np.testing.assert_array_equal(found.ahead[:, :2, 0], np.tile([3.0, 2.0], (5, 1)))
    assert np.isnan(found.ahead[:, 2]).all()
    assert histories(_panel()).ahead is None
    assert histories(_panel()).past is None


def test_words_become_vectors_and_codes_do_not():
    words = ("blue ceramic mug", "SKU-00012", "陶瓷杯子", "4711", "")
    found = histories(_panel(words=words)).text
    assert found.shape == (5, TEXT)
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found.any(axis=1), [True, True, True, False, False])
    again = histories(_panel(words=("A-12", *words[1:3], "x1 y2", "ab"))).text
    np.testing.assert_array_equal(again[2], found[2])  # whatever the others are
    assert not again[[0, 3, 4]].any()


@pytest.mark.parametrize("words", [(), ("",) * 5, ("1001", "1002", "1003", "A7", "_-_")])
def test_where_only_codes_are_told_there_is_no_text(words):
    assert histories(_panel(words=words)).text is None


def test_only_the_latest_years_are_read():
    t = LATEST["M"] + 13
    ahead, past = np.random.default_rng(0).normal(size=(2, 3, t + 4))
    panel = Panel(
        history_of(np.random.default_rng(0).poisson(9, (3, t)), period="M"), 4, {"x": ahead}, {"y": past[:, :t]}
    )
    found = histories(panel)
    np.testing.assert_array_equal(found.units, panel.units[:, 13:])
    assert tuple(found.days) == panel.days[13:]
    np.testing.assert_array_equal(found.ahead[:, 0], ahead[:, 13:])
    np.testing.assert_array_equal(found.past[:, 0], past[:, 13:t])
    assert found.horizon == 4


def test_public_holidays_are_told_where_the_country_is_known():
    found = histories(_panel(country="DE")).ahead
    assert found.shape == (5, 1, 88)
    christmas = [at for at, day in enumerate(_panel().days) if day.month == 12 and day.day in range(20, 27)]
    assert (found[:, 0, christmas] > 0).all()
    assert (found == 0).any()
    monthly = Panel(history_of(np.full((2, 30), 5.0), period="M"), 4, country="DE")
    assert histories(monthly).ahead is None
