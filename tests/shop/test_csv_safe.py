from __future__ import annotations

import polars as pl
import pytest

from shopwright.errors import StoreError
from shopwright.i18n import using
from shopwright.shop.csv_safe import write_csv


@pytest.mark.parametrize("cell", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0", "＝1+1"])
def test_what_a_spreadsheet_would_run_is_neutralised(tmp_path, cell):
    file = write_csv(pl.DataFrame({"title": [cell], "=name": ["x"]}), tmp_path / "a.csv")
    read = pl.read_csv(file, infer_schema=False)
    assert read["title"].item() == f"'{cell}"
    assert read.columns == ["title", "'=name"]


def test_numbers_stay_numbers(tmp_path):
    frame = pl.DataFrame({"units": [-5, 3], "price": [-1.5, 2.25], "text": ["-5", "+3.50"]})
    file = write_csv(frame, tmp_path / "a.csv")
    assert pl.read_csv(file, schema_overrides={"text": pl.String}).equals(frame)


def test_other_text_is_left_alone_and_readable_in_excel(tmp_path):
    frame = pl.DataFrame({"title": ["Mug, red", 'a "b"', "杯子 ☕", "كوب", None, "a=b", "x@y"]})
    file = write_csv(frame, tmp_path / "a.csv")
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    assert pl.read_csv(file).equals(frame)
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


@pytest.mark.parametrize(
    "where, words", [("nowhere/a.csv", "不存在"), ("file/a.csv", "是文件，不是文件夹"), ("", "是文件夹，不是文件")]
)
def test_a_place_that_cannot_be_written_to_is_told_in_the_language_in_force(tmp_path, where, words):
    (tmp_path / "file").write_text("in the way", "utf-8")
    with pytest.raises(StoreError) as caught:
        write_csv(pl.DataFrame({"a": [1]}), tmp_path / where)
    with using("zh"):
        assert words in str(caught.value)
        assert "Errno" not in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
