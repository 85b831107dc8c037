"""What a format makes of its files: drafts of canonical tables, and what every format needs to make them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar, Literal

import polars as pl

from shopwright.i18n import Text, t
from shopwright.shop.imports.convert import TYPES, Wanted, convert, understand
from shopwright.shop.imports.quarantine import none_refused
from shopwright.shop.imports.result import Guess, Reading
from shopwright.shop.imports.source import Source
from shopwright.shop.imports.times import Order

__all__ = ["Beside", "Context", "Draft", "Format"]


@dataclass(frozen=True, slots=True)
class Beside:
    """A table that is filled from another one's rows: the products that the order lines name.

    Attributes:
        table: the table to fill.
        columns: its columns, to the columns of the draft they come from.
        pick: of several values, the last one or the most frequent one.
        is_only_new: leave rows alone that the shop has already.
    """

    table: str
    columns: Mapping[str, str]
    pick: Literal["last", "most"] = "last"
    is_only_new: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """Rows for one canonical table, from one source.

    Attributes:
        table: the table.
        source: where the rows are from.
        frame: LINE, some of the table's columns in their types, and extras for `beside`.
        theirs: canonical column to the file's own, for messages.
        beside: tables that are filled from these rows.
    """

    table: str
    source: Source
    frame: pl.DataFrame
    theirs: Mapping[str, str] = field(default_factory=dict)
    beside: tuple[Beside, ...] = ()


@dataclass(slots=True, eq=False)
class Context:
    """What is known while a format reads, and what it leaves behind.

    Attributes:
        given: the reading that was asked for.
        timezone: the shop's, for times that name none.
        refused: refusals so far, by name of the source.
        readings: how each source was read.
        notes: notes on each source.
        guesses: what the columns of each source were taken for.
        looked_up: sources whose rows only complete those of others, with the lines that did.
        currency: sign or code found beside numbers.
    """

    given: Reading
    timezone: str
    refused: dict[str, list[pl.DataFrame]] = field(default_factory=dict)
    readings: dict[str, Reading] = field(default_factory=dict)
    notes: dict[str, list[Text]] = field(default_factory=dict)
    guesses: dict[str, Guess] = field(default_factory=dict)
    looked_up: set[str] = field(default_factory=set)
    currency: str | None = None

    def typed(
        self,
        source: Source,
        wanted: Mapping[str, Wanted],
        table: str = "",
        hint: Order = "DMY",
        lenient: Iterable[str] = (),
    ) -> pl.DataFrame:
        """LINE and the wanted columns of a source in their types; rows that do not fit are refused.

        Args:
            source: where from.
            wanted: the file's column to the type it is to have; columns the file has not are left out.
            table: table to name in refusals.
            hint: order of day and month where the file does not tell.
            lenient: columns whose values may become null instead.
        """
        zone = self.given.timezone or source.reading.timezone or self.timezone
        there = {name: kind for name, kind in wanted.items() if name in source.columns}
        understood = understand(source, there, replace(self.given, timezone=None), hint)
        done = convert(source, there, understood.reading, zone, table, frozenset(lenient))
        self.refused.setdefault(source.name, []).append(done.refused)
        self.readings[source.name] = understood.reading.over(self.readings.get(source.name, source.reading))
        for note in (*understood.notes, *done.notes):
            self.note(source, note)
        self.currency = self.currency or understood.currency
        return done.frame

    def typed_whole(
        self, source: Source, wanted: Mapping[str, Wanted], table: str, hint: Order, lenient: Iterable[str]
    ) -> pl.DataFrame:
        """As `typed`, with every wanted column: null where the export has none."""
        found = self.typed(source, wanted, table, hint=hint, lenient=lenient)
        missing = [name for name in wanted if name not in found.columns]
        return found.with_columns(pl.lit(None, TYPES[wanted[name]]).alias(name) for name in missing)

    def note(self, source: Source, note: Text) -> None:
        """Leave a note on a source."""
        notes = self.notes.setdefault(source.name, [])
        if note not in notes:
            notes.append(note)

    def refuse(self, source: Source, refused: pl.DataFrame) -> None:
        """Leave refusals on a source."""
        self.refused.setdefault(source.name, []).append(refused)

    def use(self, source: Source) -> pl.DataFrame:
        """Rows of a source that only complete those of others; all of them count as kept."""
        self.looked_up.add(source.name)
        self.note(source, t("looked up to complete other tables"))
        return source.frame.collect()

    def refusals(self, source: Source) -> pl.DataFrame:
        """All refusals of a source so far."""
        return pl.concat([source.refused, *self.refused.get(source.name, []), none_refused()])


class Format(ABC):
    """One kind of export.

    Attributes:
        name: what `--format` calls it.
        settings: dotted settings a new shop gets from it.
        roles: for each kind of file, the columns by which it is known.
    """

    name: ClassVar[str] = ""
    settings: ClassVar[Mapping[str, str]] = {}
    roles: ClassVar[Mapping[str, frozenset[str]]] = {}

    def role(self, source: Source) -> str | None:
        """Which of its files a source is, or None where it is none of them."""
        names = frozenset(source.columns)
        found = [role for role, needed in self.roles.items() if needed <= names]
        return max(found, key=lambda role: len(self.roles[role]), default=None)

    def is_whole(self, roles: frozenset[str]) -> bool:
        """Whether files of these roles are enough to say that it is this format."""
        return bool(roles)

    @abstractmethod
    def read(self, sources: Mapping[str, list[Source]], context: Context) -> list[Draft]:
        """Drafts from the sources, which come by role."""
