"""The parts of a forecast add up to it, and what was planted is in its own part."""

import numpy as np
import pytest
from tests.forecast.worlds import history_of, planted

from shopwright.forecast.boosted import Recipe, learn
from shopwright.forecast.combine import combine
from shopwright.forecast.explain import importance
from shopwright.forecast.kinds import part_of
from shopwright.forecast.panel import Panel


def test_parts_add_up_to_the_forecast():
    made = combine(Panel(planted(n_skus=12, n=112, out=0.1)[0], 8))
    for row, sku in enumerate(made.demand.skus):
        parts = made.demand.explain(sku)
        assert sum(part.units for part in parts) == pytest.approx(made.demand.mean[row].sum(), abs=1e-6)
        assert str(parts[0].name) == "base"
        assert len({str(part.name) for part in parts}) == len(parts)


def test_a_promotion_has_a_part_of_its_own():
    draw = np.random.default_rng(3)
    n, t, h = 30, 200, 14
    promo = draw.random((n, t + h)) < 0.2
    promo[:, t:] = (np.arange(n) < n // 2)[:, None]
    units = draw.poisson(20.0 * np.where(promo, 3.0, 1.0))[:, :t].astype(float)
    made = combine(Panel(history_of(units, period="D"), h, ahead={"promo": promo * 1.0}))
    lift = [
        sum(part.units for part in made.demand.explain(sku) if str(part.name) in ("promo", "days of the same kind"))
        for sku in made.demand.skus
    ]
    assert np.mean(lift[: n // 2]) > 200
    assert np.mean(lift[n // 2 :]) < 20
    shares = importance(made.trials)
    assert sum(shares.values()) == pytest.approx(1)
    assert next(iter(shares)) in ("promo", "state")


def test_trees_that_keep_what_they_read_ahead_tell_the_same():
    panel = Panel(planted(n_skus=12, n=112)[0], 8)
    model = learn(panel, panel.n_periods, Recipe(), 0)
    kept = model.lasting()
    for origin in (panel.n_periods - 1, panel.n_periods - 9):
        np.testing.assert_array_equal(kept.ahead_of(origin), model.ahead_of(origin))
    assert "windows" in model.columns.__dict__
    assert kept.lasting().ahead is kept.ahead
    features = kept.features(panel.n_periods - 1).product(3, 12)
    whole = model.features(panel.n_periods - 1)
    np.testing.assert_array_equal(features.matrix, whole.matrix[24:32])
    np.testing.assert_array_equal(features.scale, whole.scale[24:32])
    assert "windows" not in model.lasting().columns.__dict__


@pytest.mark.parametrize(
    "column, part",
    [
        *(("ahead_price-1", "price"), ("ahead_price_against_usual", "price"), ("past_visits_mean", "visits")),
        *(("lag_0", "recent"), ("same_weekday_4", "season"), ("same_state", "state"), ("is_of_brand", "group")),
        *(("days_to_holiday", "holiday"), ("ahead_deal1", "deal1"), ("since_sale", "recent")),
    ],
)
def test_every_feature_belongs_to_a_part(column, part):
    assert part_of(column) == part
