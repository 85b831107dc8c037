"""Eight-bit weights and activations for the dense steps of an encoder; columns far larger than all others stay as is.

Activations get one fixed scale for each place, found by running texts through the encoder beforehand. onnxruntime's
own dynamic quantisation takes the scale from the batch instead, and a text's vector then depends on what stands
beside it (cosine down to 0.98 between a text alone and in a batch). A few columns of an activation are far larger
than all others and would take the whole range (Dettmers et al. 2022, LLM.int8): their part of the product stays in
float32. Weights use 7 of their 8 bits: processors without VNNI add pairs of products in 16 bits, which overflow
otherwise, and a vector must be the same on every machine. Tables of words are kept in int8 with a scale for each row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from shopwright.i18n import t
from shopwright.language.onnx.graph import CONTRIB, CONTRIB_OPSET, IDS, TYPES, Graph
from shopwright.language.onnx.weights import Array
from shopwright.progress import step

__all__ = ["Ranges", "quantise", "ranges"]

WEIGHT_LIMIT = 64  # 255 · 64 · 2 < 2¹⁵
MOST_OUTLIERS = 4  # columns of an activation that stay in float32
NEAR_ENOUGH = 1.6  # each costs time: one more is left out only where the range narrows by it
HEADROOM = 1.15  # texts to come may reach further than those seen
TABLE_ROWS = 1000  # a table this long is one of words


@dataclass(frozen=True, slots=True)
class Ranges:
    """Least and greatest value of each column of an activation."""

    low: Array
    high: Array

    def joined(self, other: Ranges) -> Ranges:
        """The range of both."""
        return Ranges(np.minimum(self.low, other.low), np.maximum(self.high, other.high))

    def outliers(self) -> Array:
        """The fewest columns to leave out for a range nearly as narrow as can be, in ascending order."""
        largest = np.argsort(-np.maximum(np.abs(self.low), np.abs(self.high)), kind="stable")
        widths = [self._width(largest[:n]) for n in range(min(MOST_OUTLIERS, len(largest) // 8) + 1)]
        n = next(n for n, width in enumerate(widths) if width <= NEAR_ENOUGH * widths[-1])
        return np.sort(largest[:n])

    def scale(self, without: Array) -> tuple[Array, Array]:
        """Scale and zero point of unsigned bytes for all columns but some."""
        low, high = (float(edge) * HEADROOM for edge in self._edges(without))
        scale = np.float32(max(high - low, 1e-6) / 255)
        return np.array(scale), np.array(np.clip(round(-low / float(scale)), 0, 255), np.uint8)

    def _width(self, without: Array) -> float:
        low, high = self._edges(without)
        return float(high - low)

    def _edges(self, without: Array) -> tuple[Any, Any]:
        low, high = self.low.copy(), self.high.copy()
        low[without] = high[without] = 0.0
        return min(low.min(), 0.0), max(high.max(), 0.0)


def ranges(model: Any, inputs: Sequence[Mapping[str, Array]]) -> dict[str, Ranges]:
    """For each dense step of a float32 graph, by the name of what goes into it, the range of each column.

    Args:
        model: the ONNX model.
        inputs: texts as the graph takes them, without padding.
    """
    from onnx import ModelProto, helper

    from shopwright.language.onnx.session import open_session, run

    places = sorted({node.input[0] for node in _steps(model)})
    if not places:
        return {}
    probed = ModelProto()
    probed.CopyFrom(model)
    del probed.graph.output[:]
    probed.graph.output.extend(helper.make_empty_tensor_value_info(place) for place in places)
    session = open_session(probed.SerializeToString(), threads=2)
    has_types = TYPES in {given.name for given in session.get_inputs()}
    found: dict[str, Ranges] = {}
    with step(t("Measuring activations"), total=len(inputs)) as bar:
        for given in inputs:
            asked = {**given, TYPES: np.zeros_like(given[IDS])} if has_types else given
            for place, values in zip(places, run(session, asked, "ONNX"), strict=True):
                rows = values.reshape(-1, values.shape[-1])
                seen = Ranges(rows.min(0), rows.max(0))
                found[place] = found[place].joined(seen) if place in found else seen
            bar.advance()
    return found


def quantise(model: Any, found: Mapping[str, Ranges]) -> None:
    """Put the dense steps and word tables of a graph into eight bits, in place.

    Args:
        model: the ONNX model in float32.
        found: what `ranges` gave for it.
    """
    work = _Work(model, found)
    for node in model.graph.node:
        if node.op_type == "MatMul" and node.input[0] in found and node.input[1] in work.kernels:
            work.dense(node)
        elif node.op_type == "Gather" and node.input[1] == IDS and node.input[0] in work.tables:
            work.table(node)
        else:
            work.keep(node)
    work.finish()


def _steps(model: Any) -> list[Any]:
    """The products with a constant matrix."""
    kernels = _matrices(model)
    return [node for node in model.graph.node if node.op_type == "MatMul" and node.input[1] in kernels]


def _matrices(model: Any) -> dict[str, Any]:
    from onnx import TensorProto

    return {
        tensor.name: tensor
        for tensor in model.graph.initializer
        if len(tensor.dims) == 2 and tensor.data_type == TensorProto.FLOAT
    }


class _Work:
    """A graph being rewritten node by node, in its order."""

    def __init__(self, model: Any, found: Mapping[str, Ranges]) -> None:
        self.model, self.found = model, found
        self.kernels = _matrices(model)
        self.tables = {name for name, tensor in self.kernels.items() if tensor.dims[0] >= TABLE_ROWS}
        self._graph = Graph("int8/")
        self._bytes: dict[str, str] = {}
        self._biases = _biases(model)
        self._renamed: dict[str, str] = {}

    def keep(self, node: Any) -> None:
        """Take a node over; one whose addition was already done is left out."""
        if node.op_type == "Add" and node.output[0] in self._renamed:
            return
        self._graph.nodes.append(node)

    def dense(self, node: Any) -> None:
        """A product in eight bits, with the bias that is added to it, and the outliers' part in float32."""
        from onnx import numpy_helper

        place, name = node.input[0], node.input[1]
        kernel = np.array(numpy_helper.to_array(self.kernels[name]))
        left_out = self.found[place].outliers()
        rest = kernel[left_out]
        kernel[left_out] = 0.0
        bytes_, scale, zero = self._activation(place, left_out)
        weights, scales = _columns(kernel)
        bias, out = self._biases.get(node.output[0], ("", node.output[0]))
        self._renamed[out] = name
        asked = [
            *(bytes_, self._graph.constant(name, weights), scale, self._graph.constant(name + "/scale", scales), zero),
            "",  # no zero point of the weights: with one for each column, all zeros, it is 5 % slower
            *([bias] if bias else []),
        ]
        first = out if not len(left_out) else ""
        product = self._graph.node("MatMulIntegerToFloat", *asked, domain=CONTRIB, out=first)
        if len(left_out):
            columns = self._graph.node("Gather", place, self._graph.constant(place + "/far", left_out), axis=-1)
            far = self._graph.node("MatMul", columns, self._graph.constant(name + "/far", rest))
            self._graph.node("Add", product, far, out=out)

    def table(self, node: Any) -> None:
        """A row of the table of words, from bytes and the scale of the row."""
        from onnx import TensorProto, numpy_helper

        name = node.input[0]
        rows, scales = _columns(numpy_helper.to_array(self.kernels[name]).T, limit=127)
        row = self._graph.node("Gather", self._graph.constant(name, rows.T), IDS)
        scale = self._graph.node("Gather", self._graph.constant(name + "/scale", scales[:, None]), IDS)
        self._graph.node("Mul", self._graph.node("Cast", row, to=TensorProto.FLOAT), scale, out=node.output[0])

    def finish(self) -> None:
        """Put the new nodes and constants in the place of the old ones."""
        from onnx import helper

        graph = self.model.graph
        del graph.node[:]
        graph.node.extend(self._graph.nodes)
        used = {name for node in graph.node for name in node.input}
        kept = [tensor for tensor in graph.initializer if tensor.name in used]
        del graph.initializer[:]
        graph.initializer.extend([*kept, *self._graph.constants.values()])
        if CONTRIB not in {opset.domain for opset in self.model.opset_import}:
            self.model.opset_import.append(helper.make_opsetid(CONTRIB, CONTRIB_OPSET))

    def _activation(self, place: str, left_out: Array) -> tuple[str, str, str]:
        """An activation as bytes, its scale and zero point; several products may share it."""
        scale, zero = self.found[place].scale(left_out)
        names = self._graph.constant(place + "/scale", scale), self._graph.constant(place + "/zero", zero)
        if place not in self._bytes:
            self._bytes[place] = self._graph.node("QuantizeLinear", place, *names)
        return self._bytes[place], *names


def _biases(model: Any) -> dict[str, tuple[str, str]]:
    """For each product that is only used to add a constant row to it: that row, and the name of the sum."""
    rows = {tensor.name for tensor in model.graph.initializer if len(tensor.dims) == 1}
    products = {node.output[0] for node in _steps(model)}
    uses: dict[str, list[Any]] = {}
    for node in model.graph.node:
        for name in node.input:
            uses.setdefault(name, []).append(node)
    kept = {output.name for output in model.graph.output}
    found = {}
    for product in products - kept:
        nodes = uses.get(product, [])
        if len(nodes) == 1 and nodes[0].op_type == "Add":
            row = [name for name in nodes[0].input if name in rows]
            if row:
                found[product] = row[0], nodes[0].output[0]
    return found


def _columns(kernel: Array, limit: int = WEIGHT_LIMIT) -> tuple[Array, Array]:
    """A matrix as signed bytes, with a scale for each column."""
    scales = np.maximum(np.abs(kernel).max(0), 1e-12) / limit
    return np.clip(np.round(kernel / scales), -limit, limit).astype(np.int8), scales.astype(np.float32)
