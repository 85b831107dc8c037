"""Adding an export to what is already there: only what is new or changed, and when each fact became known.

A new fact became known when it happened (its table's `known` column); a fact that an earlier import told otherwise
became known, in its new form, at the moment of this import (or with the fact itself, where that is yet to come:
today's stock is known this evening). Both versions stay, `Shop.until` picks the right one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from shopwright.shop.schema import DAY_TYPE, INSTANT, Table
from shopwright.shop.schema import names as c

__all__ = ["Merged", "has_versions", "latest", "merge", "natural_known_at"]


@dataclass(frozen=True, slots=True)
class Merged:
    """A table after an import.

    Attributes:
        frame: every version of every row, old and new.
        added: rows with a key not seen before.
        changed: rows whose key was known with other values.
        unchanged: rows that said nothing new.
    """

    frame: pl.DataFrame
    added: int
    changed: int
    unchanged: int


def natural_known_at(table: Table, timezone: str) -> pl.Expr:
    """When a row of `table` became known by itself: at its instant, or at the end of its local day."""
    if table.known is None:
        return pl.lit(None, INSTANT)
    value = pl.col(table.known)
    if table.column(table.known).dtype == DAY_TYPE:
        last = value.cast(pl.Datetime("us")).dt.offset_by("1d").dt.offset_by("-1us")
        local = last.dt.replace_time_zone(timezone, ambiguous="latest", non_existent="null")
        # a zone that crossed the date line left out a whole day; that day ended when it did elsewhere
        return pl.coalesce(local.dt.convert_time_zone("UTC"), last.dt.replace_time_zone("UTC")).cast(INSTANT)
    return value.cast(INSTANT)


def latest(frame: pl.LazyFrame, table: Table) -> pl.LazyFrame:
    """Only the last known version of each row."""
    return frame.sort(c.KNOWN_AT, nulls_last=False, maintain_order=True).unique(
        list(table.key), keep="last", maintain_order=True
    )


def has_versions(frame: pl.LazyFrame, table: Table) -> bool:
    """Whether some key of a table stands in more than one row."""
    key = pl.struct(table.key).hash()  # keys that happen to share a hash only cost a needless `latest`
    rows, keys = frame.select(pl.len().alias("rows"), key.n_unique().alias("keys")).collect(engine="streaming").row(0)
    return bool(rows != keys)


def merge(old: pl.LazyFrame | None, new: pl.DataFrame, table: Table, imported_at: datetime, timezone: str) -> Merged:
    """Add the rows of an export to a table.

    Args:
        old: every version stored so far, or None.
        new: conformed rows, at most one for each key; null means "this export does not say". A column `known_at`
            tells when a row became known where the row itself does not.
        table: whose rows they are.
        imported_at: instant of this import, with zone UTC.
        timezone: the shop's, for the end of its days.
    """
    told_known = pl.col(c.KNOWN_AT) if c.KNOWN_AT in new.columns else pl.lit(None, INSTANT)
    known_at = pl.coalesce(natural_known_at(table, timezone), told_known)
    new = new.select(*table.names, known_at.alias(c.KNOWN_AT))
    if old is None:
        return Merged(new, new.height, 0, 0)
    key, values = list(table.key), [name for name in table.names if name not in table.key]
    since = pl.col(c.KNOWN_AT).alias("_since")
    told = latest(old, table).select(*key, *values, since, pl.lit(True).alias("_told")).collect()
    joined = new.join(told, on=key, how="left", suffix="_old", nulls_equal=True)
    said = [pl.coalesce(name, f"{name}_old").alias(name) for name in values]
    differs = pl.any_horizontal(
        pl.lit(value=False), *(pl.coalesce(name, f"{name}_old").ne_missing(pl.col(f"{name}_old")) for name in values)
    )
    is_told = pl.col("_told").is_not_null()
    marked = joined.with_columns(is_told.alias("_told"), (is_told & differs).alias("_changed")).with_columns(said)
    fresh = marked.filter(~pl.col("_told") | pl.col("_changed")).with_columns(
        pl.when("_changed")
        .then(pl.max_horizontal("_since", pl.lit(imported_at, INSTANT)))  # never before the version it replaces
        .otherwise(c.KNOWN_AT)
        .alias(c.KNOWN_AT)
    )
    changed = int(marked["_changed"].sum())
    added = int((~marked["_told"]).sum())
    frame = pl.concat([old.collect(), fresh.select(list(table.dtypes))])
    return Merged(frame, added, changed, new.height - added - changed)
