"""Where customers drop out before they buy: steps of visits, by channel and product, and the ways they take."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from shopwright.customers.searches import searches
from shopwright.customers.visits import PAUSE, VISIT, Visits, visits
from shopwright.i18n import Text, t
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop

__all__ = ["STEPS", "Funnel", "funnel", "step_label"]

STEPS = ("visit", "view", "cart", "buy")
LONGEST = 6  # steps of a way that are told; what comes after is cut off
PRIOR = 20.0  # views by which a product's shares are drawn to those of all


@dataclass(frozen=True, eq=False)
class Funnel:
    """Visits on their way to a purchase.

    Attributes:
        steps: step (visit, view, cart, buy), n_visits that came so far or further, share (of all visits), going_on
            (of those who came so far, who went on; null at the last), n_lost (who did not).
        channels: channel (null where it is not known), n_visits and the same for each step: view, cart, buy (visits),
            share (of visits that buy); most visits first.
        products: sku, n_viewed, n_carted, n_bought (visits), cart_share and buy_share (of the visits that viewed it,
            drawn to all products' where it was viewed little), n_short (purchases missing, had it sold to those who
            viewed it as products do on average; below zero where it sells better); most short first.
        moves: before, next (kinds of events; start, end), n, share (of what follows `before`); what follows what.
        ways: way (kinds of events in turn, the same in a row told once), n_visits, share; most common first.
        searches: see `searches`.
        pause: minutes without an event that end a visit.
        as_of: last day counted.
        notes: what the table does not say.
    """

    steps: pl.DataFrame
    channels: pl.DataFrame
    products: pl.DataFrame
    moves: pl.DataFrame
    ways: pl.DataFrame
    searches: pl.DataFrame
    pause: float
    as_of: date
    notes: tuple[Text, ...]


def step_label(step: str) -> Text:
    """Name of a step for people."""
    return {
        "visit": t("visits"),
        "view": t("with a product viewed"),
        "cart": t("with something in the cart"),
        "buy": t("with a purchase"),
    }[step]


def funnel(shop: Shop) -> Funnel:
    """Count how far visits come, where they end, and which searches lead nowhere.

    A visit that bought counts as having had a cart and a view, whether or not they were recorded: shops sell by one
    click, and logs have holes.

    Raises:
        TableError: the shop has no events (CUSTOMERS-11).
    """
    found = visits(shop)
    reached = _reached(found)
    return Funnel(
        _steps(reached),
        _channels(reached),
        _products(found.events),
        _moves(found.events),
        _ways(found.events),
        searches(found.events),
        PAUSE.total_seconds() / 60,
        shop.day,
        found.notes,
    )


def _reached(found: Visits) -> pl.DataFrame:
    """Of each visit: its channel, and whether it came to each step or further."""
    kinds = {step: (pl.col(c.KIND) == step).any() for step in STEPS[1:]}
    seen = found.events.group_by(VISIT, maintain_order=True).agg(pl.col(c.CHANNEL).drop_nulls().first(), **kinds)
    return seen.select(
        c.CHANNEL,
        pl.lit(value=True).alias("visit"),
        pl.any_horizontal("view", "cart", "buy").alias("view"),
        pl.any_horizontal("cart", "buy").alias("cart"),
        "buy",
    )


def _steps(reached: pl.DataFrame) -> pl.DataFrame:
    n = pl.Series("n_visits", [int(reached[step].sum()) for step in STEPS], dtype=pl.Int64)
    after = n.shift(-1)
    return pl.DataFrame(
        {
            "step": STEPS,
            "n_visits": n,
            "share": n / max(reached.height, 1),
            "going_on": [None if b is None or not a else b / a for a, b in zip(n, after, strict=True)],
            "n_lost": n - after,
        },
        schema_overrides={"going_on": pl.Float64},
    )


def _channels(reached: pl.DataFrame) -> pl.DataFrame:
    return (
        reached.group_by(c.CHANNEL)
        .agg(pl.len().cast(pl.Int64).alias("n_visits"), pl.col(*STEPS[1:]).sum().cast(pl.Int64))
        .with_columns((pl.col("buy") / pl.col("n_visits")).alias("share"))
        .sort("n_visits", c.CHANNEL, descending=[True, False], nulls_last=True)
    )


def _products(events: pl.DataFrame) -> pl.DataFrame:
    kinds = {f"n_{name}": (pl.col(c.KIND) == kind).any() for kind, name in _DONE.items()}
    by_visit = events.drop_nulls(c.SKU).group_by(VISIT, c.SKU).agg(**kinds)
    viewed = pl.any_horizontal("n_viewed", "n_carted", "n_bought")
    carted = pl.any_horizontal("n_carted", "n_bought")
    counted = (
        by_visit.with_columns(viewed.alias("n_viewed"), carted.alias("n_carted"))
        .group_by(c.SKU)
        .agg(pl.col("n_viewed", "n_carted", "n_bought").sum().cast(pl.Int64))
    )
    seen = max(int(counted["n_viewed"].sum()), 1)
    cart, buy = (float(counted[name].sum()) / seen for name in ("n_carted", "n_bought"))
    n = pl.col("n_viewed")
    return counted.with_columns(
        ((pl.col("n_carted") + PRIOR * cart) / (n + PRIOR)).alias("cart_share"),
        ((pl.col("n_bought") + PRIOR * buy) / (n + PRIOR)).alias("buy_share"),
        (n * buy - pl.col("n_bought")).alias("n_short"),
    ).sort("n_short", c.SKU, descending=[True, False])


_DONE = {"view": "viewed", "cart": "carted", "buy": "bought"}


def _moves(events: pl.DataFrame) -> pl.DataFrame:
    """What follows what within visits, with where they start and end."""
    inside = events.select(VISIT, pl.col(c.KIND).alias("next"), pl.col(c.KIND).shift().over(VISIT).alias("before"))
    last = events.group_by(VISIT, maintain_order=True).agg(pl.col(c.KIND).last().alias("before"))
    all_moves = pl.concat(
        [
            inside.select(pl.col("before").fill_null("start"), "next"),
            last.select("before", pl.lit("end").alias("next")),
        ]
    )
    return (
        all_moves.group_by("before", "next")
        .agg(pl.len().cast(pl.Int64).alias("n"))
        .with_columns((pl.col("n") / pl.col("n").sum().over("before")).alias("share"))
        .sort("n", "before", "next", descending=[True, False, False])
    )


def _ways(events: pl.DataFrame) -> pl.DataFrame:
    changed = (pl.col(c.KIND) != pl.col(c.KIND).shift().over(VISIT)).fill_null(value=True)
    told = (
        events.filter(changed)
        .group_by(VISIT, maintain_order=True)
        .agg(pl.col(c.KIND).head(LONGEST).str.join(" > ").alias("way"), pl.len().alias("n"))
        .with_columns(pl.when(pl.col("n") > LONGEST).then(pl.col("way") + " > …").otherwise("way").alias("way"))
    )
    return (
        told.group_by("way")
        .agg(pl.len().cast(pl.Int64).alias("n_visits"))
        .with_columns((pl.col("n_visits") / max(told.height, 1)).alias("share"))
        .sort("n_visits", "way", descending=[True, False])
    )
