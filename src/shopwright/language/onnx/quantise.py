"""Eight-bit weights and activations for the dense steps of an encoder, with care for columns far larger than others.

Activations get one fixed scale for each place, found by running texts through the encoder beforehand. onnxruntime's
own dynamic quantisation takes the scale from the batch instead, and a text's vector then depends on what stands
beside it (cosine down to 0.98 between a text alone and in a batch). A few columns of an activation are far larger
than all others and would take the whole range: columns are divided beforehand (see `smooth`), or, where the products
are less than twice as wide as the activation or dividing makes too much noise, the part of those few stays in float32
(Dettmers et al. 2022, LLM.int8).
Weights use 7 of their 8 bits: processors without VNNI add pairs of products in 16 bits, which overflow otherwise, and
a vector must be the same on every machine. Tables of words are kept in int8 with a scale for each row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from shopwright.language.onnx.graph import CONTRIB, CONTRIB_OPSET, IDS, Graph
from shopwright.language.onnx.ranges import Ranges, matrices, steps
from shopwright.language.onnx.smooth import NONE, factors, noise
from shopwright.language.onnx.weights import Array

__all__ = ["quantise"]

WEIGHT_LIMIT = 64  # 255 · 64 · 2 < 2¹⁵
WIDER = 2  # outputs for each column from which dividing the columns is quicker than adding the outliers' part
LOUDER = 2.0  # what is quicker may have so many times the noise
TABLE_ROWS = 1000  # a table this long is one of words


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


class _Work:
    """A graph being rewritten node by node, in its order."""

    def __init__(self, model: Any, found: Mapping[str, Ranges]) -> None:
        self.model, self.found = model, found
        self.kernels = matrices(model)
        self.tables = {name for name, tensor in self.kernels.items() if tensor.dims[0] >= TABLE_ROWS}
        self._graph = Graph("int8/")
        self._places: dict[str, _Place] = {}
        self._biases = _biases(model)
        self._added: set[str] = set()  # sums that a product has in it already
        self._matrices: dict[str, list[str]] = {}  # of each place
        for node in steps(model):
            self._matrices.setdefault(node.input[0], []).append(node.input[1])

    def keep(self, node: Any) -> None:
        """Take a node over; an addition already done is left out, and Gelu's quick form is off by less than a byte."""
        if node.op_type == "Add" and node.output[0] in self._added:
            return
        if node.op_type == "Gelu" and not node.domain:
            self._graph.node("Gelu", node.input[0], out=node.output[0], approximate="tanh")
            return
        self._graph.nodes.append(node)

    def dense(self, node: Any) -> None:
        """A product in eight bits, with the bias that is added to it, and the outliers' part in float32."""
        place = self._place(node.input[0])
        kernel = self._kernel(node.input[1]) * place.by[:, None]
        name = f"{node.input[1]}@{node.input[0]}"  # layers may share a matrix, whose rows differ from place to place
        rest = kernel[place.left_out]
        kernel[place.left_out] = 0.0
        weights, scales = _columns(kernel)
        bias, out = self._biases.get(node.output[0], ("", node.output[0]))
        self._added.add(out)
        kept, width = self._graph.constant(name, weights), self._graph.constant(name + "/scale", scales)
        asked = [
            *(place.bytes_, kept, place.scale, width, place.zero),
            "",  # no zero point of the weights: with one for each column, all zeros, it is 5 % slower
            *([bias] if bias else []),
        ]
        has_far = len(place.left_out) > 0
        product = self._graph.node("MatMulIntegerToFloat", *asked, domain=CONTRIB, out="" if has_far else out)
        if has_far:
            which = self._graph.constant(node.input[0] + "/far", place.left_out)
            columns = self._graph.node("Gather", node.input[0], which, axis=-1)
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
        gone = {tensor.name for tensor in graph.initializer} - used
        asked = [given for given in graph.input if given.name not in gone]  # older files name their constants there too
        del graph.input[:]
        graph.input.extend(asked)
        del graph.initializer[:]
        graph.initializer.extend([*kept, *self._graph.constants.values()])
        if CONTRIB not in {opset.domain for opset in self.model.opset_import}:
            self.model.opset_import.append(helper.make_opsetid(CONTRIB, CONTRIB_OPSET))

    def _place(self, name: str) -> _Place:
        """An activation as bytes; several products may share it."""
        if name not in self._places:
            by, left_out = self._way(name)
            column, seen = name, self.found[name]
            if (by != 1).any():
                column = self._graph.node("Mul", name, self._graph.constant(name + "/by", 1 / by))
                seen = seen.divided(by)
            scale, zero = seen.scale(left_out)
            names = self._graph.constant(name + "/scale", scale), self._graph.constant(name + "/zero", zero)
            made = self._graph.node("QuantizeLinear", column, *names)
            self._places[name] = _Place(made, *names, by, left_out)
        return self._places[name]

    def _way(self, name: str) -> tuple[Array, Array]:
        """What each column is divided by, and which columns stay in float32."""
        seen = self.found[name]
        kernel = np.concatenate([self._kernel(matrix) for matrix in self._matrices[name]], axis=1)
        as_is, left_out = np.ones(len(kernel), np.float32), seen.outliers()
        if kernel.shape[1] < WIDER * kernel.shape[0]:
            return as_is, left_out
        by = factors(seen, kernel, WEIGHT_LIMIT)
        divided = noise(seen.divided(by), kernel * by[:, None], WEIGHT_LIMIT)
        other = noise(seen, kernel, WEIGHT_LIMIT, left_out)
        is_divided = divided <= LOUDER * other if len(left_out) else LOUDER * divided < other
        return (by, NONE) if is_divided else (as_is, left_out)

    def _kernel(self, name: str) -> Array:
        from onnx import numpy_helper

        return np.array(numpy_helper.to_array(self.kernels[name]))


@dataclass(frozen=True, slots=True)
class _Place:
    """An activation in bytes: names of bytes, scale and zero point; columns were divided, or are left out."""

    bytes_: str
    scale: str
    zero: str
    by: Array
    left_out: Array


def _biases(model: Any) -> dict[str, tuple[str, str]]:
    """For each product that is only used to add a constant row to it: that row, and the name of the sum."""
    rows = {tensor.name: tensor.dims[0] for tensor in model.graph.initializer if len(tensor.dims) == 1}
    kernels = matrices(model)
    products = {node.output[0]: kernels[node.input[1]].dims[1] for node in steps(model)}
    uses: dict[str, list[Any]] = {}
    for node in model.graph.node:
        for name in node.input:
            uses.setdefault(name, []).append(node)
    kept = {output.name for output in model.graph.output}
    found = {}
    for product in products.keys() - kept:
        nodes = uses.get(product, [])
        if len(nodes) == 1 and nodes[0].op_type == "Add":
            row = [name for name in nodes[0].input if rows.get(name) == products[product]]
            if row:
                found[product] = row[0], nodes[0].output[0]
    return found


def _columns(kernel: Array, limit: int = WEIGHT_LIMIT) -> tuple[Array, Array]:
    """A matrix as signed bytes, with a scale for each column."""
    scales = np.maximum(np.abs(kernel).max(0), 1e-12) / limit
    return np.clip(np.round(kernel / scales), -limit, limit).astype(np.int8), scales.astype(np.float32)
