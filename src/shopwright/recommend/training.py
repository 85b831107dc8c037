"""A recommender with a network among its models: `train(interactions)`, and `train_shop` on a shop's sales.

The network is trained on what lies before the cut, where the last orders of some customers say when to stop and the
orders after it whether it is worth having; then, if it is, it goes on from there with everything.
"""

from __future__ import annotations

import hashlib
import json
import math
import shutil
import time
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from shopwright.errors import ModelError
from shopwright.i18n import t
from shopwright.language.tuning.quiet import need
from shopwright.language.tuning.workplace import Workplace, fingerprint
from shopwright.progress import step
from shopwright.recommend import learning
from shopwright.recommend.adopted import NET, TRAINED_IN, Adopted
from shopwright.recommend.blend import TRAINED
from shopwright.recommend.events import Events, events_of
from shopwright.recommend.holdout import FEWEST, trial_of
from shopwright.recommend.kept import sales_of
from shopwright.recommend.recommender import Recommender
from shopwright.recommend.sasrec import Net
from shopwright.shop.arguments import check_seed
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop
from shopwright.version import __version__

if TYPE_CHECKING:
    from shopwright.recommend.net_fit import Course, Fit

__all__ = ["MODEL", "TRAINED_IN", "Trained", "train", "train_shop"]

MODEL = "model"


@dataclass(frozen=True, slots=True)
class Trained:
    """What a training on a shop gave; `without`, `having` and `alone` are NDCG and recall at ten of the time split.

    Attributes:
        folder: of the recommender, for `Recommender.load`.
        without, having: the blend without and with the network, on customers whose targets did not choose its weights.
        alone: the network by itself.
        n: targets judged on.
        epochs: times the network saw all customers.
        is_adopted: whether the network is part of the recommender.
        seconds: of this run.
    """

    folder: Path
    without: tuple[float, float]
    having: tuple[float, float]
    alone: tuple[float, float]
    n: int
    epochs: int
    is_adopted: bool
    seconds: float

    def as_json(self) -> dict[str, Any]:
        """All of it as plain values."""
        return asdict(self) | {"folder": str(self.folder)}


def train(
    interactions: pl.DataFrame | pl.LazyFrame,
    items: pl.DataFrame | None = None,
    seed: int = 0,
    log: Path | str | None = None,
    checkpoint: Path | str | None = None,
    *,
    course: Course | None = None,
) -> Recommender:
    """`Recommender.fit` with a network that is trained (SASRec) as one more model of the blend.

    Its place has to be earned: where the blend with it does no better than without, on customers whose targets did not
    choose the weights, it is left out. `blends.gained` of the recommender says by how much; asking it needs no torch.

    Args:
        interactions: as for `Recommender.fit`.
        items: as there.
        seed: for all that is drawn; the same one gives the same digits.
        log: folder for TensorBoard's files; None: nothing is logged.
        checkpoint: folder for checkpoints, one for each epoch; a training that was broken off goes on from there if
            it is called again with the same data, seed and course.
        course: how to train, where the usual way does not do.

    Raises:
        ExtraMissing: torch, or tensorboard where a log is wanted, is not installed.
        TableError: there is no interaction, or a column is missing or cannot be ordered.
        UsageError: the seed is no whole number (USAGE-25).
    """
    check_seed(seed)
    trainer = _Trainer.of(course, seed, log, checkpoint)
    return Recommender._fitted(interactions, items, seed, trainer)


class _Trainer:
    """Called with early events it trains from chance; called again it goes on from there with what it is given."""

    def __init__(self, course: Course, seed: int, log: Path | None, checkpoint: Path | None) -> None:
        self.course, self.seed, self.log, self.checkpoint = course, seed, log, checkpoint
        self.early: Fit | None = None
        self.nets: list[Net] = []
        self.moments: list[int] = []

    @classmethod
    def of(cls, course: Course | None, seed: int, log: Path | str | None, checkpoint: Path | str | None) -> _Trainer:
        need("torch", *([] if log is None else ["tensorboard"]))
        from shopwright.recommend.net_fit import Course

        places = (None if folder is None else Path(folder) for folder in (log, checkpoint))
        return cls(course or Course(), seed, *places)

    def __call__(self, events: Events) -> Net:
        from shopwright.recommend.net_export import exported
        from shopwright.recommend.net_fit import fit, later_epochs

        early = self.early
        name, total = ("early", self.course.epochs) if early is None else ("all", later_epochs(early))
        file = None if self.checkpoint is None else self.checkpoint / f"{name}-{self._fingerprint(events)}.pt"
        with step(t("Training the network"), total=total) as bar, _scalars(self.log, name) as writer:

            def watch(epoch: int, loss: float, ndcg: float) -> None:
                bar.advance()
                if writer is not None:
                    writer.add_scalar("loss", loss, epoch)
                    if not math.isnan(ndcg):
                        writer.add_scalar("NDCG@10 held out", ndcg, epoch)

            net, done = fit(events, self.course, seed=self.seed, file=file, start=early, watch=watch)
        self.early = done if early is None else early
        self.nets.append(exported(net))
        self.moments.append(int(events.moments.max()))
        return self.nets[-1]

    def save(self, folder: Path, skus: list[str]) -> None:
        """Put down both networks, where the second was trained too, for later fits to take up."""
        if len(self.nets) == 2:
            Adopted(tuple(skus), self.nets[0], self.nets[1], (self.moments[0], self.moments[1])).save(folder)

    def _fingerprint(self, events: Events) -> str:
        digest = hashlib.sha256()
        for values in (events.starts, events.items, events.steps, events.weights):
            digest.update(np.ascontiguousarray(values).tobytes())
        return fingerprint(digest.hexdigest(), events.n_items, asdict(self.course), self.seed, __version__)


def _scalars(folder: Path | None, name: str) -> Any:
    if folder is None:
        return nullcontext(None)
    from torch.utils.tensorboard import SummaryWriter

    return SummaryWriter(str(folder / name))


def train_shop(
    shop: Shop,
    *,
    folder: Path | str,
    seed: int = 0,
    resume: bool = False,
    again: bool = False,
    course: Course | None = None,
) -> Trained:
    """`train` on a shop's sales, with checkpoints, log and the recommender in a folder.

    Args:
        shop: whose sales are learned from.
        folder: a new folder.
        seed: another one is another training.
        resume: go on with what was begun in `folder` and broken off.
        again: put aside what lies in `folder`, as `folder` with `.before` behind its name.
        course: how to train, where the usual way does not do.

    Raises:
        ExtraMissing: torch or tensorboard is not installed.
        TableError: there are no sales.
        ModelError: there is too little to judge a recommender by, or `folder` holds another training.
        StoreError: `folder` holds something and neither `resume` nor `again` is true, or it cannot be written.
        LockedError: another process is training there.
        UsageError: the seed is no whole number (USAGE-25).
    """
    check_seed(seed)
    need("torch", "tensorboard")
    began = time.perf_counter()
    lines, items = sales_of(shop)
    known = lines.collect(engine="streaming")
    learning.day_of_last(known.lazy())
    if trial_of(events_of(known.lazy(), known[c.SKU].unique().sort()), FEWEST, seed) is None:
        raise _too_little()  # before anything is put aside
    trainer = _Trainer.of(course, seed, None, None)
    sales = hashlib.sha256(known.hash_rows(seed=0).sort().to_numpy().tobytes()).hexdigest()
    how = json.loads(json.dumps(asdict(trainer.course)))
    plan = {"kind": "recommend", "sales": sales, "course": how, "seed": seed, "version": __version__}
    if again:
        _put_aside(Path(folder))
    place = Workplace.open(Path(folder), plan, resume=resume)
    try:
        done = place.facts().get("result")
        if not isinstance(done, dict):
            trainer.log, trainer.checkpoint = place.log, place.checkpoints
            model = Recommender._fitted(known, items, seed, trainer)
            done = _result(model, trainer)
            model.save(place.folder / MODEL)
            trainer.save(place.folder / NET, model.skus)
            done["seconds"] = round(time.perf_counter() - began, 1)
            place.finish(done)
        pairs = {name: tuple(done[name]) for name in ("without", "having", "alone")}
        return Trained(folder=place.folder / MODEL, **(done | pairs))
    finally:
        place.close()


def _result(model: Recommender, trainer: _Trainer) -> dict[str, Any]:
    """What is written down of a training.

    Raises:
        ModelError: there was too little to judge by.
    """
    gained = None if model.blends is None else model.blends.gained
    if model.blends is None or gained is None:
        raise _too_little()
    parts = [name for each in (model.blends.new, model.blends.any) for name in each.weighed.weights]
    told = {name: (getattr(gained, name).ndcg, getattr(gained, name).recall) for name in ("without", "having", "alone")}
    return {
        **told,
        "n": gained.n,
        "epochs": 0 if trainer.early is None else trainer.early.best_epoch,
        "is_adopted": TRAINED in parts,
    }


def _too_little() -> ModelError:
    return ModelError(
        t("there is too little to train a recommender on"),
        why=t("fewer than sixty customers bought before and after a day that could be judged on"),
        fix=t("import a longer history; until then recommendations come from counts"),
        code="RECOMMEND-42",
    )


def _put_aside(folder: Path) -> None:
    if folder.exists():
        before = folder.with_name(folder.name + ".before")
        shutil.rmtree(before, ignore_errors=True)
        folder.rename(before)
