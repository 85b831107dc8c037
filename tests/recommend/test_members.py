"""Each member by hand, on worlds small enough to count."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.recommend.made import frame_of, learned, name, walks

from shopwright.recommend import repeat as repeating
from shopwright.recommend import session
from shopwright.recommend.factors import RIDGE, TRUST, factors
from shopwright.recommend.grams import chained, together
from shopwright.recommend.histories import of_lists, of_places
from shopwright.recommend.linear import linear
from shopwright.recommend.neighbours import neighbours
from shopwright.recommend.popular import popular
from shopwright.recommend.sequence import sequences

SKUS = "abcd"
ROWS = {sku: at for at, sku in enumerate(SKUS)}
DAY = 19904  # 2024-06-30


def test_popularity_is_the_share_of_the_weights():
    rows = [("x", "a", 9), ("x", "b", 7), ("y", "b", 6), ("y", "b", 0)]
    events = learned(frame_of(rows, weight=[1.0, 0.5, 1.0, 1.5]), SKUS)
    assert popular(events).share.tolist() == pytest.approx([0.25, 0.75, 0, 0])
    assert popular(events, 7).share.tolist() == pytest.approx([0, 1, 0, 0])
    assert popular(events, 8).share.tolist() == pytest.approx([0, 1, 0, 0])
    assert popular(events, 10).share.tolist() == pytest.approx([0.25, 0.75, 0, 0])


def test_the_last_week_is_seven_days_with_the_last_one():
    events = learned(frame_of([("x", "a", 7), ("x", "b", 6), ("x", "c", 0)]), SKUS)
    assert popular(events, 7).share.tolist() == pytest.approx([0, 0.5, 0.5, 0])
    numbered = learned(pl.DataFrame({"customer": ["x", "x"], "sku": ["a", "b"], "at": [1, 99]}), SKUS)
    assert popular(numbered, 7).share.tolist() == pytest.approx([0.5, 0.5, 0, 0])


def test_neighbours_are_cosines_shrunk():
    rows = [("x", "a", 3), ("x", "b", 2), ("y", "a", 3), ("y", "b", 2), ("y", "c", 1), ("z", "d", 1)]
    found = neighbours(learned(frame_of(rows), SKUS)).weights.toarray()
    assert found[0, 1] == pytest.approx(2 / 12)
    assert found[0, 2] == pytest.approx(1 / np.sqrt(12 * 11))
    assert not found[3].any()
    assert not found.diagonal().any()
    np.testing.assert_allclose(found, found.T)


def test_neighbours_in_time_count_more():
    rows = [(f"c{at}", sku, 9 - step) for at in range(9) for step, sku in enumerate("abcd")]
    events = learned(frame_of(rows), SKUS)
    flat, near = (neighbours(events, chains).weights.toarray() for chains in (None, chained(events)))
    assert flat[0, 1] == pytest.approx(flat[0, 3])
    assert near[0, 1] > 1.2 * near[0, 3]


def test_linear_and_sequences_are_their_ridge_regressions():
    events = learned(walks(n_customers=80, n_items=12), [name(at) for at in range(12)])
    gram, order = together(events), chained(events)
    known = (0.2 * gram + 0.8 * order.past).toarray().astype(float)
    told = (0.2 * gram + 0.8 * order.ahead).toarray().astype(float)
    for found, system, target, ridge in (
        (linear(events, 7.0), gram.toarray().astype(float), gram.toarray(), 7.0),
        *(
            (model, known, told, ridge)
            for model, ridge in zip(sequences(events, (5.0, 50.0)), (5.0, 50.0), strict=True)
        ),
    ):
        for at in range(12):
            near = np.flatnonzero(target[:, at])
            near = near[near != at]
            weights = np.linalg.solve(system[np.ix_(near, near)] + ridge * np.eye(len(near)), target[near, at])
            np.testing.assert_allclose(found.weights.toarray()[near, at], np.maximum(weights, 0), rtol=2e-3, atol=1e-5)


def test_a_folded_customer_is_the_least_squares_of_the_definition():
    events = learned(walks(n_customers=80, n_items=12), [name(at) for at in range(12)])
    model = factors(events, size=6)
    asked = of_places(events, np.arange(10), DAY)
    weights, vectors = asked.matrix(model.decay).toarray().astype(float), model.items.astype(float)
    for row, found in zip(weights, model.folded(asked), strict=True):
        trust = 1 + TRUST * row  # every product counts once, what is known of it more
        wanted = np.linalg.solve((vectors.T * trust) @ vectors + RIDGE * np.eye(6), vectors.T @ (trust * (row > 0)))
        np.testing.assert_allclose(found, wanted, rtol=1e-3, atol=1e-4)


def _repeated_by_hand(events):
    """Tried and hit for each pair of customer and product before the last order, by days since and times bought."""
    found = []
    for at in range(events.n_customers):
        span = slice(events.starts[at], events.starts[at + 1])
        items, steps, days = events.items[span], events.steps[span], events.days[span]
        if steps.max() == 0:
            continue
        before, last = steps < steps.max(), set(items[steps == steps.max()].tolist())
        for item in set(items[before].tolist()):
            mine = before & (items == item)
            found.append((item, days.max() - days[mine].max(), mine.sum(), item in last))
    return found


@settings(max_examples=30)
@given(st.lists(st.tuples(st.sampled_from("xyz"), st.sampled_from(SKUS), st.integers(0, 300)), min_size=1, max_size=40))
def test_rates_of_buying_again_are_counted(rows):
    events = learned(frame_of(rows), SKUS)
    model = repeating.repeat(events)
    shape = (len(repeating.SINCE) + 1, len(repeating.COUNTS) + 1)
    tried, hit = np.zeros((2, *shape))
    by_hand = _repeated_by_hand(events)
    for _, since, count, again in by_hand:
        spot = (sum(since >= edge for edge in repeating.SINCE), sum(count >= edge for edge in repeating.COUNTS))
        tried[spot] += 1
        hit[spot] += again
    overall = hit.sum() / max(tried.sum(), 1)
    np.testing.assert_allclose(model.rates, (hit + 20 * overall) / (tried + 20), rtol=1e-5)


def test_who_bought_lately_and_often_is_told_to_buy_again():
    draw = np.random.default_rng(0)
    rows = []
    for at in range(400):
        loyal = [(f"c{at:03}", "a", int(draw.integers(3)) + 10 * step) for step in range(4)]
        rows += [*loyal, (f"c{at:03}", "bcd"[at % 3], 200)]
    model = repeating.repeat(learned(frame_of(rows), SKUS))
    found = model.scores(of_lists([["b", "a", "a", "a"], ["b"], []], ROWS, 4))
    assert found[0, 0] > 0.8
    assert found[0, 1] < 0.1
    assert found[0, 2] == 0
    assert not found[2].any()


def test_at_most_so_many_customers_teach(monkeypatch):
    rows = [(f"c{at:03}", "a", ago) for at in range(99) for ago in (9, 1)]
    events = learned(frame_of(rows), SKUS)
    monkeypatch.setattr(repeating, "MOST_CUSTOMERS", 50)
    assert len(repeating._chances(events)[0]) == 50


def _sessions_by_hand(rows, asked):
    """Likeness of every past visit, and what the nearest hold, times rarity."""
    visits = {}
    for who, sku, ago in sorted(rows, key=lambda row: -row[2]):
        visits.setdefault(who, []).append((sku, ago))
    latest = sorted(visits, key=lambda who: (-visits[who][-1][1], who))
    alike = []
    for place, who in enumerate(latest):
        has = {sku for sku, _ in visits[who]}
        like = sum(
            np.exp(-back / session.DECAY) for back, sku in enumerate(reversed(asked[-session.READ :])) if sku in has
        )
        if like > 0:
            alike.append((like, place, who))
    found = dict.fromkeys(SKUS, 0.0)
    for like, _, who in sorted(alike, key=lambda each: (-round(each[0], 9), -each[1]))[: session.NEAREST]:
        for sku, _ in visits[who]:
            found[sku] += like
    with_it = {sku: sum(any(sku == one for one, _ in visit) for visit in visits.values()) for sku in SKUS}
    return [found[sku] * (1 + np.log(len(visits) / max(with_it[sku], 1))) for sku in SKUS]


def test_visits_alike_speak_for_what_they_hold(monkeypatch):
    draw = np.random.default_rng(3)
    monkeypatch.setattr(session, "NEAREST", 7)
    for _ in range(20):
        rows = list({(f"c{draw.integers(12):02}", SKUS[draw.integers(4)], int(draw.integers(40))) for _ in range(30)})
        days = {}
        rows = [row for row in rows if days.setdefault((row[0], row[2]), row[1]) == row[1]]  # one event a day
        model = session.sessions(learned(frame_of(rows), SKUS))
        for asked in (["a"], ["b", "d"], ["c", "a", "c"], []):
            found = model.scores(of_lists([asked], ROWS, 4))[0]
            np.testing.assert_allclose(found, _sessions_by_hand(rows, asked), rtol=1e-5)


def test_of_each_product_the_latest_visits_are_kept(monkeypatch):
    monkeypatch.setattr(session, "LATEST", 3)
    rows = [(f"c{at}", sku, 20 - at) for at in range(9) for sku in ("a", "bcd"[at % 3])]
    model = session.sessions(learned(frame_of(rows), SKUS))
    of_a = model.visits[model.at[0] : model.at[1]]
    assert of_a.tolist() == [6, 7, 8]
    assert model.visits[model.at[1] : model.at[2]].tolist() == [0, 3, 6]
    scores = model.scores(of_lists([["a"]], ROWS, 4))[0]
    assert scores[1] == pytest.approx(np.log(3) + 1, rel=1e-5)  # one of the three latest has b
