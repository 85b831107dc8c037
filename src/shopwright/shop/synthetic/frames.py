"""From arrays to canonical frames."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from shopwright.shop.merge import natural_known_at
from shopwright.shop.schema import INSTANT, TABLES
from shopwright.shop.schema import names as c
from shopwright.shop.synthetic.calendar import Ints

__all__ = ["CURRENCY", "LOCATION", "codes", "days", "finish", "instants", "pick"]

CURRENCY = "EUR"
LOCATION = "main"
EPOCH = date(1970, 1, 1)


def finish(name: str, columns: Mapping[str, Any], timezone: str) -> pl.DataFrame:
    """A canonical frame: given columns typed, missing ones null, `known_at` as it follows from the row unless given."""
    table = TABLES[name]
    frame = pl.DataFrame(dict(columns))
    typed = frame.select(
        (pl.col(column) if column in columns else pl.lit(None)).cast(dtype).alias(column)
        for column, dtype in table.dtypes.items()
    )
    if c.KNOWN_AT in columns:
        return typed
    return typed.with_columns(natural_known_at(table, timezone).alias(c.KNOWN_AT))


def codes(prefix: str, numbers: Ints, width: int) -> pl.Series:
    """Codes such as O00000042."""
    series = pl.Series("code", numbers).cast(pl.String).str.zfill(width)
    return prefix + series


def days(first: date, numbers: Ints) -> pl.Series:
    """Dates of day numbers counted from `first`."""
    return pl.Series("day", (numbers + (first - EPOCH).days).astype(np.int32)).cast(pl.Date)


def instants(microseconds: Ints) -> pl.Series:
    """Instants of microseconds since 1970 in UTC."""
    return pl.Series("at", microseconds.astype(np.int64)).cast(INSTANT)


def pick(words: Sequence[str | None] | pl.Series, at: Ints) -> pl.Series:
    """The words at these places; null where the place is negative."""
    series = words if isinstance(words, pl.Series) else pl.Series("word", list(words), pl.String)
    return (
        series.gather(pl.Series("at", np.where(at < 0, 0, at))).zip_with(
            pl.Series("there", at >= 0), pl.Series("none", [None], pl.String)
        )
        if (at < 0).any()
        else series.gather(pl.Series("at", at))
    )
