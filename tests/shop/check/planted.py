"""Each kind of trouble that a shop is checked for, ready to be planted into a clean one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import polars as pl

Tables = dict[str, pl.DataFrame]
PLANTED: dict[str, tuple[Callable[[Tables], Any], str]] = {}


def plants(code: str, severity: str):
    """Register a function that spoils the tables and returns how many rows the finding must count."""

    def keep(spoil):
        PLANTED[code] = (spoil, severity)
        return spoil

    return keep


def change(tables: Tables, name: str, rows: pl.Series | pl.Expr, **values: Any) -> None:
    """Set columns of some rows of a table; values are what `pl.lit` takes, or expressions."""
    frame = tables[name]
    mask = frame.select(rows.alias("_")).to_series() if isinstance(rows, pl.Expr) else rows
    tables[name] = frame.with_columns(
        pl.when(mask)
        .then(value if isinstance(value, pl.Expr) else pl.lit(value))
        .otherwise(pl.col(column) if column in frame.columns else None)
        .alias(column)
        for column, value in values.items()
    )


def first(n: int) -> pl.Expr:
    return pl.int_range(pl.len()) < n


def add(tables: Tables, name: str, *rows: dict[str, Any]) -> None:
    frame = tables[name]
    more = pl.DataFrame(list(rows), schema_overrides={key: frame.schema[key] for key in rows[0] if key in frame.schema})
    tables[name] = pl.concat([frame, more], how="diagonal")


def line(
    order: str, sku: str, price: float, units: float = 1.0, at: datetime | None = None, **more: Any
) -> dict[str, Any]:
    return {
        "order": order,
        "line": f"{sku}#{more.pop('n', 1)}",
        "sku": sku,
        "at": at or datetime(2023, 5, 3, 12, tzinfo=UTC),
        "customer": "C1",
        "units": units,
        "price": price,
        "revenue": units * price,
        "currency": "USD",
        "country": "GB",
        "channel": "web",
        **more,
    }


@plants("CHECK-NO-SALES", "blocking")
def _(tables):
    tables["order_lines"] = tables["order_lines"].with_columns(pl.lit("service").alias("kind"))
    return tables["order_lines"].height


@plants("CHECK-NEGATIVE-UNITS", "warning")
def _(tables):
    change(tables, "order_lines", first(7), units=-1.0, revenue=-pl.col("price"))
    return 7


@plants("CHECK-ZERO-UNITS", "info")
def _(tables):
    change(tables, "order_lines", first(5), units=0.0, revenue=0.0)
    return 5


@plants("CHECK-NO-CUSTOMER", "warning")
def _(tables):
    change(tables, "order_lines", pl.int_range(pl.len()) % 10 == 3, customer=pl.lit(None, pl.String))
    return tables["order_lines"]["customer"].null_count()


@plants("CHECK-NO-PRICE", "blocking")
def _(tables):
    change(tables, "order_lines", pl.int_range(pl.len()) % 4 == 1, price=None, revenue=None)
    return tables["order_lines"]["price"].null_count()


@plants("CHECK-NEGATIVE-PRICE", "warning")
def _(tables):
    change(tables, "order_lines", first(3), price=-pl.col("price"), revenue=-pl.col("revenue"))
    return 3


@plants("CHECK-ZERO-PRICE", "warning")
def _(tables):
    change(tables, "order_lines", first(4), price=0.0, revenue=0.0)
    return 4


@plants("CHECK-REVENUE-MISMATCH", "warning")
def _(tables):
    change(tables, "order_lines", pl.col("units") > 1, revenue=pl.col("price"))
    return tables["order_lines"].filter(pl.col("units") > 1).height


@plants("CHECK-CURRENCY-MIX", "blocking")
def _(tables):
    change(tables, "order_lines", first(9), currency="EUR")
    return 9


@plants("CHECK-CURRENCY-OTHER", "blocking")
def _(tables):
    tables["order_lines"] = tables["order_lines"].with_columns(currency=pl.lit("EUR"))
    return tables["order_lines"].height


@plants("CHECK-PRICE-JUMP", "warning")
def _(tables):
    late = (pl.col("at") < datetime(2023, 4, 3, tzinfo=UTC)) & pl.col("sku").is_in(["S1", "S2"])
    change(tables, "order_lines", late, price=pl.col("price") * 100, revenue=pl.col("revenue") * 100)
    # Half of the money of two SKUs in hundredths would block; keep them a small part of it.
    change(tables, "order_lines", ~pl.col("sku").is_in(["S1", "S2"]), price=pl.col("price") * 900,
           revenue=pl.col("revenue") * 900)  # fmt: skip
    return 2


@plants("CHECK-PRICE-OUTLIER", "warning")
def _(tables):
    change(tables, "order_lines", first(3), price=pl.col("price") * 7, revenue=pl.col("revenue") * 7)
    return 3


@plants("CHECK-UNITS-OUTLIER", "warning")
def _(tables):
    add(tables, "order_lines", line("0102-0", "S5", 10.0, 80_995.0, n=9))
    return 1


@plants("CHECK-SERVICE-LINES", "warning")
def _(tables):
    titles = {"POST": "Postage", "VS": "Versandkosten", "YF": "邮费补差价", "FR": "Frete", "EN": "Gastos de envío"}
    for sku, title in titles.items():
        add(tables, "products", {"sku": sku, "title": title, "category": "-", "cost": 0.0})
        add(tables, "order_lines", *(line("0102-0", sku, 3.0 + at, n=at) for at in range(4)))
    return 4 * len(titles)


@plants("CHECK-DUPLICATE-LINES", "warning")
def _(tables):
    tables["order_lines"] = tables["order_lines"].vstack(
        tables["order_lines"].head(40).with_columns(pl.format("{}#2", "sku").alias("line"))
    )
    return 40


@plants("CHECK-DUPLICATE-ORDERS", "warning")
def _(tables):
    for name in ("orders", "order_lines"):
        tables[name] = tables[name].vstack(
            tables[name]
            .filter(pl.col("order").str.starts_with("0103-"))
            .with_columns(pl.format("#{}", "order").alias("order"))
        )
    return 30


@plants("CHECK-RETURN-UNMATCHED", "info")
def _(tables):
    change(tables, "returns", first(4), sku="S3", customer=None, order="9999-1")
    return 4


@plants("CHECK-LINE-WITHOUT-ORDER", "warning")
def _(tables):
    tables["orders"] = tables["orders"].filter(~pl.col("order").str.starts_with("0103-"))
    return 60


@plants("CHECK-ORDER-WITHOUT-LINES", "warning")
def _(tables):
    tables["order_lines"] = tables["order_lines"].filter(~pl.col("order").is_in(["0103-2", "0104-3", "0105-4"]))
    change(tables, "orders", pl.col("order") == "0105-4", status="cancelled")
    return 2


@plants("CHECK-UNKNOWN-SKU", "warning")
def _(tables):
    change(tables, "reviews", first(1), sku="S99")
    return 1


@plants("CHECK-UNKNOWN-CUSTOMER", "warning")
def _(tables):
    change(tables, "tickets", first(1), customer="C9999")
    return 1


@plants("CHECK-NO-PRODUCTS", "warning")
def _(tables):
    del tables["products"]
    return 0


@plants("CHECK-NO-TITLE", "warning")
def _(tables):
    change(tables, "products", first(3), title=" ")
    return 3


@plants("CHECK-REVIEW-UNDATED", "warning")
def _(tables):
    change(tables, "reviews", pl.col("review") == "V2", at=None)
    return 1


@plants("CHECK-NO-CATEGORY", "info")
def _(tables):
    change(tables, "products", first(2), category=None)
    return 2


@plants("CHECK-NO-COST", "info")
def _(tables):
    change(tables, "products", first(2), cost=None)
    add(tables, "supply", {"sku": "S0", "lead_days": 3.0, "cost": 1.0})  # its supplier says it
    return 1


@plants("CHECK-SIMILAR-SKU", "warning")
def _(tables):
    add(
        tables, "products", *({"sku": sku, "title": "x", "category": "y", "cost": 1.0} for sku in ("s5", " S6 ", "Ｓ7"))
    )
    return 3


@plants("CHECK-FUTURE-DATE", "blocking")
def _(tables):
    ahead = pl.lit(datetime(2029, 3, 1, tzinfo=UTC))
    change(tables, "order_lines", pl.col("order") == "0102-0", at=ahead)
    return 2


@plants("CHECK-STRAY-DATE", "warning")
def _(tables):
    change(tables, "order_lines", pl.col("order") == "0102-0", at=pl.lit(datetime(2001, 3, 1, tzinfo=UTC)))
    return 2


@plants("CHECK-CALENDAR-GAP", "warning")
def _(tables):
    low, high = datetime(2023, 3, 7, tzinfo=UTC), datetime(2023, 3, 16, tzinfo=UTC)
    for name in ("orders", "order_lines"):
        tables[name] = tables[name].filter(~pl.col("at").is_between(low, high, closed="left"))
    return 9


@plants("CHECK-NEGATIVE-STOCK", "warning")
def _(tables):
    change(tables, "stock", first(6), on_hand=-2.0)
    return 6


@plants("CHECK-STALE-TABLE", "warning")
def _(tables):
    tables["stock"] = tables["stock"].filter(pl.col("day") < date(2023, 6, 20))
    return tables["stock"].height


@plants("CHECK-HIDDEN-STOCK-OUT", "warning")
def _(tables):
    low, high = datetime(2023, 4, 3, tzinfo=UTC), datetime(2023, 4, 18, tzinfo=UTC)
    is_gone = (pl.col("sku") == "S4") & pl.col("at").is_between(low, high, closed="left")
    tables["order_lines"] = tables["order_lines"].filter(~is_gone)
    tables["returns"] = tables["returns"].filter(pl.col("sku") != "S4")
    tables["orders"] = tables["orders"].join(tables["order_lines"], on="order", how="semi")
    return 15


@plants("CHECK-KNOWN-STOCK-OUT", "info")
def _(tables):
    change(tables, "stock", (pl.col("sku") == "S4") & (pl.col("day") < date(2023, 1, 13)), is_in_stock=False)
    return 10


@plants("CHECK-DRIFT-MIX", "warning")
def _(tables):
    late = pl.col("at") >= datetime(2023, 6, 3, tzinfo=UTC)
    change(tables, "order_lines", late & (pl.int_range(pl.len()) % 2 == 0), channel="app")


@plants("CHECK-DRIFT-PRICE", "warning")
def _(tables):
    late = pl.col("at") >= datetime(2023, 6, 3, tzinfo=UTC)
    change(tables, "order_lines", late, price=pl.col("price") * 1.3, revenue=pl.col("revenue") * 1.3)
    return 24


@plants("CHECK-DRIFT-MISSING", "warning")
def _(tables):
    late = pl.col("at") >= datetime(2023, 6, 3, tzinfo=UTC)
    change(tables, "order_lines", late, country=None)
    return tables["order_lines"].filter(late).height


@plants("CHECK-PERSONAL-DATA", "warning")
def _(tables):
    change(tables, "reviews", first(1), text="Call me: +44 20 7946 0018, or write to jane.doe@example.org")
    return 1


ALONE = sorted(set(PLANTED) - {"CHECK-NO-SALES"})
# What a trouble cannot but bring along: returns of sales that are no longer there.
BESIDES = {
    code: {"CHECK-RETURN-UNMATCHED"}
    for code in ("CHECK-CALENDAR-GAP", "CHECK-FUTURE-DATE", "CHECK-NEGATIVE-UNITS", "CHECK-ZERO-UNITS")
}
