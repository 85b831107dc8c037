"""A network that was trained on a shop and adopted: the next fit of the shop has it, or says why not."""

from __future__ import annotations

import json

import numpy as np
import onnx
import polars as pl
import pytest
from tests.recommend.chains import FIRST, chained
from tests.recommend.test_kept import _commit
from tests.recommend.test_net import _with_few_members

from shopwright.recommend import Recommender, kept, train_shop
from shopwright.recommend.adopted import NET, TRAINED_IN, Adopted
from shopwright.recommend.histories import of_lists
from shopwright.recommend.kept import FOLDER
from shopwright.recommend.sasrec import GIVEN, TOLD, Net
from shopwright.shop.shop import open_shop

N = 900
CIRCLE = np.random.default_rng(4).permutation(N)
SKUS = tuple(f"p{at:03}" for at in range(N))
DAY = 86_400_000_000


def _lines(n_customers=160):
    """Each customer's four orders are steps along a circle of many products: too few to learn the circle from."""
    draw = np.random.default_rng(6)
    rows = []
    for customer in range(n_customers):
        start, days = int(draw.integers(N)), [*np.sort(draw.choice(100, 4, replace=False)), 100 + draw.integers(20)]
        for step, day in enumerate(days):
            at = FIRST + pl.Series([int(day)]).cast(pl.Duration("ms")).item() * 86_400_000
            rows.append((f"c{customer:03}", SKUS[CIRCLE[(start + step) % N]], at, f"o{customer}-{step}"))
    frame = pl.DataFrame(rows, schema=["customer", "sku", "at", "order"], orient="row")
    numbers = {"units": 1.0, "price": 10.0, "revenue": 10.0}
    return frame.with_columns(
        pl.int_range(pl.len()).cast(pl.String).alias("line"),
        *(pl.lit(value).alias(name) for name, value in numbers.items()),
    )


def _net(skus=SKUS, *, is_wise=True):
    """A network as training makes them, of one layer: from each product to the next one of the circle, or to itself."""
    step = np.eye(N, dtype=np.float32)
    if is_wise:
        step = np.zeros((N, N), np.float32)
        step[CIRCLE, np.roll(CIRCLE, -1)] = 1.0
    made = onnx.helper.make_graph(
        [onnx.helper.make_node("MatMul", [GIVEN, "step"], [TOLD])],
        "net",
        [onnx.helper.make_tensor_value_info(GIVEN, onnx.TensorProto.FLOAT, ["histories", "places", N])],
        [onnx.helper.make_tensor_value_info(TOLD, onnx.TensorProto.FLOAT, ["histories", "places", N])],
        [onnx.numpy_helper.from_array(step, "step")],
    )
    model = onnx.helper.make_model(made, opset_imports=[onnx.helper.make_opsetid("", 18)], ir_version=10)
    return Net(np.frombuffer(model.SerializeToString(), np.uint8), np.eye(len(skus), N, dtype=np.float32), 10)


def _moment(day):
    return round(FIRST.timestamp() * 1e6) + day * DAY


def _adopt(root, *, skus=SKUS, moments=(0, 100), is_wise=True, is_adopted=True):
    net = _net(skus, is_wise=is_wise)
    folder = root / TRAINED_IN
    Adopted(tuple(skus), net, net, (_moment(moments[0]), _moment(moments[1]))).save(folder / NET)
    (folder / "tuning.json").write_text(json.dumps({"plan": {}, "result": {"is_adopted": is_adopted}}), "utf-8")


@pytest.fixture(scope="module")
def lines():
    return _lines()


@pytest.fixture
def root(lines, tmp_path):
    _commit(tmp_path / "shop", lines)
    return tmp_path / "shop"


def _members(model):
    return {**model.blends.new.weighed.weights, **model.blends.any.weighed.weights}


def test_an_adopted_network_joins_the_blend_of_the_next_fit(root, lines):
    before = kept(open_shop(root))
    _adopt(root)
    found = kept(open_shop(root))
    assert (found.is_fresh, found.notes) == (True, ())
    assert "net" not in _members(before.model)
    assert "net" in _members(found.model)
    assert found.model.blends.gained.is_better
    assert _hits(found.model, lines) > 0.95 > 0.9 > _hits(before.model, lines)
    again = kept(open_shop(root))
    assert (again.is_fresh, again.notes) == (False, ())
    assert again.model.recommend(customers=["c001"], k=5).equals(found.model.recommend(customers=["c001"], k=5))


def _hits(model, lines):
    """Share of customers, whose next product of the circle was ever sold, that get it first."""
    last = lines.sort("at").group_by("customer", maintain_order=True).agg(pl.col("sku").last())
    place = {SKUS[sku]: at for at, sku in enumerate(CIRCLE)}
    wanted = {who: SKUS[CIRCLE[(place[sku] + 1) % N]] for who, sku in last.iter_rows()}
    asked = [who for who, sku in wanted.items() if model.knows(sku)]
    found = model.recommend(customers=asked, k=1)["sku"]
    return np.mean([sku == wanted[who] for who, sku in zip(asked, found, strict=True)])


@pytest.mark.parametrize(
    "given, said",
    [
        ({"skus": [f"x{at}" for at in range(N)]}, "trained on another catalogue: it knows the products of 0% of"),
        ({"moments": (119, 119)}, "it learned from later purchases than these"),
        ({"moments": (0, 400)}, "it learned from later purchases than these"),
        ({"is_wise": False}, "lists are no better with it"),
    ],
)
def test_one_that_does_not_fit_is_left_out_and_that_is_said_each_time(root, given, said):
    before = kept(open_shop(root)).model
    _adopt(root, **given)
    for is_fresh in (True, False):
        found = kept(open_shop(root))
        assert found.is_fresh is is_fresh
        (note,) = found.notes
        assert said in note.render("en")
        assert "训练" in note.render("zh")
        assert "net" not in _members(found.model)
        assert found.model.recommend(customers=["c001"], k=5).equals(before.recommend(customers=["c001"], k=5))


@pytest.mark.parametrize("harm", ["cut", "changed", "gone", "card", "result"])
def test_a_damaged_one_is_left_out_and_that_is_said(root, harm):
    _adopt(root)
    folder = root / TRAINED_IN
    name = {"card": "net/net.json", "result": "tuning.json"}.get(harm, "net/all/items.npy")
    file = folder / name
    if harm == "gone":
        file.unlink()
    else:
        content = file.read_bytes()
        file.write_bytes(content[:-4] + b"\0\0\0\1" if harm == "changed" else content[:-9])
    for is_fresh in (True, False):
        found = kept(open_shop(root))
        assert found.is_fresh is is_fresh
        assert found.notes[0].render("en").startswith("the trained network is left out, it cannot be used")
        assert "net" not in _members(found.model)


@pytest.mark.parametrize("state", ["not adopted", "training"])
def test_without_an_adopted_one_nothing_is_said(root, state):
    _adopt(root, is_adopted=False)
    if state == "training":
        (root / TRAINED_IN / "tuning.json").write_text('{"plan": {}}', "utf-8")
    found = kept(open_shop(root))
    assert found.notes == ()
    assert "net" not in _members(found.model)


def test_recommenders_that_go_leave_what_was_trained(root):
    _adopt(root, is_adopted=False)
    for day in ("2024-04-10", "2024-04-15", "2024-04-20", "2024-04-25"):
        kept(open_shop(root).until(day))
    assert (root / TRAINED_IN / NET / "net.json").is_file()
    assert len([*(root / FOLDER).iterdir()]) == 4  # three recommenders and what was trained


@pytest.mark.train
def test_what_tune_adopted_is_what_the_next_fit_answers_with(tmp_path, monkeypatch):
    from shopwright.recommend.net import Size
    from shopwright.recommend.net_fit import Course

    frame = chained().with_columns(
        pl.int_range(pl.len()).cast(pl.String).alias("line"),
        *(pl.lit(value).alias(name) for name, value in (("units", 1.0), ("price", 10.0), ("revenue", 10.0))),
    )
    root = tmp_path / "shop"
    _commit(root, frame)
    monkeypatch.setattr("shopwright.recommend.recommender.fit_blends", _with_few_members({"popular": None}))
    course = Course(Size(16, 1, 2, 12), rate=3e-3, batch=200, epochs=12)
    made = train_shop(open_shop(root), folder=root / TRAINED_IN, seed=0, course=course)
    assert made.is_adopted
    found = kept(open_shop(root))
    assert found.notes == ()
    histories = [["p00"], ["p05", "p06"], []]
    trained = Recommender.load(made.folder)
    assert found.model.recommend(histories=histories, k=5).equals(trained.recommend(histories=histories, k=5))
    assert found.model.blends.gained == trained.blends.gained


def test_a_product_it_does_not_know_is_an_average_one():
    known = SKUS[:-1]
    taught = Adopted(known, _net(known), _net(known), (0, 0)).for_skus(["new", *known[::-1]])
    items = taught(None).items
    np.testing.assert_allclose(items[0], np.eye(N - 1, N).mean(axis=0), rtol=1e-6)
    np.testing.assert_array_equal(items[1:], np.eye(N - 1, N, dtype=np.float32)[::-1])
    scores = taught(None).scores(of_lists([["p001"]], {"p001": N - 2}, N))
    assert scores.shape == (1, N)
