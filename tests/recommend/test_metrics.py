"""Measures of lists, by hand on small cases, and against a plain loop on drawn ones."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest

from shopwright.errors import TableError
from shopwright.recommend.classes import class_of_customers, class_of_items
from shopwright.recommend.metrics import coverage, exposure, gini, novelty, per_position
from shopwright.recommend.resampling import means


def _lists(**shown):
    rows = [(int(at[1:]), sku, rank) for at, skus in shown.items() for rank, sku in enumerate(skus, 1)]
    return pl.DataFrame(rows, schema={"position": pl.UInt32, "sku": pl.String, "rank": pl.UInt32}, orient="row")


def _truth(*rows):
    return pl.DataFrame(rows, schema={"position": pl.Int64, "sku": pl.String}, orient="row")


def test_a_case_by_hand():
    lists = _lists(p0="abcde", p1="abcde")
    found = per_position(lists, _truth((0, "b"), (0, "d"), (0, "z"), (1, "e")), k=(3, 5)).to_dicts()
    ideal = 1 + 1 / math.log2(3) + 1 / 2
    assert found[0] == {
        "position": 0,
        "n_true": 3,
        "recall@3": pytest.approx(1 / 3),
        "ndcg@3": pytest.approx(1 / math.log2(3) / ideal),
        "mrr@3": 0.5,
        "hit@3": 1.0,
        "recall@5": pytest.approx(2 / 3),
        "ndcg@5": pytest.approx((1 / math.log2(3) + 1 / math.log2(5)) / ideal),
        "mrr@5": 0.5,
        "hit@5": 1.0,
    }
    assert [found[1][name] for name in ("recall@3", "hit@3", "mrr@5", "recall@5")] == [0.0, 0.0, 0.2, 1.0]
    assert found[1]["ndcg@5"] == pytest.approx(1 / math.log2(6))


def test_the_best_list_has_one_even_where_more_was_bought_than_it_holds():
    found = per_position(_lists(p0="abc"), _truth(*((0, sku) for sku in "abcdef")), k=(3,))
    assert found["ndcg@3"].item() == pytest.approx(1.0)
    assert found["recall@3"].item() == pytest.approx(0.5)


def test_a_position_without_a_list_counts_as_missed_and_a_list_without_truth_does_not():
    found = per_position(_lists(p0="ab", p7="ab"), _truth((0, "a"), (3, "a")), k=(5,))
    assert found["position"].to_list() == [0, 3]
    assert found["hit@5"].to_list() == [1.0, 0.0]
    nothing = per_position(_lists(), _truth((0, "a")), k=(5,))
    assert nothing.row(0) == (0, 1, 0.0, 0.0, 0.0, 0.0)


def test_what_stands_twice_counts_once():
    lists = pl.concat([_lists(p0="ab"), _lists(p0="xa")])
    found = per_position(lists, _truth((0, "a"), (0, "a"), (0, "q")), k=(5,))
    assert found["n_true"].item() == 2
    assert found["recall@5"].item() == 0.5
    assert found["mrr@5"].item() == 1.0


def test_it_agrees_with_a_plain_loop():
    draw = np.random.default_rng(3)
    lists = _lists(**{f"p{at}": [f"s{sku}" for sku in draw.permutation(40)[:20]] for at in range(60)})
    truth = _truth(*{(int(at), f"s{sku}") for at, sku in draw.integers(0, (60, 40), (300, 2))})
    found = per_position(lists, truth, k=(5, 20))
    for row in found.iter_rows(named=True):
        wanted = set(truth.filter(pl.col("position") == row["position"])["sku"])
        shown = lists.filter(pl.col("position") == row["position"]).sort("rank")["sku"].to_list()
        for k in (5, 20):
            ranks = [rank for rank, sku in enumerate(shown[:k], 1) if sku in wanted]
            best = sum(1 / math.log2(rank + 1) for rank in range(1, min(k, len(wanted)) + 1))
            assert row[f"recall@{k}"] == pytest.approx(len(ranks) / len(wanted))
            assert row[f"ndcg@{k}"] == pytest.approx(sum(1 / math.log2(rank + 1) for rank in ranks) / best)
            assert row[f"mrr@{k}"] == pytest.approx(1 / ranks[0] if ranks else 0.0)
            assert row[f"hit@{k}"] == float(bool(ranks))


def test_lists_that_cannot_be_judged_are_refused():
    with pytest.raises(TableError) as missing:
        per_position(_lists(p0="ab").drop("rank"), _truth((0, "a")))
    assert missing.value.code == "RECOMMEND-20"
    with pytest.raises(TableError) as null:
        per_position(_lists(p0="ab"), _truth((0, None)))
    assert null.value.code == "RECOMMEND-20"
    with pytest.raises(TableError) as low:
        per_position(_lists(p0="ab").with_columns(pl.col("rank") - 1), _truth((0, "a")))
    assert low.value.code == "RECOMMEND-20"


def test_exposure_and_coverage_are_of_the_first_k():
    lists = _lists(p0="abc", p1="abd")
    assert exposure(lists, 3).rows() == [("a", 2), ("b", 2), ("c", 1), ("d", 1)]
    assert coverage(lists, 3, 8) == 0.5
    assert coverage(lists, 1, 8) == 0.125


def test_gini_is_nought_when_all_are_shown_alike_and_near_one_when_one_takes_all():
    assert gini([3, 3, 3, 3], 4) == pytest.approx(0.0)
    assert gini([7], 100) == pytest.approx(0.99)
    assert gini([1, 3], 2) == pytest.approx(0.25)
    assert gini([], 10) == 0.0


def test_novelty_counts_bits():
    sold = pl.DataFrame({"sku": ["a", "b", "c"], "n": [8, 4, 4]})
    found = novelty(_lists(p0="a", p1="bc", p2="az"), sold, 5)
    assert found["novelty"].to_list() == pytest.approx([1.0, 2.0, (1 + 4) / 2])


def test_the_bootstrap_gives_the_interval_of_a_mean():
    draw = np.random.default_rng(1)
    values = (draw.random((2_000, 2)) < (0.1, 0.5)).astype(float)
    drawn = means(values, 0)
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    wide = 2 * 1.96 * values.std(axis=0) / np.sqrt(len(values))
    assert (high - low) == pytest.approx(wide, rel=0.1)
    assert drawn.mean(axis=0) == pytest.approx(values.mean(axis=0), abs=0.002)


def test_the_same_seed_draws_the_same_and_columns_do_not_change_each_other():
    values = np.random.default_rng(2).random((300, 3))
    assert (means(values, 4) == means(values, 4)).all()
    assert (means(values[:, :1], 4) == means(values, 4)[:, :1]).all()
    assert (means(values, 4) != means(values, 5)).any()
    assert (means(values, 4, draws=60) == means(values, 4)[:60]).all()


def test_classes_of_customers():
    n = pl.DataFrame({"n": [0, 1, 2, 3, 9, 10, 400]})
    assert n.select(class_of_customers(pl.col("n"))).to_series().to_list() == [
        "0", "1-2", "1-2", "3-9", "3-9", "10+", "10+",
    ]  # fmt: skip


def test_classes_of_items_cut_sales_at_a_fifth_from_either_end():
    sold = pl.DataFrame({"sku": list("abcdef"), "n": [15, 15, 40, 15, 10, 5]})
    found = dict(class_of_items(sold).iter_rows())
    assert found == {"c": "head", "a": "middle", "b": "middle", "d": "middle", "e": "tail", "f": "tail"}
