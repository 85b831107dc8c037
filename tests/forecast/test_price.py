"""Elasticities and what-ifs in worlds whose reactions to prices are known."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from tests.forecast.worlds import history_of

from shopwright.errors import UsageError
from shopwright.forecast import elasticities, forecast, weights, what_if
from shopwright.forecast.combine import combine
from shopwright.forecast.elasticity import learn
from shopwright.forecast.panel import Panel
from shopwright.forecast.shop_prices import with_prices
from shopwright.forecast.what_if import what_if as asked
from shopwright.settings import Settings
from shopwright.shop.history import history
from shopwright.shop.shop import Shop

OWN, CROSS = -2.0, 0.6


def priced(n=40, t=80, *, seed=0, spread=0.3, level=20.0, n_categories=4, moves=0.4, apart=0.0, still=0.0):
    """Weekly sales, prices that move now and then, the true elasticity of each product and its mean at usual prices.

    `apart`: standard deviation of elasticities between categories; `still`: share of products whose price never moves.
    """
    draw = np.random.default_rng(seed)
    category = np.arange(n) % n_categories
    more = np.random.default_rng([seed, 1])
    own = draw.normal(OWN, spread, n) + more.normal(0, apart, n_categories)[category]
    price = np.log(10) + draw.normal(0, 0.15, (n, t)) * (draw.random((n, t)) < moves)
    price[:, -1] = np.log(10)  # today at the usual price
    price[more.random(n) < still] = np.log(10)
    around = price - price.mean(axis=1, keepdims=True)
    sums = np.stack([around[category == at].sum(axis=0) for at in range(n_categories)])
    others = (sums[category] - around) / (np.bincount(category)[category] - 1)[:, None]
    usual = level * draw.gamma(4, 0.25, (n, 1))
    units = draw.poisson(usual * np.exp(own[:, None] * around + CROSS * others)).astype(float)
    panel = Panel(history_of(units), 8, past={"price": np.exp(price)}, static={"category": category})
    return panel, own, usual[:, 0]


@pytest.mark.parametrize("seed", range(4))
def test_elasticities_lie_within_two_standard_errors(seed):
    panel, own, _ = priced(seed=seed)
    effects = learn(panel)
    found, error = effects.own
    assert (np.abs(found - own) < 2 * error).mean() > 0.8
    assert (error < 0.4).all()
    cross, cross_error = effects.cross
    assert (np.abs(cross - CROSS) < 2 * cross_error).mean() > 0.9


def test_errors_of_what_all_products_have_in_common_are_as_large_as_they_say():
    """Over twelve worlds: their mean square is that of a standard normal, and none lies far out."""
    strayed = []
    for seed in range(12):
        panel, own, _ = priced(seed=seed)
        effects = learn(panel)
        common, variance = effects.pool.prior.common
        for name, truth in (("price", own.mean()), ("price of others", CROSS)):
            at = effects.columns.place(name)
            strayed.append((common[at] - truth) / np.sqrt(variance[at]))
    assert 0.6 < np.sqrt(np.mean(np.square(strayed))) < 1.3
    assert np.abs(strayed).max() < 3.0


def test_standard_errors_hold_for_prices_that_never_moved_too():
    """They rest on how far products lie apart, itself an estimate; taken for known, 2 errors held 87 % of them."""
    within: dict[bool, list[bool]] = {True: [], False: []}
    for seed in range(40):
        panel, own, _ = priced(t=20, seed=seed, spread=0.5, apart=0.4, still=0.3)
        found, error = learn(panel).own
        moved = np.ptp(panel.past["price"], axis=1) > 0
        for which in (True, False):
            within[which] += list((np.abs(found - own) < 2 * error)[moved == which])
    assert len(within[False]) > 400
    assert 0.92 < np.mean(within[True]) < 0.99
    assert 0.92 < np.mean(within[False]) < 0.99


@pytest.mark.parametrize("level", [1.0, 20.0])
def test_on_short_histories_pooling_is_nearer_the_truth(level):
    panel, own, _ = priced(n=24, t=30, level=level)
    together = learn(panel).own[0]
    apart = np.array([learn(panel.some(np.array([row]))).own[0][0] for row in range(24)])
    errors = [np.sqrt(np.mean((found - own) ** 2)) for found in (together, apart)]
    assert errors[0] < 0.7 * errors[1]


def test_slow_sellers_do_not_water_it_down():
    """Logarithms of 1 + units would tell half of it at one unit a week."""
    panel, own, _ = priced(n=120, t=100, level=1.0)
    assert learn(panel).own[0].mean() == pytest.approx(own.mean(), abs=0.3)


def test_a_price_that_never_moved_is_told_by_its_category():
    panel, _, _ = priced(n=40, spread=0.1)
    still = panel.past["price"].copy()
    row = 5
    units = panel.units.copy()
    still[row] = 10.0
    units[row] = np.random.default_rng(1).poisson(20, units.shape[1])
    found = Panel(history_of(units), 8, past={"price": still}, static=panel.static)
    own, error = learn(found).own
    assert own[row] == pytest.approx(OWN, abs=0.4)
    assert error[row] > np.median(error)
    answer = asked(combine(found), {"s005": 8.0})
    assert "never changed" in str(answer.notes["s005"])
    assert answer.lines["units_change"][0] > 0


def test_another_price_moves_units_as_planted():
    panel, own, usual = priced(n=40, t=110, level=60.0)
    row, new = 3, 8.5
    answer = asked(combine(panel), {"s003": new})
    line = answer.lines.row(0, named=True)
    truth = 8 * usual[row] * (new / 10) ** own[row]
    assert line["price_before"] == pytest.approx(10.0)
    assert line["price_after"] == pytest.approx(new)
    assert line["units_after"] == pytest.approx(truth, rel=0.12)
    change = truth - 8 * usual[row]
    assert line["units_change_low"] < line["units_change"] < line["units_change_high"]
    assert line["units_change_low"] * 0.8 < change < line["units_change_high"] * 1.2
    assert line["revenue_before"] == pytest.approx(10 * line["units_before"])
    assert line["revenue_after"] == pytest.approx(new * line["units_after"])
    beside = answer.beside.row(0, named=True)
    lost = beside["units_before"] * ((new / 10) ** (CROSS / 9) - 1)
    assert beside["n_products"] == 9
    assert beside["units_change_low"] < lost < beside["units_change_high"] < 0
    assert not answer.notes


def test_the_same_price_changes_nothing_and_the_seed_all_digits():
    panel, _, _ = priced(n=12)
    made = combine(panel)
    line = asked(made, {"s000": float(panel.past["price"][0, -1])}).lines.row(0, named=True)
    assert line["units_change"] == pytest.approx(0, abs=1e-9)
    one, same, other = (asked(made, {"s000": 12.0}, seed=seed).lines for seed in (1, 1, 2))
    assert one.equals(same)
    assert not one.equals(other)


def test_a_price_far_from_all_before_says_so_and_stays_bounded():
    panel, _, _ = priced(n=12)
    made = combine(panel)
    answer = asked(made, {"s000": 0.01})
    assert "is a guess" in str(answer.notes["s000"])
    assert answer.lines["units_after"][0] <= 4 * answer.lines["units_before"][0] + 1e-9
    assert "it cannot be told what it would sell" in str(answer.notes["s000"])
    assert answer.lines["is_far"].to_list() == [True]
    assert answer.lines["revenue_after"].to_list() == answer.lines["revenue_change"].to_list() == [None]
    assert answer.lines["revenue_before"][0] > 0
    assert asked(made, {"s000": 1_000.0}).lines["is_far"][0]
    usual = asked(made, {"s000": 9.0}).lines
    assert not usual["is_far"][0]
    assert usual["revenue_after"][0] > 0


def test_several_prices_and_a_promotion_together():
    draw = np.random.default_rng(9)
    panel, _, _ = priced(n=20, t=90, level=40.0)
    promo = (draw.random((20, 98)) < 0.2) * 1.0
    promo[:, 90:] = 0.0
    units = np.round(panel.units * np.where(promo[:, :90] > 0, 1.8, 1.0))
    told = Panel(history_of(units), 8, ahead={"promo": promo}, past=panel.past, static=panel.static)
    answer = asked(combine(told), {"s000": 9.0}, {"s000": 1.0, "s001": 0.5})
    assert answer.lines["sku"].to_list() == ["s000", "s001"]
    half = answer.lines.row(1, named=True)
    assert half["units_after"] / half["units_before"] == pytest.approx(1.8**0.5, rel=0.12)
    assert half["price_after"] == half["price_before"]
    whole = answer.lines.row(0, named=True)
    assert whole["units_after"] / whole["units_before"] == pytest.approx(1.8 * 0.9**OWN, rel=0.25)


def test_the_units_before_are_those_of_the_forecast():
    panel, _, _ = priced(n=12, n_categories=1)
    static = pl.DataFrame({"sku": panel.skus, "category": ["tea"] * 12})
    told = forecast(_history(panel), 8, static=static)
    answer = what_if(_history(panel), {"s004": 9.0}, static=static)
    assert answer.lines["units_before"][0] == pytest.approx(told.mean[4].sum())


def _history(panel):
    starts = panel.known.days
    return pl.DataFrame(
        {
            "sku": np.repeat(panel.skus, len(starts)),
            "day": list(starts) * len(panel.skus),
            "units": panel.units.ravel(),
            "price": panel.past["price"].ravel(),
        }
    )


def test_what_never_sold_has_no_elasticity():
    """All zeros once made it 1.6e-12 ± 7.7e-06, as if that were known."""
    panel, _, _ = priced(n=6, t=40, n_categories=2)
    table = _history(panel)
    static = pl.DataFrame({"sku": panel.skus, "category": ["a", "b"] * 3})
    none = elasticities(table.with_columns(units=0.0), static=static)
    assert [none[name].null_count() for name in none.columns[1:]] == [none.height] * 4
    units = panel.units.copy()
    units[1] = 0.0
    still = asked(combine(Panel(history_of(units), 8, past=panel.past, static=panel.static)), {"s001": 9.0})
    assert still.lines["elasticity"].null_count() == still.lines["elasticity_error"].null_count() == 1
    assert still.lines["units_after"][0] == pytest.approx(0, abs=0.1)


def test_a_plain_table_is_answered_like_a_panel():
    panel, own, _ = priced(n=12, n_categories=2)
    static = pl.DataFrame({"sku": panel.skus, "category": ["ab"[at % 2] for at in range(12)]})
    table = elasticities(_history(panel), static=static)
    assert table.columns == ["sku", "elasticity", "standard_error", "cross", "cross_error"]
    assert table["elasticity"].mean() == pytest.approx(own.mean(), abs=0.3)
    answer = what_if(_history(panel), {"s000": 9.0}, static=static, horizon=6)
    assert answer.lines["units_after"][0] > answer.lines["units_before"][0]
    assert answer.beside["n_products"].to_list() == [5]
    assert (answer.demand.horizon, answer.demand.days[0]) == (6, max(_history(panel)["day"]) + timedelta(days=7))
    assert str(answer.demand.how) in str(answer.how)
    assert "^elasticity" in str(answer.how)
    alone = what_if(_history(panel), {"s000": 9.0})
    assert alone.beside.is_empty()
    tea = static.with_columns(pl.lit("tea").alias("category"))
    assert what_if(_history(panel), {"s000": 9.0}, static=tea).beside["n_products"].to_list() == [11]
    bare = elasticities(_history(panel).drop("price"))
    assert bare["elasticity"].null_count() == 12


@pytest.mark.parametrize(
    "prices, promotions, code",
    [
        ({"none": 3.0}, {}, "USAGE-92"),
        ({"s000": 0.0}, {}, "USAGE-93"),
        ({"s000": -1.0}, {}, "USAGE-93"),
        ({"s000": float("nan")}, {}, "USAGE-93"),
        ({"s000": float("inf")}, {}, "USAGE-93"),
        ({"s000": None}, {}, "USAGE-93"),
        ({"s000": "9"}, {}, "USAGE-93"),
        ({}, {"s000": None}, "USAGE-93"),
        ({}, {}, "USAGE-93"),
        ({}, {"s000": 2.0}, "USAGE-93"),
        ({}, {"s000": 1.0}, "USAGE-94"),
    ],
)
def test_bad_questions_are_refused(prices, promotions, code):
    made = combine(priced(n=4, t=40, n_categories=1)[0])
    with pytest.raises(UsageError, match=code):
        asked(made, prices, promotions)


def test_prices_that_never_moved_in_the_whole_category_are_refused():
    panel, _, _ = priced(n=12, t=40)
    price = panel.past["price"].copy()
    price[panel.static["category"] == 1] = 10.0
    still = Panel(panel.known, 8, past={"price": price}, static=panel.static)
    made = combine(still)
    with pytest.raises(UsageError, match=r"USAGE-91.*'s001'"):
        asked(made, {"s001": 9.0})
    assert asked(made, {"s000": 9.0}).lines.height == 1
    with pytest.raises(UsageError, match="USAGE-91"):
        asked(combine(Panel(panel.known, 8)), {"s000": 9.0})


@pytest.mark.parametrize(
    "ask, code",
    [
        (lambda table: elasticities(table, freq="Q"), "USAGE-07"),
        (lambda table: weights(table, freq="Q"), "USAGE-07"),
        (lambda table: what_if(table, {"s000": 9.0}, freq="Q"), "USAGE-07"),
        (lambda table: what_if(table, {"s000": 9.0}, horizon=-2), "USAGE-07"),
        (lambda table: what_if(table, {"s000": 9.0}, horizon=2.5), "USAGE-07"),
        (lambda table: what_if(table, {"s000": 9.0}, models=["none"]), "USAGE-44"),
        (lambda table: what_if(3, {"s000": 9.0}), "USAGE-47"),
        (lambda table: weights(table, static=3), "USAGE-47"),
    ],
    ids=["elasticities", "weights", "period", "below 0", "not whole", "no model", "no table", "no products"],
)
def test_what_cannot_be_asked_is_refused(ask, code):
    with pytest.raises(UsageError, match=code):
        ask(_history(priced(n=2, t=30, n_categories=1)[0]))


def test_a_misspelt_name_is_told_as_that_of_the_function_called():
    with pytest.raises(TypeError, match=r"what_if\(\).*statics"):
        what_if(pl.DataFrame(), {}, statics=None)


class _Foreign:
    """A table of another library, as Arrow's stream shows it."""

    def __init__(self, table):
        self.__arrow_c_stream__ = table.__arrow_c_stream__


def test_lazy_and_foreign_tables_are_taken():
    table = _history(priced(n=4, t=30, n_categories=1)[0])
    told = elasticities(table)
    assert elasticities(table.lazy()).equals(told)
    assert elasticities(_Foreign(table)).equals(told)
    answer = what_if(table.lazy(), {"s000": 9.0}, models=["linear"])
    assert answer.lines.equals(what_if(table, {"s000": 9.0}, models=["linear"]).lines)


def test_a_sku_without_a_price_beside_priced_ones_is_refused():
    panel, _, _ = priced(n=4, t=40, n_categories=1)
    price = panel.past["price"].copy()
    price[2] = np.nan
    made = combine(Panel(panel.known, 8, past={"price": price}, static=panel.static))
    with pytest.raises(UsageError, match=r"USAGE-91.*'s002'.*no price of its own"):
        asked(made, {"s002": 9.0})
    answer = asked(made, {"s001": 9.0})
    assert np.isfinite(answer.beside.select("units_after", "units_change_low").to_numpy()).all()
    assert answer.beside["revenue_after"].null_count() == 1


def _shop(*, table):
    first = date(2024, 1, 1)
    days = [first + timedelta(days=at) for at in range(70)]
    rows = [(sku, day) for sku in ("cup", "pen") for day in days]
    paid = [{"cup": 5.0, "pen": 2.0}[sku] - (day >= days[35]) for sku, day in rows]
    tables = {
        "order_lines": pl.DataFrame(
            {
                "order": [str(at) for at in range(len(rows))],
                "line": ["1"] * len(rows),
                "sku": [sku for sku, _ in rows],
                "at": [datetime(day.year, day.month, day.day, 9, tzinfo=UTC) for _, day in rows],
                "units": [2.0] * len(rows),
                "price": paid,
            }
        )
    }
    if table:
        changes = {"sku": ["cup", "cup"], "day": [date(2023, 12, 1), days[14]], "price": [7.0, 6.0]}
        tables["prices"] = pl.DataFrame(changes)
    return Shop.of(tables, Settings.model_validate({"demand": {"period": "W"}}))


def test_a_shops_prices_are_those_told_or_else_those_paid():
    for table, cup in ((True, [7.0, 7.0] + [6.0] * 8), (False, [5.0] * 5 + [4.0] * 5)):
        shop = _shop(table=table)
        known = history(shop)
        found = with_prices(shop, Panel(known, 4)).past["price"]
        np.testing.assert_allclose(found[0], cup)
        np.testing.assert_allclose(found[1], [2.0] * 5 + [1.0] * 5)


def test_a_shop_of_the_past_knows_no_later_price():
    shop = _shop(table=True).until("2024-01-14")
    known = history(shop)
    assert with_prices(shop, Panel(known, 4)).past["price"][0].tolist() == [7.0] * len(known.days)
