"""Stock: how much to order, from a `Demand` value and the terms of supply."""

from shopwright.inventory.policy import Policy
from shopwright.inventory.reorder import OrderLine, decide, reorder
from shopwright.inventory.study import Restock, interval_of, restock, study

__all__ = ["OrderLine", "Policy", "Restock", "decide", "interval_of", "reorder", "restock", "study"]
