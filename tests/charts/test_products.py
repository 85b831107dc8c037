"""Strips of products: their days can be read."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import pairwise

import polars as pl
import vl_convert

from shopwright import i18n
from shopwright.charts.products import products_chart


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
