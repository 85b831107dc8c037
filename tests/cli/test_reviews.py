"""`shopwright reviews`: data on stdout, talk on stderr, in both languages."""

from __future__ import annotations

import json

import pytest

from shopwright.shop.synthetic import make, write


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("reviews") / "shop"
    write(make(orders=6_000, seed=0), root)
    return str(root)


@pytest.mark.parametrize(
    "language, words", [("en", ("Warnings", "coating and rust", "What to mend first")), ("zh", ("预警", "先改进什么"))]
)
def test_it_warns_and_says_what_to_mend(call, folder, language, words):
    told = call("reviews", folder, "--lang", language)
    assert told.code == 0
    assert all(word in told.out for word in words)
    assert "KC-0011" in told.out


def test_json_is_the_same_in_full(call, folder):
    told = call("reviews", folder, "--json")
    found = json.loads(told.out)
    assert {row["sku"] for row in found["warnings"] if row["theme"] == "coating"} == {"KC-0011"}
    assert found["n_reviews"] > 1_000
    assert found["fix_first"]
    assert found["suspicious"]["n"]["is_duplicate"] == sum(
        row["is_duplicate"] for row in found["suspicious"]["reviews"]
    )


def test_one_product_is_told_by_itself(call, folder):
    told = call("reviews", folder, "--sku", "KC-0011")
    assert told.code == 0
    assert "coating and rust" in told.out
    assert "Size:" in told.out


def test_an_earlier_day_knows_nothing_of_the_defect(call, folder):
    told = call("reviews", folder, "--until", "2026-04-30", "--json")
    found = json.loads(told.out)
    assert found["as_of"] == "2026-04-30"
    assert not [row for row in found["warnings"] if row["theme"] == "coating"]


def test_an_unknown_product_is_refused(call, folder):
    told = call("reviews", folder, "--sku", "none")
    assert told.code == 2
    assert "REVIEWS-61" in told.err
    assert "did you mean" not in told.err


@pytest.mark.parametrize("near", ["kc-0011", "KC-0O11", " KC-0011 "])
def test_a_product_that_is_spelt_otherwise_is_suggested(call, folder, near):
    told = call("reviews", folder, "--sku", near)
    assert told.code == 2
    assert "did you mean KC-0011?" in told.err


@pytest.mark.parametrize("language, words", [("en", "Too few reviews for themes"), ("zh", "评价太少，归纳不出主题")])
def test_too_few_reviews_for_themes_are_told_with_the_number_needed(call, tmp_path, language, words):
    file = tmp_path / "reviews.csv"
    file.write_text("review_id,sku,rating,text\n" + "".join(f"R{at},A,{at % 5 + 1},It is nice.\n" for at in range(60)))
    assert call("import", file, "--to", tmp_path / "shop", "--yes").code == 0
    told = call("reviews", tmp_path / "shop", "--lang", language)
    assert told.code == 0
    assert words in told.out
    assert "200" in told.out
    found = json.loads(call("reviews", tmp_path / "shop", "--json").out)
    assert found["themes"] == []
    assert "60" in found["themes_note"]["en"]
    assert words in call("reviews", tmp_path / "shop", "--sku", "A", "--lang", language).out


def test_a_fault_without_a_price_is_shown_without_one(call, tmp_path):
    said = ("It broke", "Very nice", "The box was damaged", "Works")
    rows = [f"R{at},A,2024-0{1 + at % 6}-1{at % 9},{at % 5 + 1},{said[at % 4]}" for at in range(60)]
    file = tmp_path / "reviews.csv"
    file.write_text("\n".join(["review_id,sku,date,rating,text", *rows]))
    assert call("import", file, "--to", tmp_path / "shop", "--yes").code == 0
    told = call("reviews", tmp_path / "shop", "--sku", "A")
    assert told.code == 0
    assert "What its faults cost" in told.out
