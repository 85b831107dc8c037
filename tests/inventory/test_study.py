"""Restocking a shop: its stock, what is on its way, its suppliers' terms and its money."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from tests.inventory.worlds import FIRST, certain, spread

from shopwright.inventory import interval_of, restock, study
from shopwright.inventory.policy import lingering
from shopwright.settings import Settings
from shopwright.shop import schema as c
from shopwright.shop.shop import Shop

TODAY = FIRST - timedelta(days=1)
AT = datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=UTC)


def _shop(skus=("a",), **tables) -> Shop:
    lines = pl.DataFrame(
        {
            c.ORDER: list(skus),
            c.LINE: ["1"] * len(skus),
            c.SKU: list(skus),
            c.AT: [AT] * len(skus),
            c.UNITS: [1.0] * len(skus),
            c.PRICE: [10.0] * len(skus),
        }
    )
    given = {"order_lines": lines, "stock": _stock([(sku, 0, 0.0) for sku in skus])}
    given |= {name: frame if isinstance(frame, pl.DataFrame) else pl.DataFrame(frame) for name, frame in tables.items()}
    return Shop.of(given, Settings())


def _stock(rows) -> pl.DataFrame:
    """From (sku, days ago, units, location)."""
    return pl.DataFrame(
        {
            c.SKU: [row[0] for row in rows],
            c.DAY: [TODAY - timedelta(days=row[1]) for row in rows],
            c.ON_HAND: [row[2] for row in rows],
            c.LOCATION: [row[3] if len(row) > 3 else None for row in rows],
        },
        schema_overrides={c.ON_HAND: pl.Float64, c.LOCATION: pl.String},
    )


def _arrivals(rows) -> pl.DataFrame:
    """From (sku, days ahead, units, received)."""
    return pl.DataFrame(
        {
            c.ARRIVAL: [f"p{number}" for number in range(len(rows))],
            c.SKU: [row[0] for row in rows],
            c.DAY: [TODAY + timedelta(days=row[1]) for row in rows],
            c.UNITS: [float(row[2]) for row in rows],
            c.IS_RECEIVED: [row[3] if len(row) > 3 else None for row in rows],
        },
        schema_overrides={c.IS_RECEIVED: pl.Boolean},
    )


WEEKS = certain(*[10.0] * 8)  # lead time 14 days and 7 between orders: two weeks to wait, one to serve


def test_without_anything_else_the_settings_terms_hold():
    (found,) = restock(_shop(), WEEKS)
    assert found.line.units == 10
    assert found.line.demand == 30
    assert found.unit_cost == pytest.approx(6.0)  # ten, less a margin of 40 %
    assert found.is_assumed
    assert found.is_priced
    assert found.supplier == ""
    assert found.stock_day == TODAY


def test_the_last_record_of_each_place_counts():
    stock = _stock([("a", 9, 99.0, "x"), ("a", 3, 4.0, "x"), ("a", 1, 7.0, "y"), ("a", 0, None, "y"), ("b", 0, 1.0)])
    (found,) = restock(_shop(stock=stock), WEEKS)
    assert found.line.on_hand == 11
    assert found.stock_day == TODAY - timedelta(days=1)


@pytest.mark.parametrize(
    "arrivals, due",
    [
        ([("a", 3, 5)], 5),
        ([("a", 3, 5), ("a", 3, 2), ("a", 20, 1), ("b", 3, 50)], 8),
        ([("a", 22, 5)], 0),  # after the interval of three weeks
        ([("a", -3, 5)], 0),  # due before today and not said to be open: it has come
        ([("a", -3, 5, False)], 5),  # late, and still counted on
        ([("a", -40, 5, False)], 0),  # forgotten
        ([("a", 3, 5, True)], 0),  # has come early
    ],
)
def test_what_is_on_its_way_counts_once(arrivals, due):
    (found,) = restock(_shop(arrivals=_arrivals(arrivals)), WEEKS)
    assert found.line.due == due


def test_an_arrival_received_later_was_open_on_the_day():
    shop = _shop(arrivals=_arrivals([("a", -2, 5, True)]))
    assert restock(shop, WEEKS)[0].line.due == 0
    lines = shop.frames["order_lines"].collect().with_columns(pl.lit(AT - timedelta(days=4)).alias(c.AT))
    stock = _stock([("a", 4, 0.0)])
    then = _shop(
        order_lines=lines.select(c.ORDER, c.LINE, c.SKU, c.AT, c.UNITS, c.PRICE),
        stock=stock,
        arrivals=_arrivals([("a", -2, 5, True)]),
    ).until(TODAY - timedelta(days=4))
    assert restock(then, WEEKS)[0].line.due == 5


def test_the_fastest_suppliers_terms_are_taken():
    supply = {
        c.SKU: ["a", "a"],
        c.SUPPLIER: ["slow", "fast"],
        c.LEAD_DAYS: [30.0, 7.0],
        c.REVIEW_DAYS: [7.0, 14.0],
        c.PACK_SIZE: [1.0, 8.0],
        c.MIN_UNITS: [0.0, None],
        c.COST: [1.0, 4.0],
    }
    shop = _shop(supply=supply)
    (found,) = restock(shop, WEEKS)
    assert found.supplier == "fast"
    assert found.line.demand == 30  # a week to wait, two to serve
    assert found.line.units == 24
    assert not found.is_assumed
    assert interval_of(shop, "W") == 6  # the slow one needs five weeks, and one to serve


@pytest.mark.parametrize("period, needed", [("D", 21), ("W", 3), ("M", 2)])
def test_how_far_ahead_orders_need_a_forecast(period, needed):
    assert interval_of(_shop(), period) == needed


def test_a_pack_of_nothing_is_no_pack():
    supply = {c.SKU: ["a"], c.PACK_SIZE: [0.0]}
    assert restock(_shop(supply=supply), WEEKS)[0].line.units == 10


def test_products_that_were_not_forecast_or_have_no_stock_are_left_out():
    shop = _shop(("a", "b", "c"), stock=_stock([("a", 0, 1.0), ("b", 0, 1.0)]))
    demand = certain(*[10.0] * 8, skus=("a", "c"))
    assert [found.line.sku for found in restock(shop, demand)] == ["a"]


def test_the_quantity_does_not_depend_on_a_price_nobody_knows():
    lines = _shop().frames["order_lines"].collect().with_columns(pl.lit(None, pl.Float64).alias(c.PRICE))
    shop = _shop(order_lines=lines)
    (found,) = restock(shop, WEEKS)
    assert found.line.units == 10
    assert not found.is_priced


def test_a_proposal_says_what_it_brings_and_why():
    products = {c.SKU: ["a"], c.TITLE: ["Kettle"], c.COST: [4.0]}
    (proposal,) = study(_shop(products=products), WEEKS)
    assert str(proposal.title) == "Order 10 of Kettle"
    assert proposal.change == {"sku": "a", "units": 10.0, "supplier": ""}
    assert proposal.cost.amount == 40.0
    assert proposal.gain.low <= proposal.gain.mean <= proposal.gain.high
    assert proposal.gain.mean == pytest.approx(10 * 6.0)  # the margin of the ten that would be missed
    assert proposal.as_of == TODAY
    assert "assumed" not in str(proposal.how)
    shop = _shop(products=products)
    for evidence in proposal.evidence:
        assert shop.sql(f"SELECT count(*) FROM {evidence.table} WHERE {evidence.where}").item() == 1


def test_what_needs_no_order_is_no_proposal():
    shop = _shop(stock=_stock([("a", 0, 500.0)]))
    assert len(restock(shop, WEEKS)) == 1
    assert not list(study(shop, WEEKS))
    assert not list(study(shop, WEEKS, []))


def test_dear_products_are_ordered_more_carefully():
    """What costs more to hold is ordered for a lower chance of lasting."""
    products = {c.SKU: ["a", "b"], c.COST: [1.0, 9.9]}
    first, second = restock(_shop(("a", "b"), products=products), certain(*[10.0] * 8, skus=("a", "b")))
    assert first.line.level > second.line.level
    holding = 9.9 * 0.25 * 7 / 365.25 * lingering(3, 1)
    assert second.line.level == pytest.approx(min((10 - 9.9) / (10 - 9.9 + holding), 0.98))


def test_what_perishes_is_ordered_more_carefully():
    """Shelf lives in days become periods; what is dear and spoils within a week is ordered for a lower chance."""
    lives = {c.SKU: ["a", "b"], c.SUPPLIER: ["s", "s"], c.SHELF_DAYS: [None, 8.0], c.REVIEW_DAYS: [21.0, 21.0]}
    products = {c.SKU: ["a", "b"], c.COST: [7.0, 7.0]}
    levels = tuple(at / 100 for at in range(1, 100))
    unsure = spread([20 * level for level in levels], levels, 8, ("a", "b"))
    keeps, spoils = restock(_shop(("a", "b"), products=products, supply=pl.DataFrame(lives)), unsure)
    assert 0 < spoils.line.units < 0.6 * keeps.line.units


def _sold_by_week(**weeks_ago) -> pl.DataFrame:
    """One unit of each SKU in each of these weeks before today."""
    rows = [(sku, ago) for sku, many in weeks_ago.items() for ago in many]
    return pl.DataFrame(
        {
            c.ORDER: [str(at) for at in range(len(rows))],
            c.LINE: ["1"] * len(rows),
            c.SKU: [sku for sku, _ in rows],
            c.AT: [AT - timedelta(weeks=ago) for _, ago in rows],
            c.UNITS: [1.0] * len(rows),
            c.PRICE: [10.0] * len(rows),
        }
    )


def test_what_lies_dead_is_not_ordered_whatever_is_expected_of_it():
    demand = certain(*[10.0] * 8, skus=("a", "b", "c"))
    lines = _sold_by_week(a=range(20), b=range(13, 20), c=range(13, 20))
    shop = _shop(order_lines=lines, stock=_stock([("a", 0, 2.0), ("b", 0, 2.0), ("c", 0, 0.0)]))
    alive, dead, gone = restock(shop, demand)
    assert (alive.line.units, alive.is_dead) == (10.0, False)
    assert (dead.line.units, dead.line.gains, dead.is_dead) == (0.0, (0.0, 0.0, 0.0), True)
    assert "nothing is ordered until it sells again" in str(dead.line.reason)
    assert (gone.line.units, gone.is_dead) == (10.0, False)  # with none there, that none sold says nothing
    assert [proposal.subject for proposal in study(shop, demand)] == ["a", "c"]


def test_a_product_that_sold_within_the_quarter_is_ordered():
    demand = certain(*[10.0] * 8)
    shop = _shop(order_lines=_sold_by_week(a=[12, 13, 14], z=range(20)), stock=_stock([("a", 0, 2.0)]))
    (found,) = restock(shop, demand)
    assert found.line.units > 0
