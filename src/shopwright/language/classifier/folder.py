"""A classifier as a folder: numbers in safetensors, the rest in JSON, nothing that runs when it is read."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from shopwright.errors import ModelError
from shopwright.i18n import Text, t

__all__ = ["VERSION", "read", "write"]

VERSION = 3  # 1: the head over vectors was added as it is, not by its logarithm; 2: none learned without labels
_FACTS, _NUMBERS = "classifier.json", "classifier.safetensors"

Arrays = dict[str, np.ndarray[Any, Any]]


def write(folder: Path, arrays: Arrays, facts: Mapping[str, Any], extra: Callable[[Path], dict[str, Any]]) -> None:
    """Write the whole folder or nothing; `extra` may put more into it and returns facts about that.

    Raises:
        ModelError: it cannot be written, or something else is in its place (MODEL-62).
    """
    from safetensors.numpy import save

    folder = Path(os.path.abspath(folder))  # "." has no name to write beside
    half_done = folder.with_name(f".{folder.name}.{os.getpid()}.tmp")
    try:
        if folder.exists() and not (folder / _FACTS).is_file() and any(folder.iterdir()):
            raise FileExistsError(str(folder))
        shutil.rmtree(half_done, ignore_errors=True)
        half_done.mkdir(parents=True)
        packed = save({name: np.ascontiguousarray(value) for name, value in arrays.items()})
        (half_done / _NUMBERS).write_bytes(packed)  # save_file would let nobody else read it
        whole = {"version": VERSION, **facts, **extra(half_done)}
        (half_done / _FACTS).write_text(json.dumps(whole, ensure_ascii=False, indent=1), "utf-8", "surrogatepass")
        _put(half_done, folder)
    except OSError as error:
        shutil.rmtree(half_done, ignore_errors=True)
        raise ModelError(
            t("the classifier cannot be written to {folder}", folder=folder),
            why=t("the system said: {error}", error=error),
            fix=t("name a new folder, or one that holds a classifier, on a disk with room"),
            code="MODEL-62",
        ) from error


def _put(half_done: Path, folder: Path) -> None:
    """Rename into place; what was there is renamed away first, so that a kill loses neither."""
    away = half_done.with_suffix(".old")
    if folder.exists():
        folder.replace(away)
    try:
        half_done.replace(folder)
    except OSError:
        if away.exists():
            away.replace(folder)
        raise
    shutil.rmtree(away, ignore_errors=True)


def read(folder: Path) -> tuple[Arrays, dict[str, Any]]:
    """Arrays and facts of a folder that `write` made.

    Raises:
        ModelError: a file is missing or damaged (MODEL-63), or written by a newer version (MODEL-64).
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        facts = json.loads((folder / _FACTS).read_text("utf-8", "surrogatepass"))
        arrays = load_file(folder / _NUMBERS)
        version = int(facts["version"])
    except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
        raise broken(folder, error) from error
    if version > VERSION:
        raise ModelError(
            t("the classifier in {folder} is from a newer Shopwright", folder=folder),
            why=t("its format is {found} and this version reads up to {known}", found=version, known=VERSION),
            fix=t("update Shopwright, or fit the classifier again"),
            code="MODEL-64",
        )
    return arrays, facts


def broken(folder: Path, error: Exception | Text) -> ModelError:
    """The error for a folder that holds no whole classifier."""
    return ModelError(
        t("there is no whole classifier in {folder}", folder=folder),
        why=t("reading {file} failed: {error}", file=f"{_FACTS}, {_NUMBERS}", error=error),
        fix=t("name the folder that TextClassifier.save wrote, or fit it again"),
        code="MODEL-63",
    )
