"""The words and phrases that stand out in groups of sentences."""

from __future__ import annotations

from typing import cast

import polars as pl

from shopwright.reviews.negated import HAN_RUN, LATIN_NO_DENIAL, MARKS, han_marked, with_negations
from shopwright.reviews.stop_words import HAN_ENDS, HAN_STOP_WORDS, HAN_STOPS, STOP_WORDS

__all__ = ["GROUP", "PLACE", "TERM", "salient", "terms"]

TERM, GROUP, PLACE, DENIED = "term", "group", "place", "denied"
LEAST = 3
# Characters that in this share of their places belong to one longer run are a piece of it.
PIECE = 0.5
# A sign between two words keeps them from being one phrase.
SIGN = r"[,;:.!?()]"
WORD = rf"[\p{{Latin}}][\p{{Latin}}\p{{Mn}}'’]*[\p{{Latin}}]|{SIGN}"
# A phrase says more than a word, as long as it is nearly as frequent.
BONUS = (1.0, 1.0, 1.8, 2.2)


def terms(said: pl.Series) -> pl.DataFrame:
    """Words, phrases of two and three words, and Chinese ones of two to four characters, once for each sentence.

    Phrases neither begin nor end with a word that names nothing ("the", "very", "的"). What is denied is a term with
    its negation only: "not happy", "不舒服".

    Returns:
        place (number of the sentence), term, length (words, or half the characters).
    """
    frame = pl.DataFrame({"said": said}).with_row_index(PLACE)
    lower = frame.lazy().with_columns(pl.col("said").str.to_lowercase().str.replace_all("’", "'"))
    words = (
        lower.select(PLACE, pl.col("said").str.replace_all(LATIN_NO_DENIAL, ".").str.extract_all(WORD).alias("word"))
        .explode("word")
        .drop_nulls()
        .pipe(with_negations, PLACE)
        .with_columns(pl.col("word").str.contains(SIGN).alias("sign"))
        .with_columns((pl.col("sign") | pl.col("word").is_in(list(STOP_WORDS))).alias("stop"))
        .with_columns(_shifted(name, by) for name in ("word", "stop", "sign") for by in (1, 2))
    )
    one = words.filter(~pl.col("stop")).select(*_phrase("word"))
    two = words.filter(~pl.col("stop"), ~pl.col("stop1")).select(*_phrase("word", "word1"))
    three = words.filter(~pl.col("stop"), ~pl.col("stop2"), ~pl.col("sign1")).select(*_phrase("word", "word1", "word2"))
    parts = pl.concat([one, two, three, *_han(lower)], how="vertical_relaxed")
    return parts.drop_nulls().unique([PLACE, TERM]).sort(PLACE, TERM).collect()


def _shifted(name: str, by: int) -> pl.Expr:
    return pl.col(name).shift(-by).over(PLACE).alias(f"{name}{by}")


def _phrase(*names: str) -> tuple[pl.Expr, ...]:
    denied = pl.col("denied") != ""
    size = pl.min_horizontal(len(names) + denied.cast(pl.Int32), pl.lit(len(BONUS) - 1, pl.Int32))
    plain = pl.concat_str(*names, separator=" ")
    term = pl.when(denied).then(pl.concat_str("denied", plain, separator=" ")).otherwise(plain)
    return pl.col(PLACE), term.alias(TERM), size.alias("length")


def _han(lower: pl.LazyFrame) -> list[pl.LazyFrame]:
    """Runs of two to four Chinese characters that stand for themselves: not pieces of longer ones."""
    runs = (
        lower.select(PLACE, han_marked(pl.col("said")).str.extract_all(HAN_RUN).alias("run"))
        .explode("run")
        .drop_nulls()
        .with_columns(pl.col("run").str.extract(f"^([{''.join(MARKS)}])").replace(MARKS).fill_null("").alias(DENIED))
        .with_columns(pl.col("run").str.strip_chars_start("".join(MARKS)))
        .with_columns(pl.col("run").str.len_chars().alias("n"))
        .collect()
    )
    if runs.is_empty():
        return []
    grams = {size: _grams(runs, size) for size in (2, 3, 4, 5)}
    counts = {size: part.group_by(DENIED, TERM).len("n").filter(pl.col("n") >= LEAST) for size, part in grams.items()}
    stops = "".join(sorted(HAN_STOPS))
    edges, words = f"^[{stops}]|[{stops}]$", "|".join(HAN_STOP_WORDS)
    parts = []
    for size in (2, 3, 4):
        whole = (
            counts[size]
            .filter(~pl.col(TERM).str.contains(edges), ~pl.col(TERM).str.contains(words))
            .join(_around(counts[size + 1], size), on=[DENIED, TERM], how="left")
            .filter(pl.col("longer").fill_null(0) < PIECE * pl.col("n"))
        )
        chosen = grams[size].join(whole.select(DENIED, TERM), on=[DENIED, TERM], how="semi")
        term = pl.concat_str(DENIED, TERM).alias(TERM)
        parts.append(chosen.lazy().select(PLACE, term, pl.lit(size // 2).alias("length")))
    return parts


def _around(longer: pl.DataFrame, size: int) -> pl.DataFrame:
    """How often a run of characters stands in its most frequent longer one; one more "very" or "的" is none."""
    ends = f"[{''.join(sorted(HAN_ENDS))}]"
    begun = longer.filter(~pl.col(TERM).str.contains(f"{ends}$"))
    ended = longer.filter(~pl.col(TERM).str.contains(f"^{ends}"))
    parts = [
        begun.select(DENIED, pl.col(TERM).str.slice(0, size), pl.col("n").alias("longer")),
        ended.select(pl.lit("").alias(DENIED), pl.col(TERM).str.slice(1, size), pl.col("n").alias("longer")),
    ]
    return pl.concat(parts).group_by(DENIED, TERM).max()


def _grams(runs: pl.DataFrame, size: int) -> pl.DataFrame:
    fits = runs.filter(pl.col("n") >= size).with_columns(pl.int_ranges(0, pl.col("n") - size + 1).alias("begin"))
    denied = pl.when(pl.col("begin") == 0).then(DENIED).otherwise(pl.lit("")).alias(DENIED)
    return fits.explode("begin").select(PLACE, denied, pl.col("run").str.slice(pl.col("begin"), size).alias(TERM))


def salient(found: pl.DataFrame, group: pl.Series, most: int = 8) -> dict[int, list[tuple[str, int]]]:
    """The terms that tell each group from the others.

    Scored by class-based TF-IDF, tf × log(1 + A / f), with tf the share of the group's sentences that hold the term, f
    the number of all that do and A the mean size of a group (Grootendorst, "BERTopic", 2022, section 3.3); frequent
    phrases gain on their words.

    Args:
        found: what `terms` made.
        group: the group of each sentence, null for none.
        most: terms of each group, at most.

    Returns:
        For each group its terms, the best first, with the number of its sentences that hold them.
    """
    sizes = pl.DataFrame({GROUP: group}).drop_nulls().group_by(GROUP).len("size")
    typical = cast("float | None", sizes["size"].mean())
    counted = (
        found.lazy()
        .join(pl.DataFrame({PLACE: pl.Series(range(len(group)), dtype=pl.UInt32), GROUP: group}).lazy(), on=PLACE)
        .drop_nulls(GROUP)
        .group_by(GROUP, TERM)
        .agg(pl.len().alias("n"), pl.col("length").first())
        .with_columns(pl.col("n").sum().over(TERM).alias("everywhere"))
        .join(sizes.lazy(), on=GROUP)
        .filter(pl.col("n") >= pl.min_horizontal(pl.lit(LEAST), pl.col("size")))
        .with_columns(
            (
                pl.col("n")
                / pl.col("size")
                * (1 + (typical or 1.0) / pl.col("everywhere")).log()
                * pl.col("length").replace_strict(dict(enumerate(BONUS)), return_dtype=pl.Float64)
            ).alias("score")
        )
        .sort(GROUP, "score", TERM, descending=[False, True, False])
        .group_by(GROUP, maintain_order=True)
        .head(6 * most)
        .collect()
    )
    best: dict[int, list[tuple[str, int]]] = {}
    for number, term, n in counted.select(GROUP, TERM, "n").iter_rows():
        kept = best.setdefault(number, [])
        if len(kept) < most and not any(_overlap(term, other) for other, _ in kept):
            kept.append((term, n))
    return best


def _overlap(one: str, other: str) -> bool:
    """Whether two terms share a word, or Chinese ones two characters in a row."""
    if " " in one or " " in other or one.isascii() or other.isascii():
        mine, theirs = ({_stem(word) for word in term.split()} for term in (one, other))
        return bool(mine & theirs)
    if one[0] >= "\u3400" and other[0] >= "\u3400":
        mine, theirs = ({term[at : at + 2] for at in range(len(term) - 1)} for term in (one, other))
        return bool(mine & theirs)
    return one == other


def _stem(word: str) -> str:
    """A word without the endings that only bend it: good enough to tell repetitions, not to name things."""
    for ending in ("ing", "ed", "es", "s", "ly"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word.removesuffix(ending)
    return word
