"""WooCommerce: the product CSV of the shop itself, orders as the common export plug-ins write them.

Orders come with one row for each item (Advanced Order Export) or one row for each order with `line_item_1`,
`line_item_2` … (Order Export & Import).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import polars as pl

from shopwright.shop.imports.convert import Wanted
from shopwright.shop.imports.draft import Beside, Context, Draft, Format
from shopwright.shop.imports.formats.shopify import day_of
from shopwright.shop.imports.quarantine import LINE
from shopwright.shop.imports.source import Source
from shopwright.shop.schema import names as c

__all__ = ["WooCommerce"]

STATUSES = {
    "pending": "pending",
    "pending payment": "pending",
    "on hold": "pending",
    "on-hold": "pending",
    "draft": "pending",
    "processing": "paid",
    "completed": "delivered",
    "cancelled": "cancelled",
    "failed": "cancelled",
    "refunded": "refunded",
    "trash": "cancelled",
}
ROWS: Mapping[str, Wanted] = {
    "Order Number": "id",
    "Order Status": "text",
    "Order Date": "instant",
    "SKU": "id",
    "Item Name": "text",
    "Quantity": "number",
    "Quantity (- Refund)": "number",
    "Item Cost": "number",
    "Email (Billing)": "text",
    "Country Code (Billing)": "text",
    "Country Code (Shipping)": "text",
    "City (Billing)": "text",
    "Order Total Amount": "number",
    "Order Shipping Amount": "number",
    "Cart Discount Amount": "number",
    "Order Total Tax Amount": "number",
    "First Name (Billing)": "text",
    "Last Name (Billing)": "text",
    "Phone (Billing)": "text",
    "Postcode (Billing)": "text",
}
WIDE: Mapping[str, Wanted] = {
    "order_number": "id",
    "order_id": "id",
    "order_date": "instant",
    "status": "text",
    "shipping_total": "number",
    "tax_total": "number",
    "discount_total": "number",
    "order_total": "number",
    "order_currency": "text",
    "customer_email": "text",
    "billing_email": "text",
    "billing_country": "text",
    "billing_city": "text",
    "billing_phone": "text",
    "billing_postcode": "text",
}
PRODUCTS: Mapping[str, Wanted] = {
    "ID": "id",
    "Type": "text",
    "SKU": "id",
    "Name": "text",
    "Short description": "text",
    "Description": "text",
    "In stock?": "yes",
    "Stock": "number",
    "Sale price": "number",
    "Regular price": "number",
    "Categories": "text",
    "Tags": "text",
    "Images": "text",
    "Brands": "text",
    "Parent": "id",
}
LENIENT = frozenset({"In stock?", "Stock"})
Sources = Mapping[str, list[Source]]


class WooCommerce(Format):
    """Reader of WooCommerce exports."""

    name: ClassVar[str] = "woocommerce"
    roles: ClassVar[Mapping[str, frozenset[str]]] = {
        "rows": frozenset({"Order Number", "Order Status", "Order Date", "Item Name", "Item Cost"}),
        "orders": frozenset({"order_id", "order_date", "status", "line_item_1"}),
        "products": frozenset({"ID", "Type", "SKU", "Name", "Regular price", "Categories"}),
    }

    def read(self, sources: Sources, context: Context) -> list[Draft]:
        """Drafts of orders, order lines, products and stock."""
        drafts: list[Draft] = []
        for source in sources.get("rows", ()):
            drafts += _rows(source, context)
        for source in sources.get("orders", ()):
            drafts += _orders(source, context)
        for source in sources.get("products", ()):
            drafts += _products(source, context)
        return drafts


def _status(name: str) -> pl.Expr:
    text = pl.col(name).str.to_lowercase().str.strip_prefix("wc-")
    return text.replace_strict(STATUSES, default=text)


def _rows(source: Source, context: Context) -> list[Draft]:
    """One row for each item."""
    rows = context.typed_whole(source, ROWS, "order_lines", "YMD", LENIENT)
    customer = pl.col("Email (Billing)").str.to_lowercase()
    country = pl.coalesce("Country Code (Shipping)", "Country Code (Billing)")
    full_name = pl.concat_str("First Name (Billing)", "Last Name (Billing)", separator=" ", ignore_nulls=True)
    rows = rows.with_columns(pl.when(full_name != "").then(full_name).alias("_name"))
    lines = rows.select(
        LINE,
        pl.col("Order Number").alias(c.ORDER),
        pl.coalesce("SKU", "Item Name").alias(c.SKU),
        pl.col("Order Date").alias(c.AT),
        customer.alias(c.CUSTOMER),
        pl.coalesce("Quantity (- Refund)", "Quantity").alias(c.UNITS),
        pl.col("Item Cost").alias(c.PRICE),
        country.alias(c.COUNTRY),
        *("Item Name", "Email (Billing)", "City (Billing)", "Phone (Billing)", "Postcode (Billing)", "_name"),
    )
    firsts = rows.filter(pl.col("Order Number").is_not_null()).unique("Order Number", keep="first", maintain_order=True)
    orders = firsts.select(
        LINE,
        pl.col("Order Number").alias(c.ORDER),
        pl.col("Order Date").alias(c.AT),
        customer.alias(c.CUSTOMER),
        _status("Order Status").alias(c.STATUS),
        country.alias(c.COUNTRY),
        pl.col("City (Billing)").alias(c.CITY),
        pl.col("Order Shipping Amount").alias(c.SHIPPING),
        pl.col("Cart Discount Amount").alias(c.DISCOUNT),
        pl.col("Order Total Tax Amount").alias(c.TAX),
        pl.col("Order Total Amount").alias(c.TOTAL),
    )  # fmt: skip
    people = {
        c.CUSTOMER: c.CUSTOMER,
        c.EMAIL: "Email (Billing)",
        c.NAME: "_name",
        c.COUNTRY: c.COUNTRY,
        c.CITY: "City (Billing)",
        c.PHONE: "Phone (Billing)",
        c.POSTCODE: "Postcode (Billing)",
    }
    beside = (Beside("products", {c.SKU: c.SKU, c.TITLE: "Item Name"}, is_only_new=True), Beside("customers", people))
    theirs = {c.ORDER: "Order Number", c.SKU: "SKU", c.UNITS: "Quantity", c.AT: "Order Date"}
    return [Draft("order_lines", source, lines, theirs, beside), Draft("orders", source, orders, theirs)]


def _orders(source: Source, context: Context) -> list[Draft]:
    """One row for each order, its items in columns: "name:Mug|product_id:7|sku:MUG|quantity:2|total:12.00"."""
    columns = [name for name in source.columns if name.startswith("line_item_")]
    rows = context.typed_whole(source, {**WIDE, **dict.fromkeys(columns, "text")}, "orders", "YMD", LENIENT)
    order = pl.coalesce("order_number", "order_id")
    customer = pl.coalesce("customer_email", "billing_email").str.to_lowercase()
    items = rows.unpivot(columns, index=[LINE], variable_name="_column", value_name="_item").drop_nulls("_item")
    items = items.sort(LINE, "_column").join(rows.drop(columns), on=LINE, how="left", maintain_order="left")

    def part(name: str) -> pl.Expr:
        return pl.col("_item").str.extract(rf"(?:^|\|)\s*{name}:([^|]*)").str.strip_chars()

    def filled(name: str) -> pl.Expr:
        return pl.when(part(name) != "").then(part(name))

    units = filled("quantity").cast(pl.Float64, strict=False)
    total = filled("total").cast(pl.Float64, strict=False)
    lines = items.select(
        LINE,
        order.alias(c.ORDER),
        pl.col("_column").alias(c.LINE),
        pl.coalesce(filled("sku"), filled("product_id"), filled("name")).alias(c.SKU),
        pl.col("order_date").alias(c.AT),
        customer.alias(c.CUSTOMER),
        units.alias(c.UNITS),
        total.alias(c.REVENUE),
        pl.col("order_currency").alias(c.CURRENCY),
        pl.col("billing_country").alias(c.COUNTRY),
        filled("name").alias("_title"),
        *("billing_email", "billing_city", "billing_phone", "billing_postcode"),
    )
    orders = rows.select(
        LINE,
        order.alias(c.ORDER),
        pl.col("order_date").alias(c.AT),
        customer.alias(c.CUSTOMER),
        _status("status").alias(c.STATUS),
        pl.col("billing_country").alias(c.COUNTRY),
        pl.col("billing_city").alias(c.CITY),
        pl.col("order_currency").alias(c.CURRENCY),
        pl.col("shipping_total").alias(c.SHIPPING),
        pl.col("discount_total").alias(c.DISCOUNT),
        pl.col("tax_total").alias(c.TAX),
        pl.col("order_total").alias(c.TOTAL),
    )
    people = {
        c.CUSTOMER: c.CUSTOMER,
        c.EMAIL: "billing_email",
        c.COUNTRY: c.COUNTRY,
        c.CITY: "billing_city",
        c.PHONE: "billing_phone",
        c.POSTCODE: "billing_postcode",
    }
    beside = (Beside("products", {c.SKU: c.SKU, c.TITLE: "_title"}, is_only_new=True), Beside("customers", people))
    theirs = {c.ORDER: "order_id", c.AT: "order_date", c.SKU: "line_item", c.UNITS: "line_item"}
    return [Draft("order_lines", source, lines, theirs, beside), Draft("orders", source, orders, theirs)]


def _products(source: Source, context: Context) -> list[Draft]:
    """Products and variations; the first of several categories counts."""
    rows = context.typed_whole(source, PRODUCTS, "products", "YMD", LENIENT)
    code = pl.coalesce("SKU", pl.concat_str(pl.lit("id:"), "ID"))
    about = pl.coalesce("Description", "Short description").str.replace_all(r"<[^>]+>|\\n", " ").str.strip_chars()
    frame = rows.select(
        LINE,
        code.alias(c.SKU),
        pl.col("Name").alias(c.TITLE),
        about.alias(c.DESCRIPTION),
        pl.col("Categories").str.extract(r"^([^,]+)").str.strip_chars().alias(c.CATEGORY),
        pl.col("Brands").alias(c.BRAND),
        pl.coalesce("Sale price", "Regular price").alias(c.PRICE),
        pl.struct(pl.col("Tags").alias("tags"), pl.col("Type").alias("type")).struct.json_encode().alias(c.ATTRIBUTES),
        pl.col("Images").str.extract(r"^([^,]+)").str.strip_chars().alias(c.IMAGE),
    )
    drafts = [Draft("products", source, frame, {c.SKU: "SKU"})]
    counted = rows.filter(pl.any_horizontal(pl.col("Stock", "In stock?").is_not_null()))
    if counted.height:
        stock = counted.select(
            LINE,
            code.alias(c.SKU),
            pl.lit(day_of(source, context)).alias(c.DAY),
            pl.col("Stock").alias(c.ON_HAND),
            pl.col("In stock?").alias(c.IS_IN_STOCK),
        )
        drafts.append(Draft("stock", source, stock, {c.SKU: "SKU"}))
    return drafts
