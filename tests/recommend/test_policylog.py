"""A log read as a table, and a new policy judged by it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from shopwright.errors import UsageError
from shopwright.i18n import using
from shopwright.recommend.policylog import judge_policy, read_log

START = datetime(2024, 5, 1, tzinfo=UTC)
SKUS = ["a", "b", "c", "d"]
EARNS = np.array([0.1, 0.2, 0.4, 0.6])
SEEN = np.array([1.0, 0.5])  # how often a place is looked at
OLD, NEW = np.array([0.4, 0.3, 0.2, 0.1]), np.array([0.1, 0.1, 0.3, 0.5])
N_LISTS = 4_000


def _log():
    """Lists of two places, each drawn by itself from four products; a place that is not looked at earns nothing."""
    draw = np.random.default_rng(9)
    rows = []
    for visit in range(N_LISTS):
        for rank in (1, 2):
            at = int(draw.choice(4, p=OLD))
            reward = float(draw.random() < EARNS[at] * SEEN[rank - 1])
            moment = START + timedelta(minutes=visit)
            rows.append((moment, f"c{visit % 50}", SKUS[at], rank, OLD[at], "old", reward))
    schema = ["at", "customer", "sku", "rank", "propensity", "policy", "reward"]
    return pl.DataFrame(rows, schema=schema, orient="row")


@pytest.fixture(scope="module")
def log():
    return read_log(_log())


def _by_place(column, values):
    """One row for each list, place and product."""
    places = [(at, rank, sku) for at in range(N_LISTS) for rank in (1, 2) for sku in SKUS]
    frame = pl.DataFrame(places, schema=["position", "rank", "sku"], orient="row")
    return frame.with_columns(pl.Series(column, values(frame), pl.Float64))


def _chances(frame):
    return [NEW[SKUS.index(sku)] for sku in frame["sku"]]


def _model(frame):
    return [EARNS[SKUS.index(sku)] * SEEN[rank - 1] * 1.2 for sku, rank in frame.select("sku", "rank").iter_rows()]


TRUTH = float(NEW @ EARNS) * SEEN.mean()


def test_lists_are_numbered_in_time(log):
    assert log["position"].n_unique() == N_LISTS
    assert log.filter(pl.col("position") == 7)["at"].unique().to_list() == [START + timedelta(minutes=7)]
    assert log["rank"].to_list()[:4] == [1, 2, 1, 2]
    shuffled = read_log(_log().sample(fraction=1.0, shuffle=True, seed=2))
    assert shuffled.equals(log)


def test_one_policy_of_several_can_be_kept():
    other = _log()[:10].with_columns(pl.lit("new").alias("policy"))
    both = pl.concat([_log(), other])
    assert read_log(both, "new").height == 10
    assert read_log(both)["position"].n_unique() == N_LISTS + 5
    unknown = read_log(other.with_columns(pl.lit(None, pl.String).alias("customer")))
    assert unknown["position"].n_unique() == 5


def test_a_new_policy_is_judged_by_place(log):
    found = judge_policy(log, _by_place("probability", _chances), _by_place("reward", _model))
    assert found.n_groups == N_LISTS
    assert found.n == 2 * N_LISTS
    for name in ("ips", "snips", "dr"):
        row = found.table.filter(pl.col("estimator") == name).row(0, named=True)
        assert abs(row["value"] - TRUTH) < 3.5 * row["error"]
        assert row["error"] < 0.02
    assert found.value("dm") == pytest.approx(1.2 * TRUTH)  # the model tells a fifth too much
    assert found.logged < found.value("ips")


def test_what_is_not_in_the_new_policy_is_never_shown(log):
    only = _by_place("probability", _chances).filter(pl.col("sku") != "d")
    found = judge_policy(log, only)
    assert found.n_untouched == log.filter(pl.col("sku") == "d").height
    assert found.warnings  # its chances add up to a half


def test_without_ranks_chances_are_those_of_being_in_the_list():
    """One list of two places logged; by hand."""
    rows = [(START, "c", "a", 1, 0.8, "old", 1.0), (START, "c", "b", 2, 0.5, "old", 0.0)]
    schema = ["at", "customer", "sku", "rank", "propensity", "policy", "reward"]
    log = read_log(pl.DataFrame(rows, schema=schema, orient="row"))
    target = pl.DataFrame({"position": [0] * 3, "sku": ["a", "b", "c"], "probability": [0.4, 1.0, 0.6]})
    rewards = pl.DataFrame({"position": [0] * 3, "sku": ["a", "b", "c"], "reward": [0.5, 0.1, 0.2]})
    found = judge_policy(log, target, rewards)
    expected = (0.4 * 0.5 + 1.0 * 0.1 + 0.6 * 0.2) / 2
    assert found.value("ips") == pytest.approx((0.5 * 1 + 2 * 0) / 2)
    assert found.value("dm") == pytest.approx(expected)
    assert found.value("dr") == pytest.approx(expected + (0.5 * (1 - 0.5) + 2 * (0 - 0.1)) / 2)


def _raised(code, function, *arguments, why=""):
    with using("en"), pytest.raises(UsageError) as found:
        function(*arguments)
    assert found.value.code == code
    assert why in str(found.value.why)


def test_what_cannot_be_read_is_refused(log):
    raw = _log()
    target = _by_place("probability", _chances)
    _raised("RECOMMEND-28", read_log, raw.drop("propensity"), why="propensity")
    _raised("RECOMMEND-28", read_log, raw.with_columns(pl.lit(None, pl.Float64).alias("reward")))
    _raised("RECOMMEND-28", read_log, pl.concat([raw, raw[:1]]), why="twice")
    _raised("RECOMMEND-28", judge_policy, log, pl.concat([target, target[:1]]))
    _raised("RECOMMEND-28", judge_policy, log, target.drop("probability"))
    _raised(
        "RECOMMEND-28",
        judge_policy,
        log,
        target,
        _by_place("reward", _model).filter(pl.col("sku") != "c"),
        why="no row for product c",
    )
    _raised("RECOMMEND-29", judge_policy, log.with_columns(pl.lit(0.0).alias("propensity")), target)
    _raised("RECOMMEND-29", judge_policy, log, target.with_columns(pl.lit(1.5).alias("probability")))
    _raised("RECOMMEND-28", judge_policy, read_log(raw[:0]), target)
