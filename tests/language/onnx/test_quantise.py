"""Eight bits: near to float32, fixed scales, no sums that overflow on older processors."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
from onnx import numpy_helper
from tests.language.onnx import small

from shopwright.language.onnx import OnnxEncoder
from shopwright.language.onnx.quantise import WEIGHT_LIMIT
from shopwright.language.onnx.ranges import LEVELS, Ranges
from shopwright.language.onnx.smooth import factors, noise


def _constants(folder):
    graph = onnx.load(folder / "model.onnx").graph
    return graph, {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}


def test_vectors_stay_near_to_float32(exported, exact):
    texts = [*small.TEXTS, *(f"{a} {b} {a}" for a in small.WORDS[4:] for b in small.WORDS[4:10])]
    cosine = (OnnxEncoder.open(exported).encode(texts) * exact.encode(texts)).sum(1)
    assert cosine.min() > 0.99
    assert cosine.mean() > 0.997


def test_every_dense_step_is_in_bytes_and_its_scale_is_fixed(exported):
    graph, constants = _constants(exported)
    kinds = [node.op_type for node in graph.node]
    assert kinds.count("MatMulIntegerToFloat") == 6 * small.LAYERS
    assert "DynamicQuantizeLinear" not in kinds  # its scale would be that of the batch
    for node in graph.node:
        if node.op_type == "QuantizeLinear":
            assert set(node.input[1:]) <= constants.keys()


def test_pairs_of_products_fit_into_sixteen_bits(exported):
    """A processor without VNNI adds two products of an unsigned and a signed byte in sixteen bits, and cuts them."""
    _, constants = _constants(exported)
    kernels = [values for values in constants.values() if values.dtype == np.int8 and values.ndim == 2]
    assert len(kernels) == 6 * small.LAYERS
    assert max(np.abs(values.astype(int)).max() for values in kernels) == WEIGHT_LIMIT
    assert 2 * 255 * WEIGHT_LIMIT < 2**15


def test_columns_far_larger_than_the_others_stay_as_they_are():
    low, high = -np.ones(64), np.ones(64)
    assert len(Ranges(low, high, high, 1).outliers()) == 0
    high[[5, 40]], low[17] = 30, -50
    found = Ranges(low, high, high, 1)
    assert found.outliers().tolist() == [5, 17, 40]
    scale, zero = found.scale(found.outliers())
    assert float(scale) * 255 == pytest.approx(2 * 1.15, rel=1e-3)
    assert 126 <= int(zero) <= 129


def test_a_long_table_of_words_is_in_bytes_row_by_row(tmp_path):
    from safetensors.numpy import load_file, save_file

    folder = small.write(tmp_path / "model")
    words = [*small.WORDS, *(f"word{n}" for n in range(1200))]
    file, rng = folder / "model.safetensors", np.random.default_rng(3)
    tensors = load_file(file)
    table = rng.normal(0, 0.5, (len(words), small.HIDDEN)).astype(np.float32)
    save_file({**tensors, "embeddings.word_embeddings.weight": table}, file)
    small.tokenizer(folder, words)
    small.change(folder, "config.json", vocab_size=len(words))
    from shopwright.language.onnx import export, open_folder

    export(folder, tmp_path / "out")
    _, constants = _constants(tmp_path / "out")
    assert constants["int8/words"].dtype == np.int8
    assert (tmp_path / "out" / "model.onnx").stat().st_size < file.stat().st_size / 2
    texts = [" ".join(words[at : at + 6]) for at in range(30, 1200, 40)]
    cosine = (open_folder(tmp_path / "out").encode(texts) * open_folder(folder).encode(texts)).sum(1)
    assert cosine.min() > 0.99


def _rounded(values, kernel):
    """A product with values and weights as bytes, as it is computed in the graph."""
    step = 1.15 * (values.max() - values.min()) / LEVELS
    steps = np.abs(kernel).max(0) / WEIGHT_LIMIT
    return (np.round(values / step) * step) @ (np.round(kernel / steps) * steps)


def test_the_noise_that_is_told_is_the_noise_there_is():
    rng = np.random.default_rng(0)
    values, kernel = rng.normal(0, 1, (4000, 96)) * rng.lognormal(0, 0.5, 96), rng.normal(0, 0.3, (96, 200))
    told = noise(Ranges.of(values), kernel, WEIGHT_LIMIT)
    found = np.square(_rounded(values, kernel) - values @ kernel).mean(0).sum()
    assert told == pytest.approx(found, rel=0.1)


def test_divided_columns_are_nearer_where_a_few_are_far_larger():
    rng = np.random.default_rng(1)
    values, kernel = rng.normal(0, 1, (2000, 96)), rng.normal(0, 0.3, (96, 200))
    values[:, [7, 30]] *= 25
    exact = values @ kernel
    by = factors(Ranges.of(values), kernel, WEIGHT_LIMIT)
    assert np.log(by).mean() == pytest.approx(0, abs=1e-5)
    assert set(np.argsort(by)[-2:]) == {7, 30}
    plain = np.square(_rounded(values, kernel) - exact).mean()
    divided = np.square(_rounded(values / by, kernel * by[:, None]) - exact).mean()
    assert divided < plain / 4


def test_a_column_that_was_never_seen_is_not_blown_up():
    """A word to come may wake it: divided by next to nothing it would leave the range of a byte at once."""
    values, kernel = np.random.default_rng(2).normal(0, 1, (500, 32)), np.ones((32, 64))
    values[:, 3] = 0
    assert 1 / factors(Ranges.of(values), kernel, WEIGHT_LIMIT).min() < 50
