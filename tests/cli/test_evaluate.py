"""Recommendations judged from the terminal."""

from __future__ import annotations

import json

import pytest


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


@pytest.mark.parametrize(
    "options, code, area",
    [
        (["--k", "ten"], 2, "RECOMMEND-26"),
        (["--k", ""], 2, "RECOMMEND-26"),
        (["--k", "0"], 2, "RECOMMEND-26"),
        (["--split", "random"], 2, "RECOMMEND-26"),
        (["--until", "2001-01-01"], 1, "RECOMMEND-23"),
    ],
)
def test_an_evaluation_that_cannot_be_is_explained(call, planned, options, code, area):
    told = call("evaluate", planned, *options)
    assert (told.code, area in told.err) == (code, True), told.err
