"""What every encoder must do. A new one is one more entry of MAKERS: a function of an empty folder."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.language.onnx import small

from shopwright.errors import ModelError
from shopwright.language.encoders import Encoder, encoder
from shopwright.language.onnx import export
from shopwright.language.vectors import cached

MAKERS = {
    "static": lambda folder: encoder("static"),
    "cached in memory": lambda folder: cached(encoder("static")),
    "cached in a file": lambda folder: cached(encoder("static"), folder / "vectors.sqlite"),
    "onnx in eight bits": lambda folder: _exported(folder),
    "onnx in float32": lambda folder: encoder(small.write(folder / "model")),
}
TEXTS = [
    "where is my order?",
    "",
    "退款什么时候到账",
    "Where is my order?",
    "o pedido não chegou",
    "👍",
    "where is my order?",
]
ODD = [
    "",
    " ",
    "\0\0",
    "\x1e",
    "👩‍👩‍👧",
    "\ud800",
    "\u0301" * 40,
    "a" * 5000,
    "我" * 5000,
    "ع ह ไทย 한국어 日本語 ελ",
    "12.50 €",
    "\n",
]


def _exported(folder):
    export(small.write(folder / "model"), folder / "onnx")
    return encoder(folder / "onnx")


@pytest.fixture(scope="module", params=MAKERS)
def any_encoder(request, tmp_path_factory):
    return MAKERS[request.param](tmp_path_factory.mktemp("encoder"))


def test_says_what_it_is(any_encoder):
    assert isinstance(any_encoder, Encoder)
    assert any_encoder.name
    assert any_encoder.dimensions > 0


def test_rows_are_float32_of_unit_length(any_encoder):
    vectors = any_encoder.encode(TEXTS + ODD)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(TEXTS) + len(ODD), any_encoder.dimensions)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_no_texts_give_no_rows(any_encoder):
    assert any_encoder.encode([]).shape == (0, any_encoder.dimensions)


def test_a_text_does_not_depend_on_its_neighbours(any_encoder):
    together = any_encoder.encode(TEXTS + ODD)
    alone = np.concatenate([any_encoder.encode([text]) for text in TEXTS + ODD])
    np.testing.assert_allclose(together, alone, atol=1e-6)
    np.testing.assert_allclose(any_encoder.encode((TEXTS + ODD)[::-1])[::-1], together, atol=1e-6)


def test_equal_texts_have_equal_vectors_and_others_have_not(any_encoder):
    vectors = any_encoder.encode(TEXTS)
    np.testing.assert_array_equal(vectors[0], vectors[-1])
    assert vectors[0] @ vectors[2] < 0.999


def test_a_long_text_comes_to_an_end(any_encoder):
    vectors = any_encoder.encode(["refund 退款 " * 100_000, "\u0301\u0316" * 500_000])
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("wrong", [["fine", None], [3], [b"bytes"], "one text", None, [["nested"]]], ids=repr)
def test_anything_but_a_list_of_strings_is_refused(any_encoder, wrong):
    with pytest.raises(ModelError) as caught:
        any_encoder.encode(wrong)
    assert caught.value.code == "MODEL-02"


@given(texts=st.lists(st.text(alphabet=st.characters(), max_size=40), max_size=6))
def test_any_texts_at_all(texts):
    for make in (MAKERS["static"], MAKERS["cached in memory"]):
        vectors = make(None).encode(texts)
        assert vectors.shape[0] == len(texts)
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), np.ones(len(texts)), atol=1e-5)
