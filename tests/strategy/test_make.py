"""From a shop to a plan: budgets from the call or the settings, assumptions said aloud, provenance to make it again."""

from __future__ import annotations

import pytest

import shopwright
from shopwright.errors import UsageError
from shopwright.settings import Settings
from shopwright.shop.shop import Shop
from shopwright.strategy.make import compose, make_plan, provenance
from shopwright.strategy.workup import work_up


@pytest.fixture(scope="module")
def work(world):
    return work_up(world.shop)


def test_it_is_the_public_plan(world, plan):
    assert shopwright.plan(world.shop).to_json() == plan.to_json()


@pytest.mark.parametrize("budget", [0.0, 20.0, 300.0])
def test_a_budget_is_kept_to(work, budget):
    plan = compose(work, budget)
    assert plan.budget == budget
    assert plan.spent <= budget + 1e-9
    assert plan.spent == pytest.approx(sum(proposal.cost.amount for proposal in plan.chosen))
    assert len(plan.chosen) + len(plan.left_out) == len(work.proposals)


def test_no_budget_means_no_limit(work):
    assert compose(work).budget is None


def _with(world, **plan):
    return Shop.of(world.tables, Settings.model_validate({"plan": plan}))


def test_the_settings_budget_holds_unless_the_call_says_otherwise(world):
    work = work_up(_with(world, budget=30.0))
    assert compose(work).budget == 30.0
    assert compose(work, 200.0).budget == 200.0


def test_the_settings_limit_and_least_gain_hold(world):
    plan = make_plan(_with(world, limit=3, least_gain=5.0))
    assert len(plan.chosen) <= 3
    assert all(proposal.gain.mean > 5 for proposal in plan.chosen)


def test_a_negative_budget_is_refused(world):
    with pytest.raises(UsageError, match="USAGE-12"):
        make_plan(world.shop, budget=-1.0)


def test_assumed_margins_are_said_aloud(sales):
    assumed, known = (make_plan(Shop.of(sales(cost=cost))) for cost in (None, 4.0))
    assert [note for note in assumed.notes if "margins are assumed at 40%" in str(note)]
    assert not [note for note in known.notes if "margins are assumed" in str(note)]


def test_unknown_stock_is_said_aloud(sales, world, plan):
    assert [note for note in make_plan(Shop.of(sales())).notes if "what is on hand is not known" in str(note)]
    assert not [note for note in plan.notes if "what is on hand is not known" in str(note)]


def test_provenance_names_everything_a_plan_hangs_on(world):
    found = provenance(world.shop.until("2026-05-01"), 12.0)
    assert found["shopwright"] == shopwright.__version__
    assert (found["budget"], found["cutoff"]) == (12.0, "2026-05-01")
    assert found["settings"] == world.settings.model_dump()


def test_a_plan_holds_for_the_evening_it_was_asked_for(world):
    plan = make_plan(world.shop.until("2026-05-01"))
    assert plan.as_of.isoformat() == "2026-05-01"
    assert {proposal.as_of.isoformat() for proposal in plan.chosen} == {"2026-05-01"}
    assert {figure.as_of.isoformat() for figure in plan.headline} == {"2026-05-01"}
