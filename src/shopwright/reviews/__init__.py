"""What customers say: stars and themes by product over time, faults that begin, and which products to look into."""

from __future__ import annotations

from shopwright.reviews.analysis import Analysis, analyse
from shopwright.reviews.aspects import Aspects
from shopwright.reviews.costs import Costs, costs
from shopwright.reviews.fakes import fakes
from shopwright.reviews.hazards import Hazards, hazards
from shopwright.reviews.quotes import quotes
from shopwright.reviews.scales import as_stars
from shopwright.reviews.sentences import sentences
from shopwright.reviews.sentiment import Sentiment
from shopwright.reviews.signals import signals
from shopwright.reviews.stars import Stars, stars
from shopwright.reviews.study import study
from shopwright.reviews.summary import Summary, summaries
from shopwright.reviews.summary_words import worded_summary
from shopwright.reviews.themes import Themes, themes

__all__ = [
    "Analysis",
    "Aspects",
    "Costs",
    "Hazards",
    "Sentiment",
    "Stars",
    "Summary",
    "Themes",
    "analyse",
    "as_stars",
    "costs",
    "fakes",
    "hazards",
    "quotes",
    "sentences",
    "signals",
    "stars",
    "study",
    "summaries",
    "themes",
    "worded_summary",
]
