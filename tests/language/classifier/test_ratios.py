"""Of two classes a head weighs n-grams by the class they speak for."""

import numpy as np
import pytest

from shopwright.language.classifier import TextClassifier
from shopwright.language.classifier.grams import Shape, count
from shopwright.language.classifier.weights import Ratios

GOOD, BAD = ["soft", "fits", "warm", "bright"], ["torn", "scratchy", "late", "faded"]


@pytest.fixture(scope="module")
def reviews():
    """Reviews of many common words and one that tells, a tenth of them labelled wrongly."""
    draw = np.random.default_rng(8)
    common = [f"word{at}" for at in range(300)]
    texts, labels = [], []
    for number in range(700):
        is_good = number % 2 == 0
        telling = draw.choice(GOOD if is_good else BAD)
        texts.append(" ".join([*draw.choice(common, 12), telling]))
        labels.append(bool(is_good) if draw.random() > 0.1 else not is_good)
    return texts, labels


def test_what_tells_outweighs_what_is_common():
    texts = ["torn seam", "torn sleeve", "soft seam", "soft sleeve"]
    ratios = Ratios.learn(count(texts, Shape()), np.array([0, 0, 1, 1]))
    torn, soft = ratios.rows(count(["torn seam", "soft seam"], Shape())).toarray().sum(axis=1)
    assert torn < -1
    assert soft > 1


def test_rows_are_of_unit_length_however_often_a_word_comes():
    grams = count(["torn torn torn seam", "torn seam", "never seen"], Shape())
    rows = Ratios.learn(count(["torn seam", "soft seam"], Shape()), np.array([0, 1])).rows(grams).toarray()
    assert np.linalg.norm(rows[:2], axis=1) == pytest.approx([1, 1])
    assert np.linalg.norm(rows[2]) <= 1


def test_two_classes_are_told_apart_by_ratios_too(reviews, tmp_path):
    texts, labels = reviews
    fitted = TextClassifier.fit(texts, labels, encoder=None)
    assert "words + ratios" in {candidate.name for candidate in fitted.report.candidates}
    told = ["soft and warm", "torn and scratchy"]
    assert fitted.predict(told) == [True, False]
    fitted.save(tmp_path / "kept")
    np.testing.assert_array_equal(
        TextClassifier.load(tmp_path / "kept").predict_proba(told), fitted.predict_proba(told)
    )


def test_more_classes_are_not(taught):
    draw = np.random.default_rng(0)
    report = TextClassifier.fit(taught.texts, draw.permutation(taught.labels).tolist(), encoder=None).report
    assert all("ratios" not in candidate.name for candidate in report.candidates)
