"""Products that few or none have bought, placed by the words of their titles."""

from __future__ import annotations

import numpy as np
import pytest
from tests.recommend.made import learned, name, tastes

from shopwright.recommend import cold
from shopwright.recommend.cold import EVIDENCE, judged, warmed, warmed_factors
from shopwright.recommend.factors import Factors
from shopwright.recommend.holdout import trial_of
from shopwright.recommend.linear import linear
from shopwright.recommend.members import Links
from shopwright.recommend.text import features, words

THEMES = ("guitar string", "espresso coffee", "trail running", "garden rose", "knitting wool", "fishing rod")
N = 240


def _titles(n=N):
    return [f"{THEMES[at % len(THEMES)]} model {at}" for at in range(n)]


@pytest.fixture(scope="module")
def world():
    events = learned(tastes(n_items=N), map(name, range(N)))
    trial = trial_of(events, 1000)
    return events, trial, linear(trial.early, 10.0)


def test_words_place_products_that_nobody_taught_about(world):
    _, trial, links = world
    found = judged(links, features(_titles()), trial.early.counts(), trial)
    assert found.chance == pytest.approx(20 / (N // 10))
    assert found.recall > found.chance


def test_words_place_them_far_above_chance(world, monkeypatch):
    _, trial, links = world
    monkeypatch.setattr(cold, "TOP", 4)  # of 24 hidden ones, about 4 of each theme
    found = judged(links, features(_titles()), trial.early.counts(), trial)
    assert found.n >= 50
    assert found.recall > 0.8
    assert found.popular < 0.4
    assert found.ridge in cold.RIDGES


def test_words_that_say_nothing_are_not_used(world, monkeypatch):
    _, trial, links = world
    monkeypatch.setattr(cold, "TOP", 4)
    draw = np.random.default_rng(1)
    noise = draw.normal(size=(N, 20)).astype(np.float32)
    found = judged(links, noise, np.full(N, 9), trial)
    assert found.popular < found.recall < found.chance  # to beat a list that says nothing is not enough
    assert found.ridge is None


@pytest.mark.parametrize("few", ["products", "targets"])
def test_too_few_are_not_judged(world, few):
    _, trial, links = world
    vectors = features(_titles())
    if few == "products":
        vectors[54:] = 0
    else:
        trial = type(trial)(trial.early, trial.asked, trial.row[:40], trial.item[:40], trial.is_seen[:40], trial.day)
    assert judged(links, vectors, trial.early.counts(), trial).ridge is None


def test_what_is_hidden_teaches_nothing(world, monkeypatch):
    _, trial, links = world
    monkeypatch.setattr(cold, "TOP", 4)
    vectors, counts = features(_titles()), trial.early.counts()
    wanted = judged(links, vectors, counts, trial)
    weights = links.weights.toarray()
    known = np.flatnonzero((counts >= cold.KNOWN) & vectors.any(axis=1))
    hidden = cold.generator(0, "recommend", "cold").permutation(known)[: len(known) // 10]
    weights[hidden] = np.random.default_rng(0).random((len(hidden), N)) * 20
    weights[:, hidden] = 9.0
    spoilt = Links(type(links.weights)(weights), links.decay)
    assert judged(spoilt, vectors, counts, trial) == wanted


def test_own_weights_count_as_far_as_there_is_evidence(world, monkeypatch):
    links = world[2]
    vectors = features(_titles())
    counts = np.full(N, 100)
    counts[:6] = [0, 1, 2, 3, 4, 5]
    monkeypatch.setattr(cold, "PARTNERS", N)
    found = warmed(links, vectors, counts, 3.0).weights.toarray()
    own = links.weights.toarray()
    teaching = np.flatnonzero(counts >= cold.KNOWN)
    known = vectors[teaching].astype(float)
    mapping = np.linalg.solve(known.T @ known + 3.0 * np.eye(known.shape[1]), known.T @ own[:, teaching].T)
    told = np.maximum(vectors[:6] @ mapping, 0).T
    share = counts[:6] / (counts[:6] + 3.0)
    np.testing.assert_allclose(found[6:, :6], (share * own[:, :6] + (1 - share) * told)[6:], rtol=1e-3, atol=1e-5)
    np.testing.assert_array_equal(found[6:, 6:], own[6:, 6:])
    assert not found.diagonal().any()


def test_products_without_text_are_as_they_were(world):
    links = world[2]
    titles = [title if at % 2 else "" for at, title in enumerate(_titles())]
    found = warmed(links, features(titles), np.arange(N) // 2 % 8, 3.0).weights.toarray()
    own = links.weights.toarray()
    np.testing.assert_array_equal(found[::2, ::2], own[::2, ::2])
    assert (found != own).any()


def test_where_few_are_known_nothing_is_told(world):
    _, _, links = world
    counts = np.zeros(N, np.int64)
    counts[:49] = 50
    assert warmed(links, features(_titles()), counts, 3.0) is links
    assert warmed(links, features(_titles()), np.full(N, 50), 3.0) is links


def test_words_are_those_of_a_text_and_pairs_of_them():
    assert words("Red-Rose 2L") == ["red", "rose", "2l", "red rose", "rose 2l"]
    assert words("红茶A") == ["红", "茶", "a", "红 茶", "茶 a"]
    assert words(" – ") == []


def test_an_empty_text_has_no_vector_and_texts_alike_are_near():
    found = features(["rose tea", "", "rose tea cup", "steel rope", "  ", "steel rope long", "green tea"])
    assert not found[[1, 4]].any()
    near = found @ found.T
    assert near[0, 2] > near[0, 3]
    assert near[3, 5] > near[2, 5]
    assert features(["one", "two"]).shape[0] == 2  # no word stands in both
    assert features(["", ""]).any() == np.False_


def test_vectors_of_rare_products_are_told_from_their_words_as_far_as_evidence_lacks():
    themes = np.arange(N) % len(THEMES)
    own = np.eye(len(THEMES), dtype=np.float32)[themes]  # a product's vector is its theme
    counts = np.full(N, 50)
    counts[[0, 1, 2]] = [0, 1, 40]
    wrong = own.copy()
    wrong[[0, 1]] = 9.0
    made = warmed_factors(Factors(wrong, 3.0), features(_titles()), counts, 0.01).items
    assert np.allclose(made[0], own[0], atol=0.15)
    share = 1 / (1 + EVIDENCE)
    assert np.allclose(made[1], share * 9.0 + (1 - share) * own[1], atol=0.15)
    assert (made[2:] == own[2:]).all()  # forty customers say enough


def test_where_too_few_teach_vectors_stay():
    factors = Factors(np.ones((N, 4), np.float32), 3.0)
    counts = np.zeros(N, int)
    assert warmed_factors(factors, features(_titles()), counts, 1.0) is factors
