"""`shopwright tune demand`, as a person calls it."""

from __future__ import annotations

import importlib.util
import json

import pytest

from shopwright.forecast.t5 import tune as tuning
from shopwright.forecast.t5.zero_shot import TUNED, adopted
from shopwright.shop.synthetic import Params, write


@pytest.fixture
def sold(tmp_path, call):
    """A shop with sales of more than a year, few products, and forecasts of four weeks."""
    folder = tmp_path / "shop"
    write(Params(orders=500, seed=5, days=420, skus=16), folder)
    assert call("config", folder, "demand.horizon", "4").code == 0
    return folder


@pytest.fixture
def quick(monkeypatch):
    """The usual recipe would take minutes, and so would all the forecasters of a blend."""
    import torch

    torch.set_num_threads(1)
    usual = tuning.Recipe
    monkeypatch.setattr(tuning, "Recipe", lambda: usual(rates=(1e-4,), steps=4, batch=8, every=2))
    monkeypatch.setattr("shopwright.forecast.t5.compare.members_for", lambda panel: ("linear", "t5"))


@pytest.mark.train
def test_a_shops_sales_are_tuned_on_and_compared(sold, call, quick):
    answer = call("tune", "demand", sold)
    assert answer.code == 0, answer.err
    assert "tuned sales model" in answer.out
    assert "blend without a sales model" in answer.out
    assert "loss of the horizon held out" in answer.err
    place = sold / TUNED
    facts = json.loads((place / "tuning.json").read_text("utf-8"))["result"]
    is_adopted = facts["is_adopted"]
    assert ("not adopted" in answer.err) is not is_adopted
    assert (adopted(sold) is not None) is is_adopted
    refused = call("tune", "demand", sold)
    assert (refused.code, refused.out) == (1, "")
    assert "MODEL-72" in refused.err
    told = call("tune", "demand", sold, "--resume", "--json")
    assert told.code == 0, told.err
    found = json.loads(told.out)
    assert {name: found[name] for name in facts} == facts
    assert set(found["judged"]) == {
        "untuned", "tuned", "ensemble without", "ensemble with untuned", "ensemble with tuned",
    }  # fmt: skip
    other = call("tune", "demand", sold, "--resume", "--seed", "1")
    assert other.code == 1
    assert "MODEL-73" in other.err
    assert "seed" in other.err
    short = call("tune", "demand", sold, "--again", "--horizon", "58")
    assert short.code == 1
    assert "MODEL-97" in short.err
    assert (place / "tuning.json").exists()  # what the shop uses is put aside only for a tuning that can begin
    again = call("tune", "demand", sold, "--again", "--seed", "1", "--json")
    assert again.code == 0, again.err
    before = place.with_name("demand.before")
    assert json.loads((before / "tuning.json").read_text("utf-8"))["result"] == facts
    assert json.loads(again.out)["folder"] == str(place / "model")


@pytest.mark.skipif(importlib.util.find_spec("torch") is not None, reason="needs an environment without torch")
def test_without_torch_it_says_what_to_install_and_leaves_the_model_in_use(sold, call):
    model = sold / TUNED
    model.mkdir(parents=True)
    (model / "tuning.json").write_text('{"result": {"is_adopted": true}}', "utf-8")
    answer = call("tune", "demand", sold, "--again")
    assert (answer.code, answer.out) == (1, "")
    assert "EXTRA-01" in answer.err
    assert "shopwright[train]" in answer.err
    assert adopted(sold) == model / "model"
