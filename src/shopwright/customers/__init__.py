"""Who the customers are by what they did, and whom to write to."""

from __future__ import annotations

from shopwright.customers.rfm import SEGMENTS
from shopwright.customers.segments import Segments, label, segments
from shopwright.customers.study import study

__all__ = ["SEGMENTS", "Segments", "label", "segments", "study"]
