"""Strips of products: their days can be read."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import pairwise
from xml.etree import ElementTree as ET

import polars as pl
import vl_convert
from tests.charts.drawn import words_of

from shopwright import i18n
from shopwright.charts.products import products_chart
from shopwright.charts.theme import to_svg


def test_the_months_of_a_year_of_weeks_do_not_run_into_each_other():
    days = [date(2023, 4, 24) + timedelta(weeks=at) for at in range(60)]
    course = pl.DataFrame({"name": "a", "day": days, "sold": 5.0, "mean": None, "low": None, "high": None})
    with i18n.using("en"):
        svg = vl_convert.vegalite_to_svg(products_chart(course).to_json())
    # a label that is left out is drawn with an opacity of 0
    label = r'translate\(([\d.]+),[\d.]+\)"[^>]*opacity="1"[^>]*>[A-Z][a-z]{2} 20\d\d<'
    shown = re.findall(rf'<text[^>]*transform="{label}', svg)
    places = sorted(float(place) for place in shown)
    assert len(places) >= 4
    assert min(later - place for place, later in pairwise(places)) > 60  # "Nov 2023" and room


def test_months_of_days_are_told_by_days():
    days = [date(2015, 4, 29) + timedelta(days=at) for at in range(80)]
    course = pl.DataFrame({"name": "a", "day": days, "sold": 5.0, "mean": None, "low": None, "high": None})
    with i18n.using("en"):
        labels = [
            word for word in words_of(to_svg(products_chart(course))) if re.fullmatch(r"\d\d [A-Z][a-z]{2}", word)
        ]
    assert len(labels) >= 4
    assert len(set(labels)) == len(labels)


def test_names_scale_and_legend_stand_where_time_ends():
    days = [date(2024, 1, 1) + timedelta(weeks=at) for at in range(20)]
    course = pl.DataFrame({"name": "the name", "day": days, "sold": 5.0, "mean": 4.0, "low": 3.0, "high": 6.0})
    spec = products_chart(course, width=720)
    with i18n.using("en"):
        svg = to_svg(spec)
    places = {word: _left(svg, word) for word in ("the name", "sold", "expected", "6")}
    assert min(places.values()) > 500, places  # a phone shows the last 360 of some 780 pixels


def _left(svg: str, word: str) -> float:
    """Where a word begins, or ends if it stands to the left of its place: sum of the shifts around it, pixels."""

    def find(node: ET.Element, shift: float) -> float | None:
        moved = re.match(r"translate\(([-\d.]+)", node.get("transform", ""))
        shift += float(moved[1]) if moved else 0.0
        if (node.text or "").strip() == word:
            return shift
        return next((found for child in node if (found := find(child, shift)) is not None), None)

    found = find(ET.fromstring(svg), 0.0)
    assert found is not None, word
    return found
