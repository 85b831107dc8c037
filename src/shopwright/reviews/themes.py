"""What reviews are about: themes with names, counts of praise and complaints, and quotes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from shopwright.errors import UsageError
from shopwright.i18n import Text, t
from shopwright.reviews import theme_store
from shopwright.reviews.scales import NEAR_MIDDLE, as_polarity, as_stars
from shopwright.reviews.sentences import ROW, SENTENCE, checked_texts, sentences
from shopwright.reviews.subjects import without_subjects
from shopwright.reviews.terms import terms
from shopwright.reviews.theme_clusters import Floats, centred, grouped, nearest, starts
from shopwright.reviews.theme_names import named
from shopwright.reviews.theme_table import POLARITY, THEME, counted
from shopwright.seeds import generator
from shopwright.shop.arguments import as_folder, check_seed

if TYPE_CHECKING:
    from shopwright.language.encoders import Encoder

__all__ = ["ENOUGH", "Themes", "themes", "themes_of"]

MOST, SAMPLE, LEAST_SHARE, LEAST = 22, 120_000, 0.004, 12
# Of n sentences as many groups are begun as the root of n divided by this.
PER = 2.5
# A sentence is far from all themes where it is farther than these of the sentences that they were found in.
FAR = 0.03
# From how many texts with words on themes hold: learned from two samples, they agree by half (0.3 at 100 texts).
ENOUGH = 200
CORE = "core"  # what is compared of a sentence
NEW_SHARE, NEW_LEAST, NEW_APART = 0.01, 20, 0.55


@dataclass(frozen=True, eq=False)
class Themes:
    """Themes of reviews, and which sentences are of which.

    Attributes:
        table: theme (its number), name, words (its terms), kind (praise, complaint or mixed, null without polarity), n
            (texts), n_sentences, n_praise, n_complaints, polarity (mean), is_new (not among the `known`), quote; the
            theme of most texts first.
        assigned: row, start, end, sentence, polarity (null: not known), theme (null: far from all), closeness (cosine).
        n_texts: texts handed over.
        names: name of each theme, by its number.
        words: terms of each theme.
        centres: directions of the themes, shape (themes, dimensions).
        mean: mean vector of sentences, taken off before they are compared, shape (dimensions,).
        least_close: cosine below which a sentence is of no theme.
        typical_close: median cosine of the sentences to their theme.
        encoder: name of the encoder.
        too_few: texts with words where these are fewer than themes need; None where there are enough.
        needed: how many themes need.
    """

    table: pl.DataFrame
    assigned: pl.DataFrame
    n_texts: int
    names: tuple[str, ...]
    words: tuple[tuple[str, ...], ...]
    centres: Floats
    mean: Floats
    least_close: float
    typical_close: float
    encoder: str
    too_few: int | None = None
    needed: int = ENOUGH

    @property
    def note(self) -> Text | None:
        """Why there are no themes; None where there may be."""
        if self.too_few is None:
            return None
        return t(
            "Too few reviews for themes: {n:,} have words, {needed:,} are needed for themes that hold.",
            n=self.too_few,
            needed=self.needed,
        )

    @property
    def unassigned(self) -> float:
        """Share of sentences that are of no theme."""
        return self.assigned[THEME].null_count() / self.assigned.height if self.assigned.height else 0.0

    def of(self, texts: Sequence[str | None], polarity: Iterable[float] | None = None) -> pl.DataFrame:
        """The sentences of other texts with their themes, as `assigned`.

        Args:
            texts: reviews.
            polarity: of each text or each sentence, from −1 to 1.

        Raises:
            UsageError: texts or polarity cannot be read (REVIEWS-40, REVIEWS-43).
        """
        said = _said(checked_texts(texts), polarity, None)
        vectors = centred(_encoder(self.encoder).encode(said[SENTENCE].to_list()), self.mean)
        return _placed(said, vectors, self)

    def save(self, folder: Path | str) -> None:
        """Write names and directions, not the reviews: numbers as safetensors, names as JSON.

        Raises:
            StoreError: it could not be written (REVIEWS-45).
            UsageError: the folder is neither a text nor a path (USAGE-25).
        """
        place = as_folder(folder)
        numbers = {"centres": self.centres, "mean": self.mean}
        facts = {
            **{"names": list(self.names), "words": [list(each) for each in self.words], "encoder": self.encoder},
            **{"least_close": self.least_close, "typical_close": self.typical_close},
            **{"too_few": self.too_few, "needed": self.needed},
        }
        theme_store.save(place, numbers, facts)

    @classmethod
    def load(cls, folder: Path | str) -> Themes:
        """Themes from `save`, without sentences: for `of`, and as `known`.

        Raises:
            StoreError: the folder holds no themes, or they cannot be read (REVIEWS-46).
            UsageError: the folder is neither a text nor a path (USAGE-25).
        """
        numbers, facts = theme_store.load(as_folder(folder))
        bare = _said([], None, None).with_columns(
            pl.lit(None, pl.Int64).alias(THEME), pl.lit(None, pl.Float32).alias("closeness")
        )
        names, words = tuple(facts["names"]), tuple(tuple(each) for each in facts["words"])
        return cls(
            counted(bare, names, words, len(names)),
            bare,
            0,
            names,
            words,
            numbers["centres"],
            numbers["mean"],
            facts["least_close"],
            facts["typical_close"],
            facts["encoder"],
            facts.get("too_few"),
            facts.get("needed", ENOUGH),
        )


def themes(
    texts: Sequence[str | None],
    seed: int = 0,
    polarity: Iterable[float] | None = None,
    known: Themes | None = None,
    *,
    stars: Iterable[float | None] | None = None,
    most: int = MOST,
    enough: int = ENOUGH,
    subjects: Sequence[str | None] | None = None,
) -> Themes:
    """What the texts are about.

    Sentences are grouped by the vectors of the encoder that ships; groups begin at the words that are said most, so
    that chance decides only which sentences are looked at where there are more than 120,000. Complaints and praise
    weigh the same in all, however rare complaints are.

    Args:
        texts: reviews, in any languages.
        seed: which sentences to learn from.
        polarity: of each text or each sentence (of `sentences(texts)`), from −1 to 1.
        known: themes found before: they keep number and name, and new ones come after them, only where enough
            sentences are far from all known ones and close to each other.
        stars: used where there is no polarity; other scales as in `as_stars`.
        most: number of themes, at most.
        enough: texts with words that are needed; of fewer there are no themes, and `note` says so. Those that are
            known are told of any number.
        subjects: title and category of the product that each text is about: what names it is not compared.

    Raises:
        UsageError: texts, stars or polarity cannot be read (REVIEWS-40 to REVIEWS-43), `most` is below 1
            (REVIEWS-44), or the seed is no whole number (USAGE-25).
    """
    check_seed(seed)
    if most < 1:
        raise UsageError(
            t("{most} themes cannot be found", most=most),
            why=t("most is the largest number of themes"),
            fix=t("leave it out, or use 1 or more"),
            code="REVIEWS-44",
        )
    texts = checked_texts(texts)
    said = _said(texts, polarity, stars)
    return themes_of(said, len(texts), seed, known, most=most, enough=enough, subjects=subjects)


def themes_of(
    said: pl.DataFrame,
    n_texts: int,
    seed: int = 0,
    known: Themes | None = None,
    *,
    most: int = MOST,
    enough: int = ENOUGH,
    subjects: Sequence[str | None] | None = None,
) -> Themes:
    """As `themes`, of sentences that are cut and judged already.

    Args:
        said: what `sentences` returns, and polarity (from −1 to 1, null where it is not known).
        n_texts: texts that they come from.
        seed: which sentences to learn from.
        known: themes found before.
        most: number of themes, at most.
        enough: texts with words that are needed.
        subjects: title and category of the product that each text is about.
    """
    model = _encoder("static" if known is None else known.encoder)
    known = None if known is not None and known.too_few is not None else known  # where none could be found, none hold
    spoken = said[ROW].n_unique()
    if known is None and spoken < enough:
        return _too_few(said, n_texts, spoken, enough, model)
    core = said[SENTENCE] if subjects is None else without_subjects(said, subjects)
    said = said.with_columns(core.alias(CORE))
    vectors = model.encode(said[CORE].to_list())
    if known is None:
        mean = vectors.mean(axis=0) if len(vectors) else np.zeros(vectors.shape[1], np.float32)
        moved = centred(vectors, mean)
        found = _found(said, moved, mean, seed, most, model.name)
    else:
        moved = centred(vectors, known.mean)
        found = _with_new(said, moved, known, seed, most)
    assigned = _placed(said, moved, found)
    n_known = 0 if known is None else len(known.names)
    table = counted(assigned, found.names, found.words, n_known if known else len(found.names))
    return replace(found, table=table, assigned=assigned.drop(CORE), n_texts=n_texts)


def _too_few(said: pl.DataFrame, n_texts: int, spoken: int, enough: int, model: Encoder) -> Themes:
    bare = said.with_columns(pl.lit(None, pl.Int64).alias(THEME), pl.lit(None, pl.Float32).alias("closeness"))
    nowhere = model.encode([])
    mean = np.zeros(nowhere.shape[1], np.float32)
    table = counted(bare, (), (), 0)
    return Themes(table, bare, n_texts, (), (), nowhere, mean, 0.0, 0.0, model.name, spoken, enough)


def _found(said: pl.DataFrame, moved: Floats, mean: Floats, seed: int, most: int, encoder: str) -> Themes:
    centres, _ = _grouped(said, moved, seed, most)
    which, close = nearest(moved, centres) if len(centres) else (np.zeros(0, np.int64), np.zeros(0, np.float32))
    names, words = named(said[CORE], which, len(centres), polarity=said[POLARITY], row=said[ROW])
    least, typical = (float(value) for value in np.quantile(close, (FAR, 0.5))) if len(close) else (0.0, 0.0)
    return Themes(said, said, 0, names, words, centres, mean, least, typical, encoder)


def _grouped(said: pl.DataFrame, moved: Floats, seed: int, most: int) -> tuple[Floats, NDArray[np.int64]]:
    """Centres of the sentences, and which sentences they were learned from."""
    n = len(moved)
    if n == 0:
        return moved[:0], np.zeros(0, np.int64)
    # Where groups begin does not depend on the seed.
    fixed = np.arange(n) if n <= SAMPLE else np.linspace(0, n - 1, SAMPLE).astype(np.int64)
    learned = fixed if n <= SAMPLE else np.sort(generator(seed, "themes").choice(n, SAMPLE, replace=False))
    weight = _balanced(said[POLARITY].to_numpy())
    able = max(min(most, round(np.sqrt(n) / PER)), min(most, 3))
    begun = starts(moved[fixed], weight[fixed], terms(said[CORE].gather(fixed)), able)
    least = max(LEAST_SHARE * float(weight[learned].sum()), min(LEAST, n / 10))
    return grouped(moved[learned], weight[learned], begun, least), learned


def _with_new(said: pl.DataFrame, moved: Floats, known: Themes, seed: int, most: int) -> Themes:
    """The known themes, and those of sentences far from all of them."""
    if not len(known.centres):
        return known
    _, close = nearest(moved, known.centres)
    far = np.flatnonzero(close < known.least_close)
    enough = max(NEW_LEAST, NEW_SHARE * len(moved))
    if len(far) < max(enough, 2 * FAR * len(moved)):
        return known
    centres, _ = _grouped(said[far.tolist()], moved[far], seed, most)
    which, near = nearest(moved[far], centres)
    apart = (centres @ known.centres.T).max(axis=1) < NEW_APART
    size = np.bincount(which, minlength=len(centres))
    tight = np.bincount(which, near, minlength=len(centres)) / np.maximum(size, 1) >= known.least_close
    kept = np.flatnonzero(apart & tight & (size >= enough))
    order = np.full(len(centres), -1)
    order[kept] = np.arange(len(kept))
    names, words = named(
        said[CORE].gather(far),
        order[which],
        len(kept),
        taken=known.names,
        polarity=said[POLARITY].gather(far),
        row=said[ROW].gather(far),
    )
    return replace(
        known,
        names=known.names + names,
        words=known.words + words,
        centres=np.concatenate([known.centres, centres[kept]]),
    )


def _placed(said: pl.DataFrame, moved: Floats, found: Themes) -> pl.DataFrame:
    if not len(found.centres) or not len(moved):
        return said.with_columns(pl.lit(None, pl.Int64).alias(THEME), pl.lit(None, pl.Float32).alias("closeness"))
    which, close = nearest(moved, found.centres)
    placed = said.with_columns(pl.Series(THEME, which), pl.Series("closeness", close))
    return placed.with_columns(pl.when(pl.col("closeness") >= found.least_close).then(pl.col(THEME)).alias(THEME))


def _balanced(polarity: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights with which complaints count as much as everything else together, each at most five times."""
    bad = polarity < 0
    n_bad = int(bad.sum())
    return np.where(bad, min(5.0, max(1.0, (len(bad) - n_bad) / max(n_bad, 1))), 1.0)


def _said(
    texts: Sequence[str | None], polarity: Iterable[float] | None, stars: Iterable[float | None] | None
) -> pl.DataFrame:
    """The sentences with their polarity."""
    said = sentences(texts)
    if polarity is None and stars is not None:
        polarity = as_polarity(as_stars(stars).stars)
        polarity = np.where(np.abs(polarity) < NEAR_MIDDLE, 0.0, polarity)
    if polarity is None:
        return said.with_columns(pl.lit(None, pl.Float64).alias(POLARITY))
    given = _numbers(polarity)
    if len(given) == len(texts):
        given = given[said[ROW].to_numpy()]
    if len(given) != said.height or (np.abs(given) > 1).any():
        raise UsageError(
            t("the polarity does not fit to the texts"),
            why=t(
                "{n} numbers for {texts} texts of {said} sentences", n=len(given), texts=len(texts), said=said.height
            ),
            fix=t("hand over one number from −1 to 1 for each text, or for each row of sentences(texts)"),
            code="REVIEWS-43",
        )
    return said.with_columns(pl.Series(POLARITY, given).fill_nan(None))


def _numbers(values: Iterable[float]) -> NDArray[np.float64]:
    """The values as numbers; none of them where one is no number."""
    try:
        return np.asarray(list(values), np.float64)
    except (TypeError, ValueError):
        return np.zeros(0)


def _encoder(name: str) -> Encoder:
    from shopwright.language import encoder

    return encoder("static" if name.startswith("static") else name.rpartition("-")[0])
