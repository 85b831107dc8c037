"""Beside a basket answers what did best on later baskets."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

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

LAST, N, SETS = date(2024, 6, 30), 60, 12


@pytest.fixture(scope="module")
def frame():
    """Orders of four out of one set of five products each, and of two things that have nothing to do with it."""
    draw = np.random.default_rng(3)
    rows = []
    for order in range(1500):
        at = LAST - timedelta(days=int(draw.integers(0, 300)))
        own = draw.choice(5, 4, replace=False) + 5 * int(draw.integers(SETS))
        skus = [f"p{sku:02}" for sku in own] + [f"n{sku:02}" for sku in draw.choice(20, 2, replace=False)]
        rows += [(f"c{order % 700:03}", sku, at, f"o{order:04}") for sku in skus]
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
    many = pl.DataFrame({"sku": [f"p{at % N:02}" for at in range(150)], "at": LAST, "order": "big"})
    many = many.with_columns(pl.format("{}-{}", "sku", pl.int_range(pl.len())).alias("sku"))
    few = pl.DataFrame({"sku": ["p01", "p02"], "at": LAST, "order": "new"})
    old = few.with_columns(pl.lit(LAST - timedelta(days=400)).alias("at"), pl.lit("old").alias("order"))
    lines = pl.concat([many, few, old])
    found = orders_of(lines.lazy(), lines["sku"].unique().sort())
    assert len(found.items) == 2


def test_a_trial_asks_for_one_product_of_each_later_order(orders):
    trial = basket_trial(orders, 100)
    one = basket_trial(orders, 100, is_one=True)
    assert trial.early.days.max() < trial.day
    sizes = np.diff(trial.asked.starts)
    assert (sizes >= 2).all()
    assert (np.diff(one.asked.starts) == 1).all()
    for row, item in zip(trial.row, trial.item, strict=True):
        assert item not in trial.asked.seen(row)
    assert basket_trial(orders.only(orders.days > orders.days.max() - 1), 100) is None


def test_counts_as_a_member_are_the_counts_that_answer_else(model, orders):
    member = members_of(orders, ["counted"])["counted"]
    together = Together.of(model.counts)
    rows = {sku: at for at, sku in enumerate(model.skus)}
    asked = of_set(["p01", "p03"], rows, len(rows))
    ours, theirs = member.scores(asked)[0], together.scores(asked)[0]
    others = np.array([at for at in range(len(rows)) if model.skus[at] not in ("p01", "p03")])
    np.testing.assert_allclose(ours[others], theirs[others], rtol=0.02, atol=1e-3)
    np.testing.assert_array_equal(Counted.of(member.arrays()).scores(asked), member.scores(asked))


def test_a_blend_answers_baskets_where_it_did_better(model):
    assert BASKET in model.beside
    assert set(model.beside[BASKET].weighed.weights) != {"counted"}
    assert model.beside[BASKET].weighed.blend.ndcg > model.beside[BASKET].weighed.alone["counted"].ndcg
    found = model.for_basket(["p00", "p01", "p02"], 2)["sku"].to_list()
    assert set(found) == {"p03", "p04"}


def test_beside_a_product_stands_its_own_set(model):
    found = model.similar("p11", 4)["sku"].to_list()
    assert set(found) == {"p10", "p12", "p13", "p14"}


def test_where_counts_do_as_well_they_answer(model):
    assert beside_one({}, "p11", {}) is None
    counted = replace(model, beside={})
    assert set(counted.similar("p11", 4)["sku"].to_list()) == {"p10", "p12", "p13", "p14"}
    assert beside_one(model.beside, "p11", {sku: at for at, sku in enumerate(model.skus)}) is not None or (
        PRODUCT not in model.beside
    )


def test_they_are_kept_on_disk(model, tmp_path):
    model.save(tmp_path / "model")
    again = Recommender.load(tmp_path / "model")
    assert set(again.beside) == set(model.beside)
    one, two = (each.for_basket(["p00", "p01"], 5) for each in (model, again))
    assert one.equals(two)


def test_without_days_there_is_no_blend(frame, skus):
    numbered = frame.with_columns(pl.int_range(pl.len()).alias("at"))
    assert Recommender.fit(numbered).beside == {}
    assert fit_beside(orders_of(frame.clear().lazy(), skus)) == {}
