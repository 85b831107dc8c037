"""Charts of judged recommendations: whole, in both languages, with the numbers they were given."""

from __future__ import annotations

import polars as pl
import pytest
from tests.charts.drawn import check_whole, words_of

from shopwright.charts.recommend import classes_chart, exposure_chart, models_chart
from shopwright.charts.theme import ACCENT, to_svg
from shopwright.i18n import using

MODELS = pl.DataFrame(
    {"name": ["zeta", "alpha"], "value": [0.31, 0.12], "low": [0.28, None], "high": [0.34, None]},
    schema_overrides={"low": pl.Float64, "high": pl.Float64},
)
CLASSES = pl.DataFrame(
    {
        "class": ["new (3)", "new (3)", "old (9)", "old (9)"],
        "name": ["ours", "theirs"] * 2,
        "value": [0.1, 0.2, 0.3, 0.4],
        "low": [0.0, 0.1, 0.2, 0.3],
        "high": [0.2, 0.3, 0.4, 0.5],
    }
)
CHARTS = {
    "models": lambda: models_chart(MODELS, "Recall at 10", "zeta"),
    "classes": lambda: classes_chart(CLASSES, "Recall at 10"),
    "exposure": lambda: exposure_chart({"ours": [5, 3, 1], "theirs": [9]}, [0.4, 0.9], 10),
    "nothing shown": lambda: exposure_chart({"ours": []}, [0.0], 10),
    "no classes": lambda: classes_chart(CLASSES[:0], "Recall at 10"),
}


def _rows(chart):
    return [row for data in chart.to_dict()["datasets"].values() for row in data]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", CHARTS)
def test_it_is_whole_xml_that_loads_nothing(name, language):
    with using(language):
        check_whole(to_svg(CHARTS[name]()))


def test_models_keep_their_order_and_ours_has_the_colour():
    svg = to_svg(models_chart(MODELS, "Recall at 10", "zeta"))
    words = words_of(svg)
    assert words.index("zeta") < words.index("alpha")
    assert {"0.310", "0.120", "Recall at 10"} <= set(words)
    assert svg.count(ACCENT) >= 2  # its dot and its line
    assert ACCENT not in to_svg(models_chart(MODELS, "Recall at 10", "none of them"))


def test_exposure_rises_from_nought_to_one_and_shows_who_was_never_shown():
    rows = [row for row in _rows(exposure_chart({"ours": [1, 1, 2]}, [0.7], 10)) if "name" in row]
    assert (rows[0]["products"], rows[0]["places"]) == (0.0, 0.0)
    assert (rows[-1]["products"], rows[-1]["places"]) == (1.0, 1.0)
    at = {round(row["products"], 3): row["places"] for row in rows}
    assert [at[share] for share in (0.7, 0.8, 0.9)] == [0.0, 0.25, 0.5]
    assert {row["name"] for row in rows} == {"ours (0.70)"}


def test_its_words_are_those_of_the_page():
    with using("zh"):
        assert "占全部展示位的比例" in words_of(to_svg(CHARTS["exposure"]()))
