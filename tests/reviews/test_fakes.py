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


PHRASE = "Exactly what I was looking for, with many thanks"
DAY = date(2024, 1, 1)


def _openings_and_ends():
    """Texts that many put together from the same few sentences, as templates have them: 6 × 6, four times."""
    openings = (
        "I wear it every day",
        "A lovely present",
        "Not what I had hoped for",
        "My whole family is delighted",
        "Sturdy and well made",
        "Bought for the second time",
    )
    ends = (
        "The parcel came on the promised day",
        "Colour and finish are just as shown",
        "Great value for the money",
        "Would buy again at once",
        "Nothing was missing and nothing broken",
        "Easy to clean and to put away",
    )
    texts = [f"{one}. {two}." for one in openings for two in ends] * 4
    days = [DAY + timedelta(days=3 * at) for at in range(len(texts))]
    skus = [f"s{at % 7}" for at in range(len(texts))]
    return pl.DataFrame({"text": texts, "day": days, "sku": skus, "customer": [f"c{at}" for at in range(len(texts))]})


def test_set_phrases_that_many_put_together_are_no_copies():
    table = _openings_and_ends()
    assert (alike(table["text"].to_list())[0] >= 0).mean() > 0.5  # as texts they resemble each other
    assert not fakes(table)["is_duplicate"].any()


def test_a_phrase_is_a_copy_where_the_same_customer_says_it_again():
    table = pl.DataFrame({"text": [PHRASE] * 4, "customer": ["a", "b", "a", None]})
    assert fakes(table)["is_duplicate"].to_list() == [False, False, True, False]


def test_a_phrase_is_a_copy_where_one_product_gets_it_again_and_again_within_a_week():
    many = _openings_and_ends()
    week = pl.DataFrame({"text": [PHRASE] * 4, "day": [DAY + timedelta(days=at) for at in range(4)], "sku": ["s1"] * 4})
    months = week.with_columns(pl.Series("day", [DAY + timedelta(days=100 * at) for at in range(4)]))
    assert fakes(pl.concat([many, week], how="diagonal"))["is_duplicate"].to_list()[-4:] == [False, True, True, True]
    assert not fakes(pl.concat([many, months], how="diagonal"))["is_duplicate"].any()


def test_a_long_text_said_by_others_is_a_copy_among_set_phrases_too():
    many = _openings_and_ends()
    found = fakes(pl.concat([many, pl.DataFrame({"text": [LETTER, LETTER]})], how="diagonal"))
    assert found["is_duplicate"].to_list() == [False] * many.height + [False, True]


@pytest.mark.parametrize(
    "text",
    [
        "The zip broke after two days and will not close.",
        "拉链用了两天就坏了，质量太差",
        "用了一周手柄就断了，还漏水，质量真的太差了吧",
    ],
)
def test_a_fault_that_many_customers_word_alike_is_no_copy(text):
    many = _openings_and_ends()
    week = pl.DataFrame(
        {
            "text": [text] * 5,
            "day": [DAY + timedelta(days=at) for at in range(5)],
            "sku": ["s1"] * 5,
            "customer": [f"d{at}" for at in range(5)],
        }
    )
    told = fakes(pl.concat([many, week], how="diagonal"))
    assert not told["is_duplicate"].any()
    assert told["duplicate_of"].null_count() == told.height
    # of one customer it is one, and so is praise that comes again and again, or a long tale
    same = week.with_columns(customer=pl.lit("d0"))
    assert fakes(pl.concat([many, same], how="diagonal"))["is_duplicate"].to_list()[-4:] == [True] * 4
    praise = week.with_columns(text=pl.lit(PHRASE))
    assert fakes(pl.concat([many, praise], how="diagonal"))["is_duplicate"].to_list()[-4:] == [True] * 4
    tale = week.with_columns(text=pl.lit(f"{LETTER} {text}"))
    assert fakes(pl.concat([many, tale], how="diagonal"))["is_duplicate"].to_list()[-4:] == [True] * 4
