"""Markdowns for dead stock: what a lower price should bring against letting it lie."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
import polars as pl

from shopwright.i18n import t
from shopwright.inventory.health import DEAD
from shopwright.shop.history import History
from shopwright.shop.margins import MARGIN, unit_margins
from shopwright.shop.money import Figure, Gain, Money
from shopwright.shop.proposal import Evidence, Proposal
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop
from shopwright.shop.sql import quoted
from shopwright.shop.titles import titles

__all__ = ["clear", "markdown"]

STEPS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7)
ELASTICITY = (1.0, 2.6, 4.0)  # low, mean, high: Bijmolt, Van Heerde & Pieters 2005, mean −2.62 over 1,851 estimates
WEEKS = 8.0  # a markdown is judged on
DAYS_IN = {"D": 1.0, "W": 7.0, "M": 30.44}
LEAST_A_YEAR = 4.0  # units a year that a product sells by itself at the least: one a quarter


def markdown(
    on_hand: np.ndarray, price: np.ndarray, cost: np.ndarray, rate: np.ndarray, holding_rate: float
) -> tuple[np.ndarray, np.ndarray]:
    """The discount that brings most over eight weeks, and what it brings against the old price.

    Units a week rise by (1 − discount) to the power of minus the elasticity. A unit that stays is worth its price
    less the holding until, at the old rate, half the stock is gone; not less than nothing. What it cost is spent.

    Args:
        on_hand: units, shape (n,).
        price: price of one, money.
        cost: cost of one, money.
        rate: units a week at the old price.
        holding_rate: yearly holding cost as a share of cost.

    Returns:
        discount, shape (n,), 0 where none pays; gain at the low, mean and high elasticity, money, shape (n, 3).
    """
    years = on_hand / np.maximum(rate, 1e-9) / 52 / 2
    kept = np.maximum(price - cost * holding_rate * years, 0.0)
    usual = np.minimum(rate * WEEKS, on_hand)
    gains = np.zeros((len(STEPS), len(on_hand), 3))
    for at, step in enumerate(STEPS):
        for place, elasticity in enumerate(ELASTICITY):
            sold = np.minimum(usual * (1 - step) ** -elasticity, on_hand)
            gains[at, :, place] = sold * (price * (1 - step) - kept) - usual * (price - kept)
    best = gains[:, :, 1].argmax(axis=0)
    rows = np.arange(len(on_hand))
    found = gains[best, rows]
    pays = found[:, 1] > 0
    return np.where(pays, np.array(STEPS)[best], 0.0), np.sort(found, axis=1) * pays[:, None]


def clear(shop: Shop, state: pl.DataFrame, known: History) -> Iterator[Proposal]:
    """A markdown for every product whose stock is dead, where one pays.

    Args:
        shop: the shop.
        state: the table of `health`.
        known: units sold.
    """
    margins = unit_margins(shop)
    dead = state.filter(pl.col("state") == DEAD).join(margins.select(c.SKU, c.PRICE, c.COST, MARGIN), on=c.SKU)
    if dead.is_empty():
        return
    rate = _weekly(known, dead[c.SKU].to_list())
    on_hand, price, cost = (dead[name].to_numpy() for name in (c.ON_HAND, c.PRICE, c.COST))
    discount, gains = markdown(on_hand, price, cost, rate, shop.settings.money.holding_rate)
    named = titles(shop, distinct=True)
    for at, sku in enumerate(dead[c.SKU]):
        if discount[at] > 0:
            low, mean, high = (float(gain) for gain in gains[at])
            name = named.get(sku) or sku
            yield Proposal(
                domain="inventory",
                action="mark_down",
                subject=sku,
                title=t("Mark {title} down by {share:.0%}", title=name, share=float(discount[at])),
                change={"sku": sku, "discount": float(discount[at]), "price": round(price[at] * (1 - discount[at]), 2)},
                gain=Gain(low, mean, high, shop.currency),
                cost=Money(0.0, shop.currency),
                how=t(
                    "{units:,.0f} on hand, at {rate:.2f} a week; price elasticity −2.6 (range −1 to −4, Bijmolt et al. "
                    "2005, other shops' products); over 8 weeks, against letting them lie at {holding:.0%} a year",
                    units=float(on_hand[at]),
                    rate=float(rate[at]),
                    holding=shop.settings.money.holding_rate,
                ),
                as_of=known.as_of,
                evidence=(_evidence(sku, float(on_hand[at]), float(dead["value"][at]), known.as_of, shop.currency),),
            )


def _weekly(known: History, skus: list[str]) -> np.ndarray:
    """Units a week over the last year, at least one a quarter, shape (n,)."""
    row = {sku: at for at, sku in enumerate(known.skus)}
    periods = round(365 / DAYS_IN[known.period])
    sold = known.sold[[row[sku] for sku in skus], -periods:]
    weeks = sold.shape[1] * DAYS_IN[known.period] / 7
    rate: np.ndarray = np.maximum(sold.sum(axis=1) / weeks, LEAST_A_YEAR / 52)
    return rate


def _evidence(sku: str, units: float, value: float, day: date, currency: str) -> Evidence:
    how = t("units on hand × unit cost")
    figure = Figure(t("money in them"), Money(value, currency), "", day, how)
    says = t("{units:,.0f} on hand and none sold in the last quarter", units=units)
    return Evidence(says, (figure,), "stock", f"{c.SKU} = {quoted(sku)}")
