from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopwright.language.classifier import grams
from shopwright.language.classifier.grams import Shape, count, numbered
from shopwright.language.classifier.normal import LONGEST, normal, normal_all
from shopwright.language.classifier.weights import Ratios, Tfidf


def plain(text: str, shape: Shape) -> Counter[int]:
    """How often how many different n-grams occur, counted the slow way."""
    padded, found = f" {text} ", Counter[tuple[str, ...]]()
    for size in range(shape.chars[0], shape.chars[1] + 1):
        for at in range(len(padded) - size + 1):
            piece = padded[at : at + size]
            if " " not in piece[1:-1] and piece != " ":
                found["c", piece] += 1
    words = "".join(letter if letter.isalnum() else " " for letter in text).split()
    for size in range(1, shape.words + 1):
        for at in range(len(words) - size + 1):
            found["w", *words[at : at + size]] += 1
    for word in words:
        for first in range(len(word)):
            for second in range(first + 2, min(first + shape.apart, len(word) - 1) + 1):
                if all("一" <= letter <= "龥" for letter in (word[first], word[second])):
                    found["a", word[first], word[second]] += 1
    return Counter(found.values())


@given(st.lists(st.text("ab cé你好很,.1", max_size=12), min_size=1, max_size=6))
def test_counts_are_those_of_plain_loops(texts):
    texts = normal_all(texts)
    found = count(texts, Shape())
    for at, text in enumerate(texts):
        counts = found.counts[found.starts[at] : found.starts[at + 1]]
        assert Counter(counts.astype(int).tolist()) == plain(text, Shape())


def test_a_text_has_the_same_keys_whatever_stands_beside_it(monkeypatch):
    texts = normal_all(["where is my parcel", "我的包裹在哪里", "", "🙂🙂", "a b c d " * 30])
    together = count(texts, Shape())
    monkeypatch.setattr(grams, "_CHUNK", 40)
    apart = count(texts, Shape())
    for field in ("starts", "keys", "counts"):
        np.testing.assert_array_equal(getattr(together, field), getattr(apart, field))
    alone = count(texts[1:2], Shape())
    np.testing.assert_array_equal(alone.keys, together.keys[together.starts[1] : together.starts[2]])


def test_signs_of_one_clause_are_pairs_whatever_stands_between_them():
    def keys(text):
        return set(count(normal_all([text]), Shape((1, 1), 0)).keys.tolist())

    def pairs(text):
        return keys(text) - {key for sign in text for key in keys(sign)}

    assert pairs("没得好") == pairs("没这么好") & pairs("没得好") != set()
    assert not pairs("没,得好") & pairs("没得好")
    assert not pairs("没得好") & pairs("好得没")
    assert pairs("no good") == set()


def test_taking_rows_keeps_their_order():
    whole = count(["a", "bb", "ccc dd"], Shape())
    taken = whole.take(np.array([2, 0]))
    again = count(["ccc dd", "a"], Shape())
    np.testing.assert_array_equal(taken.keys, again.keys)
    np.testing.assert_array_equal(taken.starts, again.starts)


@pytest.mark.parametrize(
    "text, form",
    [("ＡＢＣ　１２", "abc 12"), ("a\0b\n\tc", "a b c"), ("  ", ""), ("x" * (LONGEST + 5), "x" * LONGEST)],
)
def test_what_looks_the_same_reads_the_same(text, form):
    assert normal(text) == form


def test_rows_have_length_one_and_unknown_texts_are_empty():
    known = count(["red shoes", "blue shoes", "red hat"], Shape())
    rows = Tfidf.learn(known).rows(count(["red hat", "zzz"], Shape()))
    np.testing.assert_allclose(np.linalg.norm(rows.toarray(), axis=1), [1.0, 0.0], atol=2e-6)


def test_numbered_ngrams_teach_the_same_as_hashes():
    texts = normal_all(["the zip broke", "a lovely zip", "质量很好，喜欢", "质量差，拉链坏了", ""])
    hashed, more = count(texts, Shape()), count(normal_all(["the zip is fine", "很差"]), Shape())
    table, (own, other) = numbered(hashed, more)
    assert np.array_equal(table, np.unique(np.append(hashed.keys, more.keys)))
    assert np.array_equal(table[own.keys], hashed.keys)
    classes, counts = np.array([0, 1, 1, 0, 1]), np.array([1.0, 2.0, 1.0, 0.5, 1.0])
    for told in (None, counts):
        plain, short = Tfidf.learn(hashed, 2, told), Tfidf.learn(own, 2, told)
        ratios, brief = Ratios.learn(hashed, classes, 1, told), Ratios.learn(own, classes, 1, told)
        for left, right in ((plain, short), (ratios, brief)):
            assert np.array_equal(left.keys, table[right.keys])
            assert np.array_equal(left.weights, right.weights)
            assert (left.rows(more) != right.rows(other)).nnz == 0
    rows = np.array([3, 0])
    assert np.array_equal(table[own.take(rows).keys], hashed.take(rows).keys)
    assert own.take(rows).size == len(table)


def test_nothing_is_numbered_to_nothing():
    table, (empty,) = numbered(count([], Shape()))
    assert not len(table)
    assert not len(Tfidf.learn(empty).keys)
