"""Folders, seeds, levels and texts that cannot be meant: refused by name with all four parts, never by a raw error."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from tests.contracts.kept import KEPT

import shopwright
from shopwright import customers as c
from shopwright import forecast as f
from shopwright import inventory as i
from shopwright import recommend, reviews
from shopwright.errors import ShopError
from shopwright.language import TextClassifier, guard

DAY = date(2024, 3, 1)
PAID = pl.DataFrame(
    {
        "customer": [f"c{at % 9}" for at in range(60)],
        "day": [date(2024, 1 + at % 6, 1 + at % 27) for at in range(60)],
        "amount": [10.0 + at % 7 for at in range(60)],
    }
)
FACTS = guard.Facts({"price": 3.0})
LOADED = [TextClassifier, reviews.Sentiment, reviews.Aspects, reviews.Themes, recommend.Recommender, f.DemandT5]
SEEDED = {
    "t5": lambda seed: f.DemandT5.load().forecast(None, seed=seed),
    "ablation": lambda seed: f.ablation(None, seed=seed),
    "backtest": lambda seed: f.backtest(None, seed=seed),
    "forecast": lambda seed: f.forecast(None, seed=seed),
    "forecast_shop": lambda seed: f.forecast_shop(None, seed=seed),
    "what_if": lambda seed: f.what_if(None, {}, seed=seed),
    "health": lambda seed: i.health(None, None, None, seed=seed),
    "transfer": lambda seed: i.transfer(None, None, i.Policy(), seed=seed),
    "sentiment": lambda seed: reviews.Sentiment.fit(None, None, seed=seed),
    "themes": lambda seed: reviews.themes(None, seed),
    "analyse": lambda seed: reviews.analyse(None, seed),
    "lifetime": lambda seed: c.LifetimeValue.fit(PAID, DAY, seed=seed),
    "classifier": lambda seed: TextClassifier.fit(None, None, seed=seed),
    "recommender": lambda seed: recommend.Recommender.fit(None, seed=seed),
    "surfaces": lambda seed: recommend.Surfaces.of_shop(None, seed),
    "evaluate": lambda seed: recommend.evaluate(None, seed=seed),
    "evaluate_shop": lambda seed: recommend.evaluate_shop(None, seed=seed),
    "fit_shop": lambda seed: recommend.fit_shop(None, seed),
    "kept": lambda seed: recommend.kept(None, seed),
    "judge_log": lambda seed: recommend.judge_log(None, "log", seed=seed),
    "off_policy": lambda seed: recommend.off_policy([1.0], [0.5], [0.5], seed=seed),
    "train": lambda seed: recommend.train(None, seed=seed),
    "train_shop": lambda seed: recommend.train_shop(None, folder="new", seed=seed),
}
TOLD = {
    "check of nothing": lambda wrong: guard.check(wrong, FACTS),
    "facts that are none": lambda wrong: guard.check("3 mugs", wrong),
    "fence": guard.fence,
    "label": lambda wrong: guard.fence("a mug", wrong),
    "injections": guard.injections,
    "texts": lambda wrong: guard.Facts(texts=[wrong]),
    "titles": lambda wrong: guard.Catalogue([wrong]),
    "day": lambda wrong: guard.Facts(as_of=wrong or 5),
}


def _refused(call, code="USAGE-25") -> ShopError:
    with pytest.raises(ShopError) as caught:
        call()
    assert caught.value.code == code
    assert all(caught.value.as_dict().values())
    return caught.value


@pytest.mark.parametrize("folder", [None, 3, b"x", ["a"]], ids=repr)
@pytest.mark.parametrize("make", KEPT.values(), ids=KEPT)
def test_what_is_no_folder_is_not_written_to(make, folder):
    assert "folder" in str(_refused(lambda: make().save(folder)).what)


@pytest.mark.parametrize("kind", LOADED)
def test_what_is_no_folder_is_not_read(kind):
    for folder in (3, b"x", ["a"], *([] if kind is f.DemandT5 else [None])):
        assert "pathlib.Path" in str(_refused(lambda folder=folder: kind.load(folder)).fix)


def test_what_is_no_folder_is_no_shop():
    for folder in (None, 3, b"x"):
        _refused(lambda folder=folder: shopwright.open(folder))


@pytest.mark.parametrize("call", SEEDED.values(), ids=SEEDED)
def test_a_seed_that_is_no_whole_number_is_refused(call):
    for seed in ("x", 1.5, None, True):
        assert str(_refused(lambda seed=seed: call(seed)).what).startswith("seed")


@pytest.mark.parametrize("level", ["x", 2, None, True, float("nan")], ids=repr)
def test_a_level_that_is_none_is_refused(level):
    life = c.LifetimeValue.fit(PAID, date(2024, 6, 30))
    for call in (life.predict, life.total):
        _refused(lambda call=call: call(30, level=level), "CUSTOMERS-07")
    _refused(lambda: recommend.off_policy([1.0], [0.5], [0.5], level=level), "RECOMMEND-29")
    _refused(lambda: recommend.off_policy([1.0], [0.5], [0.5], clip="x"), "RECOMMEND-29")


@pytest.mark.parametrize("wrong", [None, 3, b"x", ["a"]], ids=repr)
@pytest.mark.parametrize("call", TOLD.values(), ids=TOLD)
def test_what_is_no_text_is_not_read(call, wrong):
    _refused(lambda: call(wrong))


@pytest.mark.parametrize("wrong", [3, b"x", ["a"], "price"], ids=repr)
def test_facts_without_names_are_refused(wrong):
    assert "values" in str(_refused(lambda: guard.Facts(wrong)).what)
    assert "evidence" in str(_refused(lambda: guard.Facts(evidence=5)).what)


def test_the_first_day_of_the_calendar_has_no_reviews_before_it():
    told = pl.DataFrame({"sku": ["a", "a"], "day": [DAY, DAY], "stars": [1.0, 5.0], "text": ["Bad.", "Good."]})
    assert reviews.signals(told, until=date.min).is_empty()
    assert reviews.analyse(told, until=date.min).reviews.is_empty()


def test_amounts_no_shop_takes_leave_a_purchase_without_one():
    until, wild = date(2024, 6, 30), pl.when(pl.int_range(pl.len()) == 5)
    odd, none = (PAID.with_columns(wild.then(value).otherwise("amount").alias("amount")) for value in (1e300, None))
    found, bare = (c.LifetimeValue.fit(table, until) for table in (odd, none))
    assert found.predict(90).equals(bare.predict(90))
    assert found.total(90) == bare.total(90)
    assert any("no amount" in note.render("en") for note in found.notes)
