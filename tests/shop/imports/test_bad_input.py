"""Every item of "bad input": a clear error with its code, or the bad rows set aside, and the old tables intact."""

from __future__ import annotations

import io
import json
import zipfile

import polars as pl
import pytest

from shopwright.errors import InputError, MappingError, StoreError, UsageError
from shopwright.i18n import using
from shopwright.shop.imports import Reading, import_paths
from shopwright.shop.imports.archive import Limits, unpack

HEADER = "order_id,date,sku,quantity,price\n"
GOOD = HEADER + "1,2024-01-05,A,2,3.50\n2,2024-01-06,B,1,4.00\n"


@pytest.fixture
def refuses(put, bring, rows):
    """The import of a file fails with this code, and what was imported before is untouched."""

    def check(name: str, content: str | bytes, code: str, **wanted: object) -> InputError:
        bring(put("good.csv", GOOD))
        before = rows("order_lines")
        with pytest.raises(InputError) as caught:
            bring(put(name, content), **wanted)
        assert caught.value.code == code
        assert rows("order_lines").equals(before)
        for language in ("en", "zh"):
            assert all(part.render(language) for part in (caught.value.what, caught.value.why, caught.value.fix))
        return caught.value

    return check


@pytest.mark.parametrize("name", ["empty.csv", "empty.jsonl", "empty.xlsx", "empty.tsv"])
def test_an_empty_file(refuses, name):
    assert name in str(refuses(name, b"", "IMPORT-02"))


def test_a_file_of_blank_lines(refuses):
    refuses("blank.csv", "\n\n  \n", "IMPORT-02")


def test_header_only(refuses):
    assert "quantity" in str(refuses("orders.csv", HEADER, "IMPORT-04"))


def test_a_truncated_parquet_file(refuses):
    whole = io.BytesIO()
    pl.DataFrame({"order": ["1"], "sku": ["A"]}).write_parquet(whole)
    refuses("orders.parquet", whole.getvalue()[: len(whole.getvalue()) // 2], "IMPORT-05")


def test_a_parquet_file_with_a_damaged_block(refuses):
    whole = io.BytesIO()
    pl.DataFrame(
        {"order": ["1"] * 50, "sku": ["A"] * 50, "units": [1.0] * 50, "day": ["2024-01-05"] * 50}
    ).write_parquet(whole)
    damaged = bytearray(whole.getvalue())
    damaged[8:120] = bytes(112)
    refuses("order_lines.parquet", bytes(damaged), "IMPORT-05")


@pytest.mark.parametrize("name", ["a.xlsx", "a.json", "a.duckdb", "a.sqlite"])
def test_what_is_not_what_its_name_says(refuses, name):
    refuses(name, b"PK\x03\x04 this is nothing at all", "IMPORT-05")


@pytest.mark.parametrize("name", ["a.zip", "a.gz", "a.tar.gz"])
def test_an_archive_that_is_none(refuses, name):
    refuses(name, b"PK\x03\x04 this is nothing at all", "IMPORT-26")


def test_the_wrong_delimiter_is_named(refuses):
    error = refuses("orders.csv", GOOD, "IMPORT-09", reading=Reading(delimiter=";"))
    assert "','" in str(error)


def test_a_semicolon_file_needs_no_help(put, bring, rows):
    bring(put("orders.csv", "order_id;date;sku;quantity;price\n1;05.01.2024;A;2;1.234,50\n2;31.01.2024;B;1;7,5\n"))
    lines = rows("order_lines").sort("order")
    assert lines["price"].to_list() == [1234.5, 7.5]
    assert [str(day) for day in lines["day"]] == ["2024-01-05", "2024-01-31"]


def test_mixed_encodings_set_aside_the_odd_lines_only(put, bring, rows, refused):
    text = HEADER.encode() + "1,2024-01-05,Tasse süß,2,3\n".encode() + "2,2024-01-06,Käse,1,4\n".encode("cp1252")
    text += "3,2024-01-06,Öl,1,4\n".encode()
    result = bring(put("orders.csv", text))
    assert (result.rows_kept, result.rows_quarantined) == (2, 1)
    assert set(rows("order_lines")["sku"]) == {"Tasse süß", "Öl"}
    assert refused().select("line", "code").rows() == [("3", "ENCODING")]


def test_two_date_formats_in_one_column(put, bring, rows, refused):
    days = ["13/01/2024", "14/01/2024", "15/01/2024", "02/03/2024", "01/31/2024"]
    result = bring(put("orders.csv", HEADER + "".join(f"{n},{day},A,1,3\n" for n, day in enumerate(days))))
    assert result.rows_quarantined == 1
    assert refused().select("line", "column", "code").rows() == [("6", "date", "DATE-ORDER")]
    assert str(rows("order_lines").filter(pl.col("order") == "3")["day"].item()) == "2024-03-02"
    assert result.files[0].reading.date_order == "DMY"
    assert any("mixes" in str(note) for note in result.files[0].notes)


def test_an_unclosed_quote_swallows_nothing(put, bring, rows, refused):
    result = bring(put("orders.csv", HEADER + '1,2024-01-05,"A,2,3\n2,2024-01-06,B,1,4\n3,2024-01-07,"C",1,4\n'))
    assert (result.rows_kept, result.rows_quarantined) == (2, 1)
    assert set(rows("order_lines")["sku"]) == {"B", "C"}
    assert refused().select("line", "code").rows() == [("2", "QUOTE")]


def test_a_column_twice_with_different_values(refuses):
    error = refuses("orders.csv", "order_id,date,sku,quantity,price,quantity\n1,2024-01-05,A,2,3,9\n", "IMPORT-06")
    assert "quantity" in str(error)


def test_a_column_twice_with_the_same_values_does_no_harm(put, bring, rows):
    bring(put("orders.csv", "order_id,date,sku,quantity,price,quantity\n1,2024-01-05,A,2,3,2\n"))
    assert rows("order_lines")["units"].to_list() == [2.0]


def test_the_second_of_two_columns_can_be_chosen(put, bring, rows):
    file = put("orders.csv", "order_id,date,sku,quantity,price,quantity\n1,2024-01-05,A,2,3,9\n")
    bring(file, mapping={"units": "quantity (2)"})
    assert rows("order_lines")["units"].to_list() == [9.0]


def test_a_missing_column_is_named_with_its_near_miss(refuses):
    error = refuses("orders.csv", "order_id,date,sku,quantiy,price\n1,2024-01-05,A,2,3\n", "IMPORT-03")
    assert "'quantity' is missing" in str(error)
    assert "--map quantity=quantiy" in str(error)


def test_the_example_of_the_house_plan(refuses):
    error = refuses("orders.csv", "order_id,date,amonut\n1,2024-01-05,5\n", "IMPORT-03")
    assert str(error.what) == "orders.csv: column 'amount' is missing"
    assert "found: order_id, date, amonut" in str(error.why)
    assert str(error.fix) == "did you mean 'amonut'? map it: shopwright import --map amount=amonut"


def test_the_near_miss_can_be_mapped_as_the_error_says(put, bring, rows):
    bring(put("orders.csv", "order_id,date,sku,quantiy,price\n1,2024-01-05,A,2,3\n"), mapping={"quantity": "quantiy"})
    assert rows("order_lines")["units"].to_list() == [2.0]


def test_all_missing_columns_are_told_at_once(refuses):
    error = refuses("sales.csv", "order_id,date,price\n1,2024-01-05,3\n", "IMPORT-03", table="order_lines")
    told = f"{error.what} {error.why}"
    assert "sku" in told
    assert "units" in told
    assert "--map sku=THEIRS" in str(error.fix)
    assert "--map units=THEIRS" in str(error.fix)


def test_a_missing_column_without_a_near_miss(refuses):
    error = refuses(
        "sales.csv", "order_id,date,product code,price\n1,2024-01-05,A,3\n", "IMPORT-03", table="order_lines"
    )
    assert "units" in str(error.what)
    assert "order_id, date, product code, price" in str(error.why)


def test_numbers_as_text_with_thousands_separators(put, bring, rows):
    lines = '1,2024-01-05,A,"1,200","$1,234.50"\n2,2024-01-06,B,1,(12.50)\n3,2024-01-06,C,1,¥1 200\n'
    bring(put("orders.csv", HEADER + lines), table="order_lines")
    found = {row["sku"]: (row["units"], row["price"]) for row in rows("order_lines").to_dicts()}
    assert found["A"] == (1200.0, 1234.5)
    assert found["C"] == (1.0, 1200.0)


def test_a_negative_price_goes_to_quarantine(put, bring, refused):
    result = bring(put("products.csv", "sku,title,price\nA,Mug,(12.50)\nB,Cup,3\n"))
    assert result.rows_quarantined == 1
    assert refused().select("column", "code").rows() == [("price", "AT-LEAST")]


def test_negative_stock_means_oversold(put, bring, rows):
    bring(put("stock.csv", "sku,day,on_hand\nA,2024-01-05,-3\nB,2024-01-05,4\n"))
    assert rows("stock").sort("sku")["on_hand"].to_list() == [-3.0, 4.0]


def test_impossible_years_are_set_aside(put, bring, refused):
    lines = "1,1900-01-01,A,1,3\n2,2199-12-31,A,1,3\n3,2024-01-05,A,1,3\n"
    result = bring(put("orders.csv", HEADER + lines))
    assert (result.rows_kept, result.rows_quarantined) == (1, 2)
    assert set(refused()["code"]) == {"TIME"}


def test_a_sku_with_two_titles(put, bring, rows, refused):
    result = bring(put("products.csv", "sku,title,price\nA,Mug,3\nA,Cup,3\nB,Jar,4\nB,Jar,4\n"))
    assert (result.rows_kept, result.rows_quarantined) == (3, 1)
    assert rows("products").filter(pl.col("sku") == "A")["title"].item() == "Mug"
    told = refused().row(0, named=True)
    assert told["code"] == "DUPLICATE-KEY"
    for language in ("reason", "reason_zh"):
        assert "Mug" in told[language]
        assert "Cup" in told[language]
    assert json.loads(told["raw"]) == {"sku": "A", "title": "Cup", "price": "3"}


def test_of_two_snapshots_the_later_one_counts(put, bring, rows, refused):
    result = bring(put("stock.csv", "sku,day,on_hand\nA,2024-01-05,3\nA,2024-01-05,7\n"))
    assert rows("stock")["on_hand"].to_list() == [7.0]
    assert (result.rows_kept, result.rows_quarantined) == (1, 1)
    assert refused()["code"].to_list() == ["SUPERSEDED"]


def test_emoji_and_right_to_left_text_come_through(put, bring, rows):
    titles = ["Mug ☕️👩‍🍳", "كوب أحمر", "ספל \u202eאדום\u202c"]
    bring(put("products.csv", "sku,title,price\n" + "".join(f"{n},{title},3\n" for n, title in enumerate(titles))))
    assert rows("products").sort("sku")["title"].to_list() == titles


def test_formulas_in_quarantine_are_neutralised(put, bring, root):
    bring(put("products.csv", 'sku,title,price\n=1+1,"=HYPERLINK(""http://x"")",abc\nB,Jar,4\n'))
    text = next((root / "quarantine").rglob("*.csv")).read_text("utf-8-sig")
    cells = [cell for line in text.splitlines()[1:] for cell in line.split(",")]
    assert not [cell for cell in cells if cell.strip('"')[:1] in ("=", "+", "@")]


def archive(members: dict[str, bytes]) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in members.items():
            out.writestr(name, content)
    return whole.getvalue()


def test_an_archive_that_climbs_out(refuses, tmp_path):
    for name in ("../evil.csv", "/etc/evil.csv", "a/../../evil.csv", "..\\evil.csv", "C:\\evil.csv"):
        refuses("shop.zip", archive({name: GOOD.encode()}), "IMPORT-10")
    assert not list(tmp_path.rglob("evil.csv"))


def test_a_zip_bomb(refuses):
    refuses("bomb.zip", archive({"orders.csv": bytes(100 << 20)}), "IMPORT-11")


def test_an_archive_in_an_archive_in_an_archive(refuses):
    inner = archive({"c.zip": archive({"b.zip": archive({"a.csv": GOOD.encode()})})})
    refuses("shop.zip", inner, "IMPORT-12")


def test_an_archive_with_too_many_files(put, tmp_path):
    file = put("many.zip", archive({f"{n}.csv": b"a" for n in range(20)}))
    with pytest.raises(InputError) as caught:
        unpack(file, tmp_path / "out", "many.zip", Limits(files=10))
    assert caught.value.code == "IMPORT-11"


def test_a_link_in_an_archive(refuses):
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as out:
        link = zipfile.ZipInfo("orders.csv")
        link.external_attr = 0o120777 << 16
        out.writestr(link, "/etc/passwd")
    refuses("shop.zip", whole.getvalue(), "IMPORT-12")


def test_a_file_that_does_not_exist(bring, tmp_path, root):
    with pytest.raises(InputError) as caught:
        bring(tmp_path / "nothing.csv")
    assert caught.value.code == "IMPORT-01"
    assert not root.exists()


def test_a_folder_without_data(bring, tmp_path):
    (tmp_path / "exports").mkdir()
    with pytest.raises(InputError) as caught:
        bring(tmp_path / "exports")
    assert caught.value.code == "IMPORT-23"


def test_a_file_about_nothing_we_know(refuses):
    refuses("weather.csv", "station,rain,wind\nX,1,2\n", "IMPORT-13")


def test_nothing_that_could_be_kept(refuses, refused):
    error = refuses("orders.csv", HEADER + "1,1900-01-01,A,1,3\n", "IMPORT-08")
    assert "must lie between 1970-01-01 and 2100-01-01 (1 rows)" in str(error)
    assert refused()["code"].to_list() == ["TIME"]


@pytest.mark.parametrize(
    "wanted, code",
    [
        ({"mapping": {"units": "Menge"}}, "IMPORT-15"),
        ({"mapping": {"colour_of_the_sky": "quantity"}}, "IMPORT-15"),
        ({"table": "lines"}, "IMPORT-17"),
        ({"format": "olist"}, "IMPORT-24"),
        ({"reading": Reading(encoding="klingon")}, "IMPORT-19"),
        ({"reading": Reading(timezone="Mars/Olympus")}, "IMPORT-19"),
        ({"reading": Reading(decimal=";")}, "IMPORT-19"),
        ({"reading": Reading(delimiter="--")}, "IMPORT-19"),
        ({"sql": "mysql://localhost/shop"}, "IMPORT-27"),
        ({"sql": "sqlite:///nowhere.db"}, "IMPORT-18"),
        ({"ask": lambda guess: None}, "IMPORT-21"),
    ],
)
def test_what_was_asked_for_cannot_be(refuses, wanted, code):
    refuses("orders.csv", GOOD, code, **wanted)


@pytest.mark.parametrize("where", ["file", "file/shop"])
def test_a_destination_that_is_no_folder_is_told_in_chinese(put, tmp_path, where):
    (tmp_path / "file").write_text("in the way", "utf-8")
    with pytest.raises(StoreError) as caught:
        import_paths([put("orders.csv", GOOD)], tmp_path / where)
    with using("zh"):
        told = str(caught.value)
    assert "是文件，不是文件夹" in told
    assert "Errno" not in told


def test_an_unknown_format_is_a_usage_error(put, bring):
    with pytest.raises(UsageError) as caught:
        bring(put("orders.csv", GOOD), format="amazon")
    assert caught.value.code == "IMPORT-16"
    assert "online_retail" in str(caught.value)


def test_a_guess_that_was_corrected_wrongly(put, bring):
    from dataclasses import replace

    def ask(guess):
        return replace(guess, columns=(replace(guess.columns[0], theirs="nothing"),))

    with pytest.raises(MappingError) as caught:
        bring(put("orders.csv", GOOD), ask=ask)
    assert caught.value.code == "IMPORT-29"
