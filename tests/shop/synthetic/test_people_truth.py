"""Planted tastes, pairs, e-mail effects, funnel and silence can be found again from the tables alone."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl

from shopwright.shop.schema import names as c


def _pairs(world) -> pl.DataFrame:
    """How often both products of each planted pair are in one order, and how often by accident."""
    lines = world.tables["order_lines"].select(c.ORDER, c.SKU)
    n = lines[c.ORDER].n_unique()
    orders_of = dict(lines.group_by(c.SKU).len().iter_rows())
    baskets: dict[str, set[str]] = {}
    for sku in {sku for pair in world.truth.affinities for sku in (pair.sku, pair.other)}:
        baskets[sku] = set(lines.filter(pl.col(c.SKU) == sku)[c.ORDER])
    rows = [
        (len(baskets[pair.sku] & baskets[pair.other]), orders_of[pair.sku] * orders_of[pair.other] / n)
        for pair in world.truth.affinities
    ]
    return pl.DataFrame(rows, schema=["together", "by_chance"], orient="row")


def test_pairs_are_bought_together(world, dense):
    pairs = _pairs(world)
    assert pairs["together"].sum() > 3 * pairs["by_chance"].sum()
    often = _pairs(dense)
    assert (often["together"] > 1.5 * often["by_chance"]).all()


def test_customers_keep_to_their_taste(world):
    """A product group is bought most, relative to its size, by those who are fond of it."""
    groups = {sku: curve.group for sku, curve in world.truth.curves.items()}
    lines = world.tables["order_lines"].join(world.truth.customers, on=c.CUSTOMER).select(c.SKU, "taste")
    lines = lines.with_columns(group=pl.col(c.SKU).replace_strict(groups))
    counts = lines.group_by("taste", "group").len()
    share = counts.with_columns(
        lift=pl.col("len") * lines.height / (pl.col("len").sum().over("taste") * pl.col("len").sum().over("group"))
    )
    found = {(taste, group): lift for taste, group, _, lift in share.iter_rows()}
    planted, seen = [], []
    for taste in world.truth.tastes:
        for group, weight in taste.weights.items():
            if (taste.name, group) in found:
                planted.append(np.log(weight))
                seen.append(np.log(found[taste.name, group]))
    assert np.corrcoef(planted, seen)[0, 1] > 0.75


def test_mail_does_to_each_segment_what_was_planted(dense):
    """Treated less control, all campaigns together, within four standard errors of the planted effect."""
    told = dense.tables["exposures"].join(dense.truth.customers, on=c.CUSTOMER)
    planted = pl.DataFrame([(u.campaign, u.segment, u.control, u.treated) for u in dense.truth.uplifts], orient="row")
    planted.columns = [c.CAMPAIGN, "segment", "left_alone", "written_to"]
    told = told.join(planted, on=[c.CAMPAIGN, "segment"]).with_columns(
        planted=pl.when(pl.col(c.ARM) == "control").then("left_alone").otherwise("written_to")
    )
    found = told.group_by("segment", c.ARM).agg(
        n=pl.len(), share=pl.col(c.IS_CONVERTED).mean(), planted=pl.col("planted").mean()
    )
    error = (found["planted"] * (1 - found["planted"]) / found["n"]).sqrt()
    assert ((found["share"] - found["planted"]).abs() < 4 * error + 0.002).all(), found
    by = {(row["segment"], row[c.ARM]): row["share"] for row in found.iter_rows(named=True)}
    assert by["search", "mail"] - by["search", "control"] > 0.03
    assert by["marketplace", "mail"] - by["marketplace", "control"] < -0.02
    assert 0.27 < (told[c.ARM] == "control").mean() < 0.33


def test_conversions_are_orders(world):
    """Whoever converted ordered in the week of the campaign, and nobody else who was in it did."""
    orders = (
        world.tables["orders"].select(c.CUSTOMER, c.DAY, c.TOTAL, c.SHIPPING).filter(pl.col(c.CUSTOMER).is_not_null())
    )
    told = world.tables["exposures"].select(
        c.CAMPAIGN, c.CUSTOMER, pl.col(c.DAY).alias("sent"), c.IS_CONVERTED, c.SPEND
    )
    within = pl.col(c.DAY).is_between(pl.col("sent"), pl.col("sent") + pl.duration(days=6))
    bought = told.join(orders, on=c.CUSTOMER).filter(within).group_by(c.CAMPAIGN, c.CUSTOMER)
    spent = bought.agg(spent=(pl.col(c.TOTAL) - pl.col(c.SHIPPING)).sum())
    both = told.join(spent, on=[c.CAMPAIGN, c.CUSTOMER], how="left")
    assert (both[c.IS_CONVERTED] == both["spent"].is_not_null()).all()
    assert (both["spent"].fill_null(0) - both[c.SPEND]).abs().max() < 1e-6


def test_only_those_who_agreed_were_written_to(world):
    asked = world.tables["exposures"].join(world.tables["customers"], on=c.CUSTOMER)
    assert asked[c.CONSENT_EMAIL].all()
    assert (asked[c.UPDATED_AT] < asked[c.AT]).all()


def test_customers_joined_before_they_bought(world):
    first = world.tables["orders"].group_by(c.CUSTOMER).agg(pl.col(c.AT).min())
    both = world.tables["customers"].join(first, on=c.CUSTOMER)
    assert (both[c.UPDATED_AT] < both[c.AT]).all()


def test_good_customers_fell_silent(world):
    bought = world.tables["orders"].group_by(c.CUSTOMER).agg(n=pl.len(), last=pl.col(c.DAY).max())
    both = world.truth.customers.join(bought, on=c.CUSTOMER)
    silent = both.filter("is_at_risk")
    assert silent.height > 30
    assert silent["n"].mean() > 1.5 * both["n"].mean()
    assert silent["last"].max() <= world.truth.last_day - timedelta(days=60)


def test_the_funnel_drops_out_as_planted(world):
    funnel = world.truth.funnel
    steps = world.tables["events"].group_by("session").agg(pl.col("kind").unique())
    has = {kind: steps["kind"].list.contains(kind).sum() for kind in ("search", "view", "cart", "buy")}
    assert abs(has["cart"] / has["view"] - funnel.cart_after_view) < 0.01
    assert abs(has["buy"] / has["cart"] - funnel.buy_after_cart) < 0.01
    searches = world.tables["events"].filter(pl.col("kind") == "search")
    assert abs(searches.height / steps.height - funnel.search_share) < 0.01
    nothing = searches.filter(pl.col("n_results") == 0)
    assert set(funnel.unmet) >= set(nothing["query"].unique()) - _unsold(world)
    assert abs(nothing.height / searches.height - funnel.nothing_found) < 0.03


def _unsold(world) -> set[str]:
    """Words that find nothing because the catalogue is small."""
    titles = " ".join(world.tables["products"]["title"])
    return {word for word in world.tables["events"]["query"].drop_nulls().unique() if word not in titles}


def test_everybody_is_invented(world):
    people = world.tables["customers"]
    assert people[c.EMAIL].str.ends_with("@example.com").all()
    assert people[c.PHONE].str.starts_with("+49 30 23125 ").all()
