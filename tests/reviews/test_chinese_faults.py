"""Everyday Chinese wordings of faults and dangers, and what only looks like them."""

from __future__ import annotations

import polars as pl
import pytest

from shopwright.reviews.given import given
from shopwright.reviews.mentions import mentions


def _named(text):
    ready, _ = given(pl.DataFrame({"text": [text], "stars": [1.0]}))
    return set(mentions(ready)["theme"]) - {"complaint"}


@pytest.mark.parametrize(
    "text, theme",
    [
        ("收到的时候碎成渣了", "breakage"),
        ("杯口有个小缺口", "breakage"),
        ("颜色好看，但是比想象的小", "size"),
        ("衣服穿不下", "size"),
        ("用了一周就不通电了", "power"),
        ("底座接触不良", "power"),
        ("塑料味很重，烧了好几次还有", "smell"),
        ("一倒就漏", "leak"),
        ("盖不严", "leak"),
        ("到处是锈斑", "coating"),
        ("鞋底开胶", "loose"),
        ("用了三天就烧不开水了", "function"),
        ("和图片差太多", "colour"),
        ("货不对板", "colour"),
        ("等了半个月才收到", "delivery"),
        ("少了一包，赠品没有", "wrong_item"),
        ("客服爱答不理", "service"),
        ("茶叶受潮", "spoiled"),
        ("一看就是次品", "flimsy"),
        ("一洗就退色", "fade"),
        ("缝里裂开，缝开了", "seam"),
        ("插头烧了", "smoke"),
        ("手柄烫得不行，被烫了一下", "burn"),
        ("摸一下就麻手", "shock"),
        ("夹伤了孩子的手", "injury"),
        ("茶叶都长霉了", "mould"),
        ("用完去了一趟医院", "injury"),
        ("用了半年不到屏幕烧了", "smoke"),
    ],
)
def test_what_goes_wrong_is_named(text, theme):
    assert theme in _named(text)


@pytest.mark.parametrize(
    "text, theme",
    [
        ("塑料味很重，烧了好几次还有", "smoke"),
        ("容易起泡沫", "burn"),
        ("充电到一半就停", "shock"),
        ("早上被电视声音吵醒", "shock"),
        ("就在医院旁边，很吵", "injury"),
        ("说得很有针对性", "sharp"),
        ("真是弱爆了", "explosion"),
        ("真是倒霉了", "mould"),
        ("比想象中的大气", "size"),
        ("和图片差不多", "colour"),
        ("严重影响我的使用", "printing"),
        ("没有任何破损", "packaging"),
    ],
)
def test_what_only_looks_like_it_is_not(text, theme):
    assert theme not in _named(text)
