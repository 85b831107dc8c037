"""The network in onnxruntime: batches of products, one on each processor."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from shopwright.forecast.panel import Floats
from shopwright.forecast.t5.inputs import Histories, inputs
from shopwright.forecast.t5.names import arrays
from shopwright.forecast.t5.slots import unslotted
from shopwright.language.onnx.session import open_session, run
from shopwright.processor import cores

__all__ = ["Runtime"]

BATCH = 128  # products made ready together: more take memory with many products
PATCHES = 1_200  # of the past, read together: more leave the processor's cache, with fewer each step takes its time


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
        parts = [given.some(slice(start, start + BATCH)) for start in range(0, len(given.units), BATCH)]
        with ThreadPoolExecutor(self._threads) as pool:
            return np.concatenate(list(pool.map(self._told, parts)))

    def _told(self, given: Histories) -> Floats:
        made = inputs(given)
        named, rows = arrays(made), max(1, PATCHES // made.past.shape[1])
        parts = [{name: part[at : at + rows] for name, part in named.items()} for at in range(0, len(made.past), rows)]
        z = np.concatenate([run(self._session, part, self._name)[0] for part in parts])
        return made.scale.units(np.sort(unslotted(z, given.period, given.horizon), axis=2), given.units.shape[1])
