"""The shop: immutable, lazy, and honest about what was known when."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopwright.errors import SettingsError, StoreError, TableError, UsageError
from shopwright.i18n import using
from shopwright.settings import FILE, Settings
from shopwright.shop import schema as c
from shopwright.shop.schema import DAY_TYPE, INSTANT, TABLES
from shopwright.shop.shop import Shop, open_shop
from shopwright.shop.store import Store

ZONES = ("UTC", "Europe/Berlin", "Asia/Shanghai", "America/New_York", "Pacific/Auckland")
instants = st.integers(0, 10 * 86_400).map(lambda found: datetime(2024, 3, 26, tzinfo=UTC) + timedelta(seconds=found))
days = st.dates(date(2024, 3, 26), date(2024, 4, 5))  # summer time begins in Berlin on the 31st of March


def _settings(timezone: str) -> Settings:
    return Settings.model_validate({"shop": {"timezone": timezone}})


def _value(column):
    if column.dtype == INSTANT:
        return st.none() | instants
    if column.dtype == DAY_TYPE:
        return st.none() | days
    if column.dtype == pl.Boolean:
        return st.none() | st.booleans()
    if column.dtype == pl.Float64:
        return st.none() | st.integers(0, 3).map(float)
    return st.sampled_from(["a", "b", None])


@st.composite
def worlds(draw):
    """A table with random rows, a day, and the same table with every fact known after that day told otherwise."""
    table = TABLES[draw(st.sampled_from(sorted(TABLES)))]
    zone = draw(st.sampled_from(ZONES))
    row = st.fixed_dictionaries({name.name: _value(name) for name in table.columns})
    told = draw(st.lists(row, min_size=1, max_size=5))
    return table, zone, told, draw(days), draw(st.lists(row, max_size=3))


def _shop(table, zone, told) -> Shop:
    frame = pl.DataFrame(told, schema={name: table.dtypes[name] for name in table.names})
    return Shop.of({table.name: frame}, _settings(zone))


def _rows(shop, name) -> list[str]:
    return sorted(map(repr, shop.table(name).collect().rows()))


@given(worlds())
def test_what_became_known_later_is_not_seen(world):
    table, zone, told, day, other = world
    shop = _shop(table, zone, told)
    frame = shop.frames[table.name].collect()
    end = shop.until(day).cutoff_instant
    is_known = pl.col(c.KNOWN_AT).is_null() | (pl.col(c.KNOWN_AT) <= end)
    replaced = Shop.of({table.name: pl.DataFrame(other, schema={n: table.dtypes[n] for n in table.names})})
    later = (
        replaced.frames[table.name]
        .collect()
        .with_columns(pl.lit(end + timedelta(seconds=1), INSTANT).alias(c.KNOWN_AT))
    )
    changed = Shop(shop.settings, {table.name: pl.concat([frame.filter(is_known), later]).lazy()})
    assert _rows(changed.until(day), table.name) == _rows(shop.until(day), table.name)


@given(worlds())
def test_values_that_became_known_later_are_not_seen(world):
    table, zone, told, day, _ = world
    late = [column for column in table.columns if column.known]
    shop = _shop(table, zone, told)
    end = shop.until(day).cutoff_instant

    def hidden(row):
        changed = dict(row)
        for column in late:
            when = row[column.known]
            is_late = when is not None and (when > end if isinstance(when, datetime) else when > day)
            if is_late and column.name not in {other.known for other in late} | set(table.key) | {table.known}:
                changed[column.name] = {pl.Boolean: False}.get(column.dtype, "told otherwise")
        return changed

    assert _rows(_shop(table, zone, map(hidden, told)).until(day), table.name) == _rows(shop.until(day), table.name)


@given(worlds(), days)
def test_until_of_until_never_shows_more(world, other):
    table, zone, told, day, _ = world
    shop = _shop(table, zone, told)
    twice = shop.until(day).until(other)
    assert twice.cutoff == min(day, other)
    assert _rows(twice, table.name) == _rows(shop.until(min(day, other)), table.name)


@given(worlds())
def test_until_far_ahead_shows_everything_once(world):
    table, zone, told, _, _ = world
    shop = _shop(table, zone, told)
    assert _rows(shop.until(date(2099, 1, 1)), table.name) == _rows(shop, table.name)
    assert len({tuple(row[key] for key in table.key) for row in told}) == shop.rows(table.name)


def _line(at: str, order: str = "1") -> dict:
    return {c.ORDER: order, c.LINE: "1", c.SKU: "a", c.UNITS: 1.0, c.AT: datetime.fromisoformat(at)}


@pytest.mark.parametrize(
    "zone, before, after, day",
    [
        ("UTC", "2024-03-30T23:59:59Z", "2024-03-31T00:00:00Z", date(2024, 3, 30)),
        ("Europe/Berlin", "2024-03-30T22:59:59Z", "2024-03-30T23:00:00Z", date(2024, 3, 30)),
        ("Europe/Berlin", "2024-03-31T21:59:59Z", "2024-03-31T22:00:00Z", date(2024, 3, 31)),  # 23 hours long
        ("Europe/Berlin", "2024-10-27T22:59:59Z", "2024-10-27T23:00:00Z", date(2024, 10, 27)),  # 25 hours long
        ("Asia/Shanghai", "2024-03-30T15:59:59Z", "2024-03-30T16:00:00Z", date(2024, 3, 30)),
        ("America/New_York", "2024-03-31T03:59:59Z", "2024-03-31T04:00:00Z", date(2024, 3, 30)),
    ],
)
def test_a_day_ends_where_the_shop_is(zone, before, after, day):
    lines = pl.DataFrame([_line(before, "1"), _line(after, "2")])
    shop = Shop.of({"order_lines": lines}, _settings(zone))
    assert shop.table("order_lines").collect()[c.DAY].to_list() == [day, day + timedelta(days=1)]
    assert shop.until(day).table("order_lines").collect()[c.ORDER].to_list() == ["1"]
    assert shop.until(day - timedelta(days=1)).rows("order_lines") == 0
    assert shop.back(1).cutoff == day
    assert shop.until(day.isoformat()).cutoff == day
    assert shop.until(datetime(day.year, day.month, day.day, 12, tzinfo=UTC)).cutoff == day


def test_a_day_column_is_hidden_by_the_shops_day_not_by_that_of_greenwich():
    """West of Greenwich the evening of a day is the next day in UTC."""
    arrivals = pl.DataFrame(
        {c.ARRIVAL: ["p"], c.SKU: ["a"], c.DAY: [date(2024, 3, 2)], c.UNITS: [5.0], c.IS_RECEIVED: [True]}
    )
    shop = Shop.of({"arrivals": arrivals}, _settings("America/New_York"))
    assert shop.until("2024-03-01").table("arrivals").collect()[c.IS_RECEIVED].to_list() == [None]
    assert shop.until("2024-03-02").table("arrivals").collect()[c.IS_RECEIVED].to_list() == [True]


def test_the_status_of_an_order_is_the_one_it_had():
    order = {c.ORDER: ["1"], c.AT: [datetime(2024, 3, 1, tzinfo=UTC)], c.STATUS: ["cancelled"]}
    order |= {c.STATUS_AT: [datetime(2024, 3, 5, tzinfo=UTC)]}
    shop = Shop.of({"orders": pl.DataFrame(order)})
    seen = shop.until("2024-03-04").table("orders").collect()
    assert seen.select(c.STATUS, c.STATUS_AT).row(0) == (None, None)
    assert shop.until("2024-03-05").table("orders").collect()[c.STATUS].item() == "cancelled"


def test_a_later_version_shows_from_its_day_on():
    at = datetime(2024, 3, 1, tzinfo=UTC)
    told = [
        _line("2024-03-01T10:00:00Z") | {c.UNITS: 2.0, c.KNOWN_AT: at},
        _line("2024-03-01T10:00:00Z") | {c.UNITS: 1.0, c.KNOWN_AT: at + timedelta(days=4)},
    ]
    shop = Shop.of({"order_lines": pl.DataFrame(told)})
    assert shop.table("order_lines").collect()[c.UNITS].to_list() == [1.0]
    assert shop.rows("order_lines") == 1
    assert shop.until("2024-03-04").table("order_lines").collect()[c.UNITS].to_list() == [2.0]
    assert shop.until("2024-03-05").table("order_lines").collect()[c.UNITS].to_list() == [1.0]
    assert shop.sql("select sum(units) as n from order_lines")["n"].to_list() == [1.0]
    assert shop.until("2024-03-04").sql("select sum(units) as n from order_lines")["n"].to_list() == [2.0]


def test_the_day_is_that_of_the_last_sale_else_of_any_record():
    lines = pl.DataFrame([_line("2024-03-01T10:00:00Z")])
    stock = pl.DataFrame({c.SKU: ["a"], c.DAY: [date(2024, 5, 1)], c.ON_HAND: [1.0]})
    assert Shop.of({"order_lines": lines, "stock": stock}).day == date(2024, 3, 1)
    assert Shop.of({"order_lines": lines.head(0), "stock": stock}).day == date(2024, 5, 1)
    assert Shop.of({"stock": stock}).until("2023-01-01").day == date(2023, 1, 1)


def test_a_shop_without_dates_says_so():
    shop = Shop.of({"products": pl.DataFrame({c.SKU: ["a"]})})
    assert not shop.is_dated
    assert shop.span is None
    assert "no date" in repr(shop)
    with pytest.raises(TableError) as caught:
        _ = shop.day
    assert caught.value.code == "TABLE-02"


def test_a_missing_table_is_an_empty_one():
    shop = Shop.of({})
    for name, table in TABLES.items():
        assert shop.table(name).collect_schema() == pl.Schema(table.dtypes)
        assert shop.rows(name) == 0
        assert not shop.has(name)
    assert shop.tables == ()
    assert shop.until("2024-01-01").rows("stock") == 0


def test_tables_come_in_the_order_of_the_schema():
    given = {name: TABLES[name].empty() for name in ("tickets", "stock", "products")}
    assert Shop.of(given).tables == ("products", "stock", "tickets")


def test_a_frame_without_columns_is_an_empty_table():
    assert Shop.of({"products": pl.DataFrame()}).rows("products") == 0


@pytest.mark.parametrize(
    "tables, code",
    [
        ({"ordres": pl.DataFrame({c.SKU: ["a"]})}, "TABLE-01"),
        ({"products": pl.DataFrame({"colour": ["red"]})}, "TABLE-03"),
        ({"products": pl.DataFrame({c.PRICE: ["cheap"]})}, "TABLE-07"),
    ],
)
def test_tables_that_are_not_canonical_are_explained(tables, code):
    with pytest.raises(TableError) as caught:
        Shop.of(tables)
    assert caught.value.code == code


def test_an_unknown_table_is_explained():
    with pytest.raises(TableError) as caught:
        Shop.of({}).table("order_line")
    assert "order_lines" in str(caught.value.why)


@pytest.mark.parametrize("day", ["yesterday", "2024-02-30", ""])
def test_a_day_that_is_none_is_explained(day):
    with pytest.raises(UsageError) as caught:
        Shop.of({}).until(day)
    assert caught.value.code == "USAGE-20"


def test_a_shop_cannot_be_changed():
    shop = Shop.of({"products": pl.DataFrame({c.SKU: ["a"]})})
    with pytest.raises(AttributeError):
        shop.cutoff = date(2024, 1, 1)
    shop.until("2020-01-01")
    assert shop.cutoff is None


def test_names_are_escaped_in_a_notebook():
    settings = Settings.model_validate({"shop": {"name": "<script>alert(1)</script>"}})
    shop = Shop.of({"products": pl.DataFrame({c.SKU: ["a"]})}, settings)
    assert "<script" not in shop._repr_html_()
    assert "&lt;script&gt;" in shop._repr_html_()
    assert "<td>Products</td>" in shop._repr_html_()
    with using("zh"):
        assert "<td>商品</td>" in shop._repr_html_()


def test_the_short_form_counts_rows():
    lines = pl.DataFrame([_line("2024-03-01T10:00:00Z", str(order)) for order in range(1200)])
    assert repr(Shop.of({"order_lines": lines})) == "<Shop 'My shop' as of 2024-03-01: order_lines 1,200>"


def _saved(root, units=(1.0,)) -> Shop:
    store = Store(root)
    lines = pl.concat([pl.DataFrame([_line("2024-03-01T10:00:00Z")]).with_columns(units=pl.lit(n)) for n in units])
    with store.lock():
        store.commit({"order_lines": Shop.of({"order_lines": lines}).frames["order_lines"]}, {})
    return open_shop(root)


@pytest.mark.parametrize("there", ["nothing", "folder", "file"])
def test_opening_what_is_no_shop_is_explained(tmp_path, there):
    if there == "folder":
        (tmp_path / "shop").mkdir()
    if there == "file":
        (tmp_path / "shop").write_text("x", "utf-8")
    with pytest.raises(StoreError) as caught:
        open_shop(tmp_path / "shop")
    assert caught.value.code == "STORE-06"
    assert "shopwright import" in str(caught.value.fix)


def test_a_shop_on_disk_is_opened_with_its_settings(tmp_path):
    _saved(tmp_path)
    (tmp_path / FILE).write_text("[shop]\nname = 'Kettle'\ntimezone = 'Asia/Shanghai'\n", "utf-8")
    shop = open_shop(tmp_path)
    assert shop.settings.shop.name == "Kettle"
    assert shop.cutoff_instant == datetime(2024, 3, 1, 15, 59, 59, 999999, tzinfo=UTC)
    (tmp_path / FILE).write_text("[shop]\nnam = 'Kettle'\n", "utf-8")
    with pytest.raises(SettingsError):
        open_shop(tmp_path)


def test_an_open_shop_stays_what_it_was_while_another_process_imports(tmp_path):
    shop = _saved(tmp_path, (1.0, 2.0))  # two versions
    _saved(tmp_path, (3.0,))
    for view in (shop, shop.until("2024-12-31")):
        assert view.rows("order_lines") == 1
        assert view.table("order_lines").collect()[c.UNITS].to_list() == [2.0]
        assert view.sql("select units from order_lines")[c.UNITS].to_list() == [2.0]
    assert open_shop(tmp_path).table("order_lines").collect()[c.UNITS].to_list() == [3.0]
