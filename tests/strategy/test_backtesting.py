"""A backtest as a page: whole, in one language, with charts that need nothing else."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from shopwright.errors import StoreError, UsageError
from shopwright.forecast import backtest
from shopwright.strategy.backtesting import write_charts, write_page
from shopwright.strategy.page import Table, shown
from shopwright.strategy.sections.accuracy import accuracy_figures, accuracy_sections, most_off


@pytest.fixture(scope="module")
def found(world):
    return backtest(world.shop, 4, windows=2)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_is_one_file_with_charts_and_no_links_outside(world, found, tmp_path, language):
    text = write_page(world.shop, found, tmp_path / "new" / "backtest.html", language=language).read_text("utf-8")
    assert text.count("<svg") == 4
    assert "<script" not in text
    assert not [url for url in re.findall(r"https?://[^\s\"'<]+", text) if "www.w3.org" not in url]
    assert ("Backtest as of 2026-06-30" in text) == (language == "en")
    assert ("截至 2026-06-30 的回测" in text) == (language == "zh")


def test_the_page_says_what_the_backtest_does(world, found):
    sections = accuracy_sections(found, {}, (), world.shop.day)
    assert [section.name for section in sections] == ["accuracy", "groups", "products"]
    tables = [block for section in sections for block in section.blocks if isinstance(block, Table)]
    for table in tables:
        assert {len(row) for row in table.rows} == {len(table.columns)}, table.caption
    windows = tables[0]
    assert [row[0] for row in windows.rows] == [score.first.isoformat() for score in found]
    assert [shown(row[3]) for row in windows.rows] == [f"{score.wape:.0%}" for score in found]
    assert sum(row[2] for row in windows.rows) == sum(row[2] for row in tables[1].rows)
    stake = tables[-1]
    assert [row[0] for row in stake.rows][:3] == found.at_stake(3)


def test_figures_hold_the_money_saved_or_what_was_dearer(found, world):
    swapped = replace(found, cells=found.cells.rename({"cost": "cost_naive", "cost_naive": "cost"}))
    for one in (found, swapped):
        figures = {str(figure.name): figure.value for figure in accuracy_figures(one, world.shop.day)}
        saved = one.total.cost_naive - one.total.cost
        names = ("Saved against the naive forecast", "Dearer than the naive forecast by")
        name, other = names if saved >= 0 else reversed(names)
        assert figures[name].amount == pytest.approx(abs(saved))
        assert other not in figures
        assert figures["Error of the forecast (WAPE)"] == f"{one.total.wape:.0%}"


def test_charts_are_written_one_file_each(world, found, tmp_path):
    files = write_charts(world.shop, found, tmp_path / "charts", language="zh")
    assert sorted(file.name for file in files) == [
        "calibration.svg", "category.svg", "class.svg", "sku.svg", "step.svg",
    ]  # fmt: skip
    assert all(file.read_text("utf-8").startswith("<svg") for file in files)
    assert "季节朴素预测" in (tmp_path / "charts" / "step.svg").read_text("utf-8")


def test_products_asked_for_are_shown_by_name(world, found, tmp_path):
    skus = found.frame("sku")["sku"].to_list()[-2:]
    text = write_page(world.shop, found, tmp_path / "b.html", language="en", skus=skus).read_text("utf-8")
    assert all(f">{sku} · " in text for sku in skus)
    with pytest.raises(UsageError, match="NOPE"):
        write_page(world.shop, found, tmp_path / "b.html", language="en", skus=["NOPE"])


def test_where_nothing_can_be_written_it_says_so(world, found, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError) as caught:
        write_page(world.shop, found, tmp_path / "file" / "b.html", language="en")
    assert caught.value.code == "STORE-20"


def test_products_of_one_title_are_told_apart(found, world):
    named = dict.fromkeys(found.at_stake(20), "Product 23")
    rows = accuracy_sections(found, named, (), world.shop.day)[-1].blocks[-1].rows
    assert len({row[0] for row in rows}) == len(rows)
    assert all(row[0].endswith(" · Product 23") for row in rows)


def test_what_has_no_cost_is_not_said_to_cost(found):
    assert str(most_off(found)) == "Products whose errors cost most"
    assert str(most_off(replace(found, currency=""))) == "Products that were off by most units"
