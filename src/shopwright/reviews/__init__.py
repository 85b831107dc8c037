"""What customers say: stars by product over time, and which products to look into."""

from __future__ import annotations

from shopwright.reviews.quotes import quotes
from shopwright.reviews.stars import Stars, stars
from shopwright.reviews.study import study

__all__ = ["Stars", "quotes", "stars", "study"]
