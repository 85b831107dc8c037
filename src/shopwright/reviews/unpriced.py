"""Faults that warn but stand in no list of what to mend first, each with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from shopwright.i18n import Text, t
from shopwright.reviews.analysis import Analysis
from shopwright.reviews.costs import LEAST
from shopwright.reviews.findings import to_fix
from shopwright.reviews.hazards import label
from shopwright.reviews.mentions import THEME, mentions
from shopwright.reviews.theme_words import ANY
from shopwright.shop.schema import names as c

__all__ = ["Unpriced", "unpriced"]


@dataclass(frozen=True, slots=True)
class Unpriced:
    """A fault with an open alarm that no stars or money are put on.

    Attributes:
        theme: its key.
        skus: products whose alarm is open.
        n: reviews of all products that name it, with stars.
        why: what is missing.
    """

    theme: str
    skus: tuple[str, ...]
    n: int
    why: Text

    @property
    def text(self) -> Text:
        """Fault, products and reason on one line."""
        return t("{fault} ({skus}): {why}", fault=label(self.theme), skus=", ".join(self.skus), why=self.why)

    def as_json(self) -> dict[str, Any]:
        """All parts, for programs."""
        return {"theme": self.theme, "skus": list(self.skus), "n": self.n, "why": self.why.as_json()}


def unpriced(found: Analysis) -> tuple[Unpriced, ...]:
    """Faults of open alarms that `to_fix` leaves out, those of most products first."""
    if found.hazards is None:
        return ()
    priced = [ANY, *to_fix(found)[THEME]]  # what is bad without saying why is no fault to be mended
    rising = found.hazards.alarms.filter("is_open", ~pl.col(THEME).is_in(priced))
    warned = rising.group_by(THEME).agg(pl.col(c.SKU).unique().sort())
    warned = warned.sort(pl.col(c.SKU).list.len(), THEME, descending=[True, False])
    rated = found.reviews.drop_nulls([c.SKU, c.STARS])
    told = mentions(rated, whatever_stars=True, every=found.mentions).group_by(THEME).len()
    named: dict[str, int] = dict(told.iter_rows())
    return tuple(
        Unpriced(theme, tuple(skus), named.get(theme, 0), _why(found, theme, named.get(theme, 0)))
        for theme, skus in warned.iter_rows()
    )


def _why(found: Analysis, theme: str, n: int) -> Text:
    if n < LEAST or found.costs is None:
        return t("reviews with stars that name it: {n:,}; {least:,} are needed to say what it costs", n=n, least=LEAST)
    known = found.costs.themes.filter(pl.col(THEME) == theme).select(f"{c.STARS}_low", f"{c.STARS}_high")
    low, high = known.row(0) if known.height else (None, None)
    if low is None or high is None:
        return t("within no product do some reviews name it and others not, so stars cannot be compared")
    return t(
        "the interval of its stars, {low:+.2f} to {high:+.2f}, does not lie below zero as a whole", low=low, high=high
    )
