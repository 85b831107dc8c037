"""Heads and scope as named arrays and plain facts, and back."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from shopwright.language.classifier.folder import Arrays
from shopwright.language.classifier.heads import Heads
from shopwright.language.classifier.kernel import Kernel
from shopwright.language.classifier.linear import Linear
from shopwright.language.classifier.scope import Scope
from shopwright.language.classifier.weights import Ratios, Tfidf

__all__ = ["pack", "unpack"]


def pack(heads: Heads, scope: Scope) -> tuple[Arrays, dict[str, Any]]:
    """Arrays for safetensors, facts for JSON."""
    arrays: Arrays = {"tfidf.keys": heads.tfidf.keys, "tfidf.weights": heads.tfidf.weights}
    for name, head in heads.linear.items():
        arrays |= {f"{name}.weights": head.weights, f"{name}.offsets": head.offsets}
    if heads.ratios is not None:
        arrays |= {"ratios.keys": heads.ratios.keys, "ratios.ratios": heads.ratios.weights}
    for name, kernel in (("vectors", heads.kernel), ("spread", heads.spread)):
        if kernel is not None:
            arrays |= {f"{name}.landmarks": kernel.landmarks, f"{name}.weights": kernel.weights}
    facts = {
        "linear": list(heads.linear),
        "sharpness": None if heads.kernel is None else heads.kernel.sharpness,
        "spread": None if heads.spread is None else heads.spread.sharpness,
        "scope": asdict(scope),
    }
    return arrays, facts


def unpack(arrays: Arrays, facts: dict[str, Any]) -> tuple[Heads, Scope]:
    """What `pack` took apart.

    Raises:
        KeyError: an array or a fact is missing.
        ValueError: arrays do not fit to each other.
    """
    tfidf = Tfidf(arrays["tfidf.keys"].astype(np.uint32), arrays["tfidf.weights"])
    linear = {name: Linear(arrays[f"{name}.weights"], arrays[f"{name}.offsets"]) for name in facts["linear"]}
    ratios = None
    if "ratios" in linear:
        ratios = Ratios(arrays["ratios.keys"].astype(np.uint32), arrays["ratios.ratios"])
    kernel, spread = _kernel(arrays, "vectors", facts["sharpness"]), _kernel(arrays, "spread", facts.get("spread"))
    n = len(facts["classes"])
    _check({"ratios": ratios, "words": tfidf, "joined": tfidf}, linear, [kernel, spread], n)
    scope = Scope(**{name: float(facts["scope"][name]) for name in ("weight", "offset", "threshold")})
    return Heads(tfidf, linear, kernel, ratios, spread), scope


def _kernel(arrays: Arrays, name: str, sharpness: Any) -> Kernel | None:
    if sharpness is None:
        return None
    return Kernel(arrays[f"{name}.landmarks"], arrays[f"{name}.weights"], float(sharpness))


def _check(
    known: dict[str, Tfidf | Ratios | None], linear: dict[str, Linear], kernels: list[Kernel | None], n: int
) -> None:
    fits = all(grams is None or len(grams.keys) == len(grams.weights) for grams in known.values())
    fits &= all(head.weights.shape[1] == len(head.offsets) == n for head in linear.values())
    for name, head in linear.items():
        fits &= (grams := known[name]) is not None and len(head.weights) >= len(grams.keys)
    for kernel in (kernel for kernel in kernels if kernel is not None):
        fits &= len(kernel.landmarks) == len(kernel.weights) and kernel.weights.shape[1] == n
    if not fits:
        raise ValueError("arrays do not fit to each other")
