"""Themes on disk: numbers in safetensors, the rest in JSON, nothing that runs when it is read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shopwright.errors import StoreError
from shopwright.i18n import Text, t

__all__ = ["load", "save"]

FORMAT = "shopwright-themes-1"
FACTS, NUMBERS = "themes.json", "themes.safetensors"
Arrays = dict[str, NDArray[np.float32]]


def save(folder: Path, numbers: Arrays, facts: dict[str, Any]) -> None:
    """Write both files under other names, then rename them.

    Raises:
        StoreError: they could not be written (REVIEWS-45).
    """
    from safetensors.numpy import save as packed

    try:
        folder.mkdir(parents=True, exist_ok=True)
        arrays = {name: np.ascontiguousarray(part) for name, part in numbers.items()}
        (folder / f".{NUMBERS}").write_bytes(packed(arrays))  # save_file would let nobody else read it
        (folder / f".{FACTS}").write_text(json.dumps({"format": FORMAT, **facts}, ensure_ascii=False), "utf-8")
        for name in (NUMBERS, FACTS):
            (folder / f".{name}").replace(folder / name)
    except OSError as error:
        raise StoreError(
            t("the themes could not be written to {folder}", folder=folder),
            why=t("the system says: {reason}", reason=error.strerror or str(error)),
            fix=t("name another folder, or make room"),
            code="REVIEWS-45",
        ) from error


def load(folder: Path) -> tuple[Arrays, dict[str, Any]]:
    """What `save` wrote.

    Raises:
        StoreError: the folder holds no themes, or they cannot be read (REVIEWS-46).
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        facts = json.loads((folder / FACTS).read_text("utf-8"))
        numbers: Arrays = load_file(folder / NUMBERS)
        if facts["format"] != FORMAT:
            raise _unreadable(folder, t("they are of another version: {found}", found=str(facts["format"])))
        n, dimensions = numbers["centres"].shape
        if not n == len(facts["names"]) == len(facts["words"]) or numbers["mean"].shape != (dimensions,):
            raise _unreadable(folder, t("names and numbers do not fit to each other"))
        facts = {**facts, **{name: float(facts[name]) for name in ("least_close", "typical_close")}}
        str(facts["encoder"])
    except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
        raise _unreadable(folder, Text.literal(str(error))) from error
    return numbers, facts


def _unreadable(folder: Path, why: Text) -> StoreError:
    return StoreError(
        t("there are no themes to read in {folder}", folder=folder),
        why=why,
        fix=t("name a folder that Themes.save wrote, or find the themes anew"),
        code="REVIEWS-46",
    )
