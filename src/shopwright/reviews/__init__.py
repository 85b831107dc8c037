"""What customers say: stars by product over time, what is praised or blamed, which products to look into."""

from __future__ import annotations

from shopwright.reviews.aspects import Aspects
from shopwright.reviews.quotes import quotes
from shopwright.reviews.stars import Stars, stars
from shopwright.reviews.study import study

__all__ = ["Aspects", "Stars", "quotes", "stars", "study"]
