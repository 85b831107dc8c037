import datetime as dt

import numpy as np
import pytest

from shopwright.errors import ModelError
from shopwright.language.classifier import Cost, TextClassifier

ODD = ["", "   ", "🙂🙂🙂", "\0\0", "a\0b", "Привет 你好 hello مرحبا", "\ud800", "x" * 1_000_000, "好" * 1_000_000]


@pytest.fixture(scope="module")
def classifier(taught):
    return TextClassifier.fit(taught.texts, taught.labels, encoder="static")


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_any_text_gets_an_answer(classifier, text):
    chances = classifier.predict_proba([text])
    assert np.isfinite(chances).all()
    assert chances.sum() == pytest.approx(1)
    assert 0 <= classifier.confidence([text])[0] <= 1


def test_odd_texts_can_be_learned_from():
    classifier = TextClassifier.fit(ODD * 3, ["odd", "odder", "oddest"] * (len(ODD)), encoder="static")
    assert len(classifier.predict(ODD)) == len(ODD)


def test_no_texts_no_answers(classifier):
    assert classifier.predict([]) == []
    assert classifier.predict_proba([]).shape == (0, 4)
    assert classifier.confidence([]).shape == (0,)
    assert classifier.in_scope([]).shape == (0,)


@pytest.mark.parametrize(
    "texts, labels, code",
    [
        ("abc", [1, 2, 3], "MODEL-50"),
        (["a", 5], [1, 2], "MODEL-51"),
        (["a", None], [1, 2], "MODEL-51"),
        (["a", b"b"], [1, 2], "MODEL-51"),
        (["a", "b"], [1], "MODEL-52"),
        (["a", "b"], 5, "MODEL-52"),
        (["a", "b"], None, "MODEL-52"),
        ([], [], "MODEL-54"),
        (["a", "b"], ["one", "one"], "MODEL-54"),
        (["a", "b"], [None, None], "MODEL-54"),
        (["a", "b"], ["one", None], "MODEL-54"),
        (["a", "b"], [float("nan"), 1], "MODEL-53"),
        (["a", "b"], [("x",), 1], "MODEL-53"),
        (["a", "b"], [dt.date(2026, 1, 1), 1], "MODEL-53"),
    ],
)
def test_what_cannot_be_learned_from_is_said(texts, labels, code):
    with pytest.raises(ModelError) as caught:
        TextClassifier.fit(texts, labels, encoder=None)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "keep", [0, 1.5, -1, float("nan"), "0.9", None, [0.9], Cost(0, 1), Cost(1, -1), Cost(1, 1, outside=1)]
)
def test_an_operating_point_has_to_be_one(taught, keep):
    with pytest.raises(ModelError, match="MODEL-55"):
        TextClassifier.fit(taught.texts, taught.labels, encoder=None, keep=keep)


@pytest.mark.parametrize(
    "more, code",
    [
        ({"unlabelled": 5}, "MODEL-50"),
        ({"unlabelled": "one text"}, "MODEL-50"),
        ({"unlabelled": ["fine", 3]}, "MODEL-51"),
        ({"outside": 5}, "MODEL-50"),
        ({"outside": ["fine", None]}, "MODEL-51"),
    ],
)
def test_the_argument_that_is_wrong_is_named(taught, more, code):
    with pytest.raises(ModelError) as caught:
        TextClassifier.fit(taught.texts, taught.labels, encoder=None, **more)
    assert caught.value.code == code
    assert next(iter(more)) in str(caught.value.what)


def test_texts_to_predict_are_looked_over(classifier):
    with pytest.raises(ModelError, match="MODEL-50"):
        classifier.predict("one text")
    with pytest.raises(ModelError, match="MODEL-51"):
        classifier.predict(["fine", 3])


@pytest.mark.parametrize("encoder", [None, "static"])
def test_one_example_of_each_class_is_enough(encoder):
    classifier = TextClassifier.fit(["track my parcel", "i want a refund"], ["a", "b"], encoder=encoder)
    assert classifier.predict(["track my parcel now", "refund please"]) == ["a", "b"]
    assert not classifier.report.candidates
    assert "too few" in str(classifier.report.sentence)


def test_labels_keep_their_kind():
    texts = ["apple", "pear", "plum", "cherry", "grape", "melon"] * 3
    labels = [1, "1", 1.5, True, "with space ", "退货 🙂"] * 3
    classifier = TextClassifier.fit(texts, labels, encoder=None)
    got = classifier.predict(texts[:6])
    assert [(type(label), label) for label in got] == [(type(label), label) for label in labels[:6]]


def test_labels_of_numpy_are_plain_afterwards():
    labels = np.array([0, 1] * 6)
    assert TextClassifier.fit(["yes", "no"] * 6, labels, encoder=None).predict(["yes"]) == [0]


def test_contradictions_are_counted_and_answered_by_chance():
    classifier = TextClassifier.fit(["same"] * 20 + ["other"] * 10, ["a", "b"] * 10 + ["a"] * 10, encoder=None)
    assert classifier.report.n_mixed == 20
    assert classifier.predict_proba(["same"])[0].max() < 0.8
