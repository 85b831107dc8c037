"""What customers feel, read from what they write: learned from the shop's own stars, helped by what ships."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from shopwright.errors import InputError, ModelError, UsageError
from shopwright.i18n import Text, t
from shopwright.language.classifier.grams import Grams
from shopwright.progress import step
from shopwright.reviews import sentiment_store as store
from shopwright.reviews.marks import Scale, rescaled
from shopwright.reviews.phrases import phrases_counted
from shopwright.reviews.polarity import Answered, Floats
from shopwright.reviews.readings import SCRIPTS, counted, is_ironic, is_japanese, is_mute, plain, script, sentences
from shopwright.reviews.sentiment_model import OneScript, learned, self_taught, trust
from shopwright.reviews.sentiment_notes import not_taught, nothing_learned
from shopwright.reviews.sentiment_scores import LABELS, Score, Scores, scored
from shopwright.seeds import generator
from shopwright.shop.arguments import as_folder, check_seed

__all__ = ["Sentiment"]

# Texts of a script that are learned from: more in words no longer help, Chinese gained 0.2 points from 18,000 to 25,000
_MOST = {"words": 30_000, "han": 60_000}
_BATCH = 5_000  # texts read at a time: bounds the memory
_K = 300.0  # reviews the prior is worth where too few are there to choose: best for 30 of dresses, of 0 to 3,000
_FEWEST = 100  # texts without stars: 20 took 0.3 points in a new category, 100 gave 0.6
_SURE = 0.5  # a sentence this far from the middle praises or blames
_CLEAR = 0.98  # a text this far from it is of one mind; its sentences need not be read
_OF_SCRIPT = {written: name for name, written in store.PRIORS.items()}


@dataclass(frozen=True, slots=True, eq=False)
class _Taught:
    """What a model of one script was learned from: kept in memory for `adapt`, never written."""

    grams: Grams
    values: Floats
    spoken: Answered | None


@dataclass(frozen=True, slots=True, eq=False)
class Sentiment:
    """Texts to sentiments between -1 and 1, with a label and a calibrated confidence.

    Texts in Chinese or Japanese signs and all others have a model each, of n-grams; a text is read by the one of its
    script. Where the shop has few reviews, the model that ships counts beside its own, as held-out reviews advise.

    Attributes:
        trust: by script, how much the shop's own model counts; the rest is the model that ships.
        notes: how stars were read and what was missing, for people.
    """

    trust: dict[str, float]
    notes: tuple[Text, ...]
    _own: dict[str, OneScript]
    _taught: dict[str, _Taught]
    _helped: bool = True  # by the models that ship

    @classmethod
    def fit(
        cls,
        texts: Iterable[str | None],
        stars: Iterable[Any],
        *,
        scale: Scale = "auto",
        prior: bool = True,
        seed: int = 0,
    ) -> Sentiment:
        """Learn from starred reviews.

        Args:
            texts: reviews, title and text in one; None and empty ones are left out.
            stars: a mark for each: 1-5, 0-10, 0-100, thumbs as 0/1, -1/1 or booleans; None where none was given.
            scale: which of these, where it should not be guessed: stars, ten, hundred, thumbs.
            prior: whether the models that ship may help.
            seed: decides which reviews are held out, and which are learned from where there are very many.

        Raises:
            InputError: there is not one mark for each text (REVIEWS-17), a text is none (REVIEWS-18), or a mark cannot
                be read (REVIEWS-10, 11, 12).
            UsageError: there is no list of texts (REVIEWS-40), or the seed is no whole number (USAGE-25).
            ModelError: all marks are alike and the prior was not to help (REVIEWS-19).
        """
        check_seed(seed)
        listed, marks = _checked(texts), rescaled(stars, scale)
        if len(listed) != len(marks.values):
            raise InputError(
                t("{n} reviews have {m} marks", n=len(listed), m=len(marks.values)),
                why=t("every review needs its stars, or None where none were given"),
                fix=t("look for rows that were dropped from one of the two"),
                code="REVIEWS-17",
            )
        with step(t("Learning the sentiment of {n} reviews", n=f"{len(listed):,}")):
            read = [plain(text) for text in listed]
            kept = np.flatnonzero(np.isfinite(marks.values) & np.array([bool(text) for text in read], bool))
            by_script = _parted([read[at] for at in kept])
            fits = cls({}, (marks.note,), {}, {}, prior)
            for written, rows in by_script.items():
                fits = fits._joined(written, [read[at] for at in kept[rows]], marks.values[kept[rows]], seed)
        if not fits._own and not prior:
            raise ModelError(
                t("no sentiment can be learned from these reviews"),
                why=t("at least three praising and three blaming ones are needed, and {n} have marks", n=len(kept)),
                fix=t("add reviews with other stars, or let the prior help: prior=True"),
                code="REVIEWS-19",
            )
        return fits if by_script else replace(fits, notes=(*fits.notes, nothing_learned(0)))

    def _joined(self, written: str, texts: list[str], values: Floats, seed: int) -> Sentiment:
        """With a model of one more script, where it can be learned."""
        if len(texts) > _MOST[written]:
            rows = np.sort(generator(seed, "sentiment", written).permutation(len(texts))[: _MOST[written]])
            texts, values = [texts[row] for row in rows], values[rows]
        grams, spoken = counted(texts, written), None if is_japanese(texts) else phrases_counted(written)
        fit = learned(grams, values, written, seed, spoken)
        if fit is None:
            return replace(self, notes=(*self.notes, nothing_learned(len(texts))))
        share = 1.0
        if self._helped:
            share = len(texts) / (len(texts) + _K)
            shipped, tried = store.prior(_OF_SCRIPT[written]), fit.tried.get("praise")
            asked = grams if tried is None else grams.take(tried.rows)
            if float(shipped.is_foreign(asked).mean()) > 0.5:  # another language: what ships cannot help
                share = 1.0
            elif tried is not None:
                share = trust(tried, shipped.logits(asked)[:, 0], len(texts))
        return Sentiment(
            {**self.trust, written: share},
            self.notes,
            {**self._own, written: store.as_kept(fit.model, written)},
            {**self._taught, written: _Taught(grams, values, spoken)},
            self._helped,
        )

    def adapt(self, unlabelled: Iterable[str | None]) -> Sentiment:
        """Learn the words of a new subject from texts without stars, such as reviews of a new category.

        The surest of its own answers about them are believed in rounds and learned from. Worth it from some hundred
        texts on, where they are about something else than the reviews with stars; fewer than 100 of a script, and texts
        in a language that was not learned, teach nothing, which `notes` says. It should not be given texts that it is
        to be measured on afterwards as if they had been unseen.

        Raises:
            ModelError: it was loaded, so that what it was learned from is not at hand (REVIEWS-20).
        """
        if not self._taught:
            raise ModelError(
                t("this sentiment model cannot adapt"),
                why=t("what it learned from is not kept in a saved model, nor in a prior"),
                fix=t("fit it on reviews with stars, then adapt, then save"),
                code="REVIEWS-20",
            )
        read = [text for text in map(plain, _checked(unlabelled)) if text and not is_mute(text)]
        own, n_strange, n_few = dict(self._own), 0, 0
        for written, rows in _parted(read).items():
            if written not in self._taught:
                n_strange += len(rows)
                continue
            more = counted([read[row] for row in rows[: _MOST[written]]], written)
            known = np.flatnonzero(~self._read(more, written)[1])
            n_strange += len(more) - len(known)
            if len(known) < _FEWEST:
                n_few += len(known)
                continue
            taught, say = self._taught[written], partial(self._logits, written=written)
            more = more.take(known)
            model = self_taught(own[written], taught.grams, taught.values, more, say, taught.spoken)
            own[written] = store.as_kept(model, written)
        return replace(self, _own=own, notes=(*self.notes, *not_taught(len(read), n_strange, n_few, _FEWEST)))

    def score(self, texts: Iterable[str | None], *, mixed: bool = True) -> Scores:
        """The sentiment of each text; one without words ("", "!!!", "xxxx") is neutral without any confidence.

        Args:
            texts: any number of texts; None and empty ones are allowed.
            mixed: whether to read the sentences of texts that are not clearly praise or blame, for `is_mixed`.

        Raises:
            InputError: a text is none (REVIEWS-18).
            UsageError: there is no list of texts (REVIEWS-40).
        """
        listed = _checked(texts)
        scores = self._whole([plain(text) for text in listed])
        return replace(scores, is_mixed=self._mixed(listed, scores.values)) if mixed else scores

    def by_sentence(self, text: str) -> list[tuple[str, Score]]:
        """Each sentence of a text and its own sentiment.

        Raises:
            InputError: it is no text (REVIEWS-18).
        """
        parts = sentences(_checked([text])[0])
        return list(zip(parts, self._whole([plain(part) for part in parts]), strict=True))

    def _whole(self, read: list[str]) -> Scores:
        read = ["" if is_mute(text) else text for text in read]
        logits, foreign = np.zeros((len(read), 2)), np.zeros(len(read), bool)
        for written, rows in _parted(read).items():
            for begin in range(0, len(rows), _BATCH):
                part = rows[begin : begin + _BATCH]
                grams = counted([read[row] for row in part], written)
                logits[part], foreign[part] = self._read(grams, written)
        scores = scored(logits, foreign, np.array([is_ironic(text) for text in read], bool))
        empty = np.flatnonzero([not text for text in read])
        scores.confidence[empty] = 0.0
        for row in empty:
            scores.label[row] = LABELS[1]
        return scores

    def _logits(self, grams: Grams, written: str) -> Floats:
        return self._read(grams, written)[0]

    def _read(self, grams: Grams, written: str) -> tuple[Floats, np.ndarray[Any, np.dtype[np.bool_]]]:
        """Logits of praise and blame, and whether no model knows the words."""
        share = self.trust.get(written, 0.0)
        asked = [(share, self._own[written])] if share > 0 else []
        if share < 1 and self._helped:
            asked.append((1 - share, store.prior(_OF_SCRIPT[written])))
        total, strange = np.zeros((len(grams), 2)), np.ones(len(grams), bool)
        for weight, model in asked:
            logits, is_foreign = model.read(grams)
            total += weight * logits
            strange &= is_foreign
        return total, strange

    def _mixed(self, texts: list[str], values: Floats) -> np.ndarray[Any, np.dtype[np.bool_]]:
        unclear = np.abs(values) < _CLEAR
        parts = [sentences(text) if look else [] for text, look in zip(texts, unclear.tolist(), strict=True)]
        owner = np.repeat(np.arange(len(texts)), [len(part) if len(part) > 1 else 0 for part in parts])
        each = self._whole([plain(one) for part in parts if len(part) > 1 for one in part]).values
        praised = np.bincount(owner[each > _SURE], minlength=len(texts)) > 0
        return praised & (np.bincount(owner[each < -_SURE], minlength=len(texts)) > 0)

    def save(self, folder: str | Path) -> None:
        """Write it into a folder; the texts it learned from are not written.

        Raises:
            ModelError: it cannot be written (REVIEWS-15).
            UsageError: the folder is neither a text nor a path (USAGE-25).
        """
        place = as_folder(folder)
        arrays: store.Arrays = {}
        facts: dict[str, Any] = {"trust": self.trust, "helped": self._helped, "models": {}}
        for written, model in self._own.items():
            found, facts["models"][written] = store.pack(model, written)
            arrays |= found
        store.write(place / store.FILE, arrays, facts)

    @classmethod
    def load(cls, name: str | Path) -> Sentiment:
        """What ships (`prior-en`, `prior-zh`; either reads both scripts), or what `save` wrote into a folder.

        Raises:
            ModelError: there is no such prior (REVIEWS-13), it is damaged (REVIEWS-14), or the folder holds no whole
                model (REVIEWS-16).
            UsageError: it is neither a text nor a path (USAGE-25).
        """
        place = as_folder(name, "name")
        if str(name).startswith("prior-"):
            store.prior(str(name))
            return cls({}, (), {}, {})
        arrays, facts = store.read(place)
        try:
            own = {one: store.unpack(arrays, told, one) for one, told in facts["models"].items() if one in SCRIPTS}
            share = {one: float(facts["trust"][one]) for one in own}
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise store.broken(place, error) from error
        return cls(share, (), own, {}, bool(facts["helped"]))

    def __repr__(self) -> str:
        own = [f"{name}: {model.n} reviews, trust {self.trust[name]:.2f}" for name, model in self._own.items()]
        return f"Sentiment({', '.join(own) or 'prior'})"


def _checked(texts: Iterable[Any]) -> list[str]:
    if not isinstance(texts, Iterable):
        raise UsageError(
            t("these are no review texts"),
            why=t("a {kind} was found; a list of texts is expected", kind=type(texts).__name__),
            fix=t("put the texts into a list: [text]"),
            code="REVIEWS-40",
        )
    listed = [texts] if isinstance(texts, str) else list(texts)
    for at, text in enumerate(listed):
        if text is not None and not isinstance(text, str):
            raise InputError(
                t("review {n} is not a text", n=at),
                why=t("a {kind} was found; texts are str, or None where there is none", kind=type(text).__name__),
                fix=t("replace it or leave its row out"),
                code="REVIEWS-18",
            )
    return [text or "" for text in listed]


def _parted(read: list[str]) -> dict[str, np.ndarray[Any, np.dtype[np.int64]]]:
    """Rows of the texts that are not empty, by script."""
    kinds = np.array([script(text) if text else "" for text in read], dtype="U5")
    return {written: rows for written in SCRIPTS if len(rows := np.flatnonzero(kinds == written))}
