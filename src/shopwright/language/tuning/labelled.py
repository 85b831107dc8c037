"""Texts and labels to tune on, and those held out to judge by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from shopwright.errors import ModelError
from shopwright.i18n import t
from shopwright.language.classifier.checks import examples
from shopwright.language.classifier.names import speaking
from shopwright.language.texts import words_of
from shopwright.seeds import generator

__all__ = ["Labelled", "Split", "labelled", "paired", "shuffled", "split"]

LONGEST = 2_000  # characters of a text: far more than the tokens that are read
ENOUGH = 20  # examples of the mean class from which some can be spared to judge by


@dataclass(frozen=True, slots=True)
class Labelled:
    """Texts, the number of each one's class, the labels, and the labels as words where they are words."""

    texts: list[str]
    classes: list[int]
    labels: list[str]
    names: list[str]


@dataclass(frozen=True, slots=True)
class Split:
    """What is learned from and what is held out, empty where nothing can be spared."""

    texts: list[str]
    classes: list[int]
    held_texts: list[str]
    held_classes: list[int]


def labelled(texts: Iterable[Any], labels: Iterable[Any]) -> Labelled:
    """What was handed in, looked over; texts that are blank or have no label are left out.

    Raises:
        ModelError: texts or labels cannot be used (MODEL-50 to 54), or no class has two examples (MODEL-70).
    """
    given = examples(texts, labels, ())
    inside = [(text[:LONGEST], int(n)) for text, n in zip(given.texts, given.classes, strict=True) if text.strip()]
    sizes = Counter(n for _, n in inside)
    if len(sizes) < 2 or max(sizes.values()) < 2:
        raise ModelError(
            t("no class has two examples, or only one class has any"),
            why=t("tuning draws texts of one class together and those of others apart"),
            fix=t("give at least two texts, better ten, of at least two classes"),
            code="MODEL-70",
        )
    names = speaking(given.labels, given.classes) or []
    return Labelled([text for text, _ in inside], [n for _, n in inside], [str(mark) for mark in given.labels], names)


def split(given: Labelled, share: float | None, seed: int) -> Split:
    """Hold out `share` of each class (None: a tenth where classes are large enough, else nothing).

    The same words, whatever their case and spaces, are never on both sides.
    """
    groups: dict[str, list[int]] = {}
    for at, text in enumerate(given.texts):
        groups.setdefault(words_of(text), []).append(at)
    if share is None:
        share = 0.1 if len(groups) >= ENOUGH * len(given.labels) else 0.0
    room = {n: int(size * share) for n, size in Counter(given.classes).items()}
    held: set[int] = set()
    order = list(groups.values())
    for number in shuffled(len(order), seed, "held out"):
        mine = Counter(given.classes[at] for at in order[number])
        if all(room[n] >= count for n, count in mine.items()):
            held.update(order[number])
            room |= {n: room[n] - count for n, count in mine.items()}
    kept, away = [at for at in range(len(given.texts)) if at not in held], sorted(held)
    return Split(
        [given.texts[at] for at in kept],
        [given.classes[at] for at in kept],
        [given.texts[at] for at in away],
        [given.classes[at] for at in away],
    )


def paired(data: Split, names: list[str]) -> Split:
    """With names of labels as one more text each; a class of one text has it twice, as batches are made of pairs."""
    texts = [*data.texts, *names]
    classes = [*data.classes, *range(len(names))]
    sizes = Counter(classes)
    alone = [at for at, n in enumerate(classes) if sizes[n] == 1]
    texts += [texts[at] for at in alone]
    classes += [classes[at] for at in alone]
    return Split(texts, classes, data.held_texts, data.held_classes)


def shuffled(n: int, seed: int, name: str) -> list[int]:
    """The numbers below n in an order of their own."""
    return [int(at) for at in generator(seed, "tuning", name).permutation(n)]
