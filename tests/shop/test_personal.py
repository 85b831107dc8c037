"""Personal data in texts: found where it is, left alone where it is not."""

from __future__ import annotations

import itertools

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopwright.shop.personal import contains, find, is_luhn, mask

HIT = [
    ("write to jane.doe+x@mail.example.co.uk please", "e-mail", "write to [e-mail] please"),
    ("邮箱：wang@example.cn，谢谢", "e-mail", None),
    ("call +44 20 7946 0018 now", "phone", "call [phone] now"),
    ("+1 (555) 010-9999", "phone", None),
    ("ring 555-010-9999 today", "phone", None),
    ("我的电话13912345678，请联系", "phone", "我的电话[phone]，请联系"),
    ("139 1234 5678", "phone", None),
    ("me liga (11) 91234-5678", "phone", None),
    ("card 4111 1111 1111 1111 was charged", "card", "card [card] was charged"),
    ("4111111111111111", "card", "[card]"),
    ("amex 3782-822463-10005", "card", None),
    ("6222 0212 3456 7890 128", "card", None),
    ("IBAN DE89 3704 0044 0532 0130 00 bitte", "iban", None),
    ("GB82WEST12345698765432", "iban", "[iban]"),
    ("身份证11010519491231002X", "id", "身份证[id]"),
    ("cpf 529.982.247-25", "id", "cpf [id]"),
]
MISS = [
    "order 536365 came on 2011-12-01",
    "SKU 85123A, 12 x 300 ml, 10-12 cm",
    "4111 1111 1111 1112 fails its check digit",
    "1234567890123456",
    "EAN 4006381333931",
    "11010519491231002 has one digit too few",
    "cpf 529.982.247-26",
    "GB82WEST12345698765433",
    "price 1.299,00 or 1,299.00",
    "2011-12-01 10:15:00",
    "me@home",
    "version 0.139.1234.5678",
    "订单号 20231201123456789012",
    "tracking 1Z999AA10123456784",
]


@pytest.mark.parametrize("text, kind, masked", HIT)
def test_personal_data_is_found(text, kind, masked):
    assert [match.kind.name for match in find(text)] == [kind]
    if masked is not None:
        assert mask(text) == masked
    assert pl.DataFrame({"t": [text]}).select(contains(pl.col("t")))["t"].to_list() == [True]


@pytest.mark.parametrize("text", MISS)
def test_numbers_that_are_nobodys_are_left_alone(text):
    assert [match.kind.name for match in find(text)] == []
    assert mask(text) == text


def test_two_kinds_in_one_text_are_masked_in_order():
    text = "a@b.org, card 5555 5555 5555 4444, +49 30 1234567"
    assert mask(text) == "[e-mail], card [card], [phone]"


def test_check_digits_as_the_standard_gives_them():
    assert is_luhn("79927398713")
    assert not is_luhn("79927398710")


@given(st.text(max_size=60), st.sampled_from(HIT), st.text(max_size=60))
def test_what_is_found_is_hinted_at_and_does_not_stay(before, hit, after):
    text = f"{before} {hit[0]} {after}"
    found = list(find(text))
    masked = mask(text)
    assert all(left.end <= right.start for left, right in itertools.pairwise(found))
    if found:
        assert pl.DataFrame({"t": [text]}).select(contains(pl.col("t")))["t"].to_list() == [True]
    for match in found:
        assert text[match.start : match.end] not in masked or text.count(text[match.start : match.end]) > 1


@given(st.text())
def test_any_text_can_be_masked(text):
    assert isinstance(mask(text), str)
