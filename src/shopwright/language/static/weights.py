"""The weights that ship: read, checked, made ready for use."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from shopwright.errors import ModelError
from shopwright.i18n import t
from shopwright.language.static import characters

__all__ = ["ASSET", "FALLBACK_ROWS", "FORMAT", "Weights", "digest", "read"]

ASSET = Path(__file__).parent / "assets" / "static.safetensors"
FORMAT = "shopwright-static-2"
FALLBACK_ROWS = 4096
_SHAPES = {"rows": 2, "scales": 1, "keys": 1, "near_keys": 1, "near_rows": 1, "starts": 1, "kinds": 1, "empty": 1}
Arrays = Mapping[str, NDArray[np.generic]]


@dataclass(frozen=True, slots=True)
class Weights:
    """What the encoder looks up.

    Attributes:
        digest: hash of the file's arrays.
        keys: sorted keys of what is known.
        vectors: float32 (keys + FALLBACK_ROWS, d); the last ones stand for whatever is not known.
        near_keys: sorted keys of common words with a character left out, by which a misspelt word finds them.
        near_rows: row of the word for each of them.
        kinds: kind of every code point.
        empty: unit vector of a text in which there is nothing to read.
    """

    digest: str
    keys: NDArray[np.uint64]
    vectors: NDArray[np.float32]
    near_keys: NDArray[np.uint64]
    near_rows: NDArray[np.int64]
    kinds: NDArray[np.uint8]
    empty: NDArray[np.float32]


def read(path: Path = ASSET) -> Weights:
    """The weights in a file.

    Raises:
        ModelError: the file is missing, damaged or of another format.
    """
    # The reader of safetensors without torch, loaded when a file is read.
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(str(path), framework="numpy") as file:
            about = file.metadata() or {}
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no mapping, though it looks like one
    except (OSError, SafetensorError) as error:
        raise _damaged(path, str(error)) from error
    if about.get("format") != FORMAT or set(arrays) != set(_SHAPES):
        raise _damaged(path, f"{about.get('format', '?')}: {', '.join(sorted(arrays))}")
    found = digest(arrays)
    if found != about.get("digest") or any(arrays[name].ndim != n for name, n in _SHAPES.items()):
        raise _damaged(path, f"{found[:12]} ≠ {about.get('digest', '?')[:12]}")
    return _ready(found, arrays)


def digest(arrays: Arrays) -> str:
    """Hash of the arrays of a file, in the order of their names."""
    hashed = hashlib.blake2b(digest_size=16)
    for name in sorted(arrays):
        hashed.update(name.encode())
        hashed.update(np.ascontiguousarray(arrays[name]).data)
    return hashed.hexdigest()


def _ready(found: str, arrays: Arrays) -> Weights:
    rows, known = arrays["rows"], len(arrays["rows"])
    vectors = np.empty((known + FALLBACK_ROWS, rows.shape[1]), np.float32)
    np.multiply(rows, arrays["scales"].astype(np.float32)[:, None], out=vectors[:known])
    vectors[known:] = _random_units(FALLBACK_ROWS, rows.shape[1]) * np.float32(np.median(_norms(vectors[:known])))
    kinds = characters.table(arrays["starts"].astype(np.uint32), arrays["kinds"].astype(np.uint8))
    return Weights(
        found,
        arrays["keys"].astype(np.uint64, copy=False),
        vectors,
        arrays["near_keys"].astype(np.uint64, copy=False),
        arrays["near_rows"].astype(np.int64),
        kinds,
        arrays["empty"].astype(np.float32),
    )


def _norms(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    sizes: NDArray[np.float32] = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    return sizes


def _random_units(n: int, size: int) -> NDArray[np.float32]:
    """Vectors of plus and minus signs, almost at right angles to each other; the same ones everywhere and for ever."""
    bits = np.unpackbits(np.frombuffer(hashlib.shake_256(b"shopwright static").digest(n * size // 8), np.uint8))
    return (bits.reshape(n, size).astype(np.float32) * 2 - 1) / np.float32(np.sqrt(size))


def _damaged(path: Path, found: str) -> ModelError:
    return ModelError(
        t("the weights of the static encoder cannot be read: {file}", file=path),
        why=t("the file is missing or damaged; found: {found}", found=found),
        fix=t("install Shopwright again: pip install --force-reinstall --no-deps shopwright"),
        code="MODEL-01",
    )
