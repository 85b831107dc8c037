"""What a shop's reviews told, kept in its folder, so that they are not read anew for every list.

Each one is a file named after what it was made from, beside the recommenders; one that is damaged is made anew.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from shopwright.disk import keep_last, write_text
from shopwright.i18n import Text
from shopwright.reviews.attributed import as_of
from shopwright.version import __version__

if TYPE_CHECKING:
    from shopwright.shop.shop import Shop

__all__ = ["FOLDER", "place_of", "read", "write"]

FOLDER = Path("models", "recommend", "reviews")
READ = ("reviews", "order_lines", "orders", "products", "returns")  # tables that reviews and sales are read from
MOST = 3  # files kept; the one not asked for the longest goes first
Heard = tuple[pl.DataFrame, tuple[Text, ...]]


def place_of(shop: Shop) -> Path | None:
    """The file for what these reviews tell on the shop's day; None for a shop that lives in memory."""
    if shop.path is None or not shop.manifest:
        return None
    tables = shop.manifest["tables"]
    made_of = {
        "shopwright": __version__,
        "tables": {name: tables[name]["hash"] for name in READ if name in tables},
        "until": None if shop.cutoff is None else shop.cutoff.isoformat(),
        "day": as_of(shop).isoformat(),
        "timezone": shop.settings.shop.timezone,
    }
    return shop.path / FOLDER / f"{_digest(made_of)[:16]}.json"


def read(file: Path, schema: pl.Schema) -> Heard | None:
    """Columns and notes that `write` put there; None where there is no such file, or it is not as it was written."""
    try:
        card = json.loads(file.read_text("utf-8"))
        if card["digest"] != _digest(card["told"]):
            return None
        os.utime(file)
        notes = tuple(Text.from_json(note) for note in card["told"]["notes"])
        return pl.DataFrame(card["told"]["columns"], schema=schema), notes
    except (OSError, ValueError, KeyError, TypeError, pl.exceptions.PolarsError):
        return None


def write(file: Path, columns: pl.DataFrame, notes: tuple[Text, ...]) -> None:
    """Keep them for the next time.

    Raises:
        OSError: they cannot be written.
    """
    told = {"columns": columns.to_dict(as_series=False), "notes": [note.as_json() for note in notes]}
    file.parent.mkdir(parents=True, exist_ok=True)
    write_text(file, json.dumps({"digest": _digest(told), "told": told}, ensure_ascii=False))
    keep_last(file, MOST)


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
