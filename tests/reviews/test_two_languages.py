"""Shops whose customers write in two languages: a theme's name is in the language of most of its sentences."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from shopwright.reviews.themes import themes
from shopwright.reviews.tongues import tongues_in

ENGLISH = {
    "zip": [
        "The zip jams halfway up",
        "The zipper broke after a week",
        "Zip gets stuck every time",
        "The zip slider came off",
        "Cheap zip, it will not close",
    ],
    "delivery": [
        "Delivery was really quick",
        "It arrived two days early",
        "Fast shipping, thank you",
        "The courier was friendly",
        "Shipping took only a day",
    ],
    "leak": [
        "The bottle leaks in my bag",
        "Water drips from the lid",
        "The lid does not seal",
        "It leaked over my laptop",
        "Leaks as soon as you tilt it",
    ],
    "colour": [
        "Lovely colour",
        "The blue is beautiful",
        "Great colour and shape",
        "The colour is bright",
        "Such a pretty shade of blue",
    ],
    "strap": [
        "The strap is too short",
        "The strap cuts into my shoulder",
        "Strap came undone",
        "The strap feels cheap",
        "Strap is not adjustable",
    ],
    "price": ["Great value for money", "Cheap and good", "Good price", "Worth every penny", "A bargain at this price"],
    "smell": [
        "It smells of chemicals",
        "Strong plastic smell",
        "The smell never goes away",
        "It stinks",
        "Horrible smell out of the box",
    ],
    "size": [
        "Fits my laptop perfectly",
        "The size is just right",
        "Plenty of room inside",
        "Big enough for the gym",
        "Roomy and light",
    ],
}
CHINESE = {
    "zip": ["拉链总是卡住", "拉链用一周就坏了", "拉链很难拉", "拉链头掉了", "拉链质量太差"],
    "delivery": ["物流很快", "第二天就到了", "发货速度快", "快递小哥态度好", "物流给力"],
    "leak": ["水壶漏水", "盖子漏水", "盖子盖不严", "一倒就漏", "杯盖漏水弄湿了电脑"],
    "colour": ["颜色很漂亮", "蓝色很好看", "颜色和图片一样", "颜色很正", "颜色鲜艳"],
    "strap": ["肩带太短", "肩带勒肩膀", "肩带松了", "肩带很廉价", "肩带不能调"],
    "price": ["性价比很高", "价格实惠", "很便宜", "物超所值", "价格划算"],
    "smell": ["味道很刺鼻", "塑料味很重", "味道一直散不掉", "有一股臭味", "打开就是刺鼻的味道"],
    "size": ["大小刚好", "能放下电脑", "空间很大", "容量够大", "尺寸合适"],
}
GERMAN = {
    "zip": [
        "Der Reißverschluss klemmt",
        "Der Reißverschluss ist nach einer Woche kaputt",
        "Reißverschluss hakt ständig",
        "Der Schieber vom Reißverschluss ist ab",
        "Der Reißverschluss schließt nicht",
    ],
    "delivery": [
        "Die Lieferung war sehr schnell",
        "Kam zwei Tage früher an",
        "Schneller Versand, danke",
        "Der Bote war freundlich",
        "Der Versand dauerte nur einen Tag",
    ],
    "leak": [
        "Die Flasche läuft in der Tasche aus",
        "Wasser tropft aus dem Deckel",
        "Der Deckel ist nicht dicht",
        "Sie ist über meinem Laptop ausgelaufen",
        "Läuft aus, sobald man sie kippt",
    ],
    "colour": [
        "Schöne Farbe",
        "Das Blau ist wunderschön",
        "Tolle Farbe und Form",
        "Die Farbe ist kräftig",
        "So ein hübscher Farbton",
    ],
    "strap": [
        "Der Gurt ist zu kurz",
        "Der Gurt schneidet in die Schulter",
        "Der Gurt ging auf",
        "Der Gurt wirkt billig",
        "Der Gurt lässt sich nicht verstellen",
    ],
    "price": [
        "Tolles Preis-Leistungs-Verhältnis",
        "Günstig und gut",
        "Guter Preis",
        "Jeden Cent wert",
        "Ein Schnäppchen zu diesem Preis",
    ],
    "smell": [
        "Sie riecht nach Chemie",
        "Starker Geruch nach Plastik",
        "Der Geruch geht nicht weg",
        "Sie stinkt",
        "Schrecklicher Geruch beim Auspacken",
    ],
    "size": [
        "Mein Laptop passt perfekt",
        "Die Größe ist genau richtig",
        "Viel Platz innen",
        "Groß genug für den Sport",
        "Geräumig und leicht",
    ],
}
FAULTS = {"zip", "leak", "strap", "smell"}


def _shop(one, other, share, n=600):
    """Reviews of two sentences on one subject, a share of them in the first language, and their stars."""
    draw = np.random.default_rng(0)
    texts, stars = [], []
    for _ in range(n):
        spoken = one if draw.random() < share else other
        subject = list(spoken)[draw.integers(len(spoken))]
        said = [spoken[subject][draw.integers(5)] for _ in range(2)]
        texts.append(
            "".join(f"{each}。" for each in said) if spoken is CHINESE else " ".join(f"{each}." for each in said)
        )
        stars.append(1.0 if subject in FAULTS else 5.0)
    return texts, stars


@pytest.mark.parametrize("other", [CHINESE, GERMAN], ids=["chinese", "german"])
@pytest.mark.parametrize("share", [0.5, 0.8])
def test_a_name_is_in_the_language_of_most_of_its_sentences(other, share):
    texts, stars = _shop(ENGLISH, other, share)
    found = themes(texts, stars=stars)
    languages = [" | ".join(each.lower() for lines in spoken.values() for each in lines) for spoken in (ENGLISH, other)]
    english = {each for lines in ENGLISH.values() for each in lines}
    assert len(found.names) >= 8
    for theme, name in enumerate(found.names):
        said = found.assigned.filter(theme=theme)["sentence"].str.strip_chars_end(".。")
        mostly_english = said.is_in(list(english)).mean() > 0.5
        mine = languages[0 if mostly_english else 1]
        for term in name.split(", "):
            # a term's own signs are gone ("preis leistungs verhältnis")
            words = term.split()
            assert all(word in mine for word in words), (name, said.to_list()[:3])


def test_where_small_words_do_not_tell_the_review_does_and_then_the_words():
    said = pl.Series(["Die Tasche ist schön", "Viel Platz innen", "Viel Platz", "The bag is big", "Nice bag", "Xyz"])
    row = pl.Series([0, 0, 1, 2, 3, 4])
    assert tongues_in(said, row).to_list() == ["german", "german", "german", "english", "english", "latin"]
    assert tongues_in(said)[1] == "latin"
