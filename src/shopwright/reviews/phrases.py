"""What customers say of goods of many kinds, as short texts of praise and blame: the words a shop's own reviews lack.

A shop that has sold books learns from them what is said of books. Of fruit it has to be told: 不甜, 烂了. The phrases
count as so many short reviews, so that each word is overruled by what the shop's own reviews say of it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any

import numpy as np

from shopwright.reviews.polarity import Answered
from shopwright.reviews.readings import counted, plain

__all__ = ["phrases", "phrases_counted"]

_FILES = {"han": "opinions-zh.toml"}
_KINDS = ("praise", "able", "faults", "flaws", "blame")
_NOT, _NONE, _VERY, _TOO = "不", "没有", "很", "太"
_AGAIN = 2  # times that each which stands alone counts, beside the thousands that are put together


@cache
def phrases_counted(written: str) -> Answered | None:
    """N-grams of the phrases of a script, and 1 for praise, 0 for blame; None where none are written for it."""
    found = phrases(written)
    if not found:
        return None
    return counted([plain(text) for text, _ in found], written), np.array([mood for _, mood in found], np.int64)


def phrases(written: str) -> list[tuple[str, int]]:
    """Each phrase, and 1 for praise or 0 for blame."""
    if written not in _FILES:
        return []
    file = resources.files("shopwright.reviews").joinpath("assets", _FILES[written])
    read = tomllib.loads(file.read_text("utf-8"))
    alone = [(text, mood) for mood, kind in enumerate(("blame", "praise")) for text in read["alone"][kind].split()]
    return alone * _AGAIN + [phrase for about in read["about"] for phrase in _put_together(about)]


def _put_together(about: dict[str, Any]) -> Iterator[tuple[str, int]]:
    """Every thing with every judgement, and with what turns it round or makes it stronger."""
    praise, able, faults, flaws, blame = (about.get(kind, "").split() for kind in _KINDS)
    judged = [(said, 1) for said in (*praise, *able)] + [(said, 0) for said in (*blame, *faults, *flaws)]
    judged += [(_NOT + said, 0) for said in able] + [(_NOT + said, 1) for said in (*faults, *flaws)]
    judged += [(_NONE + said, 1) for said in faults]  # not of flaws: nobody says 没有贵
    judged += [(_VERY + said, 1) for said in able] + [(_TOO + said, 0) for said in flaws]
    judged = list(dict.fromkeys(judged))
    for thing in about["things"].split():
        yield from ((thing + said, mood) for said, mood in judged)
