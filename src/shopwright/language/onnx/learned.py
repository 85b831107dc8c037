"""Which texts an encoder was tuned on, as hashes beside its weights: whoever judges it on those flatters it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from shopwright.i18n import t
from shopwright.language.onnx.files import read_json, unreadable
from shopwright.language.texts import words_of

__all__ = ["LEARNED", "hashes", "read", "seen", "write"]

LEARNED = "learned.json"
_DIGITS = 16  # of a hash: two of a million texts are alike in one case of a hundred million


def hashes(texts: Iterable[str]) -> list[str]:
    """One for each text, the same whatever its case and spaces."""
    return [hashlib.sha256(words_of(text).encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS] for text in texts]


def seen(texts: Sequence[str], learned: frozenset[str]) -> NDArray[np.bool_]:
    """Which of the texts are among those learned from."""
    if not learned:
        return np.zeros(len(texts), np.bool_)
    return np.array([one in learned for one in hashes(texts)], np.bool_)


def write(folder: Path, texts: Iterable[str]) -> None:
    """Say in a model's folder what it was tuned on."""
    (folder / LEARNED).write_text(json.dumps({"texts": sorted(set(hashes(texts)))}), "utf-8", newline="\n")


def read(folder: Path) -> frozenset[str]:
    """Hashes of the texts that the model in a folder was tuned on; none where nothing says so.

    Raises:
        ModelError: the file holds something else.
    """
    file = folder / LEARNED
    found = read_json(file).get("texts") if file.is_file() else []
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise unreadable(file, t("it holds no list of hashes"))
    return frozenset(found)
