"""Cohorts counted by hand; what was not seen yet is empty."""

from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl
import pytest

from shopwright.customers import cohorts
from shopwright.shop.shop import Shop

DAYS = {
    "ann": ["2024-01-03", "2024-01-20", "2024-03-31"],
    "ben": ["2024-01-31", "2024-02-01"],
    "cid": ["2024-02-10"],
    "dot": ["2024-04-02", "2024-04-10"],
}


@pytest.fixture(scope="module")
def lines():
    rows = [
        (f"{who}-{at}", str(line), "s", datetime.fromisoformat(day).replace(hour=12, tzinfo=UTC), who, 1.0, 5.0, 5.0)
        for who, days in DAYS.items()
        for at, day in enumerate(days)
        for line in range(2)
    ]
    names = ["order", "line", "sku", "at", "customer", "units", "price", "revenue"]
    return pl.DataFrame(rows, schema=names, orient="row")


def _cell(found, month, after):
    cell = found.table.filter(pl.col("cohort") == date(2024, month, 1), pl.col("after") == after)
    return cell.row(0, named=True)


def test_counts_are_those_of_the_hand(lines):
    found = cohorts(Shop.of({"order_lines": lines}))
    first = _cell(found, 1, 0)
    assert (first["n_customers"], first["n_active"], first["n_orders"], first["revenue"]) == (2, 2, 3, 30.0)
    assert [_cell(found, 1, after)["n_active"] for after in (1, 2)] == [1, 1]
    assert _cell(found, 2, 1) | {"cohort": None} == {
        **{"cohort": None, "after": 1, "n_customers": 1, "n_active": 0},
        **{"retention": 0.0, "n_orders": 0, "revenue": 0.0},
    }
    assert found.repeated == pytest.approx(3 / 4)


def test_months_that_are_not_over_are_empty_and_not_zero(lines):
    found = cohorts(Shop.of({"order_lines": lines}))  # its day is 10 April
    for month, after in ((1, 3), (2, 2), (4, 0)):
        cell = _cell(found, month, after)
        assert [cell[name] for name in ("n_active", "retention", "n_orders", "revenue")] == [None] * 4
    assert _cell(found, 4, 0)["n_customers"] == 1
    full = cohorts(Shop.of({"order_lines": lines}).until("2024-03-31"))
    assert _cell(full, 1, 2)["n_active"] == 1
    assert full.table["after"].max() == 2


def test_all_together_count_only_cohorts_that_saw_the_month(lines):
    found = cohorts(Shop.of({"order_lines": lines}))
    told = {row["after"]: (row["n_customers"], row["n_active"]) for row in found.retention.to_dicts()}
    assert told == {0: (3, 3), 1: (3, 1), 2: (2, 1)}


def test_the_matrix_has_a_row_for_each_cohort(lines):
    wide = cohorts(Shop.of({"order_lines": lines})).matrix("n_active")
    assert wide.columns == ["cohort", "n_customers", "0", "1", "2", "3"]
    assert wide.filter(pl.col("cohort") == date(2024, 1, 1)).row(0)[2:] == (2, 1, 1, None)


def test_without_customers_there_are_no_cohorts(lines):
    found = cohorts(Shop.of({"order_lines": lines.with_columns(customer=pl.lit(None, pl.String))}))
    assert found.table.is_empty()
    assert found.repeated is None


def test_what_comes_later_changes_nothing(lines):
    shop = Shop.of({"order_lines": lines})
    cut = Shop.of({"order_lines": lines.filter(pl.col("at") < datetime(2024, 3, 1, tzinfo=UTC))}).until("2024-02-29")
    assert cohorts(shop.until("2024-02-29")).table.equals(cohorts(cut).table)
