"""An encoder in onnxruntime: texts sorted by length, batches without much padding, one batch on each processor.

A batch runs on one thread and several run at once: that is quicker than several threads on one batch, and the sums
inside a batch never depend on how many processors there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from shopwright.errors import ModelError
from shopwright.i18n import t
from shopwright.language.encoders import Vectors
from shopwright.language.onnx.card import MODEL, Card, read
from shopwright.language.onnx.files import digest, must_exist, unreadable
from shopwright.language.onnx.graph import IDS, MASK, TYPES
from shopwright.language.onnx.learned import read as known
from shopwright.language.onnx.session import open_session, run
from shopwright.language.onnx.tokens import Tokens
from shopwright.language.onnx.weights import Array
from shopwright.language.texts import checked
from shopwright.processor import cores
from shopwright.progress import step

__all__ = ["OnnxEncoder"]

BATCH_TOKENS = 256  # with padding; larger ones pad more and leave the processor's cache
SORTED_TOGETHER = 20_000  # texts whose tokens are held at once


class OnnxEncoder:
    """A sentence encoder of the BERT family.

    Args:
        model: the bytes of an ONNX model that gives one vector for each text.
        tokens: its tokenizer.
        card: facts about it.
        threads: batches computed at once; None takes the processors this process may use.
        learned: hashes of the texts it was tuned on.

    Raises:
        ModelError: onnxruntime cannot load the model.
    """

    def __init__(
        self,
        model: bytes,
        tokens: Tokens,
        card: Card,
        *,
        threads: int | None = None,
        learned: frozenset[str] = frozenset(),
    ) -> None:
        self.card, self.learned = card, learned
        self._tokens, self._threads = tokens, threads or cores()
        self._session = open_session(model, name=card.name)
        self._has_types = TYPES in {given.name for given in self._session.get_inputs()}

    @classmethod
    def open(cls, folder: Path, *, threads: int | None = None) -> OnnxEncoder:
        """The encoder that `export` wrote into a folder.

        Raises:
            ModelError: a file is missing, changed, or cannot be read.
        """
        from shopwright.language.onnx.foreign import refuse_outside

        card, path = read(folder), must_exist(folder / MODEL)
        if digest(path) != card.sha256:
            raise unreadable(path, t("it is not the file that was added: its SHA-256 is another"))
        model = path.read_bytes()
        refuse_outside(model, path)
        return cls(model, Tokens.read(folder, card), card, threads=threads, learned=known(folder))

    @property
    def name(self) -> str:
        """Name, precision and hash of the weights."""
        return f"{self.card.name}-{self.card.precision}-{self.card.sha256[:12]}"

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return self.card.dimensions

    def __repr__(self) -> str:
        return f"OnnxEncoder({self.name!r}, dimensions={self.dimensions})"

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Float32 of shape (texts, dimensions), rows of length one.

        A text is read up to its model's longest, and no more than 64 characters for each of these tokens.

        Raises:
            ModelError: something else than a list of texts was given, or the model failed.
        """
        texts = checked(texts)
        vectors = np.empty((len(texts), self.dimensions), np.float32)
        with step(t("Encoding texts"), total=len(texts)) as bar:
            for start in range(0, len(texts), SORTED_TOGETHER):
                some = texts[start : start + SORTED_TOGETHER]
                self._fill(vectors[start : start + SORTED_TOGETHER], some, bar)
        return vectors

    def _fill(self, vectors: Vectors, texts: list[str], bar: Any) -> None:
        ids = self._tokens.ids(texts)

        def one(batch: list[int]) -> int:
            vectors[batch] = self._batch([ids[at] for at in batch])
            return len(batch)

        made = list(batches([len(found) for found in ids]))
        if len(made) < 2 or self._threads < 2:
            for batch in made:
                bar.advance(one(batch))
            return
        with ThreadPoolExecutor(min(self._threads, len(made))) as pool:
            for n in pool.map(one, made):
                bar.advance(n)

    def _batch(self, ids: list[list[int]]) -> Vectors:
        inputs = padded(ids)
        if self._has_types:
            inputs[TYPES] = np.zeros_like(inputs[IDS])
        found = run(self._session, inputs, self.name)[0]
        if found.shape != (len(ids), self.dimensions) or not np.isfinite(found).all():
            raise ModelError(
                t("{name} gave no vectors of {n} numbers", name=self.name, n=self.dimensions),
                why=t("got an array of shape {shape}, or numbers that are not finite", shape=str(found.shape)),
                fix=t("add it again: shopwright models add {name} --force", name=self.card.name),
                code="MODEL-43",
            )
        return unit(found)


def batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Places of the texts of each batch: alike in length, and no more than BATCH_TOKENS with padding."""
    batch: list[int] = []
    for at in sorted(range(len(lengths)), key=lambda at: -lengths[at]):
        if batch and (len(batch) + 1) * lengths[batch[0]] > BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(at)
    if batch:
        yield batch


def padded(ids: Sequence[Sequence[int]]) -> dict[str, Array]:
    """Token ids and mask as the graph takes them; id 0 where the mask is 0."""
    found = np.zeros((len(ids), max(map(len, ids))), np.int64)
    mask = np.zeros_like(found)
    for row, some in enumerate(ids):
        found[row, : len(some)] = some
        mask[row, : len(some)] = 1
    return {IDS: found, MASK: mask}


def unit(vectors: Array) -> Vectors:
    """Rows of length one; a row of zeros, which has no direction, gets the first axis."""
    vectors = vectors.astype(np.float32, copy=True)
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors[length[:, 0] == 0, 0] = 1.0
    return np.asarray(vectors / np.where(length == 0, 1.0, length), np.float32)
