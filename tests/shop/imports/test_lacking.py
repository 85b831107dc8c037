"""What a file lacks is told, with the column that may be it; nothing that was mapped is passed over."""

from __future__ import annotations

import polars as pl
import pytest

from shopwright.errors import InputError, MappingError
from shopwright.shop.check import check
from shopwright.shop.shop import open_shop

LINES = "order,date,sku,quantity,price"


def _notes(result):
    return [note.render("en") for note in result.files[0].notes]


def test_reviews_without_days_are_told_with_the_column_that_may_hold_them(put, bring, root):
    body = "R1,A,4,fine,2024-01-05\nR2,A,2,bad,2024-02-06\n"
    said = _notes(bring(put("reviews.csv", f"review_id,sku,rating,review text,eingetragen am\n{body}")))
    (note,) = [each for each in said if "no column was taken for Time" in each]
    assert "warnings" in note
    assert note.endswith("It may be eingetragen am: --map 'at=eingetragen am'")
    codes = {finding.code: finding for finding in check(open_shop(root)).findings}
    assert codes["CHECK-REVIEW-UNDATED"].n_rows == 2


def test_the_map_that_is_advised_brings_the_days(put, bring, rows):
    body = "R1,A,4,fine,2024-01-05\nR2,A,2,bad,2024-02-06\n"
    file = put("reviews.csv", f"review_id,sku,rating,review text,eingetragen am\n{body}")
    result = bring(file, mapping={"at": "eingetragen am"})
    assert rows("reviews")["day"].null_count() == 0
    assert not any("no column was taken" in each for each in _notes(result))


@pytest.mark.parametrize(
    "name, header, row, label, near",
    [
        ("products", "sku,title,price,warenwert", "A,Mug,3,1.5", "Unit cost", "--map cost=warenwert"),
        ("products", "sku,title,price", "A,Mug,3", "Unit cost", "--map cost=THEIRS"),
        ("lines", f"{LINES},wer", "1,2024-01-05,A,2,3,k7\n2,2024-01-05,A,2,3,k8", "Customer", "--map customer=wer"),
        ("lines", "order,date,sku,quantity,wert", "1,2024-01-05,A,2,3.5", "Unit price", "--map price=wert"),
        ("orders", "order_id,date,status,wer", "1,2024-01-05,paid,a\n2,2024-01-05,paid,b", "Customer", "customer=wer"),
    ],
)
def test_other_columns_that_matter_are_told_too(put, bring, name, header, row, label, near):
    said = _notes(bring(put(f"{name}.csv", f"{header}\n{row}\n")))
    (note,) = [each for each in said if f"no column was taken for {label};" in each]
    assert note.endswith(near)


def test_a_file_with_all_it_needs_is_told_nothing(put, bring):
    assert not _notes(bring(put("lines.csv", f"{LINES},customer\n1,2024-01-05,A,2,3,7\n")))


@pytest.mark.parametrize("name", ["refund_amount", "refunded", "退款金额"])
def test_refunds_in_orders_are_said_to_be_left_out(put, bring, name):
    said = _notes(bring(put("lines.csv", f"{LINES},{name}\n1,2024-01-05,A,2,3,6\n2,2024-01-06,A,1,3,\n")))
    assert any(each.startswith(f"refunds in column {name} are not read") for each in said)


def test_a_map_to_a_column_of_another_table_is_refused(put, bring):
    with pytest.raises(MappingError) as caught:
        bring(put("lines.csv", f"{LINES},refund_amount\n1,2024-01-05,A,2,3,6\n"), mapping={"refund": "refund_amount"})
    assert caught.value.code == "IMPORT-29"
    assert "returns" in caught.value.why.render("en")
    assert "revenue" in caught.value.fix.render("en")


def test_a_map_that_another_file_can_use_is_taken(put, bring, rows):
    orders = put("lines.csv", f"{LINES},paid back\n1,2024-01-05,A,2,3,6\n")
    returns = put("returns.csv", "return_id,order_id,sku,date,quantity,paid back\nR1,1,A,2024-01-09,2,6\n")
    bring(orders, returns, mapping={"refund": "paid back"})
    assert rows("returns")["refund"].to_list() == [6.0]


def test_a_map_to_a_table_that_is_filled_beside_is_taken(put, bring, rows):
    bring(put("lines.csv", f"{LINES},was\n1,2024-01-05,A,2,3,Mug\n"), mapping={"title": "was"})
    assert rows("products")["title"].to_list() == ["Mug"]


def test_a_shops_own_folder_is_no_export(put, bring, root):
    bring(put("lines.csv", f"{LINES}\n1,2024-01-05,A,2,3\n"))
    with pytest.raises(InputError) as caught:
        bring(root)
    assert caught.value.code == "IMPORT-30"


def test_a_shop_inside_a_folder_of_exports_is_passed_over(put, bring, tmp_path, rows):
    bring(put("lines.csv", f"{LINES}\n1,2024-01-05,A,2,3\n"))
    put("more.csv", f"{LINES}\n2,2024-01-06,B,2,3\n")
    result = bring(tmp_path)
    assert {file.name for file in result.files} == {"exports/lines.csv", "exports/more.csv"}
    assert rows("order_lines").select(pl.len()).item() == 2
