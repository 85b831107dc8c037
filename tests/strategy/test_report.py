"""The report as HTML: whole, on its own, harmless, and in one language at a time."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from shopwright.strategy.make import compose
from shopwright.strategy.report import render
from shopwright.strategy.sections import all_sections
from shopwright.strategy.workup import work_up

VOID = {"meta", "link", "br", "img", "input", "hr", "path", "rect", "line", "circle"}
LANGUAGES = {"en": "en", "zh": "zh-CN"}


class Page(HTMLParser):
    """What a page is made of, read strictly."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[tuple[tuple[str, ...], str]] = []
        self.wrong: list[str] = []
        self.feed(text)
        self.close()
        self.wrong += [f"never closed: {tag}" for tag in self.open]

    def handle_starttag(self, tag, attrs):
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.wrong.append(f"an attribute twice in {tag}")
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"closed out of order: {tag} at {self.getpos()}")

    def handle_data(self, data):
        if data.strip():
            self.words.append((tuple(self.open), data.strip()))

    def all(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


def _draw(world, language):
    work = work_up(world.shop)
    plan = compose(work)
    other = {"en": "zh", "zh": "en"}[language]
    return render(
        all_sections(work, plan), shop=plan.shop, as_of=plan.as_of, language=language, others={other: "other.html"}
    )


@pytest.fixture(scope="module", params=["en", "zh"])
def drawn(request, world):
    return request.param, _draw(world, request.param)


@pytest.fixture(scope="module")
def read(drawn):
    return Page(drawn[1])


def test_tags_are_balanced_and_ids_are_unique(read):
    assert read.wrong == []
    ids = [attrs["id"] for _, attrs in read.tags if "id" in attrs]
    assert len(ids) == len(set(ids))


def test_the_page_names_its_language_and_the_other(drawn, read):
    language, text = drawn
    assert text.startswith("<!doctype html>")
    assert read.all("html") == [{"lang": LANGUAGES[language]}]
    other = next(attrs for attrs in read.all("a") if attrs.get("hreflang"))
    assert other["href"] == "other.html"
    assert other["hreflang"] != language


def test_there_is_one_first_heading_and_a_second_for_each_section(read):
    assert len(read.all("h1")) == 1
    assert len(read.all("h2")) == len(read.all("section")) >= 6
    assert read.all("title")


def test_the_contents_lead_to_every_section(read):
    anchors = [attrs["href"] for attrs in read.all("a") if str(attrs.get("href")).startswith("#")]
    assert anchors == [f"#{attrs['id']}" for attrs in read.all("section")]


def test_references_inside_the_page_exist(read):
    ids = {attrs["id"] for _, attrs in read.tags if "id" in attrs}
    asked = {attrs[name] for _, attrs in read.tags for name in ("aria-labelledby", "aria-describedby") if name in attrs}
    asked |= {
        name for _, attrs in read.tags for value in attrs.values() for name in re.findall(r"url\(#(\w+)\)", value or "")
    }
    assert asked
    assert asked <= ids


def test_nothing_is_asked_of_any_network(drawn, read):
    _, text = drawn
    outside = {url for url in re.findall(r"(?:https?:)?//[^\s\"'<>)]+", text) if "www.w3.org" not in url}
    assert not outside
    loading = [
        value
        for tag, attrs in read.tags
        for name, value in attrs.items()
        if name in ("src", "srcset", "data", "action", "poster", "xlink:href") or (name == "href" and tag == "link")
    ]
    assert not loading
    assert not read.all("script") + read.all("iframe") + read.all("object") + read.all("form")
    assert "@import" not in text
    assert "url(" not in re.sub(r"url\(#\w+\)", "", text)


def test_every_figure_is_followed_by_its_day_and_how(read):
    figures = [word for path, word in read.words if path[-1] == "dt"]
    told = [
        word
        for path, word in read.words
        if "ul" in path and "section" in path and re.search(r"20\d\d-\d\d-\d\d$", word)
    ]
    for name in figures:
        assert any(name in line for line in told), name


def test_every_table_and_chart_is_named(read):
    regions = [attrs for _, attrs in read.tags if attrs.get("role") in ("region", "img")]
    assert len(regions) == len(read.all("table")) + len(read.all("svg"))
    assert all(attrs.get("aria-label") or attrs.get("aria-labelledby") for attrs in regions)
    assert all(attrs["tabindex"] == "0" for attrs in regions)  # what scrolls can be reached by keyboard
    assert len(read.all("svg")) >= 6  # the seventh, what drives demand, where the trees count


def test_numbers_are_finite(read):
    for _, word in read.words:
        assert not re.search(r"\b(nan|inf|None|NaT)\b", word), word


def test_chinese_pages_have_no_english_sentences(chinese):
    """Names of files, settings, units of code and abbreviations stay; three English words in a row are a sentence."""
    page = Page(_draw(chinese, "zh"))
    left = []
    for path, word in page.words:
        if "style" in path:
            continue
        bare = re.sub(r"[\w.-]+\.(?:csv|json)|[a-z]+\.[a-z_]+ = .*|shopwright [\w .]+", "", word)
        bare = re.sub(r"《[^》]*》", "", bare)  # a paper keeps its title
        left += re.findall(r"[A-Za-z]{2,}(?:[ ,]+[A-Za-z]{2,}){2,}", bare)
    assert sorted(set(left)) in ([], ["Demo shop"])
    texts = " ".join(word for path, word in page.words if "style" not in path)
    assert len(re.findall(r"[\u4e00-\u9fff]", texts)) > 1500


@pytest.mark.parametrize("language", ["en", "zh"])
def test_hostile_names_are_text_and_nothing_else(hostile, language):
    text = _draw(hostile, language)
    page = Page(text)
    assert page.wrong == []
    assert not page.all("script") + page.all("img")
    assert not [attrs for _, attrs in page.tags if any(name.startswith("on") for name in attrs)]
    seen = " ".join(word for _, word in page.words)
    assert "<script>alert(1)</script>" in seen  # shown as what it is
    assert "<script>" not in text
    assert not [attrs for attrs in page.all("a") if "evil" in str(attrs.get("href"))]


def test_the_shops_own_name_is_text_too(world):
    page = render([], shop="<b>&\"'</b>", as_of=world.shop.day, language="en")
    assert not Page(page).all("b")
    assert Page(page).wrong == []
