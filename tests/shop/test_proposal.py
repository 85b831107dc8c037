"""Proposals: named the same every time, and whole in JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

from shopwright.i18n import t
from shopwright.shop.money import Figure, Gain, Money
from shopwright.shop.proposal import Evidence, Proposal

DAY = date(2024, 3, 1)
FIGURE = Figure(t("on hand"), 3.0, t("units"), DAY, t("last stock record, all locations"))
PROPOSAL = Proposal(
    domain="inventory",
    action="reorder",
    subject="A1",
    title=t("Order {units:,.0f} of {title}", units=48.0, title="Kettle"),
    change={"sku": "A1", "units": 48.0},
    gain=Gain(10.0, 20.0, 30.0, "EUR"),
    cost=Money(100.0, "EUR"),
    how=t("expected demand"),
    as_of=DAY,
    evidence=(Evidence(t("on hand"), (FIGURE,), "stock", "sku = 'A1'"),),
)


def test_the_id_is_that_of_what_is_proposed_on_a_day():
    """A literal value: ids lie in plans and decisions on disk."""
    assert PROPOSAL.id == "34fb0f51b884"
    assert replace(PROPOSAL, gain=Gain(0, 1, 2, "EUR"), cost=Money(1, "EUR")).id == PROPOSAL.id
    others = [
        replace(PROPOSAL, domain="forecast"),
        replace(PROPOSAL, action="drop"),
        replace(PROPOSAL, subject="A2"),
        replace(PROPOSAL, as_of=DAY + timedelta(days=1)),
    ]
    assert len({PROPOSAL.id, *(other.id for other in others)}) == 5


def test_json_has_every_part_and_both_languages():
    told = json.loads(json.dumps(PROPOSAL.as_json()))
    assert set(told) == {"id", *Proposal.__dataclass_fields__}
    assert told["title"] == {"en": "Order 48 of Kettle", "zh": "订购 48 件“Kettle”"}
    assert told["as_of"] == "2024-03-01"
    assert told["change"] == {"sku": "A1", "units": 48.0}
    (evidence,) = told["evidence"]
    assert evidence["where"] == "sku = 'A1'"
    assert evidence["says"]["zh"] == "现有库存"
    assert evidence["figures"][0]["value"] == 3.0


def test_the_net_gain_is_the_expected_one():
    assert PROPOSAL.net == 20.0
