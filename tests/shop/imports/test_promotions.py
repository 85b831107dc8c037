"""Promotions: discounts in many words, and days that are the wrong way round."""

from __future__ import annotations

import pytest

from shopwright.errors import InputError

PROMOTIONS = "活动名称,商品编码,开始日期,结束日期"


@pytest.mark.parametrize(
    "said, off",
    [
        *(
            ("7折", 0.3),
            ("8.5折", 0.15),
            ("85折", 0.15),
            ("八五折", 0.15),
            ("打九折", 0.1),
            ("10折", 0.0),
            ("9.95折", 0.005),
        ),
        *(("０．５折", 0.95), ("半价", 0.5), ("7 折起", 0.3)),
    ],
)
def test_tenths_left_to_pay_become_the_share_taken_off(put, bring, rows, said, off):
    result = bring(put("a.csv", f"{PROMOTIONS},折扣\n双11,A,2024-11-08,2024-11-11,{said}\n"))
    assert result.files[0].guess.mapping()["discount"] == ["折扣"]
    assert rows("promotions")["discount"].to_list() == [off]


def test_plain_discounts_are_shares_taken_off(put, bring, rows):
    head, row = "promo_id,sku,start_date,end_date,discount rate", "A,2024-11-08,2024-11-11"
    bring(put("a.csv", f"{head}\n1,{row},0.7\n2,{row},30%\n3,{row},8折\n4,{row},\n"))
    assert rows("promotions").sort("promotion")["discount"].to_list() == [0.7, 0.3, 0.2, None]


def test_a_bare_number_under_the_chinese_name_is_taken_for_neither_share(put, bring, rows):
    file = put("a.csv", f"{PROMOTIONS},折扣\n双11,A,2024-11-08,2024-11-11,0.7\n")
    assert bring(file).files[0].guess.unused == ("折扣",)
    bring(file, mapping={"discount": "折扣"})
    assert rows("promotions")["discount"].to_list() == [None, 0.7]


@pytest.mark.parametrize("said, why", [("12折扣", "数字"), ("7", "0 与 1 之间"), ("120折", "数字")])
def test_discounts_that_are_none_are_told_in_words_and_once(put, bring, said, why):
    with pytest.raises(InputError) as caught:
        bring(put("a.csv", f"{PROMOTIONS},折扣\n双11,A,2024-11-08,2024-11-11,{said}\n"), mapping={"discount": "折扣"})
    told = caught.value.why.render("zh")
    assert why in told
    assert "（1 行）" in told
    assert not [word for word in ("原因", "WITHIN", "NUMBER") if word in told]


def test_a_promotion_that_ends_before_it_begins_is_refused(put, bring, rows, refused):
    body = "双十二,A,2026-12-12,2026-12-01\n双十二,B,2026-12-12,2026-12-12\n双十二,C,2026-12-12,2026-12-14\n"
    assert dict(bring(put("a.csv", f"{PROMOTIONS}\n{body}")).reasons) == {"ENDS-BEFORE": 1}
    assert set(rows("promotions")["sku"]) == {"B", "C"}
    assert refused().select("line", "column", "reason_zh").rows() == [("2", "结束日期", "早于开始日期")]
