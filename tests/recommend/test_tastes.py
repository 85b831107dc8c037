"""Kinds of customers are found again, and what goes out of fashion goes out of the lists."""

from __future__ import annotations

import numpy as np
import pytest
from tests.benchmarking import benchmark
from tests.recommend.made import frame_of, learned, name, tastes

from shopwright.recommend.fashion import fashion, fashioned, lately
from shopwright.recommend.histories import of_lists, of_places
from shopwright.recommend.linear import linear
from shopwright.recommend.tastes import Tastes
from shopwright.recommend.tastes import tastes as fit_tastes


@pytest.fixture(scope="module")
def six():
    return learned(tastes())


@pytest.fixture(scope="module")
def kinds(six):
    return fit_tastes(six)


def test_customers_of_one_taste_are_of_one_kind(six, kinds):
    belongs = kinds.belongs(of_places(six, np.arange(six.n_customers), int(six.days.max())))
    found = belongs.argmax(axis=1)
    planted = np.arange(six.n_customers) % 6
    assert np.allclose(belongs.sum(axis=1), 1, atol=1e-5)
    pure = sum(np.bincount(planted[found == each]).max() for each in np.unique(found))
    assert pure >= 0.95 * six.n_customers


def test_a_list_holds_products_of_the_taste(six, kinds):
    rows = {name(at): at for at in range(six.n_items)}
    scores = kinds.scores(of_lists([[name(2), name(8), name(14)]], rows, six.n_items))[0]
    assert (np.argsort(-scores)[:20] % 6 == 2).all()


def test_who_is_not_known_gets_what_sells_of_late(six, kinds):
    scores = kinds.scores(of_lists([[]], {}, six.n_items))[0]
    assert np.corrcoef(scores, lately(six))[0, 1] > 0.9


def test_it_comes_back_from_arrays(six, kinds):
    asked = of_places(six, np.arange(5), int(six.days.max()))
    again = Tastes.of(kinds.arrays())
    assert np.array_equal(again.scores(asked), kinds.scores(asked))


def test_the_seed_alone_makes_the_digits(six, kinds):
    assert np.array_equal(fit_tastes(six).wants, kinds.wants)


@pytest.fixture(scope="module")
def going_out():
    """Product 0 sold until a month ago, product 1 since then, product 2 all the time."""
    rows = [(f"c{at:03}", name(0 if at % 90 >= 30 else 1), at % 90) for at in range(270)]
    rows += [(f"d{at:03}", name(2), at % 90) for at in range(270)]
    return learned(frame_of(rows))


def test_fashion_is_the_share_of_late_beside_the_share_of_old(going_out):
    ratio = fashion(going_out)
    assert ratio[0] < 0.3
    assert ratio[1] > 2
    assert ratio[2] == pytest.approx(1, abs=0.2)
    assert lately(going_out)[0] < 0.4 * lately(going_out)[2]


def test_links_to_what_is_in_fashion_weigh_more(six):
    before = linear(six)
    ratio = np.where(np.arange(six.n_items) == 7, 3.0, 1.0)
    after = fashioned(before, ratio)
    np.testing.assert_allclose(after.weights.toarray()[:, 7], 3 * before.weights.toarray()[:, 7], rtol=1e-6)
    np.testing.assert_allclose(after.weights.toarray()[:, 8], before.weights.toarray()[:, 8])


def test_without_dates_nothing_is_in_fashion(six):
    from dataclasses import replace

    undated = replace(six, days=six.days * 0, is_dated=False)
    assert (fashion(undated) == 1).all()
    np.testing.assert_allclose(lately(undated), np.bincount(six.items, minlength=six.n_items) / len(six.items))


def test_planted_tastes_are_found_to_within_five_percent_of_the_oracle():
    module = benchmark("recommend_planted")
    found = [module.recalls(seed) for seed in (1, 3)]
    ours, oracle, popular = (np.mean([each[name] for each in found]) for name in ("ours", "oracle", "popular"))
    assert ours >= 0.95 * oracle
    assert ours >= 1.15 * popular
