"""Each kind of trouble, planted alone into a clean shop, is found, and counted right."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from tests.shop.check.planted import ALONE, BESIDES, PLANTED, add, change, line

from shopwright.shop.check.registry import CHECKS


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


@pytest.mark.parametrize(
    "every, said, counted", [(1, "10 recorded days", "n_days"), (7, "2 recorded weeks", "n_weeks")]
)
def test_stock_that_is_out_is_counted_as_it_is_recorded(tables, look, every, said, counted):
    PLANTED["CHECK-KNOWN-STOCK-OUT"][0](tables)
    first = tables["stock"]["day"].min()
    tables["stock"] = tables["stock"].filter((pl.col("day") - first).dt.total_days() % every == 0)
    (found,) = (one for one in look(tables).findings if one.code == "CHECK-KNOWN-STOCK-OUT")
    assert said in found.title.render("en")
    assert found.examples[0][counted] == found.n_rows


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
