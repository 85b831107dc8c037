"""Models of sentiment as arrays and facts: in a folder of their own, or shipped with the package and checked."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from shopwright.disk import sync
from shopwright.errors import ModelError
from shopwright.i18n import t
from shopwright.language.classifier.weights import Ratios, Tfidf
from shopwright.reviews.polarity import Head, Polarity
from shopwright.reviews.sentiment_model import OneScript

__all__ = ["FILE", "PRIORS", "broken", "pack", "prior", "read", "unpack", "write"]

VERSION = 1
PRIORS = {"prior-en": "words", "prior-zh": "han"}  # by name: the script they read
ASSETS = Path(__file__).parent / "assets"
FILE = "sentiment.safetensors"
_UNREADABLE = (OSError, ValueError, KeyError, TypeError, AttributeError)
Arrays = dict[str, np.ndarray[Any, Any]]


def pack(model: OneScript, name: str) -> tuple[Arrays, dict[str, Any]]:
    """Arrays whose names begin with `name`, and facts."""
    arrays: Arrays = {}
    for cut, fit in model.cuts.items():
        start = f"{name}.{cut}"
        parts = {"rarity": fit.tfidf.weights, "ratios": fit.ratios.weights, "plain": fit.plain.weights}
        parts["told"] = fit.told.weights
        arrays |= {f"{start}.{part}": values.astype(np.float16) for part, values in parts.items()}
        arrays[f"{start}.keys"] = fit.tfidf.keys
    cuts = {
        cut: {"offsets": [fit.plain.offset, fit.told.offset], "blend": fit.blend.tolist()}
        for cut, fit in model.cuts.items()
    }
    return arrays, {"cuts": cuts, "usual": model.usual, "n": model.n}


def unpack(arrays: Mapping[str, np.ndarray[Any, Any]], facts: Mapping[str, Any], name: str) -> OneScript:
    """What `pack` took apart.

    Raises:
        KeyError: an array or fact is missing.
        ValueError: they do not fit to each other.
    """
    cuts = {}
    for cut, told in facts["cuts"].items():
        keys = arrays[f"{name}.{cut}.keys"].astype(np.uint32)
        parts = [arrays[f"{name}.{cut}.{part}"].astype(np.float32) for part in ("rarity", "plain", "ratios", "told")]
        rarity, plain, ratios, weights = parts
        # Without ratios the model was adapted: see Polarity.plain_alone.
        if not (len(keys) == len(rarity) == len(plain) and len(ratios) == len(weights) in (0, len(keys))):
            raise ValueError(cut)
        first, second = (float(offset) for offset in told["offsets"])
        known = Tfidf(keys, rarity), Ratios(keys[: len(ratios)], ratios)
        blend = np.array(told["blend"], np.float64)
        cuts[cut] = Polarity(*known, Head(plain, first), Head(weights, second), blend)
    if "praise" not in cuts:
        raise KeyError("praise")
    return OneScript(cuts, float(facts["usual"]), int(facts["n"]))


def as_kept(model: OneScript, name: str) -> OneScript:
    """The model as a file holds it, in half precision: saved and loaded it then says the same to the last digit."""
    arrays, facts = pack(model, name)
    return unpack(arrays, facts, name)


@cache
def prior(name: str) -> OneScript:
    """A model that ships, by name; read once.

    Raises:
        ModelError: there is none of that name (REVIEWS-13), or its file is not the one that was shipped (REVIEWS-14).
    """
    if name not in PRIORS:
        raise ModelError(
            t("there is no prior named {name}", name=name),
            why=t("these ship: {names}", names=", ".join(PRIORS)),
            fix=t("name one of them, or the folder that Sentiment.save wrote"),
            code="REVIEWS-13",
        )
    try:
        arrays, facts = _read(ASSETS / f"{name}.safetensors")
        return unpack(arrays, facts, PRIORS[name])
    except _UNREADABLE as error:
        raise ModelError(
            t("the weights of {name} cannot be used", name=name),
            why=t("reading them failed: {error}", error=str(error)),
            fix=t("install Shopwright again: pip install --force-reinstall --no-deps shopwright"),
            code="REVIEWS-14",
        ) from error


def write(path: Path, arrays: Arrays, facts: Mapping[str, Any]) -> None:
    """Write one file, whole or not at all: arrays, and in its head the facts and a checksum of both.

    Raises:
        ModelError: it cannot be written (REVIEWS-15).
    """
    from safetensors.numpy import save

    kept = {name: np.ascontiguousarray(value) for name, value in arrays.items()}
    told = json.dumps({"version": VERSION, **facts}, sort_keys=True)
    half_done = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # One entry: safetensors writes several in any order, and the same model would give other bytes.
        head = json.dumps({"checksum": _checksum(kept, told), "facts": told})
        half_done.write_bytes(save(kept, {"about": head}))
        sync(half_done)
        half_done.replace(path)
    except OSError as error:
        half_done.unlink(missing_ok=True)
        raise ModelError(
            t("the sentiment model cannot be written to {folder}", folder=path.parent),
            why=t("the system said: {error}", error=error),
            fix=t("name a folder on a disk with room"),
            code="REVIEWS-15",
        ) from error


def read(folder: Path) -> tuple[Arrays, dict[str, Any]]:
    """What `write` wrote into a folder.

    Raises:
        ModelError: the file is missing, damaged, or from a newer version (REVIEWS-16).
    """
    try:
        return _read(folder / FILE)
    except _UNREADABLE as error:
        raise broken(folder, error) from error


def _read(path: Path) -> tuple[Arrays, dict[str, Any]]:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(str(path), framework="numpy") as file:
            head = (file.metadata() or {})["about"]
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (no dictionary)
    except SafetensorError as error:
        raise ValueError(str(error)) from error
    about = json.loads(head)
    facts = json.loads(about["facts"])
    if about["checksum"] != _checksum(arrays, about["facts"]):
        raise ValueError(t("its checksum is another one"))
    if int(facts["version"]) > VERSION:
        raise ValueError(t("a newer Shopwright wrote it"))
    return arrays, facts


def _checksum(arrays: Arrays, told: str) -> str:
    digest = hashlib.sha256(told.encode())
    for name in sorted(arrays):
        digest.update(f"{name} {arrays[name].dtype} {arrays[name].shape} ".encode())
        digest.update(arrays[name].tobytes())
    return digest.hexdigest()


def broken(folder: Path, error: Exception) -> ModelError:
    """The error for a folder that holds no whole model."""
    return ModelError(
        t("there is no whole sentiment model in {folder}", folder=folder),
        why=t("reading it failed: {error}", error=str(error)),
        fix=t("name the folder that Sentiment.save wrote, prior-en or prior-zh, or fit it again"),
        code="REVIEWS-16",
    )
