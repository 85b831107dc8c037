"""Training the sales model from scratch: killed and gone on with, exported, and the same from ONNX as from torch."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from tests.forecast.t5.made import sold, table

pytestmark = pytest.mark.train
RECIPE = {"size": "tiny", "steps": 12, "batch": 16, "warm": 3, "rate": 5e-3, "average": 0.5}
KILLED = """
import sys
from pathlib import Path
from demand_t5.train import Recipe, train
train(Path(sys.argv[1]), None, Recipe(**eval(sys.argv[2])), save_every=2)
"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A training that nothing broke off, and the folder it lies in."""
    import torch
    from demand_t5.train import Recipe, train

    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("whole")
    return train(folder, None, Recipe(**RECIPE), save_every=2), folder


@pytest.fixture(scope="module")
def seen():
    from demand_t5.batches import batch

    from shopwright.forecast.t5.names import GIVEN

    return [dict(zip(GIVEN, batch(9, number, 24, []).given, strict=True)) for number in range(8)]


@pytest.fixture(scope="module")
def exported(whole, seen, tmp_path_factory):
    from shopwright.forecast.t5.export import export

    folder = tmp_path_factory.mktemp("exported") / "model"
    return export(whole[0].best(), folder, "tiny", seen, {"steps": 12}), folder


def test_a_killed_training_ends_with_the_same_weights(whole, tmp_path):
    import torch
    from demand_t5.train import Recipe, State, train

    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    file = tmp_path / "out" / "checkpoint.pt"
    with (tmp_path / "log.txt").open("wb") as log:
        child = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(tmp_path / "out"), repr(RECIPE)],
            env=environment, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
        try:
            _wait(file.exists, child, tmp_path / "log.txt")
            child.send_signal(signal.SIGKILL)
            child.wait(timeout=30)
            _wait(lambda: not _alive(child.pid), None, tmp_path / "log.txt")  # nor what drew its batches
        finally:
            if _alive(child.pid):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait(timeout=30)
    assert child.returncode == -signal.SIGKILL
    at = State.load(file).step
    assert 0 < at < RECIPE["steps"]
    state = train(tmp_path / "out", None, Recipe(**RECIPE), save_every=5)
    assert state.step == whole[0].step == RECIPE["steps"]
    for one, two in ((state.net.state_dict(), whole[0].net.state_dict()), (state.averaged, whole[0].averaged)):
        assert one.keys() == two.keys()
        assert all(torch.equal(value, two[name]) for name, value in one.items())
    assert any((tmp_path / "out" / "log").glob("events.out.tfevents.*"))
    assert not list((tmp_path / "out").glob("*.part"))


def _wait(is_done, child, log):
    until = time.monotonic() + 240
    while not is_done():
        assert child is None or child.poll() is None, log.read_text()
        assert time.monotonic() < until, log.read_text()
        time.sleep(0.02)


def _alive(group):
    """Whether a process of a group runs, zombies aside."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, of = stat.read_text().rpartition(") ")[2].split()[:3]
        except OSError:
            continue
        if int(of) == group and state != "Z":
            return True
    return False


def test_it_learns(whole):
    import torch
    from demand_t5.batches import batch
    from demand_t5.train import Recipe, State, tensors

    from shopwright.forecast.t5.net import pinball

    lessons = [batch(77, number, 32, []) for number in range(6)]
    losses = []
    for net in (State(Recipe(**RECIPE)).net.eval(), whole[0].best()):
        with torch.no_grad():
            each = [
                pinball(net(*tensors(one)), torch.from_numpy(one.truth), torch.from_numpy(one.weight))
                for one in lessons
            ]
        losses.append(float(sum(each)))
    assert losses[1] < 0.97 * losses[0]


def test_a_seed_is_another_training_and_the_schedule_ends_low(whole, tmp_path):
    from demand_t5.train import Recipe, State

    one, two = (State(Recipe(size="tiny", seed=seed)).net.state_dict() for seed in (0, 1))
    assert any(not np.array_equal(value.numpy(), two[name].numpy()) for name, value in one.items())
    recipe = Recipe()
    rates = [recipe.rate_at(step) for step in range(recipe.steps + 1)]
    assert max(rates) == pytest.approx(recipe.rate)
    assert rates.index(max(rates)) in (recipe.warm - 1, recipe.warm)
    assert rates[-1] == pytest.approx(recipe.rate / 100)


def test_in_float32_onnx_tells_what_torch_tells(whole, seen):
    import torch

    from shopwright.forecast.t5.export import traced
    from shopwright.forecast.t5.names import GIVEN
    from shopwright.language.onnx.session import open_session, run

    net = whole[0].best()
    session = open_session(traced(net, seen[0]))
    for given in seen:  # other sizes of batch, other numbers of patches, than it was traced with
        with torch.no_grad():
            expected = net(*(torch.from_numpy(given[name]) for name in GIVEN)).numpy()
        told = run(session, given, "tiny")[0]
        assert told.shape == expected.shape
        np.testing.assert_allclose(told, expected, atol=1e-4)


def test_in_eight_bits_it_is_hardly_worse(whole, exported):
    import torch
    from tests.forecast.t5.made import given

    from shopwright.forecast.cast import LEVELS
    from shopwright.forecast.t5.inputs import inputs
    from shopwright.forecast.t5.names import arrays
    from shopwright.forecast.t5.runtime import Runtime
    from shopwright.forecast.t5.slots import unslotted

    units = sold(60, 88)
    history, truth = given(units[:, :80], 8), units[:, 80:, None]
    history = given(units[:, :80], 8)
    made = inputs(history)
    with torch.no_grad():
        z = whole[0].best()(*(torch.from_numpy(each) for each in arrays(made).values())).numpy()
    full = made.scale.units(np.sort(unslotted(z, "W", 8), axis=2), 80)
    short = Runtime((exported[1] / "demand.onnx").read_bytes(), "tiny", 1).quantiles(history)
    levels = np.array(LEVELS)
    lost = [np.maximum(levels * (truth - q), (levels - 1) * (truth - q)).sum() for q in (full, short)]
    assert lost[1] < 1.03 * lost[0]
    assert not np.array_equal(full, short)


def test_what_was_exported_is_loaded_forecasts_and_can_be_tuned_from(whole, exported):
    from shopwright.forecast.t5.model import DemandT5
    from shopwright.forecast.t5.weights import network

    card, folder = exported
    assert {file.name for file in folder.iterdir()} == {"demand.onnx", "demand.safetensors", "demand.json"}
    model = DemandT5.load(folder)
    assert model.card == card
    demand = model.forecast(table(sold(4, 60)), 8)
    assert (demand.mean > 0).all()
    again = network(folder).state_dict()
    for name, value in whole[0].best().state_dict().items():
        np.testing.assert_allclose(again[name].numpy(), value.numpy(), rtol=2e-3, atol=1e-6)


def test_weights_that_are_damaged_are_not_tuned_from(exported, tmp_path):
    import json
    import shutil

    from shopwright.errors import ModelError
    from shopwright.forecast.t5.weights import network

    folder = tmp_path / "model"
    shutil.copytree(exported[1], folder)
    (folder / "demand.safetensors").write_bytes(b"none")
    with pytest.raises(ModelError, match="SHA-256"):
        network(folder)
    shutil.copytree(exported[1], folder, dirs_exist_ok=True)
    card = json.loads((folder / "demand.json").read_text("utf-8"))
    card["size"]["width"] = 64
    (folder / "demand.json").write_text(json.dumps(card), "utf-8")
    with pytest.raises(ModelError) as caught:
        network(folder)
    assert caught.value.code == "MODEL-21"
