"""Questions in SQL: answered from the tables, and from nothing else."""

from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl
import pytest

from shopwright.errors import UsageError
from shopwright.shop import schema as c
from shopwright.shop.shop import Shop, open_shop
from shopwright.shop.sql import quoted
from shopwright.shop.store import Store

QUOTED = "it's"


@pytest.fixture
def memory():
    lines = pl.DataFrame(
        {
            c.ORDER: ["1", "1", "2"],
            c.LINE: ["1", "2", "1"],
            c.SKU: ["a", QUOTED, "a"],
            c.AT: [datetime(2024, 3, day, 23, 30, tzinfo=UTC) for day in (1, 1, 4)],
            c.UNITS: [1.0, 2.0, 3.0],
        }
    )
    return Shop.of({"order_lines": lines, "products": pl.DataFrame({c.SKU: ["a", "it's"]})})


@pytest.fixture(params=["memory", "folder"])
def shop(request, memory, tmp_path):
    if request.param == "memory":
        return memory
    store = Store(tmp_path / "it's a shop")
    with store.lock():
        store.commit(memory.frames, {})
    return open_shop(store.root)


def test_tables_are_joined_and_summed(shop):
    found = shop.sql(
        "SELECT p.sku, sum(units)::DOUBLE AS units FROM order_lines l JOIN Products p USING (sku) "
        f"WHERE p.sku <> {quoted(QUOTED)} GROUP BY ALL"
    )
    assert found.rows() == [("a", 4.0)]


def test_types_come_back_as_they_are_stored(shop):
    found = shop.sql('SELECT sku, day, "at", units, is_in FROM (SELECT *, units > 1 AS is_in FROM order_lines)')
    assert found.schema == {
        c.SKU: pl.String,
        c.DAY: pl.Date,
        c.AT: pl.Datetime("us", "UTC"),
        c.UNITS: pl.Float64,
        "is_in": pl.Boolean,
    }
    assert found[c.DAY].to_list() == [date(2024, 3, 1), date(2024, 3, 1), date(2024, 3, 4)]


@pytest.mark.parametrize(
    "text, value",
    [
        ("SELECT count(*) FROM ORDER_LINES", 3),
        ("FROM order_lines SELECT count(DISTINCT sku)", 2),
        ("WITH few AS (SELECT * FROM order_lines LIMIT 2) SELECT count(*) FROM few", 2),
        ('SELECT max("at") - min("at") FROM order_lines', "3 days"),
        ("SELECT 170141183460469231731687303715884105727::HUGEINT > 0", True),
        ('SELECT hour("at") FROM order_lines LIMIT 1', 23),
        ("SELECT count(*) FROM (DESCRIBE order_lines)", 16),
    ],
)
def test_answers(shop, text, value):
    assert shop.sql(text).item(0, 0) == value


def test_columns_of_the_same_name_are_told_apart(shop):
    assert shop.sql("SELECT 1 AS a, 2 AS a").row(0) == (1, 2)


def test_an_answer_without_rows_keeps_its_columns(shop):
    assert shop.sql("SELECT sku FROM order_lines WHERE units > 99").columns == [c.SKU]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM order_line",
        "SELECT nothing FROM order_lines",
        "SELEC 1",
        "SELECT at FROM order_lines",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('/etc/hostname')",
        "SELECT * FROM glob('/*')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM read_parquet('https://example.org/x.parquet')",
    ],
)
def test_a_question_that_cannot_be_answered_is_explained(shop, text):
    with pytest.raises(UsageError) as caught:
        shop.sql(text)
    assert caught.value.code == "USAGE-03"
    assert "order_lines" in str(caught.value.fix)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-- nothing",
        "SELECT 1; SELECT 2",
        "COPY (SELECT 1) TO '{folder}/out.parquet'",
        "COPY (SELECT 1 AS sku) TO '{file}' (FORMAT parquet)",
        "SELECT 1; COPY (SELECT 1 AS sku) TO '{file}' (FORMAT parquet)",
        "ATTACH '{folder}/x.db'",
        "CREATE TABLE mine AS SELECT 1",
        "INSTALL httpfs",
        "SET enable_external_access = true",
        "EXPORT DATABASE '{folder}/all'",
        "PRAGMA database_list",
    ],
)
def test_nothing_but_a_question_is_let_through(shop, tmp_path, text):
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    file = next((path for path in before if "order_lines" in path.name), tmp_path / "none.parquet")
    quoted_folder, quoted_file = str(tmp_path).replace("'", "''"), str(file).replace("'", "''")
    with pytest.raises(UsageError) as caught:
        shop.sql(text.format(folder=quoted_folder, file=quoted_file))
    assert caught.value.code == "USAGE-21"
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_files_beside_the_tables_are_out_of_reach(memory, tmp_path):
    store = Store(tmp_path)
    with store.lock():
        store.commit(memory.frames, {})
    hidden = store.tables / "hidden.parquet"
    pl.DataFrame({"a": [1]}).write_parquet(hidden)
    with pytest.raises(UsageError):
        open_shop(tmp_path).sql(f"SELECT * FROM order_lines, read_parquet({quoted(hidden)})")


def test_the_tables_are_seen_as_they_were_known(shop):
    assert shop.until("2024-03-03").sql("SELECT count(*) FROM order_lines").item() == 2
