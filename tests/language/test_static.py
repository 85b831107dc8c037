"""The encoder that ships: what it must know, and what must never upset it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopwright.errors import ModelError
from shopwright.language.static import NEAR_SALT, PIECE_SALT, WORD_SALT, StaticEncoder, characters, shipped, weights
from shopwright.language.static.segment import Spans, grams, pieces, segment, shortened, span_keys

KINDS = shipped()._weights.kinds


def cosine(one, two):
    vectors = shipped().encode([one, two])
    return float(vectors[0] @ vectors[1])


def test_the_package_grows_by_no_more_than_sixteen_megabytes():
    folder = weights.ASSET.parent
    assert sum(file.stat().st_size for file in folder.iterdir()) <= 16_000_000
    assert {file.suffix for file in folder.iterdir()} <= {".safetensors", ".md"}


def test_nothing_heavy_is_loaded():
    code = "import sys; from shopwright.language import encoder; encoder('static').encode(['hello']);"
    code += "print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"torch", "onnxruntime", "transformers", "tokenizers", "sklearn", "polars"} & set(done.stdout.split())


@pytest.mark.parametrize(
    "near, far, text",
    [
        ("where is my parcel", "play a song by the beatles", "my package has not arrived"),
        ("I want my money back", "what colours does it come in", "how do I get a refund"),
        ("this dress is too small for me", "the app keeps crashing", "it runs tight, order a size up"),
        ("cancel my order", "book a table for two", "please stop the purchase I made"),
        ("快递太慢了", "这本书很好看", "物流很慢，等了一个星期"),
        ("质量很差，不推荐", "包装完好，送货很快", "质量太差了"),
        ("a entrega atrasou", "gostei muito do produto", "entrega atrasada"),
    ],
)
def test_what_means_the_same_is_nearer(near, far, text):
    assert cosine(text, near) > cosine(text, far) + 0.1


@pytest.mark.parametrize(
    "typo, word, other",
    [
        ("refnud", "refund", "weather"),
        ("recieve", "receive", "invoice"),
        ("delivry", "delivery", "discount"),
        ("pasword", "password", "passport"),
        ("cancle my ordr", "cancel my order", "track my parcel"),
    ],
)
def test_a_typo_lands_near_its_word(typo, word, other):
    assert cosine(typo, word) > max(cosine(typo, other) + 0.3, 0.5)


@pytest.mark.parametrize(
    "one, two",
    [
        ("ＲＥＦＵＮＤ１２", "refund12"),
        ("Café DÉCOR", "cafe decor"),
        ("don’t", "DON'T"),
        ("ﬁnish", "finish"),
        (unicodedata.normalize("NFD", "não chegou"), "não chegou"),
        ("退款\u200b\ufeff", "退款"),
        ("👍🏽", "👍"),
        ("a\x1eb", "a b"),
    ],
)
def test_ways_of_writing_the_same_are_the_same(one, two):
    np.testing.assert_array_equal(*shipped().encode([one, two]))


def test_an_unknown_script_still_tells_texts_apart():
    vectors = shipped().encode(
        ["où est ma commande", "ผ้าสวยมาก", "доставка быстрая", "доставка быстро", "배송이 빨라요"]
    )
    near = vectors @ vectors.T
    assert near[2, 3] > 0.3
    assert np.abs(near[1, [0, 2, 4]]).max() < 0.5


def test_texts_with_nothing_to_read_share_one_vector():
    vectors = shipped().encode(["", " \n", "\0", "\u0301", "\ud800"])
    assert (vectors == vectors[0]).all()


def test_large_batches_are_worked_on_in_parts():
    texts = [f"order {number} 订单" for number in range(9000)]
    vectors = shipped().encode(texts)
    np.testing.assert_array_equal(
        vectors[[0, 4095, 4096, 8999]], shipped().encode([texts[at] for at in (0, 4095, 4096, 8999)])
    )


@given(st.lists(st.text(alphabet=st.characters(), max_size=30), min_size=1, max_size=5))
def test_texts_are_taken_apart_as_if_alone(texts):
    together = segment(texts, KINDS)
    for at, text in enumerate(texts):
        alone = segment([text], KINDS)
        for all_spans, own in zip(_spans(together), _spans(alone), strict=True):
            mine = all_spans.text == at
            assert _strings(together, all_spans, mine) == _strings(alone, own, slice(None))
            keys = span_keys(together.codes, all_spans, WORD_SALT)[mine]
            np.testing.assert_array_equal(keys, span_keys(alone.codes, own, WORD_SALT))


def test_words_an_edit_apart_meet_where_a_letter_is_left_out():
    found = segment(["refund refnud refnd refuund refxnd ref"], KINDS)
    key, word = shortened(found.codes, found.words, NEAR_SALT)
    assert np.bincount(word).tolist() == [7, 7, 6, 8, 7, 4]
    keys = [set(key[word == at].tolist()) for at in range(6)]
    assert all(keys[0] & keys[at] for at in range(5))
    assert not keys[0] & keys[5]


@given(st.lists(st.from_regex(r"[a-z]{1,12}", fullmatch=True), min_size=1, max_size=6))
def test_pieces_are_those_one_would_write_down(words):
    found = segment([" ".join(words)], KINDS)
    piece = pieces(found.codes, found.words, PIECE_SALT)
    assert np.bincount(piece.word, minlength=len(words)).tolist() == [len(grams(word)) for word in words]
    assert len(set(piece.key.tolist())) == len({gram for word in words for gram in grams(word)})


def test_keys_never_change():
    found = segment(["refund"], KINDS)
    assert span_keys(found.codes, found.words, WORD_SALT).tolist() == [12648472751556668398]
    assert span_keys(found.codes, Spans(*(np.empty(0, int),) * 3), WORD_SALT).size == 0


def test_the_table_of_characters_survives_being_folded():
    kinds = characters.kinds_now()
    np.testing.assert_array_equal(characters.table(*characters.runs(kinds)), kinds)
    assert (kinds != KINDS).mean() < 0.02  # another edition of Unicode may name new characters


def _damage(file, how):
    content = bytearray(file.read_bytes())
    if how == "cut short":
        del content[len(content) // 2 :]
    elif how == "one byte changed":
        content[-1000] ^= 1
    elif how == "no safetensors":
        content[:] = b"<html>not found</html>"
    else:
        content.clear()
    file.write_bytes(content)


@pytest.mark.parametrize("how", ["cut short", "one byte changed", "no safetensors", "empty"])
def test_damaged_weights_are_refused(tmp_path, how):
    file = tmp_path / "static.safetensors"
    shutil.copy(weights.ASSET, file)
    _damage(file, how)
    with pytest.raises(ModelError) as caught:
        StaticEncoder(file)
    assert caught.value.code == "MODEL-01"
    assert "pip install" in str(caught.value.fix)


def test_missing_weights_and_those_of_another_model_are_refused(tmp_path):
    from safetensors.numpy import save_file

    save_file({"embeddings": np.zeros((3, 2), np.float32)}, tmp_path / "other.safetensors")
    for file in (tmp_path / "missing.safetensors", tmp_path / "other.safetensors", tmp_path):
        with pytest.raises(ModelError) as caught:
            StaticEncoder(file)
        assert caught.value.code == "MODEL-01"


def test_the_name_holds_the_hash_the_card_states():
    card = (weights.ASSET.parent / "static.md").read_text("utf-8")
    assert shipped().name.removeprefix("static-") in card


def _spans(found):
    return found.words, found.han, found.pairs, found.signs


def _strings(found, spans, mine):
    return [found.string(*at) for at in zip(spans.start[mine].tolist(), spans.end[mine].tolist(), strict=True)]
