"""Beside a basket answers what did best on later baskets."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest

from shopwright.recommend import Recommender
from shopwright.recommend.beside_blend import (
    BASKET,
    PRODUCT,
    basket_trial,
    beside_one,
    fit_beside,
    members_of,
    orders_of,
)
from shopwright.recommend.counted import Counted
from shopwright.recommend.histories import of_set
from shopwright.recommend.scoring import Together

LAST, SIZE, SETS = date(2024, 6, 30), 12, 12
OWN = {f"p{sku:03}" for sku in range(SIZE, 2 * SIZE)}  # the set of p013


def _drawn(draw):
    """Four of one set of twelve products, and four things that have nothing to do with it."""
    own = draw.choice(SIZE, 4, replace=False) + SIZE * int(draw.integers(SETS))
    return [f"p{sku:03}" for sku in own] + [f"n{sku:02}" for sku in draw.choice(20, 4, replace=False)]


@pytest.fixture(scope="module")
def frame():
    """Orders over 300 days."""
    draw = np.random.default_rng(3)
    rows = []
    for order in range(2500):
        at = LAST - timedelta(days=int(draw.integers(0, 300)))
        rows += [(f"c{order % 700:03}", sku, at, f"o{order:04}") for sku in _drawn(draw)]
    return pl.DataFrame(rows, schema=["customer", "sku", "at", "order"], orient="row")


@pytest.fixture(scope="module")
def skus(frame):
    return frame["sku"].unique().sort()


@pytest.fixture(scope="module")
def orders(frame, skus):
    return orders_of(frame.lazy(), skus)


@pytest.fixture(scope="module")
def model(frame):
    return Recommender.fit(frame)


def test_an_order_is_one_visit(orders, frame):
    assert orders.n_customers == frame["order"].n_unique()
    assert (orders.steps == 0).all()
    assert orders.is_dated


def test_old_orders_and_wholesale_are_left_out(skus):
    many = pl.DataFrame({"sku": [f"p{at % 60:02}" for at in range(150)], "at": LAST, "order": "big"})
    many = many.with_columns(pl.format("{}-{}", "sku", pl.int_range(pl.len())).alias("sku"))
    few = pl.DataFrame({"sku": ["p01", "p02"], "at": LAST, "order": "new"})
    old = few.with_columns(pl.lit(LAST - timedelta(days=400)).alias("at"), pl.lit("old").alias("order"))
    lines = pl.concat([many, few, old])
    found = orders_of(lines.lazy(), lines["sku"].unique().sort())
    assert len(found.items) == 2


def test_the_year_begins_with_the_day_of_the_place():
    zone = ZoneInfo("Asia/Shanghai")
    first, last = (datetime.combine(LAST, time(hour), zone) for hour in (2, 12))  # the first falls on the day before
    first -= timedelta(days=364)
    lines = pl.DataFrame({"sku": ["p1", "p2"] * 2, "at": [first, first, last, last], "order": ["1", "1", "2", "2"]})
    assert len(orders_of(lines.lazy(), lines["sku"].unique().sort()).items) == 4


def test_a_trial_asks_for_what_else_later_orders_hold(orders):
    trial = basket_trial(orders, 100)
    one = basket_trial(orders, 100, is_one=True)
    assert trial.early.days.max() < trial.day
    assert (np.diff(trial.asked.starts) == 4).all()  # half of eight
    assert (np.bincount(trial.row) == 4).all()
    assert (np.diff(one.asked.starts) == 1).all()
    assert (np.bincount(one.row) == 7).all()
    for row, item in zip(trial.row, trial.item, strict=True):
        assert item not in trial.asked.seen(row)
    assert basket_trial(orders.only(orders.days > orders.days.max() - 1), 100) is None


def test_counts_as_a_member_are_the_counts_that_answer_else(model, orders):
    member = members_of(orders, ["counted"])["counted"]
    together = Together.of(model.counts)
    rows = {sku: at for at, sku in enumerate(model.skus)}
    asked = of_set(["p001", "p003"], rows, len(rows))
    ours, theirs = member.scores(asked)[0], together.scores(asked)[0]
    others = np.array([at for at in range(len(rows)) if model.skus[at] not in ("p001", "p003")])
    np.testing.assert_allclose(ours[others], theirs[others], rtol=0.02, atol=1e-3)
    np.testing.assert_array_equal(Counted.of(member.arrays()).scores(asked), member.scores(asked))


def test_a_blend_answers_baskets_where_it_did_better(model):
    assert BASKET in model.beside
    assert set(model.beside[BASKET].weighed.weights) != {"counted"}
    assert model.beside[BASKET].weighed.blend.ndcg > model.beside[BASKET].weighed.alone["counted"].ndcg
    found = model.for_basket(["p000", "p001", "p002", "n03"], 3)["sku"].to_list()
    assert set(found) < {f"p{sku:03}" for sku in range(3, SIZE)}


def test_chances_with_a_basket_are_shares_of_orders(model):
    """Half of each new order is known: of the first five told, as many are in the other half as the chances say."""
    draw = np.random.default_rng(11)
    told, came = [], []
    for _ in range(150):
        order = draw.permutation(_drawn(draw)).tolist()
        found = model.for_basket(order[:4], 5)
        assert found["score"].is_sorted(descending=True)
        told += found["score"].to_list()
        came += found["sku"].is_in(order[4:]).to_list()
    assert np.mean(told) == pytest.approx(np.mean(came), rel=0.25)


def test_orders_at_random_are_left_to_counts():
    draw = np.random.default_rng(0)
    adopted = 0
    for _ in range(4):
        rows = [
            (f"c{order:04}", f"p{sku:02}", LAST - timedelta(days=int(order % 200)), f"o{order:04}")
            for order in range(800)
            for sku in draw.choice(60, 4, replace=False)
        ]
        lines = pl.DataFrame(rows, schema=["customer", "sku", "at", "order"], orient="row")
        adopted += len(fit_beside(orders_of(lines.lazy(), lines["sku"].unique().sort())))
    assert adopted <= 2  # of eight


def test_beside_a_product_stands_its_own_set(model):
    found = model.similar("p013", 4)["sku"].to_list()
    assert len(set(found) & OWN) >= 3


def test_where_counts_do_as_well_they_answer(model):
    assert beside_one({}, "p11", {}) is None
    counted = replace(model, beside={})
    assert len(set(counted.similar("p013", 4)["sku"].to_list()) & OWN) >= 3
    assert beside_one(model.beside, "p013", {sku: at for at, sku in enumerate(model.skus)}) is not None or (
        PRODUCT not in model.beside
    )


def test_they_are_kept_on_disk(model, tmp_path):
    model.save(tmp_path / "model")
    again = Recommender.load(tmp_path / "model")
    assert set(again.beside) == set(model.beside)
    one, two = (each.for_basket(["p000", "p001"], 5) for each in (model, again))
    assert one.equals(two)


def test_without_days_there_is_no_blend(frame, skus):
    numbered = frame.with_columns(pl.int_range(pl.len()).alias("at"))
    assert Recommender.fit(numbered).beside == {}
    assert fit_beside(orders_of(frame.clear().lazy(), skus)) == {}
