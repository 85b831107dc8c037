"""The same seed gives the same digits, on one thread or several; another seed gives others."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import polars as pl
import pytest

from shopwright.errors import UsageError
from shopwright.shop.synthetic import make

CODE = """
import hashlib, json, sys
from shopwright.shop.synthetic import make
world = make(orders=1_500, seed=int(sys.argv[1]), skus=40)
digests = {name: hashlib.sha256(frame.write_csv().encode()).hexdigest() for name, frame in world.tables.items()}
digests["expected"] = hashlib.sha256(world.truth.expected.tobytes()).hexdigest()
print(json.dumps(digests))
"""


def _digests(seed: int, threads: int) -> dict[str, str]:
    environment = {**os.environ, "POLARS_MAX_THREADS": str(threads), "PYTHONHASHSEED": str(threads)}
    run = subprocess.run(
        [sys.executable, "-c", CODE, str(seed)], capture_output=True, text=True, env=environment, check=False
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_threads_do_not_change_a_digit():
    assert _digests(1, 1) == _digests(1, 2)


def test_another_seed_is_another_shop():
    one, other = make(orders=1_000, seed=1, skus=30), make(orders=1_000, seed=2, skus=30)
    again = make(orders=1_000, seed=1, skus=30)
    for name, frame in one.tables.items():
        assert frame.equals(again.tables[name], null_equal=True), name
        assert not frame.equals(other.tables[name], null_equal=True), name


def test_a_short_history_works():
    world = make(orders=500, days=120, skus=20)
    assert world.tables["order_lines"].select(pl.col("day").n_unique()).item() > 100


@pytest.mark.parametrize("wrong", [{"orders": 99}, {"days": 10}, {"skus": 3}])
def test_too_small_a_world_is_refused(wrong):
    with pytest.raises(UsageError, match=next(iter(wrong))) as caught:
        make(**{"orders": 1_000, **wrong})
    assert caught.value.code == "DEMO-01"
