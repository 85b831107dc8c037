"""What is handed to a classifier, looked over before anything is computed."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shopwright.errors import ModelError
from shopwright.i18n import t
from shopwright.language.classifier.scope import Cost

__all__ = ["Examples", "Label", "check_keep", "check_texts", "examples", "n_mixed"]

Label = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Examples:
    """Texts with the number of their class, texts that belong to none, and texts of which nobody said."""

    texts: list[str]
    classes: NDArray[np.int64]
    labels: list[Label]
    outside: list[str]
    unlabelled: list[str]


def check_texts(texts: Iterable[Any], name: str = "texts") -> list[str]:
    """The texts as a list; `name` is that of the argument.

    Raises:
        ModelError: it is one text instead of several, or none that can be gone through (MODEL-50), or something in it
            is not a text (MODEL-51).
    """
    if isinstance(texts, str):
        raise ModelError(
            t("{name} is not a list of texts", name=name),
            why=t("it is a single text, and its letters would be read as texts"),
            fix=t("put it into a list: [text]"),
            code="MODEL-50",
        )
    if not isinstance(texts, Iterable):
        raise ModelError(
            t("{name} is not a list of texts", name=name),
            why=t("a {kind} was found; a list of texts is expected", kind=type(texts).__name__),
            fix=t("put the texts into a list: [text]"),
            code="MODEL-50",
        )
    listed = list(texts)
    for at, text in enumerate(listed):
        if not isinstance(text, str):
            raise ModelError(
                t("number {n} of {name} is not a text", n=at, name=name),
                why=t("a {kind} was found; texts are str, and an empty one is allowed", kind=type(text).__name__),
                fix=t("replace it or leave its row out"),
                code="MODEL-51",
            )
    return listed


def examples(texts: Iterable[Any], labels: Any, outside: Iterable[Any], unlabelled: Iterable[Any] = ()) -> Examples:
    """Texts and labels that a classifier can learn from; a text whose label is None is outside of every class.

    Raises:
        ModelError: their numbers differ (MODEL-52), a label cannot be kept (MODEL-53), or fewer than two classes
            are there (MODEL-54).
    """
    listed, beyond = check_texts(texts), check_texts(outside, "outside")
    marks = list(labels) if isinstance(labels, Iterable) else []  # a single number, or None: no label for any text
    if len(listed) != len(marks):
        raise ModelError(
            t("{n} texts have {m} labels", n=len(listed), m=len(marks)),
            why=t("every text needs one label, or None where it belongs to no class"),
            fix=t("look for rows that were dropped from one of the two"),
            code="MODEL-52",
        )
    plain = [_plain(label, at) for at, label in enumerate(marks)]
    beyond += [text for text, label in zip(listed, plain, strict=True) if label is None]
    inside = [(text, label) for text, label in zip(listed, plain, strict=True) if label is not None]
    known = sorted({_sortable(label) for _, label in inside})
    if len(known) < 2:
        raise ModelError(
            t("a classifier needs at least two classes, and {n} was found", n=len(known)),
            why=t("among {n} texts there is nothing to tell apart", n=len(listed)),
            fix=t("add examples of another label"),
            code="MODEL-54",
        )
    numbers = {mark: number for number, mark in enumerate(known)}
    classes = np.array([numbers[_sortable(label)] for _, label in inside], np.int64)
    return Examples(
        [text for text, _ in inside],
        classes,
        [label for _, label in known],
        beyond,
        check_texts(unlabelled, "unlabelled"),
    )


def _sortable(label: Label) -> tuple[str, Label]:
    return type(label).__name__, label  # 1, 1.0, True and "1" are four labels


def _plain(label: Any, at: int) -> Label | None:
    value = label.item() if isinstance(label, np.generic) else label
    if value is None or (isinstance(value, str | int | bool) or (isinstance(value, float) and math.isfinite(value))):
        return value
    raise ModelError(
        t("label {n} cannot be used", n=at),
        why=t("a {kind} was found; labels are text, numbers, or None for outside of every class", kind=_kind(value)),
        fix=t("give it a name, or None"),
        code="MODEL-53",
    )


def _kind(value: Any) -> str:
    return str(value) if isinstance(value, float) else type(value).__name__


def n_mixed(given: Examples) -> int:
    """How many texts occur with more than one class."""
    seen: dict[str, int] = {}
    pairs = list(zip(given.texts, given.classes.tolist(), strict=True))
    mixed = {text for text, number in pairs if seen.setdefault(text, number) != number}
    return sum(text in mixed for text in given.texts)


def check_keep(keep: float | Cost) -> float | Cost:
    """The operating point, if it is one.

    Raises:
        ModelError: a share that is not between 0 and 1, or costs that are not positive (MODEL-55).
    """
    if isinstance(keep, Cost) and keep.wrong > 0 and keep.handover > 0 and 0 <= keep.outside < 1:
        return keep
    if isinstance(keep, int | float | np.number) and 0 < keep <= 1:
        return keep
    raise ModelError(
        t("{value} is no operating point", value=str(keep)),
        why=t("a share to keep lies above 0 and up to 1, costs are above 0, and a share outside is below 1"),
        fix=t("leave it out to keep 95 % of the texts in scope"),
        code="MODEL-55",
    )
