"""`shopwright tune recommend`, as a person calls it."""

from __future__ import annotations

import importlib.util
import json

import pytest

from shopwright.recommend import Recommender, training
from shopwright.shop.synthetic import Params, write


@pytest.fixture
def sold(tmp_path):
    folder = tmp_path / "shop"
    write(Params(orders=1500, seed=5, days=300, skus=30), folder)
    return folder


@pytest.fixture
def quick(monkeypatch):
    """The usual network would take minutes."""
    from shopwright.recommend import net_fit
    from shopwright.recommend.net import Size

    usual = net_fit.Course
    monkeypatch.setattr(net_fit, "Course", lambda: usual(Size(16, 1, 2, 12), epochs=2))


@pytest.mark.train
def test_a_shops_sales_are_learned_from_and_lists_compared(sold, call, quick):
    answer = call("tune", "recommend", sold)
    assert answer.code == 0, answer.err
    for said in ("models without the network", "models with it", "the network alone"):
        assert said in answer.out
    place = sold / training.TRAINED_IN
    facts = json.loads((place / "tuning.json").read_text("utf-8"))["result"]
    assert ("not adopted" in answer.err) is not facts["is_adopted"]
    assert not (place / "checkpoints").exists()
    assert any((place / "log").rglob("events.out.tfevents.*"))
    model = Recommender.load(place / training.MODEL)
    used = {*model.blends.new.weighed.weights, *model.blends.any.weighed.weights}
    assert ("net" in used) is facts["is_adopted"]
    refused = call("tune", "recommend", sold)
    assert (refused.code, refused.out) == (1, "")
    assert "MODEL-72" in refused.err
    told = call("tune", "recommend", sold, "--resume", "--json")
    assert told.code == 0, told.err
    found = json.loads(told.out)
    assert {name: found[name] for name in facts} == facts
    other = call("tune", "recommend", sold, "--resume", "--seed", "1")
    assert other.code == 1
    assert "MODEL-73" in other.err
    again = call("tune", "recommend", sold, "--again", "--seed", "1", "--json", "--lang", "zh")
    assert again.code == 0, again.err
    before = place.with_name("trained.before")
    assert json.loads((before / "tuning.json").read_text("utf-8"))["result"] == facts


@pytest.mark.train
def test_too_few_customers_are_told(tmp_path, call, quick):
    folder = tmp_path / "small"
    write(Params(orders=100, seed=5, days=90, skus=16), folder)
    answer = call("tune", "recommend", folder)
    assert (answer.code, answer.out) == (1, "")
    assert "RECOMMEND-42" in answer.err
    assert not (folder / training.TRAINED_IN).exists()


@pytest.mark.skipif(importlib.util.find_spec("torch") is not None, reason="needs an environment without torch")
def test_without_torch_it_says_what_to_install(sold, call):
    answer = call("tune", "recommend", sold)
    assert (answer.code, answer.out) == (1, "")
    assert "EXTRA-01" in answer.err
    assert "shopwright[train]" in answer.err
    assert not (sold / training.TRAINED_IN).exists()
