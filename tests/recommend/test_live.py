"""What happened since the models were fitted changes the next answer of that customer, at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import polars as pl
import pytest
from tests.recommend.made import frame_of, learned, name, walks

from shopwright.errors import TableError
from shopwright.recommend import Recommender
from shopwright.recommend.live import Live

DAY = 19904  # 2024-06-30
ASKED = [f"c{at:04}" for at in range(40)]


@pytest.fixture(scope="module")
def frame():
    return walks(n_customers=150, n_items=20)


@pytest.fixture(scope="module")
def fitted(frame):
    return Recommender.fit(frame)


@pytest.fixture
def model(fitted):
    """The same without what other tests added."""
    return Recommender(
        fitted.counts, fitted.items, fitted.offered, fitted.events, fitted.blends, fitted.ties, fitted.by_order
    )


def _new(*skus, who="c0003", ago=-1):
    return frame_of([(who, sku, ago - at) for at, sku in enumerate(skus)])


def test_the_next_answer_of_that_customer_and_no_other_is_another(model, frame):
    has = frame.filter(pl.col("sku").is_in(["p014", "p015", "p016"]))["customer"].implode()
    who = next(each for each in ASKED if each not in has[0])
    before = model.recommend(customers=ASKED, k=5)
    assert model.update(_new("p014", "p015", who=who)) == 2
    after = model.recommend(customers=ASKED, k=5)
    others = pl.col("customer") != who
    assert after.filter(others).equals(before.filter(others))
    mine = after.filter(~others)["sku"].to_list()
    assert mine[0] == "p016"
    assert mine != before.filter(~others)["sku"].to_list()
    assert not {"p014", "p015"} & set(mine)


def test_a_new_customer_is_known_from_the_first_click(model):
    assert not model.knows_customer("new")
    popular = model.recommend(customers=["new"], k=1)
    assert model.update(_new("p007", who="new").with_columns(kind=pl.lit("click"))) == 1
    assert model.knows_customer("new")
    found = model.recommend(customers=["new"], k=1)
    assert found["sku"].to_list() == ["p008"]
    assert "nothing is known" in popular["why"][0]["en"]
    assert "nothing is known" not in found["why"][0]["en"]


def test_the_order_of_events_counts(model):
    model.update(_new("p004", "p010", who="one"))
    model.update(_new("p010", "p004", who="two"))
    model.update(_new("p004", "p010", who="three")[::-1])  # rows in any order
    found = model.recommend(customers=["one", "two", "three"], k=1)
    assert found["sku"].to_list() == ["p011", "p005", "p011"]


def test_the_same_event_twice_counts_once(model):
    assert model.update(_new("p004", "p010")) == 2
    once = model.recommend(customers=["c0003"], k=10)
    assert model.update(pl.concat([_new("p004", "p010")] * 3)) == 0
    assert model.recommend(customers=["c0003"], k=10).equals(once)
    assert model.update(_new("p004", ago=-9)) == 1


@pytest.mark.parametrize(
    "column", [pl.col("at"), pl.col("at").cast(pl.Datetime("ms")), pl.col("at").cast(pl.Datetime("us", "UTC"))]
)
def test_what_was_learned_from_does_not_count_again(model, frame, column):
    before = model.recommend(customers=ASKED, k=5)
    assert model.update(frame.with_columns(at=column)) == 0
    assert model.recommend(customers=ASKED, k=5).equals(before)
    assert len(model.live) == 0


def test_another_moment_of_a_learned_day_counts():
    rows = [("x", "a", 3), ("x", "b", 3), ("y", "a", 1)]
    noon = frame_of(rows).with_columns(at=pl.col("at").cast(pl.Datetime("us")) + pl.duration(hours=12))
    model = Recommender.fit(noon)
    assert model.update(noon.with_columns(at=pl.col("at") + pl.duration(minutes=1))) == 3
    numbers = Recommender.fit(pl.DataFrame({"customer": ["x"] * 3, "sku": ["a", "b", "a"], "at": [1, 2, 3]}))
    again = pl.DataFrame({"customer": ["x"] * 3, "sku": ["b", "a", "b"], "at": [2.0, 3.0, 4.0]})
    assert numbers.update(again) == 1


def test_unknown_products_and_nobody_are_passed_over(model):
    rows = [("c0003", "zzz", -1), (None, "p004", -1), ("c0003", None, -1), ("c0003", "p004", -2)]
    assert model.update(frame_of(rows)) == 1
    assert model.update(_new("zzz", who="stranger")) == 0
    assert not model.knows_customer("stranger")


def test_a_frame_without_columns_is_refused(model):
    with pytest.raises(TableError) as caught:
        model.update(pl.DataFrame({"sku": ["p001"]}))
    assert caught.value.code == "RECOMMEND-03"


def test_lines_of_one_order_are_one_step_back(model):
    lines = frame_of([("new", "p001", -1), ("new", "p002", -1), ("new", "p003", -2)], order=["o", "o", None])
    model.update(lines)
    found = model.live.histories(model.events, ["new"], DAY)
    assert found.items.tolist() == [1, 2, 3]
    assert found.back.tolist() == [1, 1, 0]
    assert found.days_ago.tolist() == [1, 1, 0]


def test_days_are_counted_from_the_customer_s_last_event(model):
    base = model.live.histories(model.events, ["c0003", "c0004"], DAY)
    first, second = base.part(0, 1), base.part(1, 2)
    model.update(_new("p001", ago=-10))
    one, two = (model.live.histories(model.events, ["c0003", "c0004"], DAY).part(at, at + 1) for at in (0, 1))
    assert one.days_ago.tolist() == [*(first.days_ago + 10).tolist(), 0]
    assert one.back.tolist() == [*(first.back + 1).tolist(), 0]
    assert two.days_ago.tolist() == second.days_ago.tolist()


def test_without_shared_days_there_are_none():
    model = Recommender.fit(frame_of([(f"c{at}", sku, 9 - step) for at in range(30) for step, sku in enumerate("abc")]))
    model.update(frame_of([("c1", "a", -400)]))
    assert not model.live.histories(model.events, ["c1"], DAY).days_ago.any()


def test_ten_thousand_events_of_one_customer_come_in_at_once(model):
    rows = [("busy", name(at % 20), -at) for at in range(10_000)]
    assert model.update(frame_of(rows)) == 10_000
    assert model.update(frame_of(rows[:-5:-1])) == 0
    assert model.recommend(customers=["busy"], k=3).height == 3


def test_threads_lose_nothing(model):
    def add(number):
        for at in range(20):
            model.update(_new(name(at), who=f"t{at % 4}", ago=-1 - number))
        return model.recommend(customers=["t0", "c0001"], k=3).height

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(add, range(4))) == [6] * 4
    assert sum(len(events) for _, events in model.live.items()) == 80
    found = model.live.histories(model.events, ["t0", "t1", "t2", "t3"], DAY)
    assert np.diff(found.starts).tolist() == [20] * 4


def test_who_reads_keeps_what_was_there():
    live = Live()
    assert live.add("x", [(1, "o", 5, 1.0), (1, "o", 5, 1.0), (2, "o", 5, 1.0)]) == 2
    before = live.items()
    assert live.add("x", [(2, "o", 5, 1.0), (3, "p", 6, 1.0)]) == 1
    assert before == [("x", ((1, "o", 5, 1.0), (2, "o", 5, 1.0)))]
    assert Live(dict(live.items())).items() == live.items()


def test_nobody_known_is_asked_for():
    events = learned(frame_of([(None, "a", 1)]))
    found = Live().histories(events, ["x", None], DAY)
    assert (len(found), len(found.items)) == (2, 0)


def test_numbers_are_no_days_for_a_model_that_knows_days(model):
    new = pl.DataFrame({"customer": ["c0003"], "sku": ["p001"], "at": [7]})
    with pytest.raises(TableError) as caught:
        model.update(new)
    assert caught.value.code == "RECOMMEND-15"
    assert len(model.live) == 0
