"""Faults of open alarms that no stars can be put on are named with the reason."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl

from shopwright.reviews import analyse
from shopwright.reviews.analysis_json import as_rows
from shopwright.reviews.findings import to_fix
from shopwright.reviews.unpriced import unpriced

FIRST = date(2024, 1, 1)


def _world(begin, text="The zip broke.", days=200, n_skus=10):
    """A review of each product every third day; the first product's tell of a fault from a day on."""
    draw = np.random.default_rng(1)
    rows = []
    for sku in range(n_skus):
        for day in range(sku % 3, days, 3):
            stars, said = (5.0, "Lovely thing.") if draw.random() < 0.9 else (2.0, "Not for me.")
            if sku == 0 and day >= begin:
                stars, said = 1.0, text
            rows.append((f"s{sku}", FIRST + timedelta(days=day), said, stars))
    return pl.DataFrame(rows, schema=["sku", "day", "text", "stars"], orient="row")


def test_too_few_reviews_are_told_with_the_number_needed():
    found = analyse(_world(183))
    (zipped,) = [each for each in unpriced(found) if each.theme == "zip"]
    assert (zipped.skus, zipped.n) == (("s0",), 6)
    assert "6" in zipped.text.render("en")
    assert "10" in zipped.text.render("en")
    assert "10" in zipped.text.render("zh")
    assert zipped.as_json() in as_rows(found)["not_priced"]


def test_what_is_among_what_to_mend_is_not_told_twice():
    found = analyse(_world(120))
    assert "zip" in found.hazards.alarms.filter("is_open")["theme"]
    assert "zip" in to_fix(found)["theme"]
    assert "zip" not in [each.theme for each in unpriced(found)]


def test_without_alarms_there_is_nothing_to_tell():
    assert unpriced(analyse(_world(999))) == ()
