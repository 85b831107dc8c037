"""Encoding: the same vector whatever stands beside a text, odd texts, long texts, threads."""

from __future__ import annotations

import random
import time

import numpy as np
import pytest
from tests.language.onnx import small

from shopwright.errors import ModelError
from shopwright.language.encoders import Encoder
from shopwright.language.onnx import OnnxEncoder
from shopwright.language.onnx.runtime import BATCH_TOKENS, batches, unit


@pytest.fixture(scope="module")
def eight_bits(exported):
    return OnnxEncoder.open(exported, threads=2)


def _many(n):
    source = random.Random(7)
    return [" ".join(source.choices(small.WORDS[4:], k=source.randint(0, 40))) for _ in range(n)]


def test_it_is_an_encoder(eight_bits):
    assert isinstance(eight_bits, Encoder)
    assert eight_bits.dimensions == small.HIDDEN
    assert eight_bits.name.startswith("small-int8-")
    assert eight_bits.encode([]).shape == (0, small.HIDDEN)


@pytest.mark.parametrize("precision", ["int8", "fp32"])
def test_a_vector_does_not_depend_on_its_neighbours(eight_bits, exact, precision):
    encoder = eight_bits if precision == "int8" else exact
    texts = _many(300)
    together = encoder.encode(texts)
    alone = np.concatenate([encoder.encode([text]) for text in texts])
    np.testing.assert_allclose(together, alone, atol=2e-6 if precision == "fp32" else 0.02)
    assert (together * alone).sum(1).min() > 0.9999
    np.testing.assert_allclose(encoder.encode(texts[::-1])[::-1], together, atol=2e-6 if precision == "fp32" else 0.02)


def test_order_is_kept_and_threads_change_nothing(exported, eight_bits):
    texts = _many(200)
    one = OnnxEncoder.open(exported, threads=1).encode(texts)
    np.testing.assert_array_equal(eight_bits.encode(texts), one)
    assert (one[0] * eight_bits.encode([texts[0]])[0]).sum() > 0.9999


def test_odd_texts_get_unit_vectors(eight_bits):
    texts = ["", " \n\t", "😀😀😀", "a\0b\0", "\0", "混合 mixed смесь", "\ud83d half", "x" * 200, "\u202e\u200b"]
    found = eight_bits.encode(texts)
    assert np.isfinite(found).all()
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-6)


@pytest.mark.parametrize("text", ["red " * 250_000, "a" * 1_000_000, "靴" * 1_000_000, " " * 1_000_000])
def test_a_megabyte_is_cut_before_it_is_split(eight_bits, text):
    began = time.process_time()
    found = eight_bits.encode([text] * 4)
    assert time.process_time() - began < 20  # not a speed: without the cut some of these take minutes
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-6)


def test_what_is_behind_the_longest_is_not_read(exact):
    words = ["red", "boots", "broke"] * 30
    np.testing.assert_array_equal(exact.encode([" ".join(words)]), exact.encode([" ".join(words[:28])]))
    assert exact.card.max_tokens == 30


@pytest.mark.parametrize("texts", ["one text", [b"bytes"], [None], 5])
def test_something_else_than_texts_is_refused(exact, texts):
    with pytest.raises(ModelError) as caught:
        exact.encode(texts)
    assert caught.value.code == "MODEL-02"


def test_batches_hold_every_text_once_and_are_not_too_large():
    source = random.Random(1)
    lengths = [source.randint(1, 256) for _ in range(2000)]
    made = list(batches(lengths))
    assert sorted(at for batch in made for at in batch) == list(range(2000))
    assert all(len(batch) == 1 or len(batch) * max(lengths[at] for at in batch) <= BATCH_TOKENS for batch in made)
    real = sum(lengths)
    padded = sum(len(batch) * max(lengths[at] for at in batch) for batch in made)
    assert padded < 1.02 * real


def test_a_row_of_zeros_gets_a_direction():
    found = unit(np.array([[0, 0], [3, 4]], np.float32))
    np.testing.assert_allclose(found, [[1, 0], [0.6, 0.8]])
