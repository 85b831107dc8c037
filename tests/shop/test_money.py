"""Money, gains and figures: as people write them, and whole in JSON."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopwright.i18n import Text, t
from shopwright.shop.money import Figure, Gain, Money

DAY = date(2024, 3, 1)


@pytest.mark.parametrize(
    "amount, currency, shown",
    [
        (12.5, "EUR", "12.50 EUR"),
        (1234.567, "GBP", "1,234.57 GBP"),
        (12_345.6, "USD", "12,346 USD"),
        (9_999.999, "USD", "10,000.00 USD"),
        (1234.5, "JPY", "1,234 JPY"),
        (-3.0, "USD", "-3.00 USD"),
        (-0.001, "USD", "0.00 USD"),
        (-0.4, "JPY", "0 JPY"),
        (0.0, "CNY", "0.00 CNY"),
    ],
)
def test_money_is_written_with_its_currency(amount, currency, shown):
    assert str(Money(amount, currency)) == shown


def test_a_gain_is_written_with_its_range():
    assert str(Gain(1.0, 12.5, 1300.0, "EUR")) == "12.50 EUR (1.00 … 1,300.00)"


def test_the_mean_of_a_skewed_gain_may_lie_outside_its_range():
    assert Gain(0.0, 5.0, 1.0, "EUR").mean == 5.0


@pytest.mark.parametrize("low, mean, high", [(2.0, 1.5, 1.0), (float("nan"), 0, 1), (0, float("inf"), 1)])
def test_a_gain_that_cannot_be_is_refused(low, mean, high):
    with pytest.raises(ValueError, match="gain"):
        Gain(low, mean, high, "EUR")


@given(st.floats(-1e12, 1e12), st.sampled_from(["EUR", "JPY"]))
def test_json_keeps_the_amount(amount, currency):
    back = json.loads(json.dumps(Money(amount, currency).as_json()))
    assert back["amount"] == pytest.approx(amount, abs=1e-4)
    assert back["currency"] == currency


@pytest.mark.parametrize(
    "value, unit, shown",
    [
        (3, "units", "3 units"),
        (3.0, "units", "3 units"),
        (3.14159, "", "3.14"),
        (12_345.678, "units", "12,346 units"),
        (-0.001, "", "0.00"),
        ("+12 %", "", "+12 %"),
        (Money(3, "EUR"), "", "3.00 EUR"),
    ],
)
def test_a_figure_is_shown_with_its_unit(value, unit, shown):
    assert Figure(Text.literal("x"), value, unit, DAY, Text.literal("so")).shown() == shown


def test_a_figure_says_as_of_and_how_in_both_languages():
    figure = Figure(t("expected units"), Money(1, "EUR"), t("units"), DAY, t("the disk is full"))
    told = json.loads(json.dumps(figure.as_json()))
    assert told["as_of"] == "2024-03-01"
    assert told["how"] == {"en": "the disk is full", "zh": "磁盘已满"}
    assert told["unit"] == {"en": "units", "zh": "件"}
    assert told["value"] == {"amount": 1, "currency": "EUR"}
    assert told["name"]["zh"] != told["name"]["en"]
