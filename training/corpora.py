"""The texts that the static encoder learns from, and those it is only measured on.

Only texts whose licence allows it (CC0, CC BY, CDLA, MIT) teach English; one text in five of each set, chosen by its
hash, is never used to learn, so that there is always something unseen to measure on.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import polars as pl

__all__ = ["SEEN", "UNSEEN", "chinese", "english", "held_out"]

SEEN = ("banking77", "clinc150", "bitext", "womens_clothing", "online_retail", "complete_journey", "support_desk")
UNSEEN = ("semeval14", "amazon_games")  # never learned from, not one text of them
# Texts taken of a set: the parent reads some hundred a second.
_MOST = {"womens_clothing": 8_000, "semeval14": 2_500, "amazon_games": 2_500}
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


def held_out(text: str) -> bool:
    """Whether a text is kept for measuring: one in five, the same ones for ever."""
    return hashlib.blake2b(text.encode(), digest_size=1).digest()[0] % 5 == 0


def english(data: Path, name: str) -> list[str]:
    """Distinct short English texts of a set, in an order that the hash decides."""
    found = {text.strip() for text in _READERS[name](data / name) if text and len(text.strip()) > 2}
    ordered = sorted(found, key=lambda text: hashlib.blake2b(text.encode(), digest_size=8).digest())
    return ordered[: _MOST.get(name)]


def chinese(data: Path) -> list[str]:
    """The Chinese reviews that are not held out."""
    reviews = pl.read_parquet(data / "online_shopping_zh" / "reviews.parquet")["review"]
    return [text for text in reviews.drop_nulls().to_list() if not held_out(text)]


def _banking(folder: Path) -> Iterable[str]:
    return pl.read_parquet(folder / "train.parquet")["text"].to_list()


def _clinc(folder: Path) -> Iterator[str]:
    for name in ("train", "val", "oos_train", "oos_val"):
        yield from pl.read_parquet(folder / f"{name}.parquet")["text"].to_list()


def _bitext(folder: Path) -> Iterable[str]:
    return pl.read_parquet(folder / "utterances.parquet")["utterance"].to_list()


def _clothing(folder: Path) -> Iterator[str]:
    reviews = pl.read_parquet(folder / "reviews.parquet", columns=["Title", "Review Text"])
    for title, text in reviews.iter_rows():
        yield title or ""
        yield from _SENTENCE.split(text or "")


def _retail(folder: Path) -> Iterable[str]:
    frame = pl.read_parquet(folder / "transactions.parquet")
    column = next(name for name in frame.columns if name.lower() == "description")
    return frame[column].drop_nulls().unique().to_list()


def _groceries(folder: Path) -> Iterator[str]:
    frame = pl.read_parquet(folder / "products.parquet", columns=["department", "product_category", "product_type"])
    for row in frame.unique().iter_rows():
        yield " ".join(str(part).lower() for part in row[1:] if part)


def _desk(folder: Path) -> Iterator[str]:
    for line in _SENTENCE.split((folder / "policy.md").read_text("utf-8")):
        yield from line.splitlines()
    for text in _strings(json.loads((folder / "tasks_train.json").read_text("utf-8"))):
        if " " in text and "{" not in text:
            yield from _SENTENCE.split(text)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)


def _aspects(folder: Path) -> Iterator[str]:
    for name in ("laptop14_train", "restaurant14_train"):
        yield from pl.read_parquet(folder / f"{name}.parquet")["sentence"].to_list()


def _games(folder: Path) -> Iterable[str]:
    return pl.read_parquet(folder / "items.parquet")["title"].to_list()


_READERS = {
    "banking77": _banking,
    "clinc150": _clinc,
    "bitext": _bitext,
    "womens_clothing": _clothing,
    "online_retail": _retail,
    "complete_journey": _groceries,
    "support_desk": _desk,
    "semeval14": _aspects,
    "amazon_games": _games,
}
