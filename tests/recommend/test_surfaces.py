from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from shopwright import i18n
from shopwright.errors import UsageError
from shopwright.recommend import Recommender, Rules, Surfaces


def _items(**columns):
    """Products p00 to p19, even ones of one category and odd ones of the other."""
    skus = [f"p{at:02}" for at in range(20)]
    known = {
        "title": [f"{'Even' if at % 2 == 0 else 'Odd'} thing {'abcdefghijklmnopqrst'[at] * 3}" for at in range(20)],
        "category": ["Even" if at % 2 == 0 else "Odd" for at in range(20)],
        "price": [float(5 + at) for at in range(20)],
    }
    return pl.DataFrame({"sku": skus, **known, **columns})


@pytest.fixture(scope="module")
def surfaces(checkerboard):
    stock = [0.0 if at == 4 else 9.0 for at in range(20)]
    return _made(checkerboard, _items(on_hand=stock))


def _made(checkerboard, items):
    return Surfaces.of(Recommender.fit(checkerboard, items), items)


def _skus(surfaces, found):
    return surfaces.table(found)["sku"].to_list()


def _is_even(sku):
    return int(sku[1:]) % 2 == 0


@pytest.mark.parametrize("place", ["customer", "product", "basket", "session"])
def test_each_surface_shows_what_is_liked_and_in_stock(surfaces, place):
    asked = {
        "customer": lambda k: surfaces.for_customer("c002", k, Rules(already_bought="show")),
        "product": lambda k: surfaces.for_product("p02", k),
        "basket": lambda k: surfaces.for_basket(["p02", "p06"], k),
        "session": lambda k: surfaces.for_session(["p02", "p06"], k),
    }[place]
    found = _skus(surfaces, asked(5))
    assert len(set(found)) == 5
    assert all(_is_even(sku) for sku in found)
    assert "p04" not in found  # sold out
    if place != "customer":
        assert "p02" not in found
    assert _skus(surfaces, asked(3)) == found[:3]


def test_what_is_out_of_stock_is_shown_where_asked_for(surfaces):
    everything = _skus(surfaces, surfaces.for_basket(["p02"], 19, Rules(in_stock=False)))
    assert len(everything) == 19
    assert "p04" in everything
    assert len(_skus(surfaces, surfaces.for_basket(["p02"], 19))) == 18


def test_alternatives_are_of_the_same_category_and_complements_are_another_list(surfaces):
    alternatives = surfaces.for_product("p03", 20, "alternative")
    skus = _skus(surfaces, alternatives)
    assert set(skus) == {f"p{at:02}" for at in range(1, 20, 2)} - {"p03"}
    assert all(why.render("en").startswith("same category: Odd") for why in alternatives.whys)
    assert _skus(surfaces, surfaces.for_product("p03", 9)) != skus[:9]
    assert any("9 of 20" in note.render("en") for note in alternatives.notes)


def test_without_categories_alternatives_have_like_titles_and_prices(checkerboard):
    titles = [f"Gadget {'abcdefghijklmnopqrst'[at] * 3}" for at in range(20)]
    titles[3], titles[8], titles[9], titles[11] = "Red tea mug", "Blue tea mug", "Large tea mug", "red  tea mug"
    items = _items(title=titles, category=pl.Series([None] * 20, dtype=pl.String))
    found = (surfaces := _made(checkerboard, items)).for_product("p03", 5, "alternative")
    assert _skus(surfaces, found) == ["p08", "p09"]  # nearest in price first; not the other one of its own title
    assert found.whys[0].render("en") == "its title is like Red tea mug: tea mug"
    lone = surfaces.for_product("p00", 3, "alternative", Rules(in_stock=False))
    assert len(lone.places) == 3


def test_a_product_like_no_other_gets_the_popular_with_a_note(checkerboard):
    titles = [f"{'abcdefghijklmnopqrst'[at] * 4}" for at in range(20)]
    surfaces = _made(checkerboard, _items(title=titles, category=pl.Series([None] * 20, dtype=pl.String)))
    found = surfaces.for_product("p00", 3, "alternative")
    assert len(found.places) == 3
    assert found.notes[0].msgid.startswith("no other product is of its category")


def test_a_title_stands_once_in_a_list(checkerboard):
    items = _items(title=["Mug" if at % 4 == 0 else f"Thing {at}" for at in range(20)])
    surfaces = _made(checkerboard, items)
    for found in (
        surfaces.for_session(["p02"], 8),
        surfaces.for_basket(["p02"], 8),
        surfaces.for_product("p02", 8),
        surfaces.for_customer("nobody", 8),
    ):
        titles = surfaces.table(found)["title"].to_list()
        assert len(titles) == 8
        assert len(set(titles)) == 8
    beside = surfaces.table(surfaces.for_product("p00", 19))
    assert "Mug" not in beside["title"].to_list()


@pytest.mark.parametrize("place", ["customer", "product", "basket", "session"])
def test_what_is_not_known_gets_the_popular_with_a_reason(surfaces, place):
    found = {
        "customer": lambda: surfaces.for_customer("nobody", 3),
        "product": lambda: surfaces.for_product("zzz", 3),
        "basket": lambda: surfaces.for_basket(["zzz"], 3),
        "session": lambda: surfaces.for_session(["zzz"], 3),
    }[place]()
    assert len(found.places) == 3
    assert found.notes
    assert all("popular" in why.render("en") for why in found.whys)
    assert len(surfaces.for_basket([], 3).notes) == 0


def test_scores_stay_chances_under_rules_that_weigh(checkerboard):
    items = _items(margin=[float(1 + at) for at in range(20)])
    surfaces = _made(checkerboard, items)
    plain = dict(surfaces.table(surfaces.for_session(["p02"], 9)).select("sku", "score").iter_rows())
    earning = surfaces.table(surfaces.for_session(["p02"], 9, Rules(margin=1.0)))
    assert earning["sku"].to_list() != list(plain)
    for sku, score in earning.select("sku", "score").iter_rows():
        if sku in plain:
            assert score == pytest.approx(plain[sku], abs=1e-6)


def test_rules_that_leave_nothing_are_given_up_with_a_note(surfaces):
    for found in (
        surfaces.for_basket(["p02"], 3, Rules(price=(900, 901))),
        surfaces.for_session(["p02"], 3, Rules(price=(900, 901))),
    ):
        assert len(found.places) == 3
        assert any("given up" in note.render("en") for note in found.notes)
        assert (found.scores <= 1).all()


def test_a_mailing_has_a_row_for_each_and_one_product_of_a_category(surfaces):
    with i18n.using("en"):
        table = surfaces.for_mail(["c002", "c003", "nobody", "c002"], 3)
    assert table["customer"].to_list() == ["c002", "c003", "nobody"]
    assert table.columns[:6] == ["customer", "n", "sku_1", "title_1", "price_1", "why_1"]
    assert table["n"].to_list()[::2] == [2, 2]  # there are two categories
    assert table["sku_3"].null_count() == 3
    assert _is_even(table["sku_1"][2]) != _is_even(table["sku_2"][2])
    prices = dict(_items().select("sku", "price").iter_rows())
    assert all(prices[sku] == price for sku, price in table.select("sku_1", "price_1").iter_rows())
    with i18n.using("zh"):
        assert surfaces.for_mail(["nobody"], 1)["why_1"][0].startswith("热门")


def test_a_mailing_shows_nobody_what_they_have(checkerboard, surfaces):
    table = surfaces.for_mail(None, 2, Rules())
    assert table.height == checkerboard["customer"].n_unique()
    had = checkerboard.group_by("customer").agg(pl.col("sku").unique())
    few = had.filter(pl.col("sku").list.len() < 8)
    for who, skus in few.iter_rows():
        row = table.row(by_predicate=pl.col("customer") == who, named=True)
        assert not {row["sku_1"], row["sku_2"]} & set(skus)


def test_without_categories_a_mail_does_not_show_one_thing_twice(checkerboard):
    titles = [f"{'abcdefghijklmnopqrst'[at] * 4}" for at in range(20)]
    for at in range(0, 20, 2):
        titles[at] = f"Pack of cake cases {titles[at]}"
    surfaces = _made(checkerboard, _items(title=titles, category=pl.Series([None] * 20, dtype=pl.String)))
    table = surfaces.for_mail(["nobody"], 4)
    cases = [title for title in table.select(pl.col("^title_.*$")).row(0) if title.startswith("Pack")]
    assert table["n"].item() == 4
    assert len(cases) == 1


def test_a_shop_without_stock_or_categories_gets_no_note_about_them(checkerboard):
    skus = [f"p{at:02}" for at in range(20)]
    surfaces = Surfaces.of(Recommender.fit(checkerboard), pl.DataFrame({"sku": skus, "on_hand": [None] * 20}))
    assert surfaces.for_session(["p02"], 3).notes == ()
    told = surfaces.for_session(["p02"], 3, Rules(in_stock=True)).notes
    assert told[0].render("en") == "rule in_stock is passed over: the items have no column on_hand"
    assert surfaces.for_mail(["c001"], 2)["price_1"].item() is None


def test_a_new_event_changes_the_next_list(checkerboard):
    items = _items()
    surfaces = _made(checkerboard, items)
    assert surfaces.for_customer("new", 3).notes
    surfaces.model.update(pl.DataFrame({"customer": ["new"], "sku": ["p03"], "at": [date(2024, 7, 1)]}))
    found = surfaces.for_customer("new", 3)
    assert not found.notes
    assert not any(_is_even(sku) for sku in _skus(surfaces, found))


def test_bought_again_after_some_days(checkerboard):
    surfaces = _made(checkerboard, _items())
    day = checkerboard["at"].max() - timedelta(days=30)
    late = checkerboard.filter((pl.col("customer") != "c000") & (pl.col("at") > day))
    who = late["customer"].min()
    shown = set(_skus(surfaces, surfaces.for_customer(who, 20, Rules(already_bought="after 30 days"))))
    mine = checkerboard.filter(pl.col("customer") == who)
    assert not set(late.filter(pl.col("customer") == who)["sku"]) & shown
    early = set(mine.filter(pl.col("at") < day)["sku"]) - set(mine.filter(pl.col("at") >= day)["sku"])
    assert early <= shown


@pytest.mark.parametrize("k", [0, -1])
def test_a_list_of_nothing_is_refused(surfaces, k):
    for ask in (
        lambda: surfaces.for_customer("c001", k),
        lambda: surfaces.for_product("p01", k),
        lambda: surfaces.for_product("p01", k, "alternative"),
        lambda: surfaces.for_basket([], k),
        lambda: surfaces.for_session(["p01"], k),
        lambda: surfaces.for_mail(["c001"], k),
    ):
        with pytest.raises(UsageError) as caught:
            ask()
        assert caught.value.code == "RECOMMEND-07"


def test_a_kind_that_is_none_is_refused(surfaces):
    with pytest.raises(UsageError) as caught:
        surfaces.for_product("p01", 3, "cousin")
    assert caught.value.code == "RECOMMEND-02"
