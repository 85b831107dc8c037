"""Charts of customers: whole, in both languages, with the numbers they were given."""

from __future__ import annotations

import polars as pl
import pytest
from tests.charts.drawn import check_whole, words_of

from shopwright.charts.customers import cohorts_chart, funnel_chart, movement_chart, segments_chart, value_chart
from shopwright.charts.theme import to_svg
from shopwright.i18n import using

SEGMENTS = pl.DataFrame(
    {"name": ["zeta", "alpha"], "n_customers": [12, 3400], "revenue": [900.0, 10.0], "value": [30.0, None]}
)
MOVES = pl.DataFrame(
    {
        "before": ["zeta", "zeta", "alpha"],
        "now": ["zeta", "alpha", "alpha"],
        "n_customers": [3, 1, 7],
        "share": [0.75, 0.25, 1.0],
    }
)
COHORTS = pl.DataFrame(
    {"name": ["Jan (4)"] * 3 + ["Feb (2)"] * 3, "after": [0, 1, 2] * 2, "retention": [1.0, 0.5, 0.25, 1.0, 0.0, None]}
)
STEPS = pl.DataFrame({"name": ["all", "cart", "buy"], "n_visits": [2000, 500, 100], "share": [1.0, 0.25, 0.05]})
CHARTS = {
    "segments": lambda: segments_chart(SEGMENTS, "EUR"),
    "segments without value": lambda: segments_chart(SEGMENTS.with_columns(value=pl.lit(None, pl.Float64)), "EUR"),
    "movement": lambda: movement_chart(MOVES, ["zeta", "alpha"], ["zeta", "alpha"]),
    "cohorts": lambda: cohorts_chart(COHORTS),
    "no cohort seen": lambda: cohorts_chart(COHORTS[:1]),
    "funnel": lambda: funnel_chart(STEPS),
    "no visits": lambda: funnel_chart(STEPS.with_columns(n_visits=pl.lit(0), share=pl.lit(0.0))),
    "value": lambda: value_chart(pl.Series([1.0, 2.0, 3.0, 4.0, None])),
    "no value": lambda: value_chart(pl.Series([], dtype=pl.Float64)),
}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", CHARTS)
def test_it_is_whole_xml_that_loads_nothing(name, language):
    with using(language):
        check_whole(to_svg(CHARTS[name]()))


def test_numbers_are_those_given():
    assert {"12", "3,400", "900", "30"} <= set(words_of(to_svg(CHARTS["segments"]())))
    assert {"3", "1", "7"} <= set(words_of(to_svg(CHARTS["movement"]())))
    assert {"2,000 (100%)", "500 (25%)", "100 (5%)"} <= set(words_of(to_svg(CHARTS["funnel"]())))


def test_what_was_not_seen_yet_is_blank():
    words = words_of(to_svg(CHARTS["cohorts"]()))
    assert {"50%", "25%", "0%"} <= set(words)
    assert sum(word.endswith("%") for word in words) == 3


def test_segments_keep_their_order():
    words = words_of(to_svg(CHARTS["segments"]()))
    assert words.index("zeta") < words.index("alpha")


def test_the_curve_of_value_rises_fastest_first():
    data = CHARTS["value"]().to_dict()["datasets"].values()
    rows = next(rows for rows in data if len(rows) == 5)
    assert [row["money"] for row in rows] == pytest.approx([0.0, 0.4, 0.7, 0.9, 1.0])
    assert "a fifth of the customers: 40%" in words_of(to_svg(CHARTS["value"]()))


def test_its_words_are_those_of_the_page():
    with using("zh"):
        assert "首次购买后的月数" in words_of(to_svg(CHARTS["cohorts"]()))
