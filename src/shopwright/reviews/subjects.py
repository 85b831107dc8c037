"""Sentences without the words that only name the product they are about."""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from shopwright.reviews.sentences import ROW, SENTENCE

__all__ = ["without_subjects"]

# A word names a product where so much of its use is in reviews of products that are called so: "throw" but not "zip".
OWN_SHARE = 0.7
WORD = r"\p{L}{3,}"
WORDS = re.compile(r"[^\W\d_]{3,}")
HAN = re.compile(r"[\u3400-\u9fff]{2,}")
# The head of a Chinese name stands at its end.
HEADS = (3, 2)
AT, STEM, SUBJECT = "at", "stem", "subject"


def without_subjects(said: pl.DataFrame, subjects: Sequence[str | None]) -> pl.Series:
    """The sentences without the words of their own product's name; one that says nothing else stays as it is.

    "I love this throw" and "I love this teapot" say the same; with their products they lie in different themes.

    Args:
        said: row (text it stands in) and sentence.
        subjects: what each text is about: title and category of its product, None where that is not known.
    """
    of = pl.DataFrame({SUBJECT: subjects}, schema={SUBJECT: pl.String}).with_row_index(ROW).cast({ROW: pl.Int64})
    known = said.select(ROW, SENTENCE).with_row_index(AT).join(of, on=ROW, how="left", maintain_order="left")
    own = _own_words(known)
    whole = said[SENTENCE].to_list()
    kept = [*whole]
    for at, stems in own.group_by(AT, maintain_order=True).agg(STEM).iter_rows():
        kept[at] = _cut(kept[at], frozenset(stems))
    for at, subject in known.filter(pl.col(SUBJECT).str.contains(r"\p{Han}{2}")).select(AT, SUBJECT).iter_rows():
        kept[at] = _cut_han(kept[at], subject)
    found = [part if WORDS.search(part) or HAN.search(part) else full for part, full in zip(kept, whole, strict=True)]
    return pl.Series(SENTENCE, found, pl.String)


def _own_words(known: pl.DataFrame) -> pl.DataFrame:
    """Words of each sentence that name its product and hardly anything else: at, stem."""
    words = _stems(known, SENTENCE).unique()
    named = _stems(known.select(SUBJECT).drop_nulls().unique().with_columns(pl.col(SUBJECT).alias("of")), "of", SUBJECT)
    held = words.join(known.select(AT, SUBJECT), on=AT).join(named.unique(), on=[SUBJECT, STEM], how="semi")
    often = words.group_by(STEM).len("all").join(held.group_by(STEM).len("own"), on=STEM)
    chosen = often.filter(pl.col("own") >= OWN_SHARE * pl.col("all"))
    return held.join(chosen, on=STEM, how="semi").select(AT, STEM).sort(AT, STEM)


def _stems(table: pl.DataFrame, text: str, key: str = AT) -> pl.DataFrame:
    """The words of each text in small letters without the s of a plural."""
    lower = pl.col(text).str.to_lowercase().str.extract_all(WORD).alias(STEM)
    return table.select(key, lower).explode(STEM).drop_nulls(STEM).with_columns(pl.col(STEM).str.strip_suffix("s"))


def _cut(sentence: str, stems: frozenset[str]) -> str:
    def left(word: re.Match[str]) -> str:
        return "" if word.group().lower().removesuffix("s") in stems else word.group()

    return " ".join(WORDS.sub(left, sentence).split())


def _cut_han(sentence: str, subject: str) -> str:
    for name in HAN.findall(subject):
        part = next((each for each in (name, *(name[-size:] for size in HEADS)) if each in sentence), "")
        sentence = sentence.replace(part, "") if part else sentence
    return sentence
