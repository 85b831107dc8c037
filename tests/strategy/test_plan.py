"""The plan as a value: JSON in both languages, text in one, HTML that runs nothing."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date

import pytest

from shopwright.i18n import Text, t, using
from shopwright.shop.money import Figure, Gain, Money
from shopwright.shop.proposal import Evidence, Proposal
from shopwright.shop.schema import TABLES
from shopwright.strategy.choose import LeftOut
from shopwright.strategy.plan import FORMAT, Missing, Plan

DAY = date(2024, 3, 1)


def _proposal(subject="A1", gain=20.0, cost=100.0) -> Proposal:
    figure = Figure(t("on hand"), 3.0, t("units"), DAY, t("last stock record, all locations"))
    return Proposal(
        domain="inventory",
        action="reorder",
        subject=subject,
        title=t("Order {units:,.0f} of {title}", units=48.0, title=subject),
        change={"sku": subject, "units": 48.0},
        gain=Gain(10.0, gain, 30.0, "EUR"),
        cost=Money(cost, "EUR"),
        how=t("safety stock"),
        as_of=DAY,
        evidence=(Evidence(t("expected demand"), (figure,), "stock", "sku = 'A1'"),),
    )


def _plan(chosen=2, left_out=1, **more) -> Plan:
    return Plan(
        shop="Kettle & Co",
        as_of=DAY,
        currency="EUR",
        chosen=tuple(_proposal(f"A{number}") for number in range(chosen)),
        left_out=tuple(
            LeftOut(_proposal(f"B{number}"), t("the plan is full: it holds {limit} things to do", limit=2))
            for number in range(left_out)
        ),
        missing=tuple(Missing(TABLES[name].label, TABLES[name].serves) for name in ("stock", "reviews")),
        notes=(t("Nothing after {day} was looked at.", day="2024-03-01"),),
        headline=(Figure(t("Revenue per order"), Money(31.5, "EUR"), "", DAY, t("expected demand")),),
        budget=500.0,
        spent=100.0 * chosen,
        provenance={"shopwright": "0.1.0", "seed": 0},
        **more,
    )


def test_json_holds_everything_in_both_languages():
    told = json.loads(_plan().to_json())
    assert told["format"] == FORMAT
    assert (told["shop"], told["as_of"], told["currency"]) == ("Kettle & Co", "2024-03-01", "EUR")
    assert (told["gain"], told["spent"], told["budget"]) == (40.0, 200.0, 500.0)
    assert [item["subject"] for item in told["chosen"]] == ["A0", "A1"]
    assert told["left_out"][0]["reason"]["zh"] == "计划已满：最多 2 项"
    assert {"id", "gain", "cost", "how", "evidence"} <= told["left_out"][0].keys()
    assert told["missing"][0]["table"] == {"en": "Stock", "zh": "库存"}
    assert told["provenance"] == {"shopwright": "0.1.0", "seed": 0}


def _texts(value, path="") -> list[tuple[str, dict]]:
    if isinstance(value, dict):
        if set(value) == {"en", "zh"}:
            return [(path, value)]
        return [found for key, item in value.items() for found in _texts(item, f"{path}.{key}")]
    if isinstance(value, list):
        return [found for item in value for found in _texts(item, path)]
    return []


def test_no_text_of_the_json_is_left_in_english():
    found = _texts(_plan().as_json())
    assert len(found) > 15
    assert not [(path, text) for path, text in found if not re.search("[\u4e00-\u9fff]", text["zh"])]


def test_the_json_does_not_depend_on_the_language_in_force():
    english = _plan().to_json()
    with using("zh"):
        assert _plan().to_json() == english


def test_the_text_in_english():
    text = _plan().text()
    assert text.startswith("2 things to do")
    assert "  1. Order 48 of A0\n" in text
    assert "20.00 EUR (10.00 … 30.00)" in text
    assert "     - expected demand" in text
    assert "  - Order 48 of B0: the plan is full: it holds 2 things to do" in text
    assert "no table: Stock" in text
    assert text.endswith("* Nothing after 2024-03-01 was looked at.\n")


def test_the_text_in_chinese_has_nothing_left_in_english():
    with using("zh"):
        text = _plan(chosen=25).text()
    words = set(re.findall("[A-Za-z]{2,}", re.sub(r"plan\.json", "", text)))
    assert words == {"EUR"}


def test_a_long_plan_says_where_the_rest_is():
    text = _plan(chosen=25).text(most=20)
    assert " 20. " in text
    assert " 21. " not in text
    assert "… and 5 more in plan.json" in text
    assert "more in plan.json" not in _plan(chosen=20).text()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_empty_plan_says_so(language):
    plan = replace(_plan(0, 0), missing=(), notes=())
    with using(language):
        assert plan.text() == f"{plan.summary()}\n"
        assert "2024-03-01" in plan.text()
    assert plan.gain == 0


def test_names_are_escaped_in_a_notebook():
    bad = "<img src=x onerror=alert(1)>"
    plan = replace(
        _plan(1), chosen=(replace(_proposal(bad), cost=Money(1.0, bad), gain=Gain(0, 1, 2, bad)),), currency=bad
    )
    shown = plan._repr_html_()
    assert "<img" not in shown
    assert "&lt;img" in shown
    with using("zh"):
        assert "<th>待办</th>" in plan._repr_html_()


def test_the_short_form_is_one_line():
    assert repr(_plan()).startswith("<Plan 'Kettle & Co': 2 things to do")
    assert "\n" not in repr(_plan())


def test_a_literal_note_is_allowed():
    assert "* as it is\n" in replace(_plan(), notes=(Text.literal("as it is"),)).text()
