"""`shopwright models` at the terminal."""

from __future__ import annotations

import json

import pytest
from tests.language.onnx import small


@pytest.fixture
def kept(tmp_path, monkeypatch):
    monkeypatch.setenv("SHOPWRIGHT_MODELS", str(tmp_path / "models"))
    return tmp_path / "models"


@pytest.fixture
def weights(tmp_path):
    return small.write(tmp_path / "weights")


def test_add_list_bench_remove(call, kept, weights):
    told = call("models", "add", "ours", "--from", weights)
    assert (told.code, told.out.strip()) == (0, str(kept / "ours"))
    assert "next: shopwright models bench ours" in told.err
    assert "ours" in call("models", "list").out
    listed = json.loads(call("models", "list", "--json").out)
    assert [each["name"] for each in listed["added"]] == ["ours"]
    assert listed["shipped"][0]["name"] == "static"
    assert "minilm" in [each["name"] for each in listed["offered"]]
    measured = json.loads(call("models", "bench", "ours", "--json").out)
    assert measured["per_second"] > 0
    assert measured["cosine_mean"] > 0.99
    assert call("models", "remove", "ours", "--yes").code == 0
    assert json.loads(call("models", "list", "--json").out)["added"] == []


def test_a_broken_model_is_listed_beside_the_others(call, kept, weights):
    for name in ("ours", "theirs"):
        call("models", "add", name, "--from", weights)
    (kept / "theirs" / "shopwright.json").write_text("{")
    told = call("models", "list")
    assert told.code == 0
    rows = {line.split()[0]: line for line in told.out.splitlines() if line.strip()}
    assert "added" in rows["ours"]
    assert "broken" in rows["theirs"]
    listed = json.loads(call("models", "list", "--json").out)
    assert [each["name"] for each in listed["broken"]] == ["theirs"]


def test_a_size_that_nobody_measured_is_not_told(call, kept):
    rows = {line.split()[0]: line for line in call("models", "list").out.splitlines() if line.strip()}
    assert " 24 " in rows["minilm"]
    assert " - " in rows["bge-zh"]


def test_adding_twice_is_an_error_and_force_is_the_way(call, kept, weights):
    assert call("models", "add", "ours", "--from", weights).code == 0
    again = call("models", "add", "ours", "--from", weights)
    assert (again.code, again.out) == (1, "")
    assert "[MODEL-49]" in again.err
    made = call("models", "add", "ours", "--from", weights, "--force", "--precision", "fp32", "--json")
    assert json.loads(made.out)["precision"] == "fp32"


def test_removing_asks_first(call, kept, weights, monkeypatch):
    call("models", "add", "ours", "--from", weights)
    monkeypatch.setattr("typer.confirm", lambda *_, **__: False)
    assert "ours stays" in call("models", "remove", "ours").err
    assert (kept / "ours").is_dir()
    monkeypatch.setattr("typer.confirm", lambda *_, **__: True)
    assert call("models", "remove", "ours").code == 0
    assert not (kept / "ours").exists()


def test_mistakes_are_told_in_three_lines(call, kept, tmp_path):
    for line, code, status in (
        (("models", "add", "minilmm"), "MODEL-37", 1),
        (("models", "bench", "nothing"), "MODEL-05", 1),
        (("models", "add", "minilm", "--from", tmp_path, "--precision", "int4"), "MODEL-44", 2),
        (("models", "bench", "static", "--texts", tmp_path / "none.txt"), "USAGE-40", 2),
        (("models", "lsit"), "USAGE-14", 2),
    ):
        told = call(*line)
        assert (told.code, told.out) == (status, "")
        assert f"[{code}]" in told.err
        assert len(told.err.splitlines()) == 3
    assert "shopwright models list" in call("models", "lsit").err


def test_texts_of_a_file_are_measured(call, kept, tmp_path):
    file = tmp_path / "texts.txt"
    file.write_text("one\n\ntwo\n", "utf-8")
    assert json.loads(call("models", "bench", "static", "--texts", file, "--json").out)["n_texts"] == 2


def test_in_chinese(call, kept):
    told = call("models", "list", "--lang", "zh")
    assert "把文本变成向量的模型" in told.out
