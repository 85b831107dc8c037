"""Scores by hand: what each cell says, and what they add up to."""

from datetime import timedelta

import numpy as np
import polars as pl
import pytest
from tests.forecast.worlds import history_of

from shopwright.errors import UsageError
from shopwright.forecast.cells import Facts, cells_of
from shopwright.forecast.judged import Backtest
from shopwright.forecast.measures import calibration, measured
from shopwright.forecast.told import Told
from shopwright.i18n import Text
from shopwright.shop.schema import names as c

LEVELS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
DAYS = 20


def _told(units, spread=0.0, skus=("s000",)):
    """A forecaster that expects these units, its deciles evenly around them within ± spread."""
    mean = np.atleast_2d(np.asarray(units, float))
    around = spread * (np.array(LEVELS) - 0.5) / 0.4
    return Told(skus, LEVELS, mean, np.maximum(mean[:, :, None] + around, 0.0))


def _histories(sold, is_out=None, ahead=2):
    """The history before the last periods, and all of it."""
    now = history_of(sold, is_out)
    return now.before(len(now.days) - ahead), now


def _judged(told, naive, sold, *, is_out=None, costs=None, ahead=2):
    then, now = _histories(sold, is_out, ahead)
    return cells_of(told, naive, then, now, Facts(Facts.none().category, costs), shown=(0.1, 0.9))


def test_a_perfect_forecast_is_never_off():
    cells = _judged(_told([5.0, 3.0]), _told([4.0, 4.0]), [[4.0] * DAYS + [5.0, 3.0]])
    row = measured(cells).row(0, named=True)
    assert (row["wape"], row["wql"], row["bias"]) == (0.0, 0.0, 0.0)
    assert row["wape_naive"] == pytest.approx(2 / 8)
    assert row["wql_naive"] == pytest.approx(
        np.mean([2 * (level * 1 + (1 - level) * 1) for level in np.arange(1, 10) / 10]) / 8
    )


def test_each_cell_says_what_was_told_and_what_came():
    then, now = _histories([[4.0] * DAYS + [5.0, 3.0]])
    cells = cells_of(_told([4.0, 4.0], 1.0), _told([0.0, 1.0]), then, now, Facts.none(), shown=(0.1, 0.9), window=2)
    assert cells["window"].to_list() == [2, 2]
    assert cells[c.DAY].to_list() == list(now.days[-2:])
    assert cells["first"].to_list() == [now.days[-2]] * 2
    assert cells["step"].to_list() == [1, 2]
    assert cells[c.UNITS].to_list() == [5.0, 3.0]
    assert cells["naive"].to_list() == [0.0, 1.0]
    np.testing.assert_allclose(cells["q0.1"], [3, 3])
    np.testing.assert_allclose(cells["q0.9"], [5, 5])


def test_mase_by_hand():
    """Units went up and down by 2 each week: an error of 1 is half of that; 3 of 2 is one and a half."""
    past = [4.0, 6.0] * (DAYS // 2)
    cells = _judged(_told([5.0, 8.0]), _told([6.0, 5.0]), [[*past, 4.0, 5.0]])
    row = measured(cells).row(0, named=True)
    assert row["mase"] == pytest.approx((1 / 2 + 3 / 2) / 2)
    assert row["mase_naive"] == pytest.approx((2 / 2 + 0) / 2)


def test_mase_leaves_out_products_that_never_changed():
    row = measured(_judged(_told([5.0, 8.0]), _told([6.0, 5.0]), [[4.0] * DAYS + [4.0, 5.0]])).row(0, named=True)
    assert row["mase"] is None
    assert row["wape"] == pytest.approx(4 / 9)


def test_bias_is_above_zero_where_too_much_was_told():
    row = measured(_judged(_told([6.0, 6.0]), _told([2.0, 2.0]), [[4.0] * DAYS + [4.0, 4.0]])).row(0, named=True)
    assert row["bias"] == pytest.approx(0.5)


def test_periods_out_of_stock_are_not_judged():
    out = [[False] * DAYS + [True, False]]
    cells = _judged(_told([4.0, 4.0]), _told([4.0, 4.0]), [[4.0] * DAYS + [0.0, 3.0]], is_out=out)
    assert cells["step"].to_list() == [2]
    assert measured(cells)["wape"].item() == pytest.approx(1 / 3)


def test_products_not_on_sale_before_are_not_judged():
    sold = [[4.0] * DAYS + [4.0, 4.0], [0.0] * DAYS + [9.0, 9.0]]
    out = [[False] * (DAYS + 2), [True] * DAYS + [False] * 2]
    told = _told(np.full((2, 2), 4.0), skus=("s000", "s001"))
    assert _judged(told, told, sold, is_out=out)[c.SKU].unique().to_list() == ["s000"]


@pytest.mark.parametrize(
    "outcome, inside",
    [
        (4.6, 1.0),  # between two deciles in the middle
        (4.5, 1.0),  # on one of them
        (1.0, 0.0),  # below all of them
        (9.0, 0.0),  # above all of them
        (2.0, 0.5),  # on the lowest decile: from 0.05 to 0.15
        (6.0, 0.5),  # on the highest
    ],
)
def test_coverage_counts_the_part_of_the_stretch_inside(outcome, inside):
    told = Told(("s000",), LEVELS, np.full((1, 1), 4.0), np.linspace(2.0, 6.0, 9)[None, None, :])
    cells = _judged(told, told, [[4.0] * DAYS + [outcome]], ahead=1)
    assert measured(cells)["coverage"].item() == pytest.approx(inside)


def test_coverage_of_counts_is_right_although_a_quantile_of_zero_covers_every_zero():
    draw = np.random.default_rng(0)
    n = 4000
    levels = tuple(np.round(np.arange(0.05, 1, 0.05), 2))
    quantiles = np.quantile(draw.poisson(0.4, 200_000), levels, method="inverted_cdf")
    told = Told(
        tuple(f"s{at:03}" for at in range(n)), levels, np.full((n, 1), 0.4), np.tile(quantiles.astype(float), (n, 1, 1))
    )
    sold = np.hstack([np.ones((n, 3)), draw.poisson(0.4, (n, 1))])
    cells = _judged(told, told, sold, ahead=1)
    assert measured(cells)["coverage"].item() == pytest.approx(0.8, abs=0.02)
    np.testing.assert_allclose(calibration(cells)["share"], calibration(cells)["level"], atol=0.03)


def test_money_by_hand():
    """Missing costs 3, left over 1: order what is enough with a chance of 3/4, between 4.6 and 4.8 and so 5 whole."""
    costs = pl.DataFrame({c.SKU: ["s000"], "holding_cost": [1.0], "shortage_cost": [3.0]})
    told = Told(("s000",), LEVELS, np.full((1, 2), 4.0), np.tile(np.linspace(3.0, 5.0, 9), (1, 2, 1)))
    cells = _judged(told, _told([2.0, 2.0]), [[4.0] * DAYS + [7.0, 2.0]], costs=costs)
    assert cells["cost"].to_list() == [3 * 2, 1 * 3]
    assert cells["cost_naive"].to_list() == [3 * 5, 0]
    row = measured(cells).row(0, named=True)
    assert (row["cost"], row["cost_naive"]) == (9, 15)


def test_products_without_a_cost_are_not_counted_in_money():
    costs = pl.DataFrame({c.SKU: ["other"], "holding_cost": [1.0], "shortage_cost": [3.0]})
    cells = _judged(_told([2.0, 2.0]), _told([2.0, 2.0]), [[4.0] * DAYS + [7.0, 2.0]], costs=costs)
    assert cells["cost"].to_list() == [None, None]
    assert measured(cells)["wape"].item() == pytest.approx(5 / 9)


def _backtest():
    """Two products, one of category x with all errors, one of y without any; two windows alike."""
    sold = [[9.0] * DAYS + [8.0, 4.0], [1.0, 1.0, 0.0, 2.0] * (DAYS // 4) + [1.0, 1.0]]
    then, now = _histories(sold)
    skus = ("s000", "s001")
    told, naive = _told([[6.0, 6.0], [1.0, 1.0]], skus=skus), _told([[8.0, 4.0], [0.0, 0.0]], skus=skus)
    facts = Facts(pl.DataFrame({c.SKU: list(skus), c.CATEGORY: ["x", "y"]}))
    cells = [cells_of(told, naive, then, now, facts, shown=(0.1, 0.9), window=at) for at in (1, 2)]
    cells[1] = cells[1].with_columns(pl.col("first", c.DAY) - timedelta(days=14))
    return Backtest(pl.concat(cells), "W", 2, Text.literal("by hand"))


def test_scores_are_told_by_category_step_class_and_product():
    found = _backtest()
    assert dict(found.frame("category").select(c.CATEGORY, "wape").iter_rows()) == {"x": 4 / 12, "y": 0.0}
    assert dict(found.frame("sku").select(c.SKU, "wape_naive").iter_rows()) == {"s000": 0.0, "s001": 1.0}
    assert dict(found.frame("step").select("step", "wape").iter_rows()) == {1: 2 / 9, 2: 2 / 5}
    assert found.frame("class").select("abc", "xyz", "n").rows() == [("A", "X", 4), ("B", "Y", 4)]
    assert found.frame("all")["n_skus"].item() == 2
    assert found.frame().height == 8


def test_a_backtest_is_the_sequence_of_its_windows_latest_first():
    found = _backtest()
    assert len(found) == 2
    assert found[0].first - found[1].first == timedelta(days=14)
    assert [score.wape for score in found] == [pytest.approx(4 / 14)] * 2
    assert found.total.wape == pytest.approx(4 / 14)
    assert found.total.first == found[1].first
    assert found.at_stake() == ["s000", "s001"]


def test_most_at_stake_counts_what_was_told_and_did_not_sell():
    sold = [[9.0] * DAYS + [8.0, 4.0], [500.0] * DAYS + [0.0, 0.0]]
    then, now = _histories(sold)
    told = _told([[6.0, 6.0], [500.0, 500.0]], skus=("s000", "s001"))
    cells = cells_of(told, told, then, now, Facts.none(), shown=(0.1, 0.9))
    assert Backtest(cells, "W", 2, Text.literal("by hand")).at_stake() == ["s001", "s000"]


def test_most_at_stake_is_by_cost_first_where_it_is_known():
    sold = [[9.0] * DAYS + [8.0, 4.0], [50.0] * DAYS + [0.0, 0.0], [70.0] * DAYS + [0.0, 0.0]]
    then, now = _histories(sold)
    told = _told([[6.0, 6.0], [50.0, 50.0], [70.0, 70.0]], skus=("s000", "s001", "s002"))
    costs = pl.DataFrame({c.SKU: ["s000"], "holding_cost": [1.0], "shortage_cost": [1.0]})
    cells = cells_of(told, told, then, now, Facts(Facts.none().category, costs), shown=(0.1, 0.9))
    assert Backtest(cells, "W", 2, Text.literal("by hand")).at_stake() == ["s000", "s002", "s001"]


def test_it_renders_with_its_day_its_way_and_its_money():
    then, now = _histories([[4.0] * DAYS + [7.0, 2.0]])
    costs = pl.DataFrame({c.SKU: ["s000"], "holding_cost": [1.0], "shortage_cost": [3.0]})
    facts = Facts(Facts.none().category, costs)
    cells = cells_of(_told([4.0, 4.0]), _told([2.0, 2.0]), then, now, facts, shown=(0.1, 0.9))
    shown = Backtest(cells, "W", 2, Text.literal("by <hand>"), "EUR", now.as_of)._repr_html_()
    assert f"as of {now.as_of}" in shown
    assert "by &lt;hand&gt;" in shown
    assert shown.count("<td>11.00 EUR</td><td>15.00 EUR</td>") == 2  # 3 × 3 missing and 2 left; 5 × 3 missing
    assert "EUR" not in _backtest()._repr_html_()


def test_it_renders_as_text_and_html():
    found = _backtest()
    assert "off by 29% of units sold (seasonal naive: 14%)" in str(found)
    assert found[0].first.isoformat() in str(found)
    assert found._repr_html_().count("<tr>") == 4
    assert "together" in found._repr_html_()


def test_an_unknown_view_names_those_there_are():
    with pytest.raises(UsageError, match="class, step, category") as caught:
        _backtest().frame("colour")
    assert caught.value.code == "USAGE-80"
