"""The graph computes what the papers say, for each member of the family, checked against plain numpy."""

from __future__ import annotations

import json

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file
from tests.language.onnx import small

from shopwright.language.onnx import open_folder


@pytest.mark.parametrize("kind", small.KINDS)
def test_vectors_are_those_of_the_formula(tmp_path, kind):
    folder = small.write(tmp_path / "model", kind)
    found = open_folder(folder).encode(small.TEXTS)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, small.expected(folder, kind, small.TEXTS), atol=2e-6)


@pytest.mark.parametrize("how", ["mean", "cls", "max", "lasttoken", "mean_sqrt_len_tokens"])
def test_every_way_of_pooling(tmp_path, how):
    folder = small.write(tmp_path / "model", pooling=how)
    found = open_folder(folder).encode(small.TEXTS)
    np.testing.assert_allclose(found, small.expected(folder, "bert", small.TEXTS, how), atol=2e-6)


def test_the_older_way_to_write_pooling_down(model):
    small.put(model, "1_Pooling/config.json", {"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False})
    found = open_folder(model).encode(small.TEXTS)
    np.testing.assert_allclose(found, small.expected(model, "bert", small.TEXTS, "cls"), atol=2e-6)


def test_without_sentence_settings_the_mean_is_taken(model):
    (model / "modules.json").unlink()
    found = open_folder(model).encode(small.TEXTS)
    np.testing.assert_allclose(found, small.expected(model, "bert", small.TEXTS), atol=2e-6)


def test_a_dense_step_behind_the_pooling(model):
    rng = np.random.default_rng(5)
    kernel, bias = rng.normal(size=(6, small.HIDDEN)).astype("f4"), rng.normal(size=6).astype("f4")
    (model / "2_Dense").mkdir()
    save_file({"linear.weight": kernel, "linear.bias": bias}, model / "2_Dense" / "model.safetensors")
    activation = "torch.nn.modules.activation.Tanh"
    settings = {"in_features": small.HIDDEN, "out_features": 6, "bias": True, "activation_function": activation}
    small.put(model, "2_Dense/config.json", settings)
    steps = [("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Dense", "Dense")]
    small.put(model, "modules.json", [{"path": path, "type": f"x.{kind}"} for path, kind in steps])
    w, ids = small.weights(), small.ids_of(model, "red boots")
    wanted = np.tanh(kernel @ small.hidden_of(w, "bert", ids).mean(0) + bias)
    encoder = open_folder(model)
    assert encoder.dimensions == 6
    np.testing.assert_allclose(encoder.encode(["red boots"])[0], wanted / np.linalg.norm(wanted), atol=2e-6)


@pytest.mark.parametrize("name, written", [("gelu_new", "tanh"), ("relu", "relu")])
def test_other_activations(model, name, written):
    before = open_folder(model).encode(small.TEXTS)
    small.change(model, "config.json", hidden_act=name)
    after = open_folder(model).encode(small.TEXTS)
    close = np.abs(before - after).max()
    assert 0 < close < (0.01 if written == "tanh" else 1)


def test_names_with_a_head_in_front_and_names_of_2018(model):
    plain = open_folder(model).encode(small.TEXTS)
    file = model / "model.safetensors"
    old = {"LayerNorm.weight": "LayerNorm.gamma", "LayerNorm.bias": "LayerNorm.beta"}
    tensors = load_file(file)
    for new, before in old.items():
        tensors = {name.replace(new, before): values for name, values in tensors.items()}
    save_file({"bert." + name: values for name, values in tensors.items()}, file)
    np.testing.assert_array_equal(open_folder(model).encode(small.TEXTS), plain)


def test_half_precision_weights_are_read(model):
    plain = open_folder(model).encode(small.TEXTS)
    file = model / "model.safetensors"
    save_file({name: values.astype(np.float16) for name, values in load_file(file).items()}, file)
    assert (open_folder(model).encode(small.TEXTS) * plain).sum(1).min() > 0.9999


def test_bfloat16_weights_are_read(model):
    plain = open_folder(model).encode(small.TEXTS)
    file = model / "model.safetensors"
    upper = {name: (values.view("<u4") >> 16).astype("<u2") for name, values in load_file(file).items()}
    header, at = {}, 0
    for name, values in upper.items():
        header[name] = {"dtype": "BF16", "shape": values.shape, "data_offsets": [at, at + values.nbytes]}
        at += values.nbytes
    head = json.dumps(header).encode()
    file.write_bytes(len(head).to_bytes(8, "little") + head + b"".join(values.tobytes() for values in upper.values()))
    assert (open_folder(model).encode(small.TEXTS) * plain).sum(1).min() > 0.999


def test_lower_case_and_a_prefix_are_as_the_folder_says(model):
    plain = open_folder(model).encode(["where is my order?"])
    prompts = {"prompts": {"query": "where is "}, "default_prompt_name": "query"}
    small.put(model, "config_sentence_transformers.json", prompts)
    np.testing.assert_array_equal(open_folder(model).encode(["my order?"]), plain)
