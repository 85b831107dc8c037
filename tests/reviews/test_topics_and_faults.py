"""Topics and faults count the same reviews: a fault is part of a topic, which counts at least as many."""

from __future__ import annotations

import polars as pl
import pytest

from shopwright.reviews import analyse
from shopwright.reviews.analysis_json import product_rows
from shopwright.reviews.aspect_counts import TOPIC_OF, TOPICS, aspect_counts
from shopwright.reviews.given import given
from shopwright.reviews.mentions import THEME, every_mention
from shopwright.reviews.severity import SEVERE
from shopwright.reviews.theme_words import WORDS
from shopwright.shop.synthetic import make


def _counts(texts, stars):
    reviews, _ = given(pl.DataFrame({"sku": ["a"] * len(texts), "text": texts, "stars": stars}))
    found = aspect_counts(reviews, texts, every_mention(reviews))
    return {topic: counts for _, topic, *counts in found.iter_rows()}


def test_every_fault_is_part_of_a_topic():
    assert set(TOPIC_OF) == set(WORDS) | set(SEVERE)
    assert set(TOPIC_OF.values()) <= set(TOPICS)


def test_a_fault_that_no_topic_names_counts_for_its_topic():
    n, bad, neutral, good = _counts(["Coating peeling already.", "The coating holds."], [1.0, 5.0])["durability"]
    assert (n, bad, neutral, good) == (2, 1, 1, 0)


@pytest.mark.parametrize("text", ["The packaging was far too big.", "包装太大了"])
def test_what_is_said_of_the_packaging_is_no_topic_of_size(text):
    assert "size_and_fit" not in _counts([text], [2.0])
    assert _counts([text], [2.0])["packaging"][:2] == [1, 1]
    assert "size_and_fit" in _counts(["The dress was far too big."], [2.0])


@pytest.mark.parametrize("text", ["掉漆又褪色", "杯子掉漆了，颜色也褪了", "洗一次就掉色褪色"])
def test_paint_that_peels_and_fades_is_one_fault_of_one_topic(text):
    counts = _counts([text], [1.0])
    assert counts["durability"][:2] == [1, 1]
    assert "quality" not in counts
    reviews, _ = given(pl.DataFrame({"sku": ["a"], "text": [text], "stars": [1.0]}))
    assert len(set(every_mention(reviews)[THEME]) & {"coating", "fade", "stain"}) == 1


@pytest.mark.parametrize("text", ["打开一股霉味，发霉了", "味道难闻，发霉了", "It smells of mould.", "Huele a moho."])
def test_mould_that_smells_is_one_danger_and_no_second_fault(text):
    reviews, _ = given(pl.DataFrame({"sku": ["a"], "text": [text], "stars": [1.0]}))
    assert set(every_mention(reviews)[THEME]) == {"mould", "complaint"}
    assert set(_counts([text], [1.0])) == {"safety"}
    other, _ = given(pl.DataFrame({"sku": ["a"], "text": ["The smell is awful."], "stars": [1.0]}))
    assert "smell" in every_mention(other)[THEME].to_list()


@pytest.mark.parametrize(
    "text, polarity",
    [
        ("和描述一致", "positive"),
        ("和描述一致，但是物流太慢", "positive"),
        ("与图片上的一模一样", "positive"),
        ("没有色差，和图片一样", "positive"),
        ("Exactly as described, but it came late.", "positive"),
        ("Genau wie beschrieben, kam aber zu spät.", "positive"),
        ("和描述不一致", "negative"),
        ("和图片不一样", "negative"),
        ("Not as described at all.", "negative"),
    ],
)
def test_as_described_is_praise_and_not_as_described_blame(text, polarity):
    _, bad, _, good = _counts([text], [2.0])["as_pictured"]
    assert (bad > 0, good > 0) == (polarity == "negative", polarity == "positive")


@pytest.mark.parametrize(
    "text, theme", [("床单裂开一条缝", "seam"), ("裤子裂了", "seam"), ("杯子裂开一条缝", "breakage")]
)
def test_what_splits_is_a_seam_where_it_is_cloth(text, theme):
    reviews, _ = given(pl.DataFrame({"sku": ["a"], "text": [text], "stars": [1.0]}))
    assert set(every_mention(reviews)[THEME]) == {theme, "complaint"}


@pytest.fixture(scope="module")
def found():
    return analyse(make(orders=3_000, seed=1).shop)


def test_a_topic_counts_at_least_the_reviews_of_each_of_its_faults(found):
    n = {(sku, topic): n for sku, topic, n in found.aspects.select("sku", "topic", "n").iter_rows()}
    named = found.mentions.filter(pl.col(THEME) != "complaint").join(found.reviews.select("place", "sku"), on="place")
    counts = named.group_by("sku", THEME).agg(pl.col("place").n_unique().alias("n"))
    assert counts.height > 50
    assert all(n[sku, TOPIC_OF[theme]] >= each for sku, theme, each in counts.iter_rows())


def test_programs_are_told_the_topic_of_each_fault(found):
    sku = found.costs.products["sku"][0]
    told = product_rows(found, sku)
    assert told["costs"]
    n = {row["topic"]: row["n"] for row in told["topics"]}
    assert all(n[row["topic"]] >= row["n"] for row in told["costs"])
