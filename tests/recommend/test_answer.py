from __future__ import annotations

import json

import polars as pl
import pytest

from shopwright.cli.app import main
from shopwright.errors import TableError, UsageError
from shopwright.recommend import answer
from shopwright.shop.schema import TABLES
from shopwright.shop.shop import Shop
from shopwright.shop.store import Store


@pytest.fixture
def tables(order_lines):
    products = pl.DataFrame({"sku": ["p02", "p04"], "title": ["Two", "Four"], "category": ["A", "A"]})
    return {"order_lines": order_lines, "products": products}


@pytest.fixture
def folder(tables, tmp_path):
    """The same shop on disk."""
    frames = {name: frame.collect() for name, frame in Shop.of(tables).frames.items()}
    store = Store(tmp_path / "shop")
    with store.lock():
        store.commit({name: frame.select(list(TABLES[name].dtypes)) for name, frame in frames.items()}, {})
    return store.root


@pytest.mark.parametrize(
    "asked, even",
    [({"customer": "c002"}, True), ({"product": "p03"}, False), ({"basket": ["p02", "p04"]}, True)],
    ids=["customer", "product", "basket"],
)
def test_each_question_is_answered_by_taste(tables, asked, even):
    found = answer(Shop.of(tables), k=1, **asked)
    assert found.rows["rank"].to_list() == [1]
    assert {int(sku[1:]) % 2 == 0 for sku in found.rows["sku"]} == {even}
    assert found.notes == ()


@pytest.mark.parametrize(
    "asked, note",
    [
        ({"customer": "C002"}, "customer C002 never bought; did you mean c002?"),
        ({"customer": "somebody else"}, "customer somebody else never bought"),
        ({"product": "P04"}, "product P04 was never sold; did you mean p04?"),
        ({"basket": ["p022", "zzz"]}, "product p022 was never sold; did you mean p02?"),
        ({"session": ["zzz"]}, "product zzz was never sold"),
    ],
    ids=["case", "nobody", "product", "basket", "session"],
)
def test_a_near_miss_is_named_and_the_popular_are_shown(tables, asked, note):
    found = answer(Shop.of(tables), k=3, **asked)
    assert found.notes[0].render("en") == note
    assert "none of these products" not in " ".join(each.render("en") for each in found.notes)  # said twice
    assert found.rows.height == 3
    assert "popular" in found.rows["why"][0]["en"]


def test_two_questions_at_once_are_refused(tables):
    with pytest.raises(UsageError) as caught:
        answer(Shop.of(tables), customer="c001", product="p01")
    assert caught.value.code == "RECOMMEND-09"


def test_a_shop_without_sales_says_so(tables):
    with pytest.raises(TableError):
        answer(Shop.of({"order_lines": tables["order_lines"].with_columns(units=-1.0)}))


def test_the_command_prints_a_table_and_its_talk_apart(folder, capsys):
    with pytest.raises(SystemExit) as left:
        main(["recommend", str(folder), "--product", "P02", "--top", "3"])
    assert left.value.code == 0
    shown = capsys.readouterr()
    assert shown.out.count("%") == 3
    assert "did you mean p02?" in shown.err


def test_the_command_prints_json(folder, capsys):
    with pytest.raises(SystemExit):
        main(["recommend", str(folder), "--basket", "p02, p06", "--top", "2", "--json", "--until", "2024-05-31"])
    shown = json.loads(capsys.readouterr().out)
    assert shown["as_of"] == "2024-05-31"
    assert len(shown["rows"]) == 2
    assert shown["rows"][0]["why"].keys() == {"en", "zh"}
