"""A sale of once a year: no window tried had one, and it is expected all the same."""

from datetime import date

import numpy as np
import pytest
from tests.forecast.worlds import history_of, starts

from shopwright.forecast.combine import combine
from shopwright.forecast.panel import Panel
from shopwright.forecast.untried import factors, was_tried

N, H, LAST = 24, 28, date(2024, 10, 31)
T = 731


def _world(seed, lift=2.5, also=()):
    """Two years of days; half of the products are on sale from 1 to 11 November, and some on other days too."""
    draw = np.random.default_rng(seed)
    days = [*starts(T, "D", LAST), *history_of(np.zeros((1, T)), period="D", last=LAST).next_days(H)]
    sale = np.array([(day.month, day.day) in also or (day.month == 11 and day.day <= 11) for day in days])
    promo = sale[None, :] * (np.arange(N) < N // 2)[:, None] * 1.0
    mean = draw.uniform(3, 9, (N, 1)) * (1 + (lift - 1) * promo)
    known = history_of(draw.poisson(mean[:, :T]).astype(float), period="D", last=LAST)
    return Panel(known, H, ahead={"promotion": promo}), mean[:, T:]


@pytest.fixture(scope="module")
def made():
    panel, truth = _world(1)
    return panel, truth, combine(panel, models=("linear",))


def test_days_of_the_sale_are_expected_high_and_no_others(made):
    panel, truth, found = made
    told, on = found.demand.mean, panel.ahead["promotion"][:, T:] > 0
    assert told[on].sum() == pytest.approx(truth[on].sum(), rel=0.15)
    assert told[~on].sum() == pytest.approx(truth[~on].sum(), rel=0.08)
    half = told[N // 2 :]
    assert half[:, :11].mean() == pytest.approx(half[:, 14:].mean(), rel=0.1), "products that are not on sale"
    high = found.demand.quantile(0.9)[on] / truth[on]
    assert 1.1 < np.median(high) < 2
    assert "what no window tried had" in str(found.demand.how)


def test_it_is_told_by_forecasters_that_know_nothing_of_it(made):
    panel, truth, _ = made
    plain = combine(Panel(panel.known, H), models=("linear",))
    on = panel.ahead["promotion"][:, T:] > 0
    assert plain.demand.mean[on].sum() < 0.6 * truth[on].sum()
    found = combine(panel, models=("linear",), judge=lambda cast, truth: (cast.mean * 0 + 1).sum(axis=1))
    assert max(found.blend.weights, key=found.blend.weights.get) != "linear"
    assert found.demand.mean[on].sum() > 0.75 * truth[on].sum()


def test_the_parts_add_up_and_the_sale_is_one_of_them(made):
    _, truth, found = made
    for row, sku in enumerate(found.demand.skus):
        parts = {str(part.name): part.units for part in found.demand.explain(sku)}
        assert sum(parts.values()) == pytest.approx(found.demand.mean[row].sum(), abs=1e-6)
        base = truth[row, 14:].mean() * 11
        if row < N // 2:
            assert 0.9 * base < parts["promotion"] < 2.1 * base
        else:
            assert abs(parts.get("promotion", 0.0)) < 0.1 * base


def test_what_the_windows_had_is_left_to_them():
    panel, _ = _world(2, also=[(10, day) for day in range(1, 12)])
    found = combine(panel, models=("linear",))
    assert factors(panel, found.ends, found.trials) == {}
    assert "what no window tried had" not in str(found.demand.how)


def test_without_the_linear_model_or_a_window_nothing_is_known_of_it(made):
    panel, _, found = made
    assert factors(panel, found.ends, [each for each in found.trials if each.name != "linear"]) == {}
    assert factors(panel, (), found.trials) == {}


def test_a_sale_that_never_did_anything_does_nothing():
    panel, truth = _world(3, lift=1.0)
    told = combine(panel, models=("linear",)).demand.mean
    on = panel.ahead["promotion"][:, T:] > 0
    assert told[on].sum() == pytest.approx(truth[on].sum(), rel=0.12)


def test_tried_is_what_moved_in_the_windows_about_as_far_as_it_will():
    values = np.zeros((2, 30))
    assert not was_tried(values, 10, 20)
    values[:, 25] = 1.0
    assert not was_tried(values, 10, 20)
    values[0, 15] = 1.0
    assert was_tried(values, 10, 20)
    values[:, 20:] = 9.0
    assert not was_tried(values, 10, 20)
