"""Churn on worlds in which it is planted who stays away and why, and on real purchases."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from shopwright.customers import churn, driver_label, driver_words
from shopwright.customers.churn_drivers import DRIVERS, drivers_of, plain
from shopwright.customers.logistic import area_under_curve, fit_logistic
from shopwright.customers.purchases import read
from shopwright.errors import TableError, UsageError

START, LAST = date(2023, 1, 1), date(2024, 6, 30)


@pytest.fixture(scope="module")
def world():
    """Customers who buy every four weeks or so and leave after a purchase, those who spend little much more often."""
    draw = np.random.default_rng(11)
    rows = []
    for number in range(3000):
        small = number % 2 == 0
        day, leave = float(draw.integers(0, 400)), 0.3 if small else 0.06
        while day < 700:
            rows.append((f"c{number:04}", START + timedelta(days=int(day)), 10.0 if small else 40.0))
            if draw.random() < leave:
                break
            day += draw.gamma(4, 7) + 1
    return pl.DataFrame(rows, schema=["customer", "day", "amount"], orient="row")


@pytest.fixture(scope="module")
def found(world):
    return churn(world, LAST, days=60)


def test_chances_are_those_that_came_true(world, found):
    after = world.filter(pl.col("day") > LAST, pl.col("day") <= LAST + timedelta(days=60))
    told = found.table.with_columns(away=~pl.col("customer").is_in(after["customer"].unique().implode()))
    assert told["chance"].mean() == pytest.approx(told["away"].mean(), abs=0.03)
    for fifth in range(5):
        part = told.filter((pl.int_range(pl.len()) * 5 // pl.len()) == fifth)
        assert part["chance"].mean() == pytest.approx(part["away"].mean(), abs=0.08)
    away = told["away"].cast(pl.Float64).to_numpy()
    assert area_under_curve(away, told["chance"].to_numpy()) > 0.93
    assert found.auc > 0.9


def test_the_planted_reason_is_named(found):
    drivers = {row["driver"]: row for row in found.drivers.to_dicts()}
    assert set(drivers) == set(DRIVERS)
    assert drivers["relative_spend"]["odds_high"] < 0.9
    assert drivers["days_since_last"]["odds_low"] > 1.5
    assert found.drivers["driver"].to_list().index("days_since_last") < 3
    words = [line.render("en") for line in found.words()]
    assert any(line.startswith("days since the last purchase: at ") for line in words)
    assert all("倍" in line.render("zh") for line in found.words())


def _last_days(world):
    """Each customer and the last day they bought on."""
    return world.filter(pl.col("day") <= LAST).group_by("customer").agg(pl.col("day").max()).iter_rows()


def test_the_reason_of_each_customer_is_one_that_speaks_for_leaving(world, found):
    surest = found.table.row(0, named=True)
    assert surest["driver"] in {"days_since_last", "days_bought_90"}
    assert driver_label(surest["driver"]).render("en")
    told = found.table.filter(driver="days_since_last").with_columns(
        quiet=(LAST - pl.col("customer").replace_strict(dict(_last_days(world)))).dt.total_days()
    )
    assert told["driver_value"].to_list() == pytest.approx(told["quiet"].to_list())
    assert (told["driver_value"] > told["driver_usual"]).all()
    bought = found.table.filter(pl.col("driver").is_in(["days_bought", "days_bought_90"]))
    assert (bought["driver_value"] < bought["driver_usual"]).all()
    words = driver_words(told.row(0, named=True))
    assert words is not None
    assert words.render("en").startswith(f"days since the last purchase: {told['driver_value'][0]:,.0f}, usually ")
    assert driver_words({"driver": None, "driver_value": None, "driver_usual": None}) is None
    assert found.table["chance"].is_sorted(descending=True)
    assert found.table["alive"].is_between(0, 1).all()
    assert found.table.height == world.filter(pl.col("day") <= LAST)["customer"].n_unique()
    assert "did not buy in the 60 days that followed" in found.how.render("en")


def test_what_comes_later_changes_nothing(world, found):
    again = churn(world.filter(pl.col("day") <= LAST), LAST, days=60)
    assert again.table.equals(found.table)
    assert again.drivers.equals(found.drivers)


def test_too_little_to_learn_from_is_refused(world):
    few = world.filter(pl.col("customer") < "c0050")
    with pytest.raises(TableError) as caught:
        churn(few, LAST, days=60)
    assert caught.value.code == "CUSTOMERS-08"
    with pytest.raises(TableError) as caught:
        churn(world, START + timedelta(days=30), days=60)
    assert caught.value.code == "CUSTOMERS-08"
    with pytest.raises(UsageError) as caught:
        churn(world, LAST, days=0)
    assert caught.value.code == "CUSTOMERS-06"


def test_amounts_are_not_needed(world):
    without = churn(world.drop("amount"), LAST, days=60)
    spend = without.drivers.filter(driver="relative_spend").row(0, named=True)
    assert spend["odds"] == pytest.approx(1)
    assert without.auc > 0.85


def test_drivers_are_what_they_are_called():
    rows = pl.DataFrame(
        {
            "customer": ["a"] * 3 + ["b"],
            "day": [date(2024, 1, 1), date(2024, 1, 11), date(2024, 2, 10), date(2024, 6, 20)],
            "amount": [5.0, 5.0, 5.0, 45.0],
        }
    )
    values = drivers_of(read(rows, LAST))
    shown = {
        name: [driver.shown(value) for value in values[:, at]] for at, (name, driver) in enumerate(DRIVERS.items())
    }
    assert shown["days_since_last"] == pytest.approx([141, 10])
    assert shown["days_bought"] == pytest.approx([3, 1])
    assert shown["days_bought_90"] == pytest.approx([0, 1])
    assert shown["days_since_first"] == pytest.approx([181, 10])
    assert shown["relative_gap"] == pytest.approx([31 / 11, 1])
    assert shown["relative_spend"] == pytest.approx([(3 * 5 / 15 + 1) / 4, (45 / 15 + 1) / 2])


def test_weights_and_their_errors_are_those_of_the_world():
    draw = np.random.default_rng(0)
    values = draw.normal(size=(40_000, 2)) * [1, 5]
    outcome = draw.random(40_000) < 1 / (1 + np.exp(-(values @ [0.8, 0.1] - 1)))
    model = fit_logistic(values, outcome.astype(float))
    assert model.weight / model.sd == pytest.approx([0.8, 0.1], abs=0.03)
    assert model.error[0] == pytest.approx(0.013, abs=0.003)
    assert model.chance(values).mean() == pytest.approx(outcome.mean(), abs=0.001)


def test_the_area_under_the_curve_counts_pairs():
    assert area_under_curve(np.array([0, 0, 1, 1.0]), np.array([1, 2, 2, 3.0])) == pytest.approx(3.5 / 4)


@pytest.mark.realdata
@pytest.mark.parametrize(
    "name, until, days", [("cdnow", date(1997, 7, 2), 90), ("online_retail", date(2011, 8, 2), 90)]
)
def test_staying_away_is_told_better_than_by_recency(data, name, until, days):
    if name == "cdnow":
        rows = pl.read_parquet(data(name) / "purchases.parquet")
    else:
        rows = (
            pl.read_parquet(data(name) / "transactions.parquet")
            .filter(pl.col("Quantity") > 0)
            .drop_nulls("CustomerID")
            .select(
                pl.col("CustomerID").cast(pl.Int64).alias("customer"),
                pl.col("InvoiceDate").alias("day"),
                (pl.col("Quantity") * pl.col("UnitPrice")).alias("amount"),
            )
        )
    whole = read(rows, until + timedelta(days=days))
    known = whole.before(whole.until - days)
    away = (whole.counted(known, days) == 0).astype(float)
    told = churn(rows, until, days).table.sort("customer")["chance"].to_numpy()
    recency = area_under_curve(away, (known.until - known.last).astype(float))
    assert area_under_curve(away, told) > recency + 0.015
    assert told.mean() == pytest.approx(away.mean(), abs=0.06)


def test_a_long_time_is_told_in_days_and_no_powers_of_ten():
    assert [plain(value) for value in (0.6071, 1.0, 99.6, 151.0, 1234.5)] == ["0.61", "1", "100", "151", "1,234"]
