"""Orders within shared limits: exact against every combination there is, never over, never worse with more."""

from __future__ import annotations

import itertools

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from tests.inventory.worlds import spread

from shopwright.inventory import Policy, order, read_terms
from shopwright.inventory import constraints as module
from shopwright.inventory.constraints import choose
from shopwright.inventory.curves import Curves
from shopwright.inventory.limits import Limits
from shopwright.shop import schema as c

INF = float("inf")


def _limits(cost, space, budget=INF, room=INF, group=None, units=(0.0,), money=(0.0,)):
    group = np.zeros(len(cost), dtype=int) if group is None else np.array(group)
    return Limits(np.array(cost), np.array(space), budget, room, group, np.array(units), np.array(money))


def _brute(steps: Curves, limits: Limits) -> float:
    """The best gain of all combinations of prefixes of each SKU's steps."""
    n = len(limits.cost)
    options = []
    for sku in range(n):
        of_it = steps.row == sku
        size, gain = np.cumsum(steps.size[of_it]), np.cumsum(steps.gain[of_it])
        options.append([(0.0, 0.0), *zip(size, gain, strict=True)])
    best = 0.0
    for choice in itertools.product(*options):
        if limits.allow(np.array([units for units, _ in choice])):
            best = max(best, sum(gain for _, gain in choice))
    return best


@st.composite
def _problems(draw):
    n = draw(st.integers(1, 4))
    rows, sizes, gains = [], [], []
    for sku in range(n):
        for _ in range(draw(st.integers(0, 4))):
            rows.append(sku)
            sizes.append(draw(st.integers(1, 4)))
            gains.append(draw(st.integers(-3, 9)) + sku / 10)
    steps = Curves(np.array(rows, dtype=int), np.array(sizes, dtype=float), np.array(gains, dtype=float))
    numbers = st.lists(st.integers(1, 5).map(float), min_size=n, max_size=n)
    limits = _limits(
        draw(numbers),
        draw(numbers),
        draw(st.sampled_from([0.0, 3.0, 11.0, 30.0, INF])),
        draw(st.sampled_from([4.0, 15.0, INF])),
        draw(st.lists(st.integers(0, 1), min_size=n, max_size=n)),
        draw(st.sampled_from([(0.0, 0.0), (6.0, 0.0), (4.0, 9.0)])),
        draw(st.sampled_from([(0.0, 0.0), (0.0, 12.0)])),
    )
    return steps, limits


@settings(max_examples=150)
@given(_problems())
def test_few_steps_are_chosen_exactly(problem):
    steps, limits = problem
    found = choose(steps, limits)
    assert limits.allow(found.units)
    assert found.gain == pytest.approx(_brute(steps, limits), abs=1e-6)
    assert found.gap == pytest.approx(0, abs=1e-6)


@settings(max_examples=150)
@given(_problems())
def test_many_steps_are_bounded_truly(problem):
    """The way of large stocks, on problems small enough to know: allowed, and the true best within the gap."""
    steps, limits = problem
    if not len(steps.row):
        return
    found = module._settled(steps, limits)
    best = _brute(steps, limits)
    assert limits.allow(found.units)
    assert found.gain <= best + 1e-6
    assert found.bound >= best - 1e-6


def _stock(n=6):
    skus = [f"s{at}" for at in range(n)]
    demand = spread(stats.gamma(2, scale=4).ppf([0.1, 0.3, 0.5, 0.7, 0.9]), (0.1, 0.3, 0.5, 0.7, 0.9), 3, tuple(skus))
    stock = pl.DataFrame(
        {
            c.SKU: skus,
            c.ON_HAND: [float(at) for at in range(n)],
            c.COST: [1.0 + at for at in range(n)],
            "shortage_cost": [2.0 + at % 3 for at in range(n)],
            c.SUPPLIER: ["x", "y"] * (n // 2),
            "unit_space": [1.0, 2.0, 0.5] * (n // 3),
        }
    )
    return demand, stock


def _made(policy, n=6):
    demand, stock = _stock(n)
    return order(demand, read_terms(stock, policy))


def test_no_limit_changes_nothing_that_does_not_bind():
    free, wide = _made(Policy()), _made(Policy(budget=1e6, space=1e6))
    assert not wide.is_cut
    assert [line.units for line in wide.lines] == [line.units for line in free.lines]


@settings(max_examples=15)
@given(st.floats(0, 200), st.floats(0, 100))
def test_more_money_is_never_worse_and_never_overspent(budget, more):
    less, more_of_it = _made(Policy(budget=budget)), _made(Policy(budget=budget + more))
    assert less.spent <= budget + 1e-6
    gains = [sum(line.gains[1] for line in made.lines) for made in (less, more_of_it)]
    assert gains[1] >= gains[0] - 1e-6
    assert less.gap <= 1e-6
    assert all(line.expected_cost >= 0 for line in less.lines)


def test_shelves_hold_what_is_left_and_what_comes():
    _, stock = _stock()
    made = _made(Policy(space=30.0))
    space = dict(zip(stock[c.SKU], stock["unit_space"], strict=True))
    assert made.is_cut
    assert 0 < sum(line.units * space[line.sku] for line in made.lines) <= 30.0


def test_a_supplier_gets_its_minimum_or_nothing():
    free = _made(Policy())
    ordered = sum(line.units for line in free.lines[::2])
    for least in (ordered + 5, ordered * 20):
        made = _made(Policy(supplier_min_units=least))
        of_x = sum(line.units for line in made.lines[::2])
        assert of_x == 0 or of_x >= least
    assert "minimum" in str(next(line.reason for line in _made(Policy(supplier_min_units=ordered + 5)).lines))


def test_an_order_that_was_cut_says_the_chance_it_has_left():
    made = _made(Policy(budget=25.0))
    cut = next(line for line in made.lines if 0 < line.units < line.alone)
    assert f"with a chance of {cut.level:.0%}" not in str(cut.reason)
    assert "for safety" not in str(cut.reason)


def test_a_budget_too_small_for_any_pack_orders_nothing_and_says_so():
    made = _made(Policy(budget=0.5))
    assert made.spent == 0
    assert made.is_cut
    assert made.shadow > 0
    assert any("without the limits" in str(line.reason) for line in made.lines)
