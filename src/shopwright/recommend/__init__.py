"""What to show to whom: co-purchase with popularity to fall back on, and the pairs worth showing."""

from __future__ import annotations

from shopwright.recommend.answer import Answer, answer, fit_shop
from shopwright.recommend.pairs import Pairs, pairs
from shopwright.recommend.recommender import Recommender
from shopwright.recommend.study import study

__all__ = ["Answer", "Pairs", "Recommender", "answer", "fit_shop", "pairs", "study"]
