"""`shopwright customers` on a synthetic shop."""

from __future__ import annotations

import json

import polars as pl
import pytest

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
