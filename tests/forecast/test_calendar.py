"""The calendar as numbers."""

from __future__ import annotations

from datetime import date

import pytest

from shopwright.errors import UsageError
from shopwright.forecast.calendar import places


def test_a_month_holds_the_holidays_of_all_its_days():
    found = places((date(2023, 5, 1), date(2023, 12, 1), date(2024, 1, 1), date(2024, 2, 1)), "M", "DE")
    assert found["n_holidays"].tolist() == [3.0, 2.0, 1.0, 0.0]  # May: Labour Day, Ascension, Whit Monday (the 29th)
    assert places((date(2024, 10, 1),), "M", "CN")["n_holidays"] >= 3


def test_the_thirty_first_belongs_to_its_month():
    """31 October is a holiday in Slovenia: a month of 30 days would miss it."""
    assert places((date(2024, 10, 1),), "M", "SI")["n_holidays"].tolist() == [1.0]


def test_an_unknown_country_is_refused():
    with pytest.raises(UsageError, match="USAGE-46"):
        places((date(2024, 1, 1),), "D", "ZZ")
