"""Charts become SVG that needs nothing else, says what it shows in the page's language, and obeys no name in it."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from shopwright.charts.accuracy import ahead_chart, calibration_chart, versus_chart
from shopwright.charts.bars import bar_chart
from shopwright.charts.demand import demand_chart
from shopwright.charts.parts import parts_chart
from shopwright.charts.products import COURSE, products_chart
from shopwright.charts.reviews import complaints_chart, themes_chart
from shopwright.charts.stars import stars_chart
from shopwright.charts.stock import cover_chart
from shopwright.charts.theme import PALETTE, to_svg
from shopwright.i18n import t, using
from shopwright.shop.demand import Demand
from shopwright.shop.history import History

WEEKS, AHEAD = 60, 4


def _known(weeks=WEEKS):
    days = tuple(date(2024, 1, 1) + timedelta(weeks=at) for at in range(weeks))
    sold = np.arange(2.0 * weeks).reshape(2, weeks)
    return History(("A", "B"), days, "W", sold, sold, sold, days[-1] + timedelta(days=6), 0)


def _demand(known):
    mean = np.full((2, AHEAD), 55.0)
    quantiles = np.stack([mean * 0.5, mean, mean * 1.5], axis=2)
    return Demand(
        skus=known.skus,
        days=known.next_days(AHEAD),
        period="W",
        mean=mean,
        levels=(0.1, 0.5, 0.9),
        quantiles=quantiles,
        rho=np.zeros(2),
        as_of=known.as_of,
        how=t("base"),
    )


def _demand_chart(weeks=WEEKS):
    known = _known(weeks)
    return demand_chart(known, _demand(known), ([80.0] * AHEAD, [140.0] * AHEAD))


def _stars_chart(months=12):
    days = [date(2024 + at // 12, at % 12 + 1, 1) for at in range(months)]
    return stars_chart(days, [4.0 + 0.05 * at for at in range(months)])


def _course(names=("A", "B"), weeks=6):
    days = [date(2024, 1, 1) + timedelta(weeks=at) for at in range(weeks)]
    rows = [
        (name, day, float(at) if at < 4 else None, *((2.0, 1.0, 4.0) if at >= 4 else (None,) * 3))
        for name in names
        for at, day in enumerate(days)
    ]
    return pl.DataFrame(rows, schema=COURSE, orient="row")


def _words(svg):
    return [text for node in ET.fromstring(svg).iter() if (text := (node.text or "").strip())]


def _cover_chart():
    units = {"on_hand": [5.0, -2.0], "due": [3.0, 0.0], "order": [12.0, 4.0], "demand": [18.0, 3.0]}
    return cover_chart(["B-1 · jug", "A-1 · <b>mug</b>"], units)


CHARTS = {
    "cover": _cover_chart,
    "demand": _demand_chart,
    "a little demand": lambda: _demand_chart(3),
    "stars": _stars_chart,
    "stars of two months": lambda: _stars_chart(2),
    "bars": lambda: bar_chart(["loyal", "lost"], [1200.5, 30.0], "Revenue, EUR"),
    "error ahead": lambda: ahead_chart([1, 2, 3], [0.3, None, 0.4], [0.5, 0.5, 0.6], "weeks ahead"),
    "error by group": lambda: versus_chart(["AX", "BZ"], [0.3, 0.9], [0.4, 1.9]),
    "calibration": lambda: calibration_chart([0.2, 0.8, 0.98], [0.1, 0.9, None]),
    "products": lambda: products_chart(_course()),
    "parts": lambda: parts_chart(["base", "season"], [10.0, -3.5], "units"),
    "no parts": lambda: parts_chart([], [], "units"),
    "themes": lambda: themes_chart(["zip", "<b>fit</b>"], [30, 2], [4, 9]),
    "no themes": lambda: themes_chart([], [], []),
    "complaints": lambda: complaints_chart(
        pl.DataFrame({"name": ["zip"] * 3, "month": [date(2024, at, 1) for at in (1, 2, 3)], "share": [0.0, 0.1, 0.2]})
    ),
    "no bars": lambda: bar_chart([], [], "Revenue, EUR"),
}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", CHARTS)
def test_it_is_whole_xml_that_loads_nothing(name, language):
    with using(language):
        svg = to_svg(CHARTS[name]())
    root = ET.fromstring(svg)
    assert float(root.attrib["width"]) > 100
    outside = {url for url in re.findall(r"https?://[^\s\"'<]+", svg) if "www.w3.org" not in url}
    assert not outside
    assert not [
        node for node in root.iter() if node.tag.rpartition("}")[2] in ("script", "image", "foreignObject", "a")
    ]
    assert "NaN" not in svg
    assert "undefined" not in svg


def test_demand_tells_sold_and_expected_in_the_language_of_the_page():
    english = _words(to_svg(_demand_chart()))
    with using("zh"):
        chinese = _words(to_svg(_demand_chart()))
    assert {"sold", "expected", "units"} <= set(english)
    assert {"已售", "预计", "件"} <= set(chinese)
    assert [word for word in english if re.fullmatch(r"[A-Z][a-z]{2} 202\d", word)]
    assert [word for word in chinese if re.fullmatch(r"202\d年\d{1,2}月", word)]
    assert not [word for word in chinese if re.search(r"[A-Za-z]{3}", word)]


def test_demand_has_a_band_and_no_more_past_than_asked_for():
    told = _demand_chart().to_dict()
    rows = [row for data in told["datasets"].values() for row in data]
    ahead = [row for row in rows if "low" in row]
    assert [(row["low"], row["high"], row["units"]) for row in ahead] == [(80.0, 140.0, 110.0)] * AHEAD
    known = _known(200)
    short = demand_chart(known, _demand(known), ([1.0] * AHEAD, [2.0] * AHEAD), most=26).to_dict()
    sold = [row for data in short["datasets"].values() for row in data if row.get("what") == "sold"]
    assert len(sold) == 26
    assert sold[-1]["units"] == known.sold[:, -1].sum()


def test_a_few_weeks_are_labelled_by_day():
    assert [word for word in _words(to_svg(_demand_chart(8))) if re.fullmatch(r"\d\d [A-Z][a-z]{2}", word)]
    with using("zh"):
        assert [word for word in _words(to_svg(_demand_chart(8))) if re.fullmatch(r"\d{1,2}月\d{1,2}日", word)]


def test_stars_are_on_the_whole_scale():
    assert {"1", "2", "3", "4", "5"} <= set(_words(to_svg(_stars_chart())))


def test_bars_keep_their_order_and_say_their_numbers():
    words = _words(to_svg(bar_chart(["zeta", "alpha"], [1200.5, 30.0], "Revenue, EUR")))
    assert words.index("zeta") < words.index("alpha")
    assert {"1,201", "30", "Revenue, EUR"} <= set(words)


def test_a_long_name_is_shown_whole():
    name = "among the two fifths who stayed away"
    assert name in _words(to_svg(bar_chart([name], [1.0], "x")))


def test_parts_stand_one_behind_the_other_and_add_up():
    words = _words(to_svg(parts_chart(["base", "season", "price"], [10.0, -3.5, 1.0], "units")))
    assert {"+10.0", "-3.5", "+1.0", "7.5", "together"} <= set(words)
    assert words.index("base") < words.index("season") < words.index("price") < words.index("together")


def test_products_keep_their_order_and_their_own_scale():
    names = ["zeta <b>", "alpha"]
    course = _course(names).with_columns(pl.when(pl.col("name") == "alpha").then(900.0).otherwise("sold").alias("sold"))
    words = _words(to_svg(products_chart(course)))
    assert words.index("zeta <b>") < words.index("alpha")
    assert "800" in words
    assert {"sold", "expected"} <= set(words)


def test_errors_stand_beside_the_naive_ones():
    words = _words(to_svg(versus_chart(["AX", "BZ"], [0.3, 0.9], [0.4, 1.9])))
    assert {"our forecast", "seasonal naive", "30%", "40%", "190%"} <= set(words)
    assert words.index("AX") < words.index("BZ")


def test_names_are_text_and_nothing_else():
    hostile = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "a & b", "蓝色茶杯"]
    svg = to_svg(bar_chart(hostile, [4.0, 3.0, 2.0, 1.0], "<b>"))
    root = ET.fromstring(svg)
    assert {node.tag.rpartition("}")[2] for node in root.iter()} <= {
        "svg",
        "g",
        "path",
        "rect",
        "line",
        "text",
        "style",
        "defs",
        "clipPath",
    }
    assert {"a & b", "蓝色茶杯"} <= set(_words(svg))


def test_colours_differ_for_every_eye():
    assert len(set(PALETTE)) == len(PALETTE)


@pytest.mark.parametrize("sign", ["\x1b", "\x00", "\x08", "\ufffe"], ids=ascii)
def test_a_sign_that_xml_cannot_hold_does_not_end_the_process(sign):
    """The converter aborts on it: no exception, no plan."""
    svg = to_svg(bar_chart([f"Blue{sign}lamp", "Red lamp"], [2.0, 1.0], title="units"))
    ET.fromstring(svg)
    assert "Blue lamp" in svg


def test_cover_stacks_what_there_is_in_its_order_and_strokes_the_demand():
    told = _cover_chart().to_dict()
    rows = [row for data in told["datasets"].values() for row in data]
    parts = {(row["name"][:3], row["kind"]): row["units"] for row in rows if "kind" in row}
    assert parts == {
        ("B-1", "on hand"): 5, ("B-1", "on the way"): 3, ("B-1", "to order"): 12,
        ("A-1", "on hand"): 0, ("A-1", "on the way"): 0, ("A-1", "to order"): 4,
    }  # fmt: skip
    assert [row["demand"] for row in rows if "kind" not in row] == [18, 3]
    words = _words(to_svg(_cover_chart()))
    assert words.index("B-1 · jug") < words.index("A-1 · <b>mug</b>")
    assert {"on hand", "on the way", "to order"} <= set(words)


def test_parts_of_a_large_number_are_told_without_tenths():
    words = _words(to_svg(parts_chart(["base", "season"], [159_214.5, 1_200.26], "units")))
    assert {"+159,214", "+1,200", "160,415"} <= set(words)
