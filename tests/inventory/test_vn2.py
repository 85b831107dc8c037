"""VN2 under strict timing: the organiser's published rule costs what it must, ours costs less."""

from __future__ import annotations

import pytest
from tests.benchmarking import benchmark

from shopwright.inventory.rules import Cover, Foresight, Newsvendor

ORGANISER = {109: 4282, 117: 4366, 125: 4792, 133: 8920, 141: 4687, 149: 4216}

pytestmark = pytest.mark.realdata


@pytest.fixture(scope="module")
def bench():
    """`benchmarks/stock.py` as a module."""
    return benchmark("stock")


@pytest.fixture(scope="module")
def sales(bench, data):
    return bench.sales_of(data("vn2"))


@pytest.mark.parametrize("first", ORGANISER)
def test_the_organisers_rule_costs_what_it_must(bench, sales, first):
    assert round(bench.play(sales, Cover(4, 13), first).cost) == ORGANISER[first]


@pytest.mark.parametrize("first", [109, 133])
def test_the_same_averages_cost_less_through_reorder_and_nobody_beats_the_floor(bench, sales, first):
    ours = bench.play(sales, Newsvendor(bench.blend), first).cost
    assert ours < 0.96 * ORGANISER[first]
    assert bench.play(sales, Foresight(sales), first).cost < ours
