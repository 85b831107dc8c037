"""What the report's page says of reviews where it cannot say all: too few for themes, faults without a price."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from shopwright.reviews import analyse
from shopwright.strategy.page import Chart, Details, Note
from shopwright.strategy.sections.review_findings import finding_blocks

FIRST = date(2024, 1, 1)


def _reviews(n_skus, days=200):
    """A review of each product every third day; the first product's last six tell of a broken zip."""
    rows = []
    for sku in range(n_skus):
        for day in range(sku % 3, days, 3):
            is_bad = sku == 0 and day >= days - 17
            said = ("The zip broke.", 1.0) if is_bad else ("Lovely thing.", 5.0) if day % 10 else ("Not for me.", 2.0)
            rows.append((f"s{sku}", FIRST + timedelta(days=day), *said))
    return pl.DataFrame(rows, schema=["sku", "day", "text", "stars"], orient="row")


@pytest.mark.parametrize("n_skus, is_few", [(2, True), (12, False)])
def test_too_few_reviews_for_themes_are_a_note_and_no_chart(n_skus, is_few):
    blocks = finding_blocks(analyse(_reviews(n_skus)), FIRST + timedelta(days=200))
    notes = [block.text.render("en") for block in blocks if isinstance(block, Note)]
    assert any("Too few reviews for themes" in note and "200" in note for note in notes) == is_few
    assert any(isinstance(block, Chart) for block in blocks) != is_few


def test_a_warning_without_a_price_is_named_with_the_reason():
    found = analyse(_reviews(12))
    assert "zip" in found.hazards.alarms.filter("is_open")["theme"]
    blocks = finding_blocks(found, FIRST + timedelta(days=200))
    points = [point for block in blocks if isinstance(block, Details) for point in block.points]
    assert any("zips (s0)" in point.render("en") and "10 are needed" in point.render("en") for point in points)
    assert any("至少需要 10 条" in point.render("zh") for point in points)
