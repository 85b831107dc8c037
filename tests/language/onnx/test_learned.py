"""What a tuned encoder says it was tuned on."""

import json

import pytest

from shopwright.errors import ModelError
from shopwright.language import encoder
from shopwright.language.onnx import OnnxEncoder, export
from shopwright.language.onnx.learned import LEARNED, hashes, read, seen, write
from shopwright.language.vectors import cached


def test_a_text_is_known_again_whatever_its_case_and_spaces(tmp_path):
    write(tmp_path, ["Where is  my parcel?", "退货"])
    assert seen(["where is my parcel?", " 退货", "退款"], read(tmp_path)).tolist() == [True, True, False]
    assert "parcel" not in (tmp_path / LEARNED).read_text("utf-8")


def test_who_says_nothing_has_learned_nothing(exported, tmp_path):
    assert read(tmp_path) == frozenset()
    assert OnnxEncoder.open(exported).learned == frozenset()


@pytest.mark.parametrize("content", ["[1]", '{"format": 99}', '{"texts": "abc"}', '{"texts": [1]}', "{"])
def test_anything_else_is_refused(tmp_path, content):
    (tmp_path / LEARNED).write_text(content, "utf-8")
    with pytest.raises(ModelError, match="MODEL-21"):
        read(tmp_path)


def test_it_goes_with_the_weights(model, tmp_path):
    write(model, ["a", "b"])
    export(model, tmp_path / "out")
    told = frozenset(hashes(["a", "b"]))
    for found in (encoder(model), encoder(tmp_path / "out"), cached(encoder(tmp_path / "out"))):
        assert found.learned == told
    assert json.loads((tmp_path / "out" / LEARNED).read_text("utf-8"))["texts"] == sorted(told)
