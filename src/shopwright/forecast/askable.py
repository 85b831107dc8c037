"""Which questions about prices can be answered, and what is said of the others."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Real

import numpy as np

from shopwright.errors import UsageError
from shopwright.forecast.panel import Floats, Panel
from shopwright.i18n import t
from shopwright.shop.schema import names as c
from shopwright.shop.spelling import meant

__all__ = ["LEAST_CHANGE", "alike", "check_moves", "check_price", "check_question"]

LEAST_CHANGE = 0.01  # of a logarithm: prices that move less than 1 % say nothing


def check_question(
    panel: Panel, asked: list[str], prices: Mapping[str, float], promotions: Mapping[str, float]
) -> None:
    """Refuse SKUs without a forecast (USAGE-92), and prices and shares that cannot be (USAGE-93)."""
    for sku in asked:
        if sku not in panel.skus:
            raise UsageError(
                t("SKU {sku} has no forecast to change", sku=repr(sku)),
                why=t("it is none of the {n:,} SKUs with sales", n=len(panel.skus)),
                fix=meant(sku, panel.skus, t("check its spelling, or give its sales")),
                code="USAGE-92",
            )
    wrong = [sku for sku, price in prices.items() if not (_is_number(price) and price > 0)]
    wrong += [sku for sku, share in promotions.items() if not (_is_number(share) and 0 <= share <= 1)]
    if wrong or not asked:
        raise UsageError(
            t("this question cannot be answered"),
            why=t(
                "SKU {sku}: a price must lie above 0, and the share of a promotion between 0 and 1", sku=repr(wrong[0])
            )
            if wrong
            else t("it names no SKU"),
            fix=t("name a SKU and its new price, such as A=9.90"),
            code="USAGE-93",
        )


def _is_number(value: object) -> bool:
    return not isinstance(value, bool) and isinstance(value, Real) and bool(np.isfinite(float(value)))


def check_moves(panel: Panel, span: Floats, sku: str) -> None:
    """Refuse a SKU of whose category no price ever moved (USAGE-91); `span`: range of each one's log prices, (n,)."""
    row = panel.skus.index(sku)
    if span[alike(panel, row)].max(initial=0.0) < LEAST_CHANGE:
        raise UsageError(
            t("what a price of SKU {sku} does is not known", sku=repr(sku)),
            why=t("neither its price nor any of its category ever changed in the history, or no price is known"),
            fix=t("give the column price by day, or try a new price on some of its category first"),
            code="USAGE-91",
        )


def check_price(ahead: Floats, sku: str) -> None:
    """Refuse a SKU whose log prices ahead, shape (H,), are not known (USAGE-91)."""
    if not np.isfinite(ahead).all():
        raise UsageError(
            t("what a price of SKU {sku} does is not known", sku=repr(sku)),
            why=t("it has no price of its own to compare the new one with"),
            fix=t("give the column price for this SKU, for one day at least"),
            code="USAGE-91",
        )


def alike(panel: Panel, row: int) -> np.ndarray:
    """Products of the same category, itself too; all products where no category is known."""
    group = panel.static.get(c.CATEGORY)
    if group is None:
        return np.arange(len(panel.skus))
    return np.flatnonzero(group == group[row]) if group[row] >= 0 else np.array([row])
