"""A model whose files are damaged, missing or of another format: refused by name, left out of a blend."""

import json
import shutil

import numpy as np
import pytest
from tests.forecast.t5.made import sold, table
from tests.forecast.worlds import planted

from shopwright.errors import ModelError
from shopwright.forecast import forecast
from shopwright.forecast.members import ends_of, try_member
from shopwright.forecast.panel import Panel
from shopwright.forecast.t5 import zero_shot
from shopwright.forecast.t5.model import DemandT5
from shopwright.forecast.t5.store import CARD, FORMAT, GRAPH, SHIPPED
from shopwright.forecast.t5.zero_shot import MODEL, TUNED, adopted
from shopwright.forecast.way import Way

SPOILED = {
    "a byte changed": (lambda folder: _change(folder / GRAPH), "MODEL-21"),
    "cut short": (lambda folder: (folder / GRAPH).write_bytes((folder / GRAPH).read_bytes()[:5_000]), "MODEL-21"),
    "empty": (lambda folder: (folder / GRAPH).write_bytes(b""), "MODEL-21"),
    "no graph": (lambda folder: (folder / GRAPH).unlink(), "MODEL-20"),
    "no card": (lambda folder: (folder / CARD).unlink(), "MODEL-20"),
    "no folder": (shutil.rmtree, "MODEL-20"),
    "card is no JSON": (lambda folder: (folder / CARD).write_text('{"format": '), "MODEL-21"),
    "card is a list": (lambda folder: (folder / CARD).write_text("[]"), "MODEL-21"),
    "another format": (lambda folder: _told(folder, format="shopwright-demand-t5-99"), "MODEL-96"),
    "card of something else": (lambda folder: (folder / CARD).write_text('{"name": "x"}'), "MODEL-96"),
    "entries are missing": (lambda folder: (folder / CARD).write_text(json.dumps({"format": FORMAT})), "MODEL-21"),
    "entries too many": (lambda folder: _told(folder, more=1), "MODEL-21"),
    "hash is a number": (lambda folder: _told(folder, graph=7), "MODEL-21"),
}


def _change(file):
    whole = bytearray(file.read_bytes())
    whole[len(whole) // 2] ^= 1
    file.write_bytes(whole)


def _told(folder, **changed):
    card = json.loads((folder / CARD).read_text("utf-8"))
    (folder / CARD).write_text(json.dumps({**card, **changed}), "utf-8")


@pytest.fixture
def copy(tmp_path):
    """A copy of what ships, to be spoiled."""
    folder = tmp_path / "model"
    folder.mkdir()
    for name in (CARD, GRAPH):
        shutil.copyfile(SHIPPED / name, folder / name)
    return folder


@pytest.fixture
def shipped(copy, monkeypatch):
    """The same, shipped instead of the real one."""
    monkeypatch.setattr(zero_shot, "SHIPPED", copy)
    return copy


@pytest.mark.parametrize("how", SPOILED)
def test_a_spoiled_model_is_refused(copy, how):
    spoil, code = SPOILED[how]
    spoil(copy)
    with pytest.raises(ModelError) as caught:
        DemandT5.load(copy)
    assert caught.value.code == code
    assert str(copy) in str(caught.value)


def test_a_damaged_file_says_so(copy):
    _change(copy / GRAPH)
    with pytest.raises(ModelError, match="SHA-256") as caught:
        DemandT5.load(copy)
    assert GRAPH in str(caught.value.what)


def test_a_graph_that_is_none_though_its_hash_is_right(copy):
    from shopwright.language.onnx.files import digest

    (copy / GRAPH).write_bytes(b"no graph at all")
    _told(copy, graph=digest(copy / GRAPH))
    with pytest.raises(ModelError) as caught:
        DemandT5.load(copy)
    assert caught.value.code == "MODEL-27"


@pytest.mark.parametrize("how", ["a byte changed", "no folder"])
def test_the_blend_goes_on_without_a_spoiled_model_and_says_so(shipped, how, caplog):
    rows = table(sold(6, 70))
    whole = forecast(rows, 8)
    assert "without" not in str(whole.how)
    SPOILED[how][0](shipped)
    zero_shot._opened.cache_clear()
    demand = forecast(rows, 8)
    assert np.isfinite(demand.mean).all()
    assert (demand.mean > 0).all()
    assert "without the sales model: " in str(demand.how)
    assert str(shipped) in str(demand.how)
    assert "forecast without t5" in caplog.text
    with pytest.raises(ModelError) as caught:
        forecast(rows, 8, models=("t5",))
    assert caught.value.code == SPOILED[how][1]


def test_a_model_is_taken_by_its_folder(copy):
    panel = Panel(planted(n_skus=4, n=80)[0], 6)
    ends = ends_of(panel)
    one, two = (try_member(name, panel, ends, Way()).ahead for name in ("t5", f"t5:{copy}"))
    np.testing.assert_array_equal(one.quantiles, two.quantiles)
    _change(copy / GRAPH)
    _told(copy, name="another")
    with pytest.raises(ModelError):
        try_member(f"t5:{copy}", panel, ends, Way())


@pytest.mark.parametrize(
    "facts, is_adopted",
    [
        ({"plan": {}, "result": {"is_adopted": True}}, True),
        ({"plan": {}, "result": {"is_adopted": False}}, False),
        ({"plan": {}}, False),
        ({"result": [1]}, False),
    ],
)
def test_a_shop_uses_the_model_that_it_has_adopted(copy, tmp_path, facts, is_adopted):
    shop = tmp_path / "shop"
    assert adopted(None) is None
    assert adopted(shop) is None
    folder = shop / TUNED / MODEL
    shutil.copytree(copy, folder)
    _told(folder, name="a shop's own")
    (shop / TUNED / "tuning.json").write_text(json.dumps(facts), "utf-8")
    assert adopted(shop) == (folder if is_adopted else None)
    assert (zero_shot.load("", Way(shop=shop)).card.name == "a shop's own") is is_adopted
    assert zero_shot.load("", Way()).card.name != "a shop's own"
