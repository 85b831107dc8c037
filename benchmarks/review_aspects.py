"""Aspects: polarity by fifths of the SemEval-2014 training sentences, terms found on a fifth, reviews in a second.

The part `aspects` of benchmarks/reviews.py. A fifth holds all aspects of its sentences. The head is learned anew from
the other fifths, the laptop quadruples and starred reviews; what words feel like is learned from stars, and so stays.
The tuned encoder is measured by `training/aspects_minilm.py OUT --fold 0`, which takes its time.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).parents[1] / "training"))

from aspect_sets import Marked, Terms, fold, marked_quadruples, pooled_terms, semeval, starred
from aspects import by_stars, labelled, tagger, with_head
from measure import Row

from shopwright.language import Encoder, encoder, models
from shopwright.reviews import Aspects
from shopwright.reviews.aspect_terms import spans
from shopwright.reviews.aspect_tokens import Tokens

GOALS = {
    "static": {"laptop": 72.0, "restaurant": 77.0},
    "minilm": {"laptop": 78.0, "restaurant": 83.0},
}
ASKED_SPEED = 3000.0


class Remembering:
    """An encoder that is asked for each text once: the fifths share most of theirs."""

    def __init__(self, inner: Encoder) -> None:
        self.name, self.dimensions = inner.name, inner.dimensions
        self._inner, self._kept = inner, {}

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """As the inner one."""
        new = [text for text in dict.fromkeys(texts) if text not in self._kept]
        self._kept |= dict(zip(new, self._inner.encode(new), strict=True))
        return np.stack([self._kept[text] for text in texts])


def rows(data: Path, folds: int) -> Iterator[Row]:
    """Polarity, terms, speed."""
    yield from polarity(data, folds)
    yield from terms(data)
    yield speed(data)


def polarity(data: Path, folds: int) -> Iterator[Row]:
    """Accuracy given the aspect, of TF-IDF with a linear SVM and of ours, on the same fifths."""
    sets = {domain: semeval(data, domain) for domain in ("laptop", "restaurant")}
    ground = Aspects.load()
    more = [*marked_quadruples(data), *by_stars(starred(data), ground.taxonomy)]
    right: dict[tuple[str, str], list[float]] = {}
    able: dict[str, Remembering | None] = {"static": None}
    if "minilm" in models.names():
        able["minilm"] = Remembering(encoder("minilm"))
    for part in range(folds):
        learned = [row for some in sets.values() for row in some if fold(row.sentence) != part]
        ours = {name: with_head(ground, [*learned, *more], reader) for name, reader in able.items()}
        for domain, some in sets.items():
            held = [row for row in some if fold(row.sentence) == part]
            truth = np.array([row.polarity for row in held])
            plain = _plain([row for row in some if fold(row.sentence) != part], held)
            right.setdefault((domain, "TF-IDF + SVM of scikit-learn"), []).append(float(np.mean(plain == truth)))
            for name, model in ours.items():
                said = model.polarity([row.sentence for row in held], [(row.start, row.end) for row in held])
                right.setdefault((domain, name), []).append(float(np.mean(said.to_numpy() == truth)))
    for (domain, name), shares in right.items():
        goal = GOALS.get(name, {}).get(domain)
        note = f"{folds} fifths, lowest {100 * min(shares):.1f}, highest {100 * max(shares):.1f}"
        title = "frozen MiniLM, int8" if name == "minilm" else name
        yield Row(f"polarity, {domain}, {title}", 100 * float(np.mean(shares)), "%", goal, note, is_least=True)


def _plain(learned: Sequence[Marked], held: Sequence[Marked]) -> np.ndarray:
    """The anchor: words and pairs of the sentence."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import LinearSVC

    model = make_pipeline(TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True), LinearSVC(C=0.5))
    model.fit([row.sentence for row in learned], [row.polarity for row in learned])
    return model.predict([row.sentence for row in held])


def terms(data: Path) -> Iterator[Row]:
    """F1 of whole terms on one fifth, taggers learned from the others."""
    felt, every = Aspects.load().feelings, pooled_terms(data)
    for which in ("aspects", "opinions"):
        known = [one for one in every if getattr(one, which) is not None]
        found = tagger(felt, [one for one in known if fold(one.sentence) != 0], which)
        for source in dict.fromkeys(one.source for one in known):
            held = [one for one in known if fold(one.sentence) == 0 and one.source == source]
            precision, recall = _met(found.tag(Tokens.read([one.sentence for one in held]), felt), held, which)
            f1 = 2 * precision * recall / max(precision + recall, 1e-9)
            note = f"precision {100 * precision:.1f}, recall {100 * recall:.1f}, {len(held)} sentences"
            yield Row(f"terms, {which}, {source}: F1", 100 * f1, "%", note=note)


def _met(labels: np.ndarray, held: Sequence[Terms], which: str) -> tuple[float, float]:
    truth = labelled(Tokens.read([one.sentence for one in held]), [getattr(one, which) for one in held])
    said, real = (set(zip(*(part.tolist() for part in spans(some)), strict=True)) for some in (labels, truth))
    return len(said & real) / max(1, len(said)), len(said & real) / max(1, len(real))


def speed(data: Path) -> Row:
    """Reviews in a processor second: terms, opinions, polarity."""
    texts = pl.read_parquet(data / "womens_clothing" / "reviews.parquet")["Review Text"].drop_nulls().to_list()[:12_000]
    model = Aspects.load()
    model.extract(texts[:100])
    began = time.process_time()
    found = model.extract(texts)
    taken = time.process_time() - began
    length = float(np.mean([len(text) for text in texts]))
    note = f"{found.height:,} aspects in {len(texts):,} reviews of {length:.0f} characters"
    return Row("extract, static", len(texts) / taken, "reviews/s", ASKED_SPEED, note, is_least=True)
