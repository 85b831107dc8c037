"""Classes, dead stock, surplus, risk, markdowns and moves between locations, each on a world with a known answer."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl
import pytest
from tests.inventory.worlds import FIRST, certain

from shopwright.errors import UsageError
from shopwright.inventory import Policy, classes, health, read_terms, transfer
from shopwright.inventory.clearance import markdown
from shopwright.inventory.health import is_dead
from shopwright.shop import schema as c
from shopwright.shop.history import History


def _history(units, price=1.0) -> History:
    units = np.array(units, dtype=float)
    n = units.shape[1]
    days = tuple(FIRST - timedelta(days=7 * (n - at)) for at in range(n))
    skus = tuple("abcdefgh"[: len(units)])
    return History(skus, days, "W", units, units, units * price, FIRST - timedelta(days=1), 0)


def test_classes_by_revenue_and_evenness():
    even, wavy, lumpy = [10] * 20, [0, 2] * 10, [0] * 19 + [1]
    made = classes(_history([lumpy, even, wavy]))
    assert made[c.SKU].to_list() == ["b", "c", "a"]
    assert made["abc"].to_list() == ["A", "B", "C"]
    assert made["xyz"].to_list() == ["X", "Z", "Z"]
    assert made["share"].sum() == pytest.approx(1)


def test_what_is_dead_too_much_and_about_to_run_out():
    demand = certain(*[10.0] * 8, skus=("a", "b", "c", "d"))
    known = _history([[0] * 20, [10] * 20, [10] * 20, [10] * 20])
    stock = pl.DataFrame({c.SKU: list("abcd"), c.ON_HAND: [7.0, 100.0, 5.0, 40.0], c.COST: [2.0] * 4})
    made = health(demand, read_terms(stock, Policy(unit_cost=2.0)), known)
    found = {row[c.SKU]: row for row in made.iter_rows(named=True)}
    assert {sku: row["state"] for sku, row in found.items()} == {"a": "dead", "b": "over", "c": "risk", "d": "sound"}
    assert found["a"]["tied"] == 14
    assert found["b"]["surplus"] == 20
    assert found["b"]["tied"] == 40
    assert found["c"]["at_risk"] == pytest.approx(10)  # the ten of the week that an order placed now would serve
    assert found["d"]["cover"] == pytest.approx(4)


def test_goods_whose_season_comes_are_not_dead():
    demand = certain(*[10.0] * 8, skus=("a", "b", "c"))
    season, nothing = [0] * 13 + [30] * 6 + [0] * 33 + [0] * 13, [0] * 13
    known = _history(
        [
            [1, *season[1:]],  # sold a year ago in the weeks to come, and hardly in those before, as now
            [10] * 52 + nothing,  # sold all year, and then no more
            [np.nan] * 13 + season[13:],  # was not there a year and a quarter ago: nobody knows of its season
        ]
    )
    stock = pl.DataFrame({c.SKU: list("abc"), c.ON_HAND: [7.0] * 3, c.COST: [2.0] * 3})
    made = health(demand, read_terms(stock, Policy(unit_cost=2.0)), known)
    assert dict(made.select(c.SKU, pl.col("state") == "dead").iter_rows()) == {"a": False, "b": True, "c": True}
    assert is_dead(known, ("a", "b", "c", "x"), np.array([7.0, 0.0, 7.0, 7.0])).tolist() == [False, False, True, False]


def test_a_markdown_pays_for_what_lies_for_years_and_not_for_what_sells():
    discount, gains = markdown(
        np.array([500.0, 10.0]), np.array([10.0, 10.0]), np.array([5.0, 5.0]), np.array([0.5, 10.0]), 0.25
    )
    assert discount[0] > 0
    assert gains[0, 1] > 0
    assert discount[1] == 0
    assert (gains[1] == 0).all()
    assert (np.diff(gains, axis=1) >= 0).all()


def _shops(on_hand, wanted):
    demand = {name: certain(units) for name, units in zip(("north", "south", "west"), wanted, strict=False)}
    stock = pl.DataFrame(
        {c.SKU: ["a"] * len(on_hand), c.LOCATION: list(demand), c.ON_HAND: [float(units) for units in on_hand]}
    )
    return demand, stock


@pytest.mark.parametrize(
    "on_hand, wanted, cost, moves",
    [
        ((20, 0), (5, 10), 0.0, [("north", "south", 10)]),
        ((20, 0), (15, 10), 0.0, [("north", "south", 5)]),
        ((20, 0), (20, 10), 0.0, []),
        ((20, 0), (5, 10), 1.5, []),  # a unit moved saves its shortage of 1 and holding of 0.2
        ((20, 0, 0), (5, 4, 30), 0.0, None),
        ((0, 0), (5, 10), 0.0, []),
    ],
)
def test_goods_go_from_where_they_lie_to_where_they_are_missed(on_hand, wanted, cost, moves):
    made = transfer(*_shops(on_hand, wanted), Policy(lead_time=1), unit_cost=cost)
    if moves is None:
        assert made[c.UNITS].sum() == 15
        return
    assert made.select("from", "to", c.UNITS).rows() == moves
    assert made["gain"].sum() == pytest.approx(1.2 * sum(move[2] for move in moves))


def test_moves_that_cannot_be_made_are_explained():
    demand, stock = _shops((1, 2), (1, 1))
    for given, rows, cost in ((demand, stock.drop(c.LOCATION), 0.0), ({}, stock, 0.0), (demand, stock, -1.0)):
        with pytest.raises(UsageError) as caught:
            transfer(given, rows, Policy(lead_time=1), unit_cost=cost)
        assert caught.value.code == "USAGE-65"
