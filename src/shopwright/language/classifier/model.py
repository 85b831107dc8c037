"""A classifier of short texts that says how sure it is, and when a text is none of its business."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from shopwright.i18n import t
from shopwright.language.classifier import folder as folders
from shopwright.language.classifier.blend import AS_THEY_ARE, blended
from shopwright.language.classifier.checks import Label, check_keep, check_texts, examples
from shopwright.language.classifier.encoders import Reader, find, reopen
from shopwright.language.classifier.fitting import Way, fitted
from shopwright.language.classifier.grams import Shape, count
from shopwright.language.classifier.heads import Heads
from shopwright.language.classifier.linear import Scores
from shopwright.language.classifier.normal import normal_all
from shopwright.language.classifier.report import Report
from shopwright.language.classifier.scope import Cost, Scope, signs
from shopwright.language.classifier.stored import pack, unpack
from shopwright.language.encoders import Encoder
from shopwright.progress import step
from shopwright.shop.arguments import as_folder, check_seed

__all__ = ["TextClassifier"]

_BATCH = 4096  # texts read at a time: bounds the memory


@dataclass(frozen=True, slots=True, eq=False)
class TextClassifier:
    """Texts to classes, with chances that are calibrated and a confidence that a text is in scope at all.

    Linear heads over character and word TF-IDF, alone and joined with an encoder's vectors, and a head over
    nearness of vectors compete on held-out texts; `report` says which won.

    Attributes:
        classes: the labels, sorted; columns of `predict_proba` are in this order.
        report: what was tried, how it did, and what was taken; `report.sentence` is for people.
    """

    classes: tuple[Label, ...]
    report: Report
    _heads: Heads
    _blend: dict[str, float]
    _scope: Scope
    _shape: Shape
    _reader: Reader

    @classmethod
    def fit(
        cls,
        texts: Iterable[str],
        labels: Iterable[Any],
        unlabelled: Iterable[str] | None = None,
        *,
        encoder: str | Path | Encoder | None = "auto",
        outside: Iterable[str] = (),
        keep: float | Cost = 0.95,
        tune: bool = False,
        seed: int = 0,
    ) -> TextClassifier:
        """Learn from texts and their labels.

        Args:
            texts: any number of texts, of at least two classes; empty ones are allowed.
            labels: text, numbers or booleans; None says that the text is outside of every class.
            unlabelled: more texts of the kind that will be asked about: n-grams learn the words of their subject, and
                up to 10,000 of them help the head over nearness where that wins.
            encoder: `auto` (MiniLM where it was added, else the static one), a name or folder as `encoder` takes
                them, an encoder, or None for n-grams alone.
            outside: texts that belong to no class.
            keep: share of texts in scope that `in_scope` lets through, or what mistakes cost.
            tune: also tune MiniLM on these texts, twice (`train` extra; minutes), and take it where it wins; an
                `encoder` that knows these texts already is not asked then.
            seed: decides which texts are held out to choose and to calibrate.

        Raises:
            ModelError: texts or labels cannot be learned from (MODEL-50 to 55), or there is no such encoder.
            ExtraMissing: `tune` was asked for without the `train` extra.
            UsageError: the seed is no whole number (USAGE-25).
        """
        check_seed(seed)
        began = time.perf_counter()
        given = examples(texts, labels, outside, () if unlabelled is None else unlabelled)
        way = Way(check_keep(keep), tune, seed)
        with step(t("Learning to classify {n} texts", n=f"{len(given.texts):,}")):
            reader = find(encoder)
            found = fitted(given, Shape(), reader, way)
        report = replace(found.report, seconds=time.perf_counter() - began)
        return cls(tuple(given.labels), report, found.heads, found.blend, found.scope, Shape(), found.reader)

    def predict(self, texts: Iterable[str]) -> list[Label]:
        """The likeliest class of each text."""
        return [self.classes[at] for at in self._logits(texts).argmax(axis=1)]

    def predict_proba(self, texts: Iterable[str]) -> NDArray[np.float64]:
        """The chance of each class, of shape (texts, classes); rows sum to one."""
        return np.asarray(softmax(self._logits(texts).astype(np.float64), axis=1))

    def confidence(self, texts: Iterable[str]) -> NDArray[np.float64]:
        """How sure it is that a text is in scope, 0 to 1; one half where in and out are as likely."""
        return self._scope.confidence(np.concatenate([signs(scores) for scores in self._scores(texts)]))

    def in_scope(self, texts: Iterable[str]) -> NDArray[np.bool_]:
        """Whether to answer, at the operating point chosen when it was fitted; else a person should."""
        return self.confidence(texts) >= self._scope.threshold

    @property
    def threshold(self) -> float:
        """The confidence from which `in_scope` says yes."""
        return self._scope.threshold

    def save(self, folder: str | Path) -> None:
        """Write it into a folder: safetensors and JSON, and the encoder's own files where it was a folder.

        Raises:
            ModelError: it cannot be written, or something else lies there (MODEL-62).
            UsageError: the folder is neither a text nor a path (USAGE-25).
        """
        place = as_folder(folder)
        arrays, facts = pack(self._heads, self._scope)
        facts |= {"classes": list(self.classes), "blend": self._blend, "report": self.report.as_json()}
        facts |= {"chars": list(self._shape.chars), "words": self._shape.words, "apart": self._shape.apart}
        folders.write(place, arrays, facts, lambda half_done: {"encoder": self._reader.save(half_done)})

    @classmethod
    def load(cls, folder: str | Path, *, encoder: str | Path | Encoder | None = None) -> TextClassifier:
        """Read what `save` wrote; `encoder`, as for `fit`, is needed where it was fitted with an object of your own.

        Raises:
            ModelError: the folder is not whole (MODEL-63), from a newer version (MODEL-64), or its encoder is
                missing (MODEL-60) or another one (MODEL-61).
            UsageError: the folder is neither a text nor a path (USAGE-25).
        """
        place = as_folder(folder)
        arrays, facts = folders.read(place)
        try:
            heads, scope = unpack(arrays, facts)
            if not set(facts["blend"]) - {AS_THEY_ARE} <= heads.names:
                raise ValueError("a head is missing")
            shape = Shape(tuple(facts["chars"]), int(facts["words"]), int(facts.get("apart", 0)))
            blend = {str(name): float(weight) for name, weight in facts["blend"].items()}
            if facts["version"] == 1 and "vectors" in blend:
                blend[AS_THEY_ARE] = blend.pop("vectors")
            report, written = Report.from_json(facts["report"]), dict(facts["encoder"])
            classes = tuple(facts["classes"])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise folders.broken(place, error) from error
        return cls(classes, report, heads, blend, scope, shape, reopen(place, written, encoder))

    def _scores(self, texts: Iterable[str]) -> Iterator[dict[str, Scores]]:
        listed = check_texts(texts)
        for begin in range(0, max(len(listed), 1), _BATCH):
            part = listed[begin : begin + _BATCH]
            vectors = None if self._reader.encoder is None else self._reader.encoder.encode(part)
            yield self._heads.scores(count(normal_all(part), self._shape), vectors)

    def _logits(self, texts: Iterable[str]) -> Scores:
        return np.concatenate([blended(scores, self._blend) for scores in self._scores(texts)])

    def __repr__(self) -> str:
        return f"TextClassifier({len(self.classes)} classes, {self.report.picked})"
