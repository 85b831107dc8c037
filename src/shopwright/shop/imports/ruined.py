"""Long numbers that a spreadsheet has ruined: it keeps 15 digits, so several orders may have become one."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from shopwright.i18n import Text, t

__all__ = ["ruined"]

SAMPLE = 100_000
SCIENTIFIC = r"^\d(?:\.\d+)?[eE]\+\d+$"
LONG = r"^\d{16,}$"
CUT = r"^\d{15}0+$"
EXACT, FLOATS = 2**53, 10**17
"""From here on a float is no longer every whole number, and only one in sixteen."""
LEAST = 3
"""Different long numbers that all end in zeros before that is no chance; one of 18 digits will do."""


def ruined(values: pl.Series, column: str, is_sheet: bool = False) -> Iterator[Text]:
    """A warning, where numbers of orders or the like have lost digits.

    Args:
        values: a column of ids as it stands in the file: text or numbers.
        column: its name there.
        is_sheet: it is of a workbook, which keeps numbers as floats.
    """
    is_known = values.dtype == pl.String or values.dtype.is_numeric()
    if not is_known or not _lost(values.head(SAMPLE), is_sheet).any():
        return
    lost = values.filter(_lost(values, is_sheet))
    yield t(
        "column {column}: {n:,} numbers have lost digits ({different:,} different ones are left, such as {example}): a"
        " spreadsheet keeps 15, so several may have become one. Import the export as it was downloaded, or mark the"
        " column as text in the spreadsheet before the numbers come in",
        column=column,
        n=len(lost),
        different=lost.n_unique(),
        example=str(lost[0]).strip(),
    )


def _lost(values: pl.Series, is_sheet: bool) -> pl.Series:
    """Whether each number has lost digits: written as 3.98E+18, as a float, or with zeros behind the fifteenth."""
    if values.dtype.is_float():
        return (values.abs() >= EXACT).fill_null(value=False)
    text = values.cast(pl.String).str.strip_chars()
    scientific = text.str.contains(SCIENTIFIC).fill_null(value=False)
    is_long = text.str.contains(LONG).fill_null(value=False)
    every = text.filter(is_long).unique()
    if every.is_empty():
        return scientific
    longest, is_many = max(map(len, every)), len(every) >= LEAST
    is_cut = every.str.contains(CUT).all() and (is_many or longest >= 18)
    is_float = is_sheet and _are_floats(every) and (is_many or longest >= 19)
    return scientific | is_long if is_cut or is_float else scientific


def _are_floats(every: pl.Series) -> bool:
    """Whether all numbers are whole floats: of numbers of 18 digits one in 16 is, of 19 digits one in 128."""
    whole = every.cast(pl.Int64, strict=False)
    is_same = whole.cast(pl.Float64).cast(pl.Int64, strict=False) == whole
    return bool((is_same & (whole >= FLOATS)).fill_null(value=False).all())
