"""Training SASRec: sampled softmax, stopped by what customers bought last, taken up again after a stop."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from shopwright.recommend.events import Events
from shopwright.recommend.histories import Histories
from shopwright.recommend.net import SasRec, Size, sampled_loss
from shopwright.recommend.net_lessons import Lesson, held_out, lessons, padded
from shopwright.seeds import derive, generator

__all__ = ["Course", "Fit", "fit", "later_epochs"]

DEPTH = 10
AT_ONCE = 256
LATER_RATE, LATER_SHARE = 1 / 3, 0.2  # of the rate and the epochs, where a trained network is taught what came since


@dataclass(frozen=True, slots=True)
class Course:
    """How to train.

    Attributes:
        size: of the network.
        rate: of learning.
        dropout: share of values dropped.
        batch: events told in a step, about.
        drawn: products that the softmax is estimated from; all where there are no more.
        epochs: at most.
        patience: epochs without a gain that end it.
        usual: share of the drawn products taken by how often they are bought; the rest evenly.
    """

    size: Size = field(default_factory=Size)
    rate: float = 2e-3
    dropout: float = 0.3
    batch: int = 1_000
    drawn: int = 1_024
    epochs: int = 60
    patience: int = 5
    usual: float = 0.5


@dataclass
class Fit:
    """How far a training has come.

    Attributes:
        epoch: times all customers were seen.
        best: highest NDCG at ten of what was held out.
        best_epoch: when that was.
        weights: of then.
        watched: NDCG at ten by epoch.
        losses: of learning by epoch.
    """

    epoch: int = 0
    best: float = -1.0
    best_epoch: int = 0
    weights: dict[str, Any] = field(default_factory=dict)
    watched: dict[int, float] = field(default_factory=dict)
    losses: dict[int, float] = field(default_factory=dict)


def fit(
    events: Events,
    course: Course,
    *,
    seed: int,
    file: Path | None = None,
    start: Fit | None = None,
    watch: Callable[[int, float, float], None] = lambda epoch, loss, ndcg: None,
) -> tuple[SasRec, Fit]:
    """Train until the last orders held out are told no better; or go on from there, shortly, on everything.

    Runs on one thread, so that the digits hang on the seed alone.

    Args:
        events: of all customers.
        course: how to train.
        seed: of the first weights and all that is drawn.
        file: of the checkpoint, which it goes on from; None: none is kept.
        start: a training that ended, whose best weights are taught all of `events`: a fifth as many epochs at a
            third of the rate; None: begin with chance, and hold some orders out to find the best number.
        watch: told the epoch, its loss and the NDCG at ten of what was held out (NaN without).

    Returns:
        The network with the best weights, and how it came to them.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.random.fork_rng(devices=[]):
            return _fit(events, course, seed, file, start, watch)
    finally:
        torch.set_num_threads(threads)


def _fit(
    events: Events, course: Course, seed: int, file: Path | None, start: Fit | None, watch: Callable[..., None]
) -> tuple[SasRec, Fit]:
    torch.manual_seed(derive(seed, "recommend", "net") % 2**63)
    net = SasRec(events.n_items, course.size, course.dropout)
    rate, epochs = course.rate, course.epochs
    if start is not None:
        net.load_state_dict(start.weights)
        rate, epochs = rate * LATER_RATE, later_epochs(start)
    optimiser = torch.optim.Adam(net.parameters(), lr=rate, betas=(0.9, 0.98), fused=True)
    held = held_out(events, seed) if start is None else None
    learned = events if held is None else held[0]
    draw = _Draw(learned, course)
    done = _resumed(file, net, optimiser)
    while done.epoch < epochs:
        if held is not None and done.epoch - done.best_epoch >= course.patience:
            break
        torch.manual_seed(derive(seed, "recommend", "net", done.epoch) % 2**63)
        loss = _learned(
            net, optimiser, lessons(learned, course.size.places, course.batch, seed, done.epoch), draw, seed, done.epoch
        )
        done.epoch += 1
        done.losses[done.epoch] = loss
        ndcg = float("nan") if held is None else _ndcg(net, *held[1:], course.size.places)
        done.watched[done.epoch] = ndcg
        if held is None or ndcg > done.best:
            done.best, done.best_epoch = ndcg, done.epoch
            done.weights = {name: value.detach().clone() for name, value in net.state_dict().items()}
        _save(file, done, net, optimiser)
        watch(done.epoch, loss, ndcg)
    if done.weights:
        net.load_state_dict(done.weights)
    return net.eval(), done


def later_epochs(start: Fit) -> int:
    """Epochs on everything that follow a training."""
    return max(1, round(LATER_SHARE * start.best_epoch))


class _Draw:
    """Products for the sum of the softmax."""

    def __init__(self, events: Events, course: Course) -> None:
        counts = np.bincount(events.items, minlength=events.n_items).astype(float)
        n = max(events.n_items, 1)
        self.n, self.many = n, course.drawn
        self.chance = course.usual * counts / max(counts.sum(), 1.0) + (1 - course.usual) / n
        self.chance /= self.chance.sum()
        self.rising = np.cumsum(self.chance)

    def __call__(self, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
        """Products, and the logarithm of how often each was to be expected."""
        if self.n <= self.many:
            return torch.arange(self.n), torch.zeros(self.n)
        drawn = np.minimum(np.searchsorted(self.rising, np.sort(rng.random(self.many))), self.n - 1)
        return torch.from_numpy(drawn), torch.from_numpy(np.log(self.many * self.chance[drawn]).astype(np.float32))


def _learned(net: SasRec, optimiser: torch.optim.Optimizer, seen: Any, draw: _Draw, seed: int, epoch: int) -> float:
    """One time through all lessons; the mean loss."""
    rng = generator(seed, "recommend", "net", "drawn", epoch)
    total, n = 0.0, 0
    net.train()
    for each in seen:
        loss = _loss(net, each, *draw(rng))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        total, n = total + float(loss.detach()) * len(each.right), n + len(each.right)
    return total / max(n, 1)


def _loss(net: SasRec, lesson: Lesson, drawn: Tensor, log_times: Tensor) -> Tensor:
    given, row, place, right, weight = (
        torch.from_numpy(each) for each in (lesson.given, lesson.row, lesson.place, lesson.right, lesson.weight)
    )
    told = net(net.items(given))[row, place]
    return sampled_loss(told, net.items.weight, right, drawn, log_times, weight)


def _ndcg(net: SasRec, asked: Histories, row: np.ndarray, item: np.ndarray, places: int) -> float:
    """NDCG at ten of what came, among products that are new to the customer where it was; ties count against."""
    gains = []
    net.eval()
    order = np.argsort(row, kind="stable")
    row, item = row[order], item[order]
    with torch.no_grad():
        for start in range(0, len(asked), AT_ONCE):
            rows = np.arange(start, min(start + AT_ONCE, len(asked)))
            given, n = padded(asked, rows, places)
            last = net(net.items(torch.from_numpy(given)))[torch.arange(len(rows)), torch.from_numpy(n - 1)]
            scores = (last @ net.items.weight.T).numpy()
            first, end = np.searchsorted(row, [start, start + len(rows)])
            for at in range(first, end):
                mine, seen = scores[row[at] - start], asked.seen(int(row[at]))
                better = int((mine >= mine[item[at]]).sum()) - 1
                if item[at] not in seen:
                    better -= int((mine[np.unique(seen)] >= mine[item[at]]).sum())
                gains.append(1 / np.log2(better + 2) if better < DEPTH else 0.0)
    return float(np.mean(gains)) if gains else 0.0


def _save(file: Path | None, done: Fit, net: SasRec, optimiser: torch.optim.Optimizer) -> None:
    """A kill while writing leaves the checkpoint before."""
    if file is None:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    content = {
        "epoch": done.epoch, "best": done.best, "best_epoch": done.best_epoch, "weights": done.weights,
        "watched": done.watched, "losses": done.losses,
    }  # fmt: skip
    torch.save(content | {"net": net.state_dict(), "optimiser": optimiser.state_dict()}, file.with_suffix(".part"))
    os.replace(file.with_suffix(".part"), file)


def _resumed(file: Path | None, net: SasRec, optimiser: torch.optim.Optimizer) -> Fit:
    if file is None or not file.is_file():
        return Fit()
    kept = torch.load(file, weights_only=True)
    net.load_state_dict(kept.pop("net"))
    optimiser.load_state_dict(kept.pop("optimiser"))
    return Fit(**kept)
