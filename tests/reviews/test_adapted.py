"""Learning a new subject from texts without stars: what little, odd or foreign texts must not do."""

from __future__ import annotations

import numpy as np
import pytest

from shopwright.reviews import Sentiment

GOOD, BAD = ["很结实", "很好用", "喜欢", "满意"], ["碎了", "漏水", "难用", "失望"]
THINGS = ["杯子", "台灯", "毛巾", "椅子", "水壶", "架子", "刀", "盘子"]
PORTUGUESE = [
    "Não gostei do produto, veio quebrado",
    "Produto ótimo, recomendo a todos",
    "Muito bom, minha filha adorou",
]


def world(n, seed=0):
    draw = np.random.default_rng(seed)
    is_good = draw.random(n) < 0.5
    said = [f"{draw.choice(THINGS)}收到了，{draw.choice(GOOD if good else BAD)}" for good in is_good]
    return said, np.where(is_good, 5, 1)


@pytest.fixture(scope="module")
def fitted():
    return Sentiment.fit(*world(400), prior=False)


@pytest.fixture(scope="module")
def english():
    texts = [f"the {thing} is {word}" for thing in ("mug", "lamp", "towel") for word in ("lovely", "useless")] * 30
    return Sentiment.fit(texts, [5, 1] * 90, prior=False)


@pytest.mark.parametrize("n", [0, 1, 5, 99])
def test_few_texts_teach_nothing_and_that_is_said(fitted, n):
    asked, _ = world(100, seed=1)
    adapted = fitted.adapt(world(n, seed=2)[0])
    assert np.array_equal(adapted.score(asked).values, fitted.score(asked).values)
    assert [str(note) for note in adapted.notes[len(fitted.notes) :]] == [
        f"{n} texts without stars are too few to learn a new subject from; 100 are needed"
    ] * (n > 0)


@pytest.mark.parametrize("said", ["杯子收到了，很好用", "台灯收到了，漏水"])
def test_one_text_many_times_leaves_the_confidence_as_it_was(fitted, said):
    """The spread of equal answers is nothing: taken for their width, all confidence was gone."""
    asked, stars = world(200, seed=3)
    before, after = fitted.score(asked), fitted.adapt([said] * 150).score(asked)
    assert ((after.values > 0) == (stars == 5)).mean() > 0.95
    assert abs(after.confidence.mean() - before.confidence.mean()) < 0.1


def test_confidence_stays_true_with_a_hundred_texts():
    """Marks that are wrong one time in five: nobody can be surer than 80 %, nor needs to be less sure."""
    texts, stars = world(2000, seed=4)
    wrong = np.random.default_rng(5).random(len(stars)) < 0.2
    fitted = Sentiment.fit(texts, np.where(wrong, 6 - stars, stars), prior=False)
    assert abs(fitted.adapt(world(100, seed=6)[0]).score(world(500, seed=7)[0]).confidence.mean() - 0.8) < 0.06


def test_another_language_teaches_nothing_and_stays_foreign(english):
    asked = ["a lovely lamp", "a useless mug"]
    adapted = english.adapt(PORTUGUESE * 60)
    assert adapted.score(PORTUGUESE).is_foreign.all()
    assert np.array_equal(adapted.score(asked).values, english.score(asked).values)
    assert "180 of 180 texts without stars are in a language that was not learned" in str(adapted.notes[-1])


def test_another_script_teaches_nothing_and_that_is_said(english):
    adapted = english.adapt([*world(120)[0], "!!!", "", None])
    assert "120 of 120 texts without stars are in a language" in str(adapted.notes[-1])


@pytest.mark.parametrize("n", [8, 20, 40])
def test_few_reviews_know_another_language_too(n):
    """Without held-out texts nothing was ever foreign."""
    texts = ["质量很好，下次还来买", "穿了两天就开线了，差评", "颜色好看，孩子喜欢", "物流太慢，包装也破了"] * (n // 4)
    scores = Sentiment.fit(texts, [5, 1] * (n // 2), prior=False).score(
        ["すぐに壊れました。本当に残念です", "质量很好，孩子喜欢"]
    )
    assert scores.is_foreign.tolist() == [True, False]


def test_few_reviews_beside_what_ships_know_another_language_too():
    texts = [
        "Lovely mug, keeps tea hot",
        "The handle broke after two days",
        "Fits well and looks nice",
        "It leaks, sent it back",
    ]
    assert Sentiment.fit(texts * 3, [5, 1] * 6).score(PORTUGUESE).is_foreign.all()
