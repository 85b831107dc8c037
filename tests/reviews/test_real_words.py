"""On real reviews what is said of words, sizes and copies is true of the raw file when looked up by hand."""

from __future__ import annotations

import polars as pl
import pytest
from sklearn.metrics import adjusted_rand_score

from shopwright.reviews import costs, fakes, signals, summaries, themes

pytestmark = pytest.mark.realdata


@pytest.fixture(scope="module")
def raw(raw):
    return raw.drop("title").with_columns(pl.col("text").fill_null(""))


@pytest.fixture(scope="module")
def found(raw):
    return themes(raw["text"].to_list(), stars=raw["stars"].to_list())


def test_hardly_a_sentence_is_left_over_and_seeds_agree(raw, found):
    assert found.unassigned < 0.05
    other = themes(raw["text"].to_list(), seed=1, stars=raw["stars"].to_list())
    assert adjusted_rand_score(found.assigned["theme"].fill_null(-1), other.assigned["theme"].fill_null(-1)) > 0.9


@pytest.mark.parametrize("word, share", [("color", 0.3), ("comfortable", 0.3), ("petite", 0.1), ("waist", 0.2)])
def test_a_theme_holds_the_sentences_that_hold_its_words(found, word, share):
    """Of the sentences with the word most are in the theme that it names, and they are a large part of it."""
    (theme,) = [number for number, words in enumerate(found.words) if word in words[:4]][:1]
    holds = found.assigned["sentence"].str.to_lowercase().str.contains(word, literal=True)
    mine = found.assigned["theme"] == theme
    usual = holds.mean()
    assert holds.filter(mine.fill_null(value=False)).mean() > max(share, 3 * usual)


def test_what_is_praised_has_more_stars_than_what_is_complained_of(raw, found):
    stars = found.assigned.with_columns(raw["stars"].gather(found.assigned["row"]).alias("stars"))
    means = stars.group_by("theme").agg(pl.col("stars").mean())
    kinds = found.table.select("theme", "kind").join(means, on="theme").group_by("kind").agg(pl.col("stars").mean())
    by_kind = dict(kinds.iter_rows())
    assert by_kind["praise"] > raw["stars"].mean() > by_kind["complaint"]


def test_the_five_copies_are_copies(raw):
    flagged = fakes(raw)
    copies = flagged.filter("is_duplicate")
    assert 4 <= copies.height <= 10
    texts = dict(raw.select("review", "text").iter_rows())
    for review, first in copies.filter(pl.col("similarity") == 1).select("review", "duplicate_of").iter_rows():
        assert texts[review].lower() == raw["text"][first].lower()
        assert texts[review] != ""
    exact = raw.filter(pl.col("text").str.len_chars() > 20).group_by("text").len().filter(pl.col("len") > 1).height
    assert copies.filter(pl.col("similarity") == 1).height >= exact > 0
    assert flagged.height == raw.height


def test_size_advice_agrees_with_the_plain_words(raw):
    advised = signals(raw)
    plain = raw.with_columns(
        small=pl.col("text").str.to_lowercase().str.contains("runs small"),
        large=pl.col("text").str.to_lowercase().str.contains("runs large"),
    )
    by_hand = plain.group_by("sku").agg(pl.col("small").sum(), pl.col("large").sum())
    both = advised.filter(pl.col("size_advice").is_in(["small", "large"])).join(by_hand, on="sku")
    assert both.height >= 20
    agrees = ((both["size_advice"] == "small") & (both["small"] >= both["large"])) | (
        (both["size_advice"] == "large") & (both["large"] >= both["small"])
    )
    assert agrees.mean() > 0.9


def test_themes_that_cost_stars_have_fewer_in_the_raw_file(raw):
    costly = costs(raw).themes
    words = {"shrink": "shrank|shrunk", "comfort": "itchy", "smell": "smell"}
    for theme, pattern in words.items():
        row = costly.row(by_predicate=pl.col("theme") == theme, named=True)
        named = raw.filter(pl.col("text").str.to_lowercase().str.contains(pattern))
        assert row["stars_high"] < 0
        assert named["stars"].mean() < raw["stars"].mean() - 0.2
        assert row["n"] >= 0.3 * named.height


def test_quotes_of_a_summary_stand_in_reviews_of_the_product(raw, found):
    summary = summaries(raw, found, ["1078"])["1078"]
    assert summary.n == raw.filter(sku="1078").height
    assert summary.stars == pytest.approx(raw.filter(sku="1078")["stars"].mean())
    assert len(summary.pros) == len(summary.cons) == 3
    for point in summary.points:
        for quote, row in zip(point.quotes, point.reviews, strict=True):
            assert raw["sku"][row] == "1078"
            assert quote.removesuffix("…") in " ".join(raw["text"][row].split())
    assert all(raw["stars"][row] <= 2 for point in summary.cons for row in point.reviews)
