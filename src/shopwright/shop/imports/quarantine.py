"""Rows that are refused: what is kept about each, and the files they are written to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import polars as pl

from shopwright.i18n import Text
from shopwright.shop.csv_safe import write_csv

__all__ = ["LINE", "REFUSED", "none_refused", "refusals", "with_raw", "write"]

LINE = "_line"
"""Line of a row in its file: from 1, the header counted in text files and workbooks."""
REFUSED = {
    LINE: pl.Int64,
    "table": pl.String,
    "column": pl.String,
    "code": pl.String,
    "reason": pl.String,
    "reason_zh": pl.String,
    "raw": pl.String,
}


def none_refused() -> pl.DataFrame:
    """A frame of refusals without rows."""
    return pl.DataFrame(schema=REFUSED)


def refusals(
    lines: pl.Series | Iterable[int],
    code: str,
    says: Text,
    table: str = "",
    column: str = "",
    raws: Iterable[str] | None = None,
) -> pl.DataFrame:
    """One refusal for each line, all for the same reason."""
    found = pl.Series(LINE, lines, pl.Int64)
    raw = pl.Series("raw", [None] * len(found) if raws is None else list(raws), pl.String)
    words = {
        "table": table,
        "column": column,
        "code": code,
        "reason": says.render("en"),
        "reason_zh": says.render("zh"),
    }
    return (
        pl.DataFrame([found, raw])
        .with_columns(pl.lit(value).alias(name) for name, value in words.items())
        .select(list(REFUSED))
    )


def with_raw(refused: pl.DataFrame, source: pl.LazyFrame) -> pl.DataFrame:
    """Refusals with the row they refuse, as a JSON object of the file's own columns."""
    wanted = refused.filter(pl.col("raw").is_null()).select(pl.col(LINE).unique())
    if wanted.is_empty():
        return refused
    names = [name for name in source.collect_schema().names() if name != LINE]
    rows = (
        source.with_columns(pl.col(LINE).cast(pl.Int64))
        .join(wanted.lazy(), on=LINE, how="semi")
        .select(LINE, pl.struct(pl.col(names).cast(pl.String)).struct.json_encode().alias("_raw"))
        .collect()
    )
    return (
        refused.join(rows.unique(LINE), on=LINE, how="left", maintain_order="left")
        .with_columns(pl.coalesce("raw", "_raw").alias("raw"))
        .select(list(REFUSED))
    )


def write(folder: Path, refused: Mapping[str, pl.DataFrame]) -> Path:
    """Write the refusals of each file to `folder`, one CSV for each, and return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for file, frame in refused.items():
        name = "".join(letter if letter.isalnum() or letter in "._-" else "_" for letter in file)[-120:]
        shown = frame.sort(LINE).select(pl.lit(file).alias("file"), pl.col(LINE).alias("line"), pl.exclude(LINE))
        write_csv(shown, folder / f"{name}.csv")
    return folder
