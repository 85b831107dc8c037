"""Numbers of orders that a spreadsheet has ruined are warned of, whole ones are not."""

from __future__ import annotations

import pytest
import xlsxwriter


def _warned(result) -> list[str]:
    return [note.render("zh") for note in result.files[0].notes if "丢失了末尾数字" in note.render("zh")]


@pytest.mark.parametrize(
    "orders, n, different",
    [
        (["3.98E+18", "3.98E+18", "3.98E+18"], 3, 1),
        (["3.98000000000001E+18", "7", "8"], 1, 1),
        (["3980000000000010000", "3980000000000010000", "3980000000000020000"], 3, 2),
        (["1234567890123450", "1234567890123460", "1234567890123470"], 3, 3),
    ],
)
def test_numbers_of_orders_that_a_spreadsheet_ruined_are_warned_of(put, bring, orders, n, different):
    body = "".join(f"{order},2024-01-05,A{at},1,2\n" for at, order in enumerate(orders))
    (told,) = _warned(bring(put("a.csv", f"订单编号,日期,商品编码,数量,单价\n{body}")))
    assert f"{n} 个编号" in told
    assert f"{different} 个不同" in told


@pytest.mark.parametrize(
    "orders",
    [
        ["3980000000000010000", "3980000000000017629", "3980000000000020000"],
        ["1234567890123450"],
        ["100000000000000", "200000000000000", "300000000000000"],
        ["SO3.98E+18", "1E5", "5E10"],
        ['"=""3980000000000007629"""', "'3980000000000007630", "3980000000000007631\t"],
    ],
)
def test_whole_numbers_of_orders_are_not_warned_of(put, bring, orders):
    body = "".join(f"{order},2024-01-05,A{at},1,2\n" for at, order in enumerate(orders))
    assert not _warned(bring(put("a.csv", f"订单编号,日期,商品编码,数量,单价\n{body}")))


@pytest.mark.parametrize("write, n", [(int, 1), (str, 0)])
def test_long_numbers_in_the_cells_of_a_workbook_are_warned_of(bring, tmp_path, write, n):
    book = xlsxwriter.Workbook(tmp_path / "sales.xlsx")
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["订单编号", "日期", "商品编码", "数量", "单价"])
    for at in range(3):
        sheet.write_row(at + 1, 0, [write(3980000000000007629 + at), "2024-01-05", f"A{at}", 1, 2.5])
    book.close()
    assert len(_warned(bring(tmp_path / "sales.xlsx"))) == n
