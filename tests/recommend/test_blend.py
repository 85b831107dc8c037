"""The blend that answers: what was chosen, added up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from scipy import sparse
from tests.recommend.made import frame_of, learned, name, orders, walks

from shopwright.recommend.blend import MEMBERS, Blend, fit_blends
from shopwright.recommend.factors import Factors
from shopwright.recommend.grams import together
from shopwright.recommend.histories import of_lists, of_places
from shopwright.recommend.linear import linear
from shopwright.recommend.members import Links, Popular
from shopwright.recommend.popular import popular
from shopwright.recommend.sequence import sequences
from shopwright.recommend.weigh import Judged, Weighed

FEW = ("popular", "repeat", "linear", "sequence")


@pytest.fixture(scope="module")
def walked():
    return learned(walks())


@pytest.fixture(scope="module")
def blends(walked):
    return fit_blends(walked)


def _weighed(weights):
    return Weighed(weights, {}, Judged(0, 0), 0, (np.array([0.0, 2.0]), np.array([0.1, 0.5])))


def _asked(n):
    return of_lists([["p000"], ["p003", "p001"], []], {name(at): at for at in range(n)}, n)


def test_it_is_the_weighted_sum_of_its_members(walked):
    one, two = linear(walked, 10.0), sequences(walked, (5.0,))[0]
    far = Links(one.weights, 20.0)
    members = {"one": one, "two": two, "far": far, "popular": popular(walked), "not chosen": popular(walked, 1)}
    weights = {"one": 2.0, "two": 0.25, "far": 3.0, "popular": 7.0}
    blend = Blend.of(_weighed(weights), members)
    asked = _asked(walked.n_items)
    wanted = sum(weight * members[each].scores(asked) for each, weight in weights.items())
    np.testing.assert_allclose(blend.scores(asked), wanted, rtol=1e-5)
    assert sorted(each.decay for each in blend.links) == [3.0, 20.0]  # those that forget alike are one
    assert len(blend.parts) == 3


def test_chances_lie_between_what_was_seen():
    blend = Blend((), _weighed({}))
    assert blend.chances(np.array([-9.0, 0.0, 1.0, 2.0, 9.0])).tolist() == pytest.approx([0.1, 0.1, 0.3, 0.5, 0.5])


def test_only_what_was_chosen_is_in_it(blends):
    for blend in (blends.new, blends.any):
        chosen = set(blend.weighed.weights)
        assert chosen < set(MEMBERS)
        kinds = {part.kind for _, part in blend.parts}
        assert ("popular" in kinds) == bool(chosen & {"popular", "popular of the week"})
        assert ("repeat" in kinds) == ("repeat" in chosen)
        assert ("factors" in kinds) == bool(chosen & {"factors", "factors, patient"})
        assert set(blend.weighed.alone) == set(MEMBERS) - {"popular in the category"}  # the simple ones always


def test_a_planted_order_is_found(blends, walked):
    found = blends.new.scores(of_lists([["p010", "p011"]], {name(at): at for at in range(30)}, 30))
    assert int(np.delete(found[0], [10, 11]).argmax()) == 10  # p012
    assert blends.new.weighed.blend.recall > 0.7
    assert blends.new.weighed.blend.ndcg > 2 * blends.new.weighed.alone["popular"].ndcg


def test_in_a_shop_where_people_buy_again_buying_again_has_weight():
    draw = np.random.default_rng(0)
    rows = []
    for customer in range(250):
        own, ago = draw.choice(30, 3, replace=False), int(draw.integers(20))
        for step in range(8):
            item = own[draw.integers(3)] if draw.random() < 0.8 else draw.integers(30)
            rows.append((f"c{customer:03}", name(int(item)), ago + 12 * step))
    found = fit_blends(learned(frame_of(rows)), names=FEW)
    assert found.any.weighed.weights.get("repeat", 0) > 0
    assert found.any.weighed.alone["repeat"].ndcg > 2 * found.any.weighed.alone["popular"].ndcg
    assert "repeat" not in found.new.weighed.weights


def test_what_may_be_chosen_can_be_told(walked):
    found = fit_blends(walked, names=["popular", "linear"])
    assert set(found.new.weighed.alone) == {"popular", "linear"}
    assert set(found.any.weighed.weights) <= {"popular", "linear"}


def test_weights_are_chosen_before_the_last_events_and_members_then_learn_from_all(walked):
    found = fit_blends(walked, names=["popular"])
    ((weight, member),) = found.new.parts
    assert isinstance(member, Popular)
    np.testing.assert_allclose(member.share, popular(walked).share)
    assert weight > 0


def test_too_little_gives_none():
    assert fit_blends(learned(orders(n_customers=40)), names=FEW) is None
    assert fit_blends(learned(frame_of([(None, "a", 1)])), names=FEW) is None


def test_a_shop_where_nothing_new_is_bought_still_has_both():
    rows = [(f"c{at:03}", name(at % 5), 1 + at % 30 + 9 * step) for at in range(200) for step in range(6)]
    found = fit_blends(learned(frame_of(rows)), names=FEW)
    assert found.new.weighed is found.any.weighed


@pytest.mark.parametrize("dated", [True, False])
def test_a_seed_gives_the_same_digits(dated):
    frame = walks(n_customers=150, length=6)
    frame = frame if dated else frame.with_columns(at=pl.col("at").to_physical())
    events = learned(frame)
    asked = of_places(events, np.arange(20), 19904)
    one, two = (fit_blends(events, seed=3) for _ in range(2))
    assert one.new.weighed.weights == two.new.weighed.weights
    np.testing.assert_array_equal(one.new.scores(asked), two.new.scores(asked))


def test_links_without_a_weight_above_zero_are_none(walked):
    nothing = Links(sparse.csr_matrix((30, 30), dtype=np.float32), 3.0)
    assert not Blend.of(_weighed({"it": 1.0}), {"it": nothing}).scores(_asked(30)).any()
    assert together(walked).shape == (30, 30)


def test_factors_of_the_same_items_are_one_part_with_the_same_scores():
    draw = np.random.default_rng(3)
    near = Factors(draw.normal(size=(30, 8)).astype(np.float32), 3.0)
    parts = {"near": near, "far": replace(near, decay=20.0), "other": Factors(near.items.copy(), 3.0)}
    weights = {"near": 1.5, "far": 0.4, "other": 0.2}
    judged = Judged(0.0, 0.0)
    blend = Blend.of(Weighed(weights, {}, judged, 0, (np.zeros(1), np.zeros(1))), parts)
    assert [part.kind for _, part in blend.parts] == ["factors", "factors"]
    asked = of_lists([["a", "b", "c", "a"], ["d"], []], {"a": 1, "b": 2, "c": 7, "d": 29}, 30)
    plain = sum(weights[name] * part.scores(asked) for name, part in parts.items())
    assert np.allclose(blend.scores(asked), plain, atol=1e-5)
    again = Factors.of(blend.parts[0][1].arrays())
    assert np.array_equal(again.scores(asked), blend.parts[0][1].scores(asked))
