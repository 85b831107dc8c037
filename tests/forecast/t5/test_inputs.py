"""What the network reads: shapes, masks, nothing from after the origin, and nothing that is not finite."""

from dataclasses import replace

import numpy as np
import pytest
from tests.forecast.t5.made import given, sold

from shopwright.forecast.t5.inputs import inputs
from shopwright.forecast.t5.names import GIVEN, arrays
from shopwright.forecast.t5.shape import AHEAD, CONTEXT, FACTS, N_AHEAD, N_PAST, PAST, PATCH, SLOTS, TEXT
from shopwright.shop.demand import YEAR

LENGTHS = {"D": (560, 30), "W": (150, 11), "M": (50, 7)}
STRANGE = {
    "all unknown": lambda n: np.full((1, n), np.nan),
    "constant": lambda n: np.full((1, n), 7.0),
    "all zero": lambda n: np.zeros((1, n)),
    "once": lambda n: np.where(np.arange(n) == n - 3, 4.0, np.nan)[None, :],
    "huge": lambda n: np.where(np.arange(n) % 5 == 0, 1e9, 1.0)[None, :],
    "tiny": lambda n: np.full((1, n), 1e-9),
    "one order a million times the rest": lambda n: np.where(np.arange(n) == n // 2, 3e6, 3.0)[None, :],
}


def _full(period, n=5, seed=0, gaps=0.1):
    """Histories with all that may be told."""
    rng = np.random.default_rng(seed)
    t, horizon = LENGTHS[period]
    ahead = rng.random((n, 3, t + horizon)) < 0.3
    return given(
        sold(n, t, seed, gaps=gaps, period=period),
        horizon,
        period,
        ahead=np.where(rng.random(ahead.shape) < 0.05, np.nan, ahead),
        past=rng.normal(size=(n, 1, t)),
        text=rng.normal(size=(n, TEXT)).astype(np.float32),
    )


@pytest.mark.parametrize("period", LENGTHS)
def test_shapes(period):
    t, horizon = LENGTHS[period]
    made = inputs(_full(period))
    n_past, n_ahead = -(-min(t, CONTEXT[period]) // PATCH[period]), -(-horizon // PATCH[period])
    assert made.past.shape == (5, n_past, SLOTS * len(PAST))
    assert made.is_read.shape == (5, n_past)
    assert made.ahead.shape == (5, n_ahead, SLOTS * len(AHEAD))
    assert made.facts.shape == (5, len(FACTS))
    assert made.text.shape == (5, TEXT)
    assert made.base.shape == (5, n_ahead, SLOTS)
    assert {values.dtype for values in arrays(made).values()} == {np.dtype(np.float32)}
    assert tuple(arrays(made)) == GIVEN
    assert all(np.isfinite(values).all() for values in arrays(made).values())


@pytest.mark.parametrize("period", LENGTHS)
@pytest.mark.parametrize("kind", STRANGE)
def test_strange_products_are_finite_alone_and_among_others(kind, period):
    t, horizon = LENGTHS[period]
    odd = STRANGE[kind](t)
    others = sold(6, t, period=period)
    for units in (odd, np.concatenate([others, odd]), odd[:, -1:], odd[:, -PATCH[period] - 1 :]):
        made = inputs(given(units, horizon, period))
        assert all(np.isfinite(values).all() for values in arrays(made).values())
        z = np.zeros((len(units), horizon, 3), np.float32)
        assert np.isfinite(made.scale.units(z, units.shape[1])).all()


def test_an_unknown_product_says_nothing():
    made = inputs(given(np.stack([np.full(40, np.nan), np.full(40, 3.0)]), 8))
    np.testing.assert_array_equal(made.is_read, [[0] * 5, [1] * 5])
    channels = made.past.reshape(2, 5, SLOTS, len(PAST))
    assert not channels[0, :, :, [PAST.index(name) for name in ("units", "is known", "is sold")]].any()


@pytest.mark.parametrize("period", LENGTHS)
def test_patches_end_at_the_origin_and_what_lies_before_the_first_sale_is_masked(period):
    size = PATCH[period]
    units = np.arange(1.0, 3 * size + 3)[None, :]  # two periods more than three patches
    late = units.copy()
    late[0, : size + 2] = np.nan
    made = inputs(given(np.concatenate([units, late]), size, period, season=np.ones(4 * size + 2)))
    channels = made.past.reshape(2, 4, SLOTS, len(PAST))
    known = channels[:, :, :, PAST.index("is known")]
    np.testing.assert_array_equal(known[0, 0, :size], [0] * (size - 2) + [1, 1])
    assert known[0, 1:, :size].all()
    assert not channels[:, :, size:].any()  # places that a period has no use for
    np.testing.assert_array_equal(made.is_read, [[1, 1, 1, 1], [0, 0, 1, 1]])
    z = channels[0, :, :size, PAST.index("units")].ravel()[size - 2 :]
    assert (np.diff(z) > 0).all()  # oldest first
    middle, spread = made.scale.middle[0, 0], made.scale.spread[0, 0]
    assert middle == units.mean()
    np.testing.assert_allclose(z, np.arcsinh((units[0] - middle) / spread), rtol=1e-5, atol=1e-6)


def test_a_gap_that_is_longer_than_a_patch_is_still_read():
    units = np.full((1, 40), 5.0)
    units[0, 8:30] = np.nan
    assert inputs(given(units, 8)).is_read.all()


@pytest.mark.parametrize("period", LENGTHS)
def test_units_after_the_origin_change_nothing(period):
    whole = _full(period)
    t, horizon = LENGTHS[period]
    end = t - horizon
    cut = [
        replace(
            whole,
            units=changed[:, :end],
            days=whole.days[:t],
            ahead=whole.ahead[:, :, :t],
            past=whole.past[:, :, :end],
        )
        for changed in (whole.units, _after(whole.units, end))
    ]
    one, other = (arrays(inputs(each)) for each in cut)
    for name, values in one.items():
        np.testing.assert_array_equal(values, other[name])


def _after(units, end):
    changed = units.copy()
    changed[:, end:] = 777.0
    return changed


@pytest.mark.parametrize("period", LENGTHS)
def test_the_horizon_ahead_changes_nothing_of_the_past(period):
    """The history is read alike whether two periods or many are asked for, so nothing of the time ahead is in it."""
    units = sold(4, LENGTHS[period][0], gaps=0.1, period=period)
    near, far = (inputs(given(units, horizon, period)) for horizon in (2, 2 * PATCH[period] + 1))
    np.testing.assert_array_equal(near.past, far.past)
    np.testing.assert_array_equal(near.facts, far.facts)
    np.testing.assert_array_equal(near.is_read, far.is_read)
    first = slice(0, 2 * len(AHEAD))
    np.testing.assert_array_equal(near.ahead[:, 0, first], far.ahead[:, 0, first])


@pytest.mark.parametrize("period", LENGTHS)
def test_the_same_digits_alone_and_among_others(period):
    whole = _full(period, n=12)
    together = arrays(inputs(whole))
    for rows in (slice(3, 4), slice(0, 5), np.array([1, 7, 11])):
        apart = arrays(inputs(whole.some(rows)))
        again = arrays(inputs(whole.some(slice(0, 12)).some(rows)))
        for name, values in together.items():
            np.testing.assert_array_equal(values[rows], apart[name])
            np.testing.assert_array_equal(values[rows], again[name])


@pytest.mark.parametrize("period", LENGTHS)
def test_the_scale_there_and_back(period):
    t, horizon = LENGTHS[period]
    units = sold(4, t, period=period)
    scale = inputs(given(units, horizon, period)).scale
    z = scale.told(units, 0)
    np.testing.assert_allclose(scale.units(z[:, :, None], 0)[:, :, 0], units, rtol=1e-4, atol=1e-3)
    below = np.full((4, horizon, 1), -9.0, np.float32)
    assert (scale.units(below, t) == 0).all()


def test_more_covariates_than_there_are_places_are_not_read():
    rng = np.random.default_rng(0)
    units, ahead, past = sold(3, 40), rng.random((3, N_AHEAD + 2, 48)), rng.random((3, N_PAST + 1, 40))
    most = given(units, 8, ahead=ahead, past=past)
    fewer = given(units, 8, ahead=ahead[:, :N_AHEAD], past=past[:, :N_PAST])
    for name, values in arrays(inputs(most)).items():
        np.testing.assert_array_equal(values, arrays(inputs(fewer))[name])


def test_facts_say_what_they_are_called():
    units = np.array([[0.0, 2.0, np.nan, 4.0, 0.0, 6.0, 0.0, 4.0], [0.5, 1.5, 2.5, 0.5, 1.5, 2.5, 0.5, 1.5]])
    made = inputs(given(units, 2, "M"))
    facts = dict(zip(FACTS, made.facts.T, strict=True))
    np.testing.assert_array_equal(facts["is M"], 1)
    np.testing.assert_array_equal(facts["is D"] + facts["is W"], 0)
    np.testing.assert_allclose(facts["zeros"], [3 / 7, 0], rtol=1e-6)
    np.testing.assert_allclose(facts["n known"], np.log10([8, 9]), rtol=1e-6)
    np.testing.assert_array_equal(facts["is counted"], [1, 0])
    np.testing.assert_allclose(facts["level"], np.log10(np.array([16 / 7, 11 / 8]) + 0.01), rtol=1e-6)
    np.testing.assert_allclose(facts["zero"], made.scale.told(np.zeros((2, 1)), 0)[:, 0], rtol=1e-5)
    np.testing.assert_allclose(facts["n products"], np.log10(2), rtol=1e-6)


def test_a_year_of_the_past_is_told_beside_the_present():
    t, size = 3 * YEAR["M"], PATCH["M"]
    units = np.tile(np.arange(1.0, 13), 3)[None, :]
    made = inputs(given(units, 6, "M"))
    channels = made.ahead.reshape(1, 1, SLOTS, len(AHEAD))[0, 0, :size]
    told = made.scale.units(channels[None, :, [AHEAD.index("a year ago")]], t)[0, :, 0]
    np.testing.assert_allclose(told, np.arange(1.0, 7), rtol=1e-3)
