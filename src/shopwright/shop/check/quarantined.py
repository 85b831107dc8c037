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
    """Rows that the last import put into quarantine."""
    imports = facts.shop.manifest.get("imports", [])
    last = imports[-1] if imports else {}
    n, n_in = int(last.get("rows_quarantined") or 0), int(last.get("rows_in") or 0)
    if not n:
        return
    folder = _folder(facts, last)
    share = n / max(n, n_in)
    yield Finding(
        "CHECK-QUARANTINE",
        "warning" if share > MANY else "info",
        t("{n:,} of {total:,} rows of the last import were refused ({share:.1%})", n=n, total=n_in, share=share),
        "order_lines",
        n,
        share,
        t("open {folder}: each row stands there with its file, line and reason; correct them and import again",
          folder=str(folder or "quarantine/")),
        t("counts of the last import in the manifest"),
        examples=_examples(folder),
    )  # fmt: skip


def _folder(facts: Facts, last: dict[str, Any]) -> Path | None:
    if facts.shop.path is None or not last.get("quarantine"):
        return None
    told = Path(str(last["quarantine"]))
    for place in (told, facts.shop.path / told, facts.shop.path / "quarantine" / told.name):
        if place.is_dir():
            return place
    return None


def _examples(folder: Path | None) -> tuple[dict[str, Any], ...]:
    """File, line and reason of the first rows; the rows themselves are not shown, they may name people."""
    shown: list[dict[str, Any]] = []
    for file in sorted(folder.glob("*.csv")) if folder else ():
        rows = pl.read_csv(file, infer_schema=False, n_rows=EXAMPLES - len(shown))
        for row in rows.iter_rows(named=True):
            reason = Text(row["reason"] or "", ready={"en": row["reason"] or "", "zh": row["reason_zh"] or ""})
            shown.append({"file": row["file"], "row": int(row["line"]), "column": row["column"], "what": reason})
        if len(shown) >= EXAMPLES:
            break
    return tuple(shown)
