"""Personal data in texts where it does not belong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import polars as pl

from shopwright.i18n import t
from shopwright.shop import personal
from shopwright.shop.check.facts import Facts
from shopwright.shop.check.finding import Finding, examples
from shopwright.shop.schema import TABLES
from shopwright.shop.schema import names as c

__all__ = ["personal_data"]

SEARCHED: dict[str, tuple[str, ...]] = {
    "products": (c.TITLE, c.DESCRIPTION, c.ATTRIBUTES),
    "reviews": (c.TITLE, c.TEXT, c.REPLY),
    "returns": (c.REASON,),
    "events": (c.QUERY,),
    "tickets": (c.SUBJECT, c.TEXT, c.REPLY),
}
EXPECTED = ("tickets",)  # customers write their address to the service desk


def personal_data(facts: Facts) -> Iterator[Finding]:
    """Texts with e-mail addresses, phones, cards, bank accounts or identity numbers, one finding for each table."""
    for name, columns in SEARCHED.items():
        if facts.has(name):
            yield from _in_table(facts, name, columns)


def _in_table(facts: Facts, name: str, columns: tuple[str, ...]) -> Iterator[Finding]:
    table = TABLES[name]
    hinted = pl.any_horizontal(personal.contains(pl.col(column)).fill_null(value=False) for column in columns)
    candidates = facts.table(name).filter(hinted).select(*table.key, *columns).collect(engine="streaming")
    kinds: Counter[str] = Counter()
    rows: list[dict[str, Any]] = []
    for row in candidates.iter_rows(named=True):
        met = {match.kind for column in columns for match in personal.find(row[column] or "")}
        if met:
            kinds.update({kind.name for kind in met})
            rows.append(row)
    if not rows:
        return
    labels = {kind.name: kind.label for kind in personal.KINDS}
    parts = [t("{kind}: {n:,}", kind=labels[kind], n=n) for kind, n in kinds.most_common()]
    said = parts[0]
    for part in parts[1:]:
        said = t("{first}; {rest}", first=said, rest=part)
    key = [column for column in table.key if column not in columns]
    yield Finding(
        "CHECK-PERSONAL-DATA",
        "info" if name in EXPECTED else "warning",
        t("{n:,} rows of {table} hold personal data in their texts ({kinds})", n=len(rows), table=table.label,
          kinds=said),
        name,
        len(rows),
        len(rows) / facts.rows(name),
        t("take it out at the source; Shopwright masks it before any text leaves this machine"),
        t("patterns for e-mail addresses and phones; cards, bank accounts and identity numbers with valid check"
          " digits"),
        examples=_shown(name, rows[:3], key, columns),
    )  # fmt: skip


def _shown(
    name: str, rows: list[dict[str, Any]], key: list[str], columns: tuple[str, ...]
) -> tuple[dict[str, Any], ...]:
    """Key, kind of data and the text around it, which `examples` masks."""
    shown = []
    for row in rows:
        for column in columns:
            met = list(personal.find(row[column] or ""))
            if met:
                what = f"{met[0].kind.name} ({column})"
                shown.append({**{part: row[part] for part in key}, column: _around(row[column], met[0]), "what": what})
                break
    return examples(pl.DataFrame(shown, infer_schema_length=None), name)


def _around(text: str, match: personal.Match) -> str:
    low, high = max(0, match.start - 40), match.end + 20
    return ("…" if low else "") + text[low:high] + ("…" if high < len(text) else "")
