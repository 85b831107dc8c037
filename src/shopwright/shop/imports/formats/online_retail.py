"""UCI Online Retail: one line per invoice line; returns, postage and corrections among the sales.

Columns InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice, CustomerID, Country (Chen, 2015). Every
line becomes an order line or a return, so that revenue less refunds is the sum of quantity × price to the cent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import polars as pl

from shopwright.shop.imports.convert import Wanted
from shopwright.shop.imports.draft import Beside, Context, Draft, Format
from shopwright.shop.imports.quarantine import LINE
from shopwright.shop.imports.source import Source
from shopwright.shop.schema import names as c

__all__ = ["OnlineRetail"]

INVOICE, CODE, TITLE, QUANTITY = "InvoiceNo", "StockCode", "Description", "Quantity"
TIME, PRICE, CUSTOMER, COUNTRY = "InvoiceDate", "UnitPrice", "CustomerID", "Country"
OLD_NAMES = {"Invoice": INVOICE, "Price": PRICE, "Customer ID": CUSTOMER}
"""Names in the second edition of the data set."""
SERVICES = ("POST", "DOT", "D", "M", "m", "C2", "C3", "BANK CHARGES", "AMAZONFEE", "CRUK", "S", "B", "PADS")
"""Postage, discount, manual entry, carriage, fees, charity commission, samples, bad debt, pads to match cushions."""
SERVICE_FAMILIES = r"(?i)^(?:GIFT_|ADJUST|TEST|SP1002$)"
"""Gift vouchers, manual adjustments and tests."""
WANTED: Mapping[str, Wanted] = {
    INVOICE: "id",
    CODE: "id",
    TITLE: "text",
    QUANTITY: "number",
    TIME: "instant",
    PRICE: "number",
    CUSTOMER: "id",
    COUNTRY: "text",
}


class OnlineRetail(Format):
    """Reader of Online Retail exports."""

    name: ClassVar[str] = "online_retail"
    settings: ClassVar[Mapping[str, str]] = {
        "shop.name": "Online Retail",
        "shop.currency": "GBP",
        "shop.timezone": "Europe/London",
        "shop.country": "GB",
    }
    roles: ClassVar[Mapping[str, frozenset[str]]] = {
        "lines": frozenset({INVOICE, CODE, QUANTITY, TIME, PRICE}),
        "old": frozenset({"Invoice", CODE, QUANTITY, TIME, "Price"}),
    }

    def read(self, sources: Mapping[str, list[Source]], context: Context) -> list[Draft]:
        """Order lines and returns; products and customers beside them."""
        drafts = []
        for source in (entry for entries in sources.values() for entry in entries):
            wanted = {
                name: WANTED[OLD_NAMES.get(name, name)]
                for name in source.columns
                if OLD_NAMES.get(name, name) in WANTED
            }
            typed = context.typed(source, wanted, "order_lines", hint="MDY").rename(OLD_NAMES, strict=False)
            drafts += _drafts(source, _named(typed))
        return drafts


def _named(typed: pl.DataFrame) -> pl.DataFrame:
    """Canonical columns and what kind of line each is."""
    units, price, code = pl.col(QUANTITY), pl.col(PRICE), pl.col(CODE)
    is_service = code.is_in(list(SERVICES)) | code.str.contains(SERVICE_FAMILIES)
    is_correction = pl.col(INVOICE).str.starts_with("A") | (units < 0) | (price < 0) | code.str.contains("(?i)^ADJUST")
    kind = (
        pl.when(is_correction).then(pl.lit("adjustment")).when(is_service).then(pl.lit("service"))
        .when(price == 0).then(pl.lit("gift")).otherwise(pl.lit("product"))
    )  # fmt: skip
    return typed.select(
        LINE,
        pl.col(INVOICE).alias(c.ORDER),
        code.alias(c.SKU),
        pl.col(TIME).alias(c.AT),
        units.alias(c.UNITS),
        price.alias(c.PRICE),
        (units * price).alias(c.REVENUE),
        pl.col(CUSTOMER).alias(c.CUSTOMER) if CUSTOMER in typed.columns else pl.lit(None, pl.String).alias(c.CUSTOMER),
        pl.col(COUNTRY).alias(c.COUNTRY) if COUNTRY in typed.columns else pl.lit(None, pl.String).alias(c.COUNTRY),
        kind.alias(c.KIND),
        (pl.col(TITLE) if TITLE in typed.columns else pl.lit(None, pl.String)).alias("_title"),
        pl.when(is_service).then(pl.lit("service")).otherwise(pl.lit("product")).alias("_kind"),
    )


def _drafts(source: Source, rows: pl.DataFrame) -> list[Draft]:
    products = Beside("products", {c.SKU: c.SKU, c.TITLE: "_title", c.KIND: "_kind"}, "most", is_only_new=True)
    customers = Beside("customers", {c.CUSTOMER: c.CUSTOMER, c.COUNTRY: c.COUNTRY})
    theirs = {c.ORDER: INVOICE, c.SKU: CODE, c.UNITS: QUANTITY, c.AT: TIME, c.PRICE: PRICE, c.RETURN: INVOICE}
    is_return = pl.col(c.ORDER).str.starts_with("C").fill_null(False)
    lines = rows.filter(~is_return)
    returns = rows.filter(is_return).select(
        LINE,
        pl.col(c.ORDER).alias(c.RETURN),
        *(c.SKU, c.CUSTOMER, c.AT, c.COUNTRY, "_title", "_kind"),
        pl.col(c.UNITS).abs().alias(c.UNITS),
        (-pl.col(c.REVENUE)).alias(c.REFUND),
    )
    return [
        Draft("order_lines", source, lines, theirs, (products, customers)),
        Draft("returns", source, returns, theirs, (products, customers)),
    ]
