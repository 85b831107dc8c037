"""The models of sentiment that ship, alone and beside few reviews of the shop's own."""

from __future__ import annotations

import numpy as np
import pytest

from shopwright.errors import ModelError
from shopwright.reviews import Sentiment, sentiment_store
from shopwright.reviews.sentiment_store import ASSETS, PRIORS


@pytest.mark.parametrize("name", PRIORS)
def test_what_ships_reads_both_scripts(name):
    scores = Sentiment.load(name).score(
        [
            "Arrived quickly, works perfectly, would buy again",
            "Stopped working after two days, do not buy this",
            "收到货很满意，质量很好，推荐购买",
            "太失望了，用了两天就坏了，客服也不理",
        ]
    )
    assert scores.label == ["positive", "negative", "positive", "negative"]
    assert scores.confidence.min() > 0.7


def test_negation_turns_what_ships():
    good, bad = Sentiment.load("prior-en").score(["this is good quality", "this is not good quality"]).values
    assert good > 0.5
    assert bad < 0.0


def test_portuguese_is_foreign_to_what_ships():
    text = "O produto chegou antes do prazo e a minha filha adorou, recomendo a todos"
    score = Sentiment.load("prior-en").score([text])[0]
    assert score.is_foreign
    assert score.confidence < 0.7


def test_few_reviews_lean_on_what_ships_and_many_do_not():
    few = Sentiment.fit(["the mug is fine", "the mug broke"] * 3, [5, 1] * 3)
    assert few.trust["words"] < 0.1
    assert few.score(["terrible, a waste of money"])[0].label == "negative"
    # In this shop's words, which the prior cannot know, green is praise and blue is blame.
    texts = [f"{word} {number % 7} towel" for number in range(800) for word in ("green", "blue")]
    many = Sentiment.fit(texts, [5, 1] * 800)
    assert many.trust["words"] > 0.9
    assert many.score(["a green towel", "a blue towel"]).label == ["positive", "negative"]


@pytest.mark.parametrize("stars", [5, 1, 3])
def test_stars_of_one_kind_leave_the_answer_to_what_ships(stars):
    texts = ["lovely towel", "very soft and warm", "so pretty"] * 10
    found = Sentiment.fit(texts, [stars] * 30)
    assert found.trust == {}
    assert any("from the model that ships" in str(note) for note in found.notes)
    asked = ["broke after two days, want a refund", "I love it"]
    assert np.array_equal(found.score(asked).values, Sentiment.load("prior-en").score(asked).values)


def test_no_review_at_all_leaves_the_answer_to_what_ships():
    found = Sentiment.fit([None, "fine"], [5, None])
    assert any("from the model that ships" in str(note) for note in found.notes)
    assert found.score(["I love it"])[0].label == "positive"


def test_both_together_are_small():
    assert sum((ASSETS / f"{name}.safetensors").stat().st_size for name in PRIORS) <= 4_000_000


def test_an_unknown_prior_and_damaged_weights_are_told(tmp_path, monkeypatch):
    with pytest.raises(ModelError, match="REVIEWS-13"):
        Sentiment.load("prior-xx")
    content = bytearray((ASSETS / "prior-en.safetensors").read_bytes())
    content[-7] ^= 4
    (tmp_path / "prior-en.safetensors").write_bytes(content)
    monkeypatch.setattr(sentiment_store, "ASSETS", tmp_path)
    sentiment_store.prior.cache_clear()
    try:
        with pytest.raises(ModelError, match="REVIEWS-14"):
            Sentiment.load("prior-en")
        with pytest.raises(ModelError, match="REVIEWS-14"):
            Sentiment.load("prior-zh")
    finally:
        sentiment_store.prior.cache_clear()
