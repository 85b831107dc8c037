from __future__ import annotations

from itertools import permutations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopwright.recommend.explore import GREEDY, POOL, EpsilonLast, PlackettLuce, draws, policy_of
from shopwright.recommend.rerank import rerank
from shopwright.recommend.rules import Rules
from shopwright.recommend.shelf import Shelf

SHELF = Shelf.of(pl.DataFrame({"sku": list("abcdef"), "brand": list("xxyyzz"), "category": list("ttuuvv")}))
ROWS, SCORES = np.arange(6), np.array([1.0, 0.9, 0.8, 0.5, 0.3, 0.0])
N = 10_000


def lists(rules, k, n=N):
    return [rerank(ROWS, SCORES, SHELF, rules, k, draws=draws(7, f"request {at}", k)) for at in range(n)]


@given(
    st.lists(st.floats(-1, 1) | st.just(-np.inf), min_size=1, max_size=80).filter(lambda values: max(values) > -np.inf),
    st.sampled_from([GREEDY, PlackettLuce(0.05), PlackettLuce(3.0), EpsilonLast(0.3, 2), EpsilonLast(1.0, 9)]),
    st.integers(0, 9),
)
def test_chances_add_up_to_one_over_what_may_be_shown(values, policy, slot):
    values = np.array(values)
    chances = policy.chances(values, slot, 10)
    assert chances.sum() == pytest.approx(1.0)
    assert (chances >= 0).all()
    assert (chances[values == -np.inf] == 0).all()
    assert (chances > 0).sum() <= POOL
    assert chances[values.argmax()] == pytest.approx(chances.max())


def test_a_temperature_is_the_loss_of_value_that_divides_the_chance_by_e():
    one, other = PlackettLuce(0.1).chances(np.array([1.0, 0.9]), 0, 1)
    assert one / other == pytest.approx(np.e)


def test_only_the_best_fifty_are_drawn_from():
    values = np.linspace(0, 1, 200)
    for policy in (PlackettLuce(10.0), EpsilonLast(1.0, 1)):
        assert np.flatnonzero(policy.chances(values, 0, 1)).tolist() == list(range(150, 200))


def test_epsilon_leaves_the_first_slots_alone():
    found = lists(Rules(explore=0.5, explore_slots=2), 4, 300)
    assert {tuple(each.rows[:2]) for each in found} == {(0, 1)}
    assert all(each.propensities[:2].tolist() == [1.0, 1.0] for each in found)
    assert len({tuple(each.rows) for each in found}) > 5
    assert found[0].policy == "epsilon(0.5,last 2)"


@pytest.mark.parametrize(
    "rules",
    [
        Rules(temperature=0.3),
        Rules(temperature=0.5, diversity=0.4),
        Rules(temperature=0.4, most_per_brand=1),
        Rules(explore=0.6, explore_slots=2, most_per_brand=1),
    ],
)
def test_propensities_are_how_often_products_are_drawn(rules):
    """Of the first slot, and of whole lists of two: the product of what is logged for their slots."""
    found = lists(rules, 2)
    logged = {tuple(each.rows.tolist()): float(np.prod(each.propensities)) for each in found}
    heads = {int(each.rows[0]): float(each.propensities[0]) for each in found}
    assert sum(heads.values()) == pytest.approx(1.0)
    for head, chance in heads.items():
        share = np.mean([each.rows[0] == head for each in found])
        assert share == pytest.approx(chance, abs=4 * np.sqrt(chance * (1 - chance) / N) + 1e-9)
    for both, chance in logged.items():
        share = np.mean([tuple(each.rows.tolist()) == both for each in found])
        assert share == pytest.approx(chance, abs=4.5 * np.sqrt(chance / N) + 1e-9)


def test_lists_of_plackett_luce_have_their_closed_form():
    """Chances of all 120 lists of three, as products of softmaxes over what is left, add up to one."""
    weights = np.exp(SCORES / 0.5)
    found = {tuple(each.rows.tolist()): float(np.prod(each.propensities)) for each in lists(Rules(temperature=0.5), 3)}
    closed = {}
    for one, two, three in permutations(range(6), 3):
        total = weights.sum()
        closed[one, two, three] = (
            weights[one]
            / total
            * (weights[two] / (total - weights[one]))
            * (weights[three] / (total - weights[one] - weights[two]))
        )
    assert sum(closed.values()) == pytest.approx(1.0)
    assert all(chance == pytest.approx(closed[both]) for both, chance in found.items())
    assert len(found) > 100


def test_ips_with_the_logged_propensities_finds_the_worth_of_another_policy():
    """Clicks on the first slot come by known rates; what always showing product b would bring is estimated rightly."""
    rates = np.array([0.1, 0.5, 0.2, 0.3, 0.4, 0.05])
    clicks = np.random.default_rng(3).random(N)
    found = lists(Rules(temperature=0.5), 1)
    weights = [(each.rows[0] == 1) / each.propensities[0] for each in found]
    rewards = [float(draw < rates[each.rows[0]]) for draw, each in zip(clicks, found, strict=True)]
    assert np.mean(np.multiply(weights, rewards)) == pytest.approx(0.5, abs=0.05)


def test_the_same_seed_and_request_give_the_same_list_and_others_do_not():
    rules = Rules(temperature=0.5)
    one, same = (rerank(ROWS, SCORES, SHELF, rules, 6, draws=draws(1, "r", 6)) for _ in range(2))
    assert one.rows.tolist() == same.rows.tolist()
    assert (draws(1, "r", 6) != draws(2, "r", 6)).all()
    assert (draws(1, "r", 6) != draws(1, "s", 6)).all()


def test_nothing_is_drawn_without_draws():
    found = rerank(ROWS, SCORES, SHELF, Rules(temperature=0.5), 3)
    assert (found.rows.tolist(), found.policy) == ([0, 1, 2], "greedy")


def test_pinned_products_are_not_drawn():
    for each in lists(Rules(temperature=2.0, skus_first=("f",)), 2, 50):
        assert (each.rows[0], each.propensities[0]) == (5, 1.0)


def test_rules_name_their_policy():
    assert policy_of(Rules()) is GREEDY
    assert policy_of(Rules(temperature=0.1)) == PlackettLuce(0.1)
    assert policy_of(Rules(explore=0.1)) == EpsilonLast(0.1, 3)
