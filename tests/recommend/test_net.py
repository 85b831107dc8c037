"""The network that recommends: what it learns, that it goes on after a kill, and that it runs without torch."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
import time

import numpy as np
import polars as pl
import pytest
from tests.recommend import chains
from tests.recommend.chains import after, chained

from shopwright.errors import ExtraMissing
from shopwright.recommend import Recommender, train
from shopwright.recommend.blend import KINDS, fit_blends
from shopwright.recommend.events import events_of
from shopwright.recommend.histories import Histories, of_lists
from shopwright.recommend.net_lessons import held_out, lessons, padded
from shopwright.recommend.popular import popular

SKUS = [f"p{n:02}" for n in range(chains.N_SKUS)]
ROWS = {sku: row for row, sku in enumerate(SKUS)}
KILLED = """
import runpy, sys
from pathlib import Path
given = runpy.run_path(sys.argv[1])
import polars as pl
from shopwright.recommend.events import events_of
from shopwright.recommend.net import Size
from shopwright.recommend.net_fit import Course, fit
frame = given["chained"]()
events = events_of(frame.lazy(), frame["sku"].unique().sort())
fit(events, Course(Size(16, 1, 2, 12), rate=3e-3, batch=200, epochs=12), seed=1, file=Path(sys.argv[2]))
"""


def _events(frame=None):
    frame = chained() if frame is None else frame
    return events_of(frame.lazy(), frame["sku"].unique().sort())


def _course(**more):
    from shopwright.recommend.net import Size
    from shopwright.recommend.net_fit import Course

    usual = {"size": Size(16, 1, 2, 12), "rate": 3e-3, "batch": 200, "epochs": 12}
    return Course(**{**usual, **more})


def _fit(**more):
    from shopwright.recommend.net_fit import fit

    given = {"events": _events(), "course": _course(), "seed": 1, **more}
    return fit(given.pop("events"), given.pop("course"), **given)


def _hits(member):
    """Share of histories along the chain whose next product is scored highest."""
    histories = [[sku, after(sku), after(after(sku))] for sku in SKUS]
    best = member.scores(of_lists(histories, ROWS, len(SKUS))).argmax(axis=1)
    return np.mean([SKUS[one] == after(history[-1]) for history, one in zip(histories, best, strict=True)])


@pytest.fixture(scope="module")
def learned():
    return _fit()


@pytest.fixture(scope="module")
def member(learned):
    from shopwright.recommend.net_export import exported

    return exported(learned[0])


@pytest.mark.train
def test_a_chain_is_learned_that_popularity_cannot_know(learned, member):
    _, done = learned
    assert done.losses[done.epoch] < 0.5 * done.losses[1]
    assert done.best > 0.9
    assert _hits(member) >= 0.8
    assert _hits(popular(_events())) < 0.1


@pytest.mark.train
def test_a_softmax_over_some_products_learns_it_too(monkeypatch):
    from shopwright.recommend.net_export import exported

    net, done = _fit(course=_course(drawn=20))
    assert done.best > 0.9
    assert _hits(exported(net)) >= 0.8


@pytest.mark.train
def test_the_sum_over_some_products_is_that_over_all_on_average():
    import torch

    from shopwright.recommend.net import sampled_loss
    from shopwright.recommend.net_fit import _Draw

    torch.manual_seed(0)
    events = _events()
    told, table = torch.randn(6, 8), torch.randn(40, 8)
    right = torch.tensor([0, 3, 3, 17, 39, 5])
    one = torch.ones(6)
    whole = torch.nn.functional.cross_entropy(told @ table.T, right)
    all_drawn = sampled_loss(told, table, right, torch.arange(40), torch.zeros(40), one)
    assert float(all_drawn) == pytest.approx(float(whole), rel=1e-5)
    draw, rng = _Draw(events, _course(drawn=30)), np.random.default_rng(0)
    own = (told * table[right]).sum(1)
    sums = []
    for _ in range(4_000):
        drawn, log_times = draw(rng)
        assert (drawn.diff() >= 0).all()
        others = (told @ table[drawn].T - log_times).exp()
        sums.append((others * (drawn[None] != right[:, None])).sum(1))
    estimated = torch.stack(sums).mean(0) + own.exp()
    np.testing.assert_allclose(estimated, (told @ table.T).exp().sum(1), rtol=0.05)
    two = torch.tensor([1.0, 0, 0, 0, 0, 1.0])
    drawn, log_times = draw(rng)
    each = [
        float(sampled_loss(told[at : at + 1], table, right[at : at + 1], drawn, log_times, one[:1])) for at in (0, 5)
    ]
    assert float(sampled_loss(told, table, right, drawn, log_times, two)) == pytest.approx(np.mean(each), rel=1e-5)


@pytest.mark.train
def test_onnx_scores_as_torch_does(learned, member):
    import torch

    net, _ = learned
    rng = np.random.default_rng(0)
    asked = of_lists([[SKUS[at] for at in rng.integers(0, 40, n)] for n in (3, 0, 1, 12, 30, 3, 7)], ROWS, 40)
    scores = member.scores(asked)
    assert scores.dtype == np.float32
    assert scores.shape == (7, 40)
    assert not scores[1].any()
    for at in (0, 2, 3, 4, 5, 6):
        latest = torch.from_numpy(asked.seen(at)[-12:].astype(np.int64))[None]
        with torch.no_grad():
            told = net(net.items(latest))[0, -1] @ net.items.weight.T
        np.testing.assert_allclose(scores[at], told.numpy(), atol=2e-5)
        np.testing.assert_allclose(member.scores(asked.part(at, at + 1))[0], scores[at], atol=2e-5)


@pytest.mark.train
def test_it_does_not_see_what_comes_later(learned):
    import torch

    net, _ = learned
    one = torch.randint(0, 40, (1, 10), generator=torch.Generator().manual_seed(0))
    two = one.clone()
    two[0, 6:] = (two[0, 6:] + 1) % 40
    with torch.no_grad():
        told, other = net(net.items(one)), net(net.items(two))
    torch.testing.assert_close(told[0, :6], other[0, :6])
    assert not torch.allclose(told[0, 6:], other[0, 6:])


@pytest.mark.train
def test_it_is_put_on_disk_as_arrays_and_read_again(member, tmp_path):
    for name, values in member.arrays().items():
        np.save(tmp_path / f"{name}.npy", values)
    mapped = {file.stem: np.load(file, mmap_mode="r") for file in tmp_path.glob("*.npy")}
    asked = of_lists([["p00", "p07"], [], ["p03"]], ROWS, 40)
    again = KINDS[member.kind].of(mapped)
    np.testing.assert_array_equal(again.scores(asked), member.scores(asked))
    assert member.scores(Histories(40, np.zeros(1, np.int64), *(asked.items[:0],) * 3, asked.weights[:0])).shape == (
        0,
        40,
    )


@pytest.mark.train
def test_a_killed_training_ends_with_the_same_weights(learned, tmp_path):
    file = tmp_path / "checkpoint.pt"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with (tmp_path / "log.txt").open("wb") as log:
        line = [sys.executable, "-c", KILLED, chains.__file__, str(file)]
        child = subprocess.Popen(line, env=environment, stdout=log, stderr=log)
        try:
            until = time.monotonic() + 240
            while not file.exists():
                assert child.poll() is None, (tmp_path / "log.txt").read_text()
                assert time.monotonic() < until, "no checkpoint was written"
                time.sleep(0.005)
        finally:
            child.kill()
            child.wait(timeout=30)
    assert child.returncode == -signal.SIGKILL, (tmp_path / "log.txt").read_text()
    seen = []
    net, done = _fit(file=file, watch=lambda epoch, loss, ndcg: seen.append(epoch))
    assert 1 not in seen  # it went on, and did not begin again
    assert done.losses == learned[1].losses
    assert done.watched == learned[1].watched
    for name, value in learned[0].state_dict().items():
        np.testing.assert_array_equal(value, net.state_dict()[name])


@pytest.mark.train
def test_the_seed_gives_the_digits(learned):
    import torch

    before = torch.random.get_rng_state()
    threads = torch.get_num_threads()
    torch.set_num_threads(3)
    try:
        net, done = _fit()
        assert torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(threads)
    assert torch.equal(torch.random.get_rng_state(), before)  # what others draw is left as it was
    assert done.losses == learned[1].losses
    assert torch.equal(net.items.weight, learned[0].items.weight)
    assert _fit(seed=2, course=_course(epochs=1))[1].losses[1] != done.losses[1]


@pytest.mark.train
def test_it_goes_on_to_learn_what_was_kept_back(learned):
    from shopwright.recommend.net_export import exported

    net, done = _fit(start=learned[1])
    assert done.epoch == round(0.2 * learned[1].best_epoch)
    assert done.losses[1] < 0.7 * learned[1].losses[1]  # not from chance
    assert all(np.isnan(each) for each in done.watched.values())
    assert _hits(exported(net)) >= 0.8


@pytest.mark.train
def test_it_joins_the_blend_where_it_is_asked_for_and_helps(tmp_path):
    frame = chained()
    model = train(frame, seed=1, log=tmp_path / "log", checkpoint=tmp_path / "kept", course=_course(epochs=4))
    gained = model.blends.gained
    assert gained.alone.ndcg > 0.3
    assert gained.n > 100
    used = {*model.blends.new.weighed.weights, *model.blends.any.weighed.weights}
    assert ("net" in used) is gained.is_better
    assert any((tmp_path / "log" / "early").glob("events.out.tfevents.*"))
    assert [file.name[:5] for file in (tmp_path / "kept").glob("early*.pt")] == ["early"]
    assert Recommender.fit(frame, seed=1).blends.gained is None


@pytest.mark.train
def test_it_is_saved_with_the_recommender_and_folds_in_what_just_happened(tmp_path, monkeypatch):
    frame = chained()
    only = {"popular": None}
    monkeypatch.setattr("shopwright.recommend.recommender.fit_blends", _with_few_members(only))
    kept = tmp_path / "kept"
    model = train(frame, seed=1, checkpoint=kept, course=_course())
    assert sorted(file.name.partition("-")[0] for file in kept.glob("*.pt")) == ["all", "early"]
    assert "net" in model.blends.new.weighed.weights
    assert model.blends.gained.having.ndcg > 2 * model.blends.gained.without.ndcg
    told = {file: file.stat().st_mtime_ns for file in kept.glob("*.pt")}
    same = train(frame, seed=1, checkpoint=kept, course=_course())
    assert {file: file.stat().st_mtime_ns for file in kept.glob("*.pt")} == told  # nothing was left to learn
    np.testing.assert_array_equal(_net_of(same).items, _net_of(model).items)
    train(frame.filter(pl.col("customer") != "c007"), seed=1, checkpoint=kept, course=_course(epochs=1))
    assert len([*kept.glob("early*.pt")]) == 2  # other data goes on from nothing of these
    model.save(tmp_path / "model")
    again = Recommender.load(tmp_path / "model")
    histories = [["p00"], ["p05", "p06"], []]
    assert again.recommend(histories=histories, k=5).equals(model.recommend(histories=histories, k=5))
    last = frame.filter(customer="c001").sort("at")["sku"][-1]
    assert again.recommend(customers=["c001"], k=1, exclude_seen=False)["sku"].to_list() == [after(last)]
    jump = "p00" if last != "p00" else "p01"
    news = frame.head(1).with_columns(
        customer=frame.select(x="customer").to_series().head(1).replace({"c000": "c001"}), sku=np.array([jump])
    )
    assert again.update(news) == 1
    assert again.recommend(customers=["c001"], k=1, exclude_seen=False)["sku"].to_list() == [after(jump)]


def _net_of(model):
    return next(member for _, member in model.blends.new.parts if member.kind == "net")


def _with_few_members(only):
    """The usual blend from few members, so that the network is needed."""

    def few(events, texts, seed, train=None, categories=None):
        return fit_blends(events, texts, seed, names=only, train=train)

    return few


def test_every_customer_is_told_once_and_nothing_ahead_is_given():
    events = _events()
    told = 0
    for lesson in lessons(events, places=5, batch=100, seed=0, epoch=0):
        assert lesson.given.shape[1] <= 5
        for row, place, right in zip(lesson.row, lesson.place, lesson.right, strict=True):
            assert after(SKUS[lesson.given[row, place]]) == SKUS[right]
        told += len(lesson.right)
    assert told == 5 * events.n_customers
    first, again, other = (
        next(iter(lessons(events, places=5, batch=100, seed=0, epoch=epoch))).given for epoch in (0, 0, 1)
    )
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_the_last_orders_are_held_out():
    events = _events()
    rest, asked, row, item = held_out(events, seed=0)
    assert len(asked) == len(row) == events.n_customers
    assert len(rest.items) == len(events.items) - len(row)
    for at in (0, 7, 299):
        assert after(SKUS[asked.seen(int(row[at]))[-1]]) == SKUS[item[at]]


def test_padding_stands_behind():
    asked = of_lists([["p01"], ["p02", "p03", "p04"]], ROWS, 40)
    given, n = padded(asked, np.array([1, 0]), places=2)
    assert given.tolist() == [[3, 4], [1, 0]]
    assert n.tolist() == [2, 1]


@pytest.mark.skipif(importlib.util.find_spec("torch") is not None, reason="needs an environment without torch")
def test_without_torch_it_says_what_to_install():
    with pytest.raises(ExtraMissing) as refused:
        train(chained())
    assert "pip install 'shopwright[train]'" in str(refused.value)
