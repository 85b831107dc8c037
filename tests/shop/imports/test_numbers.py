from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopwright.shop.imports.numbers import decimal_evidence, symbols, to_bool, to_float


def read(*values: str, decimal: str = ".") -> list[float | None]:
    return to_float(pl.Series(values, dtype=pl.String), decimal).to_list()


@pytest.mark.parametrize(
    "text, value",
    [
        ("1,234.56", 1234.56),
        ("12,34,567.8", 1234567.8),
        ("(12.50)", -12.5),
        ("5-", -5.0),
        ("−3.2", -3.2),
        ("¥1,200", 1200.0),
        ("R$ 4.50", 4.5),
        ("EUR 12", 12.0),
        ("1 234.5", 1234.5),
        ("1\u202f234.5", 1234.5),
        ("1'234.5", 1234.5),
        ("１２３", 123.0),
        ("12 %", 0.12),
        ("1e3", 1000.0),
        ("abc", None),
        ("twelve 12", None),
        ("1.5.2", None),
        ("1,23", None),
        ("", None),
    ],
)
def test_numbers_with_a_point(text, value):
    assert read(text) == [value]


@pytest.mark.parametrize(
    "text, value",
    [("1.234,56", 1234.56), ("1 234,56", 1234.56), ("12,5", 12.5), ("1.234", 1234.0), ("4.5", None), ("€ 3", 3.0)],
)
def test_numbers_with_a_comma(text, value):
    assert read(text, decimal=",") == [value]


def test_the_decimal_sign_is_told_by_the_whole_column():
    assert decimal_evidence(pl.Series(["1.234", "12,50", "3"])).verdict == ","
    assert decimal_evidence(pl.Series(["1,234", "12.50", "3"])).verdict == "."
    assert decimal_evidence(pl.Series(["0,125"])).verdict == ","
    assert decimal_evidence(pl.Series(["1,234", "3"])).verdict == "."


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False, width=32), min_size=1))
def test_plain_floats_come_through(values):
    assert read(*map(repr, values)) == values


@given(st.integers(0, 10**12), st.sampled_from([(".", ","), (",", ".")]))
def test_thousands_separators_come_through(value, signs):
    decimal, thousands = signs
    assert read(f"{value:,}".replace(",", thousands) + f"{decimal}25", decimal=decimal) == [value + 0.25]


def test_currency_signs_are_seen():
    assert symbols(pl.Series(["£3.50", "£4", "5"])) == "£"
    assert symbols(pl.Series(["3.50", "R$ 4"])) == "R$"
    assert symbols(pl.Series(["3.50"])) is None


def test_yes_and_no():
    assert to_bool(pl.Series(["TRUE", "não", "是", "缺货", "ja", " 0 ", "maybe"])).to_list() == [
        *(True, False, True, False, True, False, None),
    ]
