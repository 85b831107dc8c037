"""From a shop's sales to a tuned T5 to a forecast with it, as a person calls it; and Chronos by its name."""

from __future__ import annotations

import json

import pytest
from tests.calling import called
from tests.forecast.adapters.tiny import chronos_bolt
from tests.forecast.text.tiny import t5

from shopwright.forecast.text import model as text_model
from shopwright.shop.synthetic import Params, write

pytestmark = pytest.mark.train


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shop") / "shop"
    write(Params(orders=700, seed=5, days=420, skus=16), folder)
    called("config", folder, "demand.horizon", "4")
    return folder


def test_sales_are_tuned_on_and_the_model_is_tried(shop, tmp_path, monkeypatch):
    monkeypatch.setattr(text_model, "PATHS", 10)
    line = ["tune", "text", shop, "--kind", "sales", "--out", tmp_path / "tuned", "--epochs", "1"]
    code, _, err = called(*line)
    assert code == 2
    assert "USAGE-50" in err
    code, out, err = called(*line, "--base", t5(tmp_path / "base", width=16, layers=1))
    assert (code, out.strip()) == (0, str(tmp_path / "tuned"))
    assert f'--model "text:{tmp_path / "tuned"}"' in err
    code, out, err = called("forecast", shop, "--model", f"text:{tmp_path / 'tuned'}", "--json")
    assert code == 0, err
    assert json.loads(out)


def test_a_name_without_a_place_says_what_is_meant(shop, tmp_path):
    code, _, err = called("forecast", shop, "--model", "chronos")
    assert code == 2
    assert "chronos:FOLDER or organisation/model" in err
    code, _, err = called("forecast", shop, "--model", f"chronos:{tmp_path / 'nowhere'}")
    assert code == 1
    assert "MODEL-85" in err
    code, _, err = called("forecast", shop, "--model", f"chronos:{chronos_bolt(tmp_path / 'bolt')}")
    assert code == 0, err
