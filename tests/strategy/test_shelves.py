"""The stock page: classes, what is too much, what may run out, what to mark down, each with its money."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from shopwright.i18n import t
from shopwright.shop.money import Figure, Gain, Money
from shopwright.shop.proposal import Evidence, Proposal
from shopwright.strategy.sections.shelves import state_blocks, state_figures
from shopwright.strategy.stocktaking import Stocktaking

DAY = date(2024, 6, 30)


def _markdown(sku, gain):
    title = t("Mark {title} down by {share:.0%}", title=sku, share=0.3)
    money = Gain(0.0, gain, 2 * gain, "EUR")
    change = {"sku": sku, "discount": 0.3, "price": 7.0}
    value = Figure(t("money in them"), Money(90.0, "EUR"), "", DAY, t("nothing on hand"))
    evidence = (Evidence(t("nothing on hand"), (value,), "stock", f"sku = '{sku}'"),)
    how, free = t("nothing on hand"), Money(0.0, "EUR")
    return Proposal("inventory", "mark_down", sku, title, change, money, free, how, DAY, evidence)


@pytest.fixture
def found():
    table = pl.DataFrame(
        {
            "sku": ["gone", "slow", "soon", "fine"],
            "state": ["dead", "over", "risk", "sound"],
            "on_hand": [9.0, 50.0, 1.0, 5.0],
            "value": [90.0, 100.0, 4.0, 10.0],
            "surplus": [9.0, 20.0, 0.0, 0.0],
            "tied": [90.0, 40.0, 0.0, 0.0],
            "holding": [1.0, 1.0, 0.0, 0.0],
            "cover": [None, 30.0, 0.5, 4.0],
            "chance_out": [0.0, 0.0, 0.75, 0.1],
            "at_risk": [0.0, 0.0, 12.5, 0.5],
            "abc": ["C", "B", "A", "A"],
            "xyz": ["Z", "Y", "X", "Z"],
        }
    )
    return Stocktaking(table, (_markdown("gone", 5.0), _markdown("slow", 8.0)))


def test_money_tied_up_and_at_risk_is_added_up(found):
    tied, risk = state_figures(found, "EUR", DAY)
    assert (tied.value, risk.value) == (Money(130.0, "EUR"), Money(13.0, "EUR"))


def test_each_class_counts_its_products_and_money(found):
    rows = state_blocks(found, {}, "EUR")[0].rows
    assert rows[0] == ("A", 2, 1, 0, 1, Money(14.0, "EUR"), Money(0.0, "EUR"), Money(13.0, "EUR"))
    assert rows[1][:5] == ("B", 1, 0, 1, 0)
    assert rows[2][6] == Money(90.0, "EUR")


def test_each_product_stands_where_its_trouble_is(found):
    _, risk, over, markdowns = state_blocks(found, {"soon": "Soon gone"}, "EUR")
    assert risk.rows == [("soon", "Soon gone", "AX", 1.0, 0.5, "75%", Money(12.5, "EUR"))]
    assert [(row[0], row[5], row[7 - 1]) for row in over.rows] == [("gone", None, 9.0), ("slow", 30.0, 20.0)]
    assert [str(row[0]) for row in markdowns.rows] == ["Mark slow down by 30%", "Mark gone down by 30%"]
    assert markdowns.rows[0][1:4] == (Money(7.0, "EUR"), Money(90.0, "EUR"), Money(8.0, "EUR"))


def test_what_is_sound_leaves_no_empty_tables(found):
    sound = Stocktaking(found.table.filter(pl.col("state") == "sound"), ())
    assert len(state_blocks(sound, {}, "EUR")) == 1


def test_how_long_stock_lasts_has_a_unit(found):
    def heads(period):
        tables = state_blocks(replace(found, period=period), {}, "EUR")[1:3]
        return [next(str(column.label) for column in table.columns if column.digits == 1) for table in tables]

    assert [heads(period) for period in "DWM"] == [
        ["Lasts, days"] * 2, ["Lasts, weeks"] * 2, ["Lasts, months"] * 2
    ]  # fmt: skip


def test_classes_say_what_they_are_graded_by(found):
    assert "of revenue" in str(state_blocks(found, {}, "EUR")[0].caption)
    assert "of units sold" in str(state_blocks(replace(found, is_by_units=True), {}, "EUR")[0].caption)
