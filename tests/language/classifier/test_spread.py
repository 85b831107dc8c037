"""Texts without labels beside those with them, for the head over vectors."""

import json

import numpy as np
import polars as pl
import pytest
from threadpoolctl import threadpool_limits

from shopwright.language import encoder
from shopwright.language.classifier import TextClassifier
from shopwright.language.classifier.blend import weigh
from shopwright.language.classifier.grams import Shape, count
from shopwright.language.classifier.heads import Material
from shopwright.language.classifier.kernel import LeftOut
from shopwright.language.classifier.normal import normal_all
from shopwright.language.classifier.scope import signs
from shopwright.language.classifier.select import Contest
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
    assert fresh(["a", "b", " A", "c", "B"], ["C "]) == ["a", "b"]


def test_it_does_not_say_how_far_a_text_is_from_all_others():
    """It learned to place every text it was given, outsiders too."""
    draw = np.random.default_rng(0)
    scores = {name: draw.random((5, 4), np.float32) for name in ("words", "vectors", "spread")}
    beside = {name: own for name, own in scores.items() if name != "spread"}
    np.testing.assert_array_equal(signs(scores), signs(beside))


def test_labels_of_held_out_texts_do_not_reach_what_judges_them(taught):
    texts, classes = taught.texts, np.unique(taught.labels, return_inverse=True)[1]
    rows, found = np.random.default_rng(0).permutation(len(texts)), []
    parts = [(np.sort(rows[:-12]), np.sort(rows[-12:]))]
    vectors, grams = encoder("static").encode(texts), count(normal_all(texts), Shape())
    unlabelled = Material(grams, vectors, np.zeros(len(texts), np.int64), 4)
    for shift in (0, 1):
        own = classes.copy()
        own[parts[0][1]] = (own[parts[0][1]] + shift) % 4
        contest = Contest(Material(grams, vectors, own, 4), 0, unlabelled, parts=parts)
        contest.enter("spread")
        found.append(contest.scores["spread"])
    assert found[0].shape == (12, 4)
    np.testing.assert_array_equal(*found)


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
    assert f"it learned from {len(bank[1]):,} texts without labels" in str(desks[1].report.sentence)
    assert helped > alone + 0.02
    sure = desks[1].predict_proba(texts).max(axis=1).mean()
    assert sure == pytest.approx(helped, abs=0.04)


@pytest.mark.realdata
def test_the_report_says_how_good_n_grams_were_after_they_believed_themselves(bank):
    taught, more, asked = bank
    desk = TextClassifier.fit(taught["text"].to_list(), taught["category"].to_list(), more, encoder=None)
    report = desk.report
    assert report.is_helped
    assert report.believed > report.candidates[0].accuracy
    assert 0 < report.n_believed <= report.n_held
    assert f"right for {100 * report.believed:.1f} % of {report.n_believed}" in str(report.sentence)
    right = np.mean(np.array(desk.predict(asked["text"].to_list())) == asked["category"].to_numpy())
    assert report.believed == pytest.approx(right, abs=0.1)
    assert type(report).from_json(report.as_json()) == report


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
    taught, more, asked = bank
    given, texts = (taught["text"].to_list(), taught["category"].to_list()), asked["text"].to_list()[:50]
    some = [TextClassifier.fit(*given, handful, encoder="static") for handful in (more[:5], more[:5] * 20)]
    assert not any("spread" in candidate.heads for candidate in some[0].report.candidates)
    np.testing.assert_array_equal(some[0].predict_proba(texts), some[1].predict_proba(texts))


@pytest.mark.realdata
def test_texts_of_other_subjects_are_not_believed(bank, data):
    """Words alone, taught by their own answers to what belongs nowhere, would lose ten points."""
    taught, _, asked = bank
    given = taught["text"].to_list(), taught["category"].to_list()
    others = pl.read_parquet(data("clinc150") / "train.parquet")["text"].to_list()[:1000]
    texts, labels = asked["text"].to_list(), asked["category"].to_numpy()
    alone, beside = (TextClassifier.fit(*given, more, encoder=None) for more in (None, others))
    right = [np.mean(np.array(desk.predict(texts)) == labels) for desk in (alone, beside)]
    assert right[1] > right[0] - 0.02
    assert "were left alone" in str(beside.report.sentence)
    assert beside.in_scope(texts).mean() > 0.85
    assert beside.in_scope(others).mean() < alone.in_scope(others).mean() + 0.05


@pytest.mark.realdata
def test_n_grams_that_believe_themselves_are_not_surer_than_they_are_right(bank):
    taught, more, asked = bank
    texts, labels = asked["text"].to_list(), asked["category"].to_numpy()
    classifier = TextClassifier.fit(taught["text"].to_list(), taught["category"].to_list(), more, encoder=None)
    right = np.mean(np.array(classifier.predict(texts)) == labels)
    assert right - 0.12 < classifier.predict_proba(texts).max(axis=1).mean() < right + 0.02


@pytest.mark.parametrize("reads", ["static", None])
def test_examples_among_the_texts_without_labels_teach_nothing_new(taught, asked, reads):
    plain = TextClassifier.fit(taught.texts, taught.labels, encoder=reads)
    again = TextClassifier.fit(taught.texts, taught.labels, np.array(taught.texts), encoder=reads)
    np.testing.assert_array_equal(again.predict_proba(asked.texts), plain.predict_proba(asked.texts))
