"""The network in onnxruntime: batches of products, one on each processor."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from shopwright.forecast.cast import LEVELS
from shopwright.forecast.panel import Floats
from shopwright.forecast.t5.inputs import Histories, inputs
from shopwright.forecast.t5.names import arrays
from shopwright.forecast.t5.shape import PATCH, SLOTS
from shopwright.language.onnx.session import open_session, run
from shopwright.processor import cores

__all__ = ["Runtime", "unslotted"]

BATCH = 64  # products that go through together: more leave the processor's cache


class Runtime:
    """An exported network.

    Args:
        graph: the bytes of its ONNX graph.
        name: for errors.
        threads: batches computed at once; 0: as many as there are processors.

    Raises:
        ModelError: onnxruntime cannot load the graph.
    """

    def __init__(self, graph: bytes, name: str, threads: int = 0) -> None:
        self._session: Any = open_session(graph, name=name)
        self._name, self._threads = name, threads or cores()

    def quantiles(self, given: Histories) -> Floats:
        """Units at `LEVELS`, rising, shape (n, H, levels).

        Raises:
            ModelError: the network failed.
        """
        made = inputs(given)
        values = arrays(made)
        n = len(made.past)
        starts = range(0, n, BATCH)

        def one(start: int) -> np.ndarray:
            some = {name: np.ascontiguousarray(each[start : start + BATCH]) for name, each in values.items()}
            return run(self._session, some, self._name)[0]

        with ThreadPoolExecutor(self._threads) as pool:
            told = list(pool.map(one, starts))
        z = unslotted(np.concatenate(told), given)
        return made.scale.units(np.sort(z, axis=2), given.units.shape[1])


def unslotted(told: np.ndarray, given: Histories) -> np.ndarray:
    """What was told for all places of the patches ahead, as shape (n, H, levels)."""
    n, size = len(told), PATCH[given.period]
    places = told.reshape(n, -1, SLOTS, len(LEVELS))[:, :, :size]
    return np.asarray(places.reshape(n, -1, len(LEVELS))[:, : given.horizon])
