"""A seed gives the same digits: with any number of threads, in any process, whatever the order of the rows."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import polars as pl
from tests.recommend.made import name, tastes, walks

import shopwright
from shopwright.recommend import Recommender

ITEMS = pl.DataFrame({"sku": [name(at) for at in range(243)], "title": [f"tea {at % 6} no {at}" for at in range(243)]})
ASKED = [f"c{at:03}" for at in range(30)]
PROGRAM = """
import sys
import polars as pl
from shopwright.recommend import Recommender
model = Recommender.fit(pl.read_parquet(sys.argv[1]), pl.read_parquet(sys.argv[2]), seed=4)
assert model.blends.cold.ridge is not None
model.recommend(customers=[f"c{at:03}" for at in range(30)], k=20).drop("why").write_parquet(sys.argv[3])
"""


def _fitted(threads, folder):
    answer = folder / f"answer-{threads}.parquet"
    paths = [str(folder / "events.parquet"), str(folder / "items.parquet"), str(answer)]
    source = str(Path(shopwright.__file__).parents[1])
    subprocess.run(
        [sys.executable, "-c", PROGRAM, *paths],
        check=True,
        env=os.environ | {"OMP_NUM_THREADS": threads, "PYTHONPATH": source},
        timeout=300,
    )
    return pl.read_parquet(answer)


def test_one_thread_or_two_give_the_same_digits(tmp_path):
    tastes().write_parquet(tmp_path / "events.parquet")
    ITEMS.write_parquet(tmp_path / "items.parquet")
    one, two = (_fitted(threads, tmp_path) for threads in ("1", "2"))
    assert one.height == 600
    assert one.equals(two)


def test_the_order_of_the_rows_changes_nothing_where_times_differ():
    frame = walks(n_customers=150, n_items=20)  # one event of a customer a day
    asked = [f"c{at:04}" for at in range(30)]
    one, two = (
        Recommender.fit(rows).recommend(customers=asked, k=10)
        for rows in (frame, frame.sample(fraction=1, shuffle=True, seed=3))
    )
    assert one.equals(two)


def test_another_seed_may_order_equals_otherwise_but_finds_the_same():
    frame = walks(n_customers=150, n_items=20)
    one, two = (Recommender.fit(frame, seed=seed).recommend(histories=[["p004"]], k=1) for seed in (1, 2))
    assert one["sku"].to_list() == two["sku"].to_list() == ["p005"]
