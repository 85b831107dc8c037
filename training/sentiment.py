"""Fit the models of sentiment that ship, `prior-en` and `prior-zh`, for shops with few reviews of their own.

    python training/sentiment.py --data FOLDER [--home FOLDER]

English learns from clothing reviews with stars and from opinions written for it (training/opinions.py), Chinese from
shop reviews marked as praise or blame. The commonest n-grams are kept, so that both together stay below 4 MB. The
same data give the same bytes; a minute on one core, no torch. What is measured is measured by
benchmarks/review_sentiment.py, on models that never saw the texts in question.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).parent))

from opinions import CHINESE, ENGLISH

from shopwright.language.classifier.grams import Grams
from shopwright.reviews.marks import rescaled
from shopwright.reviews.phrases import phrases
from shopwright.reviews.readings import counted, plain
from shopwright.reviews.sentiment_model import OneScript, known, learned
from shopwright.reviews.sentiment_store import ASSETS, PRIORS, pack, write

MOST = {"words": 80_000, "han": 160_000}


def english(data: Path) -> tuple[list[str], list[float]]:
    """Reviews with title and text, each text once, and their stars."""
    frame = pl.read_parquet(data / "womens_clothing" / "reviews.parquet")
    frame = frame.drop_nulls("Review Text").unique("Review Text", maintain_order=True)
    rows = frame.select("Title", "Review Text", "Rating").iter_rows()
    pairs = [(f"{title}. {text}" if title else text, float(stars)) for title, text, stars in rows]
    return [text for text, _ in pairs], [stars for _, stars in pairs]


def chinese(data: Path) -> tuple[list[str], list[float]]:
    """Reviews, each once, and 5 for praise, 1 for blame."""
    frame = pl.read_parquet(data / "online_shopping_zh" / "reviews.parquet").drop_nulls("review")
    frame = frame.unique("review", maintain_order=True)
    return frame["review"].to_list(), [5.0 if label else 1.0 for label in frame["label"].to_list()]


def commonest(grams: Grams, most: int) -> Grams:
    """The n-grams that stand in the most texts alone."""
    keys, texts = np.unique(grams.keys, return_counts=True)
    kept = np.sort(keys[np.argsort(-texts, kind="stable")[:most]])
    there = np.isin(grams.keys, kept)
    starts = np.concatenate([[0], np.cumsum(there)])[grams.starts]
    return Grams(starts, grams.keys[there], grams.counts[there])


def fitted(texts: Sequence[str], stars: Sequence[float], opinions: dict[float, list[str]], written: str) -> OneScript:
    """A model of reviews and short opinions."""
    said = [(text, given) for given, listed in opinions.items() for text in listed]
    spoken = phrases(written)
    read = [plain(text) for text in (*texts, *(text for text, _ in said), *(text for text, _ in spoken))]
    values = rescaled([*stars, *(given for _, given in said)], "stars").values
    grams = counted(read, written)
    kept, rows = commonest(grams, MOST[written]), np.arange(len(grams))
    phrased = (kept.take(rows[len(values) :]), np.array([mood for _, mood in spoken], np.int64))
    found = learned(kept.take(rows[: len(values)]), values, written, 0, phrased if spoken else None)
    if found is None:
        raise SystemExit("praise and blame are needed")
    # A text that is asked about brings its rare n-grams along.
    usual = float(np.median(known(grams, found.model.cuts["praise"])))
    return replace(found.model, usual=usual)


def main() -> None:
    """Fit and write both."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--data", type=Path, required=True)
    reader.add_argument("--home", type=Path, default=ASSETS)
    asked = reader.parse_args()
    for name, (read, opinions) in {"prior-en": (english, ENGLISH), "prior-zh": (chinese, CHINESE)}.items():
        written = PRIORS[name]
        model = fitted(*read(asked.data), opinions, written)
        arrays, facts = pack(model, written)
        write(asked.home / f"{name}.safetensors", arrays, facts)
        size = (asked.home / f"{name}.safetensors").stat().st_size
        print(f"{name}: {model.n} texts, {len(arrays[f'{written}.praise.keys'])} n-grams, {size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
