"""Whatever the tables hold, the checks end, count sensibly, and can be shown."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from shopwright.shop.check import check
from shopwright.shop.check.page import as_html
from shopwright.shop.shop import Shop

CODES = st.sampled_from(["A", "a", " A", "B1", "POST", "邮费", "", "💡", "x" * 300])
MAYBE_CODES = st.none() | CODES
NUMBERS = st.none() | st.sampled_from([0.0, -0.0, 1.0, -1.0, 1e-300, 1e300, 99.99, 3.0]) | st.floats(-1e6, 1e6)
DAYS = st.dates(date(1970, 1, 1), date(2099, 12, 31))
TIMES = st.builds(datetime.combine, DAYS, st.times(), st.just(UTC))
LINES = st.fixed_dictionaries(
    {
        "order": CODES,
        "line": MAYBE_CODES,
        "sku": CODES,
        "at": TIMES,
        "customer": MAYBE_CODES,
        "units": NUMBERS,
        "price": NUMBERS,
        "discount": NUMBERS,
        "revenue": NUMBERS,
        "currency": st.none() | st.sampled_from(["EUR", "USD"]),
        "kind": st.none() | st.sampled_from(["product", "service", "gift"]),
    }
)
OTHERS = {
    "products": st.fixed_dictionaries({"sku": CODES, "title": st.none() | st.text(max_size=30), "cost": NUMBERS}),
    "orders": st.fixed_dictionaries({"order": CODES, "at": TIMES, "customer": MAYBE_CODES}),
    "returns": st.fixed_dictionaries(
        {"return": CODES, "sku": CODES, "order": MAYBE_CODES, "customer": MAYBE_CODES, "at": TIMES, "units": NUMBERS}
    ),
    "stock": st.fixed_dictionaries(
        {"sku": CODES, "day": DAYS, "on_hand": NUMBERS, "is_in_stock": st.none() | st.booleans()}
    ),
    "reviews": st.fixed_dictionaries({"review": CODES, "sku": MAYBE_CODES, "at": st.none() | TIMES, "text": st.text()}),
    "customers": st.fixed_dictionaries({"customer": CODES}),
}
SHOPS = st.fixed_dictionaries(
    {"order_lines": st.lists(LINES, max_size=40)},
    optional={name: st.lists(rows, min_size=1, max_size=8) for name, rows in OTHERS.items()},
)


@settings(max_examples=60)
@given(SHOPS)
def test_any_shop_can_be_checked(tables):
    schema = {
        "price": pl.Float64,
        "units": pl.Float64,
        "discount": pl.Float64,
        "revenue": pl.Float64,
        "on_hand": pl.Float64,
    }
    frames = {
        name: pl.DataFrame(rows, schema_overrides={key: schema[key] for key in schema if rows and key in rows[0]})
        for name, rows in tables.items()
    }
    report = check(Shop.of(frames), today=date(2024, 6, 1))
    for finding in report.findings:
        assert 0 <= finding.share <= 1, finding.code
        assert finding.n_rows >= 0
        assert len(finding.examples) <= 3
    json.dumps(report.as_json())
    assert str(report)
    assert as_html(report, "zh")
