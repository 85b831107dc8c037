"""Judged recommendations as a page: whole, in one language, with the numbers of the evaluation."""

from __future__ import annotations

import re

import pytest

from shopwright.errors import StoreError, UsageError
from shopwright.i18n import using
from shopwright.recommend.evaluate import evaluate_shop
from shopwright.recommend.evaluation import OURS
from shopwright.shop import synthetic
from shopwright.shop.shop import open_shop
from shopwright.strategy.page import Note, Table
from shopwright.strategy.recommending import write_page
from shopwright.strategy.sections.recommended import recommended_sections


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    folder = tmp_path_factory.mktemp("judged") / "shop"
    synthetic.write(synthetic.Params(orders=1500, seed=4), folder)
    return open_shop(folder)


@pytest.fixture(scope="module")
def found(shop):
    return evaluate_shop(shop)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_is_one_file_with_charts_and_no_links_outside(shop, found, tmp_path, language):
    text = write_page(shop, found, tmp_path / "new" / "e.html", language=language).read_text("utf-8")
    assert text.count("<svg") == 5
    assert "<script" not in text
    assert not [url for url in re.findall(r"https?://[^\s\"'<]+", text) if "www.w3.org" not in url]
    assert ("Recommendations judged, as of" in text) == (language == "en")
    assert ("推荐检验，截至" in text) == (language == "zh")


def test_the_page_says_what_the_evaluation_does(found):
    with using("en"):
        sections = recommended_sections(found, {})
        assert [section.name for section in sections] == ["judged", "customers", "products", "variety", "examples"]
        tables = [block for section in sections for block in section.blocks if isinstance(block, Table)]
        for table in tables:
            assert {len(row) for row in table.rows} == {len(table.columns)}, table.caption
        assert [str(row[0]) for row in tables[0].rows] == [str(found.name(model)) for model in found.models]
        assert tables[0].rows[0][1] == f"{found.value(OURS, 'recall'):.3f}"
        assert len(tables[1].rows) == len(found.models) - 1
        customers, products = tables[2], tables[3]
        assert sum(row[1] for row in customers.rows) == found.asked.height
        assert {len(row) for row in products.rows} == {2 + len(found.models)}


def test_examples_are_five_customers_with_what_they_then_bought(found):
    with using("en"):
        note, *tables = recommended_sections(found, {})[-1].blocks
        assert isinstance(note, Note)
        assert len(tables) == 5
        asked = {row["customer"]: row["position"] for row in found.asked.iter_rows(named=True)}
        for table in tables:
            customer = re.match(r"Customer ([^;]+);", str(table.caption))[1]
            truth = set(found.truth.filter(found.truth["position"] == asked[customer])["sku"])
            assert all((said == "yes") == (sku in truth) for sku, said in ((row[0], str(row[2])) for row in table.rows))
            assert all(str(row[1]) for row in table.rows)


def test_there_is_a_chart_of_each_kind_and_no_other(found):
    for of in ("models", "customers", "items", "exposure"):
        assert found.chart(of).to_dict()
    for of, metric in (("colour", "recall"), ("models", "gini"), ("items", "ndcg")):
        with pytest.raises(UsageError) as caught:
            found.chart(of, metric)
        assert caught.value.code == "RECOMMEND-21"


def test_where_nothing_can_be_written_it_says_so(shop, found, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError) as caught:
        write_page(shop, found, tmp_path / "file" / "e.html", language="en")
    assert caught.value.code == "STORE-20"
