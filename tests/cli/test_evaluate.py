"""Recommendations judged from the terminal."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time, timedelta

import polars as pl
import pytest

from shopwright.recommend.propensity_log import PropensityLog, Shown
from shopwright.shop.shop import open_shop


def test_it_tells_every_list_and_length(call, planned):
    told = call("evaluate", planned, "--json", "--k", "3, 7", "--most", "40")
    assert told.code == 0, told.err
    found = json.loads(told.out)
    assert {row["k"] for row in found["table"]} == {3, 7}
    assert {row["model"] for row in found["table"]} >= {"shopwright", "popular", "popular_week", "item_knn"}
    assert found["customers"] <= 40
    assert found["cut"] < found["as_of"]
    assert set(found["summary"]) == set(found["how"]) == {"en", "zh"}
    assert {"versus", "by_customer", "by_item", "notes"} <= set(found)


def test_it_shows_a_table_and_writes_a_page(call, planned, tmp_path):
    page = tmp_path / "e.html"
    told = call("evaluate", planned, "--html", page, "--lang", "zh")
    assert told.code == 0, told.err
    assert "各列表的前 10 位" in told.out
    assert '<html lang="zh-CN">' in page.read_text("utf-8")
    assert str(page) in told.err


def test_what_was_seen_can_be_shown_or_left_out(call, planned):
    without, shown = (json.loads(call("evaluate", planned, "--json", how).out) for how in ("--no-seen", "--seen"))
    assert (without["exclude_seen"], shown["exclude_seen"]) == (True, False)
    assert "repeat" not in {row["model"] for row in without["table"]}
    assert "repeat" in {row["model"] for row in shown["table"]}


def test_each_customers_last_purchase_can_be_held_out(call, planned, tmp_path):
    told = call("evaluate", planned, "--split", "last", "--json", "--k", "5", "--most", "40")
    assert told.code == 0, told.err
    found = json.loads(told.out)
    assert found["cut"] is None
    assert "last purchase was held out" in found["how"]["en"]
    page = tmp_path / "e.html"
    told = call("evaluate", planned, "--split", "last", "--k", "5", "--most", "40", "--report", page)
    assert told.code == 0, told.err
    assert "last purchase was held out" in page.read_text("utf-8")


@pytest.fixture
def shown(planned, tmp_path):
    """A log of two places for some customers, each drawn from four products with known chances."""
    shop = open_shop(planned)
    lines = shop.table("order_lines").collect()
    skus = lines["sku"].value_counts(sort=True)["sku"].to_list()[:4]
    who = lines.drop_nulls("customer")["customer"].unique().sort().to_list()[:150]
    start = datetime.combine(shop.day - timedelta(days=30), time(12), UTC)
    lists = [
        Shown(
            start + timedelta(minutes=at),
            f"r{at}",
            name,
            "home",
            [skus[at % 4], skus[(at + 1) % 4]],
            [0.25, 1 / 3],
            "even",
            0,
        )
        for at, name in enumerate(who)
    ]
    PropensityLog(tmp_path / "shown.jsonl").append(lists)
    pl.DataFrame({"request": [f"r{at}" for at in range(150)], "sku": skus[0], "probability": 0.5}).write_csv(
        tmp_path / "new.csv"
    )
    return tmp_path


def test_a_log_of_what_was_shown_judges_a_new_policy(call, planned, shown):
    told = call("evaluate", planned, "--policy", shown / "shown.jsonl", "--against", shown / "new.csv", "--json")
    assert told.code == 0, told.err
    found = json.loads(told.out)
    assert {row["estimator"] for row in found["table"]} == {"ips", "snips", "dm", "dr", "switch-dr"}
    assert 50 < found["lists"] <= 150
    assert (found["showings"], found["policies"]) == (2 * found["lists"], ["even"])
    plain = call("evaluate", planned, "--policy", shown / "shown.jsonl", "--days", "14", "--clip", "5", "--lang", "zh")
    assert plain.code == 0, plain.err
    assert all(name in plain.out for name in ("IPS", "SNIPS", "switch-DR", "如记录：even"))
    assert "14 天" in plain.err


@pytest.mark.parametrize("file, code", [("none.jsonl", "RECOMMEND-76"), ("new.csv", "RECOMMEND-35")])
def test_a_log_that_is_none_is_explained(call, planned, shown, file, code):
    told = call("evaluate", planned, "--policy", shown / file)
    assert (told.code > 0, told.out, code in told.err) == (True, "", True)


def test_chances_that_cannot_be_read_are_explained(call, planned, shown):
    told = call("evaluate", planned, "--policy", shown / "shown.jsonl", "--against", shown / "new.xlsx")
    assert (told.code, told.out, "RECOMMEND-74" in told.err) == (2, "", True)


@pytest.mark.parametrize(
    "options, code, area",
    [
        (["--k", "ten"], 2, "RECOMMEND-26"),
        (["--k", ""], 2, "RECOMMEND-26"),
        (["--k", "0"], 2, "RECOMMEND-26"),
        (["--split", "random"], 2, "RECOMMEND-26"),
        (["--until", "2001-01-01"], 2, "USAGE-24"),
    ],
)
def test_an_evaluation_that_cannot_be_is_explained(call, planned, options, code, area):
    told = call("evaluate", planned, *options)
    assert (told.code, area in told.err) == (code, True), told.err
