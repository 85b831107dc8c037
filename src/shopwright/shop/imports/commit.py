"""The last step of an import: settings of a new shop, refused rows, merged tables, all in force at once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from shopwright.errors import InputError
from shopwright.i18n import Text, enumerated, t
from shopwright.progress import step
from shopwright.settings import FILE, Settings, render
from shopwright.shop.imports.assemble import Assembled
from shopwright.shop.imports.quarantine import LINE, write
from shopwright.shop.imports.result import FileResult, ImportResult
from shopwright.shop.merge import latest, merge
from shopwright.shop.schema import TABLES, Table
from shopwright.shop.schema import names as c
from shopwright.shop.store import Store, write_text

__all__ = ["commit", "with_currency"]

Frame = pl.DataFrame | pl.LazyFrame

SHOWN = 3
"""Reasons that an error tells."""
CODE = re.compile("[A-Z]{3}")  # ISO 4217
SYMBOLS = {
    "£": "GBP",
    "€": "EUR",
    "$": "USD",
    "R$": "BRL",
    "₹": "INR",
    "₽": "RUB",
    "₩": "KRW",
    "¥": "CNY",
    "￥": "CNY",
    "RMB": "CNY",
}


def with_currency(settings: Settings, assembled: Assembled, sign: str | None, is_said: bool) -> Settings:
    """Settings of a new shop with the currency that most of its money is in, where nobody said another.

    Args:
        settings: of the shop, as far as they are known.
        assembled: what is to be added; the codes in its rows count more than signs.
        sign: sign or code of a currency beside prices, if one was found.
        is_said: the user named the currency.
    """
    sign = _code(assembled.tables) or sign
    if sign is None or is_said or settings.shop.currency != Settings().shop.currency:
        return settings
    return settings.model_copy(update={"shop": settings.shop.model_copy(update={"currency": SYMBOLS.get(sign, sign)})})


def _code(tables: Mapping[str, pl.DataFrame]) -> str | None:
    """The code that most rows name, of the first table that names one; other tables' are from the same hand."""
    for name in ("order_lines", "orders", "products", "prices", "returns"):
        table = tables.get(name)
        if table is None or c.CURRENCY not in table.columns:
            continue
        counts = table[c.CURRENCY].drop_nulls().value_counts(name="n").sort("n", c.CURRENCY, descending=[True, False])
        if counts.height:
            return found if CODE.fullmatch(found := str(counts[c.CURRENCY][0])) else None
    return None


def commit(
    store: Store, assembled: Assembled, files: tuple[FileResult, ...], fingerprint: str, settings: Settings
) -> ImportResult:
    """Put an import in force; call it inside the store's lock.

    Args:
        store: the shop's.
        assembled: what is to be added.
        files: the files it came from.
        fingerprint: of the files and how they were read.
        settings: of the shop; written where it has none yet.

    Raises:
        InputError: every row was refused.
        StoreError: writing failed; the old tables stay in force.
    """
    now = datetime.now(UTC)
    identity = f"{now:%Y%m%d-%H%M%S}-{fingerprint[:6]}"
    refused = {name: counted.refused for name, counted in assembled.counted.items() if counted.refused.height}
    reasons = _reasons(refused)
    quarantine = write(store.root / "quarantine" / identity, refused) if refused else None
    if not any(file.rows_kept for file in files):
        raise _nothing_kept(files, refused, quarantine)
    if not (store.root / FILE).is_file():
        write_text(store.root / FILE, render(settings))
    frames, changes = _merged(store, assembled, now, settings.shop.timezone)
    record = {
        "id": identity,
        "at": now.isoformat(timespec="seconds"),
        "fingerprint": fingerprint,
        "files": [file.as_json() | {"notes": []} for file in files],
        "tables": {name: list(counts) for name, counts in changes.items()},
        "told": sorted(set(assembled.tables) - assembled.beside),
        "reasons": reasons,
        "quarantine": None if quarantine is None else f"quarantine/{identity}",
    }
    if frames:
        store.commit(frames, record)
    return ImportResult(store.root, files, changes, quarantine, reasons)


def _merged(
    store: Store, assembled: Assembled, now: datetime, timezone: str
) -> tuple[dict[str, Frame], dict[str, tuple[int, int, int]]]:
    """New contents of the tables that change, and how many rows were added, changed and unchanged in each."""
    manifest = store.manifest()
    told = {name for record in manifest["imports"] for name in record.get("told", ())}
    frames: dict[str, Frame] = {}
    changes: dict[str, tuple[int, int, int]] = {}
    for name, table in TABLES.items():
        new = assembled.tables.get(name)
        # A table that a file was about is not filled up from the rows of other tables.
        if new is None or (name in assembled.beside and name in told):
            continue
        with step(t("Merging {table}", table=table.label)):
            old = store.scan(name)
            if old is None:
                merged = merge(None, new, table, now, timezone)
                frames[name] = merged.frame
                changes[name] = merged.added, 0, 0
                continue
            if name in assembled.only_new:
                new = new.join(old.select(table.key).unique().collect(), on=list(table.key), how="anti")
            has_versions = manifest["tables"][name].get("has_versions", True)
            frame, changes[name] = _added_to(old, new, table, has_versions, now, timezone)
        if frame is not None:
            frames[name] = frame
    return frames, changes


def _added_to(
    old: pl.LazyFrame, new: pl.DataFrame, table: Table, has_versions: bool, now: datetime, timezone: str
) -> tuple[pl.LazyFrame | None, tuple[int, int, int]]:
    """A stored table with what is new or changed, and the counts; None where nothing is.

    A longer export repeats most of what is stored. Rows that say just what the stored ones say are found by two
    64-bit hashes of the whole row, and only the others, with the stored rows of the same keys, go through the merge:
    ten million stored rows are never all in memory.
    """
    prints = [pl.struct(table.names).hash(seed=seed).alias(f"_{seed}") for seed in (1, 2)]
    stored = latest(old, table) if has_versions else old
    known = stored.select(prints).collect(engine="streaming")
    fresh = new.with_columns(prints).join(known, on=["_1", "_2"], how="anti").drop("_1", "_2")
    n_same = new.height - fresh.height
    if fresh.is_empty():
        return None, (0, 0, n_same)
    key = list(table.key)
    related = old.join(fresh.lazy().select(key), on=key, how="semi", nulls_equal=True).collect(engine="streaming")
    merged = merge(related.lazy(), fresh, table, now, timezone)
    added = merged.frame.tail(merged.frame.height - related.height)
    frame = pl.concat([old, added.lazy()]) if added.height else None
    return frame, (merged.added, merged.changed, merged.unchanged + n_same)


def _reasons(refused: Mapping[str, pl.DataFrame]) -> dict[str, int]:
    if not refused:
        return {}
    counted = pl.concat(list(refused.values())).group_by("code").len().sort("len", "code", descending=[True, False])
    return dict(counted.iter_rows())


def _reasons_in_words(refused: Mapping[str, pl.DataFrame]) -> Text:
    """The reasons of refusals, each with the number of its rows, the most frequent first."""
    if not refused:
        return Text.literal("-")
    words = ["reason", "reason_zh"]
    counted = pl.concat(list(refused.values())).group_by(words).len().sort("len", "reason", descending=[True, False])
    return enumerated(
        t("{reason} ({n:,} rows)", reason=Text(en, ready={"en": en, "zh": zh}), n=n)
        for en, zh, n in counted.head(SHOWN).iter_rows()
    )


def _nothing_kept(
    files: Sequence[FileResult],
    refused: Mapping[str, pl.DataFrame],
    quarantine: Path | None,
) -> InputError:
    first = next(iter(refused.values())).row(0, named=True) if refused else {}
    return InputError(
        t("no row of {files} could be kept", files=", ".join(file.name for file in files)),
        why=t(
            "every row was refused: {reasons}; the first is line {line}, column '{column}'",
            reasons=_reasons_in_words(refused),
            line=first.get(LINE, "-"),
            column=first.get("column", "-"),
        ),
        fix=t(
            "see {folder}; check the columns (--map) and how numbers and dates are written (--decimal, --date-order)",
            folder=str(quarantine or "-"),
        ),
        code="IMPORT-08",
    )
