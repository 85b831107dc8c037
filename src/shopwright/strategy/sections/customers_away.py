"""Who may stay away, what goes along with it, and whom of them to write to."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from shopwright.charts.customers_ahead import away_chart, drivers_chart
from shopwright.i18n import t
from shopwright.shop.money import Money
from shopwright.shop.schema import names as c
from shopwright.strategy.page import Block, Chart, Col, Details, Table
from shopwright.strategy.sections.customer_lists import SHOWN, in_order, left_over, masked

if TYPE_CHECKING:
    from shopwright.customers import Churn, Outlook
    from shopwright.strategy.workup import Workup

__all__ = ["away_blocks"]

AWAY = pl.col("chance_away")
CUTS = {"low": 0.1, "lower": 0.25, "middle": 0.5, "upper": 0.75, "high": 0.9}


def away_blocks(work: Workup) -> list[Block]:
    """Chances to stay away by segment, the drivers with direction and strength, and who is worth a letter."""
    found = work.outlook
    if found is None:
        return []
    caption = t(
        "Chance to buy nothing within {days} days from {day}, by segment: the mark is the middle customer, the box half"
        " of the customers, the line eight in ten; right: whose chance is 50 % or more",
        days=found.days,
        day=found.as_of.isoformat(),
    )
    blocks: list[Block] = [Chart(caption, partial(_draw_away, found)), *_drivers(found.churn), *_leaving(work, found)]
    points = [*found.notes]
    if found.churn is not None:
        points += [found.churn.how, *found.churn.words()]
    if points:
        blocks.append(Details(t("What is known of who stays away, and what this rests on"), tuple(points)))
    return blocks


def _draw_away(found: Outlook) -> object:
    rows = found.table.group_by("segment").agg(
        *(AWAY.quantile(share, "linear").alias(name) for name, share in CUTS.items()),
        (AWAY >= 0.5).sum().cast(pl.Int64).alias("n_away"),
        pl.len().cast(pl.Int64).alias("n_customers"),
    )
    return away_chart(in_order(rows), found.days)


def _drivers(learned: Churn | None) -> list[Block]:
    if learned is None:
        return []
    caption = t(
        "What goes along with staying away for {days} days, the strongest first: from the low to the high value (a"
        " quarter of the customers lie below and above; or about twice the low value, 1 for 0, where most customers"
        " share it) the odds change so many times, all else alike; lines: 19 times in 20. It says what goes together,"
        " not what would happen if you changed it",
        days=learned.days,
    )
    return [Chart(caption, partial(_draw_drivers, learned))]


def _draw_drivers(learned: Churn) -> object:
    from shopwright.customers import driver_label
    from shopwright.customers.churn_drivers import plain

    told = [
        pl.Series("driver", [str(driver_label(driver)) for driver in learned.drivers["driver"]], pl.String),
        *(pl.Series(name, [plain(value) for value in learned.drivers[name]], pl.String) for name in ("low", "high")),
    ]
    return drivers_chart(learned.drivers.with_columns(told))


def _leaving(work: Workup, found: Outlook) -> list[Block]:
    from shopwright.customers import driver_words, label

    writable = found.leaving().filter(pl.col("may_write").fill_null(value=True))
    if writable.is_empty():
        return []
    rows = [
        (
            row[c.CUSTOMER],
            label(row["segment"]),
            row["recency"],
            row["n_orders_ever"],
            f"{row['chance_away']:.0%}",
            Money(row["at_stake"], found.currency),
            driver_words(row),
        )
        for row in masked(work, writable.head(SHOWN)).iter_rows(named=True)
    ]
    caption = t(
        "Customers worth writing to because they are leaving, without those who refuse e-mails, most money at stake"
        " first: what they would spend in {days} days at their pace of the last 365 days, less what is expected",
        days=found.days,
    )
    columns = (
        Col(t("Customer"), is_code=True),
        Col(t("Segment")),
        Col(t("Days since last order"), is_number=True),
        Col(t("Orders ever"), is_number=True),
        Col(t("Chance to stay away"), is_number=True),
        Col(t("At stake"), is_number=True),
        Col(t("What speaks for it")),
    )
    return [Table(caption, columns, rows, left_over(writable.height))]
