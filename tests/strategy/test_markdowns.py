"""Markdowns of a drawn shop's dead stock, every figure worked out by hand beside the code."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from shopwright.settings import Settings
from shopwright.shop.shop import Shop
from shopwright.strategy.sections.shelves import state_blocks, state_figures
from shopwright.strategy.stocktaking import take_stock

TODAY = date(2024, 6, 30)  # a Sunday: the last week is whole
ON_HAND, PRICE, COST, HOLDING = 400.0, 10.0, 4.0, 0.25
SOLD = 26  # one a week, up to half a year ago


@pytest.fixture(scope="module")
def found():
    weeks = [TODAY - timedelta(weeks=back, days=3) for back in range(80)]
    rows = [("live", day, 5.0, 20.0) for day in weeks]
    rows += [("dead", day, 1.0, PRICE) for day in weeks[26 : 26 + SOLD]]
    lines = pl.DataFrame(
        {
            "order": [str(at) for at in range(len(rows))],
            "line": ["1"] * len(rows),
            "sku": [row[0] for row in rows],
            "at": [datetime(row[1].year, row[1].month, row[1].day, 12, tzinfo=UTC) for row in rows],
            "units": [row[2] for row in rows],
            "price": [row[3] for row in rows],
        }
    )
    stock = pl.DataFrame({"sku": ["dead", "live"], "day": [TODAY] * 2, "on_hand": [ON_HAND, 20.0]})
    products = pl.DataFrame({"sku": ["dead", "live"], "title": ["A red mug", "A pen"], "cost": [COST, 8.0]})
    settings = Settings.model_validate({"money": {"holding_rate": HOLDING}, "shop": {"currency": "EUR"}})
    return take_stock(Shop.of({"order_lines": lines, "stock": stock, "products": products}, settings))


def _by_hand(discount: float, elasticity: float) -> float:
    """Money over eight weeks more than at the old price: what sells, and what is left, at what it is worth then."""
    weekly = SOLD / 52
    years_until_half_is_gone = ON_HAND / weekly / 52 / 2
    kept = max(PRICE - COST * HOLDING * years_until_half_is_gone, 0.0)
    before = min(8 * weekly, ON_HAND)
    after = min(8 * weekly * (1 - discount) ** -elasticity, ON_HAND)
    money_after = after * PRICE * (1 - discount) + (ON_HAND - after) * kept
    money_before = before * PRICE + (ON_HAND - before) * kept
    return money_after - money_before


def test_the_discount_and_its_gain_are_those_of_a_calculation_by_hand(found):
    (proposal,) = found.markdowns
    best = max((step / 10 for step in range(1, 8)), key=lambda step: _by_hand(step, 2.6))
    assert proposal.subject == "dead"
    assert proposal.change == {"sku": "dead", "discount": best, "price": round(PRICE * (1 - best), 2)}
    told = (proposal.gain.low, proposal.gain.mean, proposal.gain.high)
    assert told == pytest.approx(sorted(_by_hand(best, elasticity) for elasticity in (1.0, 2.6, 4.0)))
    assert proposal.gain.currency == "EUR"
    assert proposal.evidence[0].figures[0].value.amount == ON_HAND * COST


def test_the_tables_of_the_report_add_up(found):
    rows = {row["sku"]: row for row in found.table.iter_rows(named=True)}
    assert rows["dead"]["state"] == "dead"
    assert rows["dead"]["tied"] == ON_HAND * COST
    named = {"dead": "A red mug", "live": "A pen"}
    tied = next(figure for figure in state_figures(found, "EUR", TODAY) if "Tied up" in str(figure.name))
    assert tied.value.amount == pytest.approx(sum(row["tied"] for row in rows.values()))
    table = next(
        block for block in state_blocks(found, named, "EUR") if "Markdowns" in str(getattr(block, "caption", ""))
    )
    ((title, price, in_them, gain, _),) = table.rows
    (proposal,) = found.markdowns
    assert "A red mug" in str(title)
    assert f"{proposal.change['discount']:.0%}" in str(title)
    assert (price.amount, in_them.amount, gain.amount) == (proposal.change["price"], 1600.0, proposal.gain.mean)
    assert {price.currency, in_them.currency, gain.currency} == {"EUR"}
