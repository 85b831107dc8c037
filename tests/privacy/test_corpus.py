"""Recall and precision on a labelled corpus, made without the detector (corpus.py)."""

from __future__ import annotations

from collections import Counter

import pytest

from shopwright.privacy import Names, redact, restore

N = 3000


@pytest.fixture(scope="module")
def scored(corpus):
    """For each sample what was found: (kind, value) pairs."""
    kinds = (*corpus.CHECKSUMMED, *corpus.OTHERS)
    samples = corpus.positives(11, N * 9 // 6, kinds) + corpus.negatives(12, N)
    rows = []
    for sample in samples:
        redacted = redact(sample.text)
        assert restore(redacted.text, redacted.mapping) == sample.text
        rows.append((sample, {(span.kind, sample.text[span.start : span.end]) for span in redacted.spans}))
    return rows


def test_the_corpus_is_large_enough(corpus, scored):
    kinds = Counter(sample.kind for sample, _ in scored)
    assert sum(kinds[kind] for kind in corpus.CHECKSUMMED) >= 2000
    assert kinds[None] >= 2000
    assert corpus.positives(11, 50, corpus.CHECKSUMMED) == corpus.positives(11, 50, corpus.CHECKSUMMED)


@pytest.mark.parametrize("kind", ["CARD", "IBAN", "ID", "COMPANY", "CPF", "CNPJ", "PHONE", "EMAIL", "IP"])
def test_recall_and_precision(scored, kind):
    true = [sample for sample, found in scored if sample.kind == kind and (kind, sample.value) in found]
    asked = [sample for sample, _ in scored if sample.kind == kind]
    claimed = [(sample, value) for sample, found in scored for met, value in found if met == kind]
    assert len(true) / len(asked) >= 0.99, [sample.text for sample in asked if sample not in true][:5]
    right = [sample for sample, value in claimed if sample.kind == kind and sample.value == value]
    assert len(right) / len(claimed) >= 0.99, [(s.text, value) for s, value in claimed if s.kind != kind][:5]


def test_what_is_nobodys_survives(scored):
    """Orders, parcels, EANs, prices, dates, versions: of each sort at least 99 of 100 texts stay."""
    texts = Counter(sample.what for sample, _ in scored if sample.kind is None)
    touched = Counter(sample.what for sample, found in scored if sample.kind is None and found)
    shares = {what: touched[what] / n for what, n in texts.items()}
    assert {what: share for what, share in shares.items() if share > 0.01} == {}


def test_the_corpus_makes_numbers_that_are_right(corpus):
    """Published examples, by the corpus' own arithmetic: otherwise both could be wrong together."""
    assert corpus.luhn_digit("411111111111111") == "1"
    assert corpus.luhn_digit("37828224631000") == "5"


@pytest.mark.parametrize("language", ["en", "zh", "pt"])
def test_street_and_number_of_an_address_go(corpus, language):
    """What comes after them may be cut in another place; the street with its number never stays."""
    samples = corpus.addressed(13, 600, language)
    stays = [
        sample.text
        for sample in samples
        if not any(
            span.kind == "ADDRESS" and sample.value.split(",")[0] in sample.text[span.start : span.end]
            for span in redact(sample.text).spans
        )
    ]
    assert len(stays) <= 0.01 * len(samples), stays[:5]


def test_known_names_go_however_they_are_written(corpus):
    names = Names(corpus.KNOWN + corpus.KNOWN_ZH)
    samples = corpus.named(14, 1200)
    stays = [sample.text for sample in samples if sample.value in redact(sample.text, names=names).text]
    assert len(stays) <= 0.01 * len(samples), stays[:5]


def test_texts_without_a_known_name_are_left_after_one_look(corpus):
    """The quick look may never end what the long way would find."""
    names = Names([*corpus.KNOWN, "Rose", "Straße Weg"])
    for text in ("jose\u0301 a\u0301lvarez", "STRASSE WEG", "ŁUKASZ nowak — 😀", "привет Rose", "Ana\nde Souza"):
        assert [span.kind for span in redact(text, names=names).spans] == ["NAME"]
