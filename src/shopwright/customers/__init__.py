"""Who the customers are by what they did, what they will be worth, who is leaving, and whom to write to."""

from __future__ import annotations

from shopwright.customers.churn import Churn, churn
from shopwright.customers.churn_drivers import driver_label, driver_words
from shopwright.customers.cohorts import Cohorts, cohorts
from shopwright.customers.funnel import Funnel, funnel, step_label
from shopwright.customers.letters import letters
from shopwright.customers.lifetime import LifetimeValue
from shopwright.customers.movement import Movement, movement
from shopwright.customers.next_purchase import due, next_purchases
from shopwright.customers.of_shop import orders_of
from shopwright.customers.outlook import Outlook, look_ahead
from shopwright.customers.pseudonymous import Masks, find_customer, masks_of, unmasked
from shopwright.customers.returning import Returning, returning
from shopwright.customers.returns import Returns, returns
from shopwright.customers.rfm import SEGMENTS
from shopwright.customers.segment_letters import written_to
from shopwright.customers.segments import Segments, label, segments
from shopwright.customers.study import study

__all__ = [
    "SEGMENTS",
    "Churn",
    "Cohorts",
    "Funnel",
    "LifetimeValue",
    "Masks",
    "Movement",
    "Outlook",
    "Returning",
    "Returns",
    "Segments",
    "churn",
    "cohorts",
    "driver_label",
    "driver_words",
    "due",
    "find_customer",
    "funnel",
    "label",
    "letters",
    "look_ahead",
    "masks_of",
    "movement",
    "next_purchases",
    "orders_of",
    "returning",
    "returns",
    "segments",
    "step_label",
    "study",
    "unmasked",
    "written_to",
]
