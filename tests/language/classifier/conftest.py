"""A small shop's questions with known intents, made from parts."""

from __future__ import annotations

import random
from dataclasses import dataclass

import pytest

PARTS = {
    "track parcel": (
        ["where is", "track", "any news of", "when comes"],
        ["my parcel", "the package", "my order 4711", "delivery"],
    ),
    "refund": (
        ["i want back", "please return", "refund", "give me back"],
        ["my money", "the amount", "what i paid", "the 20 euro"],
    ),
    "change_address": (
        ["change", "update", "correct", "i moved, fix"],
        ["my address", "the street", "where i live", "the postcode"],
    ),
    "退换货": (["我想", "请帮我", "可以", "怎么"], ["退货", "换一件", "退换这个商品", "申请退货退款"]),
}
OUTSIDE = (
    ["what is the weather", "play a song", "tell me a joke", "who won the match", "how tall is the tower"],
    ["in paris", "by the beatles", "about cats", "last night", "of mount fuji", "tomorrow"],
)
TAILS = ["", " please", " now", " thanks", " ?", " asap", " today", " again", "!!"]


@dataclass(frozen=True)
class Desk:
    texts: list[str]
    labels: list[str]
    outside: list[str]


def desk(n: int, seed: int) -> Desk:
    """`n` different texts of each intent, as far as there are, and some from outside."""
    draw = random.Random(seed)
    texts, labels = [], []
    for label, (heads, ends) in PARTS.items():
        every = [f"{a} {b}{c}" for a in heads for b in ends for c in TAILS]
        texts += draw.sample(every, n)
        labels += [label] * n
    outside = [f"{a} {b}{c}" for a in OUTSIDE[0] for b in OUTSIDE[1] for c in TAILS]
    return Desk(texts, labels, draw.sample(outside, 60))


@pytest.fixture(scope="session")
def taught() -> Desk:
    return desk(40, 1)


@pytest.fixture(scope="session")
def asked() -> Desk:
    return desk(60, 2)
