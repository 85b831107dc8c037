"""Random numbers that do not depend on who draws them first.

A stream is derived from the seed and a name, `generator(seed, "demand", sku)`, so one worker or many, in any
order, draw the same digits.
"""

from __future__ import annotations

import hashlib

import numpy as np

__all__ = ["derive", "generator"]


def derive(seed: int, *names: str | int) -> int:
    """A 64-bit seed from a seed and the names of what it is for."""
    digest = hashlib.blake2b(repr((int(seed), *names)).encode(), digest_size=8)
    return int.from_bytes(digest.digest(), "little")


def generator(seed: int, *names: str | int) -> np.random.Generator:
    """A random generator of its own for `names` under `seed`."""
    return np.random.Generator(np.random.PCG64(derive(seed, *names)))
