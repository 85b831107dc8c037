"""What customers say of goods of many kinds: put together as they would say it, and learned from."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from shopwright.errors import ModelError
from shopwright.reviews import Sentiment
from shopwright.reviews.phrases import phrases, phrases_counted
from shopwright.reviews.readings import is_japanese

BOOKS = ["情节精彩", "文字优美", "值得一读", "作者很有才华", "故事感人", "读来受益匪浅"]
DULL = ["情节拖沓", "错别字太多", "读不下去", "作者胡编", "故事乏味", "是盗版书"]


def test_no_phrase_praises_and_blames():
    moods: dict[str, set[int]] = {}
    for text, mood in phrases("han"):
        moods.setdefault(text, set()).add(mood)
    assert {text for text, found in moods.items() if len(found) > 1} == set()
    counts = Counter(mood for _, mood in phrases("han"))
    assert min(counts.values()) > 3_000


def test_negations_turn_what_is_said():
    told = dict(phrases("han"))
    assert (told["水果很甜"], told["水果不甜"]) == (1, 0)
    assert (told["热水器漏水"], told["热水器不漏水"], told["热水器没有漏水"]) == (0, 1, 1)
    assert (told["价格贵"], told["价格太贵"], told["价格不贵"]) == (0, 0, 1)
    assert phrases("words") == []
    assert phrases_counted("words") is None


@pytest.mark.parametrize("odd", ["没有贵", "没有酸", "太跳闸", "太掉底", "很完好", "冰箱制热", "待机很快"])
def test_nothing_is_said_that_nobody_says(odd):
    """Adjectives have no 没有 before them, what happens once no 太; 待机很快 begins a complaint."""
    assert not [text for text, _ in phrases("han") if odd in text]


def test_what_stands_alone_counts_twice_and_nothing_else():
    counts = Counter(phrases("han"))
    assert {text for (text, _), n in counts.items() if n > 1} >= {"很满意", "差评", "不值"}
    assert max(counts.values()) == 2
    assert [counts[said] for said in (("价格太贵", 0), ("苹果很甜", 1), ("质量很好", 1))] == [1, 1, 1]


def bookshop(n):
    return [text for text in (*BOOKS, *DULL) for _ in range(n)], [5] * len(BOOKS) * n + [1] * len(DULL) * n


def test_a_shop_of_books_knows_what_is_said_of_fruit():
    fitted = Sentiment.fit(*bookshop(30), prior=False)
    asked = ["苹果很脆很甜", "苹果都烂了", "草莓不新鲜", "面料很柔软", "衣服缩水", "电脑老是蓝屏"]
    assert (fitted.score(asked).values > 0).tolist() == [True, False, False, True, False, False]


def test_a_shops_own_reviews_overrule_what_is_said_elsewhere():
    texts, stars = bookshop(30)
    sour = [f"{thing}{word}" for thing in ("山楂", "酸梅", "柠檬糖") for word in ("很酸", "酸得够劲")] * 30
    sweet = [f"{thing}{word}" for thing in ("山楂", "酸梅", "柠檬糖") for word in ("很甜", "甜过头")] * 30
    fitted = Sentiment.fit([*texts, *sour, *sweet], [*stars, *[5] * len(sour), *[1] * len(sweet)], prior=False)
    scores = fitted.score(["柠檬糖很酸", "柠檬糖很甜"]).values
    assert scores[0] > 0 > scores[1]


def test_phrases_alone_are_no_reviews():
    with pytest.raises(ModelError) as caught:
        Sentiment.fit(BOOKS, [5] * len(BOOKS), prior=False)
    assert caught.value.code == "REVIEWS-19"


def test_confidence_is_of_reviews_not_of_phrases():
    """Marks that are wrong one time in four: phrases, which never are, must not make it sure."""
    draw = np.random.default_rng(0)
    texts, stars = bookshop(100)
    wrong = draw.random(len(stars)) < 0.25
    fitted = Sentiment.fit(texts, np.where(wrong, 6 - np.array(stars), stars), prior=False)
    assert abs(fitted.score(texts).confidence.mean() - 0.75) < 0.05


def test_japanese_reviews_are_not_told_what_is_said_in_chinese():
    texts = ["とても良い商品です", "すぐに壊れました", "また買いたいと思います", "使いにくくて残念です"] * 30
    marks = [5, 1, 5, 1] * 30
    assert is_japanese(texts)
    assert not is_japanese(["日式の风格，很好", "质量很好", "カシオ手表走时准，很喜欢"])
    fitted = Sentiment.fit(texts, marks, prior=False)
    assert fitted.score(["面料很柔软", "热水器总是漏水"]).is_foreign.all()
    assert fitted.score(["とても良い"]).label == ["positive"]
