"""CSV files that are safe to open in a spreadsheet.

A cell that begins like a formula is run by Excel, LibreOffice and Sheets when the file is opened; a product title
or a customer's name can therefore carry code. Such cells get a leading apostrophe (OWASP, "CSV Injection").
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import polars as pl

from shopwright.disk import why_not_written
from shopwright.errors import StoreError
from shopwright.i18n import t

__all__ = ["neutral", "write_csv"]

DANGEROUS = r"^[=+\-@\t\r\n＝＋－＠]"
NUMBER = r"^[+-]?\d+(?:[.,]\d+)*(?:[eE][+-]?\d+)?%?$"


def neutral(text: pl.Expr) -> pl.Expr:
    """The text, with an apostrophe before what a spreadsheet would take for a formula; numbers stay as they are."""
    is_formula = text.str.contains(DANGEROUS) & ~text.str.contains(NUMBER)
    return pl.when(is_formula).then(pl.concat_str(pl.lit("'"), text)).otherwise(text)


def write_csv(frame: pl.DataFrame, path: Path | str) -> Path:
    """Write a frame as UTF-8 CSV with a byte-order mark (Excel needs it), whole or not at all.

    Args:
        frame: any columns of plain types; text is neutralised, column names too.
        path: file to write; its folder must exist.

    Raises:
        StoreError: the file cannot be written; one that was there is as it was.
    """
    path = Path(path)
    texts = [name for name, dtype in frame.schema.items() if dtype in (pl.String, pl.Categorical)]
    safe = frame.with_columns(neutral(pl.col(name).cast(pl.String)).alias(name) for name in texts)
    named = pl.DataFrame({"heading": frame.columns}, schema={"heading": pl.String}).select(neutral(pl.col("heading")))
    half_done = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        safe.rename(dict(zip(frame.columns, named.to_series(), strict=True))).write_csv(half_done, include_bom=True)
        half_done.replace(path)
    except (OSError, pl.exceptions.PolarsError) as error:
        with suppress(OSError):  # where a file stands in the folder's place
            half_done.unlink()
        raise StoreError(
            t("{file} could not be written", file=str(path)),
            why=why_not_written(path, error),
            fix=t("check the path, the folder's permissions and the free space, then try again"),
            code="STORE-12",
        ) from error
    return path
