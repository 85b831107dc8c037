"""Every check there is, in the order they run."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from shopwright.shop.check import (
    calendar,
    catalogue,
    drift,
    free_text,
    jumps,
    orphans,
    outliers,
    prices,
    quarantined,
    repeats,
    returned,
    reviewed,
    sales,
    services,
    stock,
    stockouts,
)
from shopwright.shop.check.facts import Facts
from shopwright.shop.check.finding import Finding

__all__ = ["CHECKS", "Check"]


@dataclass(frozen=True, slots=True)
class Check:
    """One family member: a function, and the codes of what it can find."""

    find: Callable[[Facts], Iterable[Finding]]
    codes: tuple[str, ...]


CHECKS: tuple[Check, ...] = (
    Check(sales.no_sales, ("CHECK-NO-SALES",)),
    Check(sales.units, ("CHECK-NEGATIVE-UNITS", "CHECK-ZERO-UNITS")),
    Check(sales.missing_customers, ("CHECK-NO-CUSTOMER",)),
    Check(prices.missing, ("CHECK-NO-PRICE",)),
    Check(prices.not_positive, ("CHECK-NEGATIVE-PRICE", "CHECK-ZERO-PRICE")),
    Check(prices.other_revenue, ("CHECK-REVENUE-MISMATCH",)),
    Check(prices.currencies, ("CHECK-CURRENCY-MIX", "CHECK-CURRENCY-OTHER")),
    Check(jumps.price_jumps, ("CHECK-PRICE-JUMP",)),
    Check(outliers.prices, ("CHECK-PRICE-OUTLIER",)),
    Check(outliers.units, ("CHECK-UNITS-OUTLIER",)),
    Check(services.services, ("CHECK-SERVICE-LINES",)),
    Check(repeats.lines, ("CHECK-DUPLICATE-LINES",)),
    Check(repeats.orders, ("CHECK-DUPLICATE-ORDERS",)),
    Check(returned.unmatched, ("CHECK-RETURN-UNMATCHED",)),
    Check(reviewed.undated, ("CHECK-REVIEW-UNDATED",)),
    Check(orphans.orders, ("CHECK-LINE-WITHOUT-ORDER", "CHECK-ORDER-WITHOUT-LINES")),
    Check(orphans.skus, ("CHECK-UNKNOWN-SKU",)),
    Check(orphans.customers, ("CHECK-UNKNOWN-CUSTOMER",)),
    Check(catalogue.missing, ("CHECK-NO-PRODUCTS", "CHECK-NO-TITLE", "CHECK-NO-CATEGORY", "CHECK-NO-COST")),
    Check(catalogue.similar_skus, ("CHECK-SIMILAR-SKU",)),
    Check(calendar.future, ("CHECK-FUTURE-DATE",)),
    Check(calendar.stray, ("CHECK-STRAY-DATE",)),
    Check(calendar.gaps, ("CHECK-CALENDAR-GAP",)),
    Check(stock.negative, ("CHECK-NEGATIVE-STOCK",)),
    Check(stock.stale, ("CHECK-STALE-TABLE",)),
    Check(stockouts.hidden, ("CHECK-HIDDEN-STOCK-OUT",)),
    Check(stockouts.known, ("CHECK-KNOWN-STOCK-OUT",)),
    Check(drift.mixes, ("CHECK-DRIFT-MIX",)),
    Check(drift.price_level, ("CHECK-DRIFT-PRICE",)),
    Check(drift.missing_values, ("CHECK-DRIFT-MISSING",)),
    Check(free_text.personal_data, ("CHECK-PERSONAL-DATA",)),
    Check(quarantined.refused, ("CHECK-QUARANTINE",)),
)
