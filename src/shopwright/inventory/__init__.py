"""Stock: how much to order, from a `Demand` value and the terms of supply."""

from shopwright.inventory.orders import OrderLine, Orders, order
from shopwright.inventory.policy import Policy
from shopwright.inventory.reorder import decide, reorder
from shopwright.inventory.replay import Replay
from shopwright.inventory.simulate import Rule, Situation, simulate
from shopwright.inventory.study import Restock, interval_of, restock, study
from shopwright.inventory.terms import Terms, read_terms

__all__ = [
    "OrderLine",
    "Orders",
    "Policy",
    "Replay",
    "Restock",
    "Rule",
    "Situation",
    "Terms",
    "decide",
    "interval_of",
    "order",
    "read_terms",
    "reorder",
    "restock",
    "simulate",
    "study",
]
