"""Tuning the sales model on a shop's own sales: what is learned from, what it gains, and when it is adopted."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from tests.forecast import worlds
from tests.forecast.t5.made import sold
from tests.forecast.worlds import history_of

from shopwright.errors import ExtraMissing, ModelError, StoreError
from shopwright.forecast.members import ends_of
from shopwright.forecast.panel import Panel
from shopwright.forecast.t5 import tune as tuning
from shopwright.forecast.t5.compare import Comparison
from shopwright.forecast.t5.model import DemandT5

THIRDS = np.array([4.0, 20.0, 60.0])
RECIPE = {"rates": (2e-3, 5e-3), "steps": 30, "batch": 16, "every": 10, "patience": 3}
KILLED = """
import json, runpy, sys
import torch
from shopwright.forecast.panel import Panel
from shopwright.forecast.t5.tune import Recipe, tune
torch.set_num_threads(1)
given = json.load(open(sys.argv[1]))
panel = Panel(runpy.run_path(given["worlds"])["history_of"](given["sold"], period="M"), 3)
tune(panel, folder=given["folder"], base=given["base"], is_judged=False, recipe=Recipe(**given["recipe"]))
"""


def by_thirds(n_skus=12, n=60):
    """Sales that repeat every three months: no season that the network has read of."""
    level = np.random.default_rng(0).choice([0.5, 1.0, 4.0], (n_skus, 1))
    return Panel(history_of(level * THIRDS[np.arange(n) % 3], period="M"), 3)


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """A tiny network that has learned nothing yet."""
    import torch

    from shopwright.forecast.t5.export import export
    from shopwright.forecast.t5.inputs import inputs
    from shopwright.forecast.t5.lessons import whole_at
    from shopwright.forecast.t5.names import arrays
    from shopwright.forecast.t5.net import SIZES, DemandNet

    torch.set_num_threads(1)
    torch.manual_seed(0)
    seen = [arrays(inputs(whole_at(by_thirds(), end))) for end in (30, 57)]
    folder = tmp_path_factory.mktemp("base") / "model"
    export(DemandNet(SIZES["tiny"]), folder, "tiny", seen, {})
    return folder


@pytest.fixture(scope="module")
def tuned(base, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tuned") / "demand"
    return tuning.tune(by_thirds(), folder=folder, base=base, is_judged=False, recipe=tuning.Recipe(**RECIPE))


def _weights(made):
    from safetensors.numpy import load_file

    return load_file(made.folder / "demand.safetensors")


@pytest.mark.train
def test_what_it_could_not_know_is_learned(tuned, base):
    assert tuned.after < 0.8 * tuned.before
    assert tuned.rate in RECIPE["rates"]
    assert 0 < tuned.steps <= RECIPE["steps"]
    assert not tuned.is_adopted
    assert tuned.judged == {}
    card = DemandT5.load(tuned.folder).card
    assert card.about["until"] == tuned.until == str(by_thirds().known.as_of)
    place = tuned.folder.parent
    assert any((place / "log").rglob("events.out.tfevents.*"))
    assert not (place / "checkpoints").exists()
    assert json.loads((place / "tuning.json").read_text("utf-8"))["result"]["after"] == tuned.after
    assert json.loads(json.dumps(tuned.as_json()))


@pytest.mark.train
def test_a_killed_tuning_ends_with_the_same_weights(tuned, base, tmp_path):
    folder = tmp_path / "demand"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    file = tmp_path / "given.json"
    given = {"worlds": worlds.__file__, "sold": by_thirds().units.tolist(), "folder": str(folder), "base": str(base)}
    file.write_text(json.dumps({**given, "recipe": RECIPE}), "utf-8")
    with (tmp_path / "log.txt").open("wb") as log:
        line = [sys.executable, "-c", KILLED, str(file)]
        child = subprocess.Popen(line, env=environment, stdout=log, stderr=log)
        try:
            until = time.monotonic() + 240
            while not any(folder.glob("checkpoints/*.pt")):
                assert child.poll() is None, (tmp_path / "log.txt").read_text()
                assert time.monotonic() < until, "no checkpoint was written"
                time.sleep(0.01)
        finally:
            child.kill()
            child.wait(timeout=30)
    assert child.returncode == -signal.SIGKILL, (tmp_path / "log.txt").read_text()
    recipe = tuning.Recipe(**RECIPE)
    with pytest.raises(StoreError) as refused:
        tuning.tune(by_thirds(), folder=folder, base=base, is_judged=False, recipe=recipe)
    assert refused.value.code == "MODEL-72"
    with pytest.raises(ModelError) as refused:
        tuning.tune(by_thirds(), folder=folder, base=base, is_judged=False, recipe=recipe, seed=1, resume=True)
    assert refused.value.code == "MODEL-73"
    made = tuning.tune(by_thirds(), folder=folder, base=base, is_judged=False, recipe=recipe, resume=True)
    assert (made.before, made.after, made.rate, made.steps) == (tuned.before, tuned.after, tuned.rate, tuned.steps)
    for name, value in _weights(tuned).items():
        np.testing.assert_array_equal(value, _weights(made)[name])
    assert (made.folder / "demand.onnx").read_bytes() == (tuned.folder / "demand.onnx").read_bytes()
    done = tuning.tune(by_thirds(), folder=folder, base=base, is_judged=False, recipe=recipe, resume=True)
    assert done == made  # nothing is left to do


@pytest.mark.train
def test_what_is_judged_by_was_not_seen(base, tmp_path):
    """Other sales from the first window on change no lesson and not when the learning stops."""
    panel = by_thirds()
    cut = ends_of(panel.before(57))[0]
    later = panel.known.sold.copy()
    later[:, cut:] = 777.0
    other = Panel(history_of(later, period="M"), 3)
    short = tuning.Recipe(rates=(2e-3,), steps=4, batch=8, every=2)
    one, two = (
        tuning.tune(each, folder=tmp_path / name, base=base, recipe=short)
        for name, each in (("a", panel), ("b", other))
    )
    assert (one.before, one.after, one.steps) == (two.before, two.after, two.steps)
    assert one.until == two.until == str(panel.known.before(cut).as_of)
    for name, value in _weights(one).items():
        np.testing.assert_array_equal(value, _weights(two)[name])
    assert set(one.judged) == set(one.last) == {
        "untuned", "tuned", "ensemble without", "ensemble with untuned", "ensemble with tuned",
    }  # fmt: skip
    assert one.is_adopted == Comparison(one.judged, one.last).is_adopted
    assert one.judged != two.judged


@pytest.mark.train
def test_a_history_too_short_for_a_window_is_tuned_on_and_not_judged(base, tmp_path):
    panel = Panel(history_of(sold(5, 30)), 8)
    assert not ends_of(panel.before(22))
    short = tuning.Recipe(rates=(1e-3,), steps=2, batch=4, every=1)
    made = tuning.tune(panel, folder=tmp_path / "demand", base=base, recipe=short)
    assert (made.judged, made.last, made.is_adopted) == ({}, {}, False)


@pytest.mark.train
def test_a_horizon_longer_than_what_is_held_back(base, tmp_path):
    panel = Panel(history_of(sold(5, 40)), 20)
    short = tuning.Recipe(rates=(1e-3,), steps=2, batch=4, every=1)
    made = tuning.tune(panel, folder=tmp_path / "demand", base=base, is_judged=False, recipe=short)
    assert np.isfinite(made.after)


@pytest.mark.parametrize(
    "judged, is_adopted",
    [
        ((0.5, 0.4, 0.6, 0.5, 0.4), True),
        ((0.5, 0.5, 0.6, 0.5, 0.4), False),  # no better than untuned
        ((0.5, 0.4, 0.4, 0.5, 0.4), False),  # the blend is no better with it
        ((0.0, 0.0, 0.0, 0.0, 0.0), False),
        ((), False),
    ],
)
def test_it_is_adopted_only_where_it_beats_both(judged, is_adopted):
    names = ("untuned", "tuned", "ensemble without", "ensemble with untuned", "ensemble with tuned")
    found = dict(zip(names, judged, strict=False))
    assert Comparison(found, {}).is_adopted is is_adopted


@pytest.mark.parametrize("horizon", [1, 3, 8, 20])
@pytest.mark.parametrize("n", [30, 60, 150])
@pytest.mark.parametrize("is_judged", [True, False])
def test_spans_of_time_follow_each_other(horizon, n, is_judged):
    panel = Panel(history_of(sold(3, n)), horizon)
    origins, until, cut = tuning.span_of(panel, is_judged=is_judged)
    assert list(origins) == sorted(set(origins))
    assert 4 <= origins[0] <= origins[-1] < until < cut
    assert cut - until <= horizon
    if not is_judged:
        assert cut == n
        return
    ends = ends_of(panel.before(n - horizon)) if n > 2 * horizon else ()
    assert cut == (ends[0] if ends else n - horizon)


def test_origins_that_teach_nothing_are_left_out():
    units = sold(2, 60)
    units[:, 20:45] = np.nan
    origins, until, _ = tuning.span_of(Panel(history_of(np.nan_to_num(units), np.isnan(units)), 2), is_judged=False)
    assert until == 58
    assert not [origin for origin in origins if 20 <= origin < 43]


@pytest.mark.parametrize("panel", [
    Panel(history_of(sold(3, 9)), 8),
    Panel(history_of(np.zeros((3, 60)), np.ones((3, 60), bool)), 8),
    Panel(history_of(sold(3, 60), np.arange(60)[None, :] + np.zeros((3, 1)) > 4), 8),
], ids=["short", "nothing known", "nothing known later"])  # fmt: skip
def test_too_little_to_tune_on(panel):
    with pytest.raises(ModelError) as caught:
        tuning.span_of(panel)
    assert caught.value.code == "MODEL-97"


def test_without_torch_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ExtraMissing, match=r"shopwright\[train\]"):
        tuning.tune(by_thirds(), folder=tmp_path / "demand")
    assert not (tmp_path / "demand").exists()
