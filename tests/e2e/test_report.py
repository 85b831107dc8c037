"""The report in a real browser: nothing fetched, nothing cut off, readable by mouse, keyboard, phone and printer."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from shopwright.shop.synthetic import Params, write
from shopwright.strategy.run import plan_shop, report_file

# boxes whose content is wider than they are: it scrolls inside them
WIDE = "[...document.querySelectorAll('.scroll')].filter(e => e.scrollWidth > e.clientWidth + 1)"
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
LANGUAGES = ["en", "zh"]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("e2e") / "shop"
    write(Params(orders=1500, seed=1), folder)
    return plan_shop(folder, language="en")


@pytest.fixture(params=LANGUAGES)
def report(run, request) -> Path:
    return report_file(run.folder, request.param)


@pytest.fixture
def opened(page, report):
    """The report open in the browser, with what it asked for and what it complained about."""
    page.asked, page.said = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("console", lambda message: page.said.append(message.text))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    page.goto(report.as_uri())
    page.wait_for_load_state("networkidle")
    return page


def test_the_file_is_all_it_asks_for(opened, report):
    assert opened.asked == [report.as_uri()]
    assert opened.said == []


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_nothing_runs_off_the_side(opened, size):
    opened.set_viewport_size(size)
    assert opened.evaluate("document.documentElement.scrollWidth") <= size["width"]
    # what is wider scrolls inside its own box, and can be reached without a mouse
    wide = opened.evaluate(WIDE + ".map(e => e.tabIndex)")
    assert all(index == 0 for index in wide)
    outside = opened.evaluate(
        """width => [...document.querySelectorAll('body *')]
            .filter(e => !e.closest('.scroll') && e.getBoundingClientRect().right > width + 1)
            .map(e => e.outerHTML.slice(0, 80))""",
        size["width"],
    )
    assert outside == []


def test_tables_fit_a_desktop_without_scrolling(opened):
    opened.set_viewport_size(DESKTOP)
    assert opened.evaluate(WIDE + ".map(e => e.innerText.slice(0, 60))") == []


def test_a_phone_shows_the_latest_weeks_first(opened):
    opened.set_viewport_size(PHONE)
    places = opened.evaluate(
        "[...document.querySelectorAll('.to-end')].map(e => [e.scrollWidth - e.clientWidth, e.scrollLeft])"
    )
    assert places
    for room, left in places:
        assert room > 0
        assert abs(left) <= 1  # a box that reads from the right stands at zero when it shows its right end
    right = opened.evaluate(
        "[...document.querySelectorAll('.to-end')].map(e => e.firstElementChild.getBoundingClientRect().right)"
    )
    assert max(right) <= PHONE["width"] + 1


def test_charts_are_drawn_with_words(opened):
    charts = opened.locator("figure svg")
    assert charts.count() == 22
    folds = opened.locator("details.fold")
    assert folds.count() >= 3
    assert not folds.first.locator("svg").first.is_visible()
    for fold in folds.all():
        fold.locator("summary").first.click()
    for chart in charts.all():
        chart.scroll_into_view_if_needed()
        assert chart.is_visible()
        box = chart.bounding_box()
        assert box["width"] > 300
        assert box["height"] > 80
        assert chart.locator("text").count() >= 5
        assert len(chart.screenshot()) > 4000  # a blank picture of that size is a tenth of it


def test_reasons_open_by_click_and_by_keyboard(opened):
    first, second = opened.locator("details").nth(0), opened.locator("details").nth(1)
    assert not first.locator("li").first.is_visible()
    first.locator("summary").click()
    assert first.locator("li").first.is_visible()
    second.locator("summary").focus()
    opened.keyboard.press("Enter")
    assert second.locator("li").first.is_visible()
    opened.keyboard.press("Space")
    assert not second.locator("li").first.is_visible()


def test_the_contents_lead_to_each_section(opened):
    for link in opened.locator("nav a").all():
        link.click()
        name = link.get_attribute("href")
        assert opened.url.endswith(name)
        assert opened.locator(f"{name} h2").is_visible()
        assert opened.locator(f"{name} h2").bounding_box()["y"] < opened.viewport_size["height"]


def test_the_other_language_is_one_click_away(opened, report):
    here = opened.locator("html").get_attribute("lang")
    opened.locator("header a[hreflang]").click()
    opened.wait_for_load_state()
    assert opened.locator("html").get_attribute("lang") != here
    opened.locator("header a[hreflang]").click()
    opened.wait_for_load_state()
    assert opened.url == report.as_uri()


def test_codes_do_not_break_and_text_is_big_enough_to_read(opened):
    opened.set_viewport_size(PHONE)
    lines = opened.evaluate(
        "[...document.querySelectorAll('td.code')].map(e => { const r = document.createRange();"
        " r.selectNodeContents(e); return r.getClientRects().length; })"
    )
    assert lines
    assert max(lines) == 1
    headings = "[...document.querySelectorAll('th')].map(e => e.getBoundingClientRect().height)"
    assert max(opened.evaluate(headings)) < 6 * 22  # lines, not a column of single characters
    small = opened.evaluate(
        "Math.min(...[...document.querySelectorAll('main *')].filter(e => e.innerText && !e.closest('svg'))"
        ".map(e => parseFloat(getComputedStyle(e).fontSize)))"
    )
    assert small >= 12


def test_text_stands_out_from_its_ground(opened):
    """Contrast of the quietest text on white, as WCAG 2 counts it: 4.5 or more."""
    colour = opened.evaluate("getComputedStyle(document.querySelector('ul.how')).color")
    channels = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in channels]
    luminance = sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    assert 1.05 / (luminance + 0.05) >= 4.5


def test_on_paper_reasons_are_open_and_the_contents_are_gone(opened, tmp_path):
    opened.emulate_media(media="print")
    assert not opened.locator("nav").is_visible()
    opened.set_viewport_size({"width": 794, "height": 1123})  # A4 at 96 dots an inch
    for point in opened.locator("details li").all()[:5]:
        assert point.is_visible()
        assert point.bounding_box()["height"] > 10
    paper = opened.pdf(path=tmp_path / "report.pdf", format="A4")
    assert paper.startswith(b"%PDF")
    assert 3 <= len(re.findall(rb"/Type\s*/Page\b", paper)) <= 26
    assert opened.evaluate("document.documentElement.scrollWidth") <= 794
