"""The whole analysis of 100,000 reviews: wall and processor seconds, and memory.

    python benchmarks/review_analysis.py --data ../shared/data [--reviews 100000]

Reviews are drawn with replacement from the women's clothing set; sentences of a review change places and one word in
twelve becomes another of the set, so that no text comes twice. Each has a day in two years.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
from measure import Row, report
from review_themes import clothing

from shopwright.reviews import analyse

CHANGED = 1 / 12


def perturbed(data: Path, n: int, seed: int = 0) -> pl.DataFrame:
    """That many reviews with days, drawn from the clothing reviews and changed."""
    raw, draw = clothing(data), np.random.default_rng(seed)
    chosen = raw[draw.integers(0, raw.height, n).tolist()]
    words = np.array(sorted({word for text in raw["text"].head(2_000) for word in text.split()}))
    texts = [_changed(text, words, draw) for text in chosen["text"].to_list()]
    days = pl.lit(date(2023, 1, 1)) + pl.duration(days=pl.Series(draw.integers(0, 730, n)))
    return chosen.with_columns(
        pl.Series("text", texts), pl.Series("review", [f"r{at}" for at in range(n)]), days.alias("day")
    ).sort("day", "review")


def _changed(text: str, words: np.ndarray, draw: np.random.Generator) -> str:
    parts = text.split(". ")
    said = ". ".join(parts[at] for at in draw.permutation(len(parts))).split()
    if not said:
        return text
    swapped = np.flatnonzero(draw.random(len(said)) < CHANGED)
    for at, word in zip(swapped.tolist(), words[draw.integers(0, len(words), len(swapped))].tolist(), strict=True):
        said[at] = word
    return " ".join(said)


def rows(data: Path, n: int = 100_000) -> Iterator[Row]:
    """Seconds of the whole and of each part, and memory."""
    table = perturbed(data, n)
    began, worked = time.perf_counter(), time.process_time()
    found = analyse(table)
    wall, cpu = time.perf_counter() - began, time.process_time() - worked
    note = ", ".join(f"{name} {seconds:.1f}" for name, seconds in found.seconds.items())
    yield Row(f"{n:,} reviews, full analysis", wall, "s", 120, note)
    yield Row(f"{n:,} reviews, processor time of it", cpu, "s", note="all threads")
    scale = 1e9 if sys.platform == "darwin" else 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / scale
    yield Row(f"{n:,} reviews, peak memory", peak, "GB", 3, "of the whole process")
    unassigned = 100 * found.themes.unassigned if found.themes is not None else 100.0
    yield Row(f"{n:,} reviews, sentences without a theme", unassigned, "%", 5)


def main() -> None:
    """Measure, print a table, write JSON."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--data", type=Path, required=True, help="folder of the real data sets")
    reader.add_argument("--reviews", type=int, default=100_000)
    reader.add_argument("--json", type=Path, default=Path(__file__).parent / "results" / "review_analysis.json")
    asked = reader.parse_args()
    report(list(rows(asked.data, n=asked.reviews)), asked.json)


if __name__ == "__main__":
    main()
