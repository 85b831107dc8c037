"""The folder that tuning starts from: looked over before anything is loaded or learned."""

from __future__ import annotations

import pytest
from tests.language.onnx import small

from shopwright.errors import ModelError
from shopwright.language.tuning import parent


@pytest.fixture
def model(tmp_path):
    return small.write(tmp_path / "ours")


def _code(base):
    with pytest.raises(ModelError) as caught:
        parent.find(base)
    return caught.value.code


def test_a_folder_is_found_by_its_path_and_by_its_bare_name(model, monkeypatch):
    assert parent.find(model) == model
    monkeypatch.chdir(model.parent)
    assert parent.find("ours").resolve() == model


def test_an_offered_name_comes_before_a_folder(model, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    model.rename(tmp_path / "bge-zh")
    assert _code("bge-zh") == "MODEL-37"  # not added here


def test_a_missing_tokenizer_is_told_before_hours_of_training(model):
    (model / "tokenizer.json").unlink()
    assert _code(model) == "MODEL-20"


def test_weights_in_several_files_need_their_index(model):
    (model / "model.safetensors").rename(model / "model-00001-of-00001.safetensors")
    (model / "pytorch_model.bin").write_bytes(b"cos\nsystem\n")  # which transformers would take in its place
    assert _code(model) == "MODEL-22"
    (model / "pytorch_model.bin").unlink()
    assert _code(model) == "MODEL-20"
    small.put(model, "model.safetensors.index.json", {"weight_map": {}})
    assert parent.find(model) == model


def test_a_dense_step_may_be_no_pickle_either(model):
    steps = [("", "Transformer"), ("1_Dense", "Dense")]
    small.put(model, "modules.json", [{"path": path, "type": f"x.{kind}"} for path, kind in steps])
    (model / "1_Dense").mkdir()
    small.put(model / "1_Dense", "config.json", {"in_features": 8, "out_features": 8})
    (model / "1_Dense" / "pytorch_model.bin").write_bytes(b"cos\nsystem\n")
    assert _code(model) == "MODEL-22"
