"""What is learned from and what is held out, without torch."""

from __future__ import annotations

import pytest
from tests.language.tuning.subjects import labelled as texts_of

from shopwright.errors import ModelError
from shopwright.language.tuning.labelled import labelled, paired, split


@pytest.mark.parametrize(
    "texts, labels, code",
    [
        (["a b", "c d"], ["x", "y"], "MODEL-70"),  # one example of each class
        (["a b", "  ", ""], ["x", "y", "y"], "MODEL-70"),  # blank ones do not count
        (["a b", "c d"], ["x", "x"], "MODEL-54"),
        ([], [], "MODEL-54"),
        (["a b"], ["x", "y"], "MODEL-52"),
    ],
)
def test_what_cannot_be_learned_from_is_refused(texts, labels, code):
    with pytest.raises(ModelError) as refused:
        labelled(texts, labels)
    assert refused.value.code == code


def test_a_tenth_of_each_class_is_held_out_where_there_is_enough():
    given = labelled(*texts_of(50))
    parts = split(given, None, seed=0)
    assert [parts.held_classes.count(n) for n in range(3)] == [5, 5, 5]
    assert len(parts.texts) + len(parts.held_texts) == len(given.texts)
    assert split(labelled(*texts_of(10)), None, seed=0).held_texts == []


def test_the_same_words_are_never_on_both_sides():
    texts, labels = texts_of(40)
    given = labelled(texts + [text.upper() + " " for text in texts], labels * 2)
    parts = split(given, 0.3, seed=1)
    assert parts.held_texts
    assert not {text.lower().strip() for text in parts.texts} & {text.lower().strip() for text in parts.held_texts}


def test_names_of_labels_are_examples_and_a_lone_text_comes_twice():
    given = labelled(["where is it", "it is late", "alone here"], ["card_arrival", "card_arrival", "not_it"])
    parts = paired(split(given, 0, seed=0), [])
    assert parts.texts.count("alone here") == 2
    named = paired(split(given, 0, seed=0), given.names)
    assert named.texts[-2:] == ["card arrival", "not it"]
    assert named.classes[-2:] == [0, 1]
