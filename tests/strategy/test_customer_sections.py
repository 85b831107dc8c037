"""The page on customers: every table has its chart, numbers are those counted, and what is not known is not shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import polars as pl
import pytest

from shopwright.customers import funnel, look_ahead, movement, returning, returns, segments
from shopwright.i18n import using
from shopwright.shop.shop import Shop
from shopwright.strategy.page import Chart, Details, Table
from shopwright.strategy.report import render
from shopwright.strategy.sections.customers import customers_section
from shopwright.strategy.workup import Workup


def _work(shop):
    """What the studies of customers find, without the rest of the plan."""
    found = segments(shop)
    work = Workup(shop, segments=found, outlook=look_ahead(shop, found=found), movement=movement(shop, found=found))
    work.returning = returning(shop)
    work.returns = returns(shop) if shop.has("returns") else None
    work.funnel = funnel(shop) if shop.has("events") else None
    return work


@pytest.fixture(scope="module")
def work(world):
    return _work(world.shop)


@pytest.fixture(scope="module")
def section(work):
    return customers_section(work)


def _captions(section, kind):
    return [str(block.caption) for block in section.parts if isinstance(block, kind)]


def _table(section, start):
    return next(block for block in section.parts if isinstance(block, Table) and str(block.caption).startswith(start))


def _details(section):
    return " ".join(str(point) for block in section.parts if isinstance(block, Details) for point in block.points)


CHARTS = (
    "Chance to buy nothing within 90 days",
    "Revenue before returns (EUR) and customers by month",
    "Revenue of new and returning customers by channel, EUR",
    "Revenue of new and returning customers by country, EUR",
    "Search words in vain",
    "Share of the lines bought by known customers that were sent back",
    "Products of which most lines were sent back; in brackets",
)


def test_every_table_has_a_chart(section):
    told = _captions(section, Chart)
    for start in CHARTS:
        assert sum(caption.startswith(start) for caption in told) == 1, start


def test_every_chart_says_as_of_when(section):
    told = [caption for caption in _captions(section, Chart) if caption.startswith(CHARTS)]
    assert len(told) == len(CHARTS)
    assert all("2026-06-30" in caption for caption in told)


def test_months_are_those_counted_latest_first(work, section):
    rows = _table(section, "New and returning customers by month").rows
    periods = work.returning.periods.reverse().head(12)
    assert [row[0] for row in rows] == [f"{day:%Y-%m}" for day in periods["day"]]
    assert [row[1] + row[2] for row in rows] == periods["n_customers"].to_list()
    assert sum(row[6].amount for row in rows) == pytest.approx(periods["revenue_returning"].sum())
    last = work.returning.periods.filter("is_complete").row(-1, named=True)
    figure = next(one for one in section.figures if str(one.name) == "Revenue from returning customers")
    assert figure.value == f"{last['share_returning']:.0%}"


def test_products_sent_back_are_those_counted(work, section):
    rows = _table(section, "Products of which most lines were sent back").rows
    top = work.returns.products.head(10)
    assert [(row[0], row[2], row[3]) for row in rows] == list(
        top.select("sku", "n_bought", "n_returned").filter(pl.col("n_returned") > 0).iter_rows()
    )
    figure = next(one for one in section.figures if str(one.name) == "Lines sent back")
    assert figure.value == f"{work.returns.share:.1%}"


def test_what_the_shop_does_not_know_has_neither_chart_nor_table(sales):
    section = customers_section(_work(Shop.of(sales())))
    told = _captions(section, Chart) + _captions(section, Table)
    for word in ("channel", "country", "region", "Search words", "sent back", "vain"):
        assert not [caption for caption in told if word in caption]
    assert [caption for caption in told if "customers by month" in caption]
    assert "Lines sent back" not in {str(figure.name) for figure in section.figures}


def test_without_prices_origins_have_no_chart_of_money(sales):
    homes = pl.DataFrame({"customer": [f"C{at}" for at in range(20)], "country": ["DE", "AT"] * 10})
    for price, n in ((10.0, 1), (None, 0)):
        section = customers_section(_work(Shop.of({**sales(price=price), "customers": homes})))
        assert sum("by country" in caption for caption in _captions(section, Chart)) == n


def test_without_prices_no_money_is_told(sales):
    section = customers_section(_work(Shop.of(sales(price=None))))
    table = _table(section, "New and returning customers by month")
    told = [str(column.label) for column in table.columns]
    assert told == ["Month", "New customers", "Customers from before", "Orders, new", "Orders, returning"]
    assert all(len(row) == len(told) for row in table.rows)
    assert "Revenue before returns" not in " ".join(_captions(section, Chart))
    assert "no order line says its revenue" in _details(section)


def test_lines_without_revenue_are_counted_in_a_note(sales):
    tables = sales()
    gone = pl.col("at") < datetime(2024, 2, 1, tzinfo=UTC)
    lines = tables["order_lines"].with_columns(
        pl.when(~gone).then(pl.col(name)).alias(name) for name in ("price", "revenue")
    )
    section = customers_section(_work(Shop.of({**tables, "order_lines": lines})))
    assert "15.5% of the order lines say no revenue" in _details(section)
    table = _table(section, "New and returning customers by month")
    assert table.rows[-1][5:] == (None, None, None)
    assert table.rows[0][6].amount > 0
    by_month = next(one for one in section.parts if isinstance(one, Chart) and "customers by month" in str(one.caption))
    drawn = [row for rows in by_month.draw().to_dict()["datasets"].values() for row in rows]
    assert all(row["from"] is not None and row["to"] is not None for row in drawn)


def test_an_order_without_country_hides_no_regions(sales):
    homes = pl.DataFrame(
        {
            "customer": [f"C{at}" for at in range(20)],
            "country": ["DE"] * 19 + [None],
            "region": ["Bavaria" if at % 2 else "Hesse" for at in range(20)],
        }
    )
    told = _captions(customers_section(_work(Shop.of({**sales(), "customers": homes}))), Chart)
    assert [caption for caption in told if "by region" in caption]
    assert not [caption for caption in told if "by country" in caption]


def test_captions_say_what_is_counted(work, section):
    table = work.outlook.table.with_columns(pl.lit(0.5).alias("chance_away"))
    chart = next(
        one
        for one in customers_section(_at(work, table)).parts
        if str(getattr(one, "caption", "")).startswith(CHARTS[0])
    )
    assert "whose chance is 50 % or more" in str(chart.caption)
    drawn = [row for rows in chart.draw().to_dict()["datasets"].values() for row in rows if "n_away" in row]
    assert all(row["label"] == f"{row['n_customers']:,} of {row['n_customers']:,} at 50% or more" for row in drawn)
    assert drawn


def _at(work, table):
    return replace(work, outlook=replace(work.outlook, table=table))


def test_one_month_is_no_course(sales):
    section = customers_section(_work(Shop.of(sales(n=20))))
    assert not [caption for caption in _captions(section, Chart) if "by month" in caption]
    assert "Revenue from returning customers" not in {str(figure.name) for figure in section.figures}


def test_regions_stand_in_for_countries_where_there_is_one_country(sales):
    regions = pl.DataFrame(
        {
            "customer": [f"C{at}" for at in range(20)],
            "country": ["DE"] * 20,
            "region": ["Bavaria" if at % 2 else None for at in range(20)],
        }
    )
    section = customers_section(_work(Shop.of({**sales(), "customers": regions})))
    told = _captions(section, Chart)
    assert not [caption for caption in told if "by country" in caption]
    assert [caption for caption in told if "by region" in caption]
    rows = _table(section, "The same in numbers").rows
    assert {str(row[0]) for row in rows} == {"Bavaria", "not known"}


def test_the_chart_of_searches_has_the_worst_words_though_others_are_left_more_often(sales):
    """Twelve words that find a lot and lead nowhere, three times each, and one that found nothing, twice."""
    words = [f"word {at:02}" for at in range(12) for _ in range(3)] + ["lamp"] * 2
    events = pl.DataFrame(
        {
            "event": [f"e{at}" for at in range(len(words))],
            "session": [f"v{at}" for at in range(len(words))],
            "kind": "search",
            "query": words,
            "n_results": [0.0 if word == "lamp" else 5.0 for word in words],
            "at": datetime(2024, 6, 1, 12, tzinfo=UTC),
        }
    )
    section = customers_section(_work(Shop.of({**sales(), "events": events})))
    chart = next(
        block for block in section.parts if str(getattr(block, "caption", "")).startswith("Search words in vain")
    )
    assert "found nothing" in str(chart.caption)
    drawn = [row for rows in chart.draw().to_dict()["datasets"].values() for row in rows]
    assert {row["name"] for row in drawn} == {"lamp"}


def _returned(tables, share):
    """The first customer sends back nearly everything, the rest one line in nineteen."""
    lines = tables["order_lines"]
    number = pl.int_range(pl.len())
    back = lines.filter((pl.col("customer") == "C0") | (number % share == 1))
    slips = back.select("order", "sku", "customer", "at", "units", pl.lit(19.0).alias("refund"))
    return {**tables, "returns": slips.with_columns(pl.col("order").alias("return"))}


def test_serial_returners_stand_under_no_name(sales):
    section = customers_section(_work(Shop.of(_returned(sales(n=600), 19))))
    (row,) = _table(section, "Customers who surely send back").rows
    assert row[0] == "#1"
    assert (row[1], row[2]) == (30, 30)


def test_due_purchases_are_drawn_and_listed(sales):
    tables = sales(n=600, skus=1)
    shop = Shop.of(tables)
    work = _work(shop)
    assert work.outlook.due.height > 10
    section = customers_section(work)
    chart = next(
        block for block in section.parts if str(getattr(block, "caption", "")).startswith("Purchases that fall")
    )
    drawn = [row for rows in chart.draw().to_dict()["datasets"].values() for row in rows if "side" in row]
    assert sum(row["n"] for row in drawn) == work.outlook.due.height


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_fits_a_screen_and_a_telephone(page, work, section, language, tmp_path):
    with using(language):
        html = render([section], shop="shop", as_of=work.as_of, language=language)
    file = tmp_path / "page.html"
    file.write_text(html, "utf-8")
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(file.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator("figure svg").count() >= len(CHARTS)
        cut = page.evaluate(
            "[...document.querySelectorAll('figure svg')].filter(svg => { const b = svg.getBoundingClientRect();"
            " return [...svg.querySelectorAll('text')].some(text => { const r = text.getBoundingClientRect();"
            " return r.width && (r.left < b.left - 1 || r.right > b.right + 1); }); }).length"
        )
        assert cut == 0
