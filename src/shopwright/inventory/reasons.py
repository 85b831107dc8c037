"""Why an order line says what it says, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shopwright.i18n import Text, t
from shopwright.shop.demand import PERIODS, Period

__all__ = ["reason", "unforecast"]


def reason(figures: Mapping[str, float], period: Period, notes: Sequence[Text]) -> Text:
    """The sentence of one line.

    Args:
        figures: units, expected, on_hand, due, n (periods), level, safety, later (money).
        period: length of a period.
        notes: what else is to be said.
    """
    told = {"unit": PERIODS[period], **{name: figures[name] for name in ("expected", "on_hand", "due", "n")}}
    if figures["units"] <= 0 and figures["wanted"] > 0:
        said = t("{expected:,.0f} expected over {n} {unit}, {on_hand:,.0f} on hand, {due:,.0f} on the way", **told)
    elif figures["units"] <= 0:
        said = t(
            "{on_hand:,.0f} on hand and {due:,.0f} on the way cover the {expected:,.0f} expected over {n} {unit}",
            **told,
        )
    else:
        said = t(
            "{expected:,.0f} expected over {n} {unit}, {on_hand:,.0f} on hand, {due:,.0f} on the way; "
            "ordered so that it lasts with a chance of {level:.0%}",
            level=figures["level"],
            **told,
        )
        notes = [*_figured(figures, period), *notes]
    for note in notes:
        said = t("{said}; {note}", said=said, note=note)
    return said


def unforecast() -> Text:
    """The sentence of a SKU that has stock and no forecast."""
    return t("not forecast, so nothing can be said: check the spelling of the SKU, or give its sales")


def _figured(figures: Mapping[str, float], period: Period) -> list[Text]:
    said = []
    if figures["safety"] >= 0.5:
        said.append(t("{safety:,.0f} of it for safety", safety=figures["safety"]))
    if figures["later"] >= 0.005:
        said.append(_later(figures["later"], period))
    return said


def _later(cost: float, period: Period) -> Text:
    if period == "D":
        return t("ordering a day later would cost {cost:,.2f} more", cost=cost)
    if period == "M":
        return t("ordering a month later would cost {cost:,.2f} more", cost=cost)
    return t("ordering a week later would cost {cost:,.2f} more", cost=cost)
