"""Folders with missing, wrong or hostile files: an error that names the file and says what to do."""

from __future__ import annotations

import json

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file, save_file
from tests.language.onnx import small

from shopwright.errors import ModelError, ShopError, StoreError
from shopwright.language.onnx import OnnxEncoder, export, open_folder


def _refused(code, name, work, *arguments, **options):
    with pytest.raises(ShopError) as caught:
        work(*arguments, **options)
    assert caught.value.code == code, caught.value
    assert name in str(caught.value.what), caught.value
    assert str(caught.value.fix)
    return caught.value


@pytest.mark.parametrize("name", ["tokenizer.json", "config.json", "model.safetensors", "1_Pooling/config.json"])
def test_a_missing_file_is_named(model, name):
    (model / name).unlink()
    _refused("MODEL-20", name.rpartition("/")[2], open_folder, model)


def test_no_folder_at_all(tmp_path):
    refused = _refused("MODEL-20", "nothing", open_folder, tmp_path / "nothing")
    assert "there is no folder" in str(refused.why)


@pytest.mark.parametrize("name", ["tokenizer.json", "config.json", "model.safetensors", "modules.json"])
@pytest.mark.parametrize("spoilt", [b"", b"\xff\xfe<html>", b"[1, 2]"])
def test_a_file_of_something_else_is_named(model, name, spoilt):
    (model / name).write_bytes(spoilt)
    _refused("MODEL-21", name, open_folder, model)


def test_weights_cut_short(model):
    file = model / "model.safetensors"
    file.write_bytes(file.read_bytes()[:-100])
    _refused("MODEL-21", "model.safetensors", open_folder, model)


@pytest.mark.parametrize("name", ["pytorch_model.bin", "model.pt", "weights.pkl", "best.ckpt"])
def test_pickles_are_refused_and_never_read(model, name):
    (model / "model.safetensors").rename(model / name)
    refused = _refused("MODEL-22", name, open_folder, model)
    assert "safetensors" in str(refused.fix)


def test_a_pickle_beside_safe_weights_does_no_harm(model):
    (model / "pytorch_model.bin").write_bytes(b"cos\nsystem\n(S'false'\ntR.")
    assert open_folder(model).dimensions == small.HIDDEN


def test_code_of_a_model_is_refused(model):
    small.change(model, "config.json", auto_map={"AutoModel": "evil.Model"})
    _refused("MODEL-33", "config.json", open_folder, model)


def test_another_architecture_is_named(model, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name, package=None: None)
    small.change(model, "config.json", model_type="t5")
    refused = _refused("MODEL-23", "config.json", open_folder, model)
    assert "'t5'" in str(refused.what)
    assert "train" in str(refused.fix)


@pytest.mark.parametrize(
    "name, value",
    [
        *(("hidden_act", "swish"), ("position_embedding_type", "relative_key"), ("is_decoder", True)),
        *(("hidden_size", "32"), ("num_attention_heads", 5), ("num_hidden_layers", 0), ("vocab_size", -1)),
    ],
)
def test_settings_that_are_not_built_are_named(model, name, value):
    small.change(model, "config.json", **{name: value})
    assert name in str(_refused("MODEL-30", "config.json", open_folder, model).what)


def test_a_missing_tensor_is_named(model):
    file, name = model / "model.safetensors", "encoder.layer.1.output.dense.weight"
    save_file({key: values for key, values in load_file(file).items() if key != name}, file)
    assert name in str(_refused("MODEL-24", "model.safetensors", open_folder, model).what)


@pytest.mark.parametrize("change, code", [("shape", "MODEL-25"), ("kind", "MODEL-25"), ("nan", "MODEL-25")])
def test_a_tensor_that_does_not_fit_is_named(model, change, code):
    file, name = model / "model.safetensors", "encoder.layer.0.intermediate.dense.bias"
    tensors = load_file(file)
    spoilt = {"shape": tensors[name][:-1], "kind": np.zeros(64, "i4"), "nan": np.full(64, np.nan, "f4")}[change]
    save_file({**tensors, name: spoilt}, file)
    assert name in str(_refused(code, "model.safetensors", open_folder, model).what)


def test_a_tokenizer_of_another_model_is_named(model):
    small.tokenizer(model, [*small.WORDS, "more"])
    _refused("MODEL-32", "tokenizer.json", open_folder, model)


@pytest.mark.parametrize(
    "steps",
    [
        [{"path": "", "type": "x.Transformer"}, {"path": "2_Conv", "type": "x.CNN"}],
        [{"path": "", "type": "x.Transformer"}, {"path": "../../elsewhere", "type": "x.Pooling"}],
    ],
)
def test_unknown_steps_are_named(model, steps):
    small.put(model, "modules.json", steps)
    _refused("MODEL-29", "modules.json", open_folder, model)


@pytest.mark.parametrize("config", [{"pooling_mode": ["mean", "max"]}, {"pooling_mode": "weightedmean"}, {}])
def test_unknown_pooling_is_named(model, config):
    small.put(model, "1_Pooling/config.json", config)
    _refused("MODEL-29", "config.json", open_folder, model)


# What `export` wrote


@pytest.fixture
def own(made, tmp_path):
    export(made, tmp_path / "own", "fp32")
    return tmp_path / "own"


@pytest.mark.parametrize("name", ["tokenizer.json", "model.onnx"])
def test_a_missing_file_of_ours_is_named(own, name):
    (own / name).unlink()
    _refused("MODEL-20", name, OnnxEncoder.open, own)


def test_a_file_cut_short_or_changed_is_noticed(own):
    file = own / "model.onnx"
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2])
    _refused("MODEL-21", "model.onnx", OnnxEncoder.open, own)
    file.write_bytes(content[:-4] + bytes(4))
    _refused("MODEL-21", "model.onnx", OnnxEncoder.open, own)


@pytest.mark.parametrize("values", [{"format": 9}, {"dimensions": "384"}, {"max_tokens": None}])
def test_a_card_of_another_form_is_named(own, values):
    small.change(own, "shopwright.json", **values)
    _refused("MODEL-34", "shopwright.json", OnnxEncoder.open, own)


def test_the_card_says_where_the_model_is_from(made, own):
    card = json.loads((own / "shopwright.json").read_text("utf-8"))
    assert card["origin"] == str(made)
    assert (card["precision"], card["dimensions"], card["pooling"], card["max_tokens"]) == ("fp32", 32, "mean", 30)
    assert len(card["parent"]) == len(card["sha256"]) == 64


def test_a_folder_in_use_is_not_written_over(made, own):
    before = (own / "model.onnx").read_bytes()
    with pytest.raises(StoreError) as caught:
        export(made, own)
    assert caught.value.code == "MODEL-46"
    assert (own / "model.onnx").read_bytes() == before
    assert export(made, own, replace_old=True).precision == "int8"
    assert sorted(path.name for path in own.parent.iterdir()) == ["own"]


def test_nothing_is_left_of_an_export_that_failed(model, tmp_path):
    (model / "tokenizer.json").write_text("{}", "utf-8")
    before = sorted(path.name for path in tmp_path.iterdir())
    with pytest.raises(ModelError):
        export(model, tmp_path / "made" / "it")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*before, "made"])
    assert not list((tmp_path / "made").iterdir())


def test_other_precisions_are_refused(made, tmp_path):
    _refused("MODEL-44", "int4", export, made, tmp_path / "x", "int4")


# ONNX files of others


def _foreign(folder, *, inputs=("input_ids", "attention_mask", "token_type_ids"), rank=3, where=None, opset=17):
    """An encoder that looks words up in a table, as an ONNX file with or without its weights inside."""
    table = numpy_helper.from_array(small.weights()["embeddings.word_embeddings.weight"], "table")
    if where is not None:
        table.data_location = TensorProto.EXTERNAL
        raw, table.raw_data = table.raw_data, b""
        table.external_data.add(key="location", value=where)
        target = folder / where
        if target.resolve().is_relative_to(folder.resolve()):
            target.write_bytes(raw)
    nodes = [helper.make_node("Gather", ["table", inputs[0]], ["last_hidden_state"])]
    shape = ["n", "s", small.HIDDEN]
    if rank == 2:
        nodes.append(
            helper.make_node("ReduceMean", ["last_hidden_state"], ["sentence_embedding"], axes=[1], keepdims=0)
        )
        shape = ["n", small.HIDDEN]
    given = [helper.make_tensor_value_info(name, TensorProto.INT64, ["n", "s"]) for name in inputs]
    out = helper.make_tensor_value_info(nodes[-1].output[0], TensorProto.FLOAT, shape)
    graph = helper.make_graph(nodes, "g", given, [out], [table])
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    (folder / "model.safetensors").unlink(missing_ok=True)
    (folder / "onnx").mkdir(exist_ok=True)
    (folder / "onnx" / "model.onnx").write_bytes(made.SerializeToString())


def _mean_of_words(folder, text):
    rows = small.weights()["embeddings.word_embeddings.weight"][small.ids_of(folder, text)]
    return rows.mean(0) / np.linalg.norm(rows.mean(0))


@pytest.mark.parametrize("precision", ["int8", "fp32"])
def test_an_onnx_file_is_taken_where_there_are_no_safetensors(model, tmp_path, precision):
    _foreign(model)
    export(model, tmp_path / "out", precision)
    found = OnnxEncoder.open(tmp_path / "out").encode(["red boots broke", "money"])
    np.testing.assert_allclose(found[0], _mean_of_words(model, "red boots broke"), atol=1e-6)


@pytest.mark.parametrize("opset, how", [(11, "mean"), (11, "mean_sqrt_len_tokens"), (11, "max"), (17, "max")])
def test_an_onnx_file_of_an_older_version(tmp_path, opset, how):
    """Optimum wrote version 11 for years; pooling that takes its axis as an input came with 13, and with 18 for max."""
    folder = small.write(tmp_path / "model", pooling=how)
    _foreign(folder, opset=opset)
    rows = small.weights()["embeddings.word_embeddings.weight"][small.ids_of(folder, "red boots broke")]
    found = open_folder(folder).encode(["red boots broke"])[0]
    np.testing.assert_allclose(found, small.pooled(rows, how), atol=1e-6)


def test_an_onnx_file_that_pools_by_itself(model):
    _foreign(model, rank=2)
    np.testing.assert_allclose(open_folder(model).encode(["red"])[0], _mean_of_words(model, "red"), atol=1e-6)


def test_an_onnx_file_that_is_cut_short(model):
    _foreign(model)
    file = model / "onnx" / "model.onnx"
    file.write_bytes(file.read_bytes()[:-500])
    with pytest.raises(ModelError) as caught:
        open_folder(model)
    assert caught.value.code in ("MODEL-21", "MODEL-27")
    assert "model.onnx" in str(caught.value.what)


def test_an_onnx_file_with_other_inputs(model):
    _foreign(model, inputs=("ids", "attention_mask"))
    refused = _refused("MODEL-28", "model.onnx", open_folder, model)
    assert "ids" in str(refused.why)


def test_weights_beside_an_onnx_file_are_read_and_written_into_it(model, tmp_path):
    _foreign(model, where="table.bin")
    (model / "table.bin").rename(model / "onnx" / "table.bin")
    export(model, tmp_path / "out", "fp32")
    assert not any(tensor.external_data for tensor in onnx.load(tmp_path / "out" / "model.onnx").graph.initializer)
    found = OnnxEncoder.open(tmp_path / "out").encode(["red"])
    np.testing.assert_allclose(found[0], _mean_of_words(model, "red"), atol=1e-6)


@pytest.mark.parametrize("where", ["../table.bin", "/etc/hostname", "../../../../etc/hostname"])
def test_weights_outside_the_folder_are_refused(model, where):
    (model / "table.bin").write_bytes(b"secret")
    _foreign(model, where=where)
    _refused("MODEL-35", "model.onnx", open_folder, model)


def test_a_model_of_ours_has_no_weights_elsewhere(own):
    import hashlib

    file = own / "model.onnx"
    loaded = onnx.load(file)
    tensor = next(tensor for tensor in loaded.graph.initializer if tensor.name == "words")
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="tokenizer.json")
    file.write_bytes(loaded.SerializeToString())
    small.change(own, "shopwright.json", sha256=hashlib.sha256(file.read_bytes()).hexdigest())
    _refused("MODEL-35", "model.onnx", OnnxEncoder.open, own)
