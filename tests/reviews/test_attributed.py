"""Up to which day reviews are read: later ones than the last sale, but no slips of the pen."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from shopwright.reviews import analyse
from shopwright.reviews.attributed import as_of, every_review, later_note
from shopwright.shop.shop import Shop

LAST = date(2024, 6, 30)


@pytest.fixture
def shop():
    """The last sale on 30 June 2024; reviews before, a month after, and in 2099."""

    def at(day):
        return datetime(day.year, day.month, day.day, tzinfo=UTC)

    lines = pl.DataFrame({"order": ["1"], "sku": ["a"], "at": [at(LAST)], "units": [1.0], "price": [5.0]})
    days = [LAST - timedelta(days=5), LAST + timedelta(days=30), date(2099, 1, 1)]
    told = {"review": ["1", "2", "3"], "sku": "a", "at": [at(day) for day in days], "stars": [4.0, 2.0, 1.0]}
    reviews = pl.DataFrame({**told, "text": "Fine."})
    return Shop.of({"order_lines": lines, "reviews": reviews})


def test_reviews_after_the_last_sale_count(shop):
    assert as_of(shop) == LAST + timedelta(days=30)
    assert every_review(shop).height == 2
    assert analyse(shop).as_of == LAST + timedelta(days=30)


def test_of_a_day_that_was_asked_for_nothing_later_is_read(shop):
    then = shop.until(LAST)
    assert as_of(then) == LAST
    assert every_review(then).height == 1
    assert later_note(then) is None


def test_what_lies_years_ahead_is_a_slip_and_said(shop):
    assert later_note(shop).render("en").endswith("left out as slips: 1")
    assert any("slips" in note.render("en") for note in analyse(shop).notes)
