"""Letters to single customers: nobody gets two, gains are what was counted, nobody is named."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from shopwright.customers import SEGMENTS, letters, look_ahead, returns, segments, study, written_to
from shopwright.customers.letters import margin_rate
from shopwright.settings import Settings
from shopwright.shop.shop import Shop
from shopwright.shop.synthetic import make


@pytest.fixture(scope="module")
def shop():
    return make(orders=2500, seed=5, days=300).shop


@pytest.fixture(scope="module")
def outlook(shop):
    return look_ahead(shop)


@pytest.fixture(scope="module")
def proposals(shop, outlook):
    return {proposal.subject: proposal for proposal in study(shop, outlook.segments, outlook)}


def test_the_table_holds_every_customer_once(outlook):
    assert outlook.table["customer"].to_list() == outlook.segments.customers["customer"].to_list()
    assert outlook.table["value"].sum() == pytest.approx(outlook.total[1])
    assert outlook.table["chance_away"].is_between(0, 1).all()
    assert (outlook.table["at_stake"] >= 0).all()


def test_one_letter_at_most_and_only_to_those_who_agreed(shop, outlook):
    written = letters(shop, outlook)
    assert written["customer"].n_unique() == written.height == outlook.table.height
    both = outlook.table.join(written, on="customer")
    assert both.filter(pl.col("letter").is_not_null() & ~pl.col("may_write")).is_empty()
    assert both.filter((pl.col("letter") == "win_back") & (pl.col("chance_away") < 0.5)).is_empty()
    assert set(both.filter(pl.col("segment") == "at_risk")["letter"]) <= {"at_risk", None}
    assert (both["letter"] == "win_back").any()


def test_the_gain_is_what_was_counted(shop, outlook, proposals):
    proposal = proposals["win_back"]
    written = letters(shop, outlook).filter(letter="win_back")
    soon = outlook.lifetime.predict(28).join(written, on="customer", how="semi")
    rate, _ = margin_rate(shop)
    cost = written.height * shop.settings.money.message_cost
    assert proposal.change == {"letter": "win_back", "customers": written.height}
    assert proposal.gain.mean == pytest.approx(soon["value"].sum() * 0.10 * rate - cost)
    assert proposal.gain.low == pytest.approx(-cost)
    assert proposal.gain.high > 2.5 * soon["value"].sum() * 0.10 * rate - cost
    stake = outlook.table.join(written, on="customer", how="semi")["at_stake"].sum()
    assert proposal.evidence[0].figures[0].value.amount == pytest.approx(stake)


def test_segments_are_written_to_as_before(shop, outlook, proposals):
    alone = {proposal.subject: proposal.as_json() for proposal in study(shop, outlook.segments)}
    assert {name: proposals[name].as_json() for name in alone} == alone


def test_no_customer_is_named(shop, proposals):
    text = "".join(str(proposal.as_json()) for proposal in proposals.values())
    assert not [name for name in segments(shop).customers["customer"] if name in text]


def test_who_would_cost_more_than_they_bring_gets_no_letter(shop):
    dear = Shop(Settings.model_validate({"money": {"message_cost": 50.0}}), shop.frames)
    assert "win_back" not in set(letters(dear, look_ahead(dear))["letter"])


@pytest.fixture
def at_a_loss(lines):
    """Customers at risk bought what costs more than its price, so that nobody proposes to write to them all."""
    sku = pl.when(pl.col("customer").str.starts_with("at_risk")).then(pl.lit("dear")).otherwise("sku")
    goods = pl.DataFrame({"sku": ["dear", "s0", "s1", "s2"], "cost": [99.0, 1.0, 1.0, 1.0], "price": [45.0] * 4})
    return Shop.of({"order_lines": lines.with_columns(sku.alias("sku")), "products": goods})


def test_who_gets_no_letter_with_a_segment_is_won_back(at_a_loss):
    found = look_ahead(at_a_loss, days=28)
    proposals = {one.subject: one for one in study(at_a_loss, found.segments, found)}
    assert "at_risk" not in proposals
    told = found.table.join(letters(at_a_loss, found), on="customer")
    of_segment = told.filter(segment="at_risk")
    leaving = of_segment.join(found.leaving(), on="customer", how="semi")
    assert leaving.height > 0
    assert set(leaving["letter"]) == {"win_back"}
    assert proposals["win_back"].change["customers"] == told.filter(letter="win_back").height
    as_whole = found.table.join(letters(at_a_loss, found, {"at_risk"}), on="customer").filter(segment="at_risk")
    assert set(as_whole["letter"]) == {"at_risk"}


def test_a_segment_that_would_cost_more_than_it_brings_is_not_written_to(shop, outlook, proposals):
    whole = [one for one in proposals.values() if one.subject in SEGMENTS]
    assert written_to(proposals.values()) == {one.subject for one in whole} >= {"at_risk"}
    dear = [replace(one, gain=replace(one.gain, mean=-1.0)) for one in whole]
    assert not written_to(dear)
    both = outlook.table.join(letters(shop, outlook, written_to(dear)), on="customer")
    assert "win_back" in set(both.filter(segment="at_risk")["letter"])


def test_those_who_are_due_are_reminded(lines_of):
    """A customer who buys s0 every fortnight, among others who do, is due; nobody of them is leaving."""
    steady = [(f"c{n:02}", [3 * day for day in range(n % 3 + 1, 20)], 12.0) for n in range(40)]
    shop = Shop.of({"order_lines": lines_of(*steady)})
    found = look_ahead(shop)
    assert found.due.height > 0
    reminded = letters(shop, found).filter(letter="remind")
    proposal = {one.subject: one for one in study(shop, found.segments, found)}["remind"]
    assert proposal.change["customers"] == reminded.height > 0
    due = found.due.join(reminded, on="customer", how="semi")
    assert proposal.gain.mean == pytest.approx((due["chance"] * 12.0).sum() * 0.10 * 0.4 - reminded.height * 0.01)


def test_the_same_shop_gives_the_same_digits(shop, outlook):
    again = look_ahead(Shop(shop.settings, {name: frame.reverse() for name, frame in shop.frames.items()}))
    assert again.table.equals(outlook.table)
    assert again.total == outlook.total
    assert returns(shop).customers.equals(returns(Shop(shop.settings, shop.frames)).customers)
