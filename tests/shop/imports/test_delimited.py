from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shopwright.errors import InputError
from shopwright.shop.imports import Reading
from shopwright.shop.imports import delimited as module
from shopwright.shop.imports.delimited import read_delimited
from shopwright.shop.imports.quarantine import LINE
from shopwright.shop.imports.source import Source


def read(raw: bytes, **known: str) -> Source:
    folder = Path(tempfile.mkdtemp())
    (folder / "x.csv").write_bytes(raw)
    return read_delimited(folder / "x.csv", "x.csv", Reading(**known), folder / "stage")


def rows(source: Source) -> list[tuple[object, ...]]:
    return source.frame.collect().rows()


text = st.text(st.characters(codec="utf-8", exclude_characters="\r\x00\ufeff", exclude_categories=["Cs"]), max_size=8)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(text, text, text), min_size=1, max_size=8), st.sampled_from(",;|\t"))
def test_what_a_proper_writer_wrote_is_read_back(lines, delimiter):
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerows([("one", "two", "three"), *lines])
    source = read(out.getvalue().encode(), delimiter=delimiter)
    read_back = [tuple(value or "" for value in row[:3]) for row in rows(source)]
    assert read_back == list(lines)
    assert source.refused.is_empty()


def test_line_numbers_are_those_of_the_file():
    source = read(b'a,b\n\n1,"x\ny\nz"\n2,3\nbad\n4,5\n')
    assert rows(source) == [("1", "x\ny\nz", 3), ("2", "3", 6), ("4", "5", 8)]
    assert source.refused[LINE].to_list() == [7]
    assert source.rows_in == 4


def test_a_large_file_goes_over_the_disk_and_says_the_same(monkeypatch):
    raw = b"a,b\n" + b"".join(b'%d,"x\ny"\n' % n if n % 7 == 0 else b"%d,z\n" % n for n in range(5_000)) + b"1,2,3\n"
    small = read(raw)
    monkeypatch.setattr(module, "SMALL", 100)
    large = read(raw)
    assert rows(large) == rows(small)
    assert large.refused.equals(small.refused)


@pytest.mark.parametrize(
    "raw, expected",
    [
        (b"a;b\n1,5;2\n3,25;4\n", ("1,5", "2")),
        (b"a\tb\n1,5\t2\n3,25\t4\n", ("1,5", "2")),
        (b"a|b\n1;5|2\n", ("1;5", "2")),
        (b"a,b\r\n1,2\r\n", ("1", "2")),
        (b"a,b\r1,2\r3,4\r", ("1", "2")),
        (b"\xef\xbb\xbfa,b\n1,2\n", ("1", "2")),
        (b"Report of today\n\na,b\n1,2\n3,4\n", ("1", "2")),
        (b'a,b\n1,5" pipe\n', ("1", '5" pipe')),
        (b'a,b\n1,"say ""hi"""\n', ("1", 'say "hi"')),
        (b"a,b\n1,2,\n", ("1", "2")),
    ],
)
def test_delimiters_line_ends_and_quotes(raw, expected):
    source = read(raw)
    assert source.columns == ("a", "b")
    assert rows(source)[0][:2] == expected


def test_an_unclosed_quote_far_above_harms_nobody_below():
    raw = b"a,b\n" + b'1,"open\n' + b"".join(b'%d,"q"\n' % n for n in range(500))
    source = read(raw)
    assert source.rows == 500
    assert source.refused.select(LINE, "code").rows() == [(2, "QUOTE")]


def test_names_that_come_twice_or_not_at_all():
    source = read(b"a,,a,a\n1,2,1,3\n")
    assert source.columns == ("a", "column 2", "a (2)", "a (3)")
    assert source.twice == {"a": False}


def test_an_empty_file_is_said_to_be_empty():
    for raw in (b"", b"\n\n", b" \t \n", b"\xef\xbb\xbf", b" \xef\xbb\xbf"):
        with pytest.raises(InputError) as caught:
            read(raw)
        assert caught.value.code == "IMPORT-02"
