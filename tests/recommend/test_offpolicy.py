"""Off-policy estimates: by hand, and on a bandit whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from shopwright.errors import UsageError
from shopwright.i18n import using
from shopwright.recommend.offpolicy import off_policy

N_ACTIONS = 5
DRAW = np.random.default_rng(11)
# ten kinds of visitors; what each action earns of each, how the shop chose until now, how it would like to choose
EARNS = 1 / (1 + np.exp(-DRAW.normal(-1.0, 1.0, (10, N_ACTIONS))))
HABIT = DRAW.normal(0, 0.7, (10, N_ACTIONS))


def _softmax(scores):
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


OLD, NEW = _softmax(HABIT), _softmax(4 * EARNS)
TRUTH = float((NEW * EARNS).sum(axis=1).mean())  # visitors of each kind are equally many


def _log(seed, n=2_000, model=None):
    """A log of `n` visits under the old policy, and the arguments for the new one."""
    draw = np.random.default_rng(seed)
    kind = draw.integers(0, 10, n)
    action = (draw.random(n)[:, None] > np.cumsum(OLD[kind], axis=1)).sum(axis=1).clip(max=N_ACTIONS - 1)
    reward = (draw.random(n) < EARNS[kind, action]).astype(float)
    given = {"reward": reward, "propensity": OLD[kind, action], "target": NEW[kind, action]}
    if model is not None:
        given |= {"estimated": model[kind, action], "expected": (NEW * model).sum(axis=1)[kind]}
    return given


def _rough(seed):
    """A reward model that is off, as one learned from little would be."""
    return np.clip(EARNS + np.random.default_rng(seed).normal(0.05, 0.1, EARNS.shape), 0, 1)


def test_a_case_by_hand():
    # weights 2, 0.5, 0
    found = off_policy(
        [1.0, 2.0, 3.0],
        [0.25, 0.8, 0.5],
        [0.5, 0.4, 0.0],
        estimated=[0.5, 1.0, 2.0],
        expected=[0.6, 0.9, 1.5],
        switch=1.0,
    )
    assert found.value("ips") == pytest.approx((2 * 1 + 0.5 * 2) / 3)
    assert found.value("snips") == pytest.approx((2 * 1 + 0.5 * 2) / 2.5)
    assert found.value("dm") == pytest.approx(1.0)
    assert found.value("dr") == pytest.approx((0.6 + 2 * 0.5 + 0.9 + 0.5 * 1.0 + 1.5) / 3)
    assert found.value("switch-dr") == pytest.approx((0.6 + 0.9 + 0.5 * 1.0 + 1.5) / 3)
    assert found.effective == pytest.approx(2.5**2 / (4 + 0.25))
    assert found.mean_weight == pytest.approx(2.5 / 3)
    assert (found.logged, found.n, found.n_untouched, found.n_clipped) == (2.0, 3, 1, 0)
    ips = np.array([2.0, 1.0, 0.0])
    error = found.table["error"][0]
    assert error == pytest.approx(ips.std(ddof=1) / np.sqrt(3))
    assert found.table["high"][0] - found.value("ips") == pytest.approx(1.959964 * error)


def test_clipping_says_what_it_took():
    found = off_policy([1.0, 2.0, 3.0], [0.25, 0.8, 0.5], [0.5, 0.4, 0.0], clip=1.0)
    assert found.value("ips") == pytest.approx((1 + 1) / 3)
    assert found.n_clipped == 1
    assert found.table["clipped"].to_list() == pytest.approx([-1 / 3, 2 / 1.5 - 3 / 2.5])
    assert off_policy([1.0, 2.0], [0.5, 0.5], [0.5, 0.5]).table["clipped"].to_list() == [None, None]


def test_the_old_policy_judged_by_its_own_log_is_the_mean_of_the_log():
    log = _log(0)
    found = off_policy(log["reward"], log["propensity"], log["propensity"])
    assert found.value("ips") == pytest.approx(log["reward"].mean())
    assert found.value("snips") == pytest.approx(log["reward"].mean())
    assert found.effective == pytest.approx(found.n)
    assert found.warnings == ()


@pytest.fixture(scope="module")
def many():
    """Estimates of 300 logs: value, low, high, boot_low, boot_high by estimator."""
    tables = [off_policy(**_log(seed, model=_rough(seed)), draws=200, seed=seed).table for seed in range(300)]
    names = tables[0]["estimator"].to_list()
    columns = ["value", "low", "high", "boot_low", "boot_high"]
    return {name: np.array([table.select(columns).row(at) for table in tables]) for at, name in enumerate(names)}


def test_estimates_are_right_on_the_average(many):
    for name in ("ips", "snips", "dr"):
        values = many[name][:, 0]
        assert values.mean() == pytest.approx(TRUTH, abs=4 * values.std() / np.sqrt(len(values)))
    # the model alone keeps its own error however long the log
    assert abs(many["dm"][:, 0].mean() - TRUTH) > 0.02
    assert abs(many["switch-dr"][:, 0].mean() - TRUTH) < abs(many["dm"][:, 0].mean() - TRUTH)


def test_intervals_hold_the_truth_as_often_as_they_say(many):
    """Of 300 intervals of 95 %, 285 on the average; three standard errors of a share are 3.8 points."""
    for name in ("ips", "snips", "dr"):
        for low, high in ((1, 2), (3, 4)):
            inside = (many[name][:, low] <= TRUTH) & (many[name][:, high] >= TRUTH)
            assert 0.91 <= inside.mean() <= 0.985, (name, low)


def test_a_model_and_shared_weights_make_estimates_steadier(many):
    spread = {name: values[:, 0].std() for name, values in many.items()}
    assert spread["dr"] < 0.9 * spread["ips"]
    assert spread["snips"] < spread["ips"]


def test_snips_stays_within_the_rewards_where_ips_does_not():
    given = ([1.0, 1.0, 0.0], [0.01, 0.5, 0.5], [0.9, 0.5, 0.5])
    found = off_policy(*given)
    assert found.value("ips") > 1
    assert 0 <= found.value("snips") <= 1


def test_rows_that_belong_together_do_not_count_as_many():
    log = _log(1, 500)
    once = off_policy(**log)
    copied = {name: np.repeat(values, 10) for name, values in log.items()}
    alone, together = off_policy(**copied), off_policy(**copied, groups=np.repeat(np.arange(500), 10))
    assert together.n_groups == 500
    assert together.table["value"].to_list() == pytest.approx(once.table["value"].to_list())
    assert together.table["error"].to_list() == pytest.approx(once.table["error"].to_list())
    assert together.table["boot_low"].to_list() == pytest.approx(once.table["boot_low"].to_list())
    assert (alone.table["error"] < together.table["error"] / 2).all()


def test_lacking_support_is_said():
    log = _log(2)
    is_kept = log["target"] < np.quantile(log["target"], 0.6)  # what the new policy likes was hardly ever logged
    found = off_policy(**{name: values[is_kept] for name, values in log.items()})
    with using("en"):
        assert any("support is lacking" in str(text) for text in found.warnings)
    assert off_policy(**log).warnings == ()


def test_wrong_propensities_are_said():
    log = _log(2)
    found = off_policy(log["reward"], log["propensity"] / 2, log["target"])
    with using("en"):
        assert any("propensities are too low" in str(text) for text in found.warnings)


def test_a_small_effective_sample_is_said():
    n = 1_000
    found = off_policy(np.ones(n), np.r_[0.001, np.full(n - 1, 0.9)], np.r_[1.0, np.full(n - 1, 0.001)])
    with using("en"):
        assert any("effective sample" in str(text) for text in found.warnings)
    assert found.effective < 2


def test_a_policy_that_takes_no_logged_action_has_no_snips():
    found = off_policy([1.0, 0.0], [0.5, 0.5], [0.0, 0.0])
    assert found.value("ips") == 0.0
    assert np.isnan(found.value("snips"))
    assert len(found.warnings) == 2
    assert "snips" in str(found)


def test_the_seed_decides_the_bootstrap():
    log = _log(3, 300)
    assert off_policy(**log).table.equals(off_policy(**log).table)
    assert not off_policy(**log).table.equals(off_policy(**log, seed=1).table)


@pytest.mark.parametrize(
    "arguments, code",
    [
        (([1.0], [0.0], [0.5]), "RECOMMEND-29"),
        (([1.0], [1.1], [0.5]), "RECOMMEND-29"),
        (([1.0], [-0.1], [0.5]), "RECOMMEND-29"),
        (([1.0], [0.5], [1.5]), "RECOMMEND-29"),
        (([1.0], [0.5], [-0.5]), "RECOMMEND-29"),
        (([1.0], [np.nan], [0.5]), "RECOMMEND-28"),
        (([1.0, 1.0], [0.5], [0.5]), "RECOMMEND-28"),
        (([], [], []), "RECOMMEND-28"),
    ],
)
def test_rows_that_tell_nothing_are_refused(arguments, code):
    with pytest.raises(UsageError) as found:
        off_policy(*arguments)
    assert found.value.code == code


@pytest.mark.parametrize(
    "options, code",
    [
        ({"clip": 0.0}, "RECOMMEND-29"),
        ({"level": 1.0}, "RECOMMEND-29"),
        ({"switch": -1.0}, "RECOMMEND-29"),
        ({"estimated": [0.5]}, "RECOMMEND-28"),
        ({"groups": ["a", "b"]}, "RECOMMEND-28"),
    ],
)
def test_options_that_cannot_be_are_refused(options, code):
    with pytest.raises(UsageError) as found:
        off_policy([1.0], [0.5], [0.5], **options)
    assert found.value.code == code
