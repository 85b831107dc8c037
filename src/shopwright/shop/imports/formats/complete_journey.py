"""dunnhumby The Complete Journey: a grocer's transactions, promotions, campaigns and households of 2017."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import ClassVar

import polars as pl

from shopwright.i18n import t
from shopwright.shop.imports.convert import Wanted
from shopwright.shop.imports.draft import Beside, Context, Draft, Format
from shopwright.shop.imports.formats.generic import path
from shopwright.shop.imports.quarantine import LINE
from shopwright.shop.imports.source import Source
from shopwright.shop.schema import names as c

__all__ = ["CompleteJourney"]

HOUSEHOLD, PRODUCT, CAMPAIGN, WEEK = "household_id", "product_id", "campaign_id", "week"
BRAND = "brand"
FIRST_MONDAY = date(2016, 12, 26)
"""Weeks run from Monday to Sunday; week 1 is the one that ends on 1 January 2017."""
FIRST_DAY = date(2017, 1, 1)
TRAITS = ("age", "income", "home_ownership", "marital_status", "household_size", "household_comp", "kids_count")
Sources = Mapping[str, list[Source]]


class CompleteJourney(Format):
    """Reader of the Complete Journey's tables, transactions and promotions whole or sampled."""

    name: ClassVar[str] = "complete_journey"
    settings: ClassVar[Mapping[str, str]] = {
        "shop.name": "The Complete Journey",
        "shop.currency": "USD",
        "shop.timezone": "America/New_York",
        "shop.country": "US",
    }
    roles: ClassVar[Mapping[str, frozenset[str]]] = {
        "transactions": frozenset({HOUSEHOLD, "basket_id", PRODUCT, "quantity", "sales_value"}),
        "products": frozenset({PRODUCT, "manufacturer_id", "department", "product_type"}),
        "households": frozenset({HOUSEHOLD, "age", "income", "household_comp"}),
        "promotions": frozenset({PRODUCT, "store_id", "display_location", "mailer_location", WEEK}),
        "campaigns": frozenset({CAMPAIGN, "campaign_type", "start_date", "end_date"}),
        "targets": frozenset({CAMPAIGN, HOUSEHOLD}),
        "redemptions": frozenset({HOUSEHOLD, "coupon_upc", CAMPAIGN, "redemption_date"}),
    }

    def role(self, source: Source) -> str | None:
        """By columns; the list of targets has two and no more, so that other campaign tables are not taken for it."""
        found = super().role(source)
        return None if found == "targets" and len(source.columns) > 2 else found

    def is_whole(self, roles: frozenset[str]) -> bool:
        """A file of households and campaigns alone could be anybody's."""
        return bool(roles - {"targets", "households"})

    def read(self, sources: Sources, context: Context) -> list[Draft]:
        """Drafts of order lines, products, customers, promotions, campaigns and exposures."""
        drafts = [_transactions(source, context) for source in sources.get("transactions", ())]
        drafts += [_products(source, context) for source in sources.get("products", ())]
        drafts += [_households(source, context) for source in sources.get("households", ())]
        drafts += [_promotions(source, context) for source in sources.get("promotions", ())]
        drafts += [_campaigns(source, context) for source in sources.get("campaigns", ())]
        return drafts + _exposures(sources, drafts, context)


def _transactions(source: Source, context: Context) -> Draft:
    wanted: Mapping[str, Wanted] = {
        HOUSEHOLD: "id",
        "store_id": "id",
        "basket_id": "id",
        PRODUCT: "id",
        "quantity": "number",
        "sales_value": "number",
        "transaction_timestamp": "instant",
    }
    rows = context.typed(source, wanted, "order_lines")
    units, revenue = pl.col("quantity"), pl.col("sales_value")
    kind = (
        pl.when(units <= 0)
        .then(pl.lit("adjustment"))
        .when(revenue == 0)
        .then(pl.lit("gift"))
        .otherwise(pl.lit("product"))
    )
    frame = rows.select(
        LINE,
        pl.col("basket_id").alias(c.ORDER),
        pl.col(PRODUCT).alias(c.SKU),
        pl.col("transaction_timestamp").alias(c.AT),
        pl.col(HOUSEHOLD).alias(c.CUSTOMER),
        units.alias(c.UNITS),
        pl.when(units > 0).then(revenue / units).alias(c.PRICE),
        revenue.alias(c.REVENUE),
        kind.alias(c.KIND),
        pl.col("store_id").alias(c.LOCATION),
    )
    context.note(source, t("prices are what was paid: sales value by quantity, loyalty discounts taken off"))
    beside = (Beside("products", {c.SKU: c.SKU}, is_only_new=True),)
    return Draft("order_lines", source, frame, {c.UNITS: "quantity", c.REVENUE: "sales_value"}, beside)


def _products(source: Source, context: Context) -> Draft:
    names = (PRODUCT, "manufacturer_id", "department", "brand", "product_category", "product_type", "package_size")
    rows = context.typed(source, {name: "id" if name.endswith("_id") else "text" for name in names}, "products")
    title = pl.coalesce("product_type", "product_category", "department")
    frame = rows.select(
        LINE,
        pl.col(PRODUCT).alias(c.SKU),
        pl.concat_str(title, "package_size", separator=", ", ignore_nulls=True).alias(c.TITLE),
        path(["department", "product_category", "product_type"]).alias(c.CATEGORY),
        pl.col(BRAND).alias(c.BRAND),
        pl.struct("package_size", pl.col("manufacturer_id").alias("manufacturer"))
        .struct.json_encode()
        .alias(c.ATTRIBUTES),
    )
    return Draft("products", source, frame, {c.SKU: PRODUCT})


def _households(source: Source, context: Context) -> Draft:
    there = [name for name in TRAITS if name in source.columns]
    rows = context.typed(source, {HOUSEHOLD: "id", **dict.fromkeys(there, "text")}, "customers")
    frame = rows.select(
        LINE, pl.col(HOUSEHOLD).alias(c.CUSTOMER), pl.struct(there).struct.json_encode().alias(c.ATTRIBUTES)
    )
    return Draft("customers", source, frame, {c.CUSTOMER: HOUSEHOLD})


def _promotions(source: Source, context: Context) -> Draft:
    wanted: Mapping[str, Wanted] = {
        PRODUCT: "id",
        "store_id": "id",
        "display_location": "text",
        "mailer_location": "text",
        WEEK: "number",
    }
    rows = context.typed(source, wanted, "promotions")
    week = pl.col(WEEK).cast(pl.Int64)
    monday = pl.lit(FIRST_MONDAY) + pl.duration(days=7 * (week - 1))
    name = pl.format("week {} store {}", week, "store_id")
    frame = rows.select(
        LINE,
        name.alias(c.PROMOTION),
        pl.col(PRODUCT).alias(c.SKU),
        pl.max_horizontal(monday, pl.lit(FIRST_DAY)).alias(c.FROM_DAY),
        (monday + pl.duration(days=6)).alias(c.TO_DAY),
        pl.format("display {}, mailer {}", "display_location", "mailer_location").alias(c.KIND),
    )
    return Draft("promotions", source, frame, {c.SKU: PRODUCT, c.FROM_DAY: WEEK})


def _campaigns(source: Source, context: Context) -> Draft:
    wanted: Mapping[str, Wanted] = {CAMPAIGN: "id", "campaign_type": "text", "start_date": "day", "end_date": "day"}
    frame = context.typed(source, wanted, "campaigns").select(
        LINE,
        pl.col(CAMPAIGN).alias(c.CAMPAIGN),
        pl.lit("coupon mailing").alias(c.CHANNEL),
        pl.col("campaign_type").alias(c.KIND),
        pl.col("start_date").alias(c.FROM_DAY),
        pl.col("end_date").alias(c.TO_DAY),
    )
    return Draft("campaigns", source, frame, {c.CAMPAIGN: CAMPAIGN})


def _exposures(sources: Sources, drafts: list[Draft], context: Context) -> list[Draft]:
    """Who was sent which campaign, and who redeemed a coupon of it; redemptions by others stand for themselves."""
    who: Mapping[str, Wanted] = {CAMPAIGN: "id", HOUSEHOLD: "id", "redemption_date": "day"}
    begins = [draft.frame.select(c.CAMPAIGN, c.FROM_DAY) for draft in drafts if draft.table == "campaigns"]
    days = pl.concat([*begins, pl.DataFrame(schema={c.CAMPAIGN: pl.String, c.FROM_DAY: pl.Date})]).unique(c.CAMPAIGN)
    redeemed = [(source, context.typed(source, who, "exposures")) for source in sources.get("redemptions", ())]
    keys = [c.CAMPAIGN, c.CUSTOMER]
    hits = pl.concat(
        [rows.select(pl.col(CAMPAIGN).alias(c.CAMPAIGN), pl.col(HOUSEHOLD).alias(c.CUSTOMER)) for _, rows in redeemed]
        or [pl.DataFrame(schema=dict.fromkeys(keys, pl.String))]
    ).unique()
    found, sent = [], []
    for source in sources.get("targets", ()):
        rows = context.typed(source, who, "exposures").select(
            LINE, pl.col(CAMPAIGN).alias(c.CAMPAIGN), pl.col(HOUSEHOLD).alias(c.CUSTOMER)
        )
        converted = rows.join(
            hits.with_columns(pl.lit(True).alias(c.IS_CONVERTED)), on=keys, how="left", maintain_order="left"
        )
        dated = converted.join(days, on=c.CAMPAIGN, how="left", maintain_order="left").rename({c.FROM_DAY: c.DAY})
        sent.append(rows.select(keys))
        if redeemed:
            dated = dated.with_columns(pl.col(c.IS_CONVERTED).fill_null(False))
        found.append(Draft("exposures", source, dated))
    told = pl.concat([*sent, pl.DataFrame(schema=dict.fromkeys(keys, pl.String))]).unique()
    for source, rows in redeemed:
        named = rows.select(
            LINE,
            pl.col(CAMPAIGN).alias(c.CAMPAIGN),
            pl.col(HOUSEHOLD).alias(c.CUSTOMER),
            pl.col("redemption_date").alias(c.DAY),
            pl.lit(True).alias(c.IS_CONVERTED),
        )
        rest = named.join(told, on=keys, how="anti").sort(LINE).unique(keys, keep="first", maintain_order=True)
        context.looked_up.add(source.name)
        context.note(source, t("looked up to complete other tables"))
        found.append(Draft("exposures", source, rest))
    return found
