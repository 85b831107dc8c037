"""Every shop there can be gets a plan or a clear error; one part that fails does not stop the others."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from shopwright.errors import TableError
from shopwright.i18n import Text, using
from shopwright.settings import Settings
from shopwright.shop.money import Gain, Money
from shopwright.shop.proposal import Proposal
from shopwright.shop.schema import TABLES
from shopwright.shop.shop import Shop
from shopwright.strategy.make import compose, make_plan
from shopwright.strategy.report import render
from shopwright.strategy.run import plan_shop
from shopwright.strategy.sections import all_sections
from shopwright.strategy.workup import work_up


def dusting(shop):
    gain, cost = Gain(5e6, 6e6, 7e6, shop.currency), Money(1.0, shop.currency)
    title = Text.literal("Dust the shelves")
    yield Proposal("cleaning", "dust", "shelf", title, {"shelves": 3}, gain, cost, title, shop.day)


def failing(shop):
    raise TableError("dust cannot be found", why="no table of shelves", fix="count the shelves", code="TABLE-99")


def broken(shop):
    return [1 / 0]


def _pages(shop):
    """The report in both languages, as `plan_shop` draws it."""
    work = work_up(shop)
    plan = compose(work)
    sections = all_sections(work, plan)
    for language in ("en", "zh"):
        yield plan, render(sections, shop=plan.shop, as_of=plan.as_of, language=language)


def test_a_plug_in_is_asked_and_weighed_with_the_rest(world):
    plan = make_plan(world.shop, studies=[dusting])
    assert plan.chosen[0].title.render("en") == "Dust the shelves"
    assert "dusting" in work_up(world.shop, [dusting]).seconds


def test_a_study_that_cannot_do_its_work_becomes_a_note(world):
    work = work_up(world.shop, [failing, dusting])
    (note,) = [note for note in work.notes if "dust cannot be found" in str(note)]
    assert "failing" in note.render("zh")
    assert "TABLE-99" in str(note)
    assert "cleaning" in {proposal.domain for proposal in work.proposals}
    assert {"inventory", "customers"} <= {proposal.domain for proposal in work.proposals}


def test_a_bug_in_a_study_is_not_hidden(world):
    with pytest.raises(ZeroDivisionError):
        work_up(world.shop, [broken])


def test_missing_tables_are_told_with_what_they_would_serve(sales):
    work = work_up(Shop.of(sales()))
    told = [item.table.render("en") for item in work.missing]
    assert told == [
        table.label.render("en") for name, table in TABLES.items() if name not in ("products", "order_lines")
    ]
    assert all(item.for_want.render("zh") != item.for_want.render("en") for item in work.missing)


def test_every_part_is_timed(world):
    assert set(work_up(world.shop).seconds) == {"forecast", "recommend", "customers", "reviews"}


def _reviews(sales, *, dated=True):
    n = 300
    first = datetime(2024, 1, 1, tzinfo=UTC)
    return {
        "products": pl.DataFrame({"sku": ["A", "B", "C"], "title": ["Cup", "Mug", "Pot"]}),
        "reviews": pl.DataFrame(
            {
                "review": [f"R{at}" for at in range(n)],
                "sku": [("A", "B", "C")[at % 3] for at in range(n)],
                "at": [first + timedelta(days=at) if dated else None for at in range(n)],
                "stars": [2.0 if at % 3 == 0 and (at > 210 or not dated) else 5.0 - at % 2 for at in range(n)],
            },
            schema_overrides={"at": pl.Datetime("us", "UTC")},
        ),
    }


def _no_revenue(sales):
    tables = sales(price=0.0)
    return tables


def _no_prices(sales):
    return sales(price=None)


def _all_cancelled(sales):
    tables = sales()
    orders = tables["order_lines"].select("order", "at", "customer").with_columns(pl.lit("cancelled").alias("status"))
    return {**tables, "orders": orders}


def _only_returns(sales):
    tables = sales()
    return {**tables, "order_lines": tables["order_lines"].with_columns(-pl.col("units").alias("units"))}


SHOPS = {
    "reviews only": _reviews,
    "undated reviews only": lambda sales: _reviews(sales, dated=False),
    "one order": lambda sales: sales(n=1),
    "two days": lambda sales: sales(n=2),
    "one product": lambda sales: sales(skus=1),
    "nobody known": lambda sales: {
        **sales(),
        "order_lines": sales()["order_lines"].with_columns(pl.lit(None, pl.String).alias("customer")),
    },
    "no prices": _no_prices,
    "no revenue": _no_revenue,
    "no titles": lambda sales: {**sales(), "products": sales()["products"].select("sku")},
    "no catalogue": lambda sales: {"order_lines": sales()["order_lines"]},
    "all cancelled": _all_cancelled,
    "only units below zero": _only_returns,
    "costs above prices": lambda sales: sales(cost=25.0),
    "stock of nothing": lambda sales: {
        **sales(),
        "stock": pl.DataFrame({"sku": ["S0"], "day": [datetime(2024, 7, 1, tzinfo=UTC).date()], "on_hand": [0.0]}),
    },
}


@pytest.mark.parametrize("name", SHOPS)
def test_every_shop_gets_a_plan_and_a_report(sales, name):
    shop = Shop.of(SHOPS[name](sales), Settings())
    for plan, page in _pages(shop):
        json.loads(plan.to_json())
        assert plan.missing
        assert "</html>" in page
        for wrong in ("nan", "inf", "None"):
            assert f">{wrong}" not in page
            assert f" {wrong} " not in page
    for language in ("en", "zh"):
        with using(language):
            assert plan.text()


@pytest.mark.parametrize("name", SHOPS)
def test_every_shop_can_be_planned_on_disk(sales, put, tmp_path, name):
    run = plan_shop(put(tmp_path / "shop", SHOPS[name](sales)))
    assert run.plan.to_json() == (run.folder / "plan.json").read_text("utf-8")


@pytest.mark.parametrize("tables", [{}, {"products": pl.DataFrame({"sku": ["A"]})}])
def test_a_shop_with_nothing_to_plan_from_says_so(tables):
    with pytest.raises(TableError, match="TABLE-05"):
        make_plan(Shop.of(tables))


def test_a_shop_before_its_first_row_says_so(world):
    with pytest.raises(TableError, match="TABLE-05"):
        make_plan(world.shop.until("2000-01-01"))
