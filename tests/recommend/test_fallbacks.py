"""Whatever is asked, there is a list with reasons, or a reason why there is none."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.recommend.made import frame_of, name, walks

from shopwright.errors import TableError, UsageError
from shopwright.recommend import Recommender, Rules, Surfaces
from shopwright.recommend.shelf import Shelf

N = 20


@pytest.fixture(scope="module")
def model():
    return Recommender.fit(walks(n_customers=150, n_items=N))


def _shelf(**columns):
    skus = [name(at) for at in range(N)]
    return Shelf.of(pl.DataFrame({"sku": skus, **columns}))


def test_ten_thousand_products_of_history_are_answered(model):
    long = [name(at % 15) for at in range(10_000)]
    found = model.recommend(histories=[long, long[::-1] + ["zz"] * 10], k=3)
    assert found.height == 6
    assert found["sku"].is_in([name(at) for at in range(15, 20)]).all()
    assert model.recommend(histories=[[name(at % N) for at in range(10_000)]], k=3).height == 3


def test_a_list_is_never_longer_than_the_catalogue(model):
    found = model.recommend(customers=["c0001", "nobody", None], k=10**6)
    seen = walks(n_customers=150, n_items=N).filter(customer="c0001")["sku"].n_unique()
    assert found.group_by("position", maintain_order=True).len()["len"].to_list() == [N - seen, N, N]
    for _, each in found.group_by("position"):
        assert each["sku"].n_unique() == each.height
        assert each["rank"].to_list() == list(range(1, each.height + 1))


def test_nor_however_many_are_asked_for(model):
    k, titles = 10**30, [f"tea no {at}" for at in range(N)]
    items = pl.DataFrame({"sku": [name(at) for at in range(N)], "title": titles, "category": ["a", "b"] * (N // 2)})
    for known in (items, items.drop("category")):
        surfaces = Surfaces.of(Recommender.fit(walks(n_customers=150, n_items=N), known))
        assert surfaces.model.similar("p003", k).height == N - 1
        assert surfaces.model.for_basket(["p003"], k).height == N - 1
        assert len(surfaces.for_product("p003", k).places) == N - 1
        assert 0 < len(surfaces.for_product("p003", k, kind="alternative").places) < N
        assert len(surfaces.for_session(["p003"], k).places) == N - 1
        mail = surfaces.for_mail(["c0001"], k)
        assert mail["n"][0] >= 1
        assert mail.width == 2 + 4 * N


def test_histories_may_come_one_by_one(model):
    lists = [["p003"], [], ["p004", "p005"]]
    wanted = model.recommend(histories=lists, k=3)
    assert model.recommend(histories=iter(lists), k=3).equals(wanted)
    assert model.recommend(histories=(iter(each) for each in lists), k=3).equals(wanted)


@pytest.mark.parametrize("rules", [[], 5, "price", ["price"], [("price", (1, 2))]])
def test_what_are_no_rules_is_refused(model, rules):
    with pytest.raises(UsageError) as caught:
        model.recommend(customers=["c0001"], k=3, rules=rules)
    assert caught.value.code == "RECOMMEND-39"


def test_what_is_no_shelf_is_refused(model):
    items = pl.DataFrame({"sku": ["p003"]})
    with pytest.raises(UsageError) as caught:
        model.recommend(customers=["c0001"], k=3, rules=Rules(), shelf=items)
    assert caught.value.code == "RECOMMEND-43"
    for no_table in (None, {"sku": ["p003"]}, items.lazy()):
        with pytest.raises(TableError) as refused:
            Shelf.of(no_table)
        assert refused.value.code == "RECOMMEND-12"


def test_a_customer_s_answer_does_not_hang_on_who_else_is_asked(model):
    names = [*model.customers[:30], "nobody"]
    whole = model.recommend(customers=names, k=4)
    for at, who in enumerate(names):
        alone = model.recommend(customers=[who], k=4)
        assert alone["sku"].to_list() == whole.filter(position=at)["sku"].to_list()


def test_nor_where_counts_answer():
    rows = [("x", "a", 0), ("x", "a", 0), ("x", "b", 0), ("y", "c", 0), ("y", "d", 9), ("y", "c", 30)]
    rows += [("u", "a", 3), ("u", "e", 3), ("v", "b", 3), ("v", "f", 3), ("w", "f", 5), ("w", "b", 5)]
    model = Recommender.fit(frame_of(rows, order=[str(at) for at in range(6)] + list("ppqqrr")))
    assert model.blends is None
    alone = model.recommend(customers=["x"], k=6)
    both = model.recommend(customers=["y", "x"], k=6).filter(position=1)
    assert alone.drop("position").equals(both.drop("position"))


def test_ids_that_are_numbers_find_what_fit_turned_into_text():
    frame = walks(n_customers=150, n_items=N).with_columns(
        pl.col("customer").str.slice(1).cast(pl.Int64) + 5000, pl.col("sku").str.slice(1).cast(pl.Int64)
    )
    model = Recommender.fit(frame)
    found = model.recommend(customers=[5003, "5003", None], k=3)
    assert found.filter(position=0)["sku"].to_list() == found.filter(position=1)["sku"].to_list()
    assert found["customer"].to_list() == ["5003"] * 6 + [None] * 3
    assert model.recommend(histories=[[3, 4]], k=1)["sku"].to_list() == ["5"]
    assert model.recommend(histories=pl.Series([[3, 4]]), k=1)["sku"].to_list() == ["5"]
    assert model.similar(3, 1).equals(model.similar("3", 1))
    assert "never bought" not in model.similar(3, 1)["why"][0]["en"]


@pytest.mark.parametrize("columns", [{}, {"order": [None] * 4}], ids=["no-orders", "empty-orders"])
def test_where_nobody_is_known_what_is_popular_is_told(columns):
    frame = frame_of([(None, "a", 1), (None, "b", 2), (None, "b", 3), (None, "c", 60)], **columns)
    found = Recommender.fit(frame).recommend(customers=["x"], k=3)
    assert found["sku"].to_list() == ["b", "a", "c"]
    assert found["score"].to_list() == pytest.approx([2 / 3, 1 / 3, 0])
    assert found["why"][0]["en"].endswith("popular: in 2 orders of the last 28 days")


def test_orders_that_are_never_given_are_no_orders():
    rows = [("x", "a", 1), ("x", "b", 2), ("y", "a", 1), ("y", "b", 3), ("z", "a", 2), ("z", "c", 2)]
    without, empty = (Recommender.fit(frame_of(rows, **more)) for more in ({}, {"order": [None] * 6}))
    assert empty.recommend(customers=["z"], k=2).equals(without.recommend(customers=["z"], k=2))
    assert "customers" in empty.recommend(customers=["z"], k=1)["why"][0]["en"]


def test_one_product_for_everybody():
    model = Recommender.fit(frame_of([(f"c{at:03}", "only", at % 90) for at in range(200)]))
    found = model.recommend(customers=["c003", "nobody"], k=5)
    assert found["sku"].to_list() == ["only", "only"]
    assert found["why"][0]["en"] == "already bought, and nothing else is left to show"


def test_items_without_a_product_are_refused():
    for items in (pl.DataFrame({"sku": []}, schema={"sku": pl.String}), pl.DataFrame({"sku": [None], "title": ["x"]})):
        with pytest.raises(TableError) as caught:
            Recommender.fit(frame_of([("x", "a", 1)]), items)
        assert caught.value.code == "RECOMMEND-10"


def test_only_withdrawn_products_were_bought():
    model = Recommender.fit(frame_of([("x", "old", 1)]), pl.DataFrame({"sku": ["new"], "title": ["New"]}))
    found = model.recommend(customers=["x", "nobody"], k=5)
    assert found["sku"].to_list() == ["new", "new"]
    assert model.similar("old")["sku"].to_list() == ["new"]
    assert model.for_basket(["old"])["sku"].to_list() == ["new"]


def test_rules_choose_from_what_is_offered_and_say_what_they_gave_up(model):
    prices = _shelf(price=[float(at) for at in range(N)])
    found = model.recommend(customers=["c0001", "nobody"], k=5, rules=Rules(price=(10.0, 12.0)), shelf=prices)
    assert set(found["sku"]) <= {"p010", "p011", "p012"}
    named = model.recommend(customers=["c0001", "nobody"], k=5, rules={"price": [10, 12]}, shelf=prices)
    assert named.equals(found)
    none = model.recommend(customers=["c0001", "nobody"], k=5, rules=Rules(price=(900.0, None)), shelf=prices)
    assert none.height == 10
    assert all("the rules leave nothing to show; given up for this list: price" in why["en"] for why in none["why"])


def test_out_of_stock_everywhere_is_shown_saying_so(model):
    found = model.recommend(customers=["c0001"], k=3, rules=Rules(), shelf=_shelf(on_hand=[0.0] * N))
    assert found.height == 3
    assert "given up for this list" in found["why"][0]["en"]


def test_what_is_not_on_the_shelf_is_not_shown(model):
    some = Shelf.of(pl.DataFrame({"sku": ["p003", "p004", "strange"]}))
    assert set(model.recommend(customers=["nobody"], k=9, rules=Rules(), shelf=some)["sku"]) == {"p003", "p004"}


def test_rules_that_forbid_everything_give_the_reason(model):
    never = Rules(skus_never=tuple(name(at) for at in range(N)))
    found = model.recommend(customers=["c0001", "nobody"], k=5, rules=never, shelf=_shelf())
    assert found["position"].to_list() == [0, 1]
    assert found["sku"].to_list() == [None, None]
    assert found["why"][0]["en"].startswith("nothing is shown: the rules say of every product that it is never shown")
    assert found["why"][1]["en"].startswith("nothing is known about this customer yet; nothing is shown")


def test_a_shelf_of_another_shop_gives_the_reason(model):
    found = model.recommend(
        customers=["c0001"], k=5, rules=Rules(), shelf=Shelf.of(pl.DataFrame({"sku": ["x1", "x2"]}))
    )
    assert found["sku"].to_list() == [None]
    assert found["why"][0]["en"] == "none of the products on the shelf was there to learn from"


def test_rules_never_bring_back_what_is_withdrawn():
    frame = walks(n_customers=150, n_items=N)
    items = pl.DataFrame({"sku": ["p003", "p004"], "price": [5.0, 6.0]})
    model = Recommender.fit(frame, items)
    has = (
        frame.group_by("customer")
        .agg("sku")
        .filter(pl.col("sku").list.set_intersection(["p003", "p004"]).list.len() == 2)
    )
    who = [*has["customer"].head(5), "x"]  # all but the last bought everything that is offered
    for rules in (Rules(), Rules(price=(900.0, None))):
        found = model.recommend(customers=who, k=9, rules=rules)
        assert set(found["sku"]) <= {"p003", "p004"}
        assert found["position"].n_unique() == 6


IDS = st.sampled_from(["c1", "c2", "", "客", None])
SKUS = st.sampled_from(["a", "b", "c", "", "茶", None])


@settings(max_examples=60)
@given(
    st.lists(st.tuples(IDS, SKUS, st.integers(0, 400)), max_size=12),
    st.lists(IDS, min_size=1, max_size=3),
    st.lists(st.lists(SKUS.filter(bool), max_size=5), min_size=1, max_size=3),
    st.integers(1, 9),
    st.booleans(),
    st.sampled_from([None, Rules(), Rules(price=(1.0, 2.0)), Rules(skus_never=("a", "b", "c", "", "茶"))]),
)
def test_there_is_never_an_empty_answer_without_a_reason(rows, customers, histories, k, exclude_seen, rules):
    frame = frame_of(rows)
    if frame.drop_nulls(["sku"]).is_empty():
        with pytest.raises(TableError):
            Recommender.fit(frame)
        return
    model = Recommender.fit(frame)
    for asked in ({"customers": customers}, {"histories": histories}):
        found = model.recommend(k=k, exclude_seen=exclude_seen, rules=rules, **asked)
        (many,) = (len(each) for each in asked.values())
        assert found["position"].unique().sort().to_list() == list(range(many))
        assert all(why["en"] and why["zh"] for why in found["why"])
        assert found["score"].drop_nulls().is_finite().all()
        assert found.group_by("position").len()["len"].max() <= k
    for found in (model.for_basket(histories[0], k), model.similar(histories[0][0] if histories[0] else "zz", k)):
        assert found.height >= 1
        assert found["sku"].is_not_null().all()
