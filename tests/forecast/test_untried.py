"""A sale of once a year: no window tried had one, and it is expected all the same."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from tests.forecast.worlds import history_of, starts

from shopwright.forecast.combine import combine
from shopwright.forecast.feasts import feasts, weeks_near
from shopwright.forecast.panel import Panel
from shopwright.forecast.untried import untried, was_tried

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
    assert untried(panel, found.ends, found.trials) is None
    assert "what no window tried had" not in str(found.demand.how)


def test_without_the_linear_model_or_a_window_nothing_is_known_of_it(made):
    panel, _, found = made
    assert untried(panel, found.ends, [each for each in found.trials if each.name != "linear"]) is None
    assert untried(panel, (), found.trials) is None


def test_a_sale_that_never_did_anything_does_nothing():
    panel, truth = _world(3, lift=1.0)
    told = combine(panel, models=("linear",)).demand.mean
    on = panel.ahead["promotion"][:, T:] > 0
    assert told[on].sum() == pytest.approx(truth[on].sum(), rel=0.12)


def test_each_product_is_asked_for_itself():
    """Half are on sale each other week and were tried; the others, once a year on sale, were not."""
    panel, truth = _world(4)
    promo = panel.ahead["promotion"].copy()
    promo[N // 2 :] = (np.arange(T + H) // 7 % 2)[None, :]
    found = combine(replace(panel, ahead={"promotion": promo}), models=("linear",))
    by = untried(found.panel, found.ends, found.trials)
    assert (by.factor[N // 2 :] == 1).all()
    assert np.median(by.factor[: N // 2][promo[: N // 2, T:] > 0]) > 1.5
    on = promo[: N // 2, T:] > 0
    assert found.demand.mean[: N // 2][on].sum() > 0.8 * truth[: N // 2][on].sum()


def test_two_at_once_are_one_factor_and_share_what_they_add():
    panel, _ = _world(5)
    promo = panel.ahead["promotion"]
    also = promo * (np.arange(N) % 2)[:, None]
    found = combine(replace(panel, ahead={"promotion": promo, "banner": also}), models=("linear",))
    by = untried(found.panel, found.ends, found.trials)
    assert (by.factor <= 4).all()
    is_moved = by.factor != 1
    np.testing.assert_allclose(sum(by.shares.values())[is_moved], 1.0)
    for row, sku in enumerate(found.demand.skus):
        total = sum(part.units for part in found.demand.explain(sku))
        assert total == pytest.approx(found.demand.mean[row].sum(), abs=1e-6)


def test_next_to_nothing_is_not_multiplied():
    draw = np.random.default_rng(7)
    panel, _ = _world(6, lift=1.0)
    slow = replace(panel.known, units=(draw.random((N, T)) < 0.03) * 1.0)
    found = combine(replace(panel, known=slow), models=("linear",))
    by = untried(found.panel, found.ends, found.trials)
    assert by is None or (np.abs(np.log(by.factor)) < np.log(1.5)).all()


def test_what_is_not_known_ahead_moves_nothing():
    panel, _ = _world(8)
    promo = panel.ahead["promotion"].copy()
    promo[0, T:] = np.nan
    found = combine(replace(panel, ahead={"promotion": promo}), models=("linear",))
    by = untried(found.panel, found.ends, found.trials)
    assert (by.factor[0] == 1).all()
    assert (by.factor[1] != 1).any()


def test_a_sale_at_a_feast_that_the_season_knows_is_not_counted_twice():
    draw = np.random.default_rng(9)
    last = date(2024, 3, 17)
    days = [*starts(1100, "D", last), *history_of(np.zeros((1, 1100)), period="D", last=last).next_days(H)]
    (easter,) = feasts("GB", 2020, 2025)
    promo = np.tile(np.isin(weeks_near(days, "D", [easter]), [0]) * 1.0, (N, 1))
    mean = draw.uniform(3, 9, (N, 1)) * (1 + 1.5 * promo)
    panel = Panel(history_of(draw.poisson(mean[:, :1100]).astype(float), period="D", last=last), H,
                  ahead={"promotion": promo}, country="GB")  # fmt: skip
    found = combine(panel, models=("linear",))
    by = untried(found.panel, found.ends, found.trials)
    on = promo[0, 1100:] > 0
    assert (by.of("seasonal moving averages")[:, on] == 1).all()
    assert (by.of("moving averages")[:, on] > 1.3).all()
    assert found.demand.mean[:, on].sum() == pytest.approx(mean[:, 1100:][:, on].sum(), rel=0.2)


def test_tried_is_what_moved_in_the_windows_about_as_far_as_it_will():
    values = np.zeros((2, 30))
    assert not was_tried(values, 10, 20)
    values[:, 25] = 1.0
    assert not was_tried(values, 10, 20)
    values[0, 15] = 1.0
    assert was_tried(values, 10, 20)
    values[:, 20:] = 9.0
    assert not was_tried(values, 10, 20)
