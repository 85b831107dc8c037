"""What every member of a blend must do, whatever it is made of."""

from __future__ import annotations

import inspect

import numpy as np
import polars as pl
import pytest
from tests.recommend.made import frame_of, learned, name, orders, walks

from shopwright.recommend import blend
from shopwright.recommend.blend import KINDS, MEMBERS
from shopwright.recommend.histories import of_lists, of_places

DAY = 19904  # 2024-06-30
WORLDS = {
    "dated": lambda: learned(walks(n_customers=120, n_items=25)),
    "baskets": lambda: learned(orders(n_customers=80, n_items=25)),
    "numbered": lambda: learned(walks(n_customers=80, n_items=25).with_columns(at=pl.col("at").to_physical())),
    "kinds": lambda: learned(_with_kinds()),
    "one product": lambda: learned(frame_of([(f"c{at}", "p000", at) for at in range(30)])),
    "one event": lambda: learned(frame_of([("c", "p000", 1)])),
    "never sold": lambda: learned(walks(n_customers=80, n_items=25), [name(at) for at in range(40)]),
}


def _with_kinds():
    frame = orders(n_customers=80, n_items=25)
    kinds = ["view", "cart", "purchase"]
    return frame.with_columns(kind=pl.Series([kinds[at % 3] for at in range(frame.height)]))


@pytest.fixture(params=WORLDS, ids=str)
def events(request):
    return WORLDS[request.param]()


@pytest.fixture(params=MEMBERS, ids=str)
def member(request, events):
    return _fitted(request.param, events)


def _fitted(called, events, seed=0):
    categories = np.arange(events.n_items, dtype=np.int32) % 4 - 1
    return MEMBERS[called](blend._Shared(events, seed, categories))


def _everybody(events):
    """All customers, twice as many as there are, and one who is not known in the middle."""
    places = np.arange(events.n_customers)
    return of_places(events, np.concatenate([places, [-1], places[::-1]]), DAY)


def _check(scores, asked):
    assert scores.shape == (len(asked), asked.n_items)
    assert scores.dtype == np.float32
    assert np.isfinite(scores).all()


def test_scores_are_finite_for_everybody(member, events):
    asked = _everybody(events)
    _check(member.scores(asked), asked)


def test_nobody_and_no_history_are_answered(member, events):
    rows = {name(at): at for at in range(events.n_items)}
    for asked in (of_lists([], rows, events.n_items), of_lists([[], ["zzz"]], rows, events.n_items)):
        _check(member.scores(asked), asked)


def test_a_history_of_ten_thousand_is_answered(member, events):
    rows = {name(at): at for at in range(events.n_items)}
    asked = of_lists([[name(at * 7 % events.n_items) for at in range(10_000)]], rows, events.n_items)
    _check(member.scores(asked), asked)


def test_a_row_does_not_hang_on_the_others(member, events):
    asked = _everybody(events)
    together = member.scores(asked)
    for at in (0, len(asked) // 2, len(asked) - 1):
        np.testing.assert_allclose(member.scores(asked.part(at, at + 1))[0], together[at], rtol=1e-4, atol=1e-6)


def test_asking_changes_nothing(member, events):
    asked = _everybody(events)
    before = {key: values.copy() for key, values in member.arrays().items()}
    first = member.scores(asked).copy()
    np.testing.assert_array_equal(member.scores(asked), first)
    for key, values in member.arrays().items():
        np.testing.assert_array_equal(values, before[key])


def test_made_again_from_files_it_gives_the_same_scores(member, events, tmp_path):
    for key, values in member.arrays().items():
        np.save(tmp_path / key, values)
    mapped = {file.stem: np.load(file, mmap_mode="r", allow_pickle=False) for file in tmp_path.glob("*.npy")}
    again = KINDS[member.kind].of(mapped)
    assert type(again) is type(member)
    np.testing.assert_array_equal(again.scores(_everybody(events)), member.scores(_everybody(events)))


@pytest.mark.parametrize("called", MEMBERS)
def test_the_same_seed_gives_the_same_digits_with_any_number_of_threads(called, monkeypatch):
    events = WORLDS["baskets"]()
    found = []
    for threads in ("1", "2"):
        monkeypatch.setenv("OMP_NUM_THREADS", threads)
        found.append(_fitted(called, events, seed=5).arrays())
    for key, values in found[0].items():
        np.testing.assert_array_equal(values, found[1][key])


@pytest.mark.parametrize("called", [each for each in MEMBERS if "popular" not in each])
def test_what_somebody_has_changes_the_scores(called):
    events = WORLDS["dated"]()
    scores = _fitted(called, events).scores(of_lists([["p003"], ["p011"]], {name(at): at for at in range(25)}, 25))
    assert (scores[0] != scores[1]).any()


def test_every_kind_can_be_read_back():
    for kind, made in KINDS.items():
        assert made.kind == kind
        assert inspect.ismethod(made.of)
