"""Sentiment on real reviews: the flag of recommendation, from title and text."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from shopwright.reviews import Sentiment

pytestmark = pytest.mark.realdata


def test_recommendations_are_told_better_than_by_plain_counts(data):
    (file,) = data("womens_clothing").glob("*.parquet")
    frame = pl.read_parquet(file).drop_nulls("Review Text").unique("Review Text", maintain_order=True)
    frame = frame.sample(8_000, seed=0)
    texts = [f"{title or ''}. {text}" for title, text in frame.select("Title", "Review Text").iter_rows()]
    flags = frame["Recommended IND"].to_numpy()
    learn, held = texts[:5_000], texts[5_000:]

    scores = Sentiment.fit(learn, flags[:5_000], prior=False).score(held, mixed=False)
    counts = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2)
    plain = LogisticRegression(C=4.0).fit(counts.fit_transform(learn), flags[:5_000])

    area = roc_auc_score(flags[5_000:], scores.values)
    assert area > 0.94
    assert area > roc_auc_score(flags[5_000:], plain.decision_function(counts.transform(held)))
    right = (scores.values > 0) == (flags[5_000:] == 1)
    assert abs(np.mean(scores.confidence) - np.mean(right)) < 0.02
