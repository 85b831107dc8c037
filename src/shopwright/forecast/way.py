"""How a forecast is computed: seed, threads, and what is left out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

__all__ = ["Way"]


@dataclass(frozen=True, slots=True)
class Way:
    """How to compute.

    Attributes:
        seed: of everything drawn.
        threads: of the processor, 0 for all there are; they change no digit.
        without: kinds of features that the trees do without.
        selects: whether trees leave out what did harm in the windows, and learn from made-up products where those help.
        shop: folder of the shop whose settings, budgets and ledger a chat model goes by; None: this user's.
    """

    seed: int = 0
    threads: int = 0
    without: frozenset[str] = frozenset()
    selects: bool = True
    shop: Path | None = None
