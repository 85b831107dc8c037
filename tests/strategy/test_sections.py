"""What the report shows: figures with day and source, cells that fit their columns, texts in both languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from shopwright.i18n import Text, t, using
from shopwright.shop.money import Figure, Gain, Money
from shopwright.strategy.make import compose
from shopwright.strategy.page import Chart, Col, Details, Fold, Note, Section, Table, folded, shown, sources, span
from shopwright.strategy.report import render
from shopwright.strategy.sections import all_sections
from shopwright.strategy.sections.stock import stock_section
from shopwright.strategy.sections.todo import left_out_section
from shopwright.strategy.workup import work_up


@pytest.fixture(scope="module")
def work(world):
    return work_up(world.shop)


@pytest.fixture(scope="module")
def sections(work):
    return all_sections(work, compose(work))


def _blocks(sections, kind):
    return [block for section in sections for block in section.parts if isinstance(block, kind)]


def _texts(sections):
    for section in sections:
        yield section.title
        if section.lead is not None:
            yield section.lead
        for figure in section.figures:
            yield from (figure.name, figure.how)
        yield from (block.title for block in section.blocks if isinstance(block, Fold))
        for block in section.parts:
            if isinstance(block, Note):
                yield block.text
            elif isinstance(block, Details):
                yield from (block.title, *block.points)
            else:
                yield block.caption
            if isinstance(block, Table):
                yield from (column.label for column in block.columns)


def test_sections_come_in_reading_order_with_names_of_their_own(sections):
    names = [section.name for section in sections]
    assert names == ["plan", "demand", "stock", "recommend", "customers", "reviews", "method"]


def test_every_figure_says_when_how_and_in_what(sections):
    figures = [figure for section in sections for figure in section.figures]
    assert len(figures) >= 15
    for figure in figures:
        assert figure.as_of == date(2026, 6, 30)
        assert str(figure.how).strip()
        value = figure.value
        assert isinstance(value, Money) or "%" in str(value) or str(figure.unit), figure.name


def test_every_text_is_translated(sections):
    named = ("Note", "plan.csv")
    for text in _texts(sections):
        assert isinstance(text, Text)
        if text.ready or str(text) in ("#", "SKU", *named):
            continue
        assert text.render("zh") != text.render("en"), text


def test_rows_have_a_cell_for_each_column(sections):
    tables = _blocks(sections, Table)
    assert len(tables) >= 6
    for table in tables:
        assert {len(row) for row in table.rows} <= {len(table.columns)}, table.caption


def test_codes_do_not_wrap_and_numbers_stand_right(sections):
    for table in _blocks(sections, Table):
        for column in table.columns:
            if str(column.label) == "SKU":
                assert column.kind == "code"
            if any(word in str(column.label) for word in ("gain", "Cost", "Units", "Stars", "Share")):
                assert column.kind == "n", column.label


def test_one_large_amount_takes_the_cents_from_its_column():
    rows = [(Money(1234.56, "EUR"), Money(2.5, "EUR")), (Money(12_345.6, "EUR"), None)]
    table = Table(t("x"), (Col(t("a")), Col(t("b"))), rows)
    assert [shown(row[0], table.digits[0]) for row in rows] == ["1,235 EUR", "12,346 EUR"]
    assert [shown(row[1], table.digits[1]) for row in rows] == ["2.50 EUR", "–"]


def test_a_fold_opens_what_lies_in_it_and_an_empty_one_is_none():
    assert folded(t("Empty"), []) == []
    blocks = (Note(t("first")), *folded(t("More of it"), [Note(t("second")), Table(t("rows"), (Col(t("a")),), [(1,)])]))
    section = Section("one", t("One"), blocks)
    assert [type(part) for part in section.parts] == [Note, Note, Table]
    page = render([section], shop="S", as_of=date(2026, 6, 30), language="en")
    fold = page[page.index('<details class="fold"') : page.index("</details>")]
    assert "<summary><h3>More of it</h3></summary>" in fold
    assert "second" in fold
    assert 'id="one-2-2"' in fold
    assert "first" not in fold


def test_charts_draw_in_both_languages(sections):
    charts = _blocks(sections, Chart)
    assert len(charts) >= 6  # the seventh, what drives demand, where the trees count
    for chart in charts:
        for language in ("en", "zh"):
            with using(language):
                assert chart.draw().to_dict()


def test_one_reason_for_all_is_told_once(work):
    full = left_out_section(compose(work, budget=0.0))
    alike = [item for item in compose(work, budget=0.0).left_out]
    table = full.blocks[0]
    reasons = {str(item.reason) for item in alike}
    assert len(table.columns) == (2 if len(reasons) == 1 else 3)
    assert not [section for section in [left_out_section(compose(work, None))] if section and not section.blocks]


def test_sources_are_told_once_each():
    day, how = date(2024, 1, 1), t("nothing on hand")
    figures = [
        Figure(t("Stock"), 1.0, "", day, how),
        Figure(t("Customers"), 2.0, "", day, how),
        Figure(t("Reviews"), 3.0, "", date(2024, 1, 2), how),
        Figure(t("Demand"), 4.0, "", day, t("bought at least once")),
    ]
    told = [([str(name) for name in names], day.day, str(how)) for names, day, how in sources(figures)]
    assert told == [
        (["Stock", "Customers"], 1, "nothing on hand"),
        (["Reviews"], 2, "nothing on hand"),
        (["Demand"], 1, "bought at least once"),
    ]


@pytest.mark.parametrize(
    "cell, digits, expected",
    [
        (None, None, "–"),
        (3, None, "3"),
        (3.0, None, "3"),
        (3.14159, None, "3.14"),
        (1234567.8, None, "1,234,568"),
        (3, 2, "3.00"),
        (4.056, 1, "4.1"),
        (Money(3, "EUR"), None, "3.00 EUR"),
        ("A-1", 2, "A-1"),
        (True, None, "True"),
    ],
)
def test_cells_are_written_as_people_write_them(cell, digits, expected):
    assert shown(cell, digits) == expected


def test_a_range_reads_in_each_language():
    gain = Gain(-1.5, 2.0, 1234.0, "EUR")
    assert span(gain).as_json() == {"en": "-1.50 to 1,234.00", "zh": "-1.50 至 1,234.00"}


def test_a_column_is_a_number_or_a_code_or_text():
    assert [Col(t("SKU"), is_number=n, is_code=c).kind for n, c in ((True, False), (False, True), (False, False))] == [
        "n",
        "code",
        "",
    ]


def _stock_page(work, **changes):
    """The stock section of a plan whose order lines differ by `changes`."""
    return stock_section(replace(work, restock=[replace(found, **changes) for found in work.restock]))


def test_a_column_of_suppliers_stands_where_one_is_known(work):
    def heads(section):
        table = next(block for block in section.blocks if isinstance(block, Table))
        assert {len(row) for row in table.rows} == {len(table.columns)}
        return [str(column.label) for column in table.columns]

    assert "Supplier" in heads(_stock_page(work, supplier="Assam & Co"))
    assert "Supplier" not in heads(_stock_page(work, supplier=""))


def test_amounts_without_a_price_are_not_told_as_money(work):
    assert _stock_page(work, is_priced=True).lead is None
    lead = str(_stock_page(work, is_priced=False).lead)
    assert f"no price is known: {len(work.restock)}" in lead


def test_charts_that_are_seen_from_the_right_have_their_scale_there(sections):
    charts = _blocks(sections, Chart)
    assert {chart.ends_now for chart in charts} == {True, False}
    for chart in charts:
        config = chart.draw().to_dict().get("config", {})
        assert (config.get("axisY", {}).get("orient") == "right") == chart.ends_now, chart.caption
