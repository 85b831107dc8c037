"""What may speak for a customer leaving, and what it is called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from shopwright.customers.purchases import Purchases
from shopwright.i18n import Text, t

__all__ = ["DRIVERS", "Driver", "driver_label", "driver_words", "drivers_of", "plain"]

RECENT_DAYS = 90


@dataclass(frozen=True)
class Driver:
    """Its name for people, and the value as people say it out of the value that the model reads."""

    label: Text
    shown: np.ufunc


DRIVERS: Mapping[str, Driver] = MappingProxyType(
    {
        "days_since_last": Driver(t("days since the last purchase"), np.expm1),
        "days_bought": Driver(t("days with a purchase so far"), np.exp),
        "days_bought_90": Driver(t("days with a purchase in the last 90 days"), np.expm1),
        "days_since_first": Driver(t("days since the first purchase"), np.expm1),
        "relative_spend": Driver(t("amount of a purchase, in multiples of the shop's mean"), np.exp),
        "relative_gap": Driver(t("last gap between purchases in multiples of those before"), np.exp),
    }
)


def driver_label(driver: str) -> Text:
    """Name of a driver for people."""
    return DRIVERS[driver].label


def driver_words(row: Mapping[str, Any]) -> Text | None:
    """What speaks most for a customer staying away, beside the average one; None where nothing does.

    Args:
        row: driver, driver_value, driver_usual, as `Churn.table` and `Outlook.table` have them.
    """
    if row["driver"] is None:
        return None
    value, usual = (plain(row[name]) for name in ("driver_value", "driver_usual"))
    return t("{driver}: {value}, usually {usual}", driver=driver_label(row["driver"]), value=value, usual=usual)


def plain(value: float) -> str:
    """A driver's value as people write it: two digits, or whole where there are more of them."""
    return f"{value:,.0f}" if abs(value) >= 10 else f"{value:.2g}"


def drivers_of(purchases: Purchases) -> np.ndarray:
    """Values of the drivers of each customer, in logarithms, shape (n, drivers)."""
    n = purchases.n_customers
    quiet, known = purchases.until - purchases.last, purchases.until - purchases.first
    count = purchases.repeats
    span = (purchases.last - purchases.first).astype(float)
    recent = np.bincount(purchases.who[purchases.day > purchases.until - RECENT_DAYS], minlength=n)
    ends = purchases.ends
    gap = np.where(count > 0, purchases.day[ends] - purchases.day[np.maximum(ends - 1, 0)], 0).astype(float)
    before = np.where(count > 1, (span - gap) / np.maximum(count - 1, 1), gap)
    columns = np.c_[
        np.log1p(quiet),
        np.log1p(count),
        np.log1p(recent),
        np.log1p(known),
        np.log(_spend(purchases)),
        np.where(count > 1, np.log((gap + 1) / (before + 1)), 0.0),
    ]
    return np.asarray(columns)


def _spend(purchases: Purchases) -> np.ndarray:
    """Mean amount of each customer's purchases over the shop's, drawn to one by one purchase; one where not known."""
    some = purchases.amount > 0
    if not some.any():
        return np.ones(purchases.n_customers)
    share = purchases.amount[some] / purchases.amount[some].mean()
    n = np.bincount(purchases.who[some], minlength=purchases.n_customers)
    return np.asarray((np.bincount(purchases.who[some], share, minlength=purchases.n_customers) + 1) / (n + 1))
