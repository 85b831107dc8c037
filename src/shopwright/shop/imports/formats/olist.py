"""Olist (Brazil): one file each for orders, items, payments, reviews, products, customers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import polars as pl

from shopwright.i18n import t
from shopwright.shop.imports.convert import TYPES, Wanted
from shopwright.shop.imports.draft import Beside, Context, Draft, Format
from shopwright.shop.imports.quarantine import LINE
from shopwright.shop.imports.source import Source
from shopwright.shop.schema import names as c

__all__ = ["Olist"]

ORDER, PRODUCT, BUYER, PERSON = "order_id", "product_id", "customer_id", "customer_unique_id"
STATUS, BOUGHT, PAID = "order_status", "order_purchase_timestamp", "order_approved_at"
SHIPPED, DELIVERED, PROMISED = (
    "order_delivered_carrier_date",
    "order_delivered_customer_date",
    "order_estimated_delivery_date",
)
PRICE = "price"
CATEGORY, ENGLISH = "product_category_name", "product_category_name_english"
STATUSES = {
    "delivered": "delivered",
    "shipped": "shipped",
    "canceled": "cancelled",
    "unavailable": "cancelled",
    "created": "pending",
    "approved": "paid",
    "invoiced": "paid",
    "processing": "paid",
}
MEASURES = {
    "product_weight_g": "weight_g",
    "product_length_cm": "length_cm",
    "product_height_cm": "height_cm",
    "product_width_cm": "width_cm",
    "product_photos_qty": "photos",
}
Sources = Mapping[str, list[Source]]


class Olist(Format):
    """Reader of Olist's folder of tables, and of the same re-saved by a spreadsheet."""

    name: ClassVar[str] = "olist"
    settings: ClassVar[Mapping[str, str]] = {
        "shop.name": "Olist",
        "shop.currency": "BRL",
        "shop.timezone": "America/Sao_Paulo",
        "shop.country": "BR",
    }
    roles: ClassVar[Mapping[str, frozenset[str]]] = {
        "orders": frozenset({ORDER, BUYER, STATUS, BOUGHT}),
        "items": frozenset({ORDER, "order_item_id", PRODUCT, "freight_value"}),
        "payments": frozenset({ORDER, "payment_sequential", "payment_value"}),
        "reviews": frozenset({ORDER, "review_score", "review_creation_date"}),
        "products": frozenset({PRODUCT, CATEGORY, "product_weight_g"}),
        "customers": frozenset({BUYER, PERSON}),
        "categories": frozenset({CATEGORY, ENGLISH}),
    }

    def is_whole(self, roles: frozenset[str]) -> bool:
        """Orders or items must be among the files, or products or reviews alone."""
        return bool(roles & {"orders", "items", "products", "reviews"})

    def read(self, sources: Sources, context: Context) -> list[Draft]:
        """Drafts of orders, order lines, products, customers and reviews."""
        people = _all(sources, "customers", _PEOPLE, "customers", context)
        items = _all(sources, "items", _ITEMS, "order_lines", context)
        payments = _all(sources, "payments", {ORDER: "id", "payment_value": "number"}, "orders", context)
        orders = _all(sources, "orders", _ORDERS, "orders", context)
        if people.height:
            person = people.unique(BUYER, keep="last").select(BUYER, PERSON, "customer_city", "customer_state")
            orders = orders.join(person, on=BUYER, how="left", maintain_order="left")
        bought = _orders(orders, items, payments)
        drafts = _split(sources, "orders", bought, "orders", context)
        drafts += _split(sources, "items", _lines(items, bought), "order_lines", context)
        drafts += _split(sources, "reviews", _reviews(sources, items, bought, context), "reviews", context)
        drafts += _split(sources, "products", _products(sources, context), "products", context)
        drafts += _split(sources, "customers", _customers(people), "customers", context)
        for role in ("payments", "customers"):
            for source in sources.get(role, ()):
                context.looked_up.add(source.name)
                if role == "payments":
                    context.note(source, t("summed up as the totals of the orders"))
        return drafts


_ORDERS: Mapping[str, Wanted] = {
    ORDER: "id", BUYER: "id", STATUS: "text", BOUGHT: "instant", PAID: "instant",
    SHIPPED: "instant", DELIVERED: "instant", PROMISED: "instant",
}  # fmt: skip
_ITEMS: Mapping[str, Wanted] = {
    ORDER: "id", "order_item_id": "id", PRODUCT: "id", "shipping_limit_date": "instant",
    PRICE: "number", "freight_value": "number",
}  # fmt: skip
_PEOPLE: Mapping[str, Wanted] = {
    BUYER: "id", PERSON: "id", "customer_zip_code_prefix": "id", "customer_city": "text", "customer_state": "text",
}  # fmt: skip
_REVIEWS: Mapping[str, Wanted] = {
    "review_id": "id", "review_pk": "id", ORDER: "id", "review_score": "number",
    "review_comment_title": "text", "review_comment_message": "text", "review_creation_date": "instant",
}  # fmt: skip
FILE = "_file"


def _all(sources: Sources, role: str, wanted: Mapping[str, Wanted], table: str, context: Context) -> pl.DataFrame:
    """All files of a role as one frame with every wanted column, null where no file has it."""
    empty = pl.DataFrame(
        schema={LINE: pl.Int64, **{name: TYPES[kind] for name, kind in wanted.items()}, FILE: pl.String}
    )
    parts = [
        context.typed(source, wanted, table, hint="MDY").with_columns(pl.lit(source.name).alias(FILE))
        for source in sources.get(role, ())
    ]
    return pl.concat([empty, *parts], how="diagonal")


def _split(sources: Sources, role: str, frame: pl.DataFrame, table: str, context: Context) -> list[Draft]:
    """A draft for each file of a role."""
    beside: tuple[Beside, ...] = ()
    if table == "order_lines":
        beside = (Beside("products", {c.SKU: c.SKU}, is_only_new=True),)
    return [
        Draft(table, source, frame.filter(pl.col(FILE) == source.name).drop(FILE), beside=beside)
        for source in sources.get(role, ())
    ]


def _orders(orders: pl.DataFrame, items: pl.DataFrame, payments: pl.DataFrame) -> pl.DataFrame:
    freight = items.group_by(ORDER).agg(pl.col("freight_value").sum().alias(c.SHIPPING))
    paid = payments.group_by(ORDER).agg(pl.col("payment_value").sum().alias(c.TOTAL))
    since = {"delivered": DELIVERED, "shipped": SHIPPED, "paid": PAID, "pending": BOUGHT}
    status = pl.col(STATUS).replace_strict(STATUSES, default=pl.col(STATUS))
    own = pl.coalesce(pl.when(status == name).then(column) for name, column in since.items())
    there = set(orders.columns)
    return orders.join(freight, on=ORDER, how="left").join(paid, on=ORDER, how="left").sort(FILE, LINE).select(
        LINE,
        FILE,
        pl.col(ORDER).alias(c.ORDER),
        pl.col(BOUGHT).alias(c.AT),
        (pl.coalesce(PERSON, BUYER) if PERSON in there else pl.col(BUYER)).alias(c.CUSTOMER),
        status.alias(c.STATUS),
        pl.coalesce(own, SHIPPED, PAID, BOUGHT).alias(c.STATUS_AT),
        pl.lit("BR").alias(c.COUNTRY),
        (pl.col("customer_state") if PERSON in there else pl.lit(None, pl.String)).alias(c.REGION),
        (pl.col("customer_city") if PERSON in there else pl.lit(None, pl.String)).alias(c.CITY),
        *(c.SHIPPING, c.TOTAL),
        pl.col(PROMISED).alias(c.PROMISED_AT),
        pl.col(DELIVERED).alias(c.DELIVERED_AT),
    )  # fmt: skip


def _lines(items: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """One unit for each item; an item whose order is in no file was bought by its shipping limit at the latest."""
    bought = orders.select(c.ORDER, c.AT, c.CUSTOMER).unique(c.ORDER, keep="first")
    return items.join(bought, left_on=ORDER, right_on=c.ORDER, how="left", maintain_order="left").select(
        LINE,
        FILE,
        pl.col(ORDER).alias(c.ORDER),
        pl.col("order_item_id").alias(c.LINE),
        pl.col(PRODUCT).alias(c.SKU),
        pl.coalesce(c.AT, "shipping_limit_date").alias(c.AT),
        c.CUSTOMER,
        pl.lit(1.0).alias(c.UNITS),
        pl.col(PRICE).alias(c.PRICE),
        pl.col(PRICE).alias(c.REVENUE),
        pl.lit("product").alias(c.KIND),
    )


def _reviews(sources: Sources, items: pl.DataFrame, orders: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Reviews; of the product where its order has just one, else of the order."""
    reviews = _all(sources, "reviews", _REVIEWS, "reviews", context)
    single = items.group_by(ORDER).agg(pl.col(PRODUCT).n_unique().alias("_n"), pl.col(PRODUCT).first().alias(c.SKU))
    buyers = orders.select(pl.col(c.ORDER).alias(ORDER), c.CUSTOMER).unique(ORDER, keep="first")
    joined = reviews.join(single.filter(pl.col("_n") == 1), on=ORDER, how="left", maintain_order="left").join(
        buyers, on=ORDER, how="left", maintain_order="left"
    )
    # One review id may stand for several orders, so the order is part of ours.
    review = pl.concat_str(pl.coalesce("review_id", "review_pk"), pl.lit("-"), pl.col(ORDER).str.slice(0, 8))
    return joined.select(
        LINE,
        FILE,
        review.alias(c.REVIEW),
        c.SKU,
        pl.col(ORDER).alias(c.ORDER),
        c.CUSTOMER,
        pl.col("review_creation_date").alias(c.AT),
        pl.col("review_score").alias(c.STARS),
        pl.col("review_comment_title").alias(c.TITLE),
        pl.col("review_comment_message").alias(c.TEXT),
        pl.lit(True).alias(c.IS_VERIFIED),
    )


def _products(sources: Sources, context: Context) -> pl.DataFrame:
    """Products; they have no titles, so category and the beginning of the id serve as one."""
    wanted: dict[str, Wanted] = {PRODUCT: "id", CATEGORY: "text", **dict.fromkeys(MEASURES, "number")}
    products = _all(sources, "products", wanted, "products", context)
    words = pl.DataFrame(schema={CATEGORY: pl.String, ENGLISH: pl.String})
    for source in sources.get("categories", ()):
        words = pl.concat(
            [words, context.use(source).select(pl.col(CATEGORY, ENGLISH).cast(pl.String).str.strip_chars())]
        )
    named = products.join(words.unique(CATEGORY, keep="last"), on=CATEGORY, how="left", maintain_order="left")
    category = pl.coalesce(ENGLISH, CATEGORY)
    spoken = category.fill_null("product").str.replace_all("_", " ")
    measures = pl.struct(pl.col(theirs).alias(ours) for theirs, ours in MEASURES.items())
    return named.select(
        LINE,
        FILE,
        pl.col(PRODUCT).alias(c.SKU),
        pl.concat_str(spoken, pl.lit(" "), pl.col(PRODUCT).str.slice(0, 8)).alias(c.TITLE),
        category.alias(c.CATEGORY),
        measures.struct.json_encode().alias(c.ATTRIBUTES),
    )


def _customers(people: pl.DataFrame) -> pl.DataFrame:
    """One row for each person: the file has one for each order, the last is taken."""
    return people.unique(PERSON, keep="last", maintain_order=True).select(
        LINE,
        FILE,
        pl.col(PERSON).alias(c.CUSTOMER),
        pl.lit("BR").alias(c.COUNTRY),
        pl.col("customer_state").alias(c.REGION),
        pl.col("customer_city").alias(c.CITY),
        pl.col("customer_zip_code_prefix").alias(c.POSTCODE),
    )
