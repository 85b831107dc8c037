"""What customers speak of, and how: terms with the words that judge them, each quoted from where it stands."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from shopwright.errors import UsageError
from shopwright.i18n import t
from shopwright.language.encoders import Encoder, opened
from shopwright.language.encoders import encoder as open_encoder
from shopwright.language.texts import checked, without_halves
from shopwright.reviews import aspect_places, aspect_store
from shopwright.reviews.aspect_context import Context, around
from shopwright.reviews.aspect_encoding import encoded
from shopwright.reviews.aspect_features import Features, features
from shopwright.reviews.aspect_head import Head, Recipe, softmax
from shopwright.reviews.aspect_places import Asked
from shopwright.reviews.aspect_terms import Tagger, spans
from shopwright.reviews.aspect_tokens import Tokens
from shopwright.reviews.feelings import Feelings
from shopwright.reviews.opinions import judging
from shopwright.reviews.taxonomy import Taxonomy, retail
from shopwright.reviews.turns import Turns, turns
from shopwright.shop.arguments import as_folder

__all__ = ["POLARITIES", "Aspects", "framed"]

POLARITIES = ("negative", "neutral", "positive")
ROW, ASPECT, OPINION, POLARITY, START, END, TOPIC = "row", "aspect", "opinion", "polarity", "start", "end", "topic"
_TOGETHER, _CHARACTERS = 4096, 1 << 20  # texts and characters worked on at a time: bounds the memory


@dataclass(frozen=True, slots=True)
class _Read:
    """A batch of texts, taken apart once for all that is asked of it."""

    texts: Sequence[str]
    tokens: Tokens
    turns: Turns


@dataclass(frozen=True, slots=True)
class Aspects:
    """Finds aspects in reviews and says how customers speak of them.

    Attributes:
        feelings: how words and pairs of words feel.
        head: from what stands around an aspect to its polarity.
        terms: tagger of aspects.
        judgements: tagger of opinions.
        taxonomy: topics, whose words count as aspects in five languages.
        encoder: where not None, its vectors of clause and sentence count too.
        facts: what the parts were learned from.
    """

    feelings: Feelings
    head: Head
    terms: Tagger
    judgements: Tagger
    taxonomy: Taxonomy
    encoder: Encoder | None
    facts: dict[str, Any]

    @classmethod
    def load(cls, name: str | os.PathLike[str] = "retail") -> Aspects:
        """The aspects that ship (`retail`), or those in a folder that `save` wrote.

        Raises:
            ModelError: the folder holds none, they are damaged, or their encoder is not on this machine.
            UsageError: it is neither a text nor a path (USAGE-25).
        """
        folder = aspect_store.RETAIL if name == "retail" else as_folder(name, "name").expanduser()
        feelings, head, terms, judgements, facts = aspect_store.read(folder)
        named = facts.get("encoder")
        inside = folder / named if named else folder
        encoder = open_encoder(inside if named and inside.is_dir() else named) if named else None
        return cls(feelings, head, terms, judgements, retail(), encoder, facts)

    def save(self, folder: str | os.PathLike[str]) -> Path:
        """Write a folder for `load`. An encoder is named in it, by its name or its place in the folder, not copied.

        Raises:
            StoreError: it cannot be written.
            UsageError: the folder is neither a text nor a path (USAGE-25).
        """
        path = as_folder(folder).expanduser()
        aspect_store.write(path, (self.feelings, self.head, self.terms, self.judgements, self.facts))
        return path

    @classmethod
    def fit(
        cls,
        sentences: Sequence[str],
        aspects: Sequence[Asked],
        polarities: Sequence[str],
        *,
        start: Aspects | None = None,
        afresh: bool = False,
        encoder: str | Encoder | None = None,
        recipe: Recipe | None = None,
    ) -> Aspects:
        """Learn polarity from a shop's own labelled sentences; terms and feelings stay those of `start`.

        Args:
            sentences: what customers wrote, one row for each aspect.
            aspects: its words, or (first, past-the-last) character in the sentence.
            polarities: negative, neutral or positive.
            start: what to go on from; None takes those that ship.
            afresh: forget what the head of `start` knows; else what is learned is added to it.
            encoder: an added encoder such as `minilm`, whose vectors are to count as well.
            recipe: how strongly the parts may speak.

        Raises:
            UsageError: the lists differ in length, are empty, or hold something else.
            ModelError: there is no such encoder.
        """
        ground = start or cls.load()
        if encoder is not None and ground.encoder is not None and not afresh:
            raise UsageError(
                t("the aspects to go on from have an encoder of their own: {name}", name=ground.encoder.name),
                why=t("what they know of its vectors says nothing of another's"),
                fix=t("leave encoder out, or learn afresh"),
                code="REVIEWS-56",
            )
        classes = _classes(polarities)
        kept = None if afresh else ground.encoder
        reader = replace(ground, encoder=kept if encoder is None else opened(encoder))
        seen, vectors = reader._seen(sentences, aspects)
        if len(classes) != seen.grams.shape[0] or not len(classes):
            raise _unequal(len(_listed(sentences)), len(_listed(aspects)), len(classes))
        offset = None if afresh else ground.head.scores(seen, vectors)
        learned = Head.learn(seen, classes, vectors, recipe, offset)
        head = learned if afresh else ground.head.plus(learned)
        named = encoder if isinstance(encoder, str) or encoder is None else encoder.name
        name = named or (None if afresh else ground.facts.get("encoder"))
        facts = {**ground.facts, "encoder": name, "fitted_on": len(classes)}
        return replace(reader, head=head, facts=facts)

    def polarity(self, sentences: Sequence[str | None], aspects: Sequence[Asked]) -> pl.Series:
        """How each sentence speaks of its aspect: negative, neutral or positive.

        Args:
            sentences: one for each aspect; the same one may come several times. None is empty.
            aspects: its words, or (first, past-the-last) character in the sentence. Words that are not in the
                sentence ask about all of it; those that are there twice mean the first time.

        Raises:
            UsageError: the lists differ in length, or an aspect is no words and no place in its sentence.
            ModelError: a sentence is no string.
        """
        chances = self.chances(sentences, aspects)
        return pl.Series(POLARITY, [POLARITIES[at] for at in chances.argmax(axis=1)], pl.String)

    def chances(self, sentences: Sequence[str | None], aspects: Sequence[Asked]) -> NDArray[np.float32]:
        """Float32 (aspects, 3): chances of negative, neutral and positive; arguments and errors as of `polarity`."""
        texts, asked = _texts(sentences), _listed(aspects)
        if len(texts) != len(asked):
            raise _unequal(len(texts), len(asked), None)
        parts = [
            softmax(self.head.scores(*self._seen(texts[low:high], asked[low:high]))) for low, high in _batches(texts)
        ]
        return np.concatenate(parts) if parts else np.zeros((0, 3), np.float32)

    def extract(self, texts: Sequence[str | None]) -> pl.DataFrame:
        """Every aspect in the texts.

        Args:
            texts: None says nothing; reviews of any length, in any language of the taxonomy; markup is not read.

        Returns:
            row (number of the text), aspect and opinion (as they stand there; opinion null where nothing judges
            it), polarity, start and end (characters of the aspect in the text, `end` not included), topic (null
            where the aspect is none of the taxonomy's).

        Raises:
            ModelError: a text is not a string.
        """
        asked = _texts(texts)
        frames = [self._extract(asked[low:high], low) for low, high in _batches(asked)]
        return pl.concat([framed([]), *frames])

    def _read(self, texts: Sequence[str]) -> _Read:
        tokens = Tokens.read(texts)
        return _Read(texts, tokens, turns(tokens))

    def _seen(self, sentences: Sequence[str], aspects: Sequence[Asked]) -> tuple[Features, NDArray[np.float32] | None]:
        texts, asked = checked(sentences), _listed(aspects)
        if len(texts) != len(asked):
            raise _unequal(len(texts), len(asked), None)
        read = self._read([aspect_places.without_markup(text) for text in texts])
        places = aspect_places.asked(read.texts, asked)
        first, last, missing = aspect_places.in_tokens(read.tokens, places)
        context = around(read.tokens, first, last, missing, read.turns.clause)
        return self._features(read, context, first, last)

    def _features(
        self, read: _Read, context: Context, first: NDArray[np.int64], last: NDArray[np.int64]
    ) -> tuple[Features, NDArray[np.float32] | None]:
        seen = features(read.tokens, read.turns, self.feelings, context)
        if self.encoder is None or not len(first):
            return seen, None
        # A tuned encoder looks at the sentence alone: what counts nothing need not be encoded.
        half = self.head.vectors[: self.encoder.dimensions]
        near = bool(half.any()) or not len(half)
        return seen, encoded(self.encoder, read.texts, read.tokens, context, first, last, near=near)

    def _extract(self, texts: Sequence[str], begin: int) -> pl.DataFrame:
        read = self._read([aspect_places.without_markup(text) for text in texts])
        tokens = read.tokens
        if not len(tokens):
            return framed([])
        first, last, topic, is_cue = aspect_places.found(tokens, self.terms.tag(tokens, self.feelings), self.taxonomy)
        if not len(first):
            return framed([])
        context = around(tokens, first, last, is_cue, read.turns.clause)
        best = self.head.scores(*self._features(read, context, first, last)).argmax(axis=1)
        tagged = spans(self.judgements.tag(tokens, self.feelings))
        spoken = tuple(np.concatenate([part, some[is_cue]]) for part, some in zip(tagged, (first, last), strict=True))
        low, high = judging(tokens, self.feelings, read.turns, (spoken[0], spoken[1]), context)
        low, high = np.where(is_cue, first, low), np.where(is_cue, last, high)
        names = [*self.taxonomy.topics, None]
        rows = []
        for at, row in enumerate(tokens.text[first].tolist()):
            start, end, text = int(tokens.start[first[at]]), int(tokens.end[last[at]]), texts[row]
            judged = high[at] >= low[at]
            opinion = text[tokens.start[low[at]] : tokens.end[high[at]]] if judged else None
            rows.append((row + begin, text[start:end], opinion, POLARITIES[best[at]], start, end, names[topic[at]]))
        return framed(rows)


def framed(rows: list[tuple[Any, ...]]) -> pl.DataFrame:
    """Rows as `extract` returns them."""
    schema = {
        ROW: pl.Int64, ASPECT: pl.String, OPINION: pl.String, POLARITY: pl.String, START: pl.Int64, END: pl.Int64,
        TOPIC: pl.String,
    }  # fmt: skip
    return pl.DataFrame(rows, schema, orient="row")


def _batches(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    start, size = 0, 0
    for at, text in enumerate(texts):
        if at > start and (at - start == _TOGETHER or size + len(text) > _CHARACTERS):
            yield start, at
            start, size = at, 0
        size += len(text)
    if start < len(texts):
        yield start, len(texts)


def _texts(texts: Sequence[str | None]) -> list[str]:
    given: object = texts
    if isinstance(given, Iterable) and not isinstance(given, str | bytes):
        given = ["" if text is None else text for text in given]
    return [without_halves(text) for text in checked(given)]


def _listed(values: object) -> list[Any]:
    """One word, one number and None are no list: of none of them is there one for each sentence."""
    return list(values) if isinstance(values, Iterable) and not isinstance(values, str) else []


def _classes(polarities: Sequence[str]) -> NDArray[np.int64]:
    numbers = {name: at for at, name in enumerate(POLARITIES)}
    given = _listed(polarities)
    for row, value in enumerate(given):
        if str(value).lower() not in numbers:
            raise UsageError(
                t("polarity {row} is not known: {value}", row=row, value=repr(value)[:80]),
                why=t("known are {names}", names=", ".join(POLARITIES)),
                fix=t("leave out what is none of these, such as sentences in conflict with themselves"),
                code="REVIEWS-55",
            )
    return np.array([numbers[str(value).lower()] for value in given], np.int64)


def _unequal(n_sentences: int, n_aspects: int, n_polarities: int | None) -> UsageError:
    return UsageError(
        t("sentences and aspects do not fit together"),
        why=t(
            "got {sentences} sentences, {aspects} aspects and {polarities} polarities",
            sentences=n_sentences,
            aspects=n_aspects,
            polarities="-" if n_polarities is None else n_polarities,
        ),
        fix=t("give one sentence and one polarity for each aspect, at least one to learn from"),
        code="REVIEWS-51",
    )
