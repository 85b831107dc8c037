"""The sales model that ships, told as one of the ensemble: zero-shot, by onnxruntime alone."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Self

import numpy as np

from shopwright.forecast.cast import LEVELS
from shopwright.forecast.foreign import Told, has_seen
from shopwright.forecast.panel import Floats, Panel
from shopwright.forecast.t5.histories import histories
from shopwright.forecast.t5.inputs import Histories
from shopwright.forecast.t5.runtime import Runtime
from shopwright.forecast.t5.store import CARD, SHIPPED, Card, read
from shopwright.forecast.way import Way
from shopwright.language.onnx.files import digest, must_exist, read_json
from shopwright.language.tuning.workplace import PLAN
from shopwright.shop.arguments import as_folder

__all__ = ["MODEL", "TUNED", "ZeroShot", "adopted", "load"]

TUNED, MODEL = Path("models") / "demand", "model"  # in a shop's folder, and in a tuning's


class ZeroShot:
    """A network that was trained on demand histories.

    Args:
        card: facts about it.
        runtime: the network.
        spare: tells what a tuned one must not, since it has learned from it; None: that is refused.
    """

    def __init__(self, card: Card, runtime: Runtime, spare: ZeroShot | None = None) -> None:
        self.card, self._runtime, self._spare = card, runtime, spare

    @classmethod
    def load(cls, path: str | Path | None = None, *, threads: int = 0) -> Self:
        """A model in a folder, checked against the hash in its card.

        Args:
            path: the folder; None: the model that ships.
            threads: batches computed at once; 0: as many as there are processors. They change no digit.

        Raises:
            ModelError: a file is missing, damaged, or of another format (MODEL-20, 21, 96).
            UsageError: the path is neither a text nor a path (USAGE-25).
        """
        card, graph = read(as_folder(path, "path") if path is not None else SHIPPED)
        return cls(card, Runtime(graph, card.name, threads))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.card.name!r}, {self.card.graph[:12]})"

    def or_else(self, spare: ZeroShot) -> ZeroShot:
        """The same, with another that tells the time it was tuned on."""
        return ZeroShot(self.card, self._runtime, spare)

    @property
    def _until(self) -> str:
        """Last day of the sales that it was tuned on, empty where it was not."""
        return str(self.card.about.get("until", ""))

    def quantiles(self, given: Histories) -> Floats:
        """Units at `LEVELS` of whatever histories are given, rising, shape (n, H, levels).

        Raises:
            ModelError: the network failed.
        """
        return self._runtime.quantiles(given)

    def may_tell(self, panel: Panel) -> bool:
        """Whether it was tuned on nothing that lies after this panel."""
        return panel.known.as_of.isoformat() >= self._until

    def fit_for(self, panel: Panel) -> ZeroShot | None:
        """The model that may tell what follows a panel: this one, or else its spare, where it has one."""
        return self if self.may_tell(panel) else self._spare

    def told(self, panel: Panel, way: Way) -> Told:
        """Quantiles of the H periods after the panel's T; not of SKUs that were never known.

        Raises:
            ModelError: it was tuned on sales of these periods (MODEL-87).
        """
        if not self.may_tell(panel):
            if self._spare is None:
                raise has_seen(self._until, panel)
            return self._spare.told(panel, way)
        rows = np.flatnonzero(np.isfinite(panel.units).any(axis=1))
        found = np.full((len(panel.skus), panel.horizon, len(LEVELS)), np.nan)
        if len(rows):
            found[rows] = self.quantiles(histories(panel.some(rows)))
        return Told.of(panel, np.array(LEVELS), found)


def load(place: str, way: Way) -> ZeroShot:
    """The model at a place; where it is empty the one that the shop has tuned and adopted, else the one that ships."""
    own = adopted(way.shop) if not place else None
    folder = Path(place) if place else own or SHIPPED
    found = _opened(folder, digest(must_exist(folder / CARD)), way.threads)
    return found if own is None else found.or_else(_opened(SHIPPED, digest(must_exist(SHIPPED / CARD)), way.threads))


def adopted(shop: Path | None) -> Path | None:
    """Folder of the model that a shop has tuned, if it was better than the one that ships."""
    if shop is None:
        return None
    facts = read_json(shop / TUNED / PLAN, needed=False)
    result = facts.get("result")
    return shop / TUNED / MODEL if isinstance(result, dict) and result.get("is_adopted") is True else None


@lru_cache(maxsize=4)
def _opened(folder: Path, card: str, threads: int) -> ZeroShot:
    """Read once, and again when its card has changed."""
    return ZeroShot.load(folder, threads=threads)
