"""A log of what was shown, judged by the orders after it; the truth is planted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from shopwright.errors import ShopError
from shopwright.recommend.judged_log import judge_log
from shopwright.recommend.propensity_log import PropensityLog, Shown
from shopwright.recommend.rewards import modelled
from shopwright.recommend.rules import Rules
from shopwright.shop.shop import Shop

FIRST = datetime(2024, 5, 1, 9, tzinfo=UTC)
SKUS, OLD, NEW = ["tea", "cups", "pots"], np.array([0.5, 0.3, 0.2]), np.array([0.1, 0.2, 0.7])
BUYS = np.array([0.1, 0.3, 0.6])  # of those who are shown it
N = 1_500


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Lists of one place drawn by OLD; who buys does so two days later, others buy the week before the first list."""
    draw = np.random.default_rng(3)
    path, lines = tmp_path_factory.mktemp("shown") / "shown.jsonl", []
    lists = []
    for visit in range(N):
        at, sku = FIRST + timedelta(minutes=10 * visit), int(draw.choice(3, p=OLD))
        lists.append(Shown(at, f"r{visit}", f"c{visit}", "home", [SKUS[sku]], [OLD[sku]], "old", 0))
        if draw.random() < BUYS[sku]:
            lines.append((f"c{visit}", SKUS[sku], at + timedelta(days=2)))
    lines += [(f"early{visit}", SKUS[visit % 10 > 1], FIRST - timedelta(days=3)) for visit in range(100)]
    lines.append(("late", "tea", FIRST + timedelta(days=30)))
    PropensityLog(path).append(lists)
    frame = pl.DataFrame(lines, schema=["customer", "sku", "at"], orient="row").with_columns(
        pl.int_range(pl.len()).cast(pl.String).alias("order"),
        pl.int_range(pl.len()).cast(pl.String).alias("line"),
        *(pl.lit(value).alias(name) for name, value in {"units": 1.0, "price": 5.0, "revenue": 5.0}.items()),
    )
    return Shop.of({"order_lines": frame}), path


def _chances(p=NEW):
    return pl.DataFrame(
        [(f"r{visit}", 1, sku, float(chance)) for visit in range(N) for sku, chance in zip(SKUS, p, strict=True)],
        schema=["request", "rank", "sku", "probability"],
        orient="row",
    )


def test_the_log_tells_what_another_policy_would_have_earned(world):
    made = judge_log(*world, _chances())
    truth = float(NEW @ BUYS)
    assert abs(made.found.logged - float(OLD @ BUYS)) < 0.05
    table = {row["estimator"]: row for row in made.found.table.to_dicts()}
    assert set(table) == {"ips", "snips", "dm", "dr", "switch-dr"}
    for name in ("ips", "snips", "dr"):
        assert table[name]["low"] < truth < table[name]["high"]
    assert table["dr"]["error"] < table["ips"]["error"]
    assert (made.n_lists, made.policies) == (N, ("old",))


def test_without_chances_the_lists_of_the_evening_before_are_judged(world):
    made = judge_log(*world)
    # only tea and cups had been sold by then, cups most: every list shows them, also to those not known
    assert made.found.value("ips") == pytest.approx(BUYS[1], abs=0.1)
    rules = judge_log(*world, rules=Rules(skus_never=("cups",)))
    assert rules.found.value("ips") == pytest.approx(BUYS[0], abs=0.06)


def test_a_purchase_counts_within_its_days(world):
    assert judge_log(*world, _chances(), days=1).found.logged == 0.0
    assert judge_log(*world, _chances(), days=2).found.logged > 0.2


def test_what_cannot_be_judged_is_left_out_and_told(world, tmp_path):
    shop, path = world
    log = PropensityLog(tmp_path / "more.jsonl")
    (tmp_path / "more.jsonl").write_bytes(path.read_bytes())
    late = FIRST + timedelta(days=28)
    log.append([Shown(late, "new", "c1", "home", ["tea"], [0.5], "old", 0)])
    log.append([Shown(FIRST, "who", None, "home", ["tea"], [0.5], "old", 0)])
    log.append([Shown(FIRST, "r0", "c0", "home", ["tea"], [0.5], "old", 0)])  # a second time
    made = judge_log(shop, log.path, _chances())
    assert [note.render("en")[-1] for note in made.notes] == ["1", "1"]
    assert made.found.table.equals(judge_log(shop, path, _chances()).found.table)


def test_bad_input_says_what_is_wrong(world, tmp_path):
    shop, path = world
    for code, given in [
        ("RECOMMEND-76", {"path": tmp_path / "none.jsonl"}),
        ("RECOMMEND-76", {"days": 0}),
        ("RECOMMEND-76", {"rules": Rules(temperature=0.2)}),
        ("RECOMMEND-76", {"chances": _chances().drop("probability")}),
        ("RECOMMEND-75", {"days": 300}),
        ("RECOMMEND-29", {"clip": -1.0}),
    ]:
        with pytest.raises(ShopError) as found:
            judge_log(shop, **{"path": path, **given})
        assert found.value.code == code


def test_a_model_of_rewards_learns_from_the_other_half():
    rows = [(at, 1, "tea", float(at % 2)) for at in range(200)]
    log = pl.DataFrame(rows, schema=["position", "rank", "sku", "reward"], orient="row")
    found = modelled(log, log.select("position", "rank", "sku")).sort("position")
    even, odd = (found.filter(pl.col("position") % 2 == half)["reward"] for half in (0, 1))
    assert (even == 1.0).all()  # what odd lists earned
    assert (odd == 0.0).all()
