"""HTML in reviews: nothing that is shown holds any, and what is shown stands in the readable review."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopwright.reviews import analyse
from shopwright.reviews.analysis_json import as_rows, product_rows
from shopwright.reviews.findings import sayings
from shopwright.reviews.markup import blanked, readable
from shopwright.reviews.quotes import masked
from shopwright.reviews.sentences import sentences

FIRST = date(2024, 1, 1)


@pytest.mark.parametrize(
    "text, shown",
    [
        ("Soft &amp; warm", "Soft & warm"),
        ("It fits.<br/>The seam<br>split", "It fits. The seam split"),
        ("caf&eacute;s &#39;n&#x27; more &hearts;", "cafés 'n' more ♥"),
        ("a&nbsp;&nbsp;b", "a b"),
        ("Tom &amp;amp; Jerry", "Tom & Jerry"),
        ("Nice &lt;br&gt; bag", "Nice bag"),
        ("I &lt;3 it, 5 &gt; 4", "I <3 it, 5 > 4"),
        ("<!-- no --><p class='x'>Good</p>", "Good"),
        ("AT&T; R&D & co", "AT&T; R&D & co"),
        ("好看&hellip;<br />很好", "好看… 很好"),
    ],
)
def test_what_its_writer_saw(text, shown):
    assert readable(text) == shown


@given(st.text(alphabet="ab &;<>/br#39amplt", max_size=60))
def test_it_is_read_once_and_for_all_places_are_kept(text):
    assert len(blanked(text)) == len(text)
    assert readable(text) == " ".join(readable(text).split())


def test_an_address_behind_an_entity_is_masked():
    assert masked("write to ann&#64;example.com<br>please") == "write to [e-mail] please"


def test_sentences_are_readable_and_their_places_verbatim():
    text = "Un caf&eacute; &amp; g&acirc;teau. <b>The seam</b> split &hellip; badly"
    said = sentences([text])
    assert said["sentence"].to_list() == ["Un café & gâteau.", "The seam split …", "badly"]
    for start, end, sentence in said.select("start", "end", "sentence").iter_rows():
        assert readable(text[start:end]) == sentence


def _reviews():
    bad = (
        "The seam &amp; the zip split &quot;at once&quot;.<br>I <b>really</b> hat&eacute;d it &lt;br&gt; it&#39;s bad."
    )
    good = "Lovely &amp; soft, it&#39;s a <i>dream</i> dress.<br/>Great &quot;value&quot; for money."
    rows = [("a" if at % 3 else "b", FIRST + timedelta(days=at), good, 5.0) for at in range(300)]
    rows += [("a", FIRST + timedelta(days=250 + at), f"{bad} No. {at}", 1.0) for at in range(40)]
    frame = pl.DataFrame(rows, schema=["sku", "day", "text", "stars"], orient="row")
    return frame.with_row_index("review").with_columns(pl.col("review").cast(pl.String))


def _strings(value):
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for each in value:
            yield from _strings(each)
    elif isinstance(value, str):
        yield value


def test_every_quote_that_is_shown_is_clean_and_stands_in_its_review():
    reviews = _reviews()
    found = analyse(reviews)
    whole = {readable(text) for text in reviews["text"]}
    quotes = [*found.quotes["quote"], *found.hazards.quotes["quote"], *sayings(found, "a", "seam")["quote"]]
    quotes += [quote for said in found.summaries.values() for point in said.points for quote in point.quotes]
    quotes += found.themes.table["quote"].drop_nulls().to_list()
    assert len(quotes) > 8
    assert any("&" in quote for quote in quotes)  # the sign itself may be there
    assert all(any(quote.rstrip("…") in text for text in whole) for quote in quotes)
    told = [*_strings(as_rows(found)), *_strings(product_rows(found, "a"))]
    assert not [
        text for text in (*told, *quotes) if "&amp;" in text or "&#39;" in text or "<b" in text or "&lt;" in text
    ]
