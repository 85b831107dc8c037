"""Tuned encoders beside the one they came from: BANKING77 with 5, 10 and all examples a class, CLINC150 in scope.

    python benchmarks/tuning.py --data FOLDER --work FOLDER [--only banking77-5 banking77 …] [--whole]

Needs the `train` extra and minutes for each line, so every tuning and every figure is kept in --work, and the same
command goes on where it was broken off. Test sets are kept back: with few labels 20 texts of each class are held out at
random, with all of them a tenth of each class, so that as much as possible is left to learn from.
`--whole` measures `TextClassifier.fit(…, tune=True)` too, which tunes twice. With few labels both ways of fitting are
measured a second time with all other texts of the file handed over without labels.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from sklearn.linear_model import LogisticRegression

sys.path.insert(0, str(Path(__file__).parent))

from measure import Row, report

from shopwright.disk import write_text
from shopwright.language import TextClassifier, encoder, models
from shopwright.language.classifier.kernel import Kernel, LeftOut
from shopwright.language.classifier.spread import learned
from shopwright.language.tuning.encoder import tune

JOBS = {
    "banking77-5": ("banking77", 5, "goal ≥ 81"),
    "banking77-10": ("banking77", 10, "goal ≥ 87.5"),
    "banking77": ("banking77", 0, "goal ≥ 94.0"),
    "clinc150": ("clinc150", 0, "goal ≥ 96"),
}
WHOLE, OTHERS = "TextClassifier, tune=True", ", the others without labels"
HELD = 20
SHARE = 10  # with all labels one text in so many


def job(name: str, data: Path, work: Path, seed: int, whole: bool) -> Iterator[tuple[str, float]]:
    """Accuracies in percent, each under its name."""
    folder, few, _ = JOBS[name]
    taught, given, asked, right = _split(data / folder, few, seed)
    rest = _rest(data / folder, {*taught, *asked}) if few else []
    place = work / f"{name}-{seed}"
    began = time.perf_counter()
    tuned = encoder(tune(taught, given, folder=place, resume=place.exists()))
    yield "seconds of tuning", time.perf_counter() - began
    frozen = encoder("minilm")
    chances = {
        what: _chances(found.encode(taught), given, found.encode(asked))
        for what, found in (("frozen", frozen), ("tuned", tuned))
    }
    names = np.array(sorted(set(given)))
    for what, found in chances.items():
        yield f"{what} + logistic regression", 100 * float((names[found.argmax(1)] == right).mean())
    without: dict[str, list[str]] = {"": [], OTHERS: rest} if few else {"": []}
    for what, own in (("frozen", frozen), ("tuned", tuned)):
        vectors, questions = own.encode(taught), own.encode(asked)
        named = own.encode([_words(name) for name in names])
        for others, more in without.items():
            near = _near(vectors, given, named, own.encode(more)).scores(questions)
            yield f"{what} + nearness{others}", 100 * float((names[near.argmax(1)] == right).mean())
    for what in ("TextClassifier", WHOLE)[: 1 + whole]:
        for others, more in without.items():
            fitted = TextClassifier.fit(taught, given, more, encoder="minilm", tune=what == WHOLE, seed=seed)
            yield f"{what}{others}", 100 * float((np.array(fitted.predict(asked)) == right).mean())


def _chances(vectors: Any, given: list[str], asked: Any) -> Any:
    return LogisticRegression(C=10, max_iter=500).fit(vectors, given).predict_proba(asked)


def _near(vectors: Any, given: list[str], named: Any, more: Any) -> Kernel:
    """The classifier's own head over vectors, the names of the classes among its examples; `more` have no labels."""
    names = sorted(set(given))
    targets = np.eye(len(names), dtype=np.float32)[[*np.searchsorted(names, given), *range(len(names))]]
    both = np.concatenate([vectors, named])
    marks = np.arange(len(both))[:: max(len(both) // 2500, 1)]
    kernel = LeftOut.learn(both, targets, marks).kernel
    return learned(both, targets, marks, more, kernel, 2500, 0) if len(more) else kernel


def _rest(folder: Path, known: set[str]) -> list[str]:
    """All other texts of the training file."""
    texts: list[str] = pl.read_parquet(folder / "train.parquet")["text"].unique(maintain_order=True).to_list()
    return [text for text in texts if text not in known]


def _words(name: str) -> str:
    return name.replace("_", " ")


def _split(folder: Path, few: int, seed: int) -> tuple[list[str], list[str], list[str], Any]:
    """Texts and labels to learn from and to be asked for."""
    frame = pl.read_parquet(folder / "train.parquet")
    texts, labels = (frame[column].to_list() for column in frame.columns[:2])
    order = np.random.default_rng(seed).permutation(len(texts))
    of = {label: [at for at in order if labels[at] == label] for label in sorted(set(labels))}
    n_held = {label: min(HELD, len(rows) // 2) if few else max(len(rows) // SHARE, 1) for label, rows in of.items()}
    held = {label: rows[-n_held[label] :] for label, rows in of.items()}
    kept = {label: rows[: len(rows) - len(held[label])] for label, rows in of.items()}
    taught = [at for rows in kept.values() for at in (rows[:few] if few else rows)]
    asked = [at for rows in held.values() for at in rows]
    return (
        [texts[at] for at in taught],
        [labels[at] for at in taught],
        [texts[at] for at in asked],
        np.array([labels[at] for at in asked]),
    )


def main() -> None:
    """Measure what is not measured yet, print a table, write JSON."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--data", type=Path, required=True, help="folder of the real data sets")
    reader.add_argument("--work", type=Path, required=True, help="folder for tuned encoders and figures so far")
    reader.add_argument("--only", nargs="*", default=list(JOBS), choices=list(JOBS))
    reader.add_argument("--seeds", type=int, default=1, help="random splits")
    reader.add_argument("--whole", action="store_true", help="also TextClassifier.fit(…, tune=True)")
    reader.add_argument("--json", type=Path, default=Path(__file__).parent / "results" / "tuning.json")
    asked = reader.parse_args()
    asked.work.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("SHOPWRIGHT_MODELS", str(asked.work / "models"))
    if "minilm" not in models.names():
        models.add("minilm")
    for name in asked.only:
        for seed in range(asked.seeds):
            file = asked.work / f"{name}.{seed}.json"
            known = json.loads(file.read_text("utf-8")) if file.is_file() else {}
            last = f"{WHOLE if asked.whole else 'TextClassifier'}{OTHERS if JOBS[name][1] else ''}"
            if last in known:
                continue
            for what, figure in job(name, asked.data, asked.work, seed, asked.whole):
                if what != "seconds of tuning" or what not in known:  # a finished tuning takes no time the second time
                    known[what] = figure
                print(f"{name}, split {seed}: {what} {figure:.2f}", file=sys.stderr, flush=True)
            write_text(file, json.dumps(known, indent=1))
    report(list(_rows(asked.work)), asked.json)


def _rows(work: Path) -> Iterator[Row]:
    """Means over the splits measured so far."""
    for name, (_, _, goal) in JOBS.items():
        found = [json.loads(file.read_text("utf-8")) for file in sorted(work.glob(f"{name}.*.json"))]
        for what in found[0] if found else ():
            values = [each[what] for each in found if what in each]
            unit, note = ("s", "") if what.startswith("seconds") else ("%", goal)
            yield Row(f"{name}: {what}", float(np.mean(values)), unit, note=f"{note} ({len(values)} splits)".strip())


if __name__ == "__main__":
    main()
