"""The tables of a plan as CSV files that are safe to open in a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import polars.selectors as cs

from shopwright.shop.csv_safe import write_csv
from shopwright.shop.proposal import Proposal
from shopwright.shop.titles import titles

if TYPE_CHECKING:
    from shopwright.inventory import Restock
    from shopwright.reviews.hazards import Hazards
    from shopwright.strategy.plan import Plan
    from shopwright.strategy.workup import Workup

__all__ = ["order_frame", "write_tables"]


def write_tables(folder: Path, work: Workup, plan: Plan) -> None:
    """Write plan.csv and left_out.csv, and one file for each domain that found something."""
    write_csv(_proposals(plan.chosen), folder / "plan.csv")
    reasons = [str(item.reason) for item in plan.left_out]
    left_out = _proposals([item.proposal for item in plan.left_out])
    write_csv(left_out.with_columns(pl.Series("reason", reasons, pl.String)), folder / "left_out.csv")
    if work.forecast is not None:
        frame = work.forecast.demand.frame().with_columns(cs.float().round(4))
        write_csv(frame, folder / "demand.csv")
    if work.restock:
        write_csv(order_frame(work.restock, titles(work.shop), work.shop.currency), folder / "orders.csv")
    if work.pairs is not None:
        write_csv(work.pairs.table, folder / "recommendations.csv")
    if work.segments is not None:
        write_csv(work.segments.customers, folder / "segments.csv")
    if work.outlook is not None:
        from shopwright.customers import letters, written_to

        sent = letters(work.shop, work.outlook, written_to(work.proposals))
        told = work.outlook.table.join(sent, on="customer", how="left", maintain_order="left")
        write_csv(told.with_columns(cs.float().round(4)), folder / "customers.csv")
    if work.stars is not None:
        write_csv(_reviewed(work, work.stars.table).with_columns(cs.float().round(4)), folder / "reviews.csv")
    if work.analysis is not None and work.analysis.hazards is not None:
        write_csv(_alarms(work.analysis.hazards), folder / "warnings.csv")


def _reviewed(work: Workup, stars: pl.DataFrame) -> pl.DataFrame:
    """Stars by product, with what the texts say beside them where they were read."""
    told = None if work.analysis is None else work.analysis.signals
    if told is None:
        return stars
    # products with texts alone have no stars, and may be those of which reviews warn
    return stars.join(told.drop("n"), on="sku", how="full", coalesce=True, maintain_order="left_right")


def _alarms(found: Hazards) -> pl.DataFrame:
    """Alarms and named dangers, with the words of customers, personal data masked."""
    from shopwright.reviews.hazards import label
    from shopwright.shop.personal import mask

    words = (
        found.quotes.with_columns(pl.col("quote").map_elements(mask, return_dtype=pl.String))
        .group_by("sku", "theme", maintain_order=True)
        .agg(pl.col("quote").str.join(" | ").alias("quotes"))
    )
    told = pl.concat([found.alarms, found.watch], how="vertical_relaxed")
    return (
        told.join(words, on=["sku", "theme"], how="left", maintain_order="left")
        .with_columns(pl.Series("theme", [str(label(theme)) for theme in told["theme"]], pl.String))
        .with_columns(cs.float().round(4))
    )


def order_frame(lines: Sequence[Restock], named: Mapping[str, str], currency: str) -> pl.DataFrame:
    """Lines with something to order, those with the highest expected gain first."""
    chosen = sorted(
        (found for found in lines if found.line.units > 0), key=lambda found: (-found.line.gains[1], found.line.sku)
    )
    return pl.DataFrame(
        {
            "sku": [found.line.sku for found in chosen],
            "title": [named.get(found.line.sku, "") for found in chosen],
            "units": [int(found.line.units) for found in chosen],
            "supplier": [found.supplier for found in chosen],
            "unit_cost": [round(found.unit_cost, 6) for found in chosen],
            "cost": [round(found.line.units * found.unit_cost, 2) for found in chosen],
            "currency": [currency] * len(chosen),
            "on_hand": [found.line.on_hand for found in chosen],
            "due": [found.line.due for found in chosen],
            "demand": [round(found.line.demand, 2) for found in chosen],
            "safety": [round(found.line.safety, 2) for found in chosen],
            "gain": [round(found.line.gains[1], 2) for found in chosen],
            "stock_day": [found.stock_day for found in chosen],
            "reason": [str(found.line.reason) for found in chosen],
        },
        schema_overrides={"sku": pl.String, "title": pl.String, "units": pl.Int64, "reason": pl.String},
    )


def _proposals(proposals: Sequence[Proposal]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "id": [proposal.id for proposal in proposals],
            "domain": [proposal.domain for proposal in proposals],
            "action": [proposal.action for proposal in proposals],
            "subject": [proposal.subject for proposal in proposals],
            "title": [str(proposal.title) for proposal in proposals],
            "gain_low": [round(proposal.gain.low, 2) for proposal in proposals],
            "gain": [round(proposal.gain.mean, 2) for proposal in proposals],
            "gain_high": [round(proposal.gain.high, 2) for proposal in proposals],
            "cost": [round(proposal.cost.amount, 2) for proposal in proposals],
            "currency": [proposal.cost.currency for proposal in proposals],
            "as_of": [proposal.as_of for proposal in proposals],
            "how": [str(proposal.how) for proposal in proposals],
        },
        schema_overrides={
            **dict.fromkeys(("id", "domain", "action", "subject", "title", "currency", "how"), pl.String),
            **dict.fromkeys(("gain_low", "gain", "gain_high", "cost"), pl.Float64),
            "as_of": pl.Date,
        },
    )
