"""Charts of what is due, who may stay away and what goes along with it: whole, in both languages, true."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from tests.charts.drawn import check_whole, words_of

from shopwright.charts.customers_ahead import away_chart, drivers_chart, due_chart
from shopwright.charts.theme import to_svg
from shopwright.i18n import using

DUE = pl.DataFrame(
    {
        "expected": [date(2024, 7, 1), date(2024, 7, 1), date(2024, 7, 1), date(2024, 7, 4)],
        "chance": [0.9, 0.75, 0.6, 0.5],
    }
)
AWAY = pl.DataFrame(
    {
        "name": ["zeta", "alpha"],
        "low": [0.1, 0.6],
        "lower": [0.2, 0.7],
        "middle": [0.3, 0.8],
        "upper": [0.4, 0.9],
        "high": [0.6, 1.0],
        "n_away": [12, 1400],
        "n_customers": [3000, 1500],
    }
)
DRIVERS = pl.DataFrame(
    {
        "driver": ["a driver whose name is far too long to stand in a line", "calm", "unsure"],
        "low": ["0", "1", "0.5"],
        "high": ["1", "12,345", "2"],
        "odds": [3.0, 0.2, 1.1],
        "odds_low": [2.0, 0.1, 0.9],
        "odds_high": [4.5, 0.4, 1.3],
    }
)
CHARTS = {
    "due": lambda: due_chart(DUE),
    "due on one day": lambda: due_chart(DUE[:1]),
    "away": lambda: away_chart(AWAY, 90),
    "drivers": lambda: drivers_chart(DRIVERS),
    "nothing certain": lambda: drivers_chart(DRIVERS[2:]),
}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", CHARTS)
def test_it_is_whole_xml_that_loads_nothing(name, language):
    with using(language):
        check_whole(to_svg(CHARTS[name]()))


def test_each_day_tells_how_much_is_due_and_days_between_are_there():
    words = words_of(to_svg(CHARTS["due"]()))
    assert {"3", "1", "0"} <= set(words)
    assert {"01 Jul", "02 Jul", "03 Jul", "04 Jul"} <= set(words)
    parts = [row for rows in CHARTS["due"]().to_dict()["datasets"].values() for row in rows if "side" in row]
    told = {(row["expected"][:10], row["side"]): (row["from"], row["to"]) for row in parts}
    assert told == {
        ("2024-07-01", "chance of 75% and more"): (0, 2),
        ("2024-07-01", "chance of less than 75%"): (2, 3),
        ("2024-07-04", "chance of less than 75%"): (0, 1),
    }
    with using("zh"):
        assert "7月1日" in words_of(to_svg(CHARTS["due"]()))


def test_segments_say_who_will_more_likely_stay_away():
    words = words_of(to_svg(CHARTS["away"]()))
    assert {"12 of 3,000 at 50% or more", "1,400 of 1,500 at 50% or more"} <= set(words)
    assert "chance of no purchase within 90 days" in words
    assert words.index("zeta") < words.index("alpha")


def test_drivers_have_direction_strength_and_values():
    words = words_of(to_svg(CHARTS["drivers"]()))
    assert {"× 3.00", "× 0.20", "× 1.10", "1 → 12,345", "0.5 → 2", "a driver whose name is far too"} <= set(words)
    rows = next(rows for rows in CHARTS["drivers"]().to_dict()["datasets"].values() if "odds" in rows[0])
    assert [row["kind"] for row in rows] == ["speaks for it", "speaks against it", "not certain"]
