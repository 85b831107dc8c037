"""Aspects by a chat model: what it names is kept only where it stands in the review, letter for letter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl
from pydantic import BaseModel, Field

from shopwright.language.guard.fences import NOTE, fence
from shopwright.language.messages import ChatModel, Message
from shopwright.language.texts import checked
from shopwright.reviews.aspects import framed
from shopwright.reviews.taxonomy import retail

__all__ = ["ByChat", "extract_by_chat"]

TOGETHER = 8  # reviews in one question
LONGEST = 4000  # characters of a review that are shown
_ASK = (
    "List what each review speaks of. For each aspect give the number of the review, the aspect and the words that"
    " judge it, both copied exactly as the review has them (empty where nothing judges), whether the customer is"
    " positive, neutral or negative about it, and one topic of: {topics}; or none. " + NOTE
)


class Said(BaseModel):
    """One aspect as a model names it."""

    review: int
    aspect: str = Field(min_length=1, max_length=200)
    opinion: str = Field(default="", max_length=400)
    polarity: Literal["negative", "neutral", "positive"]
    topic: str = ""


class Answer(BaseModel):
    """All that a model found in some reviews."""

    aspects: list[Said]


@dataclass(frozen=True, slots=True)
class ByChat:
    """What was found.

    Attributes:
        found: the columns of `Aspects.extract`.
        n_refused: aspects that the model named and no review has in these words.
    """

    found: pl.DataFrame
    n_refused: int


def extract_by_chat(texts: Sequence[str], model: ChatModel) -> ByChat:
    """Ask a chat model for the aspects of reviews, and look every quote up.

    An aspect that does not stand in its review is refused; an opinion that does not is left empty. What a review orders
    the model to do can at most change what it says of that question's reviews, in words that stand in them.

    Args:
        texts: reviews; the first 4,000 characters of each are shown.
        model: `shopwright.language.chat()`, or a double.

    Raises:
        ModelError: a text is not a string.
        ProviderError: the model did not answer in the form that was asked for.
        BudgetError: it would cost more than is left.
    """
    reviews = checked(texts)
    topics = retail().topics
    system = Message("system", _ASK.format(topics=", ".join(topics)))
    rows: list[tuple[Any, ...]] = []
    n_refused = 0
    for start in range(0, len(reviews), TOGETHER):
        some = reviews[start : start + TOGETHER]
        if not any(text.strip() for text in some):
            continue
        shown = "\n".join(f"Review {at}:\n{fence(text[:LONGEST], 'review')}" for at, text in enumerate(some))
        answer = model.reply((system, Message("user", shown)), schema=Answer, temperature=0.0).parsed
        said = answer.aspects if isinstance(answer, Answer) else []
        quoted = [row for row in (_quoted(one, some, start, topics) for one in said) if row is not None]
        n_refused += len(said) - len(quoted)
        rows += sorted(set(quoted), key=lambda row: (row[0], row[4], row[5]))
    return ByChat(framed(rows), n_refused)


def _quoted(said: Said, some: Sequence[str], first: int, topics: Sequence[str]) -> tuple[Any, ...] | None:
    """The row, or nothing where the review does not have the aspect in these words."""
    if not 0 <= said.review < len(some):
        return None
    text, aspect = some[said.review][:LONGEST], said.aspect.strip()
    start = text.find(aspect)
    if start < 0 or not aspect:
        return None
    opinion = said.opinion.strip()
    judged = opinion if opinion and opinion in text else None
    topic = said.topic if said.topic in topics else None
    return said.review + first, aspect, judged, said.polarity, start, start + len(aspect), topic
