"""The trained network as a member of the blend: onnxruntime reads histories, a product of matrices scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shopwright.language.onnx.session import open_session, run
from shopwright.recommend.histories import Histories
from shopwright.recommend.members import Scores
from shopwright.recommend.net_lessons import padded

__all__ = ["GIVEN", "TOLD", "Net"]

GIVEN, TOLD = "vectors", "next"
AT_ONCE = 128  # histories read together


@dataclass(frozen=True, eq=False)
class Net:
    """SASRec (Kang and McAuley 2018, ICDM) that was trained with `train`; a new event is one more that it reads.

    Attributes:
        graph: bytes of the ONNX graph, from vectors of products in order to vectors of what comes next.
        items: vectors of products, shape (n, width).
        places: latest events that are read.
    """

    graph: NDArray[np.uint8]
    items: NDArray[np.float32]
    places: int
    kind = "net"

    def scores(self, asked: Histories) -> Scores:
        """Products of vectors, shape (m, n); zero where nothing is known.

        Raises:
            ModelError: onnxruntime cannot run the graph.
        """
        return np.asarray(self.told(asked) @ self.items.T, np.float32)

    def told(self, asked: Histories) -> NDArray[np.float32]:
        """The vector of what comes next, shape (m, width); histories of about one length are read together.

        Raises:
            ModelError: onnxruntime cannot run the graph.
        """
        found = np.zeros((len(asked), self.items.shape[1]), np.float32)
        lengths = np.diff(asked.starts)
        known = np.flatnonzero(lengths > 0)
        known = known[np.argsort(lengths[known], kind="stable")]
        for start in range(0, len(known), AT_ONCE):
            rows = known[start : start + AT_ONCE]
            given, n = padded(asked, rows, self.places)
            told = run(self._session, {GIVEN: np.asarray(self.items[given])}, self.kind)[0]
            found[rows] = told[np.arange(len(rows)), n - 1]
        return found

    @cached_property
    def _session(self) -> Any:
        return open_session(self.graph.tobytes(), name=self.kind)

    def arrays(self) -> dict[str, np.ndarray]:
        """The graph as bytes, and the vectors."""
        return {"graph": self.graph, "items": self.items, "places": np.array([self.places])}

    @classmethod
    def of(cls, arrays: Mapping[str, np.ndarray]) -> Net:
        """Made again from `arrays`, which may lie on disk."""
        return cls(np.asarray(arrays["graph"]), arrays["items"], int(arrays["places"][0]))
