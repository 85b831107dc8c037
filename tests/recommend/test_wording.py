"""One of a thing is one, and who only looked did not buy."""

from __future__ import annotations

import polars as pl
import pytest

from shopwright.recommend import Recommender, Surfaces
from shopwright.recommend.wording import Wording

LAST = pl.date(2024, 6, 30)


def _looks(kind="view", **more):
    """Customers a to d look at x and y; e at z alone."""
    rows = [(who, sku) for who in "abcd" for sku in ("x", "y")] + [("e", "z")]
    frame = pl.DataFrame(rows, schema=["customer", "sku"], orient="row")
    return frame.select("customer", "sku", LAST.alias("at"), pl.lit(kind).alias("kind"), *more.values())


@pytest.mark.parametrize("by_order", [True, False])
@pytest.mark.parametrize("is_bought", [True, False])
def test_one_is_told_in_the_singular(by_order, is_bought):
    words = Wording(by_order, is_bought)
    for text in (words.together("Tea", 1, 2.0), words.popular(1)):
        said = text.render("en")
        assert not any(many in said for many in ("1 customers", "1 orders", "1 visits", "1 times"))
        assert " one" in said or " once" in said or said.startswith("one")
        assert "一" in text.render("zh")
    assert "2" in words.popular(2).render("en")
    assert words.together("Tea", 1, 2.0) != words.together("Tea", 2, 2.0)


def test_a_product_of_one_order_says_so():
    frame = pl.DataFrame({"customer": ["a", "b"], "sku": ["x", "y"], "order": ["1", "2"]}).with_columns(at=LAST)
    found = Recommender.fit(frame).recommend(customers=["nobody"], k=1)
    assert found["why"][0]["en"].endswith("popular: in one order of the last 28 days")
    told = Recommender.fit(frame.drop("order")).recommend(customers=["nobody"], k=1)
    assert told["why"][0]["en"].endswith("popular: one customer bought it in the last 28 days")


@pytest.mark.parametrize("kind", ["view", "click", "cart"])
@pytest.mark.parametrize("by_order", [True, False])
def test_where_nobody_bought_no_reason_says_so(kind, by_order, tmp_path):
    orders = {"order": pl.col("customer").alias("order")} if by_order else {}
    Recommender.fit(_looks(kind, **orders)).save(tmp_path / "model")
    model = Recommender.load(tmp_path / "model")
    told = [
        model.recommend(customers=["a", "nobody"], k=3),
        model.recommend(histories=[["x"], ["unknown"]], k=3),
        model.for_basket(["x"], 3),
        model.for_basket(["unknown"], 3),
        model.similar("x", 3),
        model.similar("unknown", 3),
    ]
    surfaces = Surfaces.of(model)
    listed = [
        surfaces.for_product("unknown", 2),
        surfaces.for_product("unknown", 2, "alternative"),
        surfaces.for_basket(["unknown"], 2),
    ]
    whys = [why for frame in told for why in frame["why"]]
    whys += [text.as_json() for found in listed for text in (*found.whys, *found.notes)]
    assert any("looked at" in why["en"] or "visits" in why["en"] for why in whys)
    for why in whys:
        assert "bought" not in why["en"]
        assert not any(word in why["zh"] for word in ("买", "售出", "订单"))


def test_where_somebody_bought_purchases_are_told():
    bought = _looks().with_columns(kind=pl.when(pl.col("sku") == "z").then(pl.lit("purchase")).otherwise("kind"))
    found = Recommender.fit(bought).recommend(customers=["nobody"], k=1)
    assert found["why"][0]["en"].endswith("popular: one customer bought it in the last 28 days")


def test_a_shelf_of_the_model_alone_is_without_withdrawn_products():
    items = pl.DataFrame({"sku": ["x", "z", "new"], "title": ["X", "Z", "New"]})
    surfaces = Surfaces.of(Recommender.fit(_looks("purchase"), items))
    assert set(surfaces.shelf.skus) == {"x", "z", "new"}
    for found in (surfaces.for_basket(["x"], 5), surfaces.for_product("x", 5), surfaces.for_customer("a", 5)):
        assert "y" not in {surfaces.model.skus[place] for place in found.places}
    (note, *_) = surfaces.for_product("y", 2, "alternative").notes
    assert "never bought" not in note.render("en")  # it was, and is not offered any more
