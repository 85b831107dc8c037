"""A trained network on disk: the ONNX graph that forecasts, weights to tune further, and a card with their hashes."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from shopwright.errors import ModelError
from shopwright.i18n import t
from shopwright.language.onnx.files import digest, must_exist, read_json, unreadable

__all__ = ["CARD", "FORMAT", "GRAPH", "SHIPPED", "WEIGHTS", "Card", "read", "write_card"]

FORMAT = "shopwright-demand-t5-1"
GRAPH, WEIGHTS, CARD = "demand.onnx", "demand.safetensors", "demand.json"
SHIPPED = Path(__file__).parent / "assets"


@dataclass(frozen=True, slots=True)
class Card:
    """What is known of a network.

    Attributes:
        name: of it.
        size: what builds it, as `net.Size` takes it.
        graph, weights: SHA-256 of the files.
        about: how it was made: data, steps, results.
    """

    name: str
    size: dict[str, int]
    graph: str
    weights: str
    about: dict[str, Any]


def read(folder: Path) -> tuple[Card, bytes]:
    """The card and the bytes of the graph, checked against the hash in the card.

    Raises:
        ModelError: a file is missing, damaged, or of another format.
    """
    told = read_json(folder / CARD)
    if told.pop("format", None) != FORMAT:
        raise ModelError(
            t("{folder} holds no sales model of this version", folder=str(folder)),
            why=t("its card does not say {format}", format=FORMAT),
            fix=t("tune the model again with this version, or use the one that ships"),
            code="MODEL-96",
        )
    try:
        card = Card(**told)
    except TypeError as error:
        raise unreadable(folder / CARD, t("entries are missing, or there are others")) from error
    graph = must_exist(folder / GRAPH)
    if digest(graph) != card.graph:
        raise unreadable(graph, t("its SHA-256 is not that of its card: it is damaged or was changed"))
    return card, graph.read_bytes()


def write_card(folder: Path, card: Card) -> None:
    """Write the card beside the files that it names."""
    text = json.dumps({"format": FORMAT, **asdict(card)}, ensure_ascii=False, indent=1)
    (folder / CARD).write_text(text + "\n", "utf-8")
