"""Themes of real reviews: stable over seeds and samples, few sentences left over, readable; and the speed of it all.

    python benchmarks/review_themes.py --data ../shared/data

Beside `shopwright.reviews.themes` stands k-means of scikit-learn on the same vectors with as many groups. Stability is
the adjusted Rand index of two runs over the sentences that both place: with two seeds, and learned from two random
samples of four fifths of the reviews. Coherence is the mean NPMI of the pairs among a theme's first five words over
sentences (Bouma 2009).
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path

import numpy as np
import polars as pl
from measure import Row, report
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

from shopwright.language import encoder
from shopwright.reviews import costs, fakes, hazards, signals, summaries, themes
from shopwright.reviews.terms import salient, terms
from shopwright.reviews.themes import Themes

SAMPLE = 20_000


def clothing(data: Path) -> pl.DataFrame:
    """The women's clothing reviews in this project's columns."""
    return pl.read_parquet(data / "womens_clothing" / "reviews.parquet").select(
        pl.col("row").cast(pl.String).alias("review"),
        pl.col("Clothing ID").cast(pl.String).alias("sku"),
        pl.col("Rating").cast(pl.Float64).alias("stars"),
        pl.col("Review Text").fill_null("").alias("text"),
    )


def chinese(data: Path) -> pl.DataFrame:
    """The Chinese shop reviews, thumbs as stars."""
    raw = pl.read_parquet(data / "online_shopping_zh" / "reviews.parquet")
    return raw.select(
        pl.col("review").fill_null("").alias("text"), pl.col("label").cast(pl.Float64).alias("stars"), "cat"
    )


def stability(name: str, reviews: pl.DataFrame) -> Iterator[Row]:
    """Themes of one data set, beside k-means."""
    texts, stars = reviews["text"].to_list(), reviews["stars"].to_list()
    began = time.perf_counter()
    one = themes(texts, 0, stars=stars)
    seconds = time.perf_counter() - began
    two = themes(texts, 1, stars=stars)
    yield Row(f"{name}: themes", len(one.names), "", note="; ".join(one.table["name"].head(6)))
    yield Row(f"{name}: sentences without a theme", 100 * one.unassigned, "%", 5)
    yield Row(f"{name}: seeds 0 and 1", _same(one.assigned["theme"], two.assigned["theme"]), "ARI", 0.9, is_least=True)
    yield Row(f"{name}: seconds", seconds, "s", note=f"{one.assigned.height:,} sentences")
    yield Row(f"{name}: two samples of four fifths", _halves(reviews), "ARI", note="learned apart, placed alike")
    yield Row(f"{name}: coherence", _coherence(one.assigned["sentence"], [words[:5] for words in one.words]), "NPMI")
    yield from _kmeans(name, one)


def newcomers(reviews: pl.DataFrame) -> Iterator[Row]:
    """One category held back, then read as a new week's: known names stay, and what is new gets a theme of its own."""
    kinds = sorted(set(reviews["cat"]))
    kept, found, spared = 0, 0, 0
    for kind in kinds:
        old, new = reviews.filter(pl.col("cat") != kind), reviews.filter(pl.col("cat") == kind)
        before = themes(old["text"].to_list(), stars=old["stars"].to_list())
        after = themes(new["text"].to_list(), known=before)
        again = themes(old.sample(2_000, seed=0)["text"].to_list(), known=before)
        kept += after.names[: len(before.names)] == before.names
        found += len(after.names) > len(before.names)
        spared += len(again.names) == len(before.names)
    yield Row("Chinese, a category never seen: known names kept", kept, f"of {len(kinds)}", len(kinds), is_least=True)
    yield Row("Chinese, a category never seen: new themes found", found, f"of {len(kinds)}")
    yield Row("Chinese, more of the same: no new theme", spared, f"of {len(kinds)}")


def speed(reviews: pl.DataFrame, n: int) -> Iterator[Row]:
    """Everything for n reviews: the clothing reviews again and again, each time with two sentences in new places."""
    draw = np.random.default_rng(0)
    rows = draw.integers(0, reviews.height, n)
    texts = [_shuffled(reviews["text"][int(row)], draw) for row in rows]
    table = reviews[rows.tolist()].with_columns(
        pl.Series("text", texts),
        pl.Series("review", [str(at) for at in range(n)]),
        (pl.date(2024, 1, 1) + pl.duration(days=pl.Series(draw.integers(0, 730, n)))).alias("day"),
    )
    began, worked = time.perf_counter(), time.process_time()
    took = {}
    found = _timed(took, "themes", lambda: themes(table["text"].to_list(), stars=table["stars"].to_list()))
    alarms = _timed(took, "hazards", lambda: hazards(table))
    _timed(took, "summaries", lambda: summaries(table, found))
    _timed(took, "costs", lambda: costs(table))
    _timed(took, "signals", lambda: signals(table, alarms))
    _timed(took, "fakes", lambda: fakes(table))
    note = ", ".join(f"{name} {seconds:.1f}" for name, seconds in took.items())
    yield Row(f"{n:,} reviews: all of it", time.perf_counter() - began, "s", 60, note)
    yield Row(f"{n:,} reviews: processor time of it", time.process_time() - worked, "s", note="all threads")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    yield Row(f"{n:,} reviews: peak memory", peak, "GB", 3, "of the whole process")


def _timed(took: dict[str, float], name: str, do):
    began = time.perf_counter()
    value = do()
    took[name] = time.perf_counter() - began
    return value


def _shuffled(text: str, draw: np.random.Generator) -> str:
    parts = text.split(". ")
    if len(parts) > 2:
        one, other = draw.integers(0, len(parts), 2)
        parts[one], parts[other] = parts[other], parts[one]
    return ". ".join(parts)


def _same(one: pl.Series, other: pl.Series) -> float:
    both = one.is_not_null() & other.is_not_null()
    return float(adjusted_rand_score(one.filter(both).to_numpy(), other.filter(both).to_numpy()))


def _halves(reviews: pl.DataFrame) -> float:
    texts = reviews["text"].to_list()
    placed = []
    for seed in (0, 1):
        part = reviews.sample(fraction=0.8, seed=seed)
        placed.append(themes(part["text"].to_list(), stars=part["stars"].to_list()).of(texts)["theme"])
    return _same(*placed)


def _coherence(said: pl.Series, groups: Sequence[Sequence[str]]) -> float:
    read = said.sample(min(SAMPLE, len(said)), seed=0)
    asked = {word for group in groups for word in group}
    places = dict(terms(read).filter(pl.col("term").is_in(asked)).group_by("term").agg("place").iter_rows())
    holds = {word: np.isin(np.arange(len(read)), places.get(word, [])) for word in asked}
    found = []
    for group in groups:
        for one, other in combinations(group, 2):
            joint = (holds[one] & holds[other]).mean()
            apart = holds[one].mean() * holds[other].mean()
            found.append(np.log(joint / apart) / -np.log(joint) if 0 < joint < 1 and apart > 0 else -1.0)
    return float(np.mean(found))


def _kmeans(name: str, ours: Themes) -> Iterator[Row]:
    said = ours.assigned["sentence"]
    read = said.sample(min(SAMPLE, len(said)), seed=0)
    vectors = encoder("static").encode(read.to_list())
    runs = [KMeans(len(ours.names), n_init=1, random_state=seed).fit_predict(vectors) for seed in (0, 1)]
    yield Row(
        f"{name}, k-means: seeds 0 and 1", float(adjusted_rand_score(*runs)), "ARI", note=f"{len(read):,} sentences"
    )
    words = salient(terms(read), pl.Series("group", runs[0].astype(np.int64)))
    yield Row(f"{name}, k-means: coherence", _coherence(said, [[w for w, _ in g[:5]] for g in words.values()]), "NPMI")


def rows(data: Path, n: int = 100_000) -> Iterator[Row]:
    """Every figure."""
    yield from speed(clothing(data), n)
    yield from stability("women's clothing", clothing(data))
    yield from stability("Chinese", chinese(data))
    yield from newcomers(chinese(data))


def main() -> None:
    """Measure, print a table, write JSON."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--data", type=Path, required=True, help="folder of the real data sets")
    reader.add_argument("--reviews", type=int, default=100_000, help="reviews of the speed measured")
    reader.add_argument("--json", type=Path, default=Path(__file__).parent / "results" / "review_themes.json")
    asked = reader.parse_args()
    found = []
    for row in rows(asked.data, asked.reviews):
        print(f"{row.what}: {row.measured:.3f} {row.unit}  {row.note}", file=sys.stderr, flush=True)
        found.append(row)
    report(found, asked.json)


if __name__ == "__main__":
    main()
