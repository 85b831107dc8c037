"""Column names as people write them, compared with ours."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from shopwright.shop.schema import TABLES, Column

__all__ = ["known_as", "nearest", "plain", "score", "squeezed"]

ALIKE = 0.75
# Units as they stand in brackets behind a name, by the unit that the column is told in: "交货周期(天)", "Cost [EUR]"
UNITS = {
    "days": "天|日|days?|tage?|dias?|días?",
    "units": "件|个|pcs|units?|stk|stück|unidades",
    "money": "元|人民币|rmb|cny|usd|eur|gbp|brl|[¥￥$€£]",
}
PREFIXES = {
    "order_lines": ("order", "line", "item", "lineitem", "sales", "invoice", "product"),
    "orders": ("order", "sales", "invoice"),
    "products": ("product", "item", "variant", "article"),
    "customers": ("customer", "client", "billing", "shipping", "buyer"),
    "reviews": ("review", "customer"),
}


@cache
def plain(name: str) -> str:
    """Lower case, without accents and punctuation, words apart: "Preço_Unitário" is "preco unitario"."""
    text = unicodedata.normalize("NFKD", re.sub(r"([a-z])([A-Z])", r"\1 \2", name)).casefold()
    letters = "".join(letter for letter in text if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[^\W_]+", letters))


@cache
def squeezed(name: str) -> str:
    """The plain name without spaces, so that "orderid" and "Order ID" are one."""
    return plain(name).replace(" ", "")


@cache
def known_as(column: Column) -> frozenset[str]:
    """All names of a column, squeezed."""
    return frozenset(squeezed(name) for name in (column.name, column.en, column.zh, *column.aliases))


@cache
def score(name: str, column: Column, table: str) -> float:
    """How well a file's column name fits a column of ours, between 0 and 1."""
    if name.strip().lower() == column.name:
        return 1.0
    if squeezed(name) in known_as(column) or squeezed(_without_unit(name, column.unit)) in known_as(column):
        return 0.95
    words = plain(name).split()
    for prefix in PREFIXES.get(table, (table.rstrip("s"),)):
        if len(words) > 1 and words[0] == prefix and "".join(words[1:]) in known_as(column):
            return 0.85
    if len(words) == 1 and words[0].endswith("s") and words[0][:-1] in known_as(column):
        return 0.85
    return 0.0


def _without_unit(name: str, unit: str | None) -> str:
    """The name without a unit in brackets at its end, where that is the column's; weeks do not fit a column of days."""
    if unit not in UNITS:
        return name
    return re.sub(rf"\s*[(（\[【]\s*(?:{UNITS[unit]})\s*[)）\]】]\s*$", "", name, flags=re.IGNORECASE)


def nearest(names: Iterable[str], column: Column) -> tuple[str, str] | None:
    """The name that looks most like a misspelling of one of the column's, and that one of them."""
    known = {squeezed(name): name for name in reversed((column.name, *column.aliases))}
    best: tuple[float, str, str] | None = None
    for name in names:
        for near in difflib.get_close_matches(squeezed(name), known, n=1, cutoff=ALIKE):
            ratio = difflib.SequenceMatcher(None, squeezed(name), near).ratio()
            if best is None or ratio > best[0]:
                best = ratio, name, known[near]
    return None if best is None else (best[1], best[2])


def column_named(name: str, table: str) -> Column | None:
    """The column of a table that a name or one of its other names means."""
    for column in TABLES[table].columns:
        if name == column.name:
            return column
    return next((column for column in TABLES[table].columns if squeezed(name) in known_as(column)), None)
