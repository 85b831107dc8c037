import numpy as np
import polars as pl
import pytest

from shopwright.language.classifier import TextClassifier


def error_of_calibration(chances, hits, bins=10):
    """Expected calibration error (Guo et al. 2017): mean gap of chance and hits, over equally filled bins."""
    top = chances.max(axis=1)
    parts = np.array_split(np.argsort(top), bins)
    return sum(abs(top[part].mean() - hits[part].mean()) * len(part) for part in parts) / len(top)


@pytest.mark.realdata
def test_intents_of_a_bank_are_found_and_calibrated(data):
    frame = pl.read_parquet(data("banking77") / "train.parquet").sample(fraction=1, shuffle=True, seed=4)
    texts, labels = frame["text"].to_list(), frame["category"].to_list()
    classifier = TextClassifier.fit(texts[:1500], labels[:1500], encoder="static")
    chances = classifier.predict_proba(texts[1500:6000])
    hits = np.array(classifier.predict(texts[1500:6000])) == np.array(labels[1500:6000])
    assert hits.mean() > 0.79
    assert error_of_calibration(chances, hits) < 0.05


@pytest.mark.realdata
def test_outsiders_are_handed_over(data):
    folder = data("clinc150")
    train = pl.read_parquet(folder / "train.parquet").sample(fraction=0.15, shuffle=True, seed=4)
    inside = pl.read_parquet(folder / "val.parquet")
    outside = pl.read_parquet(folder / "oos_val.parquet")["text"].to_list()
    classifier = TextClassifier.fit(train["text"].to_list(), train["intent"].to_list(), encoder="static")
    assert np.mean(np.array(classifier.predict(inside["text"].to_list())) == inside["intent"].to_numpy()) > 0.83
    assert classifier.in_scope(inside["text"].to_list()).mean() == pytest.approx(0.95, abs=0.04)
    assert classifier.in_scope(outside).mean() < 0.3
