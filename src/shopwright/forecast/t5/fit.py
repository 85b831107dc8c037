"""Tuning the network to one panel at one learning rate: short, stopped early, and taken up again after a stop."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch

from shopwright.forecast.panel import Panel
from shopwright.forecast.t5.inputs import Histories
from shopwright.forecast.t5.lessons import Lesson, lessons_of, whole_at
from shopwright.forecast.t5.net import DemandNet, pinball
from shopwright.seeds import generator

__all__ = ["Course", "Fit", "fit", "held_out_loss", "mixed"]

LEARNED = 0.5  # of the way from the weights begun with to those learned
MOST_WATCHED = 2_000  # products that early stopping looks at
AT_ONCE = 256


@dataclass(frozen=True, slots=True)
class Course:
    """What may be learned from, and what stops the learning.

    Attributes:
        panel: sales with the horizon that will be asked for.
        origins: periods known before each lesson, rising.
        until: periods whose truth may be learned from.
        cut: periods whose truth may be seen at all; what lies between stops the learning early.
    """

    panel: Panel
    origins: tuple[int, ...]
    until: int
    cut: int


@dataclass
class Fit:
    """How far a tuning at one rate has come.

    Attributes:
        rate: of learning.
        step: lessons learned.
        best: least loss of the horizon held out.
        best_step: when that was.
        weights: of then.
        losses: of the horizon held out, by step.
    """

    rate: float
    step: int = 0
    best: float = float("inf")
    best_step: int = 0
    weights: dict[str, Any] = field(default_factory=dict)
    losses: dict[int, float] = field(default_factory=dict)


def fit(  # noqa: PLR0913 - how to learn, by name
    net: DemandNet,
    course: Course,
    rate: float,
    *,
    steps: int,
    batch: int,
    every: int,
    patience: int,
    seed: int,
    file: Path,
    watch: Callable[[int, float], None] = lambda step, loss: None,
) -> Fit:
    """Learn until the horizon held out is told no better, or to the last step.

    Args:
        net: what is tuned, in place.
        course: what is learned from.
        rate: of learning, at its highest.
        steps: at most.
        batch: products in a lesson.
        every: steps between looks at the horizon held out.
        patience: looks without a gain that end it.
        seed: of the lessons' order.
        file: of the checkpoint, which it goes on from.
        watch: told the step and its loss.
    """
    optimiser = torch.optim.AdamW(net.parameters(), lr=rate, weight_decay=0.01)
    done = _resumed(file, rate, net, optimiser)
    wholes = {end: whole_at(course.panel, end) for end in course.origins}
    held = _held_out(course)
    if not done.step:
        _look(done, net, held)
    while done.step < steps and (done.step - done.best_step) < every * patience:
        for group in optimiser.param_groups:
            group["lr"] = rate * min(1.0, (done.step + 1) / 20) * (1 - 0.9 * done.step / steps)
        seen = _drawn(course, wholes, batch, seed, done.step)
        loss = pinball(net.train()(*_tensors(seen)), torch.from_numpy(seen.truth), torch.from_numpy(seen.weight))
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        done.step += 1
        watch(done.step, float(loss.detach()))
        if done.step % every == 0:
            _look(done, net, held)
            _save(file, done, net, optimiser)
    return done


def mixed(begun: dict[str, Any], tries: list[Fit]) -> dict[str, Any]:
    """Half of the way from the weights begun with to the mean of what all tries learned.

    What stops a try is one horizon, which may be unlike the next: the mean of several tries and their start holds where
    a single one does not (Wortsman et al. 2022, model soups and robust fine-tuning).

    Args:
        begun: weights that all tries began with.
        tries: those that learned nothing are left out; none left: the weights begun with.
    """
    learned = [each.weights for each in tries if each.best_step]
    if not learned:
        return begun
    means = {name: sum(weights[name] for weights in learned) / len(learned) for name in begun}
    return {name: torch.lerp(begun[name], means[name], LEARNED) for name in begun}


def held_out_loss(net: DemandNet, course: Course) -> float:
    """Loss of the horizon held out."""
    seen = Fit(0.0)
    _look(seen, net, _held_out(course))
    return seen.best


def _look(done: Fit, net: DemandNet, held: Lesson) -> None:
    """Measure on the horizon held out, and keep the weights if they are the best so far."""
    total, weight = 0.0, 0.0
    with torch.no_grad():
        for start in range(0, len(held.truth), AT_ONCE):
            part = slice(start, start + AT_ONCE)
            told = net.eval()(*(torch.from_numpy(np.ascontiguousarray(each[part])) for each in held.given))
            share = torch.from_numpy(held.weight[part])
            total += float(pinball(told, torch.from_numpy(held.truth[part]), share) * share.sum())
            weight += float(share.sum())
    loss = total / max(weight, 1e-9)
    done.losses[done.step] = loss
    if loss < done.best:
        done.best, done.best_step = loss, done.step
        done.weights = {name: value.detach().clone() for name, value in net.state_dict().items()}


def _held_out(course: Course) -> Lesson:
    panel, end = course.panel, course.until
    rows = np.flatnonzero(np.isfinite(panel.truth(end)[:, : course.cut - end]).any(axis=1))
    rows = rows[:: max(1, len(rows) // MOST_WATCHED)]
    return lessons_of(panel, end, course.cut, rows, whole_at(panel, end))


def _drawn(course: Course, wholes: dict[int, Histories], batch: int, seed: int, step: int) -> Lesson:
    """The lesson of a step, by its number alone."""
    rng = generator(seed, "tune", step)
    end = int(rng.choice(course.origins))
    truth = course.panel.units[:, end : min(end + course.panel.horizon, course.until)]
    usable = np.isfinite(course.panel.units[:, :end]).any(axis=1) & np.isfinite(truth).any(axis=1)
    rows = np.flatnonzero(usable)
    rows = np.sort(rng.choice(rows, min(batch, len(rows)), replace=False))
    return lessons_of(course.panel, end, course.until, rows, wholes[end])


def _tensors(seen: Lesson) -> list[torch.Tensor]:
    return [torch.from_numpy(each) for each in seen.given]


def _save(file: Path, done: Fit, net: DemandNet, optimiser: torch.optim.Optimizer) -> None:
    """A kill while writing leaves the checkpoint before."""
    file.parent.mkdir(parents=True, exist_ok=True)
    content = {
        "rate": done.rate,
        "step": done.step,
        "best": done.best,
        "best_step": done.best_step,
        "weights": done.weights,
        "losses": done.losses,
        "net": net.state_dict(),
        "optimiser": optimiser.state_dict(),
    }
    torch.save(content, file.with_suffix(".part"))
    os.replace(file.with_suffix(".part"), file)


def _resumed(file: Path, rate: float, net: DemandNet, optimiser: torch.optim.Optimizer) -> Fit:
    if not file.is_file():
        return Fit(rate)
    kept = torch.load(file, weights_only=True)
    net.load_state_dict(kept.pop("net"))
    optimiser.load_state_dict(kept.pop("optimiser"))
    return Fit(**kept)
