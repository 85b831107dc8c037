"""The whole analysis of 100,000 reviews: wall and processor seconds, and memory.

    python benchmarks/review_analysis.py --data ../shared/data [--reviews 100000] [--chinese]

Reviews are drawn with replacement from the women's clothing set; sentences of a review change places and one word in
twelve becomes another of the set, so that no text comes twice. Each has a day in two years. With --chinese they are
drawn from the Chinese shop reviews, whose clauses and signs change so, each category 50 products.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
from measure import Row, report
from review_themes import chinese, clothing

from shopwright.reviews import analyse

CHANGED = 1 / 12


@dataclass(frozen=True, slots=True)
class Script:
    """How texts of a script are taken apart and put together again."""

    clause: str
    word: str

    def words(self, text: str) -> list[str]:
        """Words of a text, or its signs."""
        return text.split() if self.word else list(text)


LATIN, HAN = Script(". ", " "), Script("，", "")


def of_categories(data: Path) -> pl.DataFrame:
    """The Chinese reviews as those of one shop, stars 1 and 5."""
    raw = chinese(data).with_row_index("row")
    sku = pl.col("cat") + " " + (pl.col("row") % 50).cast(pl.String)
    return raw.select(sku.alias("sku"), (1 + 4 * pl.col("stars")).alias("stars"), "text")


def perturbed(data: Path, n: int, script: Script = LATIN, seed: int = 0) -> pl.DataFrame:
    """That many reviews with days, drawn from the clothing or the Chinese reviews and changed."""
    raw, draw = (clothing if script is LATIN else of_categories)(data), np.random.default_rng(seed)
    chosen = raw[draw.integers(0, raw.height, n).tolist()]
    words = np.array(sorted({word for text in raw["text"].head(2_000) for word in script.words(text)}))
    texts = [_changed(text, words, script, draw) for text in chosen["text"].to_list()]
    days = pl.lit(date(2023, 1, 1)) + pl.duration(days=pl.Series(draw.integers(0, 730, n)))
    return chosen.with_columns(
        pl.Series("text", texts), pl.Series("review", [f"r{at}" for at in range(n)]), days.alias("day")
    ).sort("day", "review")


def _changed(text: str, words: np.ndarray, script: Script, draw: np.random.Generator) -> str:
    parts = text.split(script.clause)
    said = script.words(script.clause.join(parts[at] for at in draw.permutation(len(parts))))
    if not said:
        return text
    swapped = np.flatnonzero(draw.random(len(said)) < CHANGED)
    for at, word in zip(swapped.tolist(), words[draw.integers(0, len(words), len(swapped))].tolist(), strict=True):
        said[at] = word
    return script.word.join(said)


def rows(data: Path, n: int = 100_000, script: Script = LATIN) -> Iterator[Row]:
    """Seconds of the whole and of each part, and memory."""
    table = perturbed(data, n, script)
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
    reader.add_argument("--chinese", action="store_true", help="Chinese reviews")
    reader.add_argument("--json", type=Path, default=Path(__file__).parent / "results" / "review_analysis.json")
    asked = reader.parse_args()
    report(list(rows(asked.data, asked.reviews, HAN if asked.chinese else LATIN)), asked.json)


if __name__ == "__main__":
    main()
