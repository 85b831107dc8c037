"""What a report is made of: sections with texts, tables and charts; no HTML and no computing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from shopwright.i18n import Text
from shopwright.shop.money import Figure, Gain, Money

__all__ = ["Block", "Cell", "Chart", "Col", "Details", "Note", "Section", "Table", "shown"]

Cell = str | float | int | Text | Money | Gain | None


@dataclass(frozen=True, slots=True)
class Col:
    """A column of a table; numbers stand to the right."""

    label: Text
    is_number: bool = False


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


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart, drawn when the page is, so that its texts are in the page's language.

    Attributes:
        caption: what it shows, with unit and how it was computed; read out to who cannot see it.
        draw: makes the Altair chart.
    """

    caption: Text
    draw: Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Note:
    """A paragraph."""

    text: Text


@dataclass(frozen=True, slots=True)
class Details:
    """A list of points that opens on a click and is open in print."""

    title: Text
    points: tuple[Text, ...]


Block = Table | Chart | Note | Details


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the report.

    Attributes:
        name: anchor, the same in each language.
        title: heading.
        blocks: what it holds, in order.
        figures: numbers to put up front.
    """

    name: str
    title: Text
    blocks: tuple[Block, ...]
    figures: tuple[Figure, ...] = ()


def shown(cell: Cell) -> str:
    """A cell as people write it: whole numbers without, others with two digits, thousands apart."""
    if cell is None:
        return "–"
    if isinstance(cell, bool | str | Text | Money | Gain):
        return str(cell)
    if float(cell).is_integer() or abs(cell) >= 1000:
        return f"{cell:,.0f}"
    return f"{cell:,.2f}"
