"""Rows that imports refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from shopwright.i18n import Text, t
from shopwright.shop.check.facts import Facts
from shopwright.shop.check.finding import EXAMPLES, Finding

__all__ = ["refused"]

MANY = 0.05


def refused(facts: Facts) -> Iterator[Finding]:
    """Rows in quarantine, for each file those of its last import."""
    last: dict[str, tuple[dict[str, Any], str | None]] = {}
    for record in facts.shop.manifest.get("imports", []):
        for file in record.get("files", []):
            last[file["name"]] = (file, record.get("quarantine"))
    n_in = sum(file["rows_in"] for file, _ in last.values())
    bad = {name: place for name, (file, place) in last.items() if file["rows_quarantined"] and place}
    n = sum(last[name][0]["rows_quarantined"] for name in bad)
    if not n or facts.shop.path is None:
        return
    folders = sorted({facts.shop.path / str(place) for place in bad.values()}, reverse=True)
    tables = [last[name][0].get("table") for name in bad]
    yield Finding(
        "CHECK-QUARANTINE",
        "warning" if n / n_in > MANY else "info",
        t("{n:,} of {total:,} imported rows were refused ({share:.1%})", n=n, total=n_in, share=n / n_in),
        next((table for table in tables if table), "order_lines"),
        n,
        n / n_in,
        t("open {folder}: each row stands there with its file, line and reason; correct them and import again",
          folder=", ".join(str(folder) for folder in folders[:3])),
        t("counts in the manifest, for each file those of its last import"),
        examples=_examples(folders, set(bad)),
    )  # fmt: skip


def _examples(folders: list[Path], files: set[str]) -> tuple[dict[str, Any], ...]:
    """File, line and reason of the first rows; the rows themselves are not shown, they may name people."""
    shown: list[dict[str, Any]] = []
    for path in (path for folder in folders for path in sorted(folder.glob("*.csv"))):
        rows = pl.read_csv(path, infer_schema=False, n_rows=EXAMPLES)
        for row in rows.filter(pl.col("file").is_in(list(files))).iter_rows(named=True):
            reason = Text(row["reason"] or "", ready={"en": row["reason"] or "", "zh": row["reason_zh"] or ""})
            shown.append({"file": row["file"], "row": int(row["line"]), "column": row["column"], "what": reason})
    return tuple(shown[:EXAMPLES])
