"""Ten things that the analysis says of real reviews, each looked up in the raw rows in another way."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from datetime import date

import polars as pl
import pytest

from shopwright.reviews import analyse
from shopwright.reviews.findings import suspects, to_fix
from shopwright.shop.imports.run import import_paths
from shopwright.shop.shop import Shop, open_shop

pytestmark = pytest.mark.realdata


@pytest.fixture(scope="module")
def clothing(raw):
    return analyse(Shop.of({"reviews": raw}))


@pytest.fixture(scope="module")
def olist_raw(data):
    return pl.read_csv(data("olist_all_statuses") / "olist_order_reviews_dataset.csv")


@pytest.fixture(scope="module")
def olist(data, tmp_path_factory):
    root = tmp_path_factory.mktemp("olist") / "shop"
    import_paths([data("olist_all_statuses")], root)
    return analyse(open_shop(root))


def test_one_review_counts_once_and_stars_are_those_of_the_file(raw, clothing):
    assert clothing.reviews.height == len(set(raw["review"])) == raw.height
    told = dict(clothing.reviews.select("review", "stars").iter_rows())
    assert told == dict(raw.select("review", "stars").iter_rows())


def test_two_and_one_star_reviews_are_the_bad_ones(raw, clothing):
    bad = clothing.reviews.filter(pl.col("polarity") < -0.25)
    assert bad.height == sum(Counter(raw["stars"].to_list())[stars] for stars in (1.0, 2.0))


def test_the_share_that_speaks_of_fit_is_near_that_of_plain_words(raw, clothing):
    plain = sum(bool(re.search(r"\b(fit|fits|size|sizes|sizing)\b", (text or "").lower())) for text in raw["text"])
    told = clothing.aspects.filter(topic="size_and_fit")["n"].sum()
    assert 0.9 * plain < told < 1.6 * plain


def test_products_told_to_run_small_are_called_small_in_the_file(raw, clothing):
    small = clothing.signals.filter(size_advice="small")["sku"].to_list()
    assert len(small) >= 10
    right = 0
    for sku in small:
        texts = [(text or "").lower() for text in raw.filter(sku=sku)["text"]]
        tight = sum("runs small" in text or "too small" in text or "tight" in text for text in texts)
        loose = sum("runs large" in text or "too big" in text or "too large" in text for text in texts)
        right += tight > loose
    assert right >= 0.9 * len(small)


def test_every_quote_of_a_theme_stands_in_its_review(raw, clothing):
    texts = dict(raw.select("review", pl.coalesce("text", "title")).iter_rows())
    ids = clothing.reviews["review"]
    assert clothing.quotes.height >= 60
    for row in clothing.quotes.iter_rows(named=True):
        said = " ".join(texts[ids[row["row"]]].split())
        assert row["quote"].removesuffix("…") in said


def test_quotes_that_blame_come_from_reviews_with_fewer_stars(raw, clothing):
    stars = dict(raw.select("review", "stars").iter_rows())
    means = []
    for is_praise in (True, False):
        rows = clothing.quotes.filter(pl.col("is_praise") == is_praise)["row"]
        given = [stars[clothing.reviews["review"][row]] for row in rows]
        means.append(sum(given) / len(given))
    assert means[0] - means[1] > 1.5


def test_shrinking_costs_stars_in_the_file_too(raw, clothing):
    row = to_fix(clothing).row(by_predicate=pl.col("theme") == "shrink", named=True)
    shrunk = [re.search(r"shr[aiu]nk", (text or "").lower()) is not None for text in raw["text"]]
    mine, others = raw.filter(shrunk)["stars"].mean(), raw.filter([not hit for hit in shrunk])["stars"].mean()
    assert row["stars_high"] < 0
    assert mine < others
    assert 0.4 * sum(shrunk) <= row["n"] <= 2.5 * sum(shrunk)


def test_copies_are_copies_in_the_file(raw, clothing):
    letters = Counter(re.sub(r"[\W_]+", "", text.lower()) for text in raw["text"].drop_nulls() if len(text) > 20)
    again = sum(n - 1 for n in letters.values())
    exact = clothing.reviews.filter(pl.col("similarity") == 1)
    assert again > 0
    # A title may stand in for a text, and short ones repeat by chance.
    assert exact.filter(pl.col("text").str.len_chars() > 20).height >= again
    assert set(exact["review"]) <= set(suspects(clothing)["review"])


def test_olist_has_each_review_once_with_its_stars_by_the_last_day(olist, olist_raw):
    counts = Counter(olist_raw["review_score"].drop_nulls().to_list())
    mine = Counter(int(stars) for stars in olist.reviews["stars"].drop_nulls())
    assert sum(mine.values()) <= sum(counts.values())
    days = [date.fromisoformat(str(day)[:10]) for day in olist_raw["review_creation_date"] if day]
    assert sum(mine.values()) >= 0.95 * sum(day <= olist.as_of for day in days)
    assert olist.reviews["day"].max() <= olist.as_of
    assert all(abs(mine[n] / sum(mine.values()) - counts[n] / sum(counts.values())) < 0.02 for n in range(1, 6))


def test_olist_speaks_of_delivery_in_portuguese(olist, olist_raw):
    def bare(text):
        return "".join(sign for sign in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(sign))

    column = "review_comment_message"
    words = re.compile(r"nao (?:recebi|chegou|entreg)|atras|entrega")
    late = [words.search(bare(text)) is not None for text in olist_raw[column].fill_null("")]
    named = olist.mentions.filter(theme="delivery").height
    assert sum(late) > 500
    assert 0.3 * sum(late) <= named <= 1.5 * sum(late)
    assert olist_raw.filter(late)["review_score"].mean() < olist_raw["review_score"].mean()
    assert {"delivery"} <= set(to_fix(olist)["theme"])
