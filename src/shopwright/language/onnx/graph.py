"""The graph of an encoder, written node by node: inputs input_ids and attention_mask, output a vector for each text.

Token types are all the same, so their row is added to the positions here and costs nothing later. Everything is
standard ONNX, which onnxruntime computes faster than its own fused operators: its MultiHeadAttention takes twice as
long as Attention, and its SkipLayerNormalization several times as long as an addition and a normalisation.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from shopwright.language.onnx.layout import Layout
from shopwright.language.onnx.sentence import Sentence
from shopwright.language.onnx.weights import Array, Weights

__all__ = ["CONTRIB", "HIDDEN", "IDS", "MASK", "SENTENCE", "TYPES", "Graph", "pool", "transformer"]

CONTRIB = "com.microsoft"
IDS, MASK, HIDDEN, SENTENCE = "input_ids", "attention_mask", "last_hidden_state", "sentence_embedding"
TYPES = "token_type_ids"  # asked for by graphs of others
OPSET, CONTRIB_OPSET, IR = 23, 1, 11
AXES_ARE_INPUT = {"ReduceMax": 18}  # from this opset on; other operators from 13
PADDING = -1e4  # added to a token's scores before the softmax; its share is zero then


class Graph:
    """Nodes and constants in the making; `prefix` keeps their names apart from those of a graph they join."""

    def __init__(self, prefix: str = "") -> None:
        self.nodes: list[Any] = []
        self.constants: dict[str, Any] = {}
        self._prefix = prefix

    def constant(self, name: str, value: Array) -> str:
        """The name of a constant; the same name twice is one constant."""
        from onnx import numpy_helper

        name = self._prefix + name
        if name not in self.constants:
            self.constants[name] = numpy_helper.from_array(np.array(value, order="C"), name)
        return name

    def integers(self, *values: int) -> str:
        """A constant of whole numbers."""
        return self.constant("int_" + "_".join(map(str, values)), np.array(values, np.int64))

    def node(self, op: str, *inputs: str, domain: str = "", out: str = "", **attributes: Any) -> str:
        """Add a node with one output and give the name of it."""
        from onnx import helper

        name = f"{self._prefix}{op}_{len(self.nodes)}"
        out = out or name
        self.nodes.append(helper.make_node(op, list(inputs), [out], domain=domain, name=name, **attributes))
        return out


def transformer(layout: Layout, weights: Weights) -> Any:
    """The encoder up to its last hidden state, of shape (texts, tokens, hidden).

    Raises:
        ModelError: a tensor is missing or has the wrong shape.
    """
    from onnx import TensorProto, helper

    graph = Graph()
    x = _embeddings(graph, layout, weights)
    mask = _attended(graph)
    if layout.buckets:
        far = graph.node("Where", mask, _number(graph, 0.0), _number(graph, PADDING))
        mask = graph.node("Add", far, _distances(graph, layout, weights))
    for at in range(layout.layers):
        x = _layer(graph, layout, _At(weights, f"{layout.names.layer}.{at}."), x, mask)
    graph.node("Identity", x, out=HIDDEN)
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, ["texts", "tokens"]) for name in (IDS, MASK)]
    output = helper.make_tensor_value_info(HIDDEN, TensorProto.FLOAT, ["texts", "tokens", layout.hidden])
    made = helper.make_graph(graph.nodes, "encoder", inputs, [output], list(graph.constants.values()))
    opsets = [helper.make_opsetid("", OPSET)]
    return helper.make_model(made, opset_imports=opsets, ir_version=IR, producer_name="shopwright")


def pool(model: Any, hidden: str, width: int, sentence: Sentence) -> int:
    """Let a graph go on from token vectors to one vector for each text; gives the length of it.

    Args:
        model: an ONNX model; it is changed in place and has one output afterwards.
        hidden: its output of shape (texts, tokens, width).
        width: length of a token's vector.
        sentence: how to pool, and the dense steps behind it.

    Raises:
        ModelError: the weights of a dense step are missing or do not fit.
    """
    from onnx import TensorProto, helper

    graph = Graph("pool/")
    opset = next((said.version for said in model.opset_import if said.domain in ("", "ai.onnx")), OPSET)
    x = _pooled(graph, hidden, sentence.pooling, opset)
    for step in sentence.dense:
        weights = Weights(step.path, "linear.weight")
        kernel = graph.constant(f"{width}x", weights.take("linear.weight", step.width_out, step.width_in))
        bias = [graph.constant(f"{width}b", weights.take("linear.bias", step.width_out))] if step.has_bias else []
        x = graph.node("Gemm", x, kernel, *bias, transB=1)
        x = graph.node(step.activation, x) if step.activation else x
        width = step.width_out
    graph.node("Identity", x, out=SENTENCE)
    model.graph.node.extend(graph.nodes)
    model.graph.initializer.extend(graph.constants.values())
    del model.graph.output[:]
    model.graph.output.append(helper.make_tensor_value_info(SENTENCE, TensorProto.FLOAT, ["texts", width]))
    return width


def _pooled(graph: Graph, hidden: str, how: str, opset: int) -> str:
    from onnx import TensorProto

    if how == "cls":
        return graph.node("Gather", hidden, graph.constant("first", np.array(0, np.int64)), axis=1)
    mask = graph.node("Cast", MASK, to=TensorProto.FLOAT)
    row = _along(graph, opset, "Unsqueeze", mask)  # (texts, 1, tokens)
    if how == "max":
        far = graph.node("Mul", graph.node("Sub", row, _number(graph, 1.0)), _number(graph, 1e9))
        column = graph.node("Transpose", far, perm=[0, 2, 1])
        return _along(graph, opset, "ReduceMax", graph.node("Add", hidden, column), keepdims=0)
    count = _along(graph, opset, "ReduceSum", mask, keepdims=1)  # (texts, 1)
    if how == "lasttoken":
        last = graph.node("Cast", graph.node("Sub", count, _number(graph, 1.0)), to=TensorProto.INT64)
        return graph.node("GatherND", hidden, last, batch_dims=1)
    total = _along(graph, opset, "Squeeze", graph.node("MatMul", row, hidden))
    return graph.node("Div", total, graph.node("Sqrt", count) if how == "mean_sqrt_len_tokens" else count)


def _along(graph: Graph, opset: int, op: str, x: str, **attributes: Any) -> str:
    """A node along axis 1; files of others may be of a version in which axes were no input yet."""
    if opset < AXES_ARE_INPUT.get(op, 13):
        return graph.node(op, x, axes=[1], **attributes)
    return graph.node(op, x, graph.integers(1), **attributes)


def _number(graph: Graph, value: float) -> str:
    return graph.constant(f"f{value:g}", np.array(value, np.float32))


class _At:
    """The weights of one layer."""

    def __init__(self, weights: Weights, place: str) -> None:
        self.place, self._weights = place, weights

    def take(self, name: str, *shape: int) -> Array:
        return self._weights.take(self.place + name, *shape)


def _embeddings(graph: Graph, layout: Layout, weights: Weights) -> str:
    at, hidden = _At(weights, layout.names.embeddings + "."), layout.hidden
    table = at.take("position_embeddings.weight", layout.positions, hidden)[layout.first :]
    if layout.types:
        table = table + at.take("token_type_embeddings.weight", layout.types, hidden)[0]
    words = graph.constant("words", at.take("word_embeddings.weight", layout.words, hidden))
    length = graph.node("Slice", graph.node("Shape", IDS), graph.integers(1), graph.integers(2))
    places = graph.node("Slice", graph.constant("positions", table), graph.integers(0), length)
    return _norm(graph, layout, at, "LayerNorm", graph.node("Add", graph.node("Gather", words, IDS), places))


def _attended(graph: Graph) -> str:
    """Which tokens each token looks at, (texts, 1, tokens, tokens): all that are no padding."""
    from onnx import TensorProto

    is_there = graph.node("Unsqueeze", graph.node("Cast", MASK, to=TensorProto.BOOL), graph.integers(1, 2))
    shape = graph.node("Shape", MASK)
    n, length = (graph.node("Slice", shape, graph.integers(at), graph.integers(at + 1)) for at in (0, 1))
    square = graph.node("Concat", n, graph.integers(1), length, length, axis=0)
    return graph.node("Expand", is_there, square)


def _layer(graph: Graph, layout: Layout, at: _At, x: str, mask: str) -> str:
    names, hidden = layout.names, layout.hidden
    # Three products and no split take less time than one of three times the width
    q, k, v = (_dense(graph, at, name, x, hidden, hidden) for name in (names.query, names.key, names.value))
    context = graph.node("Attention", q, k, v, mask, q_num_heads=layout.heads, kv_num_heads=layout.heads)
    context = _dense(graph, at, names.out, context, hidden, hidden)
    x = _norm(graph, layout, at, names.out_norm, graph.node("Add", context, x))
    inner = _dense(graph, at, names.inner, x, hidden, layout.inner)
    if layout.activation == "relu":
        inner = graph.node("Relu", inner)
    else:
        inner = graph.node("Gelu", inner, approximate=layout.activation)
    outer = _dense(graph, at, names.outer, inner, layout.inner, hidden)
    return _norm(graph, layout, at, names.outer_norm, graph.node("Add", outer, x))


def _dense(graph: Graph, at: _At, name: str, x: str, width_in: int, width_out: int) -> str:
    kernel, offset = at.take(f"{name}.weight", width_out, width_in), at.take(f"{name}.bias", width_out)
    product = graph.node("MatMul", x, graph.constant(f"{at.place}{name}.weight", kernel.T))
    return graph.node("Add", product, graph.constant(f"{at.place}{name}.bias", offset))


def _norm(graph: Graph, layout: Layout, at: _At, name: str, x: str) -> str:
    weight = graph.constant(f"{at.place}{name}.weight", at.take(f"{name}.weight", layout.hidden))
    bias = graph.constant(f"{at.place}{name}.bias", at.take(f"{name}.bias", layout.hidden))
    return graph.node("LayerNormalization", x, weight, bias, axis=-1, epsilon=layout.epsilon)


def _distances(graph: Graph, layout: Layout, weights: Weights) -> str:
    """What mpnet adds to attention for the distance of two tokens, (1, heads, tokens, tokens)."""
    from onnx import TensorProto

    table = weights.take("encoder.relative_attention_bias.weight", layout.buckets, layout.heads)
    buckets = graph.constant("buckets", _buckets(layout.tokens, layout.buckets))
    length = graph.node("Slice", graph.node("Shape", IDS), graph.integers(1), graph.integers(2))
    both = graph.node("Concat", length, length, axis=0)
    cut = graph.node("Slice", buckets, graph.integers(0, 0), both)
    near = graph.node("Gather", graph.constant("distances", table), graph.node("Cast", cut, to=TensorProto.INT64))
    return graph.node("Unsqueeze", graph.node("Transpose", near, perm=[2, 0, 1]), graph.integers(0))


def _buckets(tokens: int, n: int, furthest: int = 128) -> Array:
    """The bucket of each pair of places, (tokens, tokens) (Raffel et al. 2020, T5, as mpnet uses it)."""
    away = np.arange(tokens)[:, None] - np.arange(tokens)[None, :]
    half, exact = n // 2, n // 4
    far = np.abs(away)
    # In float32, as it was trained: a distance on the edge of a bucket must fall into the same one
    steps = np.log(np.maximum(far, 1).astype(np.float32) / np.float32(exact)) / np.float32(np.log(furthest / exact))
    scaled = exact + (steps * np.float32(half - exact)).astype(np.int64)
    bucket = np.where(far < exact, far, np.minimum(scaled, half - 1))
    found: Array = (bucket + np.where(away < 0, half, 0)).astype(np.uint8)
    return found
