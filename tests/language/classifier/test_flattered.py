"""An encoder that was tuned on the very texts a classifier is to learn from."""

import numpy as np
import pytest

from shopwright.language import encoder
from shopwright.language.classifier import Cost, TextClassifier
from shopwright.language.onnx.learned import hashes


class Tuned:
    """An encoder that has the label of every text it was tuned on by heart, and else only the words."""

    name, dimensions = "by-heart-int8-0", 260

    def __init__(self, texts, labels):
        self._static, self._by_heart = encoder("static"), dict(zip(texts, labels, strict=True))
        self._places = {label: at for at, label in enumerate(sorted(set(labels)))}
        self.learned = frozenset(hashes(texts))

    def encode(self, texts):
        vectors = np.zeros((len(texts), self.dimensions), np.float32)
        for row, (text, plain) in enumerate(zip(texts, self._static.encode(texts), strict=True)):
            if text in self._by_heart:
                vectors[row, 256 + self._places[self._by_heart[text]]] = 1
            else:
                vectors[row, : len(plain)] = plain[:256]
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.fixture(scope="module")
def by_heart(taught):
    return Tuned(taught.texts, taught.labels)


def test_it_is_not_judged_by_what_it_knows_by_heart(taught, by_heart):
    """Held out from the head only, those texts would be told rightly to the last."""
    unknown = TextClassifier.fit(taught.texts, taught.labels, encoder=by_heart)
    assert unknown.report.candidates == ()
    assert unknown.report.n_learned == len(taught.texts)
    assert "tune=True" in str(unknown.report.sentence)


def test_texts_it_does_not_know_judge_it(taught, by_heart, asked):
    more = [text for text in asked.texts if text not in set(taught.texts)]
    labels = [label for text, label in zip(asked.texts, asked.labels, strict=True) if text in set(more)]
    classifier = TextClassifier.fit(taught.texts + more, taught.labels + labels, encoder=by_heart)
    assert classifier.report.n_learned == len(taught.texts)
    assert classifier.report.n_held == len(more)
    assert classifier.report.picked != "vectors"  # whose vectors of new texts say nothing of the classes
    assert np.mean(np.array(classifier.predict(more)) == labels) > 0.95


def test_it_can_be_used_with_texts_without_labels_and_costs(taught, by_heart, asked):
    outside = taught.outside
    for more in (None, asked.texts):
        classifier = TextClassifier.fit(
            taught.texts, taught.labels, more, encoder=by_heart, outside=outside, keep=Cost(5, 1)
        )
        assert classifier.predict(taught.texts) == taught.labels
        assert 0 <= classifier.threshold <= 1


def test_other_texts_are_judged_as_ever(taught, asked):
    stranger = Tuned(["something else"], ["other"])
    classifier = TextClassifier.fit(taught.texts, taught.labels, encoder=stranger)
    assert classifier.report.n_learned == 0
    assert classifier.report.n_held == len(taught.texts)
