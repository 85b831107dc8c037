"""What customers say: stars by product over time, sentiment of texts, and which products to look into."""

from __future__ import annotations

from shopwright.reviews.quotes import quotes
from shopwright.reviews.sentiment import Sentiment
from shopwright.reviews.stars import Stars, stars
from shopwright.reviews.study import study

__all__ = ["Sentiment", "Stars", "quotes", "stars", "study"]
