"""Texts of three subjects, whose words tell them apart."""

from __future__ import annotations

import random

WORDS = {
    "delivery": ["where", "is", "my", "parcel", "late", "courier", "arrive", "tracking", "shipped", "post"],
    "refund": ["money", "back", "return", "refund", "pay", "card", "amount", "charged", "cancel"],
    "size": ["too", "small", "large", "fit", "wear", "shoe", "shirt", "width", "long"],
}
FILLER = ["the", "a", "i", "is", "my", "please", "hello", "it", "you", "can", "do", "what", "when", "of", "for", "to"]


def labelled(n, seed=0):
    """Texts of three subjects, n of each, and their labels."""
    draw = random.Random(seed)
    texts, labels = [], []
    for label, words in WORDS.items():
        for _ in range(n):
            said = draw.choices(words, k=3) + draw.choices(FILLER, k=4)
            draw.shuffle(said)
            texts.append(" ".join(said))
            labels.append(label)
    return texts, labels


def asked(n=60):
    """Questions of a kind, each with the answer of that kind."""
    texts, labels = labelled(n // 3, seed=5)
    told = {"delivery": "it will arrive when shipped", "refund": "you can return it for money", "size": "wear it long"}
    return [(f"{text} {at}", told[label]) for at, (text, label) in enumerate(zip(texts, labels, strict=True))]
