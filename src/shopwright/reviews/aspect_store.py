"""Aspects as a folder: numbers in safetensors, facts and their checksum in JSON, nothing that runs when it is read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from shopwright.disk import sync
from shopwright.errors import ModelError, StoreError
from shopwright.i18n import Text, t
from shopwright.reviews.aspect_features import BLOCKS, BUCKETS, FACTS
from shopwright.reviews.aspect_head import Head
from shopwright.reviews.aspect_terms import BUCKETS as TAG_BUCKETS
from shopwright.reviews.aspect_terms import OFFSETS, Tagger
from shopwright.reviews.feelings import Feelings

__all__ = ["RETAIL", "Parts", "read", "write"]

RETAIL = Path(__file__).parent / "assets" / "aspects"
FORMAT = 1
_FACTS, _NUMBERS = "aspects.json", "aspects.safetensors"
Parts = tuple[Feelings, Head, Tagger, Tagger, dict[str, Any]]
Arrays = dict[str, "np.ndarray[Any, Any]"]


def write(folder: Path, parts: Parts) -> None:
    """Write both files; the facts come last, and carry the checksum of the numbers.

    Raises:
        StoreError: the folder cannot be written.
    """
    from safetensors.numpy import save

    feelings, head, aspects, opinions, told = parts
    arrays: Arrays = {"feelings.keys": feelings.keys, "feelings.weights": feelings.weights}
    half = {"head.blocks": head.blocks}
    arrays |= {"head.grams": head.grams, "head.facts": head.facts, "head.vectors": head.vectors, "head.bias": head.bias}
    scales = {"feelings": feelings.scale, "head": head.scale}
    for name, tagger in (("aspects", aspects), ("opinions", opinions)):
        arrays |= {f"{name}.grams": tagger.grams, f"{name}.steps": tagger.steps, f"{name}.bias": tagger.bias}
        half[f"{name}.vectors"] = tagger.vectors
        scales[name] = tagger.scale
    arrays |= {name: value.astype(np.float16) for name, value in half.items()}
    content = save({name: np.ascontiguousarray(value) for name, value in sorted(arrays.items())})
    facts = {"format": FORMAT, **told, "scales": scales, "sha256": hashlib.sha256(content).hexdigest()}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in ((_NUMBERS, content), (_FACTS, json.dumps(facts, indent=1, ensure_ascii=False).encode())):
            path = folder / f"{name}.tmp"
            path.write_bytes(data)
            sync(path)
            path.replace(folder / name)
    except OSError as error:
        raise StoreError(
            t("the aspects cannot be written to {folder}", folder=str(folder)),
            why=Text.literal(str(error)),
            fix=t("name a folder on a disk with room that may be written"),
            code="REVIEWS-53",
        ) from error


def read(folder: Path) -> Parts:
    """The parts in a folder that `write` made.

    Raises:
        ModelError: a file is missing, changed, or of another format.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        told = json.loads((folder / _FACTS).read_text("utf-8"))
        content = (folder / _NUMBERS).read_bytes()
        if told["format"] != FORMAT:
            raise ValueError(f"format {told['format']}")
        if hashlib.sha256(content).hexdigest() != told["sha256"]:
            raise ValueError("SHA-256")
        return _parts(load(content), told)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, SafetensorError) as error:
        raise ModelError(
            t("there are no whole aspects in {folder}", folder=str(folder)),
            why=t("reading {file} failed: {error}", file=f"{_FACTS}, {_NUMBERS}", error=str(error)[:200]),
            fix=t('name the folder that Aspects.save wrote, or take Aspects.load("retail")'),
            code="REVIEWS-54",
        ) from error


def _parts(arrays: Mapping[str, Any], told: dict[str, Any]) -> Parts:
    scales = told["scales"]
    width = arrays["head.blocks"].shape[1]
    shapes = {
        "head.grams": (BUCKETS, 3), "head.blocks": (BLOCKS, width, 3), "head.facts": (FACTS, 3), "head.bias": (3,),
        "head.vectors": (len(arrays["head.vectors"]), 3), "feelings.weights": (len(arrays["feelings.keys"]),),
        **{f"{name}.grams": (TAG_BUCKETS, 3) for name in ("aspects", "opinions")},
        **{f"{name}.vectors": (len(OFFSETS), width + 4, 3) for name in ("aspects", "opinions")},
        **{f"{name}.steps": (3, 3) for name in ("aspects", "opinions")},
    }  # fmt: skip
    odd = [name for name, shape in shapes.items() if arrays[name].shape != shape]
    if odd:
        raise ValueError(", ".join(odd))
    feelings = Feelings(arrays["feelings.keys"], arrays["feelings.weights"], float(scales["feelings"]))
    head = Head(
        arrays["head.grams"], float(scales["head"]), arrays["head.blocks"].astype(np.float32),
        arrays["head.facts"], arrays["head.vectors"], arrays["head.bias"],
    )  # fmt: skip
    aspects, opinions = (
        Tagger(
            arrays[f"{name}.grams"], float(scales[name]), arrays[f"{name}.vectors"].astype(np.float32),
            arrays[f"{name}.steps"], arrays[f"{name}.bias"],
        )
        for name in ("aspects", "opinions")
    )  # fmt: skip
    return feelings, head, aspects, opinions, {k: v for k, v in told.items() if k not in ("format", "scales", "sha256")}
