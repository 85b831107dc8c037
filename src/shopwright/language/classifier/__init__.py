"""Texts to classes: n-grams and vectors, calibrated, with a word on what is out of scope."""

from __future__ import annotations

from shopwright.language.classifier.model import TextClassifier
from shopwright.language.classifier.report import Candidate, Report
from shopwright.language.classifier.scope import Cost

__all__ = ["Candidate", "Cost", "Report", "TextClassifier"]
