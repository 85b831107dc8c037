"""Histories as arrays: nothing lost, nothing twice, in order."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.recommend.made import frame_of, learned

from shopwright.errors import TableError
from shopwright.recommend import Recommender
from shopwright.recommend.learning import take_in
from shopwright.recommend.live import Live

SKUS = "abcdef"


def _of(events, customer):
    """Product, step and day of each event of a customer."""
    at = events.place(customer)
    span = slice(events.starts[at], events.starts[at + 1])
    return [(SKUS[item], int(step)) for item, step in zip(events.items[span], events.steps[span], strict=True)]


def test_each_customer_has_what_happened_in_the_order_of_time():
    events = learned(frame_of([("y", "a", 1), ("x", "b", 3), ("y", "c", 9), ("x", "a", 5), ("y", "b", 1)]), SKUS)
    assert _of(events, "x") == [("a", 0), ("b", 1)]
    assert _of(events, "y") == [("c", 0), ("a", 1), ("b", 1)]
    assert events.days.tolist() == [19899, 19901, 19895, 19903, 19903]
    assert events.n_customers == 2


def test_events_of_one_moment_keep_the_order_of_the_rows():
    rows = [("x", sku, 2) for sku in "dbeac"]
    assert [sku for sku, _ in _of(learned(frame_of(rows), SKUS), "x")] == list("dbeac")
    assert [sku for sku, _ in _of(learned(frame_of(rows[::-1]), SKUS), "x")] == list("caebd")


def test_orders_of_one_moment_are_steps_and_stay_whole():
    rows = [("x", sku, 2) for sku in "abcd"]
    events = learned(frame_of(rows, order=["o1", "o2", "o1", "o2"]), SKUS)
    assert _of(events, "x") == [("a", 0), ("c", 0), ("b", 1), ("d", 1)]


def test_the_same_line_twice_counts_once_with_the_most_it_says():
    rows = [("x", "a", 2), ("x", "a", 2), ("x", "a", 1), ("y", "a", 2)]
    events = learned(frame_of(rows, kind=["view", "purchase", "cart", "view"]), SKUS)
    assert _of(events, "x") == [("a", 0), ("a", 1)]
    assert events.weights.tolist() == pytest.approx([1.0, 0.5, 0.2])


def test_the_same_product_in_two_orders_of_a_day_counts_twice():
    events = learned(frame_of([("x", "a", 2), ("x", "a", 2)], order=["o1", "o2"]), SKUS)
    assert _of(events, "x") == [("a", 0), ("a", 1)]


@pytest.mark.parametrize(
    "column, values, weights",
    [
        ("kind", ["VIEW", "wish", None, "haggled"], [0.2, 0.4, 1.0, 1.0]),
        ("weight", [-3.0, 0.5, float("nan"), 1e9], [0.0, 0.5, 1.0, 100.0]),
    ],
)
def test_weights_come_from_the_column_or_the_kind(column, values, weights):
    rows = [("x", sku, 4 - at) for at, sku in enumerate("abcd")]
    assert learned(frame_of(rows, **{column: values}), SKUS).weights.tolist() == pytest.approx(weights)


def test_a_weight_goes_before_a_kind():
    events = learned(frame_of([("x", "a", 1)], kind=["view"], weight=[0.7]), SKUS)
    assert events.weights.tolist() == pytest.approx([0.7])


@pytest.mark.parametrize("dtype", [pl.Int16, pl.UInt64, pl.Float32])
def test_numbers_order_events_and_are_no_dates(dtype):
    frame = pl.DataFrame({"customer": ["x"] * 3, "sku": ["c", "a", "b"], "at": [30, 10, 20]})
    events = learned(frame.with_columns(pl.col("at").cast(dtype)), SKUS)
    assert _of(events, "x") == [("a", 0), ("b", 1), ("c", 2)]
    assert not events.is_dated
    assert events.days.tolist() == [0, 0, 0]


def test_a_clock_of_each_customer_s_own_is_no_date():
    own = frame_of([(f"c{at}", sku, 9 - step) for at in range(30) for step, sku in enumerate("abc")])
    events = learned(own, SKUS)
    assert not events.is_dated
    assert not events.days.any()
    assert events.steps.tolist() == [0, 1, 2] * 30
    shared = frame_of([(f"c{at}", sku, 40 + at - step) for at in range(30) for step, sku in enumerate("abc")])
    assert learned(shared, SKUS).is_dated
    few = frame_of([(f"c{at}", sku, 9 - step) for at in range(19) for step, sku in enumerate("abc")])
    assert learned(few, SKUS).is_dated


def test_time_zones_and_units_are_told_apart():
    noon = datetime(2024, 6, 30, 12, tzinfo=UTC)
    east = [noon.astimezone(timezone(timedelta(hours=8))), noon + timedelta(hours=1)]
    frame = pl.DataFrame({"customer": ["x", "x"], "sku": ["b", "a"], "at": east})
    for unit in ("ms", "us", "ns"):
        events = learned(frame.with_columns(pl.col("at").dt.cast_time_unit(unit)), SKUS)
        assert _of(events, "x") == [("b", 0), ("a", 1)]
        assert events.moments.tolist() == [1719748800000000, 1719752400000000]


def test_customers_are_found_by_ids_of_any_length_and_script():
    names = ["", "a", "aa", "b" * 40, "é", "客户一", "客户二", "😀", "Z"]
    events = learned(frame_of([(who, "a", 1) for who in names]), SKUS)
    assert [events.customers[events.place(who)].decode() for who in names] == names
    for other in ("c", "客户", "客户三", "b" * 41, "b" * 39, "~~", "\U0010ffff" * 20, None):
        assert events.place(other) is None


def test_without_customers_nobody_is_found():
    events = learned(frame_of([(None, "a", 1)]), SKUS)
    assert (events.n_customers, len(events.items), events.place("x")) == (0, 0, None)
    assert events.counts().tolist() == [0] * 6


def test_rows_without_a_key_are_left_out():
    rows = [("x", "a", 1), ("x", None, 1), (None, "b", 1)]
    whole = frame_of(rows).vstack(frame_of([("x", "c", 1)]).with_columns(at=pl.lit(None, pl.Date)))
    assert _of(learned(whole, SKUS), "x") == [("a", 0)]
    numbers = pl.DataFrame({"customer": ["x", "x"], "sku": ["a", "b"], "at": [float("nan"), 1.0]})
    assert _of(learned(numbers, SKUS), "x") == [("b", 0)]


@pytest.mark.parametrize("at", [timedelta(days=1), time(9), True], ids=["span", "hour", "truth"])
def test_what_is_no_moment_orders_nothing(at):
    with pytest.raises(TableError) as caught:
        Recommender.fit(pl.DataFrame({"customer": ["x"], "sku": ["a"], "at": [at]}))
    assert caught.value.code == "RECOMMEND-04"


EVENTS = st.lists(st.tuples(st.sampled_from("xyz"), st.sampled_from(SKUS), st.integers(0, 5)), max_size=30)


@given(EVENTS, st.data())
def test_only_keeps_what_is_chosen_and_every_customer(rows, data):
    events = learned(frame_of(rows), SKUS)
    kept = np.array(data.draw(st.lists(st.booleans(), min_size=len(events.items), max_size=len(events.items))), bool)
    some = events.only(kept)
    assert some.customers is events.customers
    assert some.owners.tolist() == events.owners[kept].tolist()
    for field in ("items", "steps", "days", "weights", "moments"):
        assert getattr(some, field).tolist() == getattr(events, field)[kept].tolist()


@given(EVENTS)
def test_the_matrix_counts_customers_not_events(rows):
    events = learned(frame_of(rows), SKUS)
    pairs = {(who, sku) for who, sku, _ in rows}
    assert events.counts().tolist() == [sum(sku == one for _, sku in pairs) for one in SKUS]
    assert len(events.items) == len(set(rows))
    assert (events.matrix().data == 1).all()


def test_the_matrix_holds_the_largest_weight_of_a_pair():
    events = learned(frame_of([("x", "a", 3), ("x", "a", 2), ("x", "a", 1)], weight=[0.3, 2.0, 0.5]), SKUS)
    assert events.matrix().toarray()[0].tolist() == [2.0, 0, 0, 0, 0, 0]


EARLY = datetime(2024, 6, 30, 2, tzinfo=ZoneInfo("Asia/Shanghai"))  # in Greenwich it is the day before


def test_a_day_is_that_of_the_place_where_it_was():
    lines = pl.DataFrame({"customer": ["x", "y"], "sku": ["a", "b"], "at": [EARLY, EARLY - timedelta(hours=3)]})
    assert learned(lines, SKUS).days.tolist() == [19904, 19903]


def test_what_happens_since_counts_on_the_same_day_and_is_known_by_its_moment():
    lines = pl.DataFrame({"customer": ["x", "x"], "sku": ["a", "b"], "at": [EARLY, EARLY - timedelta(days=3)]})
    events, live = learned(lines, SKUS), Live()
    again = lines.with_columns(pl.col("at").dt.convert_time_zone("UTC")).lazy()
    rows = {sku: at for at, sku in enumerate(SKUS)}
    assert take_in(live, again, rows, events) == 0
    new = pl.DataFrame({"customer": ["x"], "sku": ["c"], "at": [EARLY + timedelta(hours=1)]})
    assert take_in(live, new.lazy(), rows, events) == 1
    assert live.histories(events, ["x"], 19904).days_ago.tolist() == [3, 0, 0]
