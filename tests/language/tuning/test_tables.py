"""Texts to tune on from files of each kind and from a shop's tickets."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from shopwright.errors import InputError
from shopwright.language.tuning.tables import answered, sorted_texts
from shopwright.shop.shop import open_shop
from shopwright.shop.synthetic import Params, write


def _write(frame, file):
    {".csv": frame.write_csv, ".parquet": frame.write_parquet, ".jsonl": frame.write_ndjson}[file.suffix](file)
    return file


@pytest.mark.parametrize("ending", [".csv", ".parquet", ".jsonl"])
def test_a_file_of_each_kind_is_read(tmp_path, ending):
    frame = pl.DataFrame({"text": ["where, is it", "太小了", None, " "], "label": ["late", "size", "late", "late"]})
    found = sorted_texts(_write(frame, tmp_path / f"texts{ending}"))
    assert (found.texts, found.labels) == (["where, is it", "太小了"], ["late", "size"])


def test_columns_and_days_by_other_names(tmp_path):
    frame = pl.DataFrame({"q": ["a", "b"], "a": ["c", "d"], "when": ["2026-01-02", "soon"]})
    found = answered(_write(frame, tmp_path / "pairs.csv"), "q", "a", "when")
    assert found.pairs == [("a", "c"), ("b", "d")]
    assert found.days == [date(2026, 1, 2), None]
    assert answered(tmp_path / "pairs.csv", "q", "a").days is None


@pytest.mark.parametrize(
    "name, content, code",
    [
        ("none.csv", None, "MODEL-90"),
        ("empty.csv", b"", "MODEL-90"),
        ("texts.xyz", b"text,label\na,b\n", "MODEL-90"),
        ("broken.parquet", b"PAR1 no", "MODEL-90"),
        ("broken.jsonl", b"{not json", "MODEL-90"),
        ("other.csv", b"body,intent\na,b\n", "MODEL-91"),
        ("blank.csv", b"text,label\n,b\na,\n", "MODEL-92"),
        ("header.csv", b"text,label\n", "MODEL-92"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path, name, content, code):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError) as refused:
        sorted_texts(tmp_path / name)
    assert refused.value.code == code


def test_tickets_of_a_shop_teach_both(tmp_path):
    write(Params(orders=600, seed=5, days=240), tmp_path / "shop")
    found = sorted_texts(tmp_path / "shop")
    assert len(set(found.labels)) > 2
    assert len(found.texts) == len(found.labels) > 10
    replies = open_shop(tmp_path / "shop").table("tickets").select("reply").collect()["reply"].drop_nulls()
    if replies.is_empty():
        with pytest.raises(InputError) as refused:
            answered(tmp_path / "shop")
        assert refused.value.code == "MODEL-92"
    else:
        told = answered(tmp_path / "shop")
        assert told.days
        assert all(told.days)
        assert {answer for _, answer in told.pairs} <= set(replies)
