"""The sales model that ships, told as one of the ensemble: zero-shot, by onnxruntime alone."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Self

import numpy as np

from shopwright.forecast.cast import LEVELS
from shopwright.forecast.foreign import Told
from shopwright.forecast.panel import Panel
from shopwright.forecast.t5.histories import histories
from shopwright.forecast.t5.runtime import Runtime
from shopwright.forecast.t5.store import SHIPPED, Card, read
from shopwright.forecast.way import Way

__all__ = ["ZeroShot", "load"]


class ZeroShot:
    """A network that was trained on demand histories.

    Args:
        card: facts about it.
        runtime: the network.
    """

    def __init__(self, card: Card, runtime: Runtime) -> None:
        self.card, self._runtime = card, runtime

    @classmethod
    def load(cls, path: str | Path | None = None, *, threads: int = 0) -> Self:
        """A model in a folder, checked against the hash in its card.

        Args:
            path: the folder; None: the model that ships.
            threads: batches computed at once; 0: as many as there are processors. They change no digit.

        Raises:
            ModelError: a file is missing, damaged, or of another format (MODEL-20, 21, 60).
        """
        card, graph = read(Path(path) if path is not None else SHIPPED)
        return cls(card, Runtime(graph, card.name, threads))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.card.name!r}, {self.card.graph[:12]})"

    def told(self, panel: Panel, way: Way) -> Told:
        """Quantiles of the H periods after the panel's T; not of SKUs that were never known."""
        rows = np.flatnonzero(np.isfinite(panel.units).any(axis=1))
        found = np.full((len(panel.skus), panel.horizon, len(LEVELS)), np.nan)
        if len(rows):
            some = panel if len(rows) == len(panel.skus) else panel.some(rows)
            found[rows] = self._runtime.quantiles(histories(some))
        return Told.of(panel, np.array(LEVELS), found)


@lru_cache(maxsize=4)
def load(place: str, way: Way) -> ZeroShot:
    """The model at a place, the one that ships where it is empty."""
    return ZeroShot.load(place or None, threads=way.threads)
