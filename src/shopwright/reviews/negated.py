"""Words that a negation stands before are other terms than the words alone: "not happy", "不舒服"."""

from __future__ import annotations

import polars as pl

__all__ = ["HAN_RUN", "LATIN_NO_DENIAL", "MARKS", "WEAKLY", "han_marked", "with_negations", "without_double"]

NOT = (
    "not never no cannot cant dont didnt doesnt isnt wasnt arent wont wouldnt without nor nicht nie kein keine keinen"
    " keinem keiner keines ohne não nao nunca nem sem nenhum nenhuma sin nada ningún ninguna jamás ni"
)
# What may stand between: "not very happy".
BETWEEN = (
    "a an all any at be been even quite really so such that the too very terribly particularly as sehr so zu ganz"
    " besonders wirklich muito tão tao nada bem muy tan demasiado me se lo la the"
)
# What sounds like a denial and is none; cut where it stands.
LATIN_NO_DENIAL = (
    r"(?:can't|cannot|cant|couldn't) (?:wait|be (?:happier|more)|beat|go wrong|complain|recommend \w+ enough)"
    r"|not (?:only|just)|nicht nur|não só|no (?:solo|sólo)|no (?:doubt|wonder)"
)
# Chinese signs of denial that deny nothing, a mark for each that does, and how it is written in a term.
NO_DENIAL = "不错|不过|不但|不仅|不管|不只|不光|不愧|不得不|不断|不知道|不知|差不多|没想到|没关系|没的说|没得说|没话说"
DENIALS = (
    ("不是(?:很|太|特别|非常|十分|那么)|不太|不很|不怎么|不那么|不算", "\ue000"),
    ("不是", "\ue002"),
    ("不", "\ue000"),
    ("没有?(?:很|太|那么|什么|任何|一点|半点)?", "\ue001"),
)
# A denial of a denial blames nothing and praises little: 没有什么不好的地方, 不是不喜欢.
# What may stand between is listed, for 没有说明书不好用 is none.
WEAKLY = (
    "什么|任何|哪里|哪儿|一[点丝处个]|半点|丝毫|太大?|很|那么|特别|明显|有"
    "|出现|发现|发生|感觉到?|感到|觉得|闻到|[让令]我|[让令]人|过|说|的"
)
DOUBLE = f"(?:没有?|并?不是|不会|不能说|不觉得|不可能|从不)(?:{WEAKLY})*不(?:太|够|怎么|那么)?\\p{{Han}}{{1,2}}"
MARKS = {"\ue000": "不", "\ue001": "没", "\ue002": "不是"}
HAN_RUN = "[\ue000-\ue002]?\\p{Han}{2,}"


def with_negations(words: pl.LazyFrame, place: str) -> pl.LazyFrame:
    """Words and signs as they stand, with the negation before each as `denied` ("" where there is none).

    Args:
        words: place and word, in small letters.
        place: column of the number of the sentence.
    """
    word = pl.col("word")
    denial = pl.when(word.str.contains("n't$")).then(pl.lit("not")).when(word.is_in(NOT.split())).then(word)
    told = words.with_columns(denial.alias("denial"), word.is_in(BETWEEN.split()).alias("between"))
    one, two, gap = (pl.col(name).shift(by).over(place) for name, by in (("denial", 1), ("denial", 2), ("between", 1)))
    return told.with_columns(
        pl.coalesce(one, pl.when(gap).then(two)).fill_null("").alias("denied"),
    ).drop("denial", "between")


def without_double(said: pl.Expr) -> pl.Expr:
    """Sentences without what only looks like a Chinese denial, and without what is denied twice."""
    return said.str.replace_all(NO_DENIAL, "，").str.replace_all(DOUBLE, "，")


def han_marked(said: pl.Expr) -> pl.Expr:
    """Sentences in which each Chinese denial is one mark, so that what it denies is a run of its own."""
    marked = without_double(said)
    for pattern, mark in DENIALS:
        marked = marked.str.replace_all(pattern, mark)
    return marked
