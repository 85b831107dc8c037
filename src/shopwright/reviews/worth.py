"""What a product's sales bring, and what stars are worth in money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from shopwright.i18n import Text, t
from shopwright.shop.history import sold_lines
from shopwright.shop.margins import IS_ASSUMED, MARGIN, unit_margins
from shopwright.shop.money import Money
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop

__all__ = ["PER_STAR", "Worth", "how_in_money", "worths"]

# Luca, "Reviews, Reputation, and Revenue: The Case of Yelp.com", Harvard Business School working paper 12-016:
# one star more means 5 to 9 percent more revenue
PER_STAR = (0.05, 0.07, 0.09)
AHEAD_DAYS, JUDGED_DAYS = 28, 56


@dataclass(frozen=True, slots=True)
class Worth:
    """What a product's sales bring.

    Attributes:
        revenue: expected in the next 28 days.
        rate: margin as a share of it.
        is_assumed: whether the margin is an assumption.
    """

    revenue: float
    rate: float
    is_assumed: bool


def worths(shop: Shop, skus: list[str]) -> dict[str, Worth]:
    """Revenue at the rate of the last eight weeks and margin of the products sold in them."""
    if not skus or not shop.has("order_lines"):
        return {}
    lines = sold_lines(shop)
    first = lines.select(pl.col(c.DAY).min()).collect(engine="streaming").item()
    days = JUDGED_DAYS if first is None else min(JUDGED_DAYS, (shop.day - first).days + 1)
    sold = (
        lines.filter(pl.col(c.SKU).is_in(skus), pl.col(c.DAY) > shop.day - timedelta(days=JUDGED_DAYS))
        .group_by(c.SKU)
        # rounded: the order in which threads add would change the last digits
        .agg(pl.col(c.REVENUE).sum().round(4) * AHEAD_DAYS / days)
        .collect(engine="streaming")
        .filter(pl.col(c.REVENUE) > 0)
    )
    margins = unit_margins(shop).filter(pl.col(c.PRICE) > 0)
    rates = margins.select(c.SKU, (pl.col(MARGIN) / pl.col(c.PRICE)).alias("rate"), IS_ASSUMED)
    known = sold.join(rates, on=c.SKU, how="left").with_columns(
        pl.col("rate").fill_null(shop.settings.money.margin_rate), pl.col(IS_ASSUMED).fill_null(value=True)
    )
    return {sku: Worth(*rest) for sku, *rest in known.select(c.SKU, c.REVENUE, "rate", IS_ASSUMED).iter_rows()}


def how_in_money(shop: Shop, worth: Worth | None) -> Text:
    """How stars became money; without sales, why they did not."""
    if worth is None:
        if shop.has("order_lines"):
            return t("worth nothing at present: not sold in the last {days} days", days=JUDGED_DAYS)
        return t("cannot be valued without sales: the gain is set to zero")
    low, mean, high = PER_STAR
    return t(
        "in money: revenue of {revenue} expected in {ahead} days (as in the last {judged}) × margin of"
        " {rate:.0%}{assumed} × {mean:.0%} of revenue per star (range {low:.0%} to {high:.0%}: Luca, Reviews,"
        " Reputation, and Revenue: The Case of Yelp.com, Harvard Business School working paper 12-016)",
        revenue=Money(worth.revenue, shop.currency),
        ahead=AHEAD_DAYS,
        judged=JUDGED_DAYS,
        rate=worth.rate,
        assumed=t(" (its cost assumed from the settings)") if worth.is_assumed else Text.literal(""),
        low=low,
        mean=mean,
        high=high,
    )
