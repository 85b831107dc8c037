"""The static encoder: texts a second, and how far its vectors alone go beside the parent's and beside n-grams.

    python benchmarks/static_encoder.py --data FOLDER

FOLDER holds `banking77`, `clinc150`, `online_shopping_zh`. What is measured on was not learned from: one text in five,
chosen by its hash (training/corpora.py), the Chinese categories in turn. The parent is measured where it was added
(`shopwright models add minilm`).
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "training"))

from corpora import held_out
from measure import Row, report

from shopwright.language import encoder, models
from shopwright.language.static import StaticEncoder

ENGLISH = {"BANKING77": ("banking77/train.parquet", "category"), "CLINC150": ("clinc150/train.parquet", "intent")}
NEW_CATEGORIES = ("书籍", "平板")


def speed(data: Path, rounds: int = 5) -> Iterator[Row]:
    """Texts in a second of the clock, best of some rounds; milliseconds until the weights are ready."""
    began = time.perf_counter()
    StaticEncoder()
    yield Row("static: ready", 1000 * (time.perf_counter() - began), "ms", 100)
    for label, (file, column) in {
        "assistant questions (en)": ("clinc150/train.parquet", "text"),
        "shop reviews (zh)": ("online_shopping_zh/reviews.parquet", "review"),
    }.items():
        texts = pl.read_parquet(data / file)[column].drop_nulls().to_list()
        seconds = []
        for _ in range(rounds):
            began = time.perf_counter()
            encoder("static").encode(texts)
            seconds.append(time.perf_counter() - began)
        length = np.mean([len(text) for text in texts])
        yield Row(f"static: {label}", len(texts) / min(seconds), "texts/s", note=f"{length:.0f} characters each")


def quality(data: Path) -> Iterator[Row]:
    """Accuracy of a linear head on vectors alone, and of TF-IDF with a linear SVM, on the same left-out texts."""
    for name, (file, label) in ENGLISH.items():
        frame = pl.read_parquet(data / file)
        texts, labels = frame["text"].to_list(), frame[label].to_numpy()
        left = np.array([held_out(text.strip()) for text in texts])
        yield from _beside(name, texts, labels, left, parent=True)
    frame = pl.read_parquet(data / "online_shopping_zh" / "reviews.parquet").drop_nulls()
    texts, labels = frame["review"].to_list(), frame["label"].to_numpy()
    yield from _beside("zh reviews", texts, labels, np.array([held_out(text) for text in texts]))
    yield from _beside("zh reviews, new categories", texts, labels, frame["cat"].is_in(NEW_CATEGORIES).to_numpy())


def _beside(name: str, texts: list[str], labels: np.ndarray, left: np.ndarray, parent: bool = False) -> Iterator[Row]:
    readers = ["static"] + ["minilm"] * (parent and "minilm" in models.names())
    for reader in readers:
        vectors = encoder(reader).encode(texts)
        scaled = (vectors - vectors[~left].mean(0)) / vectors[~left].std() / 4
        head = LogisticRegression(C=20, max_iter=300).fit(scaled[~left], labels[~left])
        yield Row(f"{name}: {reader}, linear head", 100 * head.score(scaled[left], labels[left]), "%")
    words = TfidfVectorizer(analyzer="char" if "zh" in name else "word", ngram_range=(1, 2), sublinear_tf=True)
    counts = words.fit(np.array(texts, object)[~left]).transform(texts)
    accuracy = LinearSVC().fit(counts[~left], labels[~left]).score(counts[left], labels[left])
    yield Row(f"{name}: TF-IDF and SVM", 100 * accuracy, "%")


def main() -> None:
    """Measure, print a table, write JSON."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--data", type=Path, required=True, help="folder of the real data sets")
    reader.add_argument("--json", type=Path, default=Path(__file__).parent / "results" / "static_encoder.json")
    asked = reader.parse_args()
    rows = [*speed(asked.data), *quality(asked.data)]
    report(rows, asked.json)


if __name__ == "__main__":
    main()
