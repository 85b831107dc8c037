from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopwright.errors import UsageError
from shopwright.reviews.sentences import blanked, sentences


def _said(*texts, **kwargs):
    return sentences(texts, **kwargs)["sentence"].to_list()


@pytest.mark.parametrize(
    "text, parts",
    [
        ("It broke. I am sad!", ["It broke.", "I am sad!"]),
        ("Pays off at 3.5 stars. Fine", ["Pays off at 3.5 stars.", "Fine"]),
        ("Good...but small", ["Good...", "but small"]),
        ("Love it 😍😍 fits well", ["Love it 😍😍", "fits well"]),
        ("I like it.But the zip sticks", ["I like it.", "But the zip sticks"]),
        ("很漂亮，就是有点小！包装破了。", ["很漂亮", "就是有点小！", "包装破了。"]),
        ("做工不错但是拉链坏了", ["做工不错", "但是拉链坏了"]),
        ("Gostei muito, mas veio pequeno", ["Gostei muito", "mas veio pequeno"]),
        ("Soft<br/>and &quot;nice&quot; &amp; warm", ['Soft and "nice" & warm']),
        ("!!! ... 👍", []),
    ],
)
def test_texts_are_cut_where_a_reader_would(text, parts):
    assert _said(text) == parts


def test_without_clauses_a_but_does_not_cut():
    assert _said("Fits well, but the seam split.", clauses=False) == ["Fits well, but the seam split."]


@given(st.lists(st.text(alphabet="ab .,!?。，<>&;but\n但是😀\u200d", max_size=400), max_size=4))
def test_spans_are_verbatim_in_order_and_lose_no_letter(texts):
    found = sentences(texts)
    end = dict.fromkeys(range(len(texts)), 0)
    for row, start, stop, said in found.iter_rows():
        assert end[row] <= start < stop <= len(texts[row])
        assert " ".join(blanked(texts[row])[start:stop].split()) == said
        lost = blanked(texts[row])[end[row] : start]
        assert not any(sign.isalnum() for sign in lost)
        end[row] = stop
    for row, text in enumerate(texts):
        assert not any(sign.isalnum() for sign in blanked(text)[end[row] :])


@pytest.mark.timeout(120)  # a quadratic pattern would take far longer
@pytest.mark.parametrize(
    "text", ["a" * 50_000, "<" * 50_000, "<a" * 25_000, "&#1" * 17_000, "很" * 50_000, "x, " * 17_000]
)
def test_fifty_thousand_signs_are_read_in_parts_and_in_time(text):
    found = sentences([text])
    assert found["sentence"].str.len_chars().max() is None or found["sentence"].str.len_chars().max() <= 300


def test_nothing_says_nothing():
    assert sentences([]).height == sentences([None, "", "   "]).height == 0


@pytest.mark.parametrize("texts", ["one text", [1], [["a"]], None, 7])
def test_what_is_no_text_is_refused(texts):
    with pytest.raises(UsageError) as caught:
        sentences(texts)
    assert caught.value.code == "REVIEWS-40"


def test_half_a_pair_of_utf_16_moves_nothing():
    text = "Nice \ud800 fabric. Bad zip\udfff"
    found = sentences([text])
    assert [text[a:b] for a, b in found.select("start", "end").rows()] == ["Nice \ud800 fabric.", "Bad zip\udfff"]
    assert found["sentence"].to_list() == ["Nice \ufffd fabric.", "Bad zip\ufffd"]
