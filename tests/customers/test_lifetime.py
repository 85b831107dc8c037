"""Lifetime value on worlds with planted truth, on bad input, and on real purchases of which the end is hidden."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shopwright.customers import LifetimeValue
from shopwright.customers.lifetime import MODEL_SAMPLE
from shopwright.errors import TableError, UsageError

START, LAST = date(2023, 1, 1), date(2023, 12, 31)
COLUMNS = ["customer", "alive", "purchases", "value", "low", "high"]


def _frame(rows, **types):
    schema = {"customer": pl.String, "day": pl.Date, "amount": pl.Float64, **types}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _row(found, customer):
    return found.filter(customer=customer).row(0, named=True)


@pytest.fixture(scope="module")
def world():
    """Customers who buy at a steady pace of their own, and of whom every third stopped after the first half year."""
    draw = np.random.default_rng(5)
    rows = []
    for number in range(1500):
        came, every, worth = int(draw.integers(0, 120)), float(draw.gamma(3, 20)) + 5, float(draw.gamma(4, 10))
        ends = 182 if number % 3 == 0 else 730
        day = came
        while day < ends:
            rows.append((f"c{number:04}", START + timedelta(days=int(day)), worth * float(draw.gamma(6, 1 / 6))))
            day += draw.exponential(every) + 1
    return _frame(rows)


def test_what_customers_did_next_is_told(world):
    found = LifetimeValue.fit(world, LAST).predict(90)
    after = world.filter(pl.col("day") > LAST, pl.col("day") <= LAST + timedelta(days=90))
    came = after.group_by("customer").agg(pl.len().alias("came"), pl.col("amount").sum().alias("spent"))
    both = found.join(came, on="customer", how="left").fill_null(0)
    assert found.columns == COLUMNS
    assert np.corrcoef(both["purchases"], both["came"])[0, 1] > 0.65
    assert np.corrcoef(both["value"], both["spent"])[0, 1] > 0.65
    inside = both.filter(pl.col("spent").is_between(pl.col("low") - 1e-9, pl.col("high") + 1e-9))
    assert inside.height / both.height > 0.77
    assert (both["low"] <= both["value"]).all()


def test_those_who_stopped_are_told_from_those_who_did_not(world):
    found = (
        LifetimeValue.fit(world, LAST)
        .predict(90)
        .with_columns(is_gone=pl.col("customer").str.slice(1).cast(pl.Int64) % 3 == 0)
    )
    gone, there = found.filter("is_gone"), found.filter(~pl.col("is_gone"))
    assert gone["alive"].mean() < 0.3 < 0.65 < there["alive"].mean()
    assert gone["purchases"].mean() < there["purchases"].mean() / 4


def test_ranges_of_purchases_hold_what_they_say(world):
    model = LifetimeValue.fit(world, LAST)
    after = world.filter(pl.col("day") > LAST, pl.col("day") <= LAST + timedelta(days=90))
    came = after.group_by("customer").len("came")
    for level in (0.5, 0.8):
        told = model.predict(90, of="purchases", level=level).join(came, on="customer", how="left").fill_null(0)
        inside = told["came"].is_between(told["low"], told["high"]).mean()
        assert level - 0.04 < inside < level + 0.25  # counts: a range of whole numbers holds more than it must
    wide, narrow = (model.predict(90, of="purchases", level=level)["high"].sum() for level in (0.95, 0.5))
    assert wide > narrow


def test_nothing_after_the_last_day_is_seen(world):
    known = world.filter(pl.col("day") <= LAST)
    once, again = LifetimeValue.fit(world, LAST), LifetimeValue.fit(known, LAST)
    assert once.predict(60).equals(again.predict(60))
    assert "rows after the last day were left out" in once.notes[0].render("en")


def test_the_order_of_rows_and_the_form_of_the_table_change_nothing(world):
    known = world.filter(pl.col("day") <= LAST)
    once = LifetimeValue.fit(known, LAST).predict(60)
    instants = known.sample(fraction=1.0, shuffle=True, seed=2).lazy().with_columns(pl.col("day").cast(pl.Datetime))
    assert LifetimeValue.fit(instants, datetime(2023, 12, 31, 8, tzinfo=UTC)).predict(60).equals(once)


def test_purchases_of_one_day_are_one():
    single = _frame([("a", date(2023, 3, 1), 30.0), ("a", date(2023, 6, 1), 10.0), ("b", date(2023, 5, 1), 5.0)])
    double = _frame([("a", date(2023, 3, 1), 10.0), ("a", date(2023, 3, 1), 20.0), *single.rows()[1:]])
    assert LifetimeValue.fit(single, LAST).predict(30).equals(LifetimeValue.fit(double, LAST).predict(30))


def test_a_customer_with_ten_thousand_orders_and_others_with_one():
    rows = [("wholesale", date(1990, 1, 1) + timedelta(days=n), 1000.0) for n in range(10_000)]
    last = rows[-1][1]
    rows += [(f"c{n}", last - timedelta(days=n), 20.0) for n in range(300)]
    found = LifetimeValue.fit(_frame(rows), last).predict(365)
    assert found.drop("customer").select(pl.all().is_finite().all()).row(0) == (True,) * 5
    big = _row(found, "wholesale")
    assert big["purchases"] == pytest.approx(365, rel=0.15)
    assert big["value"] / big["purchases"] == pytest.approx(1000, rel=0.05)
    assert big["low"] < big["value"] < big["high"]


@pytest.mark.parametrize(
    "rows",
    [
        [("a", date(2023, 3, 1), 30.0)],
        [("a", date(2023, 12, 31), 30.0)],
        [(f"c{n}", date(2023, 3, 1), 10.0) for n in range(40)],
        [(f"c{n}", date(2023, 1, 1) + timedelta(days=n), 10.0) for n in range(300)],
        [("a", date(2023, 3, 1), 0.0), ("a", date(2023, 4, 1), 0.0)],
    ],
    ids=["one customer", "today", "one day", "no repeat buyers", "all for nothing"],
)
def test_little_is_enough(rows):
    model = LifetimeValue.fit(_frame(rows), LAST)
    found = model.predict(90)
    assert found["purchases"].is_between(0, 40).all()
    assert found["alive"].is_between(0, 1).all()
    assert "too little is known" in model.notes[-1].render("en")
    assert model.notes[-1].render("zh").startswith("历史太短")


def test_numpys_days_are_days_and_unknown_ranges_are_refused():
    model = LifetimeValue.fit(_frame([("a", date(2023, 3, 1), 9.0)]), LAST)
    assert model.predict(np.int64(90)).equals(model.predict(90))
    with pytest.raises(UsageError) as refused:
        model.predict(90, of="orders")
    assert refused.value.code == "CUSTOMERS-12"


def test_amounts_that_are_not_known_leave_purchases():
    some = _frame([("a", date(2023, 3, 1), None), ("b", date(2023, 3, 1), 9.0), ("b", date(2023, 5, 1), float("nan"))])
    found = LifetimeValue.fit(some, LAST)
    assert found.predict(30)["value"].null_count() == 0
    assert "2 rows have no amount" in found.notes[0].render("en")
    none = LifetimeValue.fit(some.drop("amount"), LAST).predict(30)
    assert none["value"].null_count() == none["low"].null_count() == 2
    assert none["purchases"].min() > 0
    assert LifetimeValue.fit(some.with_columns(amount=None), LAST).predict(30).equals(none)


def test_money_going_back_is_no_purchase():
    kept = _frame([("a", date(2023, 3, 1), 30.0), ("b", date(2023, 5, 1), 5.0)])
    more = [
        ("a", date(2023, 4, 1), -30.0),
        ("c", date(2023, 4, 1), -1.0),
        (None, date(2023, 4, 1), 1.0),
        ("a", None, 2.0),
    ]
    model = LifetimeValue.fit(pl.concat([kept, _frame(more)]), LAST)
    assert model.predict(30).equals(LifetimeValue.fit(kept, LAST).predict(30))
    told = [note.render("en") for note in model.notes]
    assert told[0].startswith("2 rows without customer or day")
    assert told[1].startswith("2 rows with an amount below zero")


@pytest.mark.parametrize(
    "rows, code",
    [
        (pl.DataFrame({"customer": ["a"]}), "CUSTOMERS-02"),
        ([1, 2], "CUSTOMERS-02"),
        (pl.DataFrame({"customer": ["a"], "day": ["2023-01-01"]}), "CUSTOMERS-03"),
        (pl.DataFrame({"customer": [["a"]], "day": [LAST]}), "CUSTOMERS-03"),
        (pl.DataFrame({"customer": ["a"], "day": [LAST], "amount": ["9"]}), "CUSTOMERS-03"),
        (_frame([]), "CUSTOMERS-04"),
        (_frame([("a", LAST + timedelta(days=1), 1.0)]), "CUSTOMERS-04"),
        (_frame([("a", LAST, -1.0), (None, LAST, 1.0)]), "CUSTOMERS-04"),
    ],
)
def test_what_cannot_be_used_is_refused(rows, code):
    with pytest.raises(TableError) as caught:
        LifetimeValue.fit(rows, LAST)
    assert caught.value.code == code


def test_days_of_a_hundred_years_ago_are_none(world):
    odd = _frame([("c0001", date(1, 1, 1), 9.0), ("old", date(1850, 1, 1), 9.0)])
    model = LifetimeValue.fit(pl.concat([world.cast(odd.schema), odd]), LAST)
    assert model.predict(30).equals(LifetimeValue.fit(world, LAST).predict(30))
    assert any(note.render("en").startswith("2 rows more than a hundred years old") for note in model.notes)
    with pytest.raises(TableError, match="CUSTOMERS-04"):
        LifetimeValue.fit(world, date(9999, 12, 31))


def test_a_day_is_that_of_the_place_where_it_was():
    at = pl.Series("day", ["2023-03-01 02:00", "2023-12-31 23:00"]).str.to_datetime(time_zone="Asia/Shanghai")
    rows = pl.DataFrame({"customer": ["a", "b"], "day": at, "amount": [5.0, 6.0]})
    told = LifetimeValue.fit(rows, LAST).purchases
    assert told.day.tolist() == [(day - date(1970, 1, 1)).days for day in (date(2023, 3, 1), LAST)]


def test_what_is_expected_lies_within_its_range(world):
    model = LifetimeValue.fit(world, date(2023, 7, 31))
    for days in (1, 30, 365):
        found = model.predict(days)
        assert (found["low"] <= found["value"]).all()
        assert (found["value"] <= found["high"]).all()


def test_days_and_levels_out_of_range_are_refused():
    rows = _frame([("a", date(2023, 3, 1), 30.0)])
    with pytest.raises(UsageError) as caught:
        LifetimeValue.fit(rows, "2023-12-31")
    assert caught.value.code == "CUSTOMERS-05"
    model = LifetimeValue.fit(rows, LAST)
    for days in (0, -3, 7.5, True, 10_000):
        with pytest.raises(UsageError) as caught:
            model.predict(days)
        assert caught.value.code == "CUSTOMERS-06"
    with pytest.raises(UsageError) as caught:
        model.predict(7, level=1.0)
    assert caught.value.code == "CUSTOMERS-07"


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 364), st.floats(0, 1e5)), min_size=1, max_size=40))
def test_any_purchases_give_numbers_in_bounds(drawn):
    rows = _frame([(f"c{who}", START + timedelta(days=day), amount) for who, day, amount in drawn])
    found = LifetimeValue.fit(rows, LAST).predict(120)
    assert found["customer"].to_list() == sorted({f"c{who}" for who, _, _ in drawn})
    assert found["alive"].is_between(0, 1).all()
    assert found["purchases"].is_between(0, 200).all()
    if found["value"].null_count() == 0:
        assert (found["low"] <= found["high"]).all()
        assert (found["value"] >= 0).all()


def test_more_customers_are_expected_to_buy_in_a_longer_time(world):
    model = LifetimeValue.fit(world, LAST)
    short, long = model.predict(30), model.predict(300)
    assert (short["purchases"] < long["purchases"]).all()
    assert short["alive"].equals(long["alive"])


def test_large_shops_are_learned_from_a_sample():
    n = MODEL_SAMPLE + 5_000
    draw = np.random.default_rng(0)
    who = np.r_[np.arange(n), draw.integers(0, n, n // 2)]
    day = [START + timedelta(days=int(number)) for number in draw.integers(0, 100, len(who))]
    rows = pl.DataFrame({"customer": who, "day": day, "amount": draw.gamma(5, 8, len(who))})
    found = LifetimeValue.fit(rows, date(2023, 4, 15)).predict(30)
    assert found.height == n
    assert found.equals(LifetimeValue.fit(rows, date(2023, 4, 15)).predict(30))


@pytest.mark.realdata
@pytest.mark.parametrize("weeks", [24, 26, 28, 30])
def test_later_weeks_of_cdnow_are_told_better_than_by_the_plain_model(data, weeks):
    rows = pl.read_parquet(data("cdnow") / "purchases.parquet")
    until, end = date(1997, 1, 1) + timedelta(weeks=weeks), date(1997, 9, 30)
    days = (end - until).days
    model = LifetimeValue.fit(rows, until)
    after = rows.filter(pl.col("day") > until).select("customer", "day").unique().group_by("customer").len("came")
    found = model.predict(days).join(after, on="customer", how="left").with_columns(pl.col("came").fill_null(0))
    known, (plain, _) = model.purchases, model.bgnbd
    x, t_x, age = known.repeats, (known.last - known.first) / 7, (known.until - known.first) / 7
    beside = plain.alive(x, t_x, age) * plain.expected(x, age, days / 7)
    came, told = found["came"].to_numpy().astype(float), found["purchases"].to_numpy()
    assert np.corrcoef(came, told)[0, 1] > np.corrcoef(came, beside)[0, 1] + 0.008
    assert np.mean((came - told) ** 2) < np.mean((came - beside) ** 2)
    assert abs(told.sum() / came.sum() - 1) < 0.16  # what the calendar alone does to any of them
