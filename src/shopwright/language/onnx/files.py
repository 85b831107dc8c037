"""Files of a model's folder: read with the errors that say which one is missing or wrong."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from shopwright.errors import ModelError
from shopwright.i18n import Text, t

__all__ = ["PICKLED", "digest", "must_exist", "read_json", "refuse_code", "refuse_pickles", "unreadable"]

# Formats that run code while they are read
PICKLED = (".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".joblib")


def must_exist(path: Path) -> Path:
    """The path, if there is a file.

    Raises:
        ModelError: there is none.
    """
    if path.is_file():
        return path
    there = sorted(entry.name for entry in path.parent.iterdir()) if path.parent.is_dir() else []
    raise ModelError(
        t("{file} is missing", file=str(path)),
        why=t("a model's folder needs it; found there: {names}", names=", ".join(there[:12]) or "-")
        if path.parent.is_dir()
        else t("there is no folder {folder}", folder=str(path.parent)),
        fix=t("get the folder again, whole, or name another one"),
        code="MODEL-20",
    )


def read_json(path: Path, *, needed: bool = True) -> dict[str, Any]:
    """A JSON object from a file; empty where the file is not there and not needed.

    Raises:
        ModelError: it is missing, or holds no JSON object.
    """
    if not needed and not path.is_file():
        return {}
    try:
        value = json.loads(must_exist(path).read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise unreadable(path, Text.literal(str(error))) from error
    if not isinstance(value, dict):
        raise unreadable(path, t("it holds no JSON object"))
    return value


def unreadable(path: Path, problem: Text) -> ModelError:
    """The error for a file that is there and cannot be read as what its name says."""
    return ModelError(
        t("{file} cannot be read", file=str(path)),
        why=problem,
        fix=t("it may have been cut short on its way: get it again"),
        code="MODEL-21",
    )


def refuse_pickles(folder: Path) -> None:
    """Say why weights are not loaded where the only ones are in a format that runs code.

    Raises:
        ModelError: the folder holds such files.
    """
    pickled = sorted(entry.name for entry in folder.iterdir() if entry.suffix in PICKLED) if folder.is_dir() else []
    if pickled:
        raise ModelError(
            t("{file} is not loaded", file=str(folder / pickled[0])),
            why=t("it is a pickle, and reading a pickle can run any program hidden in it"),
            fix=t("take the model's model.safetensors or ONNX file; most hubs offer them beside the pickle"),
            code="MODEL-22",
        )


def refuse_code(config: dict[str, Any], path: Path) -> None:
    """Refuse a model that brings Python code of its own.

    Raises:
        ModelError: its configuration names such code.
    """
    if config.get("auto_map") or config.get("trust_remote_code"):
        raise ModelError(
            t("{file} asks for code of its own", file=str(path)),
            why=t("the model works only with Python files that come with it, and these are never run"),
            fix=t("take a model of the BERT family, or one that comes as an ONNX file"),
            code="MODEL-33",
        )


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
