"""Who the customers are by what they did, what they will be worth, who is leaving, and whom to write to."""

from __future__ import annotations

from shopwright.customers.churn import Churn, churn
from shopwright.customers.churn_drivers import driver_label
from shopwright.customers.lifetime import LifetimeValue
from shopwright.customers.next_purchase import due, next_purchases
from shopwright.customers.rfm import SEGMENTS
from shopwright.customers.segments import Segments, label, segments
from shopwright.customers.study import study

__all__ = [
    "SEGMENTS",
    "Churn",
    "LifetimeValue",
    "Segments",
    "churn",
    "driver_label",
    "due",
    "label",
    "next_purchases",
    "segments",
    "study",
]
