from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from shopwright.customers import segments, study
from shopwright.settings import Settings
from shopwright.shop.shop import Shop


@pytest.fixture
def lively(lines, lines_of):
    """The planted customers and some at risk who came back two, five or nine weeks ago."""
    back = {f"at_risk-{n:02}": [14 if n < 4 else 36 if n < 7 else 65] for n in range(9)}
    return pl.concat([lines, lines_of(*((who, days, 90.0) for who, days in back.items()))])


def _by_hand(shop, segment):
    """Customers of a segment 28, 56 and 84 days ago, and those of them who bought in the 28 days after."""
    lines = shop.table("order_lines").collect()
    n = again = 0
    for back in (28, 56, 84):
        start = shop.day - timedelta(days=back)
        was = set(segments(shop.until(start)).members(segment))
        after = lines.filter(pl.col("day") > start, pl.col("day") <= start + timedelta(days=28))
        n += len(was)
        again += len(was & set(after["customer"]))
    return n, again


def test_the_gain_is_what_was_counted(lively):
    products = pl.DataFrame({"sku": ["s0", "s1", "s2"], "price": [10.0] * 3, "cost": [0.0] * 3})
    shop = Shop.of({"order_lines": lively, "products": products})
    found = segments(shop)
    proposals = {proposal.subject: proposal for proposal in study(shop, found)}
    proposal, n = proposals["at_risk"], len(found.members("at_risk"))
    past, again = _by_hand(shop, "at_risk")
    assert again > 0
    assert [figure.value for figure in proposal.evidence[0].figures] == [past, again]
    customers = found.customers.filter(segment="at_risk")
    margin = customers["revenue"].sum() / customers["n_orders"].sum()
    more, cost = n * again / past * 0.10 * margin, n * 0.01
    assert proposal.gain.mean == pytest.approx(more - cost)
    assert proposal.gain.low == pytest.approx(-cost)
    assert proposal.gain.high == pytest.approx(2.5 * more - cost)
    assert proposal.cost.amount == pytest.approx(n * 0.01)
    assert proposal.change == {"segment": "at_risk", "customers": n}
    assert f"{n} customers: at risk" in proposal.title.render("en")
    assert "not known: write only to those who did" in proposal.how.render("en")


def test_only_segments_worth_it_are_written_to(lively):
    subjects = {proposal.subject for proposal in study(Shop.of({"order_lines": lively}))}
    assert "at_risk" in subjects
    assert subjects <= {"at_risk", "needs_attention", "new"}


def test_those_who_did_not_agree_are_left_out_and_counted(lively):
    who = [f"at_risk-{n:02}" for n in range(20)]
    consents = pl.DataFrame({"customer": who, "consent_email": [n >= 12 for n in range(20)]})
    shop = Shop.of({"order_lines": lively, "customers": consents})
    proposals = list(study(shop))
    at_risk = segments(shop).customers.filter(segment="at_risk")["customer"]
    agreed = sorted(set(at_risk) & set(who[12:]))
    assert [proposal.subject for proposal in proposals] == ["at_risk"]
    assert proposals[0].change["customers"] == len(agreed)
    assert f"{len(at_risk) - len(agreed)} more did not agree" in proposals[0].how.render("en")


def test_assumptions_are_settings(lively):
    settings = Settings.model_validate(
        {"customers": {"message_uplift": 0.2}, "money": {"message_cost": 1.0, "margin_rate": 0.5}}
    )
    one, two = (
        {proposal.subject: proposal for proposal in study(Shop.of({"order_lines": lively}, chosen))}["at_risk"]
        for chosen in (Settings(), settings)
    )
    before_cost = one.gain.mean + one.cost.amount
    assert two.gain.mean + two.cost.amount == pytest.approx(before_cost * 2 * 0.5 / 0.4)
    assert two.cost.amount == pytest.approx(100 * one.cost.amount)
    assert "100% of the revenue at assumed cost" in one.how.render("en")


def test_no_customer_is_named(lively):
    shop = Shop.of({"order_lines": lively})
    text = "".join(str(proposal.as_json()) for proposal in study(shop))
    assert not any(who in text for who in lively["customer"].unique())


def test_what_comes_later_changes_nothing(lively):
    day = date(2024, 6, 10)
    later = pl.col("at").dt.date() > day
    altered = lively.filter(~later | (pl.col("sku") == "s1")).with_columns(
        price=pl.when(later).then(99.0).otherwise("price")
    )
    one, two = (list(study(Shop.of({"order_lines": frame}).until(day))) for frame in (lively, altered))
    assert one
    assert [proposal.as_json() for proposal in one] == [proposal.as_json() for proposal in two]


@pytest.mark.parametrize("kind", ["no-lines", "no-customers", "one-day"])
def test_without_a_past_there_is_nothing_to_propose(lines_of, kind):
    lines = lines_of(*((f"c{n}", [0], 10.0) for n in range(30)))
    tables = {
        "no-lines": {"products": pl.DataFrame({"sku": ["a"]})},
        "no-customers": {"order_lines": lines.with_columns(customer=pl.lit(None, pl.String))},
        "one-day": {"order_lines": lines},
    }[kind]
    assert list(study(Shop.of(tables))) == []
