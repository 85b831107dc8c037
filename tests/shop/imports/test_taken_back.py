"""Refunds among the lines of a file of orders become returns; a map that would change nothing is refused."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from shopwright.errors import MappingError
from shopwright.shop.store import Store

HEAD = "order_id,sku,date,quantity,price,total\n"
SOLD = "1001,A,2024-01-02,2,10.00,20.00\n1002,B,2024-01-03,1,15.00,15.00\n"


def test_lines_that_take_back_what_was_sold_are_returns(put, bring, rows):
    back = "1001,A,2024-01-10,-1,10.00,-10.00\n1002,B,2024-01-12,1,15.00,-15.00\n"
    result = bring(put("orders.csv", HEAD + SOLD + back))
    returns = rows("returns").sort("order").select("order", "sku", "day", "units", "refund").rows()
    assert returns == [("1001", "A", date(2024, 1, 10), 1.0, 10.0), ("1002", "B", date(2024, 1, 12), 1.0, 15.0)]
    assert rows("order_lines")["revenue"].sum() == 35.0  # 1002 was sold once, not twice
    # the order keeps its own day and total
    orders = rows("orders").sort("order").select("order", "day", "total").rows()
    assert orders == [("1001", date(2024, 1, 2), 20.0), ("1002", date(2024, 1, 3), 15.0)]
    assert result.rows_in == result.rows_kept == 4
    for language, word in (("en", "2 lines that take back"), ("zh", "2 行冲回")):
        assert any(word in line.render(language) for line in result.lines())


def test_a_longer_export_next_week_tells_no_return_twice(put, bring, rows):
    first = HEAD + SOLD + "1001,A,2024-01-10,-1,10.00,-10.00\n"
    bring(put("orders.csv", first))
    bring(put("later.csv", first.replace(HEAD, HEAD + "0999,A,2024-01-01,1,10.00,10.00\n")))
    assert rows("returns").height == 1


@pytest.mark.parametrize(
    "line",
    [
        "1009,A,2024-01-12,-3,10.00,-30.00\n",  # another order
        "1001,B,2024-01-12,-1,15.00,-15.00\n",  # another SKU
        "1001,A,2024-01-01,-1,10.00,-10.00\n",  # before it was sold
    ],
)
def test_what_fits_no_sale_stays_an_adjustment(put, bring, rows, root, line):
    bring(put("orders.csv", HEAD + SOLD + line))
    assert Store(root).scan("returns") is None
    assert rows("order_lines").filter(pl.col("units") < 0)["kind"].to_list() == ["adjustment"]


def test_a_refund_of_several_lines_is_not_counted_for_each(put, bring, rows):
    sold = "1,A,2024-01-02,1,10,25\n1,B,2024-01-02,1,15,25\n"
    bring(put("orders.csv", HEAD + sold + "1,A,2024-01-09,-1,10,-25\n1,B,2024-01-09,-1,15,-25\n"))
    assert sorted(rows("returns")["refund"].to_list()) == [10.0, 15.0]


SHOPIFY = (
    "Name,Email,Financial Status,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Extra\n"
    "#1,a@x.org,paid,2024-01-02 10:00:00 +0000,2,Mug,10.00,MUG,7\n"
)


def test_a_map_for_a_known_format_is_refused_and_not_ignored(put, bring):
    file = put("orders.csv", SHOPIFY)
    with pytest.raises(MappingError) as caught:
        bring(file, mapping={"discount": "Extra"})
    assert caught.value.code == "IMPORT-31"
    assert "shopify" in str(caught.value)
    bring(file)


def test_a_map_for_another_file_beside_it_is_taken(put, bring, rows):
    put("orders.csv", SHOPIFY)
    reviews = put("reviews.csv", "review_id,Article,rating,text\nR1,MUG,5,fine\n")
    bring(reviews.parent, mapping={"sku": "Article"})
    assert rows("reviews")["sku"].to_list() == ["MUG"]
