"""Merging: only what is new or changed is added, and nobody learns of it too early."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopwright.shop import schema as c
from shopwright.shop.merge import has_versions, latest, merge, natural_known_at
from shopwright.shop.schema import TABLES
from shopwright.shop.shop import Shop

LINES, STOCK = TABLES["order_lines"], TABLES["stock"]
START = datetime(2024, 3, 1, 12, tzinfo=UTC)
VALUES = [c.SKU, c.UNITS, c.PRICE]

rows = st.dictionaries(
    st.tuples(st.sampled_from("abc"), st.sampled_from(["1", "2", None])),
    st.tuples(
        st.integers(0, 5),  # days after the start
        st.sampled_from(["A", "B", None]),
        st.sampled_from([1.0, 2.0, float("nan"), None]),
        st.sampled_from([9.5, None]),
    ),
    max_size=6,
)


def lines(told) -> pl.DataFrame:
    given = [
        {c.ORDER: order, c.LINE: line, c.AT: START + timedelta(days=after), c.SKU: sku, c.UNITS: units, c.PRICE: price}
        for (order, line), (after, sku, units, price) in told.items()
    ]
    return _full(LINES, given)


def _full(table, given) -> pl.DataFrame:
    frame = pl.DataFrame(given, schema={name: table.dtypes[name] for name in (given[0] if given else table.names)})
    rest = (pl.lit(None, table.dtypes[name]).alias(name) for name in table.names if name not in frame.columns)
    return frame.with_columns(rest).select(table.names)


def at(hours: float) -> datetime:
    return START + timedelta(days=10, hours=hours)


def _now(frame: pl.DataFrame, table=LINES) -> dict:
    """Latest version of each row: key -> values."""
    last = latest(frame.lazy(), table).collect()
    return {tuple(row[name] for name in table.key): row for row in last.iter_rows(named=True)}


@given(rows)
def test_the_same_rows_twice_add_nothing(told):
    once = merge(None, lines(told), LINES, at(0), "UTC")
    twice = merge(once.frame.lazy(), lines(told), LINES, at(1), "UTC")
    assert (once.added, once.changed, once.unchanged) == (len(told), 0, 0)
    assert (twice.added, twice.changed, twice.unchanged) == (0, 0, len(told))
    assert twice.frame.equals(once.frame)


@given(rows, rows)
def test_counts_add_up_and_old_rows_stay_as_they_are(first, second):
    once = merge(None, lines(first), LINES, at(0), "UTC")
    then = merge(once.frame.lazy(), lines(second), LINES, at(1), "UTC")
    assert then.added + then.changed + then.unchanged == len(second)
    assert then.added == len(second.keys() - first.keys())
    assert then.frame.height == once.frame.height + then.added + then.changed
    assert then.frame.head(once.frame.height).equals(once.frame)
    assert set(then.frame.tail(then.added + then.changed)[c.KNOWN_AT]) <= {
        at(1),
        *(START + timedelta(days=after) for after, *_ in second.values()),
    }


@given(rows, rows)
def test_a_null_does_not_take_back_what_was_said(first, second):
    frame = merge(None, lines(first), LINES, at(0), "UTC").frame
    frame = merge(frame.lazy(), lines(second), LINES, at(1), "UTC").frame
    wanted = {}
    for key in first.keys() | second.keys():
        old, new = first.get(key, (None,) * 4), second.get(key, (None,) * 4)
        wanted[key] = [new[place] if new[place] is not None else old[place] for place in (1, 2, 3)]
    found = {key: [row[name] for name in VALUES] for key, row in _now(frame).items()}
    assert repr(sorted(found.items(), key=repr)) == repr(sorted(wanted.items(), key=repr))  # repr: nan is not nan


@given(rows, rows, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(first, second, chance):
    def shuffled(told):
        return dict(chance.sample(sorted(told.items(), key=repr), len(told)))

    def merged(one, two):
        frame = merge(None, lines(one), LINES, at(0), "UTC").frame
        return merge(frame.lazy(), lines(two), LINES, at(1), "UTC").frame.sort(pl.all(), nulls_last=True)

    assert merged(first, second).equals(merged(shuffled(first), shuffled(second)))


@given(rows, rows, rows)
def test_whoever_looks_before_an_import_sees_what_was_known_then(first, second, third):
    frames = []
    frame = None
    for number, told in enumerate((first, second, third)):
        frame = merge(None if frame is None else frame.lazy(), lines(told), LINES, at(24 * number), "UTC").frame
        frames.append(frame)
    shop = Shop.of({"order_lines": frames[-1]})
    for number in (0, 1):
        then = Shop.of({"order_lines": frames[number]}).until(at(24 * number).date())
        seen, wanted = (_keyed(shop.until(at(24 * number).date())), _keyed(then))
        # rows that a later import added with an earlier date were known to the shop, if not to us
        assert {key: seen[key] for key in wanted} == wanted


def _keyed(shop):
    frame = shop.table("order_lines").collect()
    return {(row[c.ORDER], row[c.LINE]): repr(row) for row in frame.iter_rows(named=True)}


def test_a_correction_of_a_fact_that_is_yet_to_come_wins():
    """Stock of today is known this evening; an import at noon and a corrected one at three are both before that."""
    noon, three = datetime(2024, 3, 1, 12, tzinfo=UTC), datetime(2024, 3, 1, 15, tzinfo=UTC)

    def stock(units):
        return _full(STOCK, [{c.SKU: "a", c.DAY: date(2024, 3, 1), c.ON_HAND: units}])

    frame = merge(None, stock(10.0), STOCK, noon, "UTC").frame
    again = merge(frame.lazy(), stock(7.0), STOCK, three, "UTC")
    assert again.changed == 1
    assert [row[c.ON_HAND] for row in _now(again.frame, STOCK).values()] == [7.0]
    assert merge(again.frame.lazy(), stock(7.0), STOCK, three, "UTC").unchanged == 1


def test_a_third_version_wins_over_a_second():
    frame = None
    for number, units in enumerate((1.0, 2.0, 1.0)):
        told = lines({("a", "1"): (0, "A", units, None)})
        frame = merge(None if frame is None else frame.lazy(), told, LINES, at(number), "UTC").frame
    assert frame.height == 3
    assert _now(frame)["a", "1"][c.UNITS] == 1.0


def test_versions_are_told_from_rows():
    one = lines({("a", "1"): (0, "A", 1.0, None), ("a", None): (0, "A", 1.0, None), ("b", "1"): (0, "A", 1.0, None)})
    frame = merge(None, one, LINES, at(0), "UTC").frame
    assert not has_versions(frame.lazy(), LINES)
    assert has_versions(pl.concat([frame, frame.tail(1)]).lazy(), LINES)
    assert not has_versions(frame.head(0).lazy(), LINES)


@pytest.mark.parametrize(
    "timezone, day, known",
    [
        ("UTC", date(2024, 3, 1), "2024-03-01T23:59:59.999999"),
        ("Asia/Shanghai", date(2024, 3, 1), "2024-03-01T15:59:59.999999"),
        ("Europe/Berlin", date(2024, 3, 31), "2024-03-31T21:59:59.999999"),  # summer time began that night
        ("Europe/Berlin", date(2024, 10, 27), "2024-10-27T22:59:59.999999"),
        ("Africa/Cairo", date(2024, 10, 31), "2024-10-31T21:59:59.999999"),  # its last hour came twice
        ("Africa/Cairo", date(2024, 4, 25), "2024-04-25T21:59:59.999999"),  # its midnight did not come
        ("Pacific/Apia", date(2011, 12, 30), "2011-12-30T23:59:59.999999"),  # a day that was left out
    ],
)
def test_a_day_is_known_at_its_end_where_the_shop_is(timezone, day, known):
    frame = pl.DataFrame({c.DAY: [day, None]}, schema={c.DAY: pl.Date})
    found = frame.select(natural_known_at(STOCK, timezone).alias(c.KNOWN_AT)).to_series()
    assert found.to_list() == [datetime.fromisoformat(known).replace(tzinfo=UTC), None]
    shop = Shop.of(
        {"stock": _full(STOCK, [{c.SKU: "a", c.DAY: day, c.ON_HAND: 1.0}])},
        Shop.of({}).settings.model_validate({"shop": {"timezone": timezone}}),
    )
    assert shop.until(day).rows("stock") == (0 if timezone == "Pacific/Apia" else 1)
    assert shop.until(day - timedelta(days=1)).rows("stock") == 0
    assert shop.until(day + timedelta(days=1)).rows("stock") == 1
