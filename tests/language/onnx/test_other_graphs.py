"""Eight bits of graphs that others made: shared matrices, constants among the inputs, short biases."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from shopwright.language.onnx.quantise import quantise
from shopwright.language.onnx.ranges import ranges
from shopwright.language.onnx.session import open_session, run

WIDTH, WIDE = 32, 96
LOUD = np.ones(WIDTH, np.float32)
LOUD[[1, 20]] = 60.0


def _normal(*shape, seed=0):
    return np.random.default_rng(seed).normal(0, 0.3, shape).astype(np.float32)


def _graph(nodes, constants, ir=8, are_inputs=False):
    given = [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["rows", WIDTH])]
    if are_inputs:
        given += [helper.make_tensor_value_info(name, TensorProto.FLOAT, row.shape) for name, row in constants.items()]
    tensors = [numpy_helper.from_array(values, name) for name, values in constants.items()]
    graph = helper.make_graph(nodes, "g", given, [helper.make_empty_tensor_value_info("y")], tensors)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=ir)


def _off(model, loud=()):
    """How far the answers in eight bits are from those in float32, beside their length."""
    rows = _normal(200, WIDTH, seed=9)
    rows[:, list(loud)] *= 40
    exact = run(open_session(model.SerializeToString()), {"x": rows}, "exact")[0]
    rounded = onnx.ModelProto()
    rounded.CopyFrom(model)
    quantise(rounded, ranges(model, [{"x": rows}]))
    assert "MatMulIntegerToFloat" in {node.op_type for node in rounded.graph.node}
    answers = run(open_session(rounded.SerializeToString()), {"x": rows}, "rounded")[0]
    return np.linalg.norm(answers - exact) / np.linalg.norm(exact)


@pytest.mark.parametrize("width", [WIDTH, WIDE])
def test_a_matrix_that_layers_share_has_rows_of_its_own_in_each(width):
    """Which columns are large differs from layer to layer: those left out there, and what the others are divided by."""
    make, back = helper.make_node, _normal(width, WIDTH, seed=1)
    nodes = [
        make("MatMul", ["x", "shared"], ["first"]),
        make("MatMul", ["first", "back"], ["second"]),
        make("Mul", ["second", "loud"], ["third"]),
        make("MatMul", ["third", "shared"], ["y"]),
    ]
    model = _graph(nodes, {"shared": _normal(WIDTH, width), "back": back, "loud": LOUD})
    assert _off(model, loud=(3, 9)) < 0.05


def test_constants_that_are_named_among_the_inputs_are_not_asked_for():
    """Files up to version 3 of ONNX name every constant there."""
    nodes = [helper.make_node("MatMul", ["x", "w"], ["p"]), helper.make_node("Add", ["p", "b"], ["y"])]
    assert _off(_graph(nodes, {"w": _normal(WIDTH, WIDE), "b": _normal(WIDE)}, ir=3, are_inputs=True)) < 0.05


def test_one_number_added_to_all_columns_is_no_bias():
    nodes = [helper.make_node("MatMul", ["x", "w"], ["p"]), helper.make_node("Add", ["p", "b"], ["y"])]
    assert _off(_graph(nodes, {"w": _normal(WIDTH, WIDE), "b": np.float32([7])})) < 0.05
