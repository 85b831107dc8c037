"""Training libraries held back: nothing on the terminal, nothing from the network, one missing-extra error."""

from __future__ import annotations

import importlib.util
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from shopwright.errors import ExtraMissing
from shopwright.progress import Step

__all__ = ["followed", "need", "quiet", "speed", "written"]

_inside: list[tuple[bool, bool]] = []  # what was set before each block that is still open, the first one's first
_lock = threading.Lock()


def need(*libraries: str) -> None:
    """See that the `train` extra is there.

    Raises:
        ExtraMissing: one of the libraries is not installed.
    """
    for library in libraries:
        if importlib.util.find_spec(library) is None:
            raise ExtraMissing.of(library, "train")


@contextmanager
def quiet() -> Iterator[None]:
    """No bars and warnings of other libraries inside the block, and no look-ups in the hub."""
    import datasets  # type: ignore[import-not-found,unused-ignore]
    from transformers.utils import logging

    level, bars = logging.get_verbosity(), datasets.are_progress_bars_disabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    datasets.disable_progress_bars()
    try:
        with _shut(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.set_verbosity(level)
        logging.enable_progress_bar()
        if not bars:
            datasets.enable_progress_bars()


@contextmanager
def _shut() -> Iterator[None]:
    """No look-ups in the hub inside the block; afterwards as it was, or models could no longer be loaded from there.

    The switches are the process's: with blocks side by side, the last one to end sets them back.
    """
    from datasets import config  # type: ignore[import-not-found,unused-ignore]
    from huggingface_hub import constants

    with _lock:
        _inside.append((constants.HF_HUB_OFFLINE, config.HF_HUB_OFFLINE))
        constants.HF_HUB_OFFLINE = config.HF_HUB_OFFLINE = True
    try:
        yield
    finally:
        with _lock:
            before = _inside[0]
            _inside.pop()
            if not _inside:
                constants.HF_HUB_OFFLINE, config.HF_HUB_OFFLINE = before


def followed(bar: Step) -> Any:
    """A callback of the trainer that moves our own progress bar, one step at a time."""
    from transformers import TrainerCallback

    class Followed(TrainerCallback):  # type: ignore[misc,unused-ignore]
        def on_train_begin(self, args: Any, state: Any, control: Any, **more: Any) -> None:
            bar.advance(state.global_step)

        def on_step_end(self, args: Any, state: Any, control: Any, **more: Any) -> None:
            bar.advance()

    return Followed()


def written(folder: Any) -> Any:
    """A callback of the trainer that writes TensorBoard's log into a folder."""
    from torch.utils.tensorboard import SummaryWriter
    from transformers.integrations import TensorBoardCallback

    return TensorBoardCallback(SummaryWriter(log_dir=str(folder)))


def speed() -> dict[str, Any]:
    """How to compute: on the processor, in bfloat16 where it has instructions for that (1.7 times as fast here)."""
    import torch

    has = getattr(torch.cpu, "_is_avx512_bf16_supported", None)
    return {"use_cpu": True, "bf16": bool(has is not None and has())}
