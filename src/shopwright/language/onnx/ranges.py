"""What goes into the dense steps of an encoder, column by column, measured on texts run through it beforehand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from shopwright.i18n import t
from shopwright.language.onnx.graph import IDS, TYPES
from shopwright.language.onnx.weights import Array
from shopwright.progress import step

__all__ = ["Ranges", "matrices", "ranges", "steps"]

MOST_OUTLIERS = 4  # columns of an activation that stay in float32
NEAR_ENOUGH = 1.6  # each costs time: one more is left out only where the range narrows by it
LEVELS = 255  # of a byte
HEADROOM = 1.15  # texts to come may reach further than those seen


@dataclass(frozen=True, slots=True)
class Ranges:
    """Least and greatest value of each column of an activation, and the sum of its squares.

    Attributes:
        low: least value, of shape (columns,).
        high: greatest value, of shape (columns,).
        squares: sum of squares, of shape (columns,).
        rows: how many values of each column were seen.
    """

    low: Array
    high: Array
    squares: Array
    rows: int

    @classmethod
    def of(cls, values: Array) -> Ranges:
        """What values of shape (rows, columns) span."""
        return cls(values.min(0), values.max(0), np.square(values, dtype=np.float64).sum(0), len(values))

    def joined(self, other: Ranges) -> Ranges:
        """The range of both."""
        return Ranges(
            np.minimum(self.low, other.low),
            np.maximum(self.high, other.high),
            self.squares + other.squares,
            self.rows + other.rows,
        )

    def divided(self, by: Array) -> Ranges:
        """The range of each column once it is divided by a positive number."""
        return Ranges(self.low / by, self.high / by, self.squares / np.square(by), self.rows)

    @property
    def reach(self) -> Array:
        """How far each column gets from zero."""
        return np.maximum(np.abs(self.low), np.abs(self.high))

    def outliers(self) -> Array:
        """The fewest columns to leave out for a range nearly as narrow as can be, in ascending order."""
        largest = np.argsort(-self.reach, kind="stable")
        widths = [self._width(largest[:n]) for n in range(min(MOST_OUTLIERS, len(largest) // 8) + 1)]
        n = next(n for n, width in enumerate(widths) if width <= NEAR_ENOUGH * widths[-1])
        return np.sort(largest[:n])

    def scale(self, without: Array) -> tuple[Array, Array]:
        """Scale and zero point of unsigned bytes for all columns but some."""
        low, high = (float(edge) * HEADROOM for edge in self._edges(without))
        scale = np.float32(max(high - low, 1e-6) / LEVELS)
        return np.array(scale), np.array(np.clip(round(-low / float(scale)), 0, LEVELS), np.uint8)

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

    places = sorted({node.input[0] for node in steps(model)})
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
                seen = Ranges.of(values.reshape(-1, values.shape[-1]))
                found[place] = found[place].joined(seen) if place in found else seen
            bar.advance()
    return found


def steps(model: Any) -> list[Any]:
    """The products with a constant matrix."""
    kernels = matrices(model)
    return [node for node in model.graph.node if node.op_type == "MatMul" and node.input[1] in kernels]


def matrices(model: Any) -> dict[str, Any]:
    """The constants of a graph that are matrices of float32, by name."""
    from onnx import TensorProto

    return {
        tensor.name: tensor
        for tensor in model.graph.initializer
        if len(tensor.dims) == 2 and tensor.data_type == TensorProto.FLOAT
    }
