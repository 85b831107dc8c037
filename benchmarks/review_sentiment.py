"""Sentiment of reviews beside TF-IDF with scikit-learn's logistic regression, in the same run.

    python benchmarks/review_sentiment.py --data FOLDER [--only clothing chinese categories few speed] [--seeds 3]

Test parts are kept back, so reviews are held out at random, each text once; one category at a time is left out of the
Chinese ones. The models that ship have seen these reviews: `prior=False` keeps them out.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).parent))

from measure import Row, report
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from shopwright.reviews import Sentiment
from shopwright.reviews.sentiment_scores import Scores

Texts = list[str]
Marks = NDArray[np.float64]


def clothing(data: Path, seeds: int) -> Iterator[Row]:
    """The flag of recommendation from title and text: area under the curve, learned from flags and from stars."""
    frame = pl.read_parquet(data / "womens_clothing" / "reviews.parquet").drop_nulls("Review Text")
    frame = frame.unique("Review Text", maintain_order=True)
    titles, bodies = frame["Title"].to_list(), frame["Review Text"].to_list()
    texts = [f"{title}. {body}" if title else body for title, body in zip(titles, bodies, strict=True)]
    flags, stars = (frame[name].to_numpy().astype(float) for name in ("Recommended IND", "Rating"))
    areas: dict[str, list[float]] = {"flags": [], "stars": [], "TF-IDF + LR": []}
    gaps, secure = [], []
    for seed in range(seeds):
        test = np.random.default_rng(seed).random(len(texts)) < 0.2
        learn, held = _rows(texts, ~test), _rows(texts, test)
        by_flag = Sentiment.fit(learn, flags[~test], prior=False).score(held, mixed=False)
        by_star = Sentiment.fit(learn, stars[~test], prior=False).score(held, mixed=False)
        plain = _plain(learn, flags[~test], held, "word", (1, 2))
        for name, found in {"flags": by_flag.values, "stars": by_star.values, "TF-IDF + LR": plain}.items():
            areas[name].append(100 * roc_auc_score(flags[test], found))
        gaps.append(100 * _gap(by_flag, flags[test]))
        secure.append(areas["flags"][-1] - areas["TF-IDF + LR"][-1])
    for name, found in areas.items():
        asked = 95.0 if name == "flags" else None
        note = f"{seeds} splits, ± {np.std(found):.2f}"
        yield Row(f"clothing, recommended: {name}", float(np.mean(found)), "AUC %", asked, note, is_least=True)
    yield Row("clothing: above TF-IDF, least of the splits", min(secure), "AUC %", 0.0, is_least=True)
    yield Row("clothing: calibration error", float(np.mean(gaps)), "%")


def chinese(data: Path, seeds: int) -> Iterator[Row]:
    """Accuracy on reviews held out at random."""
    texts, marks, _ = _chinese(data)
    ours, plain = [], []
    for seed in range(seeds):
        test = np.random.default_rng(seed).random(len(texts)) < 0.15
        learn, held = _rows(texts, ~test), _rows(texts, test)
        scores = Sentiment.fit(learn, marks[~test], prior=False).score(held, mixed=False)
        ours.append(_right(scores.values, marks[test]))
        plain.append(_right(_plain(learn, marks[~test], held, "char", (1, 4)), marks[test]))
    yield Row("Chinese, random: ours", float(np.mean(ours)), "%", 95.0, f"± {np.std(ours):.2f}", is_least=True)
    yield Row("Chinese, random: TF-IDF + LR", float(np.mean(plain)), "%", note=f"± {np.std(plain):.2f}")


def categories(data: Path, only: Sequence[str] = ()) -> Iterator[Row]:
    """Accuracy on a category never learned from, in turn: without its reviews, and with them unmarked."""
    texts, marks, kinds = _chinese(data)
    found: dict[str, list[float]] = {"ours": [], "ours, adapted": [], "TF-IDF + LR": []}
    for kind in only or sorted(set(kinds)):
        test = kinds == kind
        learn, held = _rows(texts, ~test), _rows(texts, test)
        fitted = Sentiment.fit(learn, marks[~test], prior=False)
        found["ours"].append(_right(fitted.score(held, mixed=False).values, marks[test]))
        found["ours, adapted"].append(_right(fitted.adapt(held).score(held, mixed=False).values, marks[test]))
        found["TF-IDF + LR"].append(_right(_plain(learn, marks[~test], held, "char", (1, 4)), marks[test]))
        told = ", ".join(f"{name} {values[-1]:.2f}" for name, values in found.items())
        print(f"{kind}: {told}", file=sys.stderr, flush=True)
    for name, values in found.items():
        asked = 90.0 if name == "ours, adapted" else None
        yield Row(f"Chinese, new category: {name}", float(np.mean(values)), "%", asked, is_least=True)


def few(data: Path, seeds: int) -> Iterator[Row]:
    """A shop with few Chinese reviews of a category that the prior never saw: alone, helped, the prior alone.

    The prior here is fitted without the category; the one that ships has seen it.
    """
    texts, marks, kinds = _chinese(data)
    for kind in ("手机", "酒店"):
        rows = np.flatnonzero(kinds == kind)
        prior = Sentiment.fit(_rows(texts, kinds != kind), marks[kinds != kind], prior=False)
        for n in (20, 100, 500):
            alone = []
            for seed in range(seeds):
                order = np.random.default_rng(seed).permutation(rows)
                held = [texts[row] for row in order[1000:2000]]
                fit = Sentiment.fit([texts[row] for row in order[:n]], marks[order[:n]], prior=False)
                alone.append(_right(fit.score(held, mixed=False).values, marks[order[1000:2000]]))
            yield Row(f"Chinese, {n} reviews of {kind}, alone", float(np.mean(alone)), "%")
        found = prior.score([texts[row] for row in rows], mixed=False).values
        yield Row(f"Chinese, {kind}, a prior without it", _right(found, marks[rows]), "%")


def speed(data: Path) -> Iterator[Row]:
    """Learning from 100,000 English reviews with stars and scoring all of them, sentences too."""
    frame = pl.read_parquet(data / "womens_clothing" / "reviews.parquet").drop_nulls("Review Text")
    drawn = frame.sample(100_000, with_replacement=True, seed=0)
    texts = [f"{text} {number}" for number, text in enumerate(drawn["Review Text"].to_list())]
    began, busy = time.perf_counter(), time.process_time()
    fitted = Sentiment.fit(texts, drawn["Rating"].to_list())
    learned = time.process_time()
    fitted.score(texts, mixed=False)
    whole = time.process_time()
    fitted.score(texts)
    done = time.perf_counter()
    yield Row("100,000 reviews: learn", learned - busy, "s of one core")
    yield Row("100,000 reviews: score", whole - learned, "s of one core")
    yield Row("100,000 reviews: score, sentences too", time.process_time() - whole, "s of one core")
    yield Row("100,000 reviews: all of these", done - began, "s", 60.0, note="by the clock; scored twice")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield Row("100,000 reviews: most memory", peak, "MB", 3_000.0)


def _chinese(data: Path) -> tuple[Texts, Marks, NDArray[np.object_]]:
    frame = pl.read_parquet(data / "online_shopping_zh" / "reviews.parquet").drop_nulls("review")
    frame = frame.unique("review", maintain_order=True)
    return frame["review"].to_list(), frame["label"].to_numpy().astype(float), frame["cat"].to_numpy()


def _plain(learn: Texts, known: Marks, held: Texts, analyser: str, sizes: tuple[int, int]) -> Marks:
    """TF-IDF and logistic regression, with the cost that suits it best."""
    counts = TfidfVectorizer(analyzer=analyser, ngram_range=sizes, sublinear_tf=True, min_df=2)
    rows = counts.fit_transform(learn)
    costs = 4.0 if analyser == "word" else 16.0
    machine = LogisticRegression(C=costs, solver="liblinear").fit(rows, known)
    return np.asarray(machine.decision_function(counts.transform(held)))


def _rows(texts: Texts, which: NDArray[np.bool_]) -> Texts:
    return [texts[row] for row in np.flatnonzero(which)]


def _right(values: Marks, truth: Marks) -> float:
    return 100 * float(np.mean((values > 0) == (truth > 0.5)))


def _gap(scores: Scores, truth: Marks) -> float:
    """Expected calibration error over ten equally filled bins (Guo et al. 2017)."""
    right = np.where(scores.values > 0, 1.0, 0.0) == truth
    parts = np.array_split(np.argsort(scores.confidence), 10)
    return float(
        sum(abs(scores.confidence[part].mean() - right[part].mean()) * len(part) for part in parts) / len(right)
    )


def rows(data: Path, seeds: int = 3, only: Sequence[str] = ()) -> Iterator[Row]:
    """Every figure, area by area."""
    areas = {
        "clothing": lambda: clothing(data, seeds),
        "chinese": lambda: chinese(data, seeds),
        "categories": lambda: categories(data),
        "few": lambda: few(data, seeds),
        "speed": lambda: speed(data),
    }
    for name, area in areas.items():
        if not only or name in only:
            yield from area()


def main() -> None:
    """Measure, print a table, write JSON."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--data", type=Path, required=True, help="folder of the real data sets")
    reader.add_argument("--only", nargs="*", default=[], help="areas: clothing chinese categories few speed")
    reader.add_argument("--seeds", type=int, default=3, help="random splits")
    reader.add_argument("--json", type=Path, default=Path(__file__).parent / "results" / "review_sentiment.json")
    asked = reader.parse_args()
    found = []
    for row in rows(asked.data, asked.seeds, asked.only):
        print(f"{row.what}: {row.measured:.2f} {row.unit}  {row.note}", file=sys.stderr, flush=True)
        found.append(row)
    report(found, asked.json)


if __name__ == "__main__":
    main()
