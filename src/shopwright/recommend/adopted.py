"""The network that a shop's training adopted, beside its recommenders: kept as arrays, and taken up by the next fit.

Two of them are kept: one that knows what lies before the training's own cut, and one that went on to learn from all.
Where a later fit chooses weights, the first stands for the network, because the second has seen what is judged by.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from shopwright.disk import digests, write_text
from shopwright.errors import ModelError
from shopwright.i18n import Text, t
from shopwright.recommend.events import Events
from shopwright.recommend.members import Member
from shopwright.recommend.sasrec import Net
from shopwright.shop.schema import names as c

__all__ = ["NET", "TRAINED_IN", "Adopted", "adopted"]

TRAINED_IN, NET = Path("models", "recommend", "trained"), "net"
CARD, SKUS, RESULT = "net.json", "skus.parquet", "tuning.json"
FORMAT = "shopwright-net-1"
EARLY, WHOLE = "early", "all"
LEAST_KNOWN = 0.5  # of the events are of products that it knows, else it was trained on another catalogue
UNREADABLE = (OSError, EOFError, ValueError, KeyError, TypeError, IndexError, pl.exceptions.PolarsError)


@dataclass(frozen=True, eq=False)
class Adopted:
    """A trained network with what it learned from.

    Attributes:
        skus: its products, in the order of its vectors.
        early: knows what lies before the training's cut.
        whole: went on to learn from everything.
        moments: of the last event that each of the two knows, as `Events.moments` has them.
        digest: of all its files.
    """

    skus: tuple[str, ...]
    early: Net
    whole: Net
    moments: tuple[int, int]
    digest: str = ""

    def save(self, folder: Path) -> None:
        """Put both on disk as arrays; the card comes last, so that half a folder is told from a whole one.

        Raises:
            OSError: it cannot be written.
        """
        shutil.rmtree(folder, ignore_errors=True)
        for name, net in ((EARLY, self.early), (WHOLE, self.whole)):
            (folder / name).mkdir(parents=True)
            for key, values in net.arrays().items():
                np.save(folder / name / f"{key}.npy", values)
        pl.DataFrame({c.SKU: self.skus}, schema={c.SKU: pl.String}).write_parquet(folder / SKUS)
        card = {"format": FORMAT, "moments": list(self.moments), "files": digests(folder, CARD)}
        write_text(folder / CARD, json.dumps(card, indent=1))

    @classmethod
    def load(cls, folder: Path) -> Adopted:
        """Read what `save` wrote.

        Raises:
            ModelError: a file is missing, or not as it was written.
        """
        try:
            text = (folder / CARD).read_text("utf-8")
            card = json.loads(text)
            if card["format"] != FORMAT:
                raise _unusable(folder, t("it was written by another version"))
            if card["files"] != digests(folder, CARD):
                raise _unusable(folder, t("its files are not as they were written"))
            nets = [
                Net.of({file.stem: np.load(file, allow_pickle=False) for file in sorted((folder / name).glob("*.npy"))})
                for name in (EARLY, WHOLE)
            ]
            skus = tuple(pl.read_parquet(folder / SKUS)[c.SKU].to_list())
            early, whole = (int(moment) for moment in card["moments"])
        except UNREADABLE as error:
            raise _unusable(folder, t("a part is missing or damaged: {error}", error=str(error))) from error
        return cls(skus, nets[0], nets[1], (early, whole), hashlib.sha256(text.encode()).hexdigest()[:16])

    def unfit(self, events: Events, early: Events, skus: Sequence[str]) -> Text | None:
        """Why it cannot join the models that are fitted on these events; None where it can.

        Args:
            events: all that will be learned from.
            early: those before the cut that weights are chosen by.
            skus: of the events' products.
        """
        if not events.is_dated:
            return t("the purchases have no days by which to see what it may know")
        if early.moments.max(initial=0) < self.moments[0] or events.moments.max(initial=0) < self.moments[1]:
            return t("it learned from later purchases than these")
        known = np.isin(np.asarray(skus, dtype=object).astype(str), np.asarray(self.skus, dtype=str))
        share = float(known[events.items].mean())
        if share < LEAST_KNOWN:
            return t(
                "it was trained on another catalogue: it knows the products of {share:.0%} of the events", share=share
            )
        return None

    def for_skus(self, skus: Sequence[str]) -> _Taught:
        """As `fit_blends` asks for a trained member: told of its products in the order of `skus`."""
        return _Taught([_moved(net, self.skus, skus) for net in (self.early, self.whole)])


class _Taught:
    """Called with early events it gives the network that knows no later ones; called again the one that knows all."""

    def __init__(self, nets: Sequence[Net]) -> None:
        self.nets = list(nets)

    def __call__(self, events: Events) -> Member:
        del events  # it has learned
        return self.nets.pop(0)


def adopted(root: Path) -> Adopted | None:
    """The network that was trained in a shop's folder, if one was and lists got better by it.

    Raises:
        ModelError: it is damaged.
    """
    folder = root / TRAINED_IN
    if not folder.is_dir():
        return None
    try:
        facts = json.loads((folder / RESULT).read_text("utf-8"))
        done = facts.get("result")  # none while it is being trained
        is_wanted = bool(done and done["is_adopted"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise _unusable(folder, t("a part is missing or damaged: {error}", error=str(error))) from error
    return Adopted.load(folder / NET) if is_wanted else None


def _moved(net: Net, skus: Sequence[str], wanted: Sequence[str]) -> Net:
    """The same for other products: one it does not know is an average one, and told neither for nor against."""
    place: Mapping[str, int] = {sku: at for at, sku in enumerate(skus)}
    rows = np.array([place.get(sku, -1) for sku in wanted], dtype=np.int64)
    if not (rows < 0).any() and len(rows) == len(skus) and (rows == np.arange(len(rows))).all():
        return net
    items: Any = np.asarray(net.items)
    vectors = np.where(rows[:, None] < 0, items.mean(axis=0, dtype=np.float64).astype(np.float32), items[rows])
    return Net(net.graph, np.ascontiguousarray(vectors, dtype=np.float32), net.places)


def _unusable(folder: Path, why: Text) -> ModelError:
    return ModelError(
        t("the trained network in {folder} cannot be used", folder=str(folder)),
        why=why,
        fix=t("train it again: shopwright tune recommend SHOP --again"),
        code="RECOMMEND-71",
    )
