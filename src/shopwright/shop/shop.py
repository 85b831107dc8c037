"""The shop as it was known at the end of one day."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import polars as pl

from shopwright.errors import StoreError, TableError, UsageError
from shopwright.i18n import t
from shopwright.settings import Settings, load, titled
from shopwright.shop import sql
from shopwright.shop.arguments import as_folder
from shopwright.shop.merge import has_versions, latest, natural_known_at
from shopwright.shop.schema import DAY_TYPE, INSTANT, TABLES, Table, end_of
from shopwright.shop.schema import names as c
from shopwright.shop.store import Store

__all__ = ["Shop", "open_shop"]


@dataclass(frozen=True, eq=False)
class Shop:
    """Everything known about a shop at the end of one day; immutable, nothing is read before it is asked for.

    Attributes:
        settings: the settings in force.
        frames: every version of every row of the tables that there are, by table name.
        path: the folder it was opened from, or None for one that lives in memory.
        cutoff: the day at whose end it is seen; None for all that is known.
        manifest: the manifest it was opened with; empty for one in memory.
    """

    settings: Settings
    frames: Mapping[str, pl.LazyFrame] = field(repr=False)
    path: Path | None = None
    cutoff: date | None = None
    manifest: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, tables: Mapping[str, pl.DataFrame], settings: Settings | None = None) -> Shop:
        """A shop in memory from frames with canonical columns; columns that are left out are null.

        Raises:
            TableError: a table or column is not canonical, or holds values of another type.
        """
        settings = settings or Settings()
        frames = {name: _complete(name, frame, settings).lazy() for name, frame in tables.items()}
        return cls(settings, frames)

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of the tables that there are, in the schema's order."""
        return tuple(name for name in TABLES if name in self.frames)

    def has(self, *names: str) -> bool:
        """Whether all these tables are there and have rows as of this day."""
        return all(name in self.frames and self.rows(name) > 0 for name in names)

    def table(self, name: str) -> pl.LazyFrame:
        """A canonical table as it was known; an empty one where the shop has none.

        Raises:
            TableError: there is no table of that name in the schema.
        """
        table = _table(name)
        if name not in self.frames:
            return table.empty().lazy()
        frame = self.frames[name]
        if self.cutoff is not None:
            frame = _known_by(frame, table, self.cutoff, self.cutoff_instant)
        return latest(frame, table) if name in self._with_versions else frame

    def rows(self, name: str) -> int:
        """Number of rows of a table as of this day."""
        if self.cutoff is None and name in self.frames and name not in self._with_versions:
            return int(self.frames[name].select(pl.len()).collect().item())
        return int(self.table(name).select(pl.len()).collect().item())

    @cached_property
    def day(self) -> date:
        """The day at whose end the shop is seen: the one asked for, else the last day with a sale, or any record.

        Raises:
            TableError: no table has a dated row.
        """
        if self.cutoff is not None:
            return self.cutoff
        for name in TABLES_WITH_DAYS:
            if name in self.frames:
                last = self.frames[name].select(pl.col(c.DAY).max()).collect().item()
                if isinstance(last, date):
                    return last
        raise TableError(
            t("this shop has no dated row"),
            why=t("its tables are: {tables}", tables=", ".join(self.tables) or "-"),
            fix=t("import sales: shopwright import orders.csv --to SHOP"),
            code="TABLE-02",
        )

    @property
    def span(self) -> tuple[date, date] | None:
        """First and last day of which this shop has a row; None where no row has a date."""
        dated = [self.frames[name] for name in TABLES_WITH_DAYS if name in self.frames]
        if not dated:
            return None
        ends = pl.concat(frame.select(pl.col(c.DAY).min(), pl.col(c.DAY).max().alias("last")) for frame in dated)
        first, last = ends.select(pl.col(c.DAY).min(), pl.col("last").max()).collect().row(0)
        return None if first is None else (first, last)

    @property
    def is_dated(self) -> bool:
        """Whether any row of it has a date."""
        try:
            return bool(self.day)
        except TableError:
            return False

    @property
    def cutoff_instant(self) -> datetime:
        """Last instant of the shop's day, in UTC."""
        return end_of(self.day).replace(tzinfo=self.settings.zone, fold=1).astimezone(UTC)

    @property
    def currency(self) -> str:
        """Currency of amounts that do not name one."""
        return self.settings.shop.currency

    def until(self, day: date | str) -> Shop:
        """The shop as it was known at the end of `day`; it never shows more than this shop does.

        Raises:
            UsageError: `day` is not a date.
        """
        wanted = _as_day(day)
        return replace(self, cutoff=wanted if self.cutoff is None else min(wanted, self.cutoff))

    def back(self, days: int) -> Shop:
        """The shop as it was known `days` days earlier."""
        return self.until(self.day - timedelta(days=days))

    def sql(self, text: str) -> pl.DataFrame:
        """Answer of a DuckDB query over the tables, each a view of its own name.

        `order`, `at` and `return` are reserved words there: write `"order"`, `"at"` and `"return"`.

        Raises:
            UsageError: the query is not valid, or reaches outside the tables.
        """
        return sql.query({name: partial(self._as_stored, name) for name in self.tables}, text)

    def _as_stored(self, name: str) -> Path | pl.LazyFrame:
        """The table's file where it holds just what is known, else the table."""
        if self.path is None or self.cutoff is not None or name in self._with_versions:
            return self.table(name)
        return Store(self.path).path(self.manifest["tables"][name]["file"])

    @cached_property
    def _with_versions(self) -> frozenset[str]:
        """Tables in which some key has more than one version."""
        return frozenset(name for name, frame in self.frames.items() if self._has_versions(name, frame))

    def _has_versions(self, name: str, frame: pl.LazyFrame) -> bool:
        entry = self.manifest.get("tables", {}).get(name)
        return bool(entry["has_versions"]) if entry is not None else has_versions(frame, TABLES[name])

    def __repr__(self) -> str:
        counts = ", ".join(f"{name} {self.rows(name):,}" for name in self.tables)
        return f"<Shop {self.settings.shop.name!r} as of {self.day if self.is_dated else 'no date'}: {counts}>"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{html.escape(str(TABLES[name].label))}</td>"
            f"<td style='text-align:right'>{self.rows(name):,}</td></tr>"
            for name in self.tables
        )
        title = html.escape(
            f"{titled(self.settings.shop.name)}, {t('as of {day}', day=self.day if self.is_dated else '-')}"
        )
        head = f"<tr><th>{t('Table')}</th><th style='text-align:right'>{t('Rows')}</th></tr>"
        return f"<table><caption>{title}</caption>{head}{rows}</table>"


TABLES_WITH_DAYS = ("order_lines", "orders", "reviews", "tickets", "events", "stock", "exposures")


def open_shop(path: Path | str) -> Shop:
    """The shop in a folder.

    Raises:
        StoreError: the folder holds no shop.
        UsageError: it is neither a text nor a path (USAGE-25).
    """
    root = as_folder(path, "path")
    store = Store(root)
    if not store.exists:
        raise StoreError(
            t("there is no shop in {root}", root=str(root)),
            why=t("{file} was not found", file=str(store.tables / "manifest.json")),
            fix=t("import your exports: shopwright import FILES --to {root}, or try: shopwright demo", root=str(root)),
            code="STORE-06",
        )
    manifest = store.manifest()
    frames = {name: pl.scan_parquet(store.path(entry["file"])) for name, entry in manifest["tables"].items()}
    return Shop(load(root), frames, root, manifest=manifest)


def _table(name: str) -> Table:
    if name in TABLES:
        return TABLES[name]
    raise TableError(
        t("there is no table {name}", name=repr(name)),
        why=t("tables are: {names}", names=", ".join(TABLES)),
        fix=t("use one of these names"),
        code="TABLE-01",
    )


def _complete(name: str, frame: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """The frame with all canonical columns, typed; `known_at` and `day` are derived where they are not given."""
    table = _table(name)
    strange = [column for column in frame.columns if column not in table.dtypes]
    if strange:
        raise TableError(
            t("table {name} has no column {column}", name=name, column=", ".join(strange)),
            why=t("its columns are: {columns}", columns=", ".join(table.names)),
            fix=t("rename or drop it"),
            code="TABLE-03",
        )
    try:
        typed = frame.with_columns(
            (pl.col(column) if column in frame.columns else pl.lit(None)).cast(dtype).alias(column)
            for column, dtype in table.dtypes.items()
        ).select(list(table.dtypes))
    except pl.exceptions.InvalidOperationError as error:
        raise TableError(
            t("table {name} holds values of another type", name=name),
            why=str(error).splitlines()[0],
            fix=t("convert the column first; its types are: {types}", types=_types(table)),
            code="TABLE-07",
        ) from error
    if table.has(c.AT) and table.has(c.DAY):
        local = pl.col(c.AT).dt.convert_time_zone(settings.shop.timezone).dt.date()
        typed = typed.with_columns(pl.coalesce(c.DAY, local).alias(c.DAY))
    known = natural_known_at(table, settings.shop.timezone)
    return typed.with_columns(pl.coalesce(pl.col(c.KNOWN_AT), known).alias(c.KNOWN_AT))


def _types(table: Table) -> str:
    return ", ".join(f"{column.name} {column.dtype}" for column in table.columns)


def _as_day(day: date | str) -> date:
    if isinstance(day, datetime):
        return day.date()
    if isinstance(day, date):
        return day
    try:
        return date.fromisoformat(day)
    except ValueError as error:
        raise UsageError(
            t("{day} is not a day", day=repr(day)),
            why=str(error),
            fix=t("write it as year-month-day: 2011-10-31"),
            code="USAGE-20",
        ) from error


def _known_by(frame: pl.LazyFrame, table: Table, day: date, instant: datetime) -> pl.LazyFrame:
    """Rows known at the end of a day, which is that instant, with the values that became known later hidden."""
    known = frame.filter(pl.col(c.KNOWN_AT).is_null() | (pl.col(c.KNOWN_AT) <= pl.lit(instant, INSTANT)))
    hidden = []
    for column in table.columns:
        if column.known is None:
            continue
        when = pl.col(column.known)
        limit = pl.lit(day) if table.column(column.known).dtype == DAY_TYPE else pl.lit(instant, INSTANT)
        hidden.append(pl.when((when <= limit) | when.is_null()).then(column.name).alias(column.name))
    return known.with_columns(hidden)
