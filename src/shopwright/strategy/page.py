"""What a report is made of: sections with texts, tables and charts; no HTML and no computing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from shopwright.i18n import Text, t
from shopwright.shop.money import Figure, Gain, Money

__all__ = [
    "Block",
    "Cell",
    "Chart",
    "Col",
    "Details",
    "Fold",
    "Note",
    "Part",
    "Section",
    "Table",
    "folded",
    "shown",
    "sources",
    "span",
]

Cell = str | float | int | Text | Money | Gain | None


@dataclass(frozen=True, slots=True)
class Col:
    """A column of a table.

    Attributes:
        label: heading.
        is_number: stands to the right and does not wrap.
        is_code: a SKU or another short name that must not wrap.
        digits: after the point; None shows whole numbers without and others with two.
    """

    label: Text
    is_number: bool = False
    is_code: bool = False
    digits: int | None = None

    @property
    def kind(self) -> str:
        """Class of its cells in the page."""
        return "n" if self.is_number else "code" if self.is_code else ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under labelled columns.

    Attributes:
        caption: what the rows are and how they were computed.
        columns: labels.
        rows: cells, as many as there are columns.
        more: how many rows there are beyond these, and where they are.
    """

    caption: Text
    columns: tuple[Col, ...]
    rows: Sequence[Sequence[Cell]]
    more: Text | None = None

    @property
    def digits(self) -> tuple[int | None, ...]:
        """Digits after the point of each column: its own, or none where one amount of money in it is large."""
        return tuple(self._digits(at, column) for at, column in enumerate(self.columns))

    def _digits(self, at: int, column: Col) -> int | None:
        if column.digits is not None:
            return column.digits
        cells = (row[at] for row in self.rows)
        return 0 if any(isinstance(cell, Money) and cell.is_large for cell in cells) else None


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart, drawn when the page is, so that its texts are in the page's language.

    Attributes:
        caption: what it shows, with unit and how it was computed; read out to who cannot see it.
        draw: makes the Altair chart.
        ends_now: time runs to the right, so that a narrow screen shows the right end first.
    """

    caption: Text
    draw: Callable[[], Any]
    ends_now: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """A paragraph."""

    text: Text


@dataclass(frozen=True, slots=True)
class Details:
    """A list of points that opens on a click and is open in print."""

    title: Text
    points: tuple[Text, ...]


Part = Table | Chart | Note | Details


@dataclass(frozen=True, slots=True)
class Fold:
    """Blocks of one topic that open on a click and are open in print."""

    title: Text
    blocks: tuple[Part, ...]


Block = Part | Fold


def folded(title: Text, blocks: Sequence[Part]) -> list[Block]:
    """The blocks under a title that opens them; nothing where there are none."""
    return [Fold(title, tuple(blocks))] if blocks else []


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the report.

    Attributes:
        name: anchor, the same in each language.
        title: heading.
        blocks: what it holds, in order.
        figures: numbers to put up front.
        lead: the section in a sentence or two, before everything else.
    """

    name: str
    title: Text
    blocks: tuple[Block, ...]
    figures: tuple[Figure, ...] = ()
    lead: Text | None = None

    @property
    def parts(self) -> list[Part]:
        """All of it in order, what lies in folds included."""
        return [part for one in self.blocks for part in (one.blocks if isinstance(one, Fold) else (one,))]


def sources(figures: Sequence[Figure]) -> list[tuple[list[Text], date, Text]]:
    """How figures were computed, each way told once: names of the figures, their day, how."""
    found: dict[tuple[date, str], tuple[list[Text], date, Text]] = {}
    for figure in figures:
        found.setdefault((figure.as_of, str(figure.how)), ([], figure.as_of, figure.how))[0].append(figure.name)
    return list(found.values())


def span(gain: Gain) -> Text:
    """The range of a gain."""
    low, high = (str(Money(value, gain.currency)).split()[0] for value in (gain.low, gain.high))
    return t("{low} to {high}", low=low, high=high)


def shown(cell: Cell, digits: int | None = None) -> str:
    """A cell as people write it: whole numbers without, others with two digits, thousands apart."""
    if cell is None:
        return "–"
    if isinstance(cell, Money) and digits is not None:
        return cell.written(digits)
    if isinstance(cell, bool | str | Text | Money | Gain):
        return str(cell)
    if digits is not None:
        return f"{cell:,.{digits}f}"
    if float(cell).is_integer() or abs(cell) >= 1000:
        return f"{cell:,.0f}"
    return f"{cell:,.2f}"
