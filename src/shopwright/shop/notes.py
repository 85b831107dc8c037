"""What was done to products out of the ordinary, told by SKU."""

from __future__ import annotations

from collections.abc import Mapping

from shopwright.i18n import Text, t

__all__ = ["joined"]


def joined(*parts: Mapping[str, Text]) -> dict[str, Text]:
    """All notes of each SKU as one."""
    merged: dict[str, Text] = {}
    for notes in parts:
        for sku, note in notes.items():
            merged[sku] = t("{first}; {second}", first=merged[sku], second=note) if sku in merged else note
    return merged
