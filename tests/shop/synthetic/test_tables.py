"""Every canonical table is there, keeps the schema's rules, and refers to rows that exist."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest

from shopwright.shop.merge import latest
from shopwright.shop.schema import TABLES
from shopwright.shop.schema import names as c


@pytest.mark.parametrize("name", list(TABLES))
def test_tables_conform(world, name):
    table, frame = TABLES[name], world.tables[name]
    assert dict(frame.schema) == dict(table.dtypes)
    assert frame.height > 0
    for column in table.columns:
        values = frame[column.name]
        if column.is_required:
            assert values.null_count() == 0, column.name
        if column.checks is not None:
            held = frame.filter(pl.col(column.name).is_not_null()).select(column.checks.holds(pl.col(column.name)))
            assert held.to_series().all(), column.name


@pytest.mark.parametrize("name", list(TABLES))
def test_keys_tell_rows_apart(world, name):
    table = TABLES[name]
    versions = [c.KNOWN_AT] if name == "arrivals" else []
    assert not world.tables[name].select(*table.key, *versions).is_duplicated().any()


@pytest.mark.parametrize("name", [name for name, table in TABLES.items() if table.known is not None])
def test_every_fact_became_known(world, name):
    frame = world.tables[name]
    assert frame[c.KNOWN_AT].null_count() == 0
    if name != "promotions":  # those are known before they begin, nothing else comes from the future
        assert frame[c.KNOWN_AT].max() <= world.shop.cutoff_instant


def test_references_lead_somewhere(world):
    def values(table: str, column: str) -> set[str]:
        return set(world.tables[table][column].drop_nulls().to_list())

    for table in ("order_lines", "returns", "reviews", "tickets"):
        assert values(table, c.ORDER) <= values("orders", c.ORDER)
    for table in ("orders", "order_lines", "returns", "reviews", "tickets", "events", "exposures"):
        assert values(table, c.CUSTOMER) <= values("customers", c.CUSTOMER)
    for table in ("order_lines", "returns", "reviews", "tickets", "events", "stock", "prices", "promotions"):
        assert values(table, c.SKU) <= values("products", c.SKU)
    assert values("orders", c.ORDER) == values("order_lines", c.ORDER)
    assert values("exposures", c.CAMPAIGN) == values("campaigns", c.CAMPAIGN)
    assert values("promotions", c.CATEGORY) <= values("products", c.CATEGORY)


def test_money_adds_up(world):
    lines = world.tables["order_lines"]
    assert (lines[c.REVENUE] - lines[c.UNITS] * lines[c.PRICE]).abs().max() < 1e-6
    totals = lines.group_by(c.ORDER).agg(pl.col(c.REVENUE).sum().alias("sum"))
    orders = world.tables["orders"].join(totals, on=c.ORDER, validate="1:1")
    assert (orders["sum"] + orders[c.SHIPPING] - orders[c.DISCOUNT] - orders[c.TOTAL]).abs().max() < 1e-6


def test_lines_repeat_their_order(world):
    lines = world.tables["order_lines"].join(world.tables["orders"], on=c.ORDER, validate="m:1", suffix="_of_order")
    for name in (c.AT, c.DAY, c.CUSTOMER, c.CHANNEL, c.COUNTRY):
        assert lines[name].eq_missing(lines[f"{name}_of_order"]).all(), name
    assert not lines.select(c.ORDER, c.SKU).is_duplicated().any()


def test_returns_are_of_lines_sold(world):
    lines = world.tables["order_lines"]
    back = world.tables["returns"].join(lines, on=[c.ORDER, c.LINE], how="left", suffix="_sold", validate="1:1")
    assert (back[c.SKU] == back["sku_sold"]).all()
    assert (back[c.UNITS] <= back["units_sold"]).all()
    assert (back[c.DAY] > back["day_sold"]).all()
    assert (back[c.REFUND] - back[c.UNITS] * back[c.PRICE]).abs().max() < 1e-6


def test_the_local_day_is_that_of_the_instant(world):
    zone = world.settings.shop.timezone
    for name in ("orders", "returns", "reviews", "events", "tickets", "exposures"):
        frame = world.tables[name]
        assert (frame[c.AT].dt.convert_time_zone(zone).dt.date() == frame[c.DAY]).all(), name


def test_lines_are_charged_the_price_of_the_day(world):
    changes = world.tables["prices"].select(c.SKU, c.DAY, pl.col(c.PRICE).alias("asked")).sort(c.DAY)
    lines = world.tables["order_lines"].sort(c.DAY).join_asof(changes, on=c.DAY, by=c.SKU, check_sortedness=False)
    assert (lines[c.PRICE] == lines["asked"]).all()


def test_some_deliveries_and_promotions_lie_ahead(world):
    due = latest(world.tables["arrivals"].lazy(), TABLES["arrivals"]).filter(~pl.col(c.IS_RECEIVED)).collect()
    assert due.height > 10
    assert (due[c.DAY] > world.truth.last_day - timedelta(days=1)).mean() > 0.95
    ahead = world.tables["promotions"].filter(pl.col(c.FROM_DAY) > world.truth.last_day)
    assert ahead.height > 3
    assert (ahead[c.ANNOUNCED_DAY] <= world.truth.last_day).all()


def test_time_travel_hides_what_was_not_known(world):
    day = world.truth.first_day + timedelta(days=400)
    then = world.shop.until(day)
    due = then.table("arrivals").collect()
    assert not due.select(c.ARRIVAL, c.SKU).is_duplicated().any()
    assert due.filter(pl.col(c.IS_RECEIVED))[c.DAY].max() <= day
    open_ones = due.filter(~pl.col(c.IS_RECEIVED).fill_null(False))
    assert open_ones.height > 10
    assert (open_ones[c.ORDERED_DAY] <= day).all()
    orders = then.table("orders").collect()
    assert orders[c.DAY].max() == day
    assert orders.filter(pl.col(c.DAY) == day)[c.STATUS].null_count() > 0


def test_the_size_is_the_one_asked_for(world, dense):
    assert world.tables["orders"].height == pytest.approx(10_000, rel=0.06)
    assert dense.tables["orders"].height == pytest.approx(60_000, rel=0.06)
    assert world.tables["products"].height == 200
    lines = world.tables["order_lines"].height / world.tables["orders"].height
    assert 2.2 < lines < 2.7


def test_it_looks_like_a_shop(world):
    """December is the peak, margins and return rates are those of shops, few products make much of the revenue."""
    lines = world.tables["order_lines"].join(world.tables["products"].select(c.SKU, c.COST), on=c.SKU)
    month = lines.group_by(pl.col(c.DAY).dt.truncate("1mo").alias("month")).agg(pl.col(c.REVENUE).sum()).sort("month")
    assert month.filter(pl.col(c.REVENUE) == month[c.REVENUE].max())["month"].item().month == 12
    assert month.filter(pl.col("month").dt.month() == 12)[c.REVENUE].min() > 1.5 * month[c.REVENUE].median()
    cost = (lines[c.COST] * lines[c.UNITS]).sum()
    assert 0.35 < 1 - cost / lines[c.REVENUE].sum() < 0.65
    assert 0.03 < world.tables["returns"][c.UNITS].sum() / lines[c.UNITS].sum() < 0.12
    by_sku = lines.group_by(c.SKU).agg(pl.col(c.REVENUE).sum()).sort(c.REVENUE, descending=True)
    assert 0.4 < by_sku.head(40)[c.REVENUE].sum() / lines[c.REVENUE].sum() < 0.9
    assert world.tables["products"][c.TITLE].n_unique() == 200
