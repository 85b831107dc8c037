from __future__ import annotations

import os
from datetime import UTC, datetime

import polars as pl
import pytest

from shopwright.shop.imports import undo_import
from shopwright.shop.shop import open_shop
from shopwright.shop.store import Store

HEADER = "order_id,date,sku,quantity,price\n"
JANUARY = HEADER + "1,2024-01-05,A,2,3.50\n2,2024-01-06,B,1,4.00\n"


def test_the_same_file_twice_adds_nothing(put, bring, rows, root):
    file = put("orders.csv", JANUARY)
    bring(file)
    before, generation = rows("order_lines"), Store(root).manifest()["generation"]
    result = bring(file)
    assert result.is_repeat
    assert rows("order_lines").equals(before)
    assert Store(root).manifest()["generation"] == generation
    assert "imported before" in str(result)


def test_the_same_rows_in_another_file_add_nothing(put, bring, rows):
    bring(put("orders.csv", JANUARY))
    before = rows("order_lines")
    result = bring(put("again.csv", JANUARY))
    assert not result.is_repeat
    assert result.tables["order_lines"] == (0, 0, 2)
    assert rows("order_lines").equals(before)


def test_read_in_another_way_the_same_file_is_read_again(put, bring, rows):
    file = put("orders.csv", HEADER + "1,02/03/2024,A,1,3\n")
    bring(file)
    from shopwright.shop.imports import Reading

    result = bring(file, reading=Reading(date_order="MDY"))
    assert result.tables["order_lines"] == (0, 1, 0)


def test_a_longer_export_adds_what_is_new_and_keeps_what_was_known(put, bring, rows):
    bring(put("orders.csv", JANUARY))
    before = rows("order_lines")
    result = bring(put("orders.csv", JANUARY + "3,2024-02-01,A,1,3.50\n"))
    after = rows("order_lines")
    assert result.tables["order_lines"] == (1, 0, 2)
    assert after.head(2).equals(before)
    assert after["known_at"].to_list()[:2] == before["known_at"].to_list()


def test_a_changed_row_becomes_known_now_and_the_old_version_stays(put, bring, rows, root):
    bring(put("orders.csv", JANUARY))
    started = datetime.now(UTC)
    result = bring(put("orders.csv", JANUARY.replace("A,2,", "A,5,")))
    assert result.tables["order_lines"] == (0, 1, 1)
    versions = rows("order_lines").filter(pl.col("sku") == "A").sort("known_at")
    assert versions["units"].to_list() == [2.0, 5.0]
    assert versions["known_at"][0] == datetime(2024, 1, 5, tzinfo=UTC)
    assert versions["known_at"][1] >= started
    shop = open_shop(root)
    assert shop.table("order_lines").filter(pl.col("sku") == "A").collect()["units"].to_list() == [5.0]
    then = shop.until("2024-01-31").table("order_lines").filter(pl.col("sku") == "A").collect()
    assert then["units"].to_list() == [2.0]


def test_overlapping_exports_in_one_go_count_each_line_once(put, bring, rows):
    double = HEADER + "1,2024-01-05,A,2,3.50\n1,2024-01-05,A,2,3.50\n"
    first = put("january.csv", double)
    second = put("both.csv", double + "3,2024-02-01,A,1,3.50\n")
    result = bring(first, second)
    assert rows("order_lines")["line"].to_list() == ["A#1", "A#2", "A#1"]
    assert result.rows_kept == 5


def test_undo_goes_back_one_import(put, bring, rows, root):
    bring(put("orders.csv", JANUARY))
    before = rows("order_lines")
    file = put("orders.csv", JANUARY + "3,2024-02-01,A,1,3.50\n")
    bring(file)
    undo_import(root)
    assert rows("order_lines").equals(before)
    assert not bring(file).is_repeat
    assert rows("order_lines").height == 3


def test_products_of_a_catalogue_are_not_filled_up_from_orders(put, bring, rows):
    bring(put("products.csv", "sku,title,price\nA,Mug,3\n"))
    bring(put("orders.csv", JANUARY))
    assert rows("products")["sku"].to_list() == ["A"]


def test_titles_known_from_orders_stay_when_later_orders_call_them_otherwise(put, bring, rows):
    header = "order_id,date,sku,product name,quantity,price\n"
    bring(put("a.csv", header + "1,2024-01-05,A,Mug,2,3.50\n"))
    bring(put("b.csv", header + "2,2024-01-06,A,MUG!!,2,3.50\n3,2024-01-06,B,Jar,2,3.50\n"))
    assert dict(rows("products").select("sku", "title").rows()) == {"A": "Mug", "B": "Jar"}


def test_no_scratch_is_left_behind(put, bring, root):
    (root / ".import-killed").mkdir(parents=True)
    bring(put("orders.csv", JANUARY))
    assert not [name for name in os.listdir(root) if name.startswith(".import-")]


@pytest.mark.parametrize("n", [1, 2])
def test_a_thousand_stored_rows_and_one_change(put, bring, rows, n):
    lines = [f"{n},2024-01-05,A,{n % 7 + 1},3\n" for n in range(1_000)]
    bring(put("orders.csv", HEADER + "".join(lines)))
    lines[500] = "500,2024-01-05,A,99,3\n"
    result = bring(put("orders.csv", HEADER + "".join(lines)))
    assert result.tables["order_lines"] == (0, 1, 999)
    assert rows("order_lines").height == 1_001


def test_products_are_not_known_before_they_were_first_heard_of(put, bring, root):
    bring(put("orders.csv", HEADER + "1,2024-01-05,A,2,3.50\n2,2024-02-06,B,1,4.00\n"))
    then = open_shop(root).until("2024-01-31")
    assert then.table("products").collect()["sku"].to_list() == ["A"]
    assert open_shop(root).rows("products") == 2
    bring(put("more.csv", HEADER + "3,2024-03-01,C,1,3.50\n"))
    assert open_shop(root).until("2024-02-28").rows("products") == 2
    assert open_shop(root).rows("products") == 3
