import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from shopwright.i18n import using
from shopwright.language import encoder as open_encoder
from shopwright.language.classifier import TextClassifier


def right(classifier, desk):
    return np.mean(np.array(classifier.predict(desk.texts)) == np.array(desk.labels))


@pytest.mark.parametrize("encoder", [None, "static"])
def test_it_learns_what_was_planted(taught, asked, encoder):
    classifier = TextClassifier.fit(taught.texts, taught.labels, encoder=encoder)
    assert right(classifier, asked) > 0.97
    assert classifier.classes == tuple(sorted(set(taught.labels)))


def test_chances_sum_to_one_and_lead_to_the_prediction(taught, asked):
    classifier = TextClassifier.fit(taught.texts, taught.labels, encoder=None)
    chances = classifier.predict_proba(asked.texts)
    assert chances.shape == (len(asked.texts), 4)
    np.testing.assert_allclose(chances.sum(axis=1), 1, atol=1e-12)
    assert [classifier.classes[at] for at in chances.argmax(axis=1)] == classifier.predict(asked.texts)


def test_chances_are_calibrated_on_noisy_labels(taught):
    """A quarter of the labels is wrong: a chance of 0.75 is right, and 1.00 would be boasting."""
    draw = np.random.default_rng(3)
    names = sorted(set(taught.labels))
    truth = np.repeat(taught.labels, 4)
    texts = [f"{text} {draw.integers(1000)}" for text in np.repeat(taught.texts, 4)]
    wrong = draw.random(len(truth)) < 0.25
    labels = np.where(wrong, [names[at] for at in draw.integers(4, size=len(truth))], truth).tolist()
    half = draw.permutation(len(texts))
    learn, test = half[: len(half) // 2], half[len(half) // 2 :]
    classifier = TextClassifier.fit([texts[at] for at in learn], [labels[at] for at in learn], encoder=None)
    chances = classifier.predict_proba([texts[at] for at in test])
    hits = np.array([labels[at] == classifier.classes[top] for at, top in zip(test, chances.argmax(1), strict=True)])
    assert abs(chances.max(axis=1).mean() - hits.mean()) < 0.06


def test_the_report_says_what_was_tried(taught):
    draw = np.random.default_rng(0)
    labels = draw.permutation(taught.labels).tolist()  # nothing to learn: nobody is settled early
    report = TextClassifier.fit(taught.texts, labels, encoder="static").report
    assert {"words", "vectors", "joined"} <= {candidate.name for candidate in report.candidates}
    assert report.picked in {candidate.name for candidate in report.candidates}
    assert not report.settled
    assert report.n_held == len(taught.texts)
    assert report.picked in str(report.sentence)
    with using("zh"):
        assert "留出文本" in str(report.sentence)


def test_nothing_dearer_is_tried_where_words_are_right(taught):
    report = TextClassifier.fit(taught.texts, taught.labels, encoder="static").report
    assert report.settled
    assert report.picked == "words"
    assert "joined" not in {candidate.name for candidate in report.candidates}


@pytest.mark.parametrize("encoder", [None, "static"])
def test_same_seed_same_digits_on_any_number_of_threads(taught, asked, encoder):
    labels = [label if at % 9 else "refund" for at, label in enumerate(taught.labels)]  # so that all heads are needed
    found = []
    for threads in (1, 2):
        with threadpool_limits(threads):
            classifier = TextClassifier.fit(taught.texts, labels, encoder=encoder, seed=5)
            found.append((classifier.predict_proba(asked.texts), classifier.confidence(asked.texts)))
    np.testing.assert_array_equal(found[0][0], found[1][0])
    np.testing.assert_array_equal(found[0][1], found[1][1])


def test_names_of_classes_are_examples_too():
    texts = ["where is it", "any news", "i am unhappy", "this is bad"]
    labels = ["track_parcel", "track_parcel", "askRefund", "askRefund"]
    classifier = TextClassifier.fit(texts, labels, encoder=open_encoder("static"))
    assert classifier.predict(["parcel tracking", "ask for a refund"]) == ["track_parcel", "askRefund"]


def test_unlabelled_texts_teach_the_words_of_a_new_subject():
    praise, blame = ["good", "love it", "excellent"], ["bad", "hate it", "awful"]
    old = [f"{word} book {at}" for at in range(20) for word in praise + blame]
    labels = [int(word in praise) for _ in range(20) for word in praise + blame]
    new = [f"{word} {'juicy' if word in praise else 'rotten'} {at}" for at in range(20) for word in praise + blame]
    alone = TextClassifier.fit(old, labels, encoder=None).predict_proba(["juicy", "rotten"])
    helped = TextClassifier.fit(old, labels, new, encoder=None).predict_proba(["juicy", "rotten"])
    assert helped[0, 1] > max(0.6, alone[0, 1])
    assert helped[1, 0] > 0.6
