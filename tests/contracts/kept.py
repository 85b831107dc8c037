"""What is saved to a folder and loaded again, made as small as it can be."""

from __future__ import annotations

from datetime import date

import polars as pl

from shopwright import recommend, reviews
from shopwright.language import TextClassifier

BOUGHT = pl.DataFrame(
    {
        "customer": ["a", "b", "a", "c"],
        "sku": ["x", "y", "y", "x"],
        "at": [date(2024, 3, 1)] * 4,
        "order": ["1", "2", "1", "3"],
    }
)
KEPT = {
    "classifier": lambda: TextClassifier.fit(["good mug", "bad mug"] * 4, ["y", "n"] * 4, encoder=None),
    "sentiment": lambda: reviews.Sentiment.load("prior-en"),
    "aspects": reviews.Aspects.load,
    "themes": lambda: reviews.themes(["Good mug."]),
    "recommender": lambda: recommend.Recommender.fit(BOUGHT),
}
