"""Ratings as shops write them: on which scale numbers are, and what thumbs and words for them mean, as stars."""

from __future__ import annotations

import re

import numpy as np
import polars as pl
from numpy.typing import NDArray

__all__ = [
    "SCALES",
    "STARS",
    "STARS_OR_NONE",
    "THUMBS",
    "Scale",
    "by_words",
    "marked",
    "only_noughts",
    "placed",
    "pointed",
    "scale_of",
    "self_told",
    "stretched",
]

Scale = tuple[float, float]
STARS: Scale = (1, 5)
STARS_OR_NONE: Scale = (0, 5)
THUMBS: Scale = (0, 1)
# Ends of the scales in use, the narrowest first.
SCALES: tuple[Scale, ...] = (STARS, STARS_OR_NONE, (1, 10), (0, 10), (0, 100))

_GOOD = """
👍 👌 ❤ 😀 😃 😄 😊 🙂 😍 up like liked love loved positive pos good great excellent happy satisfied yes
y true recommend recommended thumbs_up thumbsup thumb_up 好评 好 很好 非常好 赞 点赞 顶 推荐 满意
非常满意 喜欢 是 positiv gut sehr_gut daumen_hoch zufrieden ja positivo positiva bom boa ótimo sim
gostei bueno buena sí si me_gusta
"""
_BAD = """
👎 💔 😞 😠 😡 🙁 ☹ 😢 down dislike disliked hate hated negative neg bad poor terrible unhappy
dissatisfied no n false not_recommended thumbs_down thumbsdown thumb_down 差评 差 很差 非常差 踩 不推荐
不满意 非常不满意 不喜欢 不好 否 negativ schlecht sehr_schlecht daumen_runter unzufrieden nein negativo
negativa ruim péssimo não nao não_gostei malo mala no_me_gusta
"""
_MIDDLING = "😐 neutral mixed average so-so 中评 中 一般 还行 neutro neutra regular mittel"
_STARS_OF = {word: stars for words, stars in ((_GOOD, 5.0), (_BAD, 1.0), (_MIDDLING, 3.0)) for word in words.split()}
_COLOURS = re.compile("[\ufe0f\u200d\U0001f3fb-\U0001f3ff]")  # of skin, and how a sign is to be drawn
_OF = r"(?i)^\s*([\d.,]+)\s*(?:/|out of|of|von|de|sobre)\s*(\d+)\s*(?:stars?|sterne?n?|estrelas?|estrellas?)?\s*$"
_PERCENT = r"^\s*([\d.,]+)\s*[%％]\s*$"
# Points, of which the column tells how many there can be: "5分", "8 Punkte".
_POINTS = r"(?i)^\s*([+-]?[\d.,]+)\s*(?:分|点|points?|pts?\.?|punkte?n?|pontos?|puntos?)\s*$"
_NAMED = r"(?i)^\s*([\d.,]+)\s*(?:stars?|sterne?|estrelas?|estrellas?|颗星|星)\s*$"
_DRAWN = r"^[\s★⭐✭✮☆✩\ufe0f]*[★⭐✭✮][\s★⭐✭✮☆✩\ufe0f]*$"


def scale_of(ratings: NDArray[np.float64], least: float = 0.0) -> Scale:
    """The narrowest scale in use that holds the ratings, judged by all of them.

    Args:
        ratings: finite numbers, at least one, shape (ratings,).
        least: share of them that must lie beyond 5 or 10 before these count as more than slips of the pen; for
            noughts among stars as well. 0: every one counts.

    Returns:
        Its ends; 1 and 5 where no scale holds them.
    """
    low, there = float(ratings.min()), frozenset(np.unique(ratings).tolist())
    if low < 0 and there <= {-1.0, 0.0, 1.0}:
        return -1, 1
    # Only ones may be a shop full of one-star reviews; with noughts among them they are thumbs.
    if there == {0.0, 1.0}:
        return THUMBS
    if least == 0:
        high = float(ratings.max())
        return next((scale for scale in SCALES if scale[0] <= low and high <= scale[1]), STARS)
    high = next((end for end in (5, 10) if float((ratings > end).mean()) < least), 100)
    noughts = float((ratings == 0).mean())
    if high == 5:
        return STARS_OR_NONE if noughts >= least else STARS
    # A nought on a longer scale is its worst mark, however rare.
    return (1, 10) if high == 10 and noughts == 0 else (0, high)


def stretched(ratings: NDArray[np.float64], scale: Scale) -> NDArray[np.float64]:
    """Ratings on a scale as stars: its ends are 1 and 5 stars, what lies between them in proportion.

    From 0 to 5 are stars that may be none at all: 3 of 5 stay three stars, and what is below 1 is the worst mark.
    """
    low, high = scale
    if scale == STARS_OR_NONE:
        return np.maximum(ratings, STARS[0])
    return ratings if scale == STARS else 1 + (ratings - low) * 4 / (high - low)


def only_noughts(ratings: NDArray[np.float64]) -> bool:
    """Whether all ratings are 0: the worst mark of any scale for everything is none, but "not rated"."""
    return bool(len(ratings)) and bool((ratings == 0).all())


def pointed(text: pl.Series) -> pl.Series:
    """Ratings without the word for points behind them: "5分" is 5."""
    return text.str.replace(_POINTS, "${1}")


def by_words(text: pl.Series) -> pl.Series:
    """Stars of thumbs and words in five languages: 5, 3 or 1; null where a value is none of these."""
    seen = text.drop_nulls().unique()
    known = {value: _STARS_OF.get(_squeezed(value)) for value in seen}
    return text.replace_strict(known, default=None, return_dtype=pl.Float64)


def marked(text: pl.Series) -> pl.DataFrame:
    """Ratings that name their scale themselves, such as 8/10, 80 %, 4 stars and ★★★★☆.

    Returns:
        number (null where a value names no scale) and end (of its scale, above 0), row by row.
    """
    value = pl.col("value")
    drawn = value.str.contains(_DRAWN)
    told = pl.DataFrame({"value": text}).select(
        pl.when(drawn)
        .then(value.str.count_matches("[★⭐✭✮]").cast(pl.String))
        .otherwise(pl.coalesce(value.str.extract(pattern) for pattern in (_OF, _PERCENT, _NAMED)))
        .alias("number"),
        pl.when(drawn | value.str.contains(_NAMED))
        .then(5.0)
        .when(value.str.contains(_PERCENT))
        .then(100.0)
        .otherwise(value.str.extract(_OF, 2).cast(pl.Float64, strict=False))
        .alias("end"),
    )
    # No rating has thousands: a comma in it is a decimal sign, whatever the rest of the file writes.
    number = pl.col("number").str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
    is_one = (pl.col("end") > 0) & number.is_not_null()
    return told.select(pl.when(is_one).then(number).alias("number"), pl.when(is_one).then("end").alias("end"))


def self_told(text: pl.Series) -> pl.Series:
    """Stars of ratings that name their scale or are words for thumbs; null where a value is neither."""
    told, stars = marked(text), pl.Series(text.name, [None] * len(text), pl.Float64)
    for end in told["end"].drop_nulls().unique().sort():
        mine = told.select(pl.when(pl.col("end") == end).then("number")).to_series()
        stars = pl.select(pl.coalesce(stars, placed(mine, _ending(mine, float(end))))).to_series()
    return pl.select(pl.coalesce(stars, by_words(text))).to_series()


def placed(numbers: pl.Series, scale: Scale) -> pl.Series:
    """Numbers on a scale as stars; null where there is none, or one outside the scale."""
    low, high = scale
    inside = pl.when(numbers.is_between(low, high)).then(numbers)
    there = pl.select(inside.cast(pl.Float64)).to_series().fill_null(np.nan).to_numpy()
    return pl.Series(numbers.name, stretched(there, scale)).fill_nan(None)


def _ending(numbers: pl.Series, end: float) -> Scale:
    """The scale of ratings that name its upper end: from 1 where one in use begins so and no nought is among them."""
    has_nought = bool((numbers == 0).any())
    return next((scale for scale in SCALES if scale[1] == end and not (has_nought and scale[0] > 0)), (0, end))


def _squeezed(value: str) -> str:
    return re.sub(r"\s+", "_", _COLOURS.sub("", value).strip().strip(".!！。").casefold())
