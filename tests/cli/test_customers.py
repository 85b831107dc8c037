"""`shopwright customers` on a synthetic shop."""

from __future__ import annotations

import json

import polars as pl
import pytest

from shopwright.customers import label
from shopwright.shop.money import Money
from shopwright.shop.shop import open_shop
from shopwright.shop.synthetic import Params, write


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A shop of 2,500 orders; the key of pseudonyms is made in it."""
    folder = tmp_path_factory.mktemp("customers") / "shop"
    write(Params(orders=2500, seed=5, days=300), folder)
    return folder


@pytest.fixture(scope="module")
def ids(root):
    return set(open_shop(root).table("order_lines").select("customer").drop_nulls().unique().collect()["customer"])


@pytest.fixture
def told(call, root):
    answer = call("customers", root, "--json")
    assert answer.code == 0, answer.err
    return json.loads(answer.out)


def test_every_list_is_there_and_agrees(told, ids):
    assert len(told["rows"]) == len(ids) == sum(row["n_customers"] for row in told["segments"])
    assert sum(row["n_customers"] for row in told["movement"]) == len(ids)
    assert told["value"]["low"] < told["value"]["mean"] < told["value"]["high"]
    assert sum(row["value"] for row in told["rows"]) == pytest.approx(told["value"]["mean"])
    assert all(row["chance_away"] >= 0.5 and row["n_orders_ever"] > 1 for row in told["leaving"])
    stakes = [row["at_stake"] for row in told["leaving"]]
    assert stakes == sorted(stakes, reverse=True)
    assert 0 < told["returns"]["share"] < 0.5


def test_who_came_back_is_told_by_month_channel_and_country(call, root, told):
    shop = open_shop(root)
    sold = shop.table("order_lines").filter(pl.col("customer").is_not_null(), pl.col("units") > 0).collect()
    periods = told["returning"]["periods"]
    revenue = sum(row["revenue_new"] + row["revenue_returning"] for row in periods)
    assert revenue == pytest.approx(sold["revenue"].sum(), rel=0.05)  # cancelled orders are left out
    for origin in ("channels", "countries"):
        rows = told["returning"][origin]
        assert sum(row["revenue_new"] + row["revenue_returning"] for row in rows) == pytest.approx(revenue)
    shown = call("customers", root)
    last = periods[-1]
    assert last["day"][:7] in shown.out
    assert f"{last['revenue_returning']:,.0f}" in shown.out
    assert "web" in shown.err


def test_searches_in_vain_are_listed_with_their_numbers(call, root, told):
    empty = [row for row in told["searches"] if row["n_empty"]]
    assert empty[0]["n_empty"] == max(row["n_empty"] for row in empty)
    shown = call("customers", root)
    line = next(line for line in shown.out.splitlines() if empty[0]["query"] in line)
    assert line.split()[-3:] == [f"{empty[0][name]:,}" for name in ("n_searches", "n_empty", "n_bought")]
    total = sum(row["n_empty"] for row in empty)
    assert f"{total:,} searches with {len(empty):,} different words" in shown.out


def test_products_sent_back_are_in_the_json(told):
    products = told["returns"]["products"]
    assert sum(row["n_returned"] for row in products) > 0
    assert all(0 < row["n_returned"] <= row["n_bought"] for row in products)


def test_nobody_is_named_unless_asked_for(call, root, ids):
    for line in ((), ("--json",), ("--due",)):
        hidden = call("customers", root, *line)
        assert not [name for name in ids if f"{name} " in hidden.out + hidden.err or f'"{name}"' in hidden.out]
    assert "pseudonyms" in call("customers", root).err
    shown = call("customers", root, "--real-ids", "--json")
    assert {row["customer"] for row in json.loads(shown.out)["rows"]} == ids


def test_pseudonyms_stay_and_lead_to_the_customer(call, root, told):
    again = json.loads(call("customers", root, "--json").out)
    assert again == told
    row = told["rows"][7]
    real = json.loads(call("customers", root, "--json", "--real-ids").out)["rows"][7]
    by_name = json.loads(call("customers", root, "--customer", row["customer"], "--json").out)
    by_id = json.loads(call("customers", root, "--customer", real["customer"], "--json").out)
    assert by_name == by_id
    assert by_name["customer"] == row["customer"]
    assert by_name["value"] == row["value"] == real["value"]
    assert by_name["next"]["n_days"] >= 1


def test_the_page_of_a_customer_says_all_of_them(call, root, told):
    row = max(told["rows"], key=lambda row: row["n_orders_ever"])
    answer = call("customers", root, "--customer", row["customer"])
    page = {line.rsplit("  ", 1)[0].strip(): line.rsplit("  ", 1)[-1].strip() for line in answer.out.splitlines()}
    assert page["Segment"].startswith(f"{label(row['segment'])}: ")
    assert page["Orders ever"] == str(row["n_orders_ever"])
    assert page["Chance to stay away"] == f"{row['chance_away']:.0%}"
    assert page["Range, eight times out of ten"] == f"{row['low']:,.0f} to {_money(row['high'])}"
    assert page["Value expected"] == _money(row["value"])
    one = json.loads(call("customers", root, "--customer", row["customer"], "--json").out)
    assert len(one["orders"]) == row["n_orders_ever"]
    assert one["orders"][0]["day"] == max(order["day"] for order in one["orders"])
    assert page["Lines sent back"] == f"{one['returns']['n_returned']} of {one['returns']['n_bought']} lines"
    assert f"{len(one['orders'])} orders, the latest first" in answer.out
    assert ("Due to buy again" in answer.out) == bool(one["due"])
    assert ("nothing is due" in answer.err) == (not one["due"])


def test_orders_have_ids_only_where_the_customer_has_one(call, root, told, ids):
    real = sorted(ids)[0]
    hidden = call("customers", root, "--customer", real)
    orders = open_shop(root).table("order_lines").filter(pl.col("customer") == real).collect()["order"].to_list()
    assert not [name for name in (real, *orders) if name in hidden.out + hidden.err]
    assert "order" not in json.loads(call("customers", root, "--customer", real, "--json").out)["orders"][0]
    shown = call("customers", root, "--customer", real, "--real-ids")
    assert real in shown.out
    assert [name for name in orders if name in shown.out]


def _money(amount):
    return str(Money(amount, "EUR"))


def test_one_customer_in_words(call, root, told):
    shown = call("customers", root, "--customer", told["rows"][0]["customer"], "--lang", "zh")
    assert shown.code == 0
    assert "不再来的概率" in shown.out


def test_an_unknown_customer_is_refused(call, root):
    for name in ("nobody", "c_aaaaaaaaaaaaaaaa"):
        answer = call("customers", root, "--customer", name)
        assert (answer.code, answer.out) == (2, "")
        assert "CUSTOMERS-10" in answer.err


def test_the_file_holds_every_customer_under_a_pseudonym(call, root, tmp_path, told, ids):
    call("customers", root, "--csv", tmp_path / "all.csv")
    written = pl.read_csv(tmp_path / "all.csv")
    assert written["customer"].to_list() == [row["customer"] for row in told["rows"]]
    assert not set(written["customer"]) & ids


def test_the_day_and_the_span_count(call, root, told):
    longer = json.loads(call("customers", root, "--days", "180", "--json").out)
    assert longer["days"] == 180
    assert longer["value"]["mean"] > told["value"]["mean"]
    earlier = json.loads(call("customers", root, "--until", "2026-05-31", "--json").out)
    assert earlier["as_of"] == "2026-05-31"
    assert len(earlier["rows"]) < len(told["rows"])


def test_without_prices_no_money_stands_in_the_months(call, root, tmp_path):
    from shopwright.shop.shop import Shop
    from shopwright.shop.store import Store

    bare = [pl.lit(None, pl.Float64).alias(name) for name in ("price", "revenue")]
    tables = {name: open_shop(root).table(name).collect() for name in ("order_lines", "orders")}
    tables["order_lines"] = tables["order_lines"].with_columns(bare)
    store = Store(tmp_path / "bare")
    with store.lock():
        store.commit(Shop.of(tables).frames, {})
    answer = call("customers", tmp_path / "bare")
    assert answer.code == 0, answer.err
    assert "New and returning customers by month; * not over on" in " ".join(answer.out.split())
    assert "Revenue, new" not in answer.out
    assert "no order line says its revenue" in answer.err
    assert "returning customers' share of revenue" not in answer.err


def test_a_shop_without_customers_says_so(call, root, tmp_path):
    from shopwright.shop.shop import Shop
    from shopwright.shop.store import Store

    lines = open_shop(root).table("order_lines").with_columns(customer=pl.lit(None, pl.String)).collect()
    store = Store(tmp_path / "nameless")
    with store.lock():
        store.commit(Shop.of({"order_lines": lines}).frames, {})
    answer = call("customers", tmp_path / "nameless")
    assert answer.code == 1
    assert "CUSTOMERS-09" in answer.err
