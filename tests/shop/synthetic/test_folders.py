"""Worlds are written as shops and as exports, whole or chunk by chunk, with the same content."""

from __future__ import annotations

import polars as pl
import pytest

from shopwright.errors import StoreError
from shopwright.shop import synthetic
from shopwright.shop.schema import TABLES
from shopwright.shop.schema import names as c
from shopwright.shop.shop import open_shop
from shopwright.shop.synthetic import Params, Truth, export, make, may_replace, write

SMALL = Params(orders=800, skus=24, seed=5)


@pytest.fixture(scope="module")
def small():
    return make(orders=800, skus=24, seed=5)


def test_a_shop_is_written_and_opened(small, tmp_path):
    write(small, tmp_path / "shop")
    shop = open_shop(tmp_path / "shop")
    assert shop.tables == tuple(TABLES)
    assert shop.settings == small.settings
    for name in TABLES:
        assert shop.frames[name].collect().equals(small.tables[name]), name
    assert not (tmp_path / "shop" / ".parts").exists()


def test_chunks_on_disk_give_the_same_tables(small, tmp_path, monkeypatch):
    monkeypatch.setattr(synthetic, "HELD", 300)
    store = write(SMALL, tmp_path / "shop")
    for name in TABLES:
        assert store.scan(name).collect().equals(small.tables[name]), name
    assert not (tmp_path / "shop" / ".parts").exists()


def test_the_truth_survives_the_disk(small, tmp_path):
    small.truth.write(tmp_path)
    again = Truth.read(tmp_path)
    for name in ("seed", "first_day", "last_day", "curves", "supplied", "cannibals", "tastes", "affinities", "defects"):
        assert getattr(again, name) == getattr(small.truth, name), name
    assert again.uplifts == small.truth.uplifts
    assert again.funnel == small.truth.funnel
    assert (again.expected == small.truth.expected).all()
    assert (again.demand == small.truth.demand).all()
    assert again.customers.equals(small.truth.customers)


@pytest.mark.parametrize("format", ["parquet", "csv"])
def test_exports_have_canonical_names(small, tmp_path, format):
    files = export(small, tmp_path / "out", format)
    assert [file.name for file in files] == [f"{name}.{format}" for name in TABLES]
    for file in files:
        frame = pl.read_csv(file, infer_schema=False) if format == "csv" else pl.read_parquet(file)
        assert tuple(frame.columns) == TABLES[file.stem].names
        if file.stem != "arrivals":
            assert frame.height == small.tables[file.stem].height
    assert not (tmp_path / "out" / ".parts").exists()
    arrivals = small.shop.table("arrivals").collect()
    assert (
        pl.scan_parquet(files[9]).select(pl.len()).collect().item() == arrivals.height if format == "parquet" else True
    )


def test_a_demo_shop_may_be_replaced_and_nothing_else(tmp_path):
    may_replace(tmp_path / "missing")
    may_replace(tmp_path)
    write(SMALL, tmp_path / "shop")
    may_replace(tmp_path / "shop")
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "to_mother.txt").write_text("dear")
    with pytest.raises(StoreError, match=r"to_mother\.txt") as caught:
        may_replace(tmp_path / "letters")
    assert caught.value.code == "DEMO-03"


def test_replacing_leaves_the_new_shop_alone_in_force(tmp_path):
    write(Params(orders=600, skus=24, seed=6), tmp_path)
    write(SMALL, tmp_path)
    assert open_shop(tmp_path).table("orders").select(c.ORDER).collect().height > 650
    assert Truth.read(tmp_path).seed == 5
