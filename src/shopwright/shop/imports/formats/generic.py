"""Any table at all: its columns are guessed, shown, and asked about where that is possible."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import polars as pl

from shopwright.errors import InputError, MappingError
from shopwright.i18n import t
from shopwright.shop.imports.convert import Wanted
from shopwright.shop.imports.draft import Beside, Context, Draft
from shopwright.shop.imports.formats.taken_back import parted
from shopwright.shop.imports.guess import BESIDE, category_columns, guess, kind_of
from shopwright.shop.imports.lacking import lacking
from shopwright.shop.imports.mapped import corrected
from shopwright.shop.imports.result import Guess
from shopwright.shop.imports.source import Source
from shopwright.shop.imports.words import event_kind, order_status
from shopwright.shop.schema import TABLES
from shopwright.shop.schema import names as c

__all__ = ["Generic"]

Ask = Callable[[Guess], Guess | None]


@dataclass(frozen=True, slots=True)
class Generic:
    """The reader of files nobody recognised.

    Attributes:
        table: the table, where it was said.
        mapping: canonical to their column, where it was said.
        ask: shown each guess; gives it back, corrected or not, or None to stop.
    """

    table: str | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    ask: Ask | None = None

    def guess(self, source: Source) -> Guess:
        """What a source is taken for, after asking.

        Raises:
            InputError: nobody knows, or whoever was asked said no.
        """
        found = guess(source, self.table, self.mapping)
        if self.ask is None:
            return found
        answer = self.ask(found)
        if answer is None:
            raise InputError(
                t("{file} was not imported", file=source.name),
                why=t("the guess was not accepted"),
                fix=t("say what its columns are: shopwright import --map sku=THEIRS …"),
                code="IMPORT-21",
            )
        return corrected(answer, source)

    def read(self, source: Source, found: Guess, context: Context) -> list[Draft]:
        """Drafts of the guessed table, and of those that are filled beside it."""
        context.guesses[source.name] = found
        mapping = found.mapping()
        _must_differ(source, mapping)
        table = TABLES[found.table]
        wanted: dict[str, Wanted] = {}
        lenient: set[str] = set()
        for ours, theirs in mapping.items():
            other, _, name = ours.rpartition(".")
            for column in theirs:
                wanted[column] = kind_of(TABLES[other or found.table].column(name))
                if other:
                    lenient.add(column)
        typed = context.typed(source, wanted, found.table, lenient=lenient)
        frame = typed.select(
            pl.first().alias("_line"), *(_column(ours, theirs).alias(ours) for ours, theirs in mapping.items())
        )
        frame = _in_our_words(frame, found.table, source, context)
        if found.unused:
            context.note(source, t("not used: {columns}", columns=", ".join(found.unused)))
        for note in lacking(source, found):
            context.note(source, note)
        frame, returns = parted(frame) if found.table == "order_lines" else (frame, None)
        if returns is not None:
            note = t("{n:,} lines that take back what the same order had bought were read as returns", n=returns.height)
            context.note(source, note)
        if found.table == "order_lines" and c.UNITS in frame.columns and (frame[c.UNITS] < 0).any():
            n = int((frame[c.UNITS] < 0).sum())
            context.note(source, t("{n:,} lines with negative units were taken as adjustments, not returns", n=n))
        first = {ours: names[0] for ours, names in mapping.items()}
        drafts = [Draft(table.name, source, frame, first, _beside(found, frame))]
        return drafts if returns is None else [*drafts, Draft("returns", source, returns, first)]


def _in_our_words(frame: pl.DataFrame, table: str, source: Source, context: Context) -> pl.DataFrame:
    """Statuses and kinds of events as we call them."""
    status = f"orders.{c.STATUS}" if table != "orders" else c.STATUS
    if status in frame.columns and table in ("orders", "order_lines"):
        ours = order_status(frame[status])
        strange = frame[status].filter(ours.is_null()).drop_nulls().unique(maintain_order=True)
        if len(strange):
            words = ", ".join(strange.head(5))
            context.note(source, t("{n:,} words for the status are not known: {words}", n=len(strange), words=words))
        frame = frame.with_columns(ours.alias(status))
    if table == "events" and c.KIND in frame.columns:
        frame = frame.with_columns(event_kind(frame[c.KIND]).alias(c.KIND))
    return frame


def _must_differ(source: Source, mapping: Mapping[str, list[str]]) -> None:
    """A column that came twice with different values cannot be chosen for the user."""
    for ours, theirs in mapping.items():
        if source.twice.get(theirs[0], True):
            continue
        raise MappingError(
            t("{file}: column '{column}' is there twice, with different values", file=source.name, column=theirs[0]),
            why=t("needed for {label}; it is not clear which one is meant", label=ours),
            fix=t(
                "choose the second: shopwright import --map {ours}='{column} (2)', or rename one of them",
                ours=ours,
                column=theirs[0],
            ),
            code="IMPORT-06",
        )


def _column(ours: str, theirs: list[str]) -> pl.Expr:
    if len(theirs) == 1:
        return pl.col(theirs[0])
    if ours.rpartition(".")[2] == c.CATEGORY:
        return path(category_columns(theirs))
    return pl.coalesce(theirs)


def path(columns: list[str]) -> pl.Expr:
    """A category path from its levels, empty ones left out; null where all are empty."""
    joined = pl.concat_list(columns).list.drop_nulls().list.join(" > ")
    return pl.when(joined != "").then(joined)


def _beside(found: Guess, frame: pl.DataFrame) -> tuple[Beside, ...]:
    """The tables filled beside the guessed one: products always, others where they get a column of their own."""
    besides = []
    for table, key in BESIDE.get(found.table, {}).items():
        extras = {ours.partition(".")[2]: ours for ours in frame.columns if ours.startswith(f"{table}.")}
        if key not in frame.columns or not (extras or (table == "products" and found.table != "stock")):
            continue
        shared = [
            name
            for name in TABLES[table].names
            if table == "orders" and name in frame.columns and name not in extras and name in ORDER_WIDE
        ]
        columns = {key: key, **{name: name for name in shared}, **extras}
        besides.append(Beside(table, columns, is_only_new=table == "products"))
    return tuple(besides)


ORDER_WIDE = frozenset({c.ORDER, c.AT, c.DAY, c.CUSTOMER, c.CHANNEL, c.COUNTRY, c.CURRENCY})
"""Columns of an order line that hold for its whole order."""


__all__ += ["path"]
