"""Popular in the categories that somebody buys of."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from tests.recommend.made import frame_of, learned, name, tastes

from shopwright.recommend import Recommender
from shopwright.recommend.blend import fit_blends
from shopwright.recommend.fashion import lately
from shopwright.recommend.favoured import favoured
from shopwright.recommend.histories import of_lists
from shopwright.recommend.learning import categories_of


@pytest.fixture(scope="module")
def six():
    return learned(tastes())


@pytest.fixture(scope="module")
def member(six):
    return favoured(six, (np.arange(six.n_items) % 6).astype(np.int32))


def _asked(six, *histories):
    return of_lists(histories, {name(at): at for at in range(six.n_items)}, six.n_items)


def test_the_category_of_the_history_comes_first(six, member):
    scores = member.scores(_asked(six, [name(3), name(9), name(15), name(21), name(27)]))[0]
    best = np.argsort(-scores)[:30]
    assert (best % 6 == 3).mean() > 0.9


def test_a_share_is_shrunk_to_what_is_usual(six, member):
    n_in = 5
    scores = member.scores(_asked(six, [name(3 + 6 * at) for at in range(n_in)]))[0]
    held = (1 - np.exp(-n_in / 20)) / (1 - np.exp(-1 / 20))  # each place back counts a little less
    wanted = (held + 10 * member.usual[3]) / (held + 10) / member.usual[3]
    assert scores[9] / lately(six)[9] == pytest.approx(wanted, rel=1e-3)


def test_without_a_history_it_is_what_sells_of_late(six, member):
    np.testing.assert_allclose(member.scores(_asked(six, []))[0], lately(six), rtol=1e-4)


def test_products_without_a_category_are_one_more(six):
    found = favoured(six, np.full(six.n_items, -1, np.int32))
    np.testing.assert_allclose(found.scores(_asked(six, [name(1)]))[0], lately(six), rtol=1e-4)


def test_categories_are_numbers_by_sku():
    items = pl.DataFrame({"sku": ["a", "b", "c"], "category": ["mugs", None, "cups"]})
    assert categories_of(items, pl.Series(["a", "b", "c", "d"])).tolist() == [1, -1, 0, -1]
    assert categories_of(items.head(2), pl.Series(["a"])) is None


def test_it_joins_where_categories_tell_more_than_products():
    """Nothing is bought twice by anybody, so that only the category tells what is next."""
    draw = np.random.default_rng(0)
    rows = []
    for customer in range(600):
        skus = customer % 6 + 6 * draw.permutation(200)[:6]
        rows += [(f"c{customer:03}", f"p{sku:04}", int(draw.integers(120))) for sku in skus]
    frame = frame_of(rows)
    events = learned(frame)
    categories = np.array([int(sku[1:]) % 6 for sku in frame["sku"].unique().sort()], np.int32)
    found = fit_blends(events, categories=categories)
    alone = found.new.weighed.alone
    assert alone["popular in the category"].ndcg > 1.5 * alone["popular"].ndcg
    assert "popular in the category" not in fit_blends(events).new.weighed.alone


def test_a_recommender_reads_them_from_its_items():
    items = pl.DataFrame({"sku": [name(at) for at in range(240)], "category": [f"g{at % 6}" for at in range(240)]})
    model = Recommender.fit(tastes(), items)
    assert "popular in the category" in model.blends.any.weighed.alone
