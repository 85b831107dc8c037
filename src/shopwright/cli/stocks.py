"""How the state of a stock and replays of ordering are shown on a terminal."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from shopwright.cli.wrapping import TITLE, shortened
from shopwright.i18n import Text, t
from shopwright.inventory.health import DEAD, LASTS_IN, STATES
from shopwright.shop.schema import names as c
from shopwright.shop.titles import titles

if TYPE_CHECKING:
    from shopwright.inventory import Replay
    from shopwright.shop.demand import Period
    from shopwright.shop.shop import Shop

__all__ = ["shown_lines", "shown_moves", "shown_replays"]

Columns = tuple[tuple[Text, bool], ...]


def shown_lines(shop: Shop, table: pl.DataFrame, top: int, period: Period) -> tuple[Columns, Sequence[Sequence[str]]]:
    """Columns and rows of the products with most money in the wrong place."""
    named = titles(shop)
    columns = (
        (t("SKU"), False),
        (t("Title"), False),
        (t("Class"), False),
        (t("State"), False),
        (t("On hand"), True),
        (LASTS_IN[period], True),
        (t("Money tied up"), True),
        (t("Chance of running out"), True),
        (t("Margin at risk"), True),
    )
    rows = [
        (
            row[c.SKU],
            shortened(named.get(row[c.SKU], ""), TITLE),
            f"{row['abc'] or '-'}{row['xyz'] or '-'}",
            str(STATES[row["state"]]),
            f"{row[c.ON_HAND]:,.0f}",
            _cover(row),
            f"{row['tied']:,.2f}",
            f"{row['chance_out']:.0%}",
            f"{row['at_risk']:,.2f}",
        )
        for row in table.head(top).iter_rows(named=True)
    ]
    return columns, rows


def _cover(row: Mapping[str, Any]) -> str:
    if row["state"] == DEAD:
        return "–"
    return "∞" if row["cover"] is None else f"{row['cover']:,.1f}"


def shown_moves(shop: Shop, moves: pl.DataFrame, top: int) -> tuple[Columns, Sequence[Sequence[str]]]:
    """Columns and rows of the moves between locations that bring most."""
    named = titles(shop)
    columns = (
        (t("SKU"), False),
        (t("Title"), False),
        (t("Send from"), False),
        (t("Send to"), False),
        (t("Units"), True),
        (t("Gain"), True),
        (t("Why"), False),
    )
    rows = [
        (
            row[c.SKU],
            shortened(named.get(row[c.SKU], ""), TITLE),
            row["from"],
            row["to"],
            f"{row[c.UNITS]:,}",
            f"{row['gain']:,.2f}",
            row[c.REASON],
        )
        for row in moves.head(top).iter_rows(named=True)
    ]
    return columns, rows


def shown_replays(made: Sequence[tuple[Text, Replay]]) -> tuple[Columns, Sequence[Sequence[str]]]:
    """Columns and rows of rules beside each other."""
    columns = (
        (t("Rule"), False),
        (t("Cost"), True),
        (t("Holding"), True),
        (t("Sales missed"), True),
        (t("Units sold at once"), True),
        (t("Periods without a gap"), True),
        (t("Turns a year"), True),
    )
    rows = [
        (
            str(name),
            f"{replay.cost:,.2f}",
            f"{replay.holding:,.2f}",
            f"{replay.shortage:,.2f}",
            f"{replay.fill_rate:.1%}",
            f"{replay.cycle_service:.1%}",
            f"{replay.turns:,.1f}" if math.isfinite(replay.turns) else "∞",
        )
        for name, replay in made
    ]
    return columns, rows
