from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from shopwright.errors import TableError
from shopwright.reviews.fakes import fakes
from shopwright.reviews.minhash import alike, signatures

LETTER = "I bought this kettle for my mother and she uses it every single morning, a very solid thing."


def test_repeated_texts_are_told_with_their_first():
    texts = [
        "Something else entirely, about shoes and how they pinch.",
        LETTER,
        LETTER.upper() + "!!!",
        LETTER.replace("mother", "sister"),
        "这件衣服很好看，质量也不错，穿着很舒服，快递也挺快的，下次还会再来买的，推荐给大家",
        "这件衣服很好看，质量也不错，穿着很舒服，快递也挺快的，下次还会再来买，推荐给大家！",
        "Good",
        "Good",
        None,
    ]
    found = fakes(pl.DataFrame({"text": texts}))
    assert found["duplicate_of"].to_list() == [None, None, 1, 1, None, 4, None, None, None]
    assert found["similarity"][2] == 1
    assert 0.7 <= found["similarity"][3] < 1
    assert found.height == len(texts)


def test_shares_are_those_of_sets():
    rng = np.random.default_rng(0)
    letters = "".join(rng.choice(list("abcdefgh"), 400))
    for cut in (40, 10):
        other = letters[cut:] + "".join(rng.choice(list("ijkl"), cut))
        runs = [{text[at : at + 4] for at in range(len(text) - 3)} for text in (letters, other)]
        truth = len(runs[0] & runs[1]) / len(runs[0] | runs[1])
        first, share = alike([letters, other], least=0.5)
        assert first.tolist() == [-1, 0]
        assert share[1] == pytest.approx(truth)


def test_signatures_agree_as_often_as_sets_do():
    rng = np.random.default_rng(1)
    one = ["".join(rng.choice(list("abcdefgh"), 300)) for _ in range(60)]
    two = [text[60:] + "".join(rng.choice(list("ijklmn"), 60)) for text in one]
    marks = signatures(one), signatures(two)
    runs = [[{text[at : at + 4] for at in range(len(text) - 3)} for text in side] for side in (one, two)]
    truth = np.mean([len(a & b) / len(a | b) for a, b in zip(*runs, strict=True)])
    assert (marks[0] == marks[1]).mean() == pytest.approx(truth, abs=0.03)


def test_a_signature_does_not_depend_on_its_neighbours():
    texts = ["abcdefghijkl", "zyxwvutsrqponm", "abcdefghijkl"]
    marks = signatures(texts)
    assert (marks[0] == marks[2]).all()
    assert (signatures(texts[1:2]) == marks[1:2]).all()


def test_a_burst_is_flagged_and_a_busy_product_is_not():
    first = date(2024, 1, 1)
    quiet = [("a", first + timedelta(days=20 * at)) for at in range(10)]
    burst = [("a", first + timedelta(days=150)) for _ in range(9)]
    busy = [("b", first + timedelta(days=at // 3)) for at in range(540)]
    table = pl.DataFrame(quiet + burst + busy, schema=["sku", "day"], orient="row").with_columns(text=pl.lit("ok"))
    found = fakes(table)
    assert found["is_burst"].to_list() == [False] * 10 + [True] * 9 + [False] * 540


@pytest.mark.parametrize(
    "text, is_paid",
    [
        ("I received this for free in exchange for my review.", True),
        ("五星好评返现三元，所以来写了", True),
        ("Recebi de graça para testar.", True),
        ("Me dieron un cupón a cambio de la reseña", True),
        ("Kostenlos zur Verfügung gestellt bekommen.", True),
        ("Free shipping and a gift card for my sister.", False),
        ("质量很好，会再来", False),
    ],
)
def test_words_that_tell_of_a_reward(text, is_paid):
    assert fakes(pl.DataFrame({"text": [text]}))["is_incentivised"].to_list() == [is_paid]


def test_poor_input():
    empty = pl.DataFrame(schema={"text": pl.String, "sku": pl.String, "day": pl.Date})
    assert fakes(empty).is_empty()
    assert fakes(pl.DataFrame({"text": ["x" * 50_000] * 2}))["is_duplicate"].to_list() == [False, True]
    with pytest.raises(TableError):
        fakes(pl.DataFrame({"sku": ["a"]}))


def test_nothing_after_the_last_day_is_read():
    first = date(2024, 1, 1)
    table = pl.DataFrame(
        {
            "sku": ["a"] * 6,
            "day": [first + timedelta(days=9 - at) for at in range(6)],
            "text": [LETTER, LETTER, "Something else.", LETTER, LETTER, LETTER],
        }
    )
    told = fakes(table, until=first + timedelta(days=6))
    assert told.height == 3  # rows 3 to 5, the last of which is the oldest
    assert told["duplicate_of"].to_list() == [5, 5, None]


@pytest.mark.parametrize("text", ["Não recebi o produto.", "Delivered before its time.", "质量很好，物流很快"])
def test_short_phrases_that_many_write_are_no_copies(text):
    assert not fakes(pl.DataFrame({"text": [text] * 3}))["is_duplicate"].any()
