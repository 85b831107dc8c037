"""Shopify's own CSV exports of orders, products and inventory."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

import polars as pl

from shopwright.i18n import Text, t
from shopwright.shop.imports.convert import Wanted
from shopwright.shop.imports.draft import Beside, Context, Draft, Format
from shopwright.shop.imports.formats.shopify_refunds import refunds
from shopwright.shop.imports.quarantine import LINE
from shopwright.shop.imports.source import Source
from shopwright.shop.schema import names as c

__all__ = ["Shopify"]

ORDER: Mapping[str, Wanted] = {
    "Name": "id",
    "Email": "text",
    "Phone": "text",
    "Financial Status": "text",
    "Paid at": "instant",
    "Fulfillment Status": "text",
    "Fulfilled at": "instant",
    "Cancelled at": "instant",
    "Created at": "instant",
    "Accepts Marketing": "yes",
    "Currency": "text",
    "Shipping": "number",
    "Taxes": "number",
    "Total": "number",
    "Discount Amount": "number",
    "Refunded Amount": "number",
    "Source": "text",
    "Billing Name": "text",
    "Shipping Country": "text",
    "Shipping Province": "text",
    "Shipping City": "text",
    "Shipping Zip": "text",
    "Billing Country": "text",
}
ITEM: Mapping[str, Wanted] = {
    "Lineitem quantity": "number",
    "Lineitem name": "text",
    "Lineitem price": "number",
    "Lineitem sku": "id",
    "Lineitem discount": "number",
    "Vendor": "text",
}
PRODUCT: Mapping[str, Wanted] = {
    "Handle": "id",
    "Title": "text",
    "Body (HTML)": "text",
    "Vendor": "text",
    "Product Category": "text",
    "Type": "text",
    "Tags": "text",
    "Option1 Value": "text",
    "Option2 Value": "text",
    "Option3 Value": "text",
    "Variant SKU": "id",
    "Variant Inventory Qty": "number",
    "Variant Price": "number",
    "Image Src": "text",
    "Cost per item": "number",
}
INVENTORY: Mapping[str, Wanted] = {
    "Handle": "id",
    "Title": "text",
    "Option1 Value": "text",
    "Option2 Value": "text",
    "Option3 Value": "text",
    "SKU": "id",
    "Location": "text",
    "Available": "number",
    "On hand": "number",
}
LENIENT = frozenset({"Available", "On hand", "Variant Inventory Qty", "Accepts Marketing"})
Sources = Mapping[str, list[Source]]


class Shopify(Format):
    """Reader of Shopify exports."""

    name: ClassVar[str] = "shopify"
    roles: ClassVar[Mapping[str, frozenset[str]]] = {
        "orders": frozenset({"Name", "Financial Status", "Created at", "Lineitem quantity", "Lineitem name"}),
        "products": frozenset({"Handle", "Title", "Variant SKU", "Variant Price"}),
        "inventory": frozenset({"Handle", "Title", "SKU", "Location"}),
    }

    def role(self, source: Source) -> str | None:
        """By columns; an inventory must also say how much there is."""
        found = super().role(source)
        is_empty = found == "inventory" and not {"Available", "On hand"} & set(source.columns)
        return None if is_empty else found

    def read(self, sources: Sources, context: Context) -> list[Draft]:
        """Drafts of orders, order lines, products and stock."""
        drafts: list[Draft] = []
        for source in sources.get("orders", ()):
            drafts += _orders(source, context)
        for source in sources.get("products", ()):
            drafts += _products(source, context)
        for source in sources.get("inventory", ()):
            drafts += _inventory(source, context)
        return drafts


def _orders(source: Source, context: Context) -> list[Draft]:
    """Orders and their lines; only the first line of an order carries the order's own columns."""
    rows = context.typed_whole(source, {**ORDER, **ITEM}, "order_lines", "YMD", LENIENT)
    own = [name for name in ORDER if name != "Name"]
    rows = rows.with_columns(pl.col(own).first().over("Name"))
    customer = pl.coalesce(pl.col("Email").str.to_lowercase(), "Phone", "Billing Name")
    country = pl.coalesce("Shipping Country", "Billing Country")
    lines = rows.select(
        LINE,
        pl.col("Name").alias(c.ORDER),
        pl.coalesce("Lineitem sku", "Lineitem name").alias(c.SKU),
        pl.col("Created at").alias(c.AT),
        customer.alias(c.CUSTOMER),
        pl.col("Lineitem quantity").alias(c.UNITS),
        pl.col("Lineitem price").alias(c.PRICE),
        pl.col("Lineitem discount").alias(c.DISCOUNT),
        pl.col("Currency").alias(c.CURRENCY),
        pl.col("Source").alias(c.CHANNEL),
        country.alias(c.COUNTRY),
        *("Lineitem name", "Vendor", "Email", "Phone", "Billing Name", "Accepts Marketing"),
        *("Shipping Province", "Shipping City", "Shipping Zip"),
    )
    status, since = _status()
    orders = rows.unique("Name", keep="first", maintain_order=True).filter(pl.col("Name").is_not_null()).select(
        LINE,
        pl.col("Name").alias(c.ORDER),
        pl.col("Created at").alias(c.AT),
        customer.alias(c.CUSTOMER),
        status.alias(c.STATUS),
        since.alias(c.STATUS_AT),
        pl.col("Source").alias(c.CHANNEL),
        country.alias(c.COUNTRY),
        pl.col("Shipping Province").alias(c.REGION),
        pl.col("Shipping City").alias(c.CITY),
        pl.col("Currency").alias(c.CURRENCY),
        pl.col("Shipping").alias(c.SHIPPING),
        pl.col("Discount Amount").alias(c.DISCOUNT),
        pl.col("Taxes").alias(c.TAX),
        pl.col("Total").alias(c.TOTAL),
    )  # fmt: skip
    back = refunds(rows, customer, country)
    people = {
        c.CUSTOMER: c.CUSTOMER,
        c.NAME: "Billing Name",
        c.EMAIL: "Email",
        c.PHONE: "Phone",
        c.COUNTRY: c.COUNTRY,
        c.REGION: "Shipping Province",
        c.CITY: "Shipping City",
        c.POSTCODE: "Shipping Zip",
        c.CONSENT_EMAIL: "Accepts Marketing",
    }
    beside = (
        Beside("products", {c.SKU: c.SKU, c.TITLE: "Lineitem name", c.BRAND: "Vendor"}, is_only_new=True),
        Beside("customers", people),
    )
    theirs = {c.ORDER: "Name", c.SKU: "Lineitem sku", c.UNITS: "Lineitem quantity", c.AT: "Created at"}
    drafts = [Draft("order_lines", source, lines, theirs, beside), Draft("orders", source, orders, theirs)]
    if back.is_empty():
        return drafts
    context.note(source, _told(back))
    return [*drafts, Draft("returns", source, back, theirs)]


def _told(back: pl.DataFrame) -> Text:
    return t(
        "refunds of {amount:,.2f} in {n:,} orders are returns: of all units where the whole order was refunded, else of"
        " money alone, shared out by the value of the lines. The file names no day for them; they are known from its"
        " last one",
        amount=float(back[c.REFUND].sum()),
        n=back[c.ORDER].n_unique(),
    )


def _status() -> tuple[pl.Expr, pl.Expr]:
    """Status of an order, and since when."""
    money, goods = (pl.col(name).str.to_lowercase() for name in ("Financial Status", "Fulfillment Status"))
    is_cancelled = pl.col("Cancelled at").is_not_null() | (money == "voided")
    is_shipped = goods.is_in(["fulfilled", "shipped"])
    is_paid = money.is_in(["paid", "partially_refunded", "partially_paid"])
    status = (
        pl.when(is_cancelled).then(pl.lit("cancelled")).when(money == "refunded").then(pl.lit("refunded"))
        .when(is_shipped).then(pl.lit("shipped")).when(is_paid).then(pl.lit("paid")).otherwise(pl.lit("pending"))
    )  # fmt: skip
    return status, pl.coalesce("Cancelled at", pl.when(is_shipped).then("Fulfilled at"), "Paid at", "Created at")


def _variant(sku: str) -> tuple[pl.Expr, pl.Expr]:
    """SKU and title of a variant: without a SKU, the handle and its options."""
    options = pl.concat_list([f"Option{n} Value" for n in (1, 2, 3)]).list.drop_nulls().list.join(" / ")
    shown = pl.when(options.is_in(["", "Default Title"])).then(None).otherwise(options)
    code = pl.coalesce(sku, pl.concat_str("Handle", shown, separator=" ", ignore_nulls=True))
    return code, pl.concat_str("Title", shown, separator=" - ", ignore_nulls=True)


def _products(source: Source, context: Context) -> list[Draft]:
    """A product for each variant; rows that add a further image belong to the product above them."""
    rows = context.typed_whole(source, PRODUCT, "products", "YMD", LENIENT)
    shared = ["Title", "Body (HTML)", "Vendor", "Product Category", "Type", "Tags"]
    rows = rows.with_columns(pl.col(shared).drop_nulls().first().over("Handle"))
    rows = rows.with_columns(pl.col("Image Src").drop_nulls().first().over("Handle"))
    context.looked_up.add(source.name)
    is_variant = pl.any_horizontal(pl.col("Variant SKU", "Variant Price", "Option1 Value").is_not_null())
    code, title = _variant("Variant SKU")
    variants = rows.filter(is_variant & pl.col("Handle").is_not_null())
    nobody = rows.filter(pl.col("Handle").is_null())
    frame = variants.select(
        LINE,
        code.alias(c.SKU),
        title.alias(c.TITLE),
        pl.col("Body (HTML)")
        .str.replace_all(r"<[^>]+>", " ")
        .str.replace_all(r"\s+", " ")
        .str.strip_chars()
        .alias(c.DESCRIPTION),
        pl.coalesce("Product Category", "Type").alias(c.CATEGORY),
        pl.col("Vendor").alias(c.BRAND),
        pl.col("Variant Price").alias(c.PRICE),
        pl.col("Cost per item").alias(c.COST),
        pl.struct(pl.col("Tags").alias("tags"), pl.col("Option1 Value").alias("option"))
        .struct.json_encode()
        .alias(c.ATTRIBUTES),
        pl.col("Image Src").alias(c.IMAGE),
    )
    drafts = [
        Draft("products", source, pl.concat([frame, nobody.select(LINE)], how="diagonal"), {c.SKU: "Variant SKU"})
    ]
    counted = variants.filter(pl.col("Variant Inventory Qty").is_not_null())
    if counted.height:
        day = day_of(source, context)
        stock = counted.select(
            LINE, code.alias(c.SKU), pl.lit(day).alias(c.DAY), pl.col("Variant Inventory Qty").alias(c.ON_HAND)
        )
        drafts.append(Draft("stock", source, stock, {c.SKU: "Variant SKU"}))
    return drafts


def _inventory(source: Source, context: Context) -> list[Draft]:
    rows = context.typed_whole(source, INVENTORY, "stock", "YMD", LENIENT)
    code, title = _variant("SKU")
    frame = rows.select(
        LINE,
        code.alias(c.SKU),
        pl.col("Location").alias(c.LOCATION),
        pl.lit(day_of(source, context)).alias(c.DAY),
        pl.coalesce("Available", "On hand").alias(c.ON_HAND),
        title.alias("_title"),
    )
    beside = (Beside("products", {c.SKU: c.SKU, c.TITLE: "_title"}, is_only_new=True),)
    return [Draft("stock", source, frame, {c.SKU: "SKU"}, beside)]


def day_of(source: Source, context: Context) -> date:
    """The day a file without dates was written, by the file's own time stamp."""
    seconds = source.path.stat().st_mtime if source.path is not None else datetime.now(UTC).timestamp()
    day = datetime.fromtimestamp(seconds, ZoneInfo(context.timezone)).date()
    context.note(
        source, t("the file names no day; its stock is taken as of {day}, when it was written", day=day.isoformat())
    )
    return day


__all__ += ["day_of"]
