"""What a guessed file lacks that much depends on, what follows from that, and which unused column it may be."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from shopwright.i18n import Text, t
from shopwright.shop.imports.guess import SAMPLE, agrees, kind_of, looks_like_dates
from shopwright.shop.imports.names import known_as, squeezed
from shopwright.shop.imports.result import Guess
from shopwright.shop.imports.source import Source
from shopwright.shop.schema import TABLES, Column
from shopwright.shop.schema import names as c

__all__ = ["lacking"]

SHOWN, LONGEST_CODE = 3, 40
REFUND = TABLES["returns"].column(c.REFUND)


@dataclass(frozen=True, slots=True)
class _Need:
    """A column that a table should have, others that do as well, and what is not possible without."""

    table: str
    column: str
    instead: tuple[str, ...]
    so: Text


NO_CUSTOMER = t("without it there are no segments, letters or personal recommendations")
NEEDS = (
    _Need("reviews", c.AT, (c.DAY,), t("without days there are no warnings of faults that begin and no trends")),
    _Need("reviews", c.SKU, (c.ORDER,), t("without it nothing can be told by product")),
    _Need("order_lines", c.CUSTOMER, (), NO_CUSTOMER),
    _Need("orders", c.CUSTOMER, (), NO_CUSTOMER),
    _Need("order_lines", c.PRICE, (c.REVENUE,), t("without it there is no revenue")),
    _Need("products", c.COST, (f"supply.{c.COST}",), t("without it gains are computed with an assumed margin")),
)


def lacking(source: Source, found: Guess) -> Iterator[Text]:
    """A sentence for each column that is missed, and one on refunds that stand in a file of orders.

    Args:
        source: the file.
        found: what it was taken for.
    """
    sample = source.frame.head(SAMPLE).collect()
    there = {column.canonical for column in found.columns}
    for need in NEEDS:
        if need.table == found.table and not there & {need.column, *need.instead}:
            yield _missed(need, found, sample)
    if found.table in ("orders", "order_lines"):
        yield from _refunds(found, sample)


def _missed(need: _Need, found: Guess, sample: pl.DataFrame) -> Text:
    table = TABLES[found.table]
    column = table.column(need.column)
    near = [theirs for theirs in found.unused if _may_be(sample[theirs], column)][:SHOWN]
    said = t("{table}: no column was taken for {label}; {so}", table=table.label, label=column.label, so=need.so)
    if not near:
        return t("{said}. If the file has it: --map {ours}=THEIRS", said=said, ours=need.column)
    pair = shlex.quote(f"{need.column}={near[0]}")
    return t("{said}. It may be {columns}: --map {pair}", said=said, columns=", ".join(near), pair=pair)


def _may_be(values: pl.Series, column: Column) -> bool:
    """Whether values look like what is missed: dates, numbers, or codes."""
    known = values.drop_nulls()
    kind = kind_of(column)
    if known.is_empty():
        return False
    if kind == "instant":
        return looks_like_dates(known)
    if kind == "number":
        return agrees(known, column)
    texts = known.cast(pl.String)
    is_amount = bool(texts.str.contains(r"^\d+[.,]\d+$").any())
    is_short = bool((texts.str.len_chars() <= LONGEST_CODE).all())
    return is_short and not is_amount and texts.n_unique() > 1 and not looks_like_dates(known)


def _refunds(found: Guess, sample: pl.DataFrame) -> Iterator[Text]:
    for theirs in found.unused:
        if squeezed(theirs) in known_as(REFUND) and agrees(sample[theirs], REFUND):
            yield t(
                "refunds in column {column} are not read: a file of orders tells neither the day nor the units that"
                " came back. Give them as a file of returns with the columns order,sku,day,units,refund",
                column=theirs,
            )
