"""A plan comes back from its file as it went in."""

from __future__ import annotations

import json

import pytest

from shopwright.errors import StoreError
from shopwright.i18n import using
from shopwright.strategy.stored import read_plan


@pytest.fixture
def file(plan, tmp_path):
    path = tmp_path / "plan.json"
    path.write_text(plan.to_json(), "utf-8")
    return path


def test_it_is_the_same_plan(plan, file):
    found = read_plan(file)
    assert found.to_json() == plan.to_json()
    assert [proposal.id for proposal in found.chosen] == [proposal.id for proposal in plan.chosen]
    assert found.gain == pytest.approx(plan.gain, abs=1e-3)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_reads_the_same_in_each_language(plan, file, language):
    found = read_plan(file)
    with using(language):
        assert found.text() == plan.text()
        assert found._repr_html_() == plan._repr_html_()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda told: {**told, "format": 99},
        lambda told: {name: value for name, value in told.items() if name != "chosen"},
        lambda told: {**told, "as_of": "yesterday"},
        lambda told: {
            **told,
            "chosen": [{**told["chosen"][0], "gain": {"low": 2, "mean": 1, "high": 0, "currency": "EUR"}}],
        },
        lambda told: {**told, "headline": 3},
        lambda told: [told],
    ],
    ids=["format", "part", "day", "gain", "type", "list"],
)
def test_what_is_no_plan_is_refused_with_a_reason(file, spoil):
    file.write_text(json.dumps(spoil(json.loads(file.read_text("utf-8")))), "utf-8")
    with pytest.raises(StoreError, match="STORE-09"):
        read_plan(file)


@pytest.mark.parametrize("text", ["", "{", "\x00", "null", '"plan"'])
def test_a_file_that_is_no_json_is_refused_too(file, text):
    file.write_text(text, "utf-8")
    with pytest.raises(StoreError, match="STORE-09"):
        read_plan(file)


def test_a_missing_file_is_explained(tmp_path):
    with pytest.raises(StoreError, match="STORE-09"):
        read_plan(tmp_path / "plan.json")
