from __future__ import annotations

from shopwright import i18n
from shopwright.i18n import t
from shopwright.language.doubles import Scripted
from shopwright.recommend import answer
from shopwright.recommend.worded import worded
from shopwright.shop.shop import Shop

WHY = t(
    "bought together with {title} {n:,} times, {lift:.1f} × as often as by chance", title="Green mug", n=41, lift=6.25
)


def test_words_that_keep_to_the_counts_are_taken():
    said = "Customers bought it together with Green mug 41 times."
    with i18n.using("en"):
        ((why, is_kept),) = worded(Scripted(said), ["Red mug"], [WHY])
    assert is_kept
    assert why.render("en") == said
    assert why.render("zh") == WHY.render("zh")


def test_words_that_say_more_are_not():
    with i18n.using("en"):
        found = worded(Scripted(*["Bought together 410 times."] * 2), ["Red mug"], [WHY])
    assert [(why.render("en"), is_kept) for why, is_kept in found] == [(WHY.render("en"), False)]


def test_a_shops_answer_says_how_many_were_worded(order_lines):
    shop = Shop.of({"order_lines": order_lines})
    with i18n.using("en"):
        found = answer(shop, basket=["p02"], k=2, chat=Scripted("Bought together.", *["It sold 9999 times."] * 2))
    assert found.notes[0].render("en").startswith("1 of 2 reasons are worded by the chat model")
    assert [why["en"] == "Bought together." for why in found.rows["why"]] == [True, False]
