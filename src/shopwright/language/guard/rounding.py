"""Whether a known number stands behind one that a text shows, up to the rounding it shows."""

from __future__ import annotations

import math
from dataclasses import replace

from shopwright.language.guard.amounts import Amount

__all__ = ["backs"]

_EPS = 1e-9
# How far a figure without decimals may lie from the fact, as a share of itself: 48 for 47.6, but not 13 for 12.5 nor
# 5 stars for 4.6. Prices are read to the cent below 100.
_WHOLE = 0.02
_WHOLE_MONEY = 0.005
_SCALED = 0.05  # 1.2k for 1,184; 12万 for 118,400
_ABOUT = 0.1


def backs(fact: Amount, shown: Amount, currency: str | None, *, is_fraction: bool = False) -> bool:
    """Whether `fact` is what `shown` says.

    Args:
        fact: a number of the evidence.
        shown: a number of the text.
        currency: of facts that have none.
        is_fraction: whether the fact is a bare fraction, which 20 % may stand for if it is 0.2.
    """
    if fact.how == "sized" and shown.how != "sized":  # "dozens" in the evidence is no 20
        return False
    known = _as(fact, shown, currency, is_fraction)
    if known is None or fact.direction * shown.direction < 0:
        return False
    if shown.how == "sized":
        return shown.value <= abs(known) < shown.or_value
    if shown.unit and not fact.unit:  # a fact without a unit, lead_time = 14, backs 14 days as well as 14 hours
        shown = replace(
            shown,
            value=shown.value / shown.scale,
            step=shown.step / shown.scale,
            or_value=shown.or_value / shown.scale,
            scale=1.0,
        )
    if _is_near(abs(known), abs(shown.value), shown):
        return True
    if shown.or_value != shown.or_value:  # nan: read in one way only
        return False
    return abs(abs(known) - abs(shown.or_value)) <= max(_EPS, 0.0005 if shown.or_value < 1000 else 0.5)


def _as(fact: Amount, shown: Amount, currency: str | None, is_fraction: bool) -> float | None:
    """The fact's value as what is shown; None if it is something else."""
    if shown.kind == "money":
        if fact.kind == "money":
            return fact.value if set(fact.currency) & set(shown.currency) else None
        return fact.value if fact.kind == "number" and not fact.unit and currency in shown.currency else None
    if shown.kind == "percent":
        if fact.kind == "percent":
            return fact.value
        return 100 * fact.value if is_fraction else None
    if shown.unit == "times":
        if fact.kind == "percent":
            return fact.value / 100
        return fact.value if fact.kind == "number" and fact.unit in ("", "times") else None
    if shown.unit:
        return fact.value if fact.kind == "number" and fact.unit in ("", shown.unit) else None
    return fact.value / fact.scale if fact.kind in ("number", "money") else None


def _is_near(known: float, value: float, shown: Amount) -> bool:
    if not math.isfinite(value):  # hundreds of digits, near to which everything is
        return False
    if shown.how == "over" and value <= known <= 1.25 * value:
        return True
    if shown.how == "under" and 0.8 * value <= known <= value:
        return True
    if shown.how == "nearly" and 0.95 * value <= known <= value:
        return True
    return abs(known - value) <= _tolerance(value, shown) * (1 + 1e-6) + _EPS * max(1.0, value)


def _tolerance(value: float, shown: Amount) -> float:
    """How far the fact may lie from the number shown."""
    half = shown.step / 2
    if shown.how == "exactly":
        return 0.0
    if shown.how == "about":
        return max(min(_last_place(value, shown.step) / 2, _ABOUT * value), min(half, _ABOUT * value))
    if shown.is_scaled:
        return min(half, _SCALED * value)
    if shown.kind == "money":
        return 0.005 if value < 100 else min(half, _WHOLE_MONEY * value)
    if shown.kind == "number" and shown.step >= shown.scale:
        return min(half, _WHOLE * value)
    return half


def _last_place(value: float, step: float) -> float:
    """Size of the last digit that is not zero: 100 for 1,200."""
    place = step
    while value and abs(value / (place * 10) - round(value / (place * 10))) < _EPS:
        place *= 10
    return place
