"""What only says that something was bought, came or was used is shown neither as praise nor as a complaint."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from shopwright.reviews.hazards import hazards
from shopwright.reviews.narrated import is_narrated, says
from shopwright.reviews.quotes import quotes
from shopwright.reviews.summary import summaries
from shopwright.reviews.theme_quotes import theme_quotes
from shopwright.reviews.themes import themes
from shopwright.shop.shop import Shop

REPORTS = [
    "I ordered it in May.",
    "Bought this for my mother.",
    "昨天收到的货",
    "用了一周",
    "Ich habe es im Mai bestellt.",
]


@pytest.mark.parametrize(
    "said", [*REPORTS, "收到了", "Delivered on Tuesday.", "给老婆买的", "第二次买了", "Recebi ontem.", "买来送人的"]
)
def test_a_report_judges_nothing(said):
    assert pl.DataFrame({"said": [said]}).select(is_narrated(pl.col("said").str.to_lowercase())).item()


@pytest.mark.parametrize(
    "said",
    [
        "I never received it.",
        "没收到",
        "三天才收到",
        "用了三天就坏了",
        "It came late.",
        "I ordered two and received one.",
        "买了两个收到一个",
        "掉漆",
        "The zip jams.",
        "¡Nunca llegó!",
        "Ich habe es nicht erhalten",
        "Only received one.",
        "Still waiting.",
        "Received!",
    ],
)
def test_what_is_late_missing_broken_or_shouted_is_no_report(said):
    assert not pl.DataFrame({"said": [said]}).select(is_narrated(pl.col("said").str.to_lowercase())).item()


def test_praise_is_no_quote_of_blame_nor_the_other_way_round():
    said = pl.DataFrame({"said": ["很好看", "太小了", "好看但是太小", "The zip jams."]})
    assert said.select(says(pl.col("said"), pl.lit(value=False))).to_series().to_list() == [False, True, True, True]
    assert said.select(says(pl.col("said"), pl.lit(value=True))).to_series().to_list() == [True, False, True, True]
    # a thing that was ordered, whatever it is called, unless how says something
    said = pl.DataFrame({"said": ["热水器18号拍的", "通过携程订的房", "后悔订的房", "没收到订的货"]})
    assert said.select(says(pl.col("said"), pl.lit(value=False))).to_series().to_list() == [False, False, True, True]


def test_no_theme_is_quoted_by_a_report():
    said = [*REPORTS, "The zip jams.", "盖子盖不严，一倒就漏水。"]
    assigned = pl.DataFrame(
        {"theme": 0, "polarity": -0.9, "closeness": [1.0] * 5 + [0.5] * 2, "row": range(7), "start": [0] * 7}
    ).with_columns(pl.Series("sentence", said), pl.Series("end", [len(each) for each in said]))
    assert set(theme_quotes(assigned, said, pl.Series([-1.0] * 7))["quote"]) == set(said[5:])


def test_an_alarm_is_quoted_by_what_says_something_bad():
    first = date(2024, 1, 1)
    bad = ["I ordered it in May. It broke at once.", "收到了。用了两天就坏了。"]
    rows = [(sku, first + timedelta(days=at), 5.0, "Lovely.") for at in range(230) for sku in "abcdef"]
    rows += [("a", first + timedelta(days=200 + at), 1.0, bad[at % 2]) for at in range(20)]
    found = hazards(pl.DataFrame(rows, schema=["sku", "day", "stars", "text"], orient="row"))
    told = found.quotes.filter(theme="complaint")["quote"].to_list()
    assert told
    assert set(told) <= {"It broke at once.", "用了两天就坏了。"}


def test_a_product_is_not_criticised_by_reports():
    texts = ["I ordered it in May.", "The zip jams on the way up.", "The zip jams and the slider sticks."] * 80
    table = pl.DataFrame({"sku": "a", "text": texts, "stars": 1.0})
    (told,) = summaries(table, themes(texts, stars=[1.0] * 240)).values()
    assert told.cons
    assert not [quote for point in told.cons for quote in point.quotes if "ordered" in quote]


def test_a_review_that_only_reports_explains_no_fall():
    reviews = pl.DataFrame({"review": ["1", "2"], "sku": "a", "stars": [1.0, 2.0], "text": ["收到了", "掉漆了"]})
    found = quotes(Shop.of({"reviews": reviews}), ["a"])
    assert [each.words for each in found["a"]] == ["掉漆了"]
