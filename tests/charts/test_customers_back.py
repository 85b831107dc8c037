"""Charts of who comes back, what is sent back and searched for in vain: whole, in both languages, true."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from tests.charts.drawn import check_whole, words_of

from shopwright.charts.customers_back import (
    origins_chart,
    returned_chart,
    returners_chart,
    returning_chart,
    searches_chart,
)
from shopwright.charts.theme import to_svg
from shopwright.i18n import using

MONTHS = pl.DataFrame(
    {
        "day": [date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 1)],
        "revenue_new": [100.0, 50.0, 0.0],
        "revenue_returning": [0.0, 150.0, 20.0],
        "n_new": [10, 5, 0],
        "n_customers": [10, 12, 3],
        "is_complete": [True, True, False],
    }
)
ORIGINS = pl.DataFrame(
    {
        "name": ["zeta", "alpha"],
        "revenue_new": [10.0, 4000.0],
        "revenue_returning": [30.0, 1000.0],
        "share_returning": [0.75, None],
    }
)
SENT = pl.DataFrame({"name": ["zeta", "alpha"], "n_bought": [1000, 50], "n_returned": [100, 0]})
SOUGHT = pl.DataFrame({"query": ["zeta", "alpha"], "n_searches": [2000, 9], "n_lost": [1500, 9]})
CHARTS = {
    "months": lambda: returning_chart(MONTHS, "EUR"),
    "one month": lambda: returning_chart(MONTHS[:1], "EUR"),
    "many months": lambda: returning_chart(pl.concat([MONTHS] * 20), "EUR"),
    "origins": lambda: origins_chart(ORIGINS, "EUR"),
    "returners": lambda: returners_chart(SENT),
    "nothing sent back": lambda: returners_chart(SENT.with_columns(n_returned=pl.lit(0))),
    "returned": lambda: returned_chart(SENT),
    "searches": lambda: searches_chart(SOUGHT, is_empty=True),
    "not looked at": lambda: searches_chart(SOUGHT, is_empty=False),
}


def _rows(chart, *columns):
    """The rows of the chart's data that have these columns."""
    return next(
        rows for rows in chart.to_dict()["datasets"].values() if rows and all(column in rows[0] for column in columns)
    )


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", CHARTS)
def test_it_is_whole_xml_that_loads_nothing(name, language):
    with using(language):
        check_whole(to_svg(CHARTS[name]()))


@pytest.mark.parametrize("name", CHARTS)
def test_no_word_of_it_is_english_on_a_chinese_page(name):
    with using("zh"):
        words = words_of(to_svg(CHARTS[name]()))
    known = {"zeta", "alpha", "EUR"}
    told = " ".join(words).replace("，", " ").split()
    assert not [word for word in told if word.isascii() and word.isalpha() and word not in known]


def test_returning_stand_upon_new_and_customers_of_a_month_count_once():
    with using("en"):
        chart = CHARTS["months"]()
    revenue, customers = (rows for rows in chart.to_dict()["datasets"].values() if rows and "from" in rows[0])
    tops = {(row["kind"], row["day"][:7]): (row["from"], row["to"]) for row in revenue}
    assert tops["new customers", "2024-02"] == (0, 50)
    assert tops["returning customers", "2024-02"] == (50, 200)
    heads = {(row["kind"], row["day"][:7]): (row["from"], row["to"]) for row in customers}
    assert heads["returning customers", "2024-02"] == (5, 12)
    assert heads["new customers", "2024-01"] == (0, 10)


def test_without_prices_customers_stand_alone():
    unpriced = returning_chart(MONTHS.with_columns(revenue_new=pl.lit(0.0), revenue_returning=pl.lit(0.0)), "EUR")
    words = words_of(to_svg(unpriced))
    assert "Customers" in words
    assert "revenue, EUR" not in words


def test_a_month_that_is_not_over_is_pale():
    svg = to_svg(CHARTS["months"]())
    assert svg.count('opacity="0.45"') == 4
    whole = to_svg(returning_chart(MONTHS.with_columns(is_complete=pl.lit(value=True)), "EUR"))
    assert 'opacity="0.45"' not in whole


def test_origins_say_revenue_and_share_and_keep_their_order():
    words = words_of(to_svg(CHARTS["origins"]()))
    assert {"40 (returning 75%)", "5,000", "revenue, EUR"} <= set(words)
    assert words.index("zeta") < words.index("alpha")


def test_returns_are_told_as_share_and_lines():
    words = words_of(to_svg(CHARTS["returners"]()))
    assert {"10.0% (100 of 1,000)", "0.0% (0 of 50)", "all together: 9.5%"} <= set(words)
    assert {"10.0% (100 of 1,000)", "lines sent back"} <= set(words_of(to_svg(CHARTS["returned"]())))


def test_searches_in_vain_are_part_of_all():
    words = words_of(to_svg(CHARTS["searches"]()))
    assert {"1,500 of 2,000", "9 of 9", "found nothing"} <= set(words)
    assert words.index("zeta") < words.index("alpha")
    parts = {(row["name"], row["kind"]): (row["from"], row["to"]) for row in _rows(CHARTS["searches"](), "from")}
    assert parts["zeta", "found nothing"] == (0, 1500)
    assert parts["zeta", "other searches"] == (1500, 2000)
    assert "nothing viewed after" in words_of(to_svg(CHARTS["not looked at"]()))
