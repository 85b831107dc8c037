"""Bringing a shop's exports in: recognised or guessed, read, checked row by row, merged, committed."""

from __future__ import annotations

from shopwright.shop.imports.formats.registry import NAMES as FORMATS
from shopwright.shop.imports.result import ColumnGuess, FileResult, Guess, ImportResult, Reading
from shopwright.shop.imports.run import import_paths, undo_import

__all__ = [
    "FORMATS",
    "ColumnGuess",
    "FileResult",
    "Guess",
    "ImportResult",
    "Reading",
    "import_paths",
    "undo_import",
]
