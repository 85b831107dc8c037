"""Replays worked out by hand, a floor under every rule, and no rule that sees past its evening."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shopwright.errors import UsageError
from shopwright.inventory import Policy, Span, simulate
from shopwright.inventory.rules import BaseStock, Cover, FixedLot, Foresight, MinMax
from shopwright.inventory.terms import read_terms
from shopwright.shop import schema as c

FIRST = date(2024, 1, 1)


def _history(units, step: int = 7) -> pl.DataFrame:
    """Rows of units by SKU and period."""
    rows = [
        (f"s{sku}", FIRST + timedelta(days=step * at), float(value))
        for sku, values in enumerate(units)
        for at, value in enumerate(values)
    ]
    return pl.DataFrame(rows, schema=[c.SKU, c.DAY, c.UNITS], orient="row")


def _stock(on_hand, **more) -> pl.DataFrame:
    return pl.DataFrame({c.SKU: [f"s{at}" for at in range(len(on_hand))], c.ON_HAND: on_hand, **more})


def _always(units):
    return lambda seen: np.full(len(seen.terms), float(units))


def _at(period: int) -> date:
    return FIRST + timedelta(days=7 * period)


def test_a_replay_by_hand():
    """Lead time 2: what is ordered before week 1 is sold from week 2 on."""
    replay = simulate(
        _history([[5, 4, 6, 3]]), _always(3), Policy(lead_time=2), start=_at(1), stock=_stock([5.0], due_1=[2.0])
    )
    assert replay.arrived.tolist() == [[2, 3, 3]]
    assert replay.met.tolist() == [[4, 6, 3]]
    assert replay.left.tolist() == [[3, 0, 0]]
    assert replay.cost == pytest.approx(0.2 * 3)
    assert replay.fill_rate == 1
    assert replay.cycle_service == 1
    assert replay.turns == pytest.approx(13 / 3 * 365.25 / 7)
    assert replay.by_period()["left"].to_list() == [3, 0, 0]
    assert replay.frame()["demand"].to_list() == [13]


@pytest.mark.parametrize("lost, missed, met", [(True, [3, 3, 1], [1, 1, 3]), (False, [3, 4, 4], [1, 0, 0])])
def test_sales_are_lost_or_wait(lost, missed, met):
    policy = Policy(lead_time=1, lost_sales=lost)
    orders = iter([0.0, 1.0, 3.0])
    replay = simulate(
        _history([[9, 4, 4, 4]]), lambda _: np.array([next(orders)]), policy, start=_at(1), stock=_stock([1.0])
    )
    assert replay.missed.tolist() == [missed]
    assert replay.met.tolist() == [met]


@pytest.mark.parametrize("lost, met", [(True, 5), (False, 2)])
def test_goods_that_arrive_make_up_for_what_was_oversold_only_where_customers_wait(lost, met):
    policy = Policy(lead_time=2, lost_sales=lost)
    stock = _stock([-3.0], due_1=[5.0])
    made = simulate(_history([[4, 4, 9, 0]]), _always(0), policy, start=_at(2), stock=stock)
    assert made.met.sum() == met


def test_what_is_too_old_is_wasted_first_in_first_out():
    policy = Policy(lead_time=1, shelf_life=2, unit_cost=3.0)
    replay = simulate(_history([[0, 1, 1, 0, 0]]), _always(2), policy, start=_at(1), stock=_stock([2.0]))
    # On hand 2 and 2 new; 1 sold, 1 sold: nothing of the first two is left when their two weeks are over.
    assert replay.waste.tolist() == [[0, 2, 2, 2]]
    assert replay.left.tolist() == [[3, 2, 2, 2]]
    assert replay.costs.sum() == pytest.approx(0.2 * 9 + 3.0 * 6)


def test_no_rule_sees_the_day_it_orders_for():
    seen = []

    def rule(situation):
        seen.append(situation.sold.days[-1])
        assert situation.sold.units.shape[1] == len(situation.sold.days)
        situation.sold.units[:] = -1  # what it does to its own copy changes nothing
        return np.zeros(len(situation.terms))

    replay = simulate(_history([[1, 2, 3, 4, 5]]), rule, Policy(lead_time=1), start=_at(2), stock=_stock([0.0]))
    assert seen == [_at(1), _at(2), _at(3)]
    assert replay.demand.tolist() == [[3, 4, 5]]


def test_a_rule_may_be_shown_its_own_sales_alone():
    shown = []

    def rule(situation):
        shown.append((situation.sold.units[0].tolist(), situation.sold.in_stock[0].tolist()))
        return np.zeros(1)

    simulate(_history([[4, 4, 4]]), rule, Policy(lead_time=1), start=_at(1), stock=_stock([1.0]), is_censored=True)
    assert shown[-1] == ([4, 1], [True, False])


def test_a_rule_is_told_in_stock_only_where_the_history_says_so():
    """A forecaster then takes no zero at its word that no row speaks for, and finds hidden stock-outs by itself."""
    shown = []

    def rule(situation):
        shown.append(situation.sold.frame()["in_stock"].to_list())
        return np.zeros(1)

    history = _history([[4, 4, 0, 4]])
    for flags in ([None] * 4, [True, None, False, True]):
        said = history.with_columns(in_stock=pl.Series(flags, dtype=pl.Boolean))
        simulate(said, rule, Policy(lead_time=1), start=_at(3), stock=_stock([1.0]))
        assert shown.pop() == flags[:3]
    simulate(history, rule, Policy(lead_time=1), start=_at(3), stock=_stock([1.0]))
    assert shown == [[None] * 3]


def test_orders_wait_for_their_review():
    replay = simulate(_history([[1] * 7]), _always(2), Policy(lead_time=1, review=3), start=_at(1), stock=_stock([0.0]))
    assert replay.ordered.tolist() == [[2, 0, 0, 2, 0, 0]]


RULES = (Cover(4), Cover(2, is_seasonal=False), BaseStock(0.9), MinMax(0.8), FixedLot(0.8), _always(1))


@settings(max_examples=40)
@given(
    st.lists(st.lists(st.integers(0, 9), min_size=12, max_size=12), min_size=1, max_size=3),
    st.integers(1, 3),
    st.integers(1, 3),
    st.sampled_from(RULES),
    st.booleans(),
    st.floats(0, 2),
)
def test_nobody_beats_perfect_foresight(units, lead, review, rule, lost, holding):
    history, policy = _history(units), Policy(lead, review, holding, 1.0, lost_sales=lost)
    stock = _stock([3.0] * len(units))
    made = [
        simulate(history, each, policy, start=_at(4), stock=stock, span=Span(skip=lead - 1))
        for each in (rule, Foresight(history))
    ]
    assert all(replay.cost >= 0 for replay in made)
    if lost:
        assert made[1].cost <= made[0].cost + 1e-6
    assert 0 <= made[0].fill_rate <= 1


def test_days_are_replayed_as_well():
    history = _history([[2] * 40], step=1)
    replay = simulate(history, BaseStock(0.9), Policy(lead_time=2), start=FIRST + timedelta(days=20), freq="D")
    assert len(replay.days) == 20
    assert replay.fill_rate == 1
    assert set(replay.summary()) >= {"cost", "fill_rate", "turns"}


@pytest.mark.parametrize(
    "call, code",
    [
        (lambda h: simulate(h, _always(1), Policy(), start=_at(0)), "USAGE-62"),
        (lambda h: simulate(h, _always(1), Policy(), start=_at(99)), "USAGE-62"),
        (lambda h: simulate(h, _always(1), Policy(), start=_at(1), span=Span(skip=9)), "USAGE-62"),
        (lambda h: simulate(h, _always(-1), Policy(), start=_at(1)), "USAGE-63"),
        (lambda h: simulate(h, lambda _: np.array([np.nan]), Policy(), start=_at(1)), "USAGE-63"),
        (lambda h: simulate(h, lambda _: np.zeros(7), Policy(), start=_at(1)), "USAGE-63"),
        (lambda h: simulate(h.drop(c.UNITS), _always(1), Policy(), start=_at(1)), "USAGE-64"),
        (lambda h: simulate(h.clear(), _always(1), Policy(), start=_at(1)), "USAGE-64"),
        (lambda h: simulate(h, _always(1), Policy(), start=_at(1), freq="M"), "USAGE-64"),
    ],
    ids=[
        "no past",
        "no future",
        "all skipped",
        "below zero",
        "not a number",
        "too many",
        "no units",
        "no rows",
        "months",
    ],
)
def test_what_cannot_be_replayed_is_explained(call, code):
    with pytest.raises(UsageError) as caught:
        call(_history([[1, 2, 3, 4]]))
    assert caught.value.code == code


def test_a_history_is_read_as_a_forecaster_reads_it():
    """Text days, words for yes and no, rows without a SKU or a day."""
    plain = _history([[5, 4, 6, 3]]).with_columns(in_stock=pl.lit(value=True))
    odd = plain.with_columns(
        pl.col(c.DAY).cast(pl.String) + " 08:00:00", pl.col(c.UNITS).cast(pl.String), in_stock=pl.lit("yes")
    )
    nameless = pl.DataFrame({c.SKU: [None, "s0"], c.DAY: ["2024-01-01", None], c.UNITS: ["9", "9"], "in_stock": "no"})
    odd = pl.concat([odd, nameless.select(odd.columns)]).lazy()
    played = [simulate(sold, _always(3), Policy(lead_time=2), start=_at(1)).frame() for sold in (plain, odd)]
    assert played[0].equals(played[1])


@pytest.mark.parametrize("units", [float("inf"), "n/a"])
def test_units_that_are_no_number_are_refused_with_their_sku(units):
    sold = pl.concat(
        [_history([[5, 4, 6, 3]]), pl.DataFrame({c.SKU: ["x"], c.DAY: [FIRST], c.UNITS: [units]})],
        how="vertical_relaxed" if isinstance(units, str) else "vertical",
    )
    with pytest.raises(UsageError) as caught:
        simulate(sold, _always(3), Policy(), start=_at(1))
    assert caught.value.code == "USAGE-22"
    assert "SKU 'x'" in str(caught.value.why)


def test_a_slip_is_no_demand_of_a_replay_and_told():
    replay = simulate(_history([[5, 4, 1e9, 3, 4, 5]]), _always(4), Policy(lead_time=1), start=_at(1))
    assert replay.demand.tolist() == [[4, 0, 3, 4, 5]]
    assert "1,000,000,000" in str(replay.notes["s0"])


@pytest.mark.parametrize(
    "odd",
    [
        {"order_cost": 5.0},
        {"shelf_life": 2},
        {"lead_time_sd": 1.0},
        {"lead_chances": (0.5, 0.5)},
        {"lost_sales": False},
    ],
)
def test_foresight_is_a_floor_only_where_no_rule_can_cost_less(odd):
    stock = _stock([3.0, 3.0])
    assert Foresight.is_floor(read_terms(stock, Policy()))
    assert not Foresight.is_floor(read_terms(stock, Policy(**odd)))
