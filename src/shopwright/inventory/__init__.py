"""Stock: how much to order, from a `Demand` value and the terms of supply."""

from shopwright.inventory.clearance import clear
from shopwright.inventory.health import health
from shopwright.inventory.orders import OrderLine, Orders, order
from shopwright.inventory.policy import Policy
from shopwright.inventory.reorder import decide, reorder
from shopwright.inventory.replay import Replay
from shopwright.inventory.simulate import Rule, Situation, Span, simulate
from shopwright.inventory.stockroom import Stockroom, interval_of, stockroom
from shopwright.inventory.study import Restock, restock, restocked, study, unpriced
from shopwright.inventory.terms import Terms, read_terms
from shopwright.inventory.transfer import transfer
from shopwright.shop.classes import classes

__all__ = [
    "OrderLine",
    "Orders",
    "Policy",
    "Replay",
    "Restock",
    "Rule",
    "Situation",
    "Span",
    "Stockroom",
    "Terms",
    "classes",
    "clear",
    "decide",
    "health",
    "interval_of",
    "order",
    "read_terms",
    "reorder",
    "restock",
    "restocked",
    "simulate",
    "stockroom",
    "study",
    "transfer",
    "unpriced",
]
