"""The schema: every table and column whole, in both languages, and free of contradictions."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import polars as pl
import pytest

from shopwright.shop import schema
from shopwright.shop.schema import DAY_TYPE, INSTANT, TABLES, end_of, names
from shopwright.shop.schema.record import at_least, finite, one_of, plausible_time, within

COLUMNS = [(table, column) for table in TABLES.values() for column in table.columns]
EACH_TABLE = pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
UNITS = {None, "units", "money", "days", "stars", "share", "items"}


def test_names_and_constants_are_the_same():
    constants = {name: value for name, value in vars(names).items() if name.isupper()}
    assert {name: value.upper() for name, value in constants.items()} == {name: name for name in constants}
    assert {column.name for _, column in COLUMNS} | {names.KNOWN_AT} == set(constants.values())
    assert all(getattr(schema, name) == value for name, value in constants.items())


@EACH_TABLE
def test_keys_and_known_columns_are_columns(table):
    assert len(set(table.names)) == len(table.names)
    assert set(table.key) <= set(table.names)
    assert table.known is None or table.column(table.known).dtype in (INSTANT, DAY_TYPE)
    for column in table.columns:
        assert column.known is None or table.column(column.known).dtype in (INSTANT, DAY_TYPE)
    assert any(table.column(name).is_required for name in table.key)


@EACH_TABLE
def test_labels_are_in_both_languages(table):
    for thing in (table, *table.columns):
        assert thing.en
        assert re.search("[\u4e00-\u9fff]", thing.zh)
        assert thing.label.render("en") == thing.en
        assert thing.label.render("zh") == thing.zh
    for column in table.columns:
        assert bool(column.about) == bool(column.about_zh), column.name
        assert re.search("[\u4e00-\u9fff]", column.describe("zh"))
    assert re.search("[\u4e00-\u9fff]", table.serves.render("zh"))


@EACH_TABLE
def test_aliases_are_lower_case_and_stand_once(table):
    for column in table.columns:
        assert list(column.aliases) == [alias.lower().strip() for alias in column.aliases]
        assert len(set(column.aliases)) == len(column.aliases), column.name


@EACH_TABLE
def test_numbers_have_known_units(table):
    for column in table.columns:
        assert column.unit in UNITS
        assert (column.unit is None) or column.dtype == pl.Float64, column.name


@EACH_TABLE
def test_an_empty_table_has_the_stored_columns(table):
    assert table.empty().schema == pl.Schema(table.dtypes)
    assert list(table.dtypes) == [*table.names, names.KNOWN_AT]
    assert table.has(table.names[0])
    assert not table.has("nothing")
    with pytest.raises(KeyError, match="nothing"):
        table.column("nothing")


def test_what_describes_a_person_is_marked():
    marked = {column.name for _, column in COLUMNS if column.is_personal}
    wanted = {"customer", "name", "email", "phone", "city", "postcode", "street", "text", "reply"}
    assert wanted <= marked


def test_only_products_and_order_lines_are_required():
    assert [name for name, table in TABLES.items() if table.is_required] == ["products", "order_lines"]


@pytest.mark.parametrize(
    "rule, dtype, good, bad",
    [
        (at_least(0), pl.Float64, [0.0, 1e9], [-0.01, float("nan"), float("inf")]),
        (within(1, 5), pl.Float64, [1.0, 5.0], [0.9, 5.1, float("nan")]),
        (finite(), pl.Float64, [-1.0, 0.0], [float("nan"), float("-inf")]),
        (one_of("a", "b"), pl.String, ["a", "b"], ["A", "", "c"]),
        (plausible_time(), pl.Date, [date(1970, 1, 1), date(2099, 12, 31)], [date(1900, 1, 1), date(2100, 1, 1)]),
        (
            plausible_time(),
            INSTANT,
            [datetime(1970, 1, 1, tzinfo=UTC), datetime(2099, 12, 31, 23, 59, tzinfo=UTC)],
            [datetime(1969, 12, 31, 23, 59, tzinfo=UTC), datetime(2199, 1, 1, tzinfo=UTC)],
        ),
    ],
    ids=["at-least", "within", "finite", "one-of", "day", "instant"],
)
def test_rules_hold_for_the_good_and_not_for_the_bad(rule, dtype, good, bad):
    frame = pl.DataFrame({"value": [*good, *bad]}, schema={"value": dtype})
    assert frame.select(rule.holds(pl.col("value"))).to_series().to_list() == [True] * len(good) + [False] * len(bad)
    assert rule.says.render("zh") != rule.says.render("en")


def test_every_number_and_time_is_checked():
    for _, column in COLUMNS:
        if column.dtype in (pl.Float64, INSTANT, DAY_TYPE):
            assert column.checks is not None, column.name


def test_a_day_ends_with_its_last_microsecond():
    assert end_of(date(2024, 2, 29)).isoformat() == "2024-02-29T23:59:59.999999"
