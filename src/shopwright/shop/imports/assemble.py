"""From drafts to tables: rules, duplicates, tables filled beside others, and the count of every row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from shopwright.errors import ShopError
from shopwright.i18n import t
from shopwright.progress import step
from shopwright.shop.imports.conform import conform
from shopwright.shop.imports.draft import Beside, Context, Draft
from shopwright.shop.imports.duplicates import settle
from shopwright.shop.imports.quarantine import LINE, REFUSED, with_raw
from shopwright.shop.imports.source import Source
from shopwright.shop.schema import INSTANT, TABLES
from shopwright.shop.schema import names as c

__all__ = ["Assembled", "Counted", "assemble"]

SOURCE = "_source"


@dataclass(frozen=True, slots=True)
class Counted:
    """One source, counted.

    Attributes:
        kept: rows that became or repeated a row of a table.
        refused: refusals, one for each refused row, with the raw row.
    """

    kept: int
    refused: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Assembled:
    """What an import wants to add.

    Attributes:
        tables: conformed rows by table, one for each key.
        beside: of these tables, those that no file is about, filled from the rows of others.
        only_new: of those, the ones whose known rows are to be left alone.
        counted: by name of the source.
    """

    tables: Mapping[str, pl.DataFrame]
    beside: frozenset[str]
    only_new: frozenset[str]
    counted: Mapping[str, Counted]


def assemble(drafts: Sequence[Draft], sources: Sequence[Source], context: Context) -> Assembled:
    """Bring drafts together.

    Args:
        drafts: from all formats.
        sources: all sources that were used.
        context: what the formats left behind.

    Raises:
        ShopError: a row was lost, which is a bug of ours.
    """
    groups: dict[str, list[Draft]] = {}
    for draft in drafts:
        groups.setdefault(draft.table, []).append(draft)
    places = {source.name: at for at, source in enumerate(sources)}
    tables: dict[str, pl.DataFrame] = {}
    kept: list[pl.DataFrame] = []
    for name, group in groups.items():
        with step(t("Checking {table}", table=TABLES[name].label)):
            tables[name], lines = _together(group, places, context, sources)
        kept.append(lines)
    filled, only_new = _besides(groups, tables, context.timezone)
    counted = {source.name: _count(source, at, kept, context) for at, source in enumerate(sources)}
    shaped = {
        name: frame.select(*TABLES[name].names, *(known for known in (c.KNOWN_AT,) if known in frame.columns))
        for name, frame in {**tables, **filled}.items()
        if frame.height
    }
    return Assembled(shaped, frozenset(filled), only_new, counted)


def _together(
    drafts: list[Draft], places: Mapping[str, int], context: Context, sources: Sequence[Source]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """All rows of one table, one for each key, extras included; and source and line of every row that is in them."""
    parts = []
    for draft in drafts:
        good, refused = conform(draft.frame, draft.table, context.timezone, draft.theirs, draft.source.stem)
        context.refuse(draft.source, refused)
        parts.append(good.with_columns(pl.lit(places[draft.source.name], pl.UInt16).alias(SOURCE)))
    rows = pl.concat(parts, how="diagonal_relaxed") if len(parts) > 1 else parts[0]
    lines = rows.select(SOURCE, LINE)
    rows, refused = settle(rows, drafts[0].table)
    if refused.height:
        for at in refused[SOURCE].unique():
            context.refuse(sources[at], refused.filter(pl.col(SOURCE) == at).select(list(REFUSED)))
        left = lines.with_columns(pl.int_range(pl.len()).over(SOURCE, LINE).alias("_n"))
        gone = refused.select(SOURCE, LINE).with_columns(pl.int_range(pl.len()).over(SOURCE, LINE).alias("_n"))
        lines = left.join(gone, on=[SOURCE, LINE, "_n"], how="anti").select(SOURCE, LINE)
    return rows, lines


def _besides(
    groups: Mapping[str, list[Draft]], tables: Mapping[str, pl.DataFrame], timezone: str
) -> tuple[dict[str, pl.DataFrame], frozenset[str]]:
    """Tables that no file is about, from the rows of those that name their subjects."""
    wanted: dict[str, list[tuple[Beside, str]]] = {}
    for name, group in groups.items():
        seen: list[Beside] = []
        for beside in (entry for draft in group for entry in draft.beside):
            if beside not in seen and beside.table not in groups:
                seen.append(beside)
                wanted.setdefault(beside.table, []).append((beside, name))
    filled = {
        name: _filled(name, [(beside, tables[table]) for beside, table in entries], timezone)
        for name, entries in wanted.items()
    }
    only_new = {name for name, entries in wanted.items() if all(beside.is_only_new for beside, _ in entries)}
    return filled, frozenset(only_new)


def _filled(name: str, entries: list[tuple[Beside, pl.DataFrame]], timezone: str) -> pl.DataFrame:
    key = TABLES[name].key[0]
    parts = [
        frame.select(pl.col(theirs).alias(ours) for ours, theirs in beside.columns.items() if theirs in frame.columns)
        for beside, frame in entries
    ]
    rows = pl.concat(parts, how="diagonal_relaxed").filter(pl.col(key).is_not_null())
    values = [column for column in rows.columns if column != key]
    if entries[0][0].pick == "most":
        found = rows.select(pl.col(key).unique(maintain_order=True))
        for value in values:
            counted = (
                rows.drop_nulls(value)
                .group_by(key, value)
                .len()
                .sort([key, "len", value], descending=[False, True, False])
            )
            most = counted.unique(key, keep="first", maintain_order=True).select(key, value)
            found = found.join(most, on=key, how="left", maintain_order="left")
    else:
        last = [pl.col(value).drop_nulls().last() for value in values]
        found = rows.group_by(key, maintain_order=True).agg(last)
    lined = found.with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(LINE))
    good, _ = conform(lined.with_columns(_sane(name, values)), name, timezone)
    return good.join(_first_seen(entries, key), on=key, how="left", maintain_order="left")


def _sane(name: str, values: Sequence[str]) -> list[pl.Expr]:
    """Values that break their rule as null: what another table says on the side must not cost the whole row."""
    return [
        pl.when(column.checks.holds(pl.col(column.name))).then(pl.col(column.name)).alias(column.name)
        for column in TABLES[name].columns
        if column.name in values and column.checks is not None
    ]


def _first_seen(entries: list[tuple[Beside, pl.DataFrame]], key: str) -> pl.DataFrame:
    """When each subject was first heard of: nothing is known of a customer before the first order."""
    instant = [
        frame.select(pl.col(beside.columns[key]).alias(key), pl.col(c.AT).alias(c.KNOWN_AT))
        for beside, frame in entries
        if c.AT in frame.columns and beside.columns[key] in frame.columns
    ]
    if not instant:
        return pl.DataFrame(schema={key: pl.String, c.KNOWN_AT: INSTANT})
    return pl.concat(instant, how="vertical_relaxed").drop_nulls(key).group_by(key).agg(pl.col(c.KNOWN_AT).min())


def _count(source: Source, at: int, kept: list[pl.DataFrame], context: Context) -> Counted:
    """Count the rows of a source and see that none was lost."""
    every = context.refusals(source)
    if source.name in context.looked_up:
        n_kept = source.rows - every.filter(~pl.col(LINE).is_in(source.refused[LINE].implode()))[LINE].n_unique()
        refused = every
    else:
        lines = pl.concat(
            [frame.filter(pl.col(SOURCE) == at)[LINE] for frame in kept] or [pl.Series(LINE, [], pl.Int64)]
        )
        n_kept = lines.n_unique() if len(lines) else 0
        lost = every.select(LINE)
        refused = every.join(
            pl.DataFrame(lines).join(lost, on=LINE, how="semi"), on=LINE, how="anti", maintain_order="left"
        )
    refused = refused.unique(LINE, keep="first", maintain_order=True)
    if n_kept + refused.height != source.rows_in:
        raise ShopError(
            t("the rows of {file} do not add up", file=source.name),
            why=t(
                "rows in {rows_in:,}, kept {kept:,}, quarantined {refused:,}",
                rows_in=source.rows_in,
                kept=n_kept,
                refused=refused.height,
            ),
            fix=t("nothing was imported; this is a bug of ours, please report it with the file's header"),
            code="IMPORT-22",
        )
    return Counted(n_kept, with_raw(refused, source.frame))
