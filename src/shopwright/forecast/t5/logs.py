"""Where the course of a tuning is written: TensorBoard's files, and Weights & Biases where that is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["scalars"]


@contextmanager
def scalars(folder: Path, name: str, project: str = "") -> Iterator[Callable[[str, float, int], None]]:
    """A function that writes a number under a name at a step.

    Args:
        folder: of TensorBoard's files.
        name: of this run, a folder below it.
        project: of Weights & Biases; empty: nothing is sent there.
    """
    from torch.utils.tensorboard import SummaryWriter

    writer = SummaryWriter(str(folder / name))
    run = None
    if project:
        import wandb  # type: ignore[import-not-found,unused-ignore]

        run = wandb.init(project=project, name=name, dir=str(folder))

    def write(what: str, value: float, step: int) -> None:
        writer.add_scalar(what, value, step)
        if run is not None:
            run.log({what: value}, step=step)

    try:
        yield write
    finally:
        writer.close()
        if run is not None:
            run.finish()
