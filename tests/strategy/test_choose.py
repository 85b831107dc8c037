"""Choosing: never over budget, best first, every refusal with its reason."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopwright.errors import UsageError
from shopwright.i18n import Text, using
from shopwright.shop.money import Gain, Money
from shopwright.shop.proposal import Proposal
from shopwright.strategy.choose import choose


def proposal(subject, gain, cost=0.0, currency="EUR") -> Proposal:
    return Proposal(
        domain="inventory",
        action="reorder",
        subject=subject,
        title=Text.literal(subject),
        change={},
        gain=Gain(min(gain, 0), gain, max(gain, 0), currency),
        cost=Money(cost, currency),
        how=Text.literal("planted"),
        as_of=date(2024, 3, 1),
    )


amounts = st.floats(0, 1000).map(lambda amount: round(amount, 2))
proposals = st.lists(st.tuples(st.floats(-100, 1000), amounts), max_size=20).map(
    lambda told: [proposal(f"p{number}", gain, cost) for number, (gain, cost) in enumerate(told)]
)


@given(proposals, st.none() | amounts, st.integers(0, 25), st.floats(0, 100))
def test_budget_limit_and_least_gain_hold_and_nothing_is_lost(given_, budget, limit, least):
    choice = choose(given_, budget=budget, limit=limit, least_gain=least)
    spent = sum(taken.cost.amount for taken in choice.chosen)
    assert choice.spent == pytest.approx(spent)
    assert budget is None or spent <= budget + 1e-6
    assert len(choice.chosen) <= limit
    assert all(taken.gain.mean > least for taken in choice.chosen)
    gains = [taken.gain.mean for taken in choice.chosen]
    assert gains == sorted(gains, reverse=True)
    left = [item.proposal for item in choice.left_out]
    assert sorted(map(id, [*choice.chosen, *left])) == sorted(map(id, given_))
    assert all(str(item.reason) for item in choice.left_out)


@given(proposals, st.none() | amounts, st.randoms(use_true_random=False))
def test_it_does_not_matter_who_came_first(given_, budget, chance):
    shuffled = chance.sample(given_, len(given_))
    one, two = (choose(told, budget=budget, limit=5) for told in (given_, shuffled))
    assert [taken.id for taken in one.chosen] == [taken.id for taken in two.chosen]
    assert [item.proposal.id for item in one.left_out] == [item.proposal.id for item in two.left_out]


@given(proposals, amounts)
def test_whatever_was_left_out_for_want_of_money_would_not_have_fitted(given_, budget):
    choice = choose(given_, budget=budget)
    for item in choice.left_out:
        if "costs" in str(item.reason):
            better = sum(taken.cost.amount for taken in choice.chosen if taken.gain.mean >= item.proposal.gain.mean)
            assert better + item.proposal.cost.amount > budget


def test_a_cheap_gain_is_not_lost_behind_a_dear_one():
    choice = choose([proposal("dear", 90, 80), proposal("best", 100, 50), proposal("cheap", 10, 30)], budget=80)
    assert [taken.subject for taken in choice.chosen] == ["best", "cheap"]
    assert choice.spent == 80


def test_each_refusal_has_its_reason_in_both_languages():
    told = [proposal("best", 100, 50), proposal("dear", 90, 80), proposal("poor", 5), proposal("late", 15)]
    told.append(proposal("unknown", 0))
    choice = choose(told, budget=60, limit=1, least_gain=10)
    reasons = {item.proposal.subject: item.reason for item in choice.left_out}
    assert str(reasons["poor"]) == "its expected gain of 5.00 EUR does not exceed 10.00 EUR"
    assert str(reasons["unknown"]) == "no gain in money can be told: planted"
    assert str(reasons["late"]) == "the plan is full: it holds 1 things to do"
    (dear,) = choose(told[:2], budget=60).left_out
    assert str(dear.reason) == "it costs 80.00 EUR; 10.00 EUR of the budget is left after better ones"
    with using("zh"):
        for reason in (*reasons.values(), dear.reason):
            assert re.search("[\u4e00-\u9fff]", str(reason))


def test_among_equal_gains_the_cheaper_comes_first():
    choice = choose([proposal("a", 10, 5), proposal("b", 10, 3)], limit=1)
    assert choice.chosen[0].subject == "b"


def test_tenths_add_up():
    told = [proposal(str(number), 10, 0.1) for number in range(10)]
    assert len(choose(told, budget=1.0).chosen) == 10


def test_a_gain_must_exceed_the_least():
    assert not choose([proposal("a", 10)], least_gain=10).chosen
    assert choose([proposal("a", 10.01)], least_gain=10).chosen


def test_a_gain_that_is_rare_is_a_gain():
    """Nine times out of ten nothing, and much the tenth time."""
    rare = replace(proposal("slow", 5), gain=Gain(0, 5, 0, "EUR"))
    assert choose([rare]).chosen == (rare,)


def test_nothing_proposed_nothing_chosen():
    assert choose([], budget=0) == choose([])
    assert choose([]).chosen == ()


def test_without_money_only_what_is_free_is_done():
    choice = choose([proposal("free", 5), proposal("dear", 50, 1)], budget=0)
    assert [taken.subject for taken in choice.chosen] == ["free"]


def test_amounts_in_several_currencies_are_refused():
    with pytest.raises(UsageError) as caught:
        choose([proposal("a", 1), proposal("b", 1, currency="GBP")])
    assert caught.value.code == "USAGE-11"
    assert "EUR, GBP" in str(caught.value.what)


@pytest.mark.parametrize("budget", [-1, -0.01, float("nan")])
def test_a_budget_that_cannot_be_is_refused(budget):
    with pytest.raises(UsageError) as caught:
        choose([], budget=budget)
    assert caught.value.code == "USAGE-12"


def test_a_danger_comes_first_and_needs_no_gain():
    rich, danger = proposal("a", 50), replace(proposal("kettle", 0), is_danger=True)
    choice = choose([rich, danger], least_gain=5.0)
    assert [one.subject for one in choice.chosen] == ["kettle", "a"]
    assert danger.as_json()["is_danger"]
