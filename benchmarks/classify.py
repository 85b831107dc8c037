"""Classifying short texts: accuracy, outsiders, calibration, seconds, beside TF-IDF with scikit-learn's linear SVM.

    python benchmarks/classify.py --data FOLDER [--only banking77 clinc150 …] [--encoder none static minilm]

Test sets are kept back, so texts are held out of the training files at random under several seeds; figures are means
over them. With all labels of BANKING77 each tenth of every class is asked for in turn: all texts are judged once, and
as many as possible are left to learn from. An encoder that was not added on this machine is left out.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).parent))

from measure import Row, report

from shopwright.errors import ModelError
from shopwright.language import encoder as open_encoder
from shopwright.language.classifier import TextClassifier

Texts, Labels = list[str], list
Split = tuple[Texts, Labels, Texts, Labels]


def banking(data: Path, encoders: Sequence[str], seeds: int) -> Iterator[Row]:
    """All labels, each tenth in turn; ten and five a class, 20 texts of each class held out."""
    frame = pl.read_parquet(data / "banking77" / "train.parquet")
    texts, labels = frame["text"].to_list(), frame["category"].to_list()
    goals = {0: "goal ≥ 92.5 static, 94.0 fine-tuned", 10: "goal ≥ 87.5 fine-tuned", 5: "goal ≥ 81 fine-tuned"}
    for few, goal in goals.items():
        few_ones = [_split(texts, labels, seed, held=20, few=few) for seed in range(2 * seeds if few else 0)]
        splits = few_ones or _tenths(texts, labels)
        name = f"BANKING77, {few or 'all'} a class"
        yield from _accuracies(name, splits, encoders, goal, beside=True)
        if few:
            for encoder in (one for one in encoders if one != "none"):
                right = [_beside_others(split, texts, encoder) for split in splits]
                yield Row(f"{name}, {encoder}, the others without labels", float(np.mean(right)), "%", note=goal)


def _beside_others(split: Split, texts: Texts, encoder: str) -> float:
    """Right with every text that is neither learned from nor asked handed over without its label."""
    learn, known, test, truth = split
    others = sorted(set(texts) - {*learn, *test})
    return _right(TextClassifier.fit(learn, known, others, encoder=_named(encoder)), test, truth)


def clinc(data: Path, encoders: Sequence[str]) -> Iterator[Row]:
    """In-scope accuracy and outsiders caught, with and without examples of outsiders."""
    part = {
        name: pl.read_parquet(data / "clinc150" / f"{name}.parquet")
        for name in ("train", "val", "oos_train", "oos_val")
    }
    texts = {name: frame["text"].to_list() for name, frame in part.items()}
    labels = {name: frame["intent"].to_list() for name, frame in part.items()}
    for name in encoders:
        for shown in ([], texts["oos_train"]):
            fitted = TextClassifier.fit(texts["train"], labels["train"], encoder=_named(name), outside=shown)
            what = f"CLINC150, {name}{', 100 outsiders shown' if shown else ''}"
            yield Row(f"{what}: in scope right", _right(fitted, texts["val"], labels["val"]), "%", note="goal ≥ 96")
            inside, outside = fitted.confidence(texts["val"]), fitted.confidence(texts["oos_val"])
            caught = 100 * (outside < np.quantile(inside, 0.05)).mean()
            yield Row(f"{what}: outsiders caught, 95 % kept", caught, "%", note="goal ≥ 88; of 100")
            yield Row(f"{what}: kept at its own threshold", 100 * (inside >= fitted.threshold).mean(), "%")
            yield Row(f"{what}: outsiders caught there", 100 * (outside < fitted.threshold).mean(), "%")
            yield Row(f"{what}: calibration error", 100 * _gap(fitted, texts["val"], labels["val"]), "%")


def bitext(data: Path, encoders: Sequence[str], seeds: int) -> Iterator[Row]:
    """27 intents; a fifth held out."""
    frame = pl.read_parquet(data / "bitext" / "utterances.parquet")
    texts, labels = frame["utterance"].to_list(), frame["intent"].to_list()
    splits = [_share(texts, labels, seed, 0.2) for seed in range(seeds)]
    yield from _accuracies("Bitext, 27 intents", splits, encoders, "goal ≥ 99.7 in < 5 s", beside=True)


def chinese(data: Path, encoders: Sequence[str]) -> Iterator[Row]:
    """Sentiment of Chinese reviews: a seventh held out, and each category never seen."""
    frame = (
        pl.read_parquet(data / "online_shopping_zh" / "reviews.parquet")
        .drop_nulls("review")
        .unique("review", maintain_order=True)
    )
    texts, labels, kind = frame["review"].to_list(), frame["label"].to_list(), frame["cat"].to_numpy()
    names = [name for name in encoders if name in ("none", "static")]
    yield from _accuracies(
        "Chinese reviews, random", [_share(texts, labels, 0, 0.15)], names, "goal ≥ 95, 10 categories"
    )
    splits = [_cut(texts, labels, kind == one) for one in sorted(set(kind))]
    yield from _accuracies("Chinese reviews, new category", splits, names, "goal ≥ 90, 10 categories")
    found = [
        _right(TextClassifier.fit(learn, known, test, encoder=None), test, truth)
        for learn, known, test, truth in splits
    ]
    yield Row("Chinese reviews, new category, none, unlabelled given", float(np.mean(found)), "%", note="goal ≥ 90")


def speed(data: Path, encoders: Sequence[str]) -> Iterator[Row]:
    """Texts classified in a second."""
    frame = pl.read_parquet(data / "bitext" / "utterances.parquet").sample(3000, seed=0)
    texts, labels = frame["utterance"].to_list(), frame["intent"].to_list()
    for name in encoders:
        fitted = TextClassifier.fit(texts, labels, encoder=_named(name))
        began = time.perf_counter()
        fitted.predict(texts)
        yield Row(f"predict, {name}", len(texts) / (time.perf_counter() - began), "texts/s", note="goal ≥ 5,000 static")


def _accuracies(
    what: str, splits: list[Split], encoders: Sequence[str], goal: str, beside: bool = False
) -> Iterator[Row]:
    for name in encoders:
        right, seconds = [], []
        for learn, known, test, truth in splits:
            fitted = TextClassifier.fit(learn, known, encoder=_named(name))
            right.append(_right(fitted, test, truth))
            seconds.append(fitted.report.seconds)
        note = f"{goal}; {np.mean(seconds):.1f} s to fit; last: {fitted.report.picked}"
        yield Row(f"{what}, {name}", float(np.mean(right)), "%", note=note)
    if beside:
        yield Row(f"{what}, TF-IDF + SVM of scikit-learn", float(np.mean([_plain(*split) for split in splits])), "%")


def _plain(learn: Texts, known: Labels, test: Texts, truth: Labels) -> float:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline, make_union
    from sklearn.svm import LinearSVC

    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    model = make_pipeline(make_union(words, letters), LinearSVC()).fit(learn, known)
    return 100 * float(np.mean(model.predict(test) == np.array(truth)))


def _split(texts: Texts, labels: Labels, seed: int, held: int, few: int) -> Split:
    draw, marks = np.random.default_rng(seed), np.array(labels)
    test = np.zeros(len(marks), bool)
    taught = np.zeros(len(marks), bool)
    for mark in sorted(set(labels)):
        rows = draw.permutation(np.flatnonzero(marks == mark))
        test[rows[:held]] = True
        taught[rows[held : held + few] if few else rows[held:]] = True
    return _pick(texts, labels, np.flatnonzero(taught), np.flatnonzero(test))


def _tenths(texts: Texts, labels: Labels) -> list[Split]:
    from sklearn.model_selection import StratifiedKFold

    return [
        _pick(texts, labels, *rows) for rows in StratifiedKFold(10, shuffle=True, random_state=0).split(texts, labels)
    ]


def _share(texts: Texts, labels: Labels, seed: int, share: float) -> Split:
    return _cut(texts, labels, np.random.default_rng(seed).random(len(texts)) < share)


def _cut(texts: Texts, labels: Labels, test: np.ndarray) -> Split:
    return _pick(texts, labels, np.flatnonzero(~test), np.flatnonzero(test))


def _pick(texts: Texts, labels: Labels, taught: np.ndarray, test: np.ndarray) -> Split:
    take: Callable[[list, np.ndarray], list] = lambda listed, rows: [listed[row] for row in rows]  # noqa: E731
    return take(texts, taught), take(labels, taught), take(texts, test), take(labels, test)


def _right(fitted: TextClassifier, texts: Texts, labels: Labels) -> float:
    return 100 * float(np.mean([found == label for found, label in zip(fitted.predict(texts), labels, strict=True)]))


def _gap(fitted: TextClassifier, texts: Texts, labels: Labels) -> float:
    """Expected calibration error over ten equally filled bins (Guo et al. 2017)."""
    chances = fitted.predict_proba(texts)
    hits = np.array([fitted.classes[at] == label for at, label in zip(chances.argmax(axis=1), labels, strict=True)])
    top = chances.max(axis=1)
    return sum(
        abs(top[part].mean() - hits[part].mean()) * len(part) for part in np.array_split(np.argsort(top), 10)
    ) / len(top)


def _named(name: str) -> str | None:
    return None if name == "none" else name


def _there(names: Sequence[str]) -> list[str]:
    found = []
    for name in names:
        try:
            if name != "none":
                open_encoder(name)
            found.append(name)
        except ModelError as error:
            print(f"left out: {error}", file=sys.stderr)
    return found


def rows(
    data: Path, encoders: Sequence[str] = ("none", "static", "minilm"), only: Sequence[str] = (), seeds: int = 3
) -> list[Row]:
    """Every figure, area by area."""
    able = _there(encoders)
    areas: dict[str, Callable[[], Iterator[Row]]] = {
        "banking77": lambda: banking(data, able, seeds),
        "clinc150": lambda: clinc(data, able),
        "bitext": lambda: bitext(data, able, seeds),
        "online_shopping_zh": lambda: chinese(data, able),
        "speed": lambda: speed(data, able),
    }
    found = []
    for name, area in areas.items():
        if not only or name in only:
            for row in area():
                print(f"{row.what}: {row.measured:.2f} {row.unit}  {row.note}", file=sys.stderr, flush=True)
                found.append(row)
    return found


def main() -> None:
    """Measure, print a table, write JSON."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--data", type=Path, required=True, help="folder of the real data sets")
    reader.add_argument(
        "--only", nargs="*", default=[], help="areas: banking77 clinc150 bitext online_shopping_zh speed"
    )
    reader.add_argument("--encoder", nargs="*", default=["none", "static", "minilm"])
    reader.add_argument("--seeds", type=int, default=3, help="random splits")
    reader.add_argument("--json", type=Path, default=Path(__file__).parent / "results" / "classify.json")
    asked = reader.parse_args()
    report(rows(asked.data, asked.encoder, asked.only, asked.seeds), asked.json)


if __name__ == "__main__":
    main()
