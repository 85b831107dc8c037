"""Numbers and yes/no answers out of text, as people in different countries write them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import polars as pl

__all__ = ["DecimalEvidence", "decimal_evidence", "symbols", "to_bool", "to_float"]

# Anything that may stand around a number: currency signs and codes, spaces of all widths, quotes.
AROUND = r"[^\d.,+\-()%eE]|(?i:eur|usd|gbp|cny|rmb|brl|chf)"
NOTHING = r"(?i)^\s*(?:null|nan|none|n/a|na|-|\\n|#n/a)?\s*$"
SYMBOL = r"(R\$|[£€¥￥$₹₽₩]|\b(?:EUR|USD|GBP|CNY|RMB|BRL|CHF|JPY|INR)\b)"
PLAIN = {
    ".": r"^[+-]?(?:\d{1,3}(?:,\d{2,3})*(?:,\d{3})|\d+)?(?:\.\d*)?(?:[eE][+-]?\d+)?$",
    ",": r"^[+-]?(?:\d{1,3}(?:\.\d{2,3})*(?:\.\d{3})|\d+)?(?:,\d*)?(?:[eE][+-]?\d+)?$",
}
# What only one of the two ways of writing explains: "1.234,5", "12,50", "1.234.567", "0,125" and their mirror images.
PROVES = {
    ".": r"^[+-]?(?:\d{1,3}(?:,\d{3})+\.\d+|\d+\.(?:\d{1,2}|\d{4,})|\d{1,3}(?:,\d{3}){2,}|0\.\d{3}|\d{4,}\.\d{3})$",
    ",": r"^[+-]?(?:\d{1,3}(?:\.\d{3})+,\d+|\d+,(?:\d{1,2}|\d{4,})|\d{1,3}(?:\.\d{3}){2,}|0,\d{3}|\d{4,},\d{3})$",
}
YES = (
    "true",
    "1",
    "1.0",
    "yes",
    "y",
    "t",
    "x",
    "on",
    "in stock",
    "instock",
    "是",
    "有",
    "有货",
    "sim",
    "s",
    "sí",
    "si",
    "ja",
    "j",
)
NO = (
    "false",
    "0",
    "0.0",
    "no",
    "n",
    "f",
    "off",
    "out of stock",
    "outofstock",
    "否",
    "无",
    "缺货",
    "não",
    "nao",
    "nein",
)


@dataclass(frozen=True, slots=True)
class DecimalEvidence:
    """How many values prove that the decimal sign is a point, and how many that it is a comma."""

    point: int = 0
    comma: int = 0

    def __add__(self, other: DecimalEvidence) -> DecimalEvidence:
        return DecimalEvidence(self.point + other.point, self.comma + other.comma)

    @property
    def verdict(self) -> Literal[".", ","]:
        """The sign that more values prove; the point where none does."""
        return "," if self.comma > self.point else "."


def decimal_evidence(text: pl.Series) -> DecimalEvidence:
    """What a column of text tells about the decimal sign."""
    counts = _bare(pl.DataFrame({"v": text})).select(
        pl.col("v").str.contains(PROVES["."]).sum().alias("point"),
        pl.col("v").str.contains(PROVES[","]).sum().alias("comma"),
    )
    point, comma = counts.row(0)
    return DecimalEvidence(int(point or 0), int(comma or 0))


def to_float(text: pl.Series, decimal: Literal[".", ","]) -> pl.Series:
    """Numbers of a column of text; null where a value is not a number written this way, or nothing at all.

    Args:
        text: values such as "1,234.50", "(12.50)", "¥ 1 200", "12 %".
        decimal: the decimal sign in force.
    """
    if decimal == "." or not text.str.contains("[.,]").any():
        quick = text.str.strip_chars().cast(pl.Float64, strict=False)
        if quick.null_count() == text.null_count():
            return quick
    other = "," if decimal == "." else "."
    bare = _bare(pl.DataFrame({"v": text}))
    value = pl.col("v")
    number = value.str.replace_all(other, "", literal=True).str.replace(decimal, ".", literal=True)
    is_number = value.str.contains(PLAIN[decimal]) & value.str.contains(r"\d")
    parsed = pl.when(is_number).then(number.cast(pl.Float64, strict=False))
    return bare.select((parsed * pl.when("negative").then(-1.0).otherwise(1.0) / pl.col("divisor")).alias("v"))["v"]


def _bare(frame: pl.DataFrame) -> pl.DataFrame:
    """The column `v` without what stands around its numbers, `negative` for "(5)" and "5-", `divisor` 100 for "5 %"."""
    value = pl.col("v")
    wide = frame.with_columns(value.str.normalize("NFKC").str.replace_all("[−–]", "-"))
    bare = wide.with_columns(
        pl.when(value.str.contains(r"[A-Za-z]{4,}|[^\W\d_]{4,}"))
        .then(None)
        .otherwise(value.str.replace_all(AROUND, ""))
        .alias("v")
    )
    in_brackets = value.str.contains(r"^\(.*\)$")
    behind = value.str.contains(r"^[\d.,]+-$")
    return bare.with_columns(
        value.str.replace_all(r"[()%]", "").str.replace(r"-$", "").alias("v"),
        (in_brackets | behind).fill_null(False).alias("negative"),
        pl.when(value.str.contains("%", literal=True)).then(100.0).otherwise(1.0).alias("divisor"),
    )


def symbols(text: pl.Series) -> str | None:
    """The currency sign or code that most values of a column carry, if any does."""
    found = text.str.normalize("NFKC").str.extract(SYMBOL).drop_nulls()
    return str(found.mode().sort()[0]) if len(found) else None


def to_bool(text: pl.Series) -> pl.Series:
    """Yes and no in five languages; null where a value is neither."""
    words = {**dict.fromkeys(YES, True), **dict.fromkeys(NO, False)}
    return text.str.strip_chars().str.to_lowercase().replace_strict(words, default=None, return_dtype=pl.Boolean)
