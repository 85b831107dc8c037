"""Rows of one import that speak of the same fact.

Rows that agree, or of which one says what the other leaves open, become one row and both count as kept. Where they
contradict each other the first is kept and the others are refused; but of stock, prices and supply terms, which are
snapshots that exports list from old to new, the last is kept.
"""

from __future__ import annotations

import polars as pl

from shopwright.i18n import t
from shopwright.shop.imports.quarantine import LINE, REFUSED, none_refused, refusals
from shopwright.shop.schema import TABLES

__all__ = ["SNAPSHOTS", "settle"]

SNAPSHOTS = frozenset({"stock", "prices", "supply"})
SPELLED_OUT = 10_000
"""Contradictions that are told value by value; beyond that the column is named."""


def settle(frame: pl.DataFrame, name: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """One row for each key, and the refusals, which have a column `_source` beside the usual ones.

    Args:
        frame: conformed rows with LINE and `_source`, extras allowed, in file order.
        name: the table.
    """
    table = TABLES[name]
    key = list(table.key)
    nobody = none_refused().with_columns(pl.lit(None, pl.UInt16).alias("_source"))
    hashes = frame.select(pl.struct(key).hash().alias("h"))["h"]
    if hashes.n_unique() == len(hashes):
        return frame, nobody
    is_shared = hashes.is_duplicated()
    shared = frame.filter(is_shared)
    values = [column for column in table.names if column not in key]
    ordered = shared.reverse() if name in SNAPSHOTS else shared
    chosen = [pl.col(value).drop_nulls().first().over(key).alias(f"{value}_chosen") for value in values]
    wide = ordered.with_row_index("_at").with_columns(chosen)
    differs = [(pl.col(value) != pl.col(f"{value}_chosen")).fill_null(False) for value in values]
    first_difference = pl.coalesce(
        pl.when(differ).then(pl.lit(value)) for differ, value in zip(differs, values, strict=True)
    )
    wide = wide.with_columns(first_difference.alias("_differs"))
    kept = wide.filter(pl.col("_differs").is_null()).unique(key, keep="first", maintain_order=True)
    filled = kept.with_columns(pl.col(f"{value}_chosen").alias(value) for value in values).select(frame.columns)
    refused = wide.filter(pl.col("_differs").is_not_null())
    alone = pl.concat([frame.filter(~is_shared), filled]).sort("_source", LINE, maintain_order=True)
    return alone, pl.concat([nobody, _told(refused, name)])


def _told(refused: pl.DataFrame, name: str) -> pl.DataFrame:
    """Refusals of contradicting rows, each with the two values."""
    code = "SUPERSEDED" if name in SNAPSHOTS else "DUPLICATE-KEY"
    key = list(TABLES[name].key)
    parts = []
    for at, row in enumerate(refused.head(SPELLED_OUT).iter_rows(named=True)):
        column = row["_differs"]
        says = t(
            "another row for {key} has {column} {first}, this one {other}",
            key=" / ".join(str(row[part]) for part in key),
            column=column,
            first=repr(row[f"{column}_chosen"]),
            other=repr(row[column]),
        )
        parts.append((at, says.render("en"), says.render("zh")))
    rest = t("another row for the same key says otherwise")
    told = pl.DataFrame(parts, schema={"_n": pl.UInt32, "en": pl.String, "zh": pl.String}, orient="row")
    base = refusals(refused[LINE], code, rest, name).with_columns(
        refused["_differs"].alias("column"), refused["_source"], pl.int_range(pl.len(), dtype=pl.UInt32).alias("_n")
    )
    return (
        base.join(told, on="_n", how="left", maintain_order="left")
        .with_columns(pl.coalesce("en", "reason").alias("reason"), pl.coalesce("zh", "reason_zh").alias("reason_zh"))
        .select(*REFUSED, "_source")
    )
