"""Each kind of trouble, planted alone into a clean shop, is found, and counted right."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from shopwright.shop.check.registry import CHECKS

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


def test_every_code_is_planted_here_or_in_its_own_test():
    codes = [code for check in CHECKS for code in check.codes]
    assert len(codes) == len(set(codes))
    assert set(codes) == set(PLANTED) | {"CHECK-QUARANTINE"}


@pytest.mark.parametrize("code", sorted(PLANTED))
def test_a_planted_trouble_is_found_and_counted(code, tables, look):
    spoil, severity = PLANTED[code]
    expected = spoil(tables)
    report = look(tables)
    found = [finding for finding in report.findings if finding.code == code]
    assert len(found) == 1, [(finding.code, str(finding.title)) for finding in report.findings]
    assert found[0].severity == severity
    if expected is not None:
        assert found[0].n_rows == expected
    assert 0 <= found[0].share <= 1
    assert len(found[0].examples) <= 3
    assert found[0].table in {*tables, "products"}


@pytest.mark.parametrize("code", ALONE)
def test_a_planted_trouble_raises_no_false_alarm(code, tables, look):
    PLANTED[code][0](tables)
    others = {finding.code for finding in look(tables).findings} - {code}
    assert others == BESIDES.get(code, set())


def test_a_run_explained_by_the_stock_table_is_not_hidden(tables, look):
    PLANTED["CHECK-HIDDEN-STOCK-OUT"][0](tables)
    gone = (pl.col("sku") == "S4") & pl.col("day").is_between(date(2023, 4, 3), date(2023, 4, 17))
    change(tables, "stock", gone, is_in_stock=False, on_hand=0.0)
    assert {finding.code for finding in look(tables).findings} == {"CHECK-KNOWN-STOCK-OUT"}


def test_a_service_that_is_marked_is_no_trouble(tables, look):
    PLANTED["CHECK-SERVICE-LINES"][0](tables)
    tables["products"] = tables["products"].with_columns(
        pl.when(pl.col("sku").str.starts_with("S")).then(None).otherwise(pl.lit("service")).alias("kind")
    )
    assert [finding.code for finding in look(tables).findings] == []


def test_products_that_sound_like_services_are_left_alone(tables, look):
    titles = [
        "Postage stamp cushion",
        "Manual coffee grinder",
        "Gift voucher holder",
        "Discount store playset",
        "手动磨豆机",
    ]
    for at, title in enumerate(titles):
        change(tables, "products", pl.col("sku") == f"S{at}", title=title)
    assert [finding.code for finding in look(tables).findings] == []


def test_a_service_without_a_telling_name_is_known_by_its_prices(tables, look):
    add(tables, "products", {"sku": "X77", "title": "Sundry", "category": "-", "cost": 0.0})
    add(tables, "order_lines", *(line("0102-0", "X77", round(1.37 * 1.5**at, 2), n=at) for at in range(15)))
    found = {finding.code: finding for finding in look(tables).findings}
    assert found["CHECK-SERVICE-LINES"].n_rows == 15
    assert "X77" in str(found["CHECK-SERVICE-LINES"].title)


def test_a_whole_shop_in_pence_is_blocked(tables, look):
    early = pl.col("at") < datetime(2023, 4, 3, tzinfo=UTC)
    change(tables, "order_lines", early, price=pl.col("price") * 100, revenue=pl.col("revenue") * 100)
    found = {finding.code: finding for finding in look(tables).findings}
    assert found["CHECK-PRICE-JUMP"].severity == "blocking"
    assert found["CHECK-PRICE-JUMP"].n_rows == 24


def test_a_return_of_the_whole_outlier_is_told(tables, look):
    PLANTED["CHECK-UNITS-OUTLIER"][0](tables)
    at = datetime(2023, 5, 3, 12, tzinfo=UTC) + timedelta(minutes=12)
    add(tables, "returns", {"return": "R-x", "order": None, "sku": "S5", "customer": "C1", "at": at, "units": 80_995.0})
    found = {finding.code: finding for finding in look(tables).findings}
    assert found["CHECK-UNITS-OUTLIER"].title.args["back"] == 1


def test_a_double_import_of_half_the_shop_is_blocked(tables, look):
    for name in ("orders", "order_lines"):
        again = tables[name].filter(pl.col("at") < datetime(2023, 3, 1, tzinfo=UTC))
        tables[name] = tables[name].vstack(again.with_columns(pl.format("#{}", "order").alias("order")))
    found = {finding.code: finding for finding in look(tables).findings}
    assert found["CHECK-DUPLICATE-ORDERS"].severity == "blocking"


def test_goods_sold_by_weight_are_no_services(tables, look):
    add(tables, "products", {"sku": "X78", "title": "Grapes white", "category": "-", "cost": 0.5})
    add(tables, "order_lines", *(line("0102-0", "X78", round(0.4 + 0.41 * at, 2), n=at) for at in range(15)))
    assert "CHECK-SERVICE-LINES" not in {finding.code for finding in look(tables).findings}


def test_a_shop_without_any_price_is_warned_not_blocked(tables, look):
    tables["order_lines"] = tables["order_lines"].with_columns(price=pl.lit(None), revenue=pl.lit(None))
    found = {finding.code: finding for finding in look(tables).findings}
    assert found["CHECK-NO-PRICE"].severity == "warning"
    assert found["CHECK-NO-PRICE"].share == 1


def test_prices_of_the_catalogue_stand_in_for_those_of_lines(tables, look):
    PLANTED["CHECK-NO-PRICE"][0](tables)
    tables["products"] = tables["products"].with_columns(price=pl.lit(9.0))
    assert [finding.code for finding in look(tables).findings] == []


def test_a_lone_double_order_is_a_note(tables, look):
    for name in ("orders", "order_lines"):
        again = tables[name].filter(pl.col("order") == "0103-5").with_columns(pl.lit("again").alias("order"))
        tables[name] = tables[name].vstack(again)
    found = {finding.code: finding for finding in look(tables).findings}
    assert (found["CHECK-DUPLICATE-ORDERS"].severity, found["CHECK-DUPLICATE-ORDERS"].n_rows) == ("info", 1)


def test_a_return_of_a_service_matches_its_sale(tables, look):
    change(tables, "order_lines", pl.col("order") == "0102-0", kind="service")
    assert [finding.code for finding in look(tables).findings] == []
