"""`shopwright recommend` and `bundles` on a synthetic shop."""

from __future__ import annotations

import csv
import json
import shutil

import polars as pl
import pytest

from shopwright.recommend import fit_shop
from shopwright.shop.shop import open_shop
from shopwright.shop.synthetic import Params, write
from shopwright.strategy.heard import FOLDER


@pytest.fixture(scope="module")
def fitted(tmp_path_factory):
    """A shop of 2,500 orders in which the recommender was fitted once; to be read, not written."""
    root = tmp_path_factory.mktemp("recommend") / "shop"
    write(Params(orders=2500, seed=5, days=300), root)
    fit_shop(open_shop(root))
    return root


def _rows(told):
    assert told.code == 0, told.err
    return json.loads(told.out)["rows"]


@pytest.fixture(scope="module")
def named(fitted):
    """A customer with several orders, and two products that sell."""
    lines = open_shop(fitted).table("order_lines").collect()
    customer = lines.drop_nulls("customer")["customer"].value_counts(sort=True)["customer"][0]
    return customer, *lines["sku"].value_counts(sort=True)["sku"].to_list()[:2]


@pytest.mark.parametrize("option", ["--customer", "--product"])
def test_an_empty_id_is_refused(call, fitted, option):
    told = call("recommend", fitted, option, " ")
    assert (told.code, told.out) == (2, "")
    assert "RECOMMEND-73" in told.err


@pytest.mark.parametrize(
    "line",
    [
        ("--customer", "{0}"),
        ("--product", "{1}"),
        ("--product", "{1}", "--kind", "alternative"),
        ("--basket", "{1},{2}"),
        ("--session", "{1}, {2}"),
        (),
    ],
    ids=["customer", "product", "alternative", "basket", "session", "popular"],
)
def test_each_kind_of_list(call, fitted, named, line):
    line = [part.format(*named) for part in line]
    rows = _rows(call("recommend", fitted, *line, "--top", "3", "--json"))
    assert [row["rank"] for row in rows] == [1, 2, 3][: len(rows)]
    assert len(rows) == 3 or "alternative" in line
    assert all(row["why"]["en"] and row["why"]["zh"] and row["title"] for row in rows)
    asked = set(" ".join(line[1:2]).replace(",", " ").split())
    assert not {row["sku"] for row in rows} & asked
    told = call("recommend", fitted, *line, "--top", "3")
    assert told.out.count("%") == len(rows)
    assert "chance" in told.err


def test_the_models_are_named_where_asked_for(call, fitted):
    assert "NDCG@10" not in call("recommend", fitted).err
    told = call("recommend", fitted, "--how")
    assert "products new to the customer:" in told.err
    assert "popular, all time 0." in told.err
    assert "客户没买过的商品" in call("recommend", fitted, "--how", "--lang", "zh").err


@pytest.mark.parametrize("rules, is_read", [("defect = 0.0", False), ("defect = 0.5", True), ("sentiment = 0.5", True)])
def test_reviews_are_read_only_where_a_rule_counts_them(call, fitted, tmp_path, rules, is_read):
    shutil.rmtree(fitted / FOLDER, ignore_errors=True)
    (tmp_path / "rules.toml").write_text(rules)
    assert call("recommend", fitted, "--rules", tmp_path / "rules.toml").code == 0
    assert (fitted / FOLDER).is_dir() == is_read


def test_rules_from_the_line_and_from_a_file(call, fitted, named, tmp_path):
    prices = dict(open_shop(fitted).table("products").select("sku", "price").collect().iter_rows())
    low, high = pl.Series(prices.values()).quantile(0.3), pl.Series(prices.values()).quantile(0.6)
    rows = _rows(call("recommend", fitted, "--product", named[1], "--price", f"{low}-{high}", "--json"))
    assert all(low * 0.7 <= prices[row["sku"]] <= high * 1.4 for row in rows)  # paid of late against listed
    never = rows[0]["sku"]
    (tmp_path / "rules.toml").write_text(f'skus_never = ["{never}"]\nmost_per_category = 1\n')
    (tmp_path / "rules.json").write_text(json.dumps({"skus_never": [never], "most_per_category": 1}))
    kinds = dict(open_shop(fitted).table("products").select("sku", "category").collect().iter_rows())
    for name in ("rules.toml", "rules.json"):
        line = ("recommend", fitted, "--product", named[1], "--rules", tmp_path / name, "--json")
        rows = _rows(call(*line))
        assert never not in {row["sku"] for row in rows}
        assert len({kinds[row["sku"]] for row in rows}) == len(rows)
        more = _rows(call(*line, "--most-per-category", "9"))  # the line comes before the file
        assert len(more) > len(rows)


def test_what_was_bought_is_shown_again_where_asked_for(call, fitted, named):
    lines = open_shop(fitted).table("order_lines").filter(pl.col("customer") == named[0]).collect()
    bought = set(lines["sku"])
    assert not bought & {row["sku"] for row in _rows(call("recommend", fitted, "--customer", named[0], "--json"))}
    again = _rows(call("recommend", fitted, "--customer", named[0], "--again", "--json"))
    assert bought & {row["sku"] for row in again}


def test_a_pseudonym_stands_for_its_customer(call, fitted, named):
    rows = {row["customer"]: at for at, row in enumerate(_rows(call("customers", fitted, "--json", "--real-ids")))}
    pseudonym = _rows(call("customers", fitted, "--json"))[rows[named[0]]]["customer"]
    assert pseudonym != named[0]
    told = call("recommend", fitted, "--customer", pseudonym, "--json")
    assert _rows(told) == _rows(call("recommend", fitted, "--customer", named[0], "--json"))
    assert "never bought" not in told.err
    assert "never bought" in call("recommend", fitted, "--customer", pseudonym[:-1] + "_").err


@pytest.mark.parametrize(
    "line, code",
    [
        (("--price", "cheap"), "RECOMMEND-46"),
        (("--price", "20-5"), "RECOMMEND-30"),
        (("--diverse", "7"), "RECOMMEND-30"),
        (("--kind", "alternative"), "RECOMMEND-45"),
        (("--product", "x", "--kind", "cousin"), "RECOMMEND-02"),
        (("--customer", "x", "--session", "y"), "RECOMMEND-09"),
        (("--customer", "x", "--mail", "y.csv"), "RECOMMEND-09"),
        (("--rules", "missing.toml"), "RECOMMEND-47"),
    ],
)
def test_what_cannot_be_asked_is_explained(call, fitted, line, code):
    told = call("recommend", fitted, *line)
    assert told.code == 2
    assert f"[{code}]" in told.err


@pytest.mark.parametrize("text, code", [("margin = ", 47), ("[1]", 47), ('{"margni": 1}', 31), ('{"margin": 7}', 30)])
def test_a_file_of_rules_that_cannot_be_used_is_explained(call, fitted, tmp_path, text, code):
    file = tmp_path / ("rules.json" if text[0] in "{[" else "rules.toml")
    file.write_text(text)
    told = call("recommend", fitted, "--rules", file)
    assert told.code == 2
    assert f"[RECOMMEND-{code}]" in told.err


def test_what_a_file_does_not_name_stays_as_the_place_has_it(call, fitted, named, tmp_path):
    (tmp_path / "rules.toml").write_text("margin = 0.1\n")
    call("recommend", fitted, "--mail", tmp_path / "mail.csv", "--top", "3", "--rules", tmp_path / "rules.toml")
    kinds = dict(open_shop(fitted).table("products").select("sku", "category").collect().iter_rows())
    for row in csv.DictReader((tmp_path / "mail.csv").read_text("utf-8-sig").splitlines()):
        shown = [kinds[row[f"sku_{at}"]] for at in (1, 2, 3) if row[f"sku_{at}"]]
        assert len({*shown}) == len(shown)  # a mail shows one of a category


def test_a_mailing_is_a_table_for_those_who_agreed(call, fitted, tmp_path):
    told = call("recommend", fitted, "--mail", tmp_path / "mail.csv", "--top", "2")
    assert told.code == 0, told.err
    rows = list(csv.DictReader((tmp_path / "mail.csv").read_text("utf-8-sig").splitlines()))
    customers = open_shop(fitted).table("customers").select("customer", "consent_email").collect()
    agreed = set(customers.filter(pl.col("consent_email"))["customer"])
    assert rows
    assert {row["customer"] for row in rows} <= agreed or not agreed
    assert all(row["sku_1"] and row["sku_1"] != row["sku_2"] for row in rows)


def test_a_damaged_model_is_learned_anew_and_said(call, shop):
    assert call("recommend", shop).code == 0
    cards = [
        *(shop / "models" / "recommend").glob("*/recommender.json")
    ]  # `evaluate --policy` leaves one of an earlier day
    assert cards
    for card in cards:
        card.write_text("{}")
    told = call("recommend", shop)
    assert told.code == 0
    assert "fitted anew" in told.err
    assert "fitted anew" not in call("recommend", shop).err


def test_words_need_a_chat_model(call, fitted):
    told = call("recommend", fitted, "--words")
    assert told.code == 1
    assert "[CHAT-01]" in told.err


def test_bundles_as_a_table_and_as_json(call, fitted):
    told = call("bundles", fitted, "--least-orders", "5", "--top", "3")
    assert "that pass the limits" in told.out
    assert told.code == 0, told.err
    assert " + " in told.out
    found = json.loads(call("bundles", fitted, "--least-orders", "5", "--top", "3", "--largest", "2", "--json").out)
    assert 0 < len(found["rows"]) <= 3
    assert all(len(row["skus"]) == 2 for row in found["rows"])


def test_where_no_set_passes_the_limits_that_is_said(call, fitted):
    told = call("bundles", fitted, "--least-orders", "2000")
    assert told.code == 0
    assert "no set" in told.err
