"""Weights of a blend: what helps is found, what does not is left out, and the figures are honest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from tests.recommend.made import learned, orders

from shopwright.recommend.holdout import trial_of
from shopwright.recommend.weigh import LEAST_SHOWN, _parts, weigh

N = 30


@dataclass
class Planted:
    """Tells scores that were made beforehand, by the history's events."""

    table: dict
    kind = "planted"

    def scores(self, asked):
        return np.stack([self.table[asked.seen(at).tobytes()] for at in range(len(asked))])


@pytest.fixture(scope="module")
def trial():
    return trial_of(learned(orders(n_items=N)), 1000)


def _planted(trial, scores):
    assert len({trial.asked.seen(at).tobytes() for at in range(len(trial.asked))}) == len(trial.asked)
    return Planted({trial.asked.seen(at).tobytes(): scores[at].astype(np.float32) for at in range(len(trial.asked))})


def _signals(trial, *knows, noise=0.5):
    """A member for each of `knows`: it lifts a target whose number it is said to know, over noise of its own."""
    draw = np.random.default_rng(4)
    found = []
    for known in knows:
        scores = draw.random((len(trial.asked), N)) * noise
        mine = known(trial.item)
        scores[trial.row[mine], trial.item[mine]] += 1
        found.append(_planted(trial, scores))
    return found


def test_two_that_each_know_a_half_are_blended_and_noise_is_not(trial):
    even, odd, noise = _signals(trial, lambda item: item % 2 == 0, lambda item: item % 2 == 1, lambda item: item < 0)
    found = weigh({"even": even, "noise": noise, "odd": odd}, trial, exclude_seen=False)
    assert set(found.weights) == {"even", "odd"}
    assert found.blend.ndcg > 1.3 * max(found.alone["even"].ndcg, found.alone["odd"].ndcg)
    assert found.n == len(trial.row)


def test_one_that_knows_all_stands_alone(trial):
    good, noise = _signals(trial, lambda item: item >= 0, lambda item: item < 0)
    found = weigh({"noise": noise, "good": good}, trial, exclude_seen=False)
    assert set(found.weights) == {"good"}
    assert found.alone["good"].recall == 1.0
    assert found.blend == found.alone["good"]


def test_where_nothing_helps_nothing_is_added(trial):
    nobody = np.zeros((len(trial.asked), N))
    nobody[:, 0] = 1.0
    wrong = {name: _planted(trial, nobody) for name in ("a", "b", "c")}
    assert len(weigh(wrong, trial, exclude_seen=False).weights) == 1
    flat = {name: _planted(trial, nobody * 0) for name in ("a", "b", "c")}
    found = weigh(flat, trial, exclude_seen=False)
    assert len(found.weights) == 1
    assert found.blend.recall == 0  # ties count against it


@pytest.mark.parametrize("exclude_seen", [True, False])
@pytest.mark.parametrize("seed", range(4))
def test_the_blend_is_never_worse_than_the_best_member_at_what_it_is_chosen_by(trial, exclude_seen, seed):
    draw = np.random.default_rng(seed)
    members = {str(at): _planted(trial, draw.random((len(trial.asked), N)) ** 3 - 0.2) for at in range(4)}
    found = weigh(members, trial, exclude_seen=exclude_seen)
    ranks = _ranks(trial, sum(w * _scores(members[name], trial) for name, w in found.weights.items()), exclude_seen)
    for member in members.values():
        assert _gain(ranks) >= _gain(_ranks(trial, _scores(member, trial), exclude_seen)) - 1e-9


def _scores(member, trial):
    return member.scores(trial.asked).astype(float)


def _ranks(trial, scores, exclude_seen):
    """Places of the targets among all products, ties against them."""
    found = []
    for row, item, seen in zip(trial.row, trial.item, trial.is_seen, strict=True):
        if exclude_seen and seen:
            continue
        left = np.delete(scores[row], np.append(trial.asked.seen(row), item) if exclude_seen else [item])
        found.append(int((left >= scores[row, item]).sum()))
    return np.array(found)


def _gain(ranks, depth=20):
    return np.where(ranks < depth, 1 / np.log2(ranks + 2), 0).mean()


@pytest.mark.parametrize("exclude_seen", [True, False])
def test_figures_are_those_of_a_ranking_of_everything(trial, exclude_seen):
    (member,) = _signals(trial, lambda item: item % 3 == 0, noise=1.2)
    found = weigh({"it": member}, trial, exclude_seen=exclude_seen)
    ranks = _ranks(trial, _scores(member, trial), exclude_seen)
    assert found.n == len(ranks)
    assert found.alone["it"].ndcg == pytest.approx(_gain(ranks, 10))
    assert found.alone["it"].recall == pytest.approx((ranks < 10).mean())


def test_weights_are_for_scores_as_they_are(trial):
    even, odd = _signals(trial, lambda item: item % 2 == 0, lambda item: item % 2 == 1)
    thousand = Planted({key: scores * 1000 for key, scores in odd.table.items()})
    one = weigh({"even": even, "odd": odd}, trial, exclude_seen=False)
    two = weigh({"even": even, "odd": thousand}, trial, exclude_seen=False)
    assert two.weights["odd"] * 1000 == pytest.approx(one.weights["odd"], rel=1e-3)
    assert two.weights["even"] == pytest.approx(one.weights["even"], rel=1e-3)


def test_chances_rise_and_are_the_share_that_came(trial):
    (member,) = _signals(trial, lambda item: item >= 0, noise=1.5)
    found = weigh({"it": member}, trial, exclude_seen=False)
    scores, shares = found.chances
    assert (np.diff(shares) >= 0).all()
    assert (np.diff(scores) > 0).all()
    assert 0 <= shares.min() <= shares.max() <= 1
    told = found.weights["it"] * _scores(member, trial)
    top = np.argsort(-told, axis=1)[:, :10]
    hits = np.zeros(told.shape, bool)
    hits[trial.row, trial.item] = True
    chances = np.interp(np.take_along_axis(told, top, axis=1), scores, shares)
    assert chances.mean() == pytest.approx(np.take_along_axis(hits, top, axis=1).mean(), rel=0.02)


def test_chances_count_what_was_bought_and_not_asked_for(trial):
    _, first = np.unique(trial.row, return_index=True)  # one product of each order is asked for
    rest = np.setdiff1d(np.arange(len(trial.row)), first)
    asked = (trial.row[first], trial.item[first], trial.is_seen[first], trial.day)
    fewer = type(trial)(trial.early, trial.asked, *asked, trial.row[rest], trial.item[rest])
    (member,) = _signals(trial, lambda item: item >= 0, noise=1.5)
    found = weigh({"it": member}, fewer, exclude_seen=False)
    told = found.weights["it"] * _scores(member, trial)
    top = np.argsort(-told, axis=1)[:, :10]
    hits = np.zeros(told.shape, bool)
    hits[trial.row, trial.item] = True
    came = np.take_along_axis(hits, top, axis=1)
    hits[trial.row[rest], trial.item[rest]] = False
    assert np.take_along_axis(hits, top, axis=1).mean() < 0.7 * came.mean()  # else nothing is tested
    assert np.interp(np.take_along_axis(told, top, axis=1), *found.chances).mean() == pytest.approx(
        came.mean(), rel=0.02
    )


def test_too_few_targets_give_none(trial):
    few = type(trial)(trial.early, trial.asked, trial.row[:29], trial.item[:29], trial.is_seen[:29], trial.day)
    (member,) = _signals(trial, lambda item: item >= 0)
    assert weigh({"it": member}, few, exclude_seen=False) is None
    seen = type(trial)(trial.early, trial.asked, trial.row, trial.item, trial.is_seen | True, trial.day)
    assert weigh({"it": member}, seen, exclude_seen=True) is None


def test_a_lucky_few_tell_no_chance():
    scores, hits = np.arange(1_000.0), np.zeros(1_000)
    hits[-2:] = 1  # the two best were bought: that says little of the next that score so
    means, shares, weights = _parts(scores, hits, np.ones(1_000))
    assert weights.min() >= LEAST_SHOWN
    assert shares.max() == pytest.approx(2 / LEAST_SHOWN)
    assert (np.diff(means) > 0).all()
