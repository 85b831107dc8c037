"""The folder of weights that tuning starts from."""

from __future__ import annotations

import os
from pathlib import Path

from shopwright.errors import ModelError
from shopwright.i18n import t
from shopwright.language.models import sources
from shopwright.language.models.offers import offer
from shopwright.language.models.store import folder as models_folder
from shopwright.language.models.store import names, no_such
from shopwright.language.onnx import card, sentence
from shopwright.language.onnx.files import must_exist, read_json, refuse_code, refuse_pickles

__all__ = ["TOKENIZER", "WEIGHTS", "checked", "find"]

WEIGHTS, INDEX = "model.safetensors", "model.safetensors.index.json"  # in one file, or what is in which of several
TOKENIZER = "tokenizer.json"


def find(base: str | os.PathLike[str]) -> Path:
    """The folder with the safetensors of an offered or added model, or of any folder.

    Raises:
        ModelError: there is no such model, its weights are pickled (MODEL-22) or not at hand (MODEL-71).
    """
    asked = os.fspath(base)
    is_name = isinstance(base, str) and "/" not in asked and os.sep not in asked
    if is_name and (offer(asked) is not None or asked in names() or not Path(asked).is_dir()):
        return checked(_by_name(asked))
    return checked(Path(asked).expanduser())


def checked(folder: Path) -> Path:
    """A folder that transformers may load and that can be exported again: safetensors, neither pickles nor code.

    Raises:
        ModelError: a file is missing, cannot be read, or would run code.
    """
    config = read_json(must_exist(folder / "config.json"))
    refuse_code(config, folder / "config.json")
    if not (folder / INDEX).is_file():
        _must_be_safe(folder / WEIGHTS)
    for step in sentence.read(folder).dense:
        _must_be_safe(step.path)
    must_exist(folder / TOKENIZER)
    return folder


def _must_be_safe(weights: Path) -> None:
    if not weights.is_file():
        refuse_pickles(weights.parent)
    must_exist(weights)


def _by_name(name: str) -> Path:
    known = offer(name)
    if known is not None and known.package and sources.installed(known) is not None:
        return sources.folder_of(known)
    if name not in names():
        raise no_such(name)
    origin = card.read(models_folder() / name).origin
    kind, _, place = origin.partition(" ")
    if kind == "folder" and (Path(place) / WEIGHTS).is_file():
        return Path(place)
    raise ModelError(
        t("the weights that {name} was made from are not at hand", name=repr(name)),
        why=t("a model in eight bits cannot be trained further; it came from: {origin}", origin=origin or "-"),
        fix=t("hand over the folder with its config.json and model.safetensors: --base FOLDER"),
        code="MODEL-71",
    )
