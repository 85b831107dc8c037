"""The CSV files of a plan: complete, and harmless to open in a spreadsheet."""

from __future__ import annotations

import csv
import re
from datetime import UTC, datetime

import polars as pl
import pytest

from shopwright.shop.shop import Shop
from shopwright.strategy.artefacts import _reviewed, order_frame, write_tables
from shopwright.strategy.make import compose
from shopwright.strategy.workup import work_up

NUMBER = re.compile(r"[+-]?\d+([.,]\d+)*([eE][+-]?\d+)?%?")


@pytest.fixture(scope="module")
def work(hostile):
    return work_up(hostile.shop)


@pytest.fixture(scope="module")
def written(work, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    write_tables(folder, work, compose(work, budget=100.0))
    return folder


def test_there_is_a_file_for_each_domain(written):
    names = {"plan", "left_out", "demand", "orders", "recommendations", "segments", "customers", "reviews", "warnings"}
    assert {file.name for file in written.iterdir()} == {f"{name}.csv" for name in names}


def test_no_cell_of_any_file_is_a_formula(written):
    cells = [
        cell
        for file in written.glob("*.csv")
        for row in csv.reader(file.read_text("utf-8-sig").splitlines())
        for cell in row
    ]
    planted = [cell for cell in cells if "HYPERLINK" in cell or "cmd|" in cell or "1+1" in cell]
    assert len(planted) > 20
    assert not [cell for cell in cells if cell[:1] in tuple("=+-@\t\r") and not NUMBER.fullmatch(cell)]


def test_files_open_as_unicode_in_a_spreadsheet(written):
    for file in written.glob("*.csv"):
        assert file.read_bytes().startswith(b"\xef\xbb\xbf"), file.name


def test_everything_chosen_and_left_out_is_in_them(work, written):
    plan = compose(work, budget=100.0)
    chosen, left_out = (pl.read_csv(written / name) for name in ("plan.csv", "left_out.csv"))
    assert chosen["id"].to_list() == [proposal.id for proposal in plan.chosen]
    assert chosen["cost"].sum() == pytest.approx(plan.spent, abs=0.01 * len(plan.chosen))
    assert chosen["cost"].sum() <= 100
    assert left_out["id"].to_list() == [item.proposal.id for item in plan.left_out]
    assert left_out["reason"].null_count() == 0


def test_order_lines_are_those_with_something_to_order_best_first(work):
    frame = order_frame(work.restock, {}, "EUR")
    assert frame.height == sum(found.line.units > 0 for found in work.restock)
    assert (frame["units"] > 0).all()
    assert frame["gain"].is_sorted(descending=True)
    assert ((frame["units"] * frame["unit_cost"] - frame["cost"]).abs() < 0.006).all()


def test_a_plan_without_anything_still_has_its_columns(work, tmp_path):
    write_tables(tmp_path, work, compose(work, budget=0.0))
    assert order_frame([], {}, "EUR").columns == order_frame(work.restock, {}, "EUR").columns
    assert "reason" in pl.read_csv(tmp_path / "left_out.csv").columns


def test_what_reviews_say_stands_by_product_and_by_fault(work, written):
    reviews, warnings = (pl.read_csv(written / f"{name}.csv") for name in ("reviews", "warnings"))
    told = work.analysis
    assert {"sentiment", "is_rising_defect", "size_advice"} <= {*reviews.columns}
    rising = reviews.filter("is_rising_defect")["sku"].to_list()
    assert sorted(rising) == sorted({*told.hazards.alarms.filter("is_open")["sku"]})
    assert warnings.height == told.hazards.alarms.height + told.hazards.watch.height


def test_products_without_stars_are_among_what_reviews_say():
    texts = ["It caught fire."] * 5 + ["Lovely mug."] * 20
    reviews = pl.DataFrame(
        {
            "review": [f"r{at}" for at in range(25)],
            "sku": ["lamp"] * 5 + ["mug"] * 20,
            "at": [datetime(2024, 5, 1 + at, tzinfo=UTC) for at in range(25)],
            "stars": [None] * 5 + [5.0] * 20,
            "text": texts,
        }
    )
    work = work_up(Shop.of({"reviews": reviews}))
    found = _reviewed(work, work.stars.table)
    assert found["sku"].to_list() == ["mug", "lamp"]
    assert found.filter(sku="lamp")["is_rising_defect"].item() is True
