import numpy as np
import pytest

from shopwright.language.classifier import Cost, TextClassifier
from shopwright.language.classifier.scope import Scope


def test_outsiders_are_told_apart_without_having_been_seen(taught, asked):
    classifier = TextClassifier.fit(taught.texts, taught.labels, encoder="static")
    inside, outside = classifier.confidence(asked.texts), classifier.confidence(asked.outside)
    assert np.mean(inside[:, None] > outside[None]) > 0.95
    assert classifier.in_scope(asked.texts).mean() > 0.85
    assert classifier.in_scope(asked.outside).mean() < 0.25


def test_examples_from_outside_are_used_whichever_way_they_come(taught, asked):
    by_name = TextClassifier.fit(taught.texts, taught.labels, encoder="static", outside=asked.outside)
    by_label = TextClassifier.fit(
        taught.texts + asked.outside, [*taught.labels, *[None] * len(asked.outside)], encoder="static"
    )
    without = TextClassifier.fit(taught.texts, taught.labels, encoder="static")
    assert by_name.report.n_outside == by_label.report.n_outside == 60
    np.testing.assert_array_equal(by_name.confidence(asked.texts), by_label.confidence(asked.texts))
    assert not np.array_equal(by_name.confidence(asked.texts), without.confidence(asked.texts))
    assert None not in by_label.classes


def test_more_is_kept_when_more_is_asked(taught, asked):
    kept = [
        TextClassifier.fit(taught.texts, taught.labels, encoder=None, keep=share).in_scope(asked.texts).mean()
        for share in (0.5, 0.8, 0.99)
    ]
    assert kept == sorted(kept)
    assert kept[0] < 0.8


def test_dear_mistakes_hand_over_more_than_dear_people(taught, asked):
    labels = [label if at % 7 else "refund" for at, label in enumerate(taught.labels)]  # so that it does err
    careful, bold = (
        TextClassifier.fit(taught.texts, labels, encoder=None, keep=Cost(wrong=wrong, handover=1, outside=0.2))
        for wrong in (100, 1.5)
    )
    assert careful.threshold > bold.threshold
    assert careful.in_scope(asked.texts).mean() < bold.in_scope(asked.texts).mean()
    assert careful.in_scope(asked.outside).mean() <= bold.in_scope(asked.outside).mean()


def test_the_threshold_of_least_cost_is_found():
    scope = Scope(weight=1.0, offset=0.0, threshold=0.5)
    inside, outside = np.linspace(1, 3, 200), np.linspace(-3, 0, 200)
    found = scope.at_cost(inside, np.ones(200, bool), outside, Cost(wrong=5, handover=1, outside=0.5))
    assert 0.5 < found.threshold <= scope.confidence(np.array([1.01]))[0]


def test_nothing_is_answered_where_every_answer_costs_more():
    scope = Scope(weight=1.0, offset=0.0, threshold=0.5)
    signs = np.linspace(-1, 1, 100)
    found = scope.at_cost(signs, np.zeros(100, bool), signs, Cost(wrong=10, handover=1))
    assert found.threshold == pytest.approx(1.0)
