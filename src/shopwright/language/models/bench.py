"""How quick an encoder is on this machine, and how near to the float32 model it was made from."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from shopwright.i18n import t
from shopwright.language.encoders import Encoder, encoder
from shopwright.language.models.offers import OFFERS
from shopwright.language.models.sources import installed
from shopwright.language.models.store import names, stored
from shopwright.language.onnx.calibrate import SENTENCES
from shopwright.language.onnx.card import Card
from shopwright.language.onnx.export import in_memory
from shopwright.language.onnx.files import digest
from shopwright.processor import cores
from shopwright.progress import step

__all__ = ["Bench", "bench"]

COMPARED = 200  # texts that the float32 model encodes too


@dataclass(frozen=True, slots=True)
class Bench:
    """What was measured.

    Attributes:
        name: of the encoder, with the hash of its weights.
        n_texts: texts encoded.
        characters: of the mean text.
        seconds: of the quickest of three rounds.
        per_second: texts in a second.
        threads: processors used.
        cosine_mean: with the vectors of the float32 model, None where that is not at hand.
        cosine_min: of the text that fares worst.
    """

    name: str
    n_texts: int
    characters: float
    seconds: float
    per_second: float
    threads: int
    cosine_mean: float | None = None
    cosine_min: float | None = None

    def as_json(self) -> dict[str, Any]:
        """The figures for a JSON file."""
        return asdict(self)


def bench(name: str, texts: Sequence[str] = (), *, rounds: int = 3) -> Bench:
    """Measure an encoder: `static`, or one that was added.

    Args:
        name: of the encoder.
        texts: to encode; without any, short ones of our own.
        rounds: how many times; the quickest counts, as anything else the machine does only makes it slower.

    Raises:
        ModelError: there is no such encoder.
    """
    given = list(texts) or own_texts()
    found = encoder(name)
    found.encode(given[:32])
    with step(t("Measuring {name}", name=name), total=rounds) as bar:
        seconds = []
        for _ in range(rounds):
            began = time.perf_counter()
            found.encode(given)
            seconds.append(time.perf_counter() - began)
            bar.advance()
    mean, least = _likeness(found, name, given[:COMPARED])
    best = max(min(seconds), 1e-9)
    size = sum(map(len, given)) / len(given)
    return Bench(found.name, len(given), size, best, len(given) / best, cores(), mean, least)


def own_texts(n: int = 1000) -> list[str]:
    """Short texts of the kind customers write, no two alike."""
    short = [text for text in SENTENCES if 0 < len(text) < 120]
    return [f"{short[at % len(short)]} {at // len(short)}" for at in range(n)]


def _likeness(found: Encoder, name: str, texts: list[str]) -> tuple[float | None, float | None]:
    card = next((each.card for each in stored() if each.card.name == name), None) if name in names() else None
    parent = _parent(card) if card is not None and card.precision != "fp32" else None
    if parent is None:
        return None, None
    with step(t("Encoding with the float32 model")):
        cosine = (found.encode(texts) * in_memory(parent).encode(texts)).sum(1)
    return float(cosine.mean()), float(cosine.min())


def _parent(card: Card) -> Path | None:
    """The folder a model was made from, where it is still there and holds the same weights."""
    kind, _, place = card.origin.partition(" ")
    packaged = [installed(offer) for offer in OFFERS if offer.name == card.name]
    for candidate in (*packaged, Path(place) if kind == "folder" else None):
        weights = candidate / "model.safetensors" if candidate is not None else None
        if weights is not None and weights.is_file() and digest(weights) == card.parent:
            return candidate
    return None
