"""Which encoder a classifier reads with, and how it is found again when the classifier is loaded."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shopwright.errors import ModelError
from shopwright.i18n import t
from shopwright.language.encoders import Encoder, encoder, opened
from shopwright.language.onnx.files import PICKLED

__all__ = ["Reader", "find", "reopen"]

_FOLDER = "encoder"  # beside the heads, where the encoder is a folder of its own


@dataclass(frozen=True, slots=True)
class Reader:
    """An encoder and where it came from.

    Attributes:
        encoder: the encoder, None for n-grams alone.
        source: `static`, the name of an added model, `folder`, `object`, or empty for none.
        folder: of the model, where it came from one.
        keeper: what keeps that folder from being cleaned away.
    """

    encoder: Encoder | None
    source: str
    folder: Path | None = None
    keeper: object = None

    @property
    def name(self) -> str:
        """The encoder's own name, with the hash of its weights; empty without one."""
        return "" if self.encoder is None else self.encoder.name

    @property
    def learned(self) -> frozenset[str]:
        """Hashes of the texts it was tuned on, where it says so."""
        return getattr(self.encoder, "learned", frozenset())

    def save(self, folder: Path) -> dict[str, str]:
        """Copy the model into a classifier's folder where it lies in one; returns how to find it again."""
        if self.folder is not None:
            pickled = [f"*{ending}" for ending in PICKLED]
            shutil.copytree(self.folder, folder / _FOLDER, ignore=shutil.ignore_patterns(".*", *pickled))
        return {"source": self.source, "name": self.name}


def find(asked: str | Path | Encoder | None) -> Reader:
    """The encoder that was asked for; `auto` is the first of the added models, else the static one.

    Raises:
        ModelError: there is none of that name, or its folder cannot be used.
    """
    from shopwright.language import models

    if asked is None:
        return Reader(None, "")
    if not isinstance(asked, str | Path):
        return Reader(opened(asked), "object")
    added = models.names()
    chosen = next(iter(added), "static") if asked == "auto" else asked
    if isinstance(chosen, str) and chosen in ("static", *added):  # also where a folder of that name lies about
        return Reader(encoder(chosen), chosen)
    return Reader(encoder(chosen), "folder", Path(chosen).expanduser())


def reopen(folder: Path, written: dict[str, Any], given: str | Path | Encoder | None) -> Reader:
    """The encoder a saved classifier was fitted with.

    Raises:
        ModelError: it was an object and none was given (MODEL-60), it is not the same any more (MODEL-61), or there is
            none of the name that was given.
    """
    source, name = str(written["source"]), str(written["name"])
    if given is not None:
        found = find(given)
        if source not in ("folder", "object"):  # saved again, it is found by its name again
            found = Reader(found.encoder, source)
    elif source == "object":
        raise ModelError(
            t("the classifier in {folder} needs its encoder", folder=folder),
            why=t("it was fitted with {name}, an object that was not saved with it", name=name),
            fix=t("hand it over: TextClassifier.load(folder, encoder=…)"),
            code="MODEL-60",
        )
    elif source == "folder":
        found = Reader(encoder(folder / _FOLDER), source, folder / _FOLDER)
    else:
        found = find(source or None)
    is_same = found.name == name if source != "folder" else _weights(found.name) == _weights(name)
    if not is_same:
        raise ModelError(
            t("the classifier in {folder} was fitted with another encoder", folder=folder),
            why=t("it needs {name} and found {found}", name=name or "-", found=found.name or "-"),
            fix=t("fit it again, or bring back the encoder it was fitted with"),
            code="MODEL-61",
        )
    return found


def _weights(name: str) -> str:
    """Precision and hash at the end of an encoder's name; what stands before may be the folder it lay in."""
    return "-".join(name.split("-")[-2:])
