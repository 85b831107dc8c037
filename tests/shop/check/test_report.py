"""The report as text, JSON and pages; nobody can be recognised in it."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from html.parser import HTMLParser

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shopwright.errors import StoreError
from shopwright.i18n import LANGUAGES, catalogue, using
from shopwright.shop.check import check, write
from shopwright.shop.check.finding import MASK, examples
from shopwright.shop.check.page import as_html, fragment
from shopwright.shop.schema import TABLES
from shopwright.shop.shop import Shop

SECRET = "Zaphod Beeblebrox"


@pytest.fixture
def messy(tables, look):
    """A report with findings of each severity, some of whose rows name people."""
    lines, reviews = tables["order_lines"], tables["reviews"]
    spoiled = lines.with_columns(
        pl.when(pl.int_range(pl.len()) < 9).then(pl.lit("EUR")).otherwise("currency").alias("currency"),
        pl.when(pl.int_range(pl.len()) < 5).then(pl.lit(SECRET)).otherwise("customer").alias("customer"),
    )
    tables["order_lines"] = spoiled.vstack(spoiled.head(3).with_columns(pl.format("{}#2", "sku").alias("line")))
    tables["reviews"] = reviews.with_columns(
        pl.lit(f"{SECRET}, +44 20 7946 0018").alias("text"), title=pl.lit("<b>a@b.org</b>")
    )
    tables["products"] = tables["products"].with_columns(cost=pl.lit(None))
    return look(tables)


class _Page(HTMLParser):
    """Texts and attributes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data):
        if data.strip():
            self.texts.append(data.strip())


def test_findings_come_worst_first(messy):
    assert messy.worst == "blocking"
    assert messy.is_blocking
    order = [finding.severity for finding in messy.findings]
    assert order == sorted(order, key=["blocking", "warning", "info"].index)
    assert {"blocking", "warning", "info"} == set(order)


def test_json_has_every_part_in_both_languages(messy):
    told = json.loads(json.dumps(messy.as_json(), ensure_ascii=False))
    assert set(told) == {"format", "shop", "as_of", "rows_checked", "seconds", "worst", "counts", "findings"}
    assert told["worst"] == "blocking"
    assert sum(told["counts"].values()) == len(told["findings"]) == len(messy.findings)
    for finding in told["findings"]:
        assert set(finding) == {
            *("code", "severity", "title", "table", "n_rows", "counted", "share", "advice", "how", "examples"),
        }  # fmt: skip
        for part in ("title", "advice", "how", "counted"):
            assert re.search("[\u4e00-\u9fff]", finding[part]["zh"])
            assert not re.search("[\u4e00-\u9fff]", finding[part]["en"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_is_whole_in_itself_and_in_one_language(messy, language):
    page = as_html(messy, language)
    parsed = _Page()
    parsed.feed(page)
    assert "script" not in parsed.tags
    assert not [link for link in parsed.links if not link.startswith(("#", "check."))]
    assert "url(" not in page
    english = {text for text in catalogue("zh") if len(text) > 3}
    left = [text for text in parsed.texts if language == "zh" and text in english]
    assert not left
    for finding in messy.findings:
        with using(language):
            assert str(finding.title)[1:] in " ".join(parsed.texts)
    assert "<b>" not in page
    assert fragment(messy, language) in page


def test_nobody_is_named_anywhere(messy):
    with using("en"):
        everything = json.dumps(messy.as_json(), ensure_ascii=False) + as_html(messy, "en") + str(messy)
    assert SECRET not in everything
    assert "7946" not in everything
    assert "a@b.org" not in everything
    assert MASK in everything


def test_text_has_what_to_do_and_keeps_to_its_limit(messy):
    text = "\n".join(messy.lines(1))
    assert "CHECK-CURRENCY-MIX" in text
    assert "→" in text
    assert f"and {len(messy.findings) - 1} more" in text
    assert str(messy).count("→") == len(messy.findings)


def test_control_characters_in_the_data_do_not_reach_the_terminal(tables, look):
    tables["products"] = tables["products"].with_columns(title=pl.lit("\x1b[31mred\x07"), category=pl.lit(None))
    text = str(look(tables))
    assert "red" in text
    assert "\x1b" not in text
    assert "\x07" not in text


def test_a_clean_report_says_so(tables, look):
    report = look(tables)
    assert "nothing found" in str(report)
    assert "fit for a plan" in as_html(report, "en")
    assert "未发现问题" in as_html(report, "zh")


def test_files_are_written_to_the_shop(messy, tmp_path):
    written = write(messy, tmp_path)
    assert [path.name for path in written] == ["check.json", "check.en.html", "check.zh.html"]
    assert json.loads(written[0].read_text("utf-8")) == messy.as_json()
    assert [path.name for path in write(messy, tmp_path / "other", html=False)] == ["check.json"]


def test_a_folder_that_cannot_be_written_to_is_told(messy, tmp_path):
    (tmp_path / "check").write_text("in the way")
    with pytest.raises(StoreError) as caught:
        write(messy, tmp_path)
    assert str(tmp_path / "check") in str(caught.value)


PERSONAL = [(table.name, column.name) for table in TABLES.values() for column in table.columns if column.is_personal]


@given(place=st.sampled_from(PERSONAL), value=st.text(min_size=1), elsewhere=st.sampled_from(sorted(TABLES)))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_examples_never_show_personal_columns(place, value, elsewhere):
    table, column = place
    frame = pl.DataFrame({column: [value] * 4}, schema={column: pl.String})
    shown = examples(frame, table)
    assert shown == ({column: MASK},) * 3
    if not TABLES[elsewhere].has(column):
        assert examples(frame, elsewhere) == ({column: MASK},) * 3


def test_empty_personal_values_are_not_made_to_look_filled():
    frame = pl.DataFrame({"customer": [None, "C1"], "sku": ["S1", "S2"]})
    assert examples(frame, "order_lines") == ({"customer": None, "sku": "S1"}, {"customer": MASK, "sku": "S2"})


def test_rows_of_a_shop_seen_earlier_are_those_known_then(tables, today):
    late = {
        "order": "X",
        "line": "S1#9",
        "sku": "S1",
        "at": datetime(2023, 6, 29, 12, tzinfo=UTC),
        "units": -5.0,
        "price": 6.0,
    }
    tables["order_lines"] = pl.concat([tables["order_lines"], pl.DataFrame([late])], how="diagonal")
    shop = Shop.of(tables)
    assert "CHECK-NEGATIVE-UNITS" in {finding.code for finding in check(shop, today=today).findings}
    assert "CHECK-NEGATIVE-UNITS" not in {
        finding.code for finding in check(shop.until("2023-06-28"), today=today).findings
    }
