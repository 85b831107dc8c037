"""Texts without labels beside those with them, for the head over vectors."""

import json

import numpy as np
import polars as pl
import pytest
from threadpoolctl import threadpool_limits

from shopwright.language import encoder
from shopwright.language.classifier import TextClassifier
from shopwright.language.classifier.blend import weigh
from shopwright.language.classifier.kernel import LeftOut
from shopwright.language.classifier.spread import learned, spread
from shopwright.language.classifier.unlabelled import fresh


def clouds(n, seed):
    """Texts of eight subjects, `n` of each, wide enough that one of each does not tell where its subject ends."""
    middles = np.random.default_rng(0).normal(size=(8, 24))
    classes = np.repeat(np.arange(8), n)
    points = middles[classes] + np.random.default_rng(seed).normal(0, 1.0, (len(classes), 24))
    return (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32), classes


@pytest.fixture(scope="module")
def little():
    """One text of each subject with a label, many without, and the head that learned from the labels alone."""
    known, classes = clouds(1, seed=1)
    targets = np.eye(8, dtype=np.float32)[classes]
    return known, targets, *clouds(100, seed=2), LeftOut.learn(known, targets, np.arange(8)).kernel


def test_labels_spread_through_what_lies_together(little):
    known, targets, more, classes, near = little
    alone = near.scores(more)
    found = spread(known, targets, more, alone)
    assert (alone.argmax(1) == classes).mean() < 0.85
    assert (found.argmax(1) == classes).mean() > 0.95
    np.testing.assert_allclose(found.sum(1), 1, atol=1e-5)


def test_new_texts_are_read_without_the_graph(little):
    known, targets, more, _, near = little
    kernel = learned(known, targets, np.arange(8), more, near, 300, 0)
    vectors, classes = clouds(100, seed=3)
    assert len(kernel.landmarks) == 300
    assert (near.scores(vectors).argmax(1) == classes).mean() < 0.85
    assert (kernel.scores(vectors).argmax(1) == classes).mean() > 0.95


def test_fewer_texts_than_neighbours_and_texts_that_say_nothing():
    known = np.eye(3, dtype=np.float32)[:2]
    more = np.array([[0.9, 0.1, 0], [0, 0, 0], [0, 0, 1], [0.1, 0.9, 0]], np.float32)
    found = spread(known, np.eye(2, dtype=np.float32), more, np.zeros((4, 2), np.float32))
    assert np.isfinite(found).all()
    assert found.argmax(1)[[0, 3]].tolist() == [0, 1]


def test_only_what_is_new_counts():
    assert fresh(["a", "b", "a", "c", "b"], ["c"]).tolist() == [0, 1]


def test_a_few_texts_all_told_rightly_do_not_make_it_sure_of_everything():
    scores = np.where(np.eye(4, dtype=bool)[np.arange(40) % 4], 0.9, 0.1).astype(np.float32)
    (few,) = weigh([scores[:12]], np.arange(12) % 4, [2.0])
    (more,) = weigh([np.tile(scores, (500, 1))], np.tile(np.arange(40) % 4, 500), [2.0])
    assert 2 < few < 10 < more


@pytest.fixture(scope="module")
def bank(data):
    """Twenty intents: five texts of each with a label, two thousand without, the rest asked."""
    frame = pl.read_parquet(data("banking77") / "train.parquet").sample(fraction=1, shuffle=True, seed=4)
    some = sorted(frame["category"].unique())[:20]
    frame = frame.filter(pl.col("category").is_in(some))
    place = pl.int_range(pl.len()).over("category")
    taught, rest = frame.filter(place < 5), frame.filter(place >= 5)
    return taught, rest[: len(rest) // 2]["text"].to_list(), rest[len(rest) // 2 :]


@pytest.fixture(scope="module")
def desks(bank):
    """Without and with the texts without labels."""
    taught, more, _ = bank
    given = taught["text"].to_list(), taught["category"].to_list()
    return [TextClassifier.fit(*given, texts, encoder="static") for texts in (None, more)]


@pytest.mark.realdata
def test_questions_of_customers_without_labels_make_it_right_more_often(desks, bank):
    texts, labels = bank[2]["text"].to_list(), bank[2]["category"].to_numpy()
    alone, helped = (np.mean(np.array(desk.predict(texts)) == labels) for desk in desks)
    assert "spread" in desks[1].report.picked
    assert helped > alone + 0.02
    sure = desks[1].predict_proba(texts).max(axis=1).mean()
    assert sure == pytest.approx(helped, abs=0.04)


@pytest.mark.realdata
def test_what_is_out_of_scope_is_told_by_texts_with_labels_alone(desks):
    """A head that learned to place every text, outsiders too, could not say."""
    asked = ["who won the match last night", "recipe for a lemon tart", "my card has not arrived"]
    sure = desks[1].confidence(asked)
    assert sure[2] > 0.5 > max(sure[0], sure[1])


@pytest.mark.realdata
def test_it_is_the_same_after_saving_and_with_more_threads(desks, bank, tmp_path):
    taught, more, asked = bank
    texts = asked["text"].to_list()[:50]
    desks[1].save(tmp_path / "desk")
    expected = desks[1].predict_proba(texts)
    np.testing.assert_allclose(TextClassifier.load(tmp_path / "desk").predict_proba(texts), expected, atol=1e-6)
    with threadpool_limits(1):
        again = TextClassifier.fit(taught["text"].to_list(), taught["category"].to_list(), more, encoder="static")
    np.testing.assert_array_equal(again.predict_proba(texts), expected)


@pytest.mark.realdata
def test_a_folder_of_the_second_format_has_none(desks, bank, tmp_path):
    texts = bank[2]["text"].to_list()[:20]
    desks[0].save(tmp_path / "desk")
    file = tmp_path / "desk" / "classifier.json"
    facts = json.loads(file.read_text("utf-8")) | {"version": 2}
    assert facts.pop("spread") is None
    file.write_text(json.dumps(facts), "utf-8")
    again = TextClassifier.load(tmp_path / "desk")
    np.testing.assert_allclose(again.predict_proba(texts), desks[0].predict_proba(texts), atol=1e-6)


@pytest.mark.realdata
def test_a_handful_is_left_out_and_repeating_it_changes_nothing(bank):
    taught, more, _ = bank
    given = taught["text"].to_list(), taught["category"].to_list()
    classifier = TextClassifier.fit(*given, more[:5] * 20, encoder="static")
    assert not any("spread" in candidate.heads for candidate in classifier.report.candidates)


@pytest.mark.realdata
def test_n_grams_that_believe_themselves_are_not_surer_than_they_are_right(bank):
    taught, more, asked = bank
    texts, labels = asked["text"].to_list(), asked["category"].to_numpy()
    classifier = TextClassifier.fit(taught["text"].to_list(), taught["category"].to_list(), more, encoder=None)
    right = np.mean(np.array(classifier.predict(texts)) == labels)
    assert right - 0.12 < classifier.predict_proba(texts).max(axis=1).mean() < right + 0.02


def test_both_encoders_of_a_text_see_the_same_texts(taught):
    """Texts without labels that repeat those with labels teach nothing new."""
    labels = taught.labels
    plain = TextClassifier.fit(taught.texts, labels, encoder=encoder("static"))
    again = TextClassifier.fit(taught.texts, labels, taught.texts, encoder=encoder("static"))
    assert not any("spread" in candidate.heads for candidate in again.report.candidates)
    assert again.report.picked == plain.report.picked
