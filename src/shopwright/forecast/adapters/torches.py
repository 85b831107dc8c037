"""torch and its friends held back: no talk of theirs, and draws that only the seed decides."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["drawn", "still"]

_one_at_a_time = threading.Lock()  # torch draws from one stream for the whole process


@contextmanager
def still() -> Iterator[None]:
    """Nothing on the terminal inside the block, no bars and no warnings."""
    import logging as plain

    from transformers.utils import logging

    level, off = logging.get_verbosity(), plain.root.manager.disable
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    plain.disable(plain.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        plain.disable(off)
        logging.set_verbosity(level)
        logging.enable_progress_bar()


@contextmanager
def drawn(seed: int) -> Iterator[None]:
    """What torch draws inside the block comes from this seed alone, whatever other threads do."""
    import torch

    with _one_at_a_time, torch.random.fork_rng(devices=[]), torch.inference_mode():
        torch.manual_seed(seed % 2**63)
        yield
