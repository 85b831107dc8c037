"""Sentences whose aspects people have marked: SemEval-2014 (laptops, restaurants) and laptop quadruples (ACOS)."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import polars as pl

__all__ = ["Marked", "Terms", "fold", "marked_quadruples", "pooled_terms", "quadruples", "semeval", "starred"]


class Marked(NamedTuple):
    """One aspect in one sentence, and which set it is from."""

    sentence: str
    start: int
    end: int
    polarity: str
    source: str


class Terms(NamedTuple):
    """A sentence and where its terms stand; `opinions` is None where nobody marked them."""

    sentence: str
    aspects: list[tuple[int, int]]
    opinions: list[tuple[int, int]] | None
    source: str


def fold(sentence: str, seed: int = 0, parts: int = 5) -> int:
    """Which part a sentence is in: all its aspects, and copies that differ in signs only, are in the same."""
    bare = re.sub(r"\W+", "", sentence.lower())
    return zlib.crc32(f"{seed}{bare}".encode()) % parts


def semeval(data: Path, domain: str) -> list[Marked]:
    """The aspects of `laptop` or `restaurant`; the template says which occurrence is meant."""
    frame = pl.read_parquet(data / "semeval14" / f"{domain}14_train.parquet")
    found = []
    for template, aspect, polarity in frame.select("template", "aspect", "polarity").iter_rows():
        start = template.find("$T$")
        if start >= 0:
            sentence = template.replace("$T$", aspect, 1)
            found.append(Marked(sentence, start, start + len(aspect), polarity.lower(), domain))
    return found


def quadruples(data: Path) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """Sentences of laptops with aspect, opinion and polarity as words."""
    for part in ("train", "dev"):
        for line in (data / "semeval14" / f"laptop_quads_{part}.jsonl").read_text("utf-8").splitlines():
            told = json.loads(line)
            yield told["text"], told["labels"]


def marked_quadruples(data: Path) -> list[Marked]:
    """Their aspects, where all who judge one agree."""
    found = []
    for sentence, labels in quadruples(data):
        said: dict[str, set[str]] = {}
        for label in labels:
            said.setdefault(label["aspect"], set()).add(label["polarity"])
        for aspect, polarities in said.items():
            start = f" {sentence} ".find(f" {aspect} ")
            if aspect != "NULL" and len(polarities) == 1 and start >= 0:
                found.append(Marked(sentence, start, start + len(aspect), polarities.pop(), "quadruples"))
    return found


def pooled_terms(data: Path) -> list[Terms]:
    """All sentences for the tagger."""
    found = []
    for domain in ("laptop", "restaurant"):
        by_sentence: dict[str, list[tuple[int, int]]] = {}
        for one in semeval(data, domain):
            by_sentence.setdefault(one.sentence, []).append((one.start, one.end))
        found += [Terms(sentence, places, None, domain) for sentence, places in by_sentence.items()]
    for sentence, labels in quadruples(data):
        words = {kind: {label[kind] for label in labels} - {"NULL"} for kind in ("aspect", "opinion")}
        aspects, opinions = ([_place(sentence, word) for word in sorted(words[kind])] for kind in words)
        found.append(Terms(sentence, [p for p in aspects if p], [p for p in opinions if p], "quadruples"))
    return found


def _place(sentence: str, words: str) -> tuple[int, int] | None:
    start = f" {sentence} ".find(f" {words} ")
    return None if start < 0 else (start, start + len(words))


def starred(data: Path) -> dict[str, list[tuple[str, bool]]]:
    """Reviews with praise or blame by their stars, by language; three stars say neither."""
    english = pl.read_parquet(data / "womens_clothing" / "reviews.parquet").drop_nulls("Review Text")
    chinese = pl.read_parquet(data / "online_shopping_zh" / "reviews.parquet").drop_nulls("review")
    path = data / "olist_all_statuses" / "olist_order_reviews_dataset.csv"
    portuguese = pl.read_csv(path, infer_schema=False).drop_nulls("review_comment_message")
    return {
        "en": _unlike(english["Review Text"], [None if n == 3 else n > 3 for n in english["Rating"]]),
        "zh": _unlike(chinese["review"], [bool(n) for n in chinese["label"]]),
        "pt": _unlike(
            portuguese["review_comment_message"], [None if n == "3" else n in "45" for n in portuguese["review_score"]]
        ),
    }


def _unlike(texts: pl.Series, liked: list[bool | None]) -> list[tuple[str, bool]]:
    """Every text once."""
    found = dict(zip(texts.to_list(), liked, strict=True))
    return [(text, said) for text, said in found.items() if said is not None]
