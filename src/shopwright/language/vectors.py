"""Vectors kept by the hash of what they are vectors of, in memory and, if wished, in a file.

The static encoder is quicker than any cache and needs none; a transformer on this machine or behind an endpoint does.
"""

from __future__ import annotations

import hashlib
import os
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from threading import Lock

import numpy as np

from shopwright.language.encoders import Encoder, Vectors
from shopwright.language.texts import checked
from shopwright.language.vector_file import VectorFile

__all__ = ["CachedEncoder", "cached"]

_CHUNK = 4096  # texts looked up, and encoded where they are new, at a time


def cached(
    encoder: Encoder, path: str | os.PathLike[str] | None = None, *, kept: int = 50_000, megabytes: int = 512
) -> CachedEncoder:
    """An encoder that remembers what it has encoded; it gives the vectors that `encoder` gives.

    Args:
        encoder: any encoder; its name, which holds a hash of its weights, is part of every key.
        path: an SQLite file that survives the process and may be shared by several; None keeps vectors in memory only.
            It holds hashes of texts, never texts.
        kept: vectors held in memory at most; those not used for longest go first.
        megabytes: size of the file at most; those not used for longest go first.
    """
    return CachedEncoder(encoder, path, kept=kept, megabytes=megabytes)


class CachedEncoder:
    """See `cached`. Safe to use from several threads."""

    def __init__(
        self,
        encoder: Encoder,
        path: str | os.PathLike[str] | None = None,
        *,
        kept: int = 50_000,
        megabytes: int = 512,
    ) -> None:
        self._encoder = encoder
        self._kept = kept
        self._memory: OrderedDict[bytes, Vectors] = OrderedDict()
        self._lock = Lock()
        self._file = None if path is None else VectorFile(Path(path), encoder.dimensions, megabytes)

    @property
    def learned(self) -> frozenset[str]:
        """Hashes of the texts the encoder was tuned on, where it says so."""
        return getattr(self._encoder, "learned", frozenset())

    @property
    def name(self) -> str:
        """The encoder's own name: a cache changes nothing."""
        return self._encoder.name

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return self._encoder.dimensions

    def encode(self, texts: Sequence[str]) -> Vectors:
        """The encoder's vectors; each distinct text is encoded once, or not at all.

        Raises:
            ModelError: `texts` is not a list of strings, or the encoder cannot encode them.
        """
        asked = checked(texts)
        out = np.empty((len(asked), self.dimensions), np.float32)
        for start in range(0, len(asked), _CHUNK):
            self._fill(asked[start : start + _CHUNK], out[start : start + _CHUNK])
        return out

    def _fill(self, texts: Sequence[str], out: Vectors) -> None:
        keys = [self._key(text) for text in texts]
        found = self._remembered(dict.fromkeys(keys))
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in found}
        if new:
            vectors = dict(zip(new, self._encoder.encode(list(new.values())), strict=True))
            if self._file is not None:
                self._file.write(vectors)
            found |= vectors
        self._remember(found)
        for at, key in enumerate(keys):
            out[at] = found[key]

    def _key(self, text: str) -> bytes:
        hashed = hashlib.blake2b(self._encoder.name.encode("utf-8", "surrogatepass"), digest_size=16)
        hashed.update(b"\0")
        hashed.update(text.encode("utf-8", "surrogatepass"))
        return hashed.digest()

    def _remembered(self, keys: Iterable[bytes]) -> dict[bytes, Vectors]:
        with self._lock:
            found = {key: self._memory[key] for key in keys if key in self._memory}
        if self._file is not None and (missing := [key for key in keys if key not in found]):
            found |= self._file.read(missing)
        return found

    def _remember(self, found: Mapping[bytes, Vectors]) -> None:
        with self._lock:
            for key, vector in found.items():
                self._memory[key] = np.array(vector, np.float32)  # a copy: a view would keep its whole batch alive
                self._memory.move_to_end(key)
            while len(self._memory) > self._kept:
                self._memory.popitem(last=False)
