"""Chronos' three families with tiny models made on the spot: they run, keep to the seed, and say what is wrong."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from tests.forecast.adapters.tiny import FAMILIES
from tests.forecast.worlds import history_of, planted
from tests.language.models.hub import Hub

from shopwright.errors import ExtraMissing, ShopError
from shopwright.forecast.adapters import chronos
from shopwright.forecast.combine import combine
from shopwright.forecast.members import ends_of, try_member
from shopwright.forecast.panel import Panel
from shopwright.forecast.way import Way

pytestmark = pytest.mark.train


@pytest.fixture(scope="module", params=FAMILIES)
def folder(request, tmp_path_factory):
    return FAMILIES[request.param](tmp_path_factory.mktemp("model") / request.param)


@pytest.fixture(scope="module")
def bolt(tmp_path_factory):
    return FAMILIES["bolt"](tmp_path_factory.mktemp("model") / "bolt")


@pytest.fixture(scope="module")
def second(tmp_path_factory):
    return FAMILIES["2"](tmp_path_factory.mktemp("model") / "2")


@pytest.fixture
def kept(tmp_path, monkeypatch):
    monkeypatch.setenv("SHOPWRIGHT_MODELS", str(tmp_path / "models"))
    return tmp_path / "models" / ".hub"


def _told(folder, panel, seed=0):
    return chronos.load(str(folder), Way()).told(panel, Way(seed))


def _code(place):
    with pytest.raises(ShopError) as caught:
        chronos.load(str(place), Way())
    return caught.value.code


def test_what_it_tells_hangs_on_units_and_on_what_is_not_known(folder):
    known = history_of(np.random.default_rng(0).poisson(9, (4, 60)))
    gone = np.arange(60)[None, :] % 4 == np.zeros((4, 1))
    cases = [known, history_of(known.sold * 3), history_of(known.sold, gone), history_of(np.where(gone, 0, known.sold))]
    told = [_told(folder, Panel(each, 6)) for each in cases]
    assert all(each.is_told.any() for each in told)
    for first in range(4):
        for second in range(first):
            assert not np.array_equal(told[first].cast.quantiles, told[second].cast.quantiles)


def test_a_panel_larger_than_a_batch_is_told_row_by_row_alike(bolt):
    known = planted(n_skus=chronos.BATCH + 6, n=60, out=0.1)[0]
    whole = _told(bolt, Panel(known, 5)).cast.quantiles
    for row in (0, chronos.BATCH - 1, chronos.BATCH, chronos.BATCH + 5):
        alone = _told(bolt, Panel(known, 5).some(np.array([row]))).cast.quantiles
        np.testing.assert_allclose(whole[row], alone[0], rtol=1e-3, atol=1e-3)


def test_a_horizon_beyond_the_model_s_own_is_told_too(folder):
    panel = Panel(planted(n_skus=3, n=60)[0], 20)
    told = _told(folder, panel)
    assert told.cast.quantiles.shape[:2] == (3, 20)


def test_the_seed_decides_what_paths_are_drawn_and_workers_change_no_digit(tmp_path):
    place = FAMILIES["t5"](tmp_path / "t5")
    panel = Panel(planted(n_skus=4, n=60)[0], 5)
    one, again, other = (_told(place, panel, seed).cast.quantiles for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, again)
    assert not np.array_equal(one, other)
    with ThreadPoolExecutor(2) as pool:
        for found in pool.map(lambda _: _told(place, panel, 1).cast.quantiles, range(4)):
            np.testing.assert_array_equal(one, found)


def test_chronos_2_takes_what_is_known_ahead_and_what_was(second):
    known = planted(n_skus=3, n=60)[0]
    flag = np.random.default_rng(0).integers(0, 2, (3, 66)).astype(float)
    plain, more = Panel(known, 6), Panel(known, 6, ahead={"promotion": flag}, past={"visits": flag[:, :60] * 9})
    later = replace(more, ahead={"promotion": np.where(np.arange(66) >= 60, 1 - flag, flag)})
    before = replace(more, past={"visits": 9 - more.past["visits"]})
    told = [_told(second, each).cast.quantiles for each in (plain, more, later, before)]
    for first in range(4):
        for other in range(first):
            assert not np.array_equal(told[first], told[other])


def test_covariates_that_are_not_known_everywhere_upset_nothing(second):
    known = planted(n_skus=3, n=60)[0]
    price = np.full((3, 66), np.nan)
    price[1, 20:] = 4.0
    told = _told(second, Panel(known, 6, ahead={"price": price}, past={"price": price[:, :60]}))
    assert told.is_told.all()


def test_a_product_that_is_new_or_never_sold_is_no_trouble(folder):
    sold = np.random.default_rng(0).poisson(9, (3, 60)).astype(float)
    sold[1] = 0
    young = (np.arange(60)[None, :] < 58) & (np.arange(3)[:, None] == 2)
    panel = Panel(history_of(sold, young), 4)
    told = _told(folder, panel)
    assert not told.is_told[2]
    assert told.is_told[1]
    assert not told.cast.quantiles[1].any()
    trial = try_member(f"chronos:{folder}", panel, ends_of(panel), Way())
    assert "could not be fitted" in str(trial.notes["s002"])
    assert np.isfinite(trial.ahead.quantiles).all()


def test_it_is_blended_under_its_name(bolt):
    name = f"chronos:{bolt}"
    made = combine(Panel(planted(n_skus=6, n=80)[0], 6), models=(name,))
    assert name in made.blend.weights
    assert np.isfinite(made.demand.quantiles).all()


def test_without_the_library_the_message_says_what_to_install(monkeypatch, bolt):
    monkeypatch.setattr("importlib.util.find_spec", lambda name, package=None: None)
    with pytest.raises(ExtraMissing, match=r"pip install 'shopwright\[train\]'"):
        chronos.load(str(bolt), Way())


def _changed(source, target, **config):
    shutil.copytree(source, target)
    told = json.loads((target / "config.json").read_text("utf-8"))
    (target / "config.json").write_text(json.dumps({**told, **config}), "utf-8")
    return target


def test_what_is_no_chronos_model_is_refused(bolt, tmp_path):
    assert _code(tmp_path / "nowhere") == "MODEL-85"
    assert _code(tmp_path) == "MODEL-20"
    assert _code(_changed(bolt, tmp_path / "other", architectures=["BertModel"])) == "MODEL-86"
    assert _code(_changed(bolt, tmp_path / "code", auto_map={"AutoModel": "x.Y"})) == "MODEL-33"
    adapter = _changed(bolt, tmp_path / "adapter")
    (adapter / "adapter_config.json").write_text("{}", "utf-8")
    assert _code(adapter) == "MODEL-86"
    plain = _changed(bolt, tmp_path / "plain")
    told = json.loads((plain / "config.json").read_text("utf-8"))
    del told["chronos_config"]
    (plain / "config.json").write_text(json.dumps(told), "utf-8")
    assert _code(plain) == "MODEL-86"


def test_pickled_weights_are_not_loaded(bolt, tmp_path):
    place = _changed(bolt, tmp_path / "pickled")
    (place / "model.safetensors").rename(place / "pytorch_model.bin")
    assert _code(place) == "MODEL-22"


def test_damaged_weights_are_seen(folder, tmp_path):
    cut = _changed(folder, tmp_path / "cut")
    whole = (cut / "model.safetensors").read_bytes()
    (cut / "model.safetensors").write_bytes(whole[: len(whole) // 2])
    assert _code(cut) == "MODEL-83"
    lacking = _changed(folder, tmp_path / "lacking")
    from safetensors.numpy import load_file, save_file

    tensors = load_file(lacking / "model.safetensors")
    name = next(name for name in sorted(tensors) if "layer.0" in name)
    del tensors[name]
    save_file(tensors, lacking / "model.safetensors", metadata={"format": "pt"})
    assert _code(lacking) == "MODEL-83"


@pytest.mark.loopback
def test_a_hub_that_cannot_be_reached_is_told_of_with_the_way_round_it(kept, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(ShopError) as caught:
        chronos.load("someone/chronos-tiny", Way())
    assert caught.value.code == "CHAT-70"
    assert "name that folder" in str(caught.value.fix)
    assert not list(kept.glob("*"))


@pytest.mark.loopback
def test_a_model_of_the_hub_is_loaded_once_and_kept(kept, monkeypatch, bolt, tmp_path):
    from huggingface_hub import constants

    hub = Hub({"someone/chronos-tiny": bolt})
    monkeypatch.setenv("HF_ENDPOINT", hub.url)
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_TELEMETRY", True)
    monkeypatch.setattr(constants, "HF_XET_CACHE", str(tmp_path / "xet"))
    panel = Panel(planted(n_skus=3, n=60)[0], 4)
    try:
        first = _told("someone/chronos-tiny", panel)
        assert _code("someone/unknown") == "CHAT-71"
    finally:
        hub.stop()
    again = _told("someone/chronos-tiny", panel)
    np.testing.assert_array_equal(first.cast.quantiles, again.cast.quantiles)
    np.testing.assert_array_equal(first.cast.quantiles, _told(bolt, panel).cast.quantiles)
    assert [each.name for each in kept.iterdir()] == ["someone--chronos-tiny"]
