"""What is known of a model on this machine: the file `shopwright.json` beside its weights."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal

from shopwright.errors import ModelError
from shopwright.i18n import t
from shopwright.language.onnx.files import read_json

__all__ = ["CARD", "MODEL", "TOKENIZER", "Card", "Precision", "read", "write"]

CARD, MODEL, TOKENIZER = "shopwright.json", "model.onnx", "tokenizer.json"
FORMAT = 1
Precision = Literal["int8", "fp32"]


@dataclass(frozen=True, slots=True)
class Card:
    """Facts of one model.

    Attributes:
        name: what it is called here.
        dimensions: length of a vector.
        max_tokens: tokens that are read of a text; what is behind them is not.
        pooling: how token vectors become one: mean, cls, max, lasttoken or mean_sqrt_len_tokens.
        precision: of the weights, int8 or fp32.
        sha256: of model.onnx.
        parent: SHA-256 of the weights it was made from.
        origin: where these came from: a folder, a hub address with its revision, a package.
        licence: the licence they stand under, as their card names it; empty where it does not.
        lowercase: texts are put into lower case before they are split into tokens.
        prefix: what is written before every text.
        made_with: version of Shopwright.
    """

    name: str
    dimensions: int
    max_tokens: int
    pooling: str
    precision: str
    sha256: str
    parent: str = ""
    origin: str = ""
    licence: str = ""
    lowercase: bool = False
    prefix: str = ""
    made_with: str = ""

    def as_json(self) -> dict[str, Any]:
        """The facts for a JSON file."""
        return {"format": FORMAT, **asdict(self)}


def read(folder: Path) -> Card:
    """The card of a model's folder.

    Raises:
        ModelError: there is none, or it says something else than a card does.
    """
    path = folder / CARD
    found = read_json(path)
    kinds = {"int": int, "str": str, "bool": bool}
    known = {field.name: kinds[str(field.type)] for field in fields(Card)}
    values = {name: value for name, value in found.items() if name in known}
    wrong = [name for name, value in values.items() if type(value) is not known[name]]
    if found.get("format") != FORMAT or wrong or not {"name", "dimensions", "max_tokens", "sha256"} <= values.keys():
        raise ModelError(
            t("{file} is not a card of this version", file=str(path)),
            why=t("its format is {found}, and {known} is read", found=repr(found.get("format")), known=FORMAT),
            fix=t("add the model again: shopwright models add NAME --force"),
            code="MODEL-34",
        )
    return Card(**{"pooling": "mean", "precision": "fp32", **values})


def write(folder: Path, card: Card) -> None:
    """Write the card into a folder that nobody reads yet."""
    (folder / CARD).write_text(json.dumps(card.as_json(), indent=1, ensure_ascii=False), "utf-8", newline="\n")
