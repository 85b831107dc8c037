"""What a request knows of somebody, as arrays."""

from __future__ import annotations

import numpy as np
import pytest
from tests.recommend.made import frame_of, learned

from shopwright.recommend.histories import of_lists, of_places

SKUS = "abcd"
ROWS = {sku: at for at, sku in enumerate(SKUS)}
DAY = 19904  # 2024-06-30


@pytest.fixture
def events():
    return learned(
        frame_of([("x", "a", 9), ("x", "b", 9), ("x", "a", 2), ("y", "c", 4)], weight=[1.0, 0.5, 2.0, 1.0]), SKUS
    )


def test_places_have_orders_back_and_days_ago(events):
    found = of_places(events, np.array([1, -1, 0]), DAY)
    assert found.starts.tolist() == [0, 1, 1, 4]
    assert found.items.tolist() == [2, 0, 1, 0]
    assert found.back.tolist() == [0, 1, 1, 0]
    assert found.days_ago.tolist() == [4, 9, 9, 2]
    assert found.weights.tolist() == [1, 1, 0.5, 2]
    assert [found.seen(at).tolist() for at in range(3)] == [[2], [], [0, 1, 0]]


def test_a_day_before_the_last_event_is_no_time_to_come(events):
    assert of_places(events, np.array([0]), DAY - 5).days_ago.tolist() == [4, 4, 0]


def test_lists_have_places_back_and_pass_over_the_unknown():
    found = of_lists([["a", "zz", "b"], [], ["zz"], ["d"]], ROWS, 4)
    assert found.starts.tolist() == [0, 2, 2, 2, 3]
    assert (found.items.tolist(), found.back.tolist()) == ([0, 1, 3], [1, 0, 0])


def test_products_may_be_named_by_numbers():
    assert of_lists([[7]], {"7": 0}, 1).items.tolist() == [0]


def test_parts_are_what_was_cut_off(events):
    whole = of_places(events, np.array([0, 1, 0, -1, 1]), DAY)
    part = whole.part(1, 4)
    assert len(part) == 3
    assert [part.seen(at).tolist() for at in range(3)] == [whole.seen(at).tolist() for at in (1, 2, 3)]
    assert part.back.tolist() == whole.back[3:7].tolist()


def test_the_matrix_sums_what_decays(events):
    found = of_places(events, np.array([0, -1]), DAY).matrix(2.0).toarray()
    assert found[0].tolist() == pytest.approx([1 + 0.5 * np.exp(-0.5), 0.25 * np.exp(-0.5), 0, 0])
    assert found.shape == (2, 4)
    assert not found[1].any()


def test_whoever_only_clicked_is_answered_by_the_clicks():
    rows = [("x", "a", 2), ("x", "b", 1), ("y", "a", 2), ("y", "b", 1), ("z", "a", 1)]
    events = learned(frame_of(rows, weight=[0.2, 0.1, 2.0, 1.0, 0.0]), SKUS)
    found = of_places(events, np.array([0, 1, 2]), DAY).matrix(3.0).toarray()
    assert found[0].tolist() == pytest.approx([np.exp(-1 / 3), 0.5, 0, 0])
    assert found[1].tolist() == pytest.approx(found[0].tolist())
    assert not found[2].any()


def test_what_lies_far_back_is_dropped_without_shifting_the_rest():
    found = of_lists([["a"] + ["b"] * 200 + ["c"], ["d"]], ROWS, 4).matrix(3.0)
    assert found.toarray()[0, 0] == 0
    assert found[0].nnz == 2
    assert found.toarray()[1].tolist() == [0, 0, 0, 1]
    assert found.has_canonical_format
