"""Scores of heads added up to chances."""

import numpy as np
import polars as pl
import pytest
from scipy.special import softmax

from shopwright.language import encoder
from shopwright.language.classifier.blend import AS_THEY_ARE, blended, losses, told, weigh
from shopwright.language.classifier.kernel import LeftOut


@pytest.mark.realdata
def test_logarithms_of_scores_over_vectors_make_labels_likelier(data):
    frame = pl.read_parquet(data("banking77") / "train.parquet").sample(1500, shuffle=True, seed=4)
    labels, classes = np.unique(frame["category"].to_numpy(), return_inverse=True)
    vectors = encoder("static").encode(frame["text"].to_list())
    scores = LeftOut.learn(vectors, np.eye(len(labels), dtype=np.float32)[classes], np.arange(len(classes))).scores
    surprise = {}
    for name in ("vectors", AS_THEY_ARE):
        (weight,) = weigh([told({"vectors": scores}, name)], classes, [2.0])
        surprise[name] = losses(blended({"vectors": scores}, {name: weight}), classes).mean()
    assert surprise["vectors"] < 0.88 * surprise[AS_THEY_ARE]


def test_the_likeliest_class_is_the_same_one():
    """Also far from everything, where all scores are near zero."""
    scores = np.random.default_rng(0).normal(-0.1, 0.1, (200, 9)).astype(np.float32)
    assert (scores.max(axis=1) < 0).any()
    logs = told({"vectors": scores}, "vectors")
    assert np.isfinite(logs).all()
    assert np.array_equal(logs.argmax(1), scores.argmax(1))


def test_a_score_below_zero_is_hardly_told_from_none():
    scores = {"vectors": np.array([[-0.3, 0.0, 0.9]], np.float32), "words": np.array([[0.5, 0.5, 0.5]], np.float32)}
    chances = softmax(blended(scores, {"vectors": 1.0, "words": 2.0}), axis=1)[0]
    assert chances[0] < chances[1] < chances[2]
    assert chances[0] == pytest.approx(chances[1], rel=0.01)
    np.testing.assert_array_equal(told(scores, "words"), scores["words"])
