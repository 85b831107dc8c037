"""The linear model: planted weights are found, nothing odd breaks it, and what it tells adds up."""

import numpy as np
import polars as pl
import pytest
from tests.forecast.worlds import history_of, planted

from shopwright.errors import UsageError
from shopwright.forecast import readable, weights
from shopwright.forecast.combine import combine
from shopwright.forecast.elasticity import learn as effects_of
from shopwright.forecast.linear import WAYS, learn, tried
from shopwright.forecast.members import ends_of
from shopwright.forecast.panel import Panel
from shopwright.forecast.pooling import moments, pooled
from shopwright.forecast.regressors import regressors
from shopwright.forecast.weights import fit, weights_of


def lifted(n=30, t=110, *, lift=1.5, seed=2, size=60.0):
    """Weekly sales with promotions that multiply them by a lift that differs a little from product to product."""
    draw = np.random.default_rng(seed)
    promo = (draw.random((n, t + 8)) < 0.2) * 1.0
    log_lift = draw.normal(np.log(lift), 0.1, n)
    mean = size * draw.gamma(4, 0.25, (n, 1)) * np.exp(log_lift[:, None] * promo)
    return Panel(history_of(draw.poisson(mean[:, :t])), 8, ahead={"promo": promo}), log_lift, mean[:, t:]


def test_one_product_alone_gets_ordinary_least_squares():
    draw = np.random.default_rng(0)
    price = np.exp(draw.normal(2, 0.3, (1, 308)))
    units = 30 - 20 * (np.log(price[:, :300]) - 2) + draw.normal(0, 2, (1, 300))
    panel = Panel(history_of(units), 8, ahead={"price": price})
    columns = regressors(panel)
    found = pooled(moments(columns, units, np.ones_like(units)), columns.spreads, {}).weights[0]
    matrix = np.concatenate([columns.shared[:300], *(own[:, :300].T for own in columns.own)], axis=1)
    expected = np.linalg.lstsq(matrix, units[0], rcond=None)[0]
    np.testing.assert_allclose(found, expected, atol=0.02 * 30)
    assert found[-1] == pytest.approx(expected[-1], rel=0.02)


def test_a_planted_lift_lies_within_two_standard_errors():
    panel, log_lift, _ = lifted()
    model = learn(panel, "log", 50.0)
    at = model.columns.place("promo")
    found, error = model.pool.weights[:, at], model.pool.standard_error(at)
    assert (np.abs(found - log_lift) < 2 * error).mean() > 0.85
    common, variance = model.pool.prior.common
    assert abs(common[at] - log_lift.mean()) < 2 * np.sqrt(variance[at] + 0.01 / 30)


def test_short_histories_learn_from_those_like_them():
    panel, log_lift, _ = lifted(n=25, t=20, size=15.0)
    together = learn(panel, "log", 50.0)
    at = together.columns.place("promo")
    apart = np.array([_alone(panel, row) for row in range(25)])
    errors = [np.sqrt(np.mean((found - log_lift) ** 2)) for found in (together.pool.weights[:, at], apart)]
    assert errors[0] < 0.6 * errors[1]


def _alone(panel, row):
    model = learn(panel.some(np.array([row])), "log", 50.0)
    at = model.columns.place("promo")
    return model.pool.weights[0, at] if at >= 0 else 0.0


def test_categories_are_drawn_to_themselves():
    """Two categories with opposite reactions: a short history is told by its own category, not by all."""
    draw = np.random.default_rng(4)
    n, t = 60, 16
    group = np.arange(n) % 2
    promo = (draw.random((n, t + 8)) < 0.3) * 1.0
    mean = 20 * np.exp(np.where(group == 0, 0.9, -0.5)[:, None] * promo)
    panel = Panel(history_of(draw.poisson(mean[:, :t])), 8, ahead={"promo": promo}, static={"category": group})
    model = learn(panel, "log", 50.0)
    found = model.pool.weights[:, model.columns.place("promo")]
    assert found[group == 0].mean() == pytest.approx(0.9, abs=0.15)
    assert found[group == 1].mean() == pytest.approx(-0.5, abs=0.15)


def test_periods_out_of_stock_leave_no_bias():
    known, truth = planted(n_skus=60, n=112, out=0.15, seed=1)
    for scale, half_life in WAYS[:4]:
        told = learn(Panel(known, 8), scale, half_life).ahead()
        assert told.sum() / truth[:, 112:120].sum() == pytest.approx(1, abs=0.03)


def test_logarithms_come_back_without_bias():
    """The mean of a lognormal lies far above the exponential of the mean of its logarithm."""
    draw = np.random.default_rng(5)
    units = np.round(100 * np.exp(draw.normal(0, 1.0, (40, 150))))
    told = learn(Panel(history_of(units), 8), "log", 50.0).ahead()
    assert told.mean() == pytest.approx(100 * np.exp(0.5), rel=0.06)


@pytest.mark.parametrize("scale", ["log", "units"])
def test_the_windows_choose_the_scale(scale):
    """What multiplies is seen on the scale of logarithms, what adds up on that of units."""
    draw = np.random.default_rng(6)
    season = 0.8 * np.sin(np.arange(128) * 2 * np.pi / 52.18)
    promo, deal = ((draw.random((30, 128)) < 0.5) * 1.0 for _ in range(2))
    level = draw.uniform(100, 400, (30, 1))
    effect = np.exp(season + promo + deal) if scale == "log" else 1.2 + season + promo + deal
    units = draw.poisson(level * effect[:, :128])
    panel = Panel(history_of(units[:, :120]), 8, ahead={"promo": promo, "deal": deal})
    means, model = tried(panel, ends_of(panel))
    assert model.scale == scale
    assert np.abs(model.ahead() - level * effect[:, 120:]).sum() < 0.1 * (level * effect[:, 120:]).sum()
    assert len(means) == len(ends_of(panel))


ODD = {
    "one observation": lambda t: np.where(np.arange(t) == t - 1, 3.0, np.nan),
    "all zeros": np.zeros,
    "constant": lambda t: np.full(t, 7.0),
    "enormous": lambda t: np.full(t, 1e12),
    "one spike": lambda t: np.where(np.arange(t) == t // 2, 1e9, 0.0),
    "steep": lambda t: np.exp(np.arange(t) * 0.15),
    "late": lambda t: np.where(np.arange(t) < t - 3, np.nan, 5.0),
    "nothing known": lambda t: np.full(t, np.nan),
}


@pytest.mark.parametrize("way", WAYS, ids=str)
@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("n", [1, 6])
def test_nothing_odd_breaks_it(odd, way, n):
    """Beside columns that are the same, always on, or huge."""
    t, h = 70, 6
    draw = np.random.default_rng(7)
    units = draw.poisson(4.0, (n, t)).astype(float)
    units[0] = ODD[odd](t)
    known = history_of(np.nan_to_num(units), np.isnan(units))
    flag = (draw.random((n, t + h)) < 0.3) * 1.0
    ahead = {"flag": flag, "again": flag, "on": np.ones((n, t + h)), "size": 1e9 * flag, "price": 1.0 + flag}
    model = learn(Panel(known, h, ahead=ahead, static={"category": np.zeros(n, np.int64)}), *way)
    told = model.ahead()
    assert np.isfinite(told).all()
    assert (told >= 0).all()
    assert (told <= 4 * np.maximum(np.nan_to_num(units).max(axis=1), 1)[:, None]).all()
    assert np.isfinite(model.pool.covariance(np.arange(n))).all()
    for row in range(n):
        parts = [part.sum() for part in model.parts(row).values()]
        assert sum(parts) == pytest.approx(told[row].sum(), rel=1e-6, abs=1e-9 * np.abs(parts).max() + 1e-9)


@pytest.mark.parametrize("scale", ["log", "units"])
def test_parts_are_those_planted(scale):
    panel, _, truth = lifted(lift=2.0)
    model = learn(panel, scale, 2.0)
    promo = panel.ahead["promo"][:, panel.n_periods :]
    extra = (truth * (1 - np.where(promo > 0, 0.5, 1.0))).sum()
    assert sum(model.parts(row)["promo"].sum() for row in range(30)) == pytest.approx(extra, rel=0.15)


def test_the_blend_says_which_part_is_the_linear_models():
    panel, _, _ = lifted(lift=2.5)
    made = combine(panel, models=["linear"])
    assert made.blend.weights["linear"] > 0.3
    for row, sku in enumerate(made.demand.skus):
        parts = {str(part.name): part.units for part in made.demand.explain(sku)}
        assert sum(parts.values()) == pytest.approx(made.demand.mean[row].sum(), abs=1e-6)
        if panel.ahead["promo"][row, -8:].any():
            assert parts["promo"] > 1


def test_weights_are_told_in_units_that_mean_something():
    panel, log_lift, _ = lifted()
    for scale in ("log", "units"):
        table = weights_of(learn(panel, scale, 50.0), ["s003", "s001"])
        assert table.columns == ["sku", "term", "weight", "standard_error", "unit"]
        assert table["sku"].unique(maintain_order=True).to_list() == ["s003", "s001"]
        assert (table["standard_error"] > 0).all()
        own = {row["term"]: row for row in table.filter(sku="s003").iter_rows(named=True)}
        usual = np.nanmean(np.where(panel.ahead["promo"][3, :110] > 0, np.nan, panel.units[3]))
        assert own["base"]["weight"] == pytest.approx(usual, rel=0.1)
        assert own["base"]["unit"] == "units a week"
        assert {"trend", "January", "December"} <= own.keys()
        expected = 100 * np.expm1(log_lift[3]) if scale == "log" else usual * np.expm1(log_lift[3])
        assert abs(own["promo"]["weight"] - expected) < 3 * own["promo"]["standard_error"]
        assert own["promo"]["unit"] == ("% of sales" if scale == "log" else "units a week")
    assert "s003\n  base" in readable(table)
    with pytest.raises(UsageError, match="USAGE-90"):
        weights_of(fit(panel), ["none"])


def test_weights_of_a_plain_table_know_weekdays():
    draw = np.random.default_rng(8)
    known = history_of(np.zeros((5, 120)), period="D")
    busy = np.array([3.0 if day.weekday() == 5 else 1.0 for day in known.days])
    sold = draw.poisson(20 * busy, (5, 120))
    rows = [
        (sku, day, float(n))
        for sku, line in zip(known.skus, sold, strict=True)
        for day, n in zip(known.days, line, strict=True)
    ]
    table = weights(pl.DataFrame(rows, schema=["sku", "day", "units"], orient="row"), freq="D")
    saturday, monday = (table.filter(term=name)["weight"].mean() for name in ("Saturdays", "Mondays"))
    assert saturday > monday + 20


@pytest.mark.parametrize("scale", ["log", "units"])
def test_amounts_are_told_for_one_more_of_what_was_given(scale):
    """5 % a degree, and not what a standard deviation of 8.4 degrees does."""
    draw = np.random.default_rng(10)
    degrees = 12 + draw.normal(0, 8.4, 98)
    units = draw.poisson(200 * np.exp(0.05 * (degrees[:90] - 12)), (12, 90)).astype(float)
    panel = Panel(history_of(units), 8, ahead={"degrees": np.tile(degrees, (12, 1))})
    assert effects_of(panel).of("degrees")[0].mean() == pytest.approx(0.05, rel=0.05)
    model = learn(panel, scale, 50.0)
    told = weights_of(model).filter(term="degrees")
    truth = 100 * np.expm1(0.05) if scale == "log" else 0.05 * units.mean()
    assert told["weight"].mean() == pytest.approx(truth, rel=0.25 if scale == "units" else 0.05)
    assert told["standard_error"].max() < 0.2 * truth


CLASHING = ("trend", "base", "holiday", "price of others", "season:sin1")


def test_covariates_named_like_parts_stay_their_own():
    draw = np.random.default_rng(11)
    n, t = 10, 90
    flags = {name: (draw.random((n, t + 8)) < 0.3) * 1.0 for name in CLASHING}
    for each in flags.values():
        each[:, t:] = 1.0
    units = draw.poisson(100 * np.exp(0.7 * flags["trend"][:, :t])).astype(float)
    price = np.exp(draw.normal(2, 0.2, (n, t)))
    panel = Panel(
        history_of(units), 8, ahead=flags, past={"price": price}, static={"category": np.arange(n) % 2}, country="DE"
    )
    model = learn(panel, "log", 50.0)
    assert len(set(model.columns.names)) == len(model.columns.names)
    found = weights_of(model, ["s003"])
    assert found["term"].is_unique().all()
    own = {row["term"]: row for row in found.iter_rows(named=True)}
    assert own["column trend"]["weight"] == pytest.approx(100 * np.expm1(0.7), rel=0.15)
    assert own["column trend"]["unit"] == "% of sales"
    assert abs(own["trend"]["weight"]) < 20
    assert {f"column {name}" for name in CLASHING} <= own.keys()
    made = combine(panel, models=["linear"])
    parts = [str(part.name) for part in made.demand.explain("s003")]
    assert len(set(parts)) == len(parts)
    assert dict(zip(parts, (part.units for part in made.demand.explain("s003")), strict=True))["column trend"] > 100
