"""Train the sales model: `python training/demand_t5/train.py OUT --data FOLDER`, again after a stop to go on.

Every batch is drawn from the seed and its number alone, and a checkpoint holds the optimiser too, so a run that was
killed and taken up again gives the same weights as one that was not.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import threading
import time
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

sys.path.insert(0, str(Path(__file__).parent.parent))

from demand_t5.batches import batch
from demand_t5.real import Sales, read
from shopwright.forecast.t5.lessons import Lesson
from shopwright.forecast.t5.net import SIZES, DemandNet, pinball

__all__ = ["Recipe", "State", "main", "train"]

_SETS: list[Sales] = []  # of a process that draws batches


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to train.

    Attributes:
        size: of the network, by name.
        steps: batches to learn from.
        batch: products in one.
        rate: of learning at its highest.
        warm: steps in which it rises.
        average: how much of the averaged weights a step keeps.
        seed: of everything drawn.
        is_short: whether to multiply in bfloat16.
    """

    size: str = "mini"
    steps: int = 6000
    batch: int = 256
    rate: float = 1.5e-3
    warm: int = 200
    average: float = 0.998
    seed: int = 0
    is_short: bool = True

    def rate_at(self, step: int) -> float:
        """Learning rate of a step: a straight rise, then half a cosine down to a hundredth."""
        if step < self.warm:
            return self.rate * (step + 1) / self.warm
        done = (step - self.warm) / max(self.steps - self.warm, 1)
        return self.rate * (0.01 + 0.99 * (1 + math.cos(math.pi * min(done, 1.0))) / 2)


class State:
    """A network in training: its weights, their running average, the optimiser and the steps done."""

    def __init__(self, recipe: Recipe) -> None:
        torch.manual_seed(recipe.seed)
        self.recipe, self.step = recipe, 0
        self.net = DemandNet(SIZES[recipe.size])
        self.averaged = {name: value.detach().clone() for name, value in self.net.state_dict().items()}
        decays = [value for value in self.net.parameters() if value.ndim > 1]
        plain = [value for value in self.net.parameters() if value.ndim <= 1]
        groups = [{"params": decays, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0.0}]
        self.optimiser = torch.optim.AdamW(groups, lr=recipe.rate, betas=(0.9, 0.98), fused=True)

    def learn(self, seen: Lesson) -> tuple[float, float]:
        """One step; returns its loss and the length of the gradient."""
        for group in self.optimiser.param_groups:
            group["lr"] = self.recipe.rate_at(self.step)
        with torch.autocast("cpu", torch.bfloat16, enabled=self.recipe.is_short):
            told = self.net(*tensors(seen))
        loss = pinball(told.float(), torch.from_numpy(seen.truth), torch.from_numpy(seen.weight))
        self.optimiser.zero_grad()
        loss.backward()
        length = torch.nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.optimiser.step()
        self.step += 1
        keep = min(self.recipe.average, self.step / (self.step + 10))
        for name, value in self.net.state_dict().items():
            self.averaged[name].lerp_(value.detach(), 1 - keep)
        return float(loss.detach()), float(length)

    def best(self) -> DemandNet:
        """The network with averaged weights."""
        net = DemandNet(self.net.size)
        net.load_state_dict(self.averaged)
        return net.eval()

    def save(self, file: Path) -> None:
        """Write a checkpoint; a kill while writing leaves the one before."""
        content = {
            "recipe": asdict(self.recipe),
            "step": self.step,
            "net": self.net.state_dict(),
            "averaged": self.averaged,
            "optimiser": self.optimiser.state_dict(),
        }
        torch.save(content, file.with_suffix(".part"))
        os.replace(file.with_suffix(".part"), file)

    @classmethod
    def load(cls, file: Path, steps: int = 0) -> State:
        """A checkpoint to go on from, to so many steps; 0: as many as were meant then."""
        content: dict[str, Any] = torch.load(file, weights_only=True)
        begun = Recipe(**content["recipe"])
        state = cls(replace(begun, steps=steps or begun.steps))
        state.step = content["step"]
        state.net.load_state_dict(content["net"])
        state.averaged = content["averaged"]
        state.optimiser.load_state_dict(content["optimiser"])
        return state


def tensors(seen: Lesson) -> list[Tensor]:
    """What the network reads."""
    return [torch.from_numpy(values) for values in seen.given]


def train(out: Path, data: Path | None, recipe: Recipe, *, save_every: int = 200, until: int = 0) -> State:
    """Train, or go on where a checkpoint in `out` ends, to the recipe's last step, or to `until`.

    Args:
        out: folder of checkpoint and log.
        data: folder of real sales to mix from; None: made-up ones only.
        recipe: how.
        save_every: steps between checkpoints.
        until: step after which to stop, 0 for the last; the schedule stays that of the recipe.
    """
    from torch.utils.tensorboard import SummaryWriter

    out.mkdir(parents=True, exist_ok=True)
    file = out / "checkpoint.pt"
    state = State.load(file, recipe.steps) if file.exists() else State(recipe)
    last, started, losses = until or recipe.steps, time.monotonic(), []
    context = get_context("spawn")
    log = SummaryWriter(str(out / "log"))
    with ProcessPoolExecutor(1, mp_context=context, initializer=_begin, initargs=(data,)) as pool:
        coming = [pool.submit(_drawn, recipe, state.step + at) for at in range(4)]
        while state.step < last:
            waiting: Future[Lesson] = coming.pop(0)
            coming.append(pool.submit(_drawn, recipe, state.step + 4))
            loss, length = state.learn(waiting.result())
            losses.append(loss)
            log.add_scalar("loss", loss, state.step)
            log.add_scalar("gradient", length, state.step)
            log.add_scalar("rate", state.recipe.rate_at(state.step), state.step)
            if state.step % save_every == 0 or state.step == last:
                state.save(file)
                done = {"step": state.step, "loss": sum(losses) / len(losses), "s": round(time.monotonic() - started)}
                print(json.dumps(done), flush=True)
                losses = []
        for each in coming:
            each.cancel()
    log.close()
    return state


def _begin(data: Path | None) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if data is not None:
        _SETS.extend(read(data))


def _end_with_parent() -> None:
    """A training that is killed cannot end this process, which would wait for work for ever."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _drawn(recipe: Recipe, number: int) -> Lesson:
    return batch(recipe.seed, number, recipe.batch, _SETS)


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--data", type=Path, help="folder of real sales to mix from; without it made-up ones only")
    parser.add_argument("--size", choices=list(SIZES), default="mini")
    parser.add_argument("--steps", type=int, default=Recipe().steps)
    parser.add_argument("--batch", type=int, default=Recipe().batch)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    train(asked.out, asked.data, Recipe(asked.size, asked.steps, asked.batch, seed=asked.seed))


if __name__ == "__main__":
    main()
