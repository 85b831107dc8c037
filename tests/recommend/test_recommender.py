from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopwright.errors import TableError, UsageError
from shopwright.i18n import Text
from shopwright.recommend import Recommender

LAST = datetime(2024, 6, 30, 12, tzinfo=UTC)


def _parity(sku):
    return int(sku[1:]) % 2


def _frame(*rows):
    """Rows of customer, order, products."""
    lines = [(customer, sku, LAST, order) for customer, order, skus in rows for sku in skus]
    return pl.DataFrame(lines, schema=["customer", "sku", "at", "order"], orient="row")


def test_checkerboard_tastes_are_recovered(checkerboard):
    customers = checkerboard["customer"].unique().sort().to_list()
    found = Recommender.fit(checkerboard).recommend(customers=customers, k=1)
    right = [_parity(sku) == int(who[1:]) % 2 for who, sku in found.select("customer", "sku").iter_rows()]
    # a customer who bought all ten liked products has nothing but the others left
    has_left = checkerboard.group_by("customer").agg(pl.col("sku").n_unique()).filter(pl.col("sku") < 10).height
    assert sum(right) >= has_left


def test_histories_and_complements_follow_the_tastes(checkerboard):
    model = Recommender.fit(checkerboard)
    found = model.recommend(histories=[["p02", "p04"], ["p03"]], k=5)
    assert {_parity(sku) for sku in found.filter(position=0)["sku"]} == {0}
    assert {_parity(sku) for sku in found.filter(position=1)["sku"]} == {1}
    assert {_parity(sku) for sku in model.similar("p03", 5)["sku"]} == {1}


def test_the_probability_is_shrunk_towards_recent_popularity():
    frame = _frame(*[("x", f"o{n}", "ab") for n in range(6)], *[("y", f"q{n}", "ac") for n in range(4)])
    found = Recommender.fit(frame).similar("a", 2)
    # n_ab = 6, n_a = 10, κ = 10, p_b = 6/10; b is bought with a no more than by chance: it comes as popular
    assert found["sku"].to_list() == ["b", "c"]
    both = Recommender.fit(pl.concat([frame, _frame(*[("z", f"r{n}", "d") for n in range(10)])]))
    found = both.similar("a", 1)
    assert found["score"][0] == pytest.approx((6 + 10 * 6 / 20) / (10 + 10))
    assert Text.from_json(found["why"][0]).render("en") == (
        "bought together with a 6 times, 2.0 × as often as by chance"
    )


def test_why_can_be_counted_by_hand(checkerboard):
    model = Recommender.fit(checkerboard)
    top = model.similar("p02", 1).row(0, named=True)
    of_both = (
        checkerboard.group_by("order")
        .agg(pl.col("sku"))
        .filter(pl.col("sku").list.contains("p02") & pl.col("sku").list.contains(top["sku"]))
    )
    assert f" {of_both.height} times" in top["why"]["en"]
    assert f" {of_both.height} 次" in top["why"]["zh"]


@pytest.mark.parametrize(
    "asked, says",
    [
        ({"customers": ["nobody"]}, "nothing is known about this customer yet; popular"),
        ({"histories": [["zz", "yy"]]}, "none of these products was bought before; popular"),
        ({"histories": [[]]}, "popular: in"),
    ],
)
def test_the_unknown_get_what_is_popular_with_the_reason(checkerboard, asked, says):
    found = Recommender.fit(checkerboard).recommend(k=4, **asked)
    recent = checkerboard.filter(pl.col("at").dt.date() > date(2024, 6, 30) - timedelta(days=28))
    counts = dict(recent.group_by("sku").agg(pl.col("order").n_unique()).iter_rows())
    assert [counts[sku] for sku in found["sku"]] == sorted(counts.values(), reverse=True)[:4]
    assert all(why["en"].startswith(says) for why in found["why"])


def test_what_was_bought_is_not_shown_again_unless_asked(checkerboard):
    model = Recommender.fit(checkerboard)
    seen = set(checkerboard.filter(customer="c001")["sku"])
    assert not seen & set(model.recommend(customers=["c001"], k=50)["sku"])
    assert seen & set(model.recommend(customers=["c001"], k=5, exclude_seen=False)["sku"])


def test_the_latest_purchases_weigh_more():
    old, new = LAST - timedelta(days=300), LAST
    pairs = [("c", f"o{n}", "ax") for n in range(20)] + [("d", f"q{n}", "by") for n in range(20)]
    lines = _frame(*pairs)
    mine = pl.DataFrame(
        {"customer": ["m", "m"], "sku": ["a", "b"], "at": [old, new], "order": ["m1", "m2"]}, schema=lines.schema
    )
    found = Recommender.fit(pl.concat([lines, mine])).recommend(customers=["m"], k=2)
    assert found["sku"].to_list() == ["y", "x"]
    swapped = mine.with_columns(at=pl.col("at").reverse())
    assert Recommender.fit(pl.concat([lines, swapped])).recommend(customers=["m"], k=2)["sku"].to_list() == ["x", "y"]
    model = Recommender.fit(lines)
    found = model.recommend(histories=[["a", *"b" * 9], ["b", *"a" * 9]], k=1)
    assert found["sku"].to_list() == ["y", "x"]


def test_a_catalogue_of_one_product_is_shown_saying_so():
    model = Recommender.fit(_frame(("c", "o", "a")))
    found = model.recommend(customers=["c"], k=10)
    assert found["sku"].to_list() == ["a"]
    assert found["why"][0]["en"] == "already bought, and nothing else is left to show"
    assert model.similar("a")["sku"].to_list() == ["a"]


def test_a_k_beyond_the_catalogue_gives_the_catalogue(checkerboard):
    model = Recommender.fit(checkerboard)
    assert model.recommend(histories=[["p00"], []], k=1000).group_by("position", maintain_order=True).len()[
        "len"
    ].to_list() == [19, 20]
    assert model.similar("p00", 1000).height == 19


def test_only_items_are_offered_with_their_titles(checkerboard):
    items = pl.DataFrame({"sku": ["p02", "p04", "new"], "title": ["Two", None, "Newcomer"]})
    model = Recommender.fit(checkerboard, items)
    found = model.recommend(histories=[["p02"]], k=10)
    assert set(found["sku"]) == {"p04", "new"}
    assert "Two" in found.filter(sku="p04")["why"][0]["en"]
    assert found.filter(sku="new")["why"][0]["en"] == "fills the list: not bought in the last 28 days"


def test_alternatives_are_of_the_same_category_near_in_price():
    frame = _frame(*[(None, f"o{n}", "abcd") for n in range(3)])
    items = pl.DataFrame(
        {"sku": list("abcd"), "category": ["x", "x", "x", "y"], "price": [10.0, 40.0, 11.0, 10.0]},
    )
    found = Recommender.fit(frame, items).similar("a", 2, kind="alternative")
    assert found["sku"].to_list() == ["c", "b"]
    assert found["why"][0]["en"].startswith("same category: x; popular")


def test_without_orders_baskets_are_customers():
    frame = _frame(("c", None, "ab"), ("d", None, "ab"), ("e", None, "c")).drop("order")
    found = Recommender.fit(frame).similar("a", 1)
    assert found["why"][0]["en"] == "2 customers bought it and a, 1.5 × as many as by chance"


def test_large_baskets_and_old_orders_do_not_pair():
    wholesale = _frame(("w", "big", [f"w{n}" for n in range(101)]))
    old = _frame(("o", "old", "ab")).with_columns(at=pl.lit(LAST - timedelta(days=365)))
    counts = Recommender.fit(pl.concat([wholesale, old])).counts
    assert counts.n_left_out == 1
    assert counts.together.nnz == 0
    assert counts.n_recent == 1


def test_duplicates_and_null_keys_change_nothing(checkerboard):
    noisy = pl.concat(
        [
            checkerboard,
            checkerboard.head(50),
            checkerboard.head(5).with_columns(sku=pl.lit(None, pl.String)),
            checkerboard.head(5).with_columns(at=pl.lit(None, checkerboard.schema["at"])),
        ]
    )
    one, two = (Recommender.fit(frame).recommend(customers=["c003"], k=20) for frame in (checkerboard, noisy))
    assert one.equals(two)


def test_the_seed_only_orders_equals(checkerboard):
    once, again, other = (
        Recommender.fit(checkerboard, seed=seed).recommend(customers=["x"], k=20) for seed in (1, 1, 2)
    )
    assert once.equals(again)
    assert sorted(once["score"]) == sorted(other["score"])
    flat = _frame(*[("c", f"o{n}", [f"s{n}"]) for n in range(50)])
    assert (
        not Recommender.fit(flat, seed=1)
        .similar("s0", 40)["sku"]
        .equals(Recommender.fit(flat, seed=2).similar("s0", 40)["sku"])
    )


def test_a_long_history_and_a_customer_asked_twice(checkerboard):
    model = Recommender.fit(checkerboard)
    long = ["p00", "p02", "zz", "p04", "p06", "p08"] * 2000
    assert {_parity(sku) for sku in model.recommend(histories=[long], k=5)["sku"]} == {0}
    twice = model.recommend(customers=["c001", "c001"], k=3)
    assert twice.filter(position=0)["sku"].equals(twice.filter(position=1)["sku"])
    assert model.recommend(customers=[], k=3).is_empty()


def test_many_histories_are_scored_in_slices(checkerboard, monkeypatch):
    model = Recommender.fit(checkerboard)
    histories = [[f"p{n:02}"] for n in range(20)]
    whole = model.recommend(histories=histories, k=3)
    monkeypatch.setattr("shopwright.recommend.recommender.CELLS_AT_ONCE", 45)
    assert model.recommend(histories=histories, k=3).equals(whole)


def test_pairs_are_the_same_when_counted_in_slices(checkerboard, monkeypatch):
    whole = Recommender.fit(checkerboard).counts.together.toarray()
    monkeypatch.setattr("shopwright.recommend.baskets.ROWS_AT_ONCE", 7)
    assert np.array_equal(Recommender.fit(checkerboard).counts.together.toarray(), whole)


@given(
    st.lists(
        st.tuples(st.sampled_from(["c1", "c2", None]), st.sampled_from("abcdef"), st.sampled_from("uvwxyz")),
        min_size=1,
        max_size=40,
    )
)
def test_counts_are_those_of_the_definition(rows):
    frame = pl.DataFrame(
        [(who, sku, LAST, order) for who, sku, order in rows], schema=["customer", "sku", "at", "order"], orient="row"
    )
    baskets = {order: {sku for _, sku, its in rows if its == order} for _, _, order in rows}
    counts = Recommender.fit(frame).counts
    skus = counts.skus.to_list()
    for one in skus:
        assert counts.n_with[skus.index(one)] == sum(one in basket for basket in baskets.values())
        for two in skus:
            both = 0 if one == two else sum({one, two} <= basket for basket in baskets.values())
            assert counts.together[skus.index(one), skus.index(two)] == both
    found = Recommender.fit(frame).recommend(histories=[[skus[0]]], k=10)
    assert found["score"].is_between(0, 1).all()
    assert found["score"].is_sorted(descending=True)


@pytest.mark.parametrize(
    "call, code",
    [
        (lambda model: model.recommend(), "RECOMMEND-01"),
        (lambda model: model.recommend(customers=["a"], histories=[["b"]]), "RECOMMEND-01"),
        (lambda model: model.similar("p00", kind="twin"), "RECOMMEND-02"),
        (lambda model: model.recommend(customers=["a"], k=0), "RECOMMEND-07"),
        (lambda model: model.similar("p00", 0), "RECOMMEND-07"),
        (lambda model: model.similar("p00", kind="alternative"), "RECOMMEND-08"),
        (lambda model: model.recommend(customers=["a"], k=2.5), "RECOMMEND-07"),
        (lambda model: model.for_basket(["p00"], "3"), "RECOMMEND-07"),
        (lambda model: model.recommend(customers="c001"), "RECOMMEND-11"),
        (lambda model: model.recommend(histories=["p00", "p01"]), "RECOMMEND-11"),
        (lambda model: model.recommend(histories=[["p00"], None]), "RECOMMEND-11"),
        (lambda model: model.for_basket("p00"), "RECOMMEND-11"),
    ],
    ids=[
        "neither",
        "both",
        "kind",
        "no-list",
        "no-similar",
        "no-categories",
        "part-of-a-product",
        "text-for-k",
        "one-customer",
        "one-history",
        "history-of-nothing",
        "one-product",
    ],
)
def test_what_cannot_be_asked_is_explained(checkerboard, call, code):
    with pytest.raises(UsageError) as caught:
        call(Recommender.fit(checkerboard))
    assert caught.value.code == code


@pytest.mark.parametrize(
    "interactions, items, code",
    [
        (pl.DataFrame({"sku": ["a"], "at": [LAST]}), None, "RECOMMEND-03"),
        (pl.DataFrame({"customer": ["c"], "sku": ["a"], "at": ["monday"]}), None, "RECOMMEND-04"),
        (_frame(), None, "RECOMMEND-04"),
        (_frame(("c", "o", "a")).clear(), None, "RECOMMEND-05"),
        (_frame(("c", "o", "a")), pl.DataFrame({"title": ["A"]}), "RECOMMEND-06"),
        ([("c", "a", 1)], None, "RECOMMEND-12"),
        (_frame(("c", "o", "a")), ["a"], "RECOMMEND-12"),
        (pl.DataFrame({"customer": [["c"]], "sku": ["a"], "at": [1]}), None, "RECOMMEND-13"),
        (pl.DataFrame({"customer": ["c"], "sku": ["a"], "at": [1], "weight": ["many"]}), None, "RECOMMEND-13"),
        (_frame(("c", "o", "a")), pl.DataFrame({"sku": ["a"], "price": ["3,50"]}), "RECOMMEND-13"),
    ],
    ids=[
        "no-customer",
        "text-for-time",
        "untyped",
        "empty",
        "items-without-sku",
        "no-table",
        "items-no-table",
        "list-for-customer",
        "text-for-weight",
        "text-for-price",
    ],
)
def test_what_cannot_be_learned_from_is_explained(interactions, items, code):
    with pytest.raises(TableError) as caught:
        Recommender.fit(interactions, items)
    assert caught.value.code == code
