"""Why an order line says what it says, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shopwright.i18n import Text, t
from shopwright.shop.demand import Period, periods_of

__all__ = ["reason", "unforecast"]

LEAST = 0.5  # units that are told of


def reason(figures: Mapping[str, float], period: Period, notes: Sequence[Text]) -> Text:
    """The sentence of one line.

    Args:
        figures: units, wanted, expected, on_hand, due, n (periods), early, level, safety, later (money); aims, is_late
            and is_free are 1 for yes: the level is what the order aims at, an order would come after the season's end,
            missing units costs nothing.
        period: length of a period.
        notes: what else is to be said.
    """
    told: dict[str, object] = {name: figures[name] for name in ("expected", "on_hand", "due", "n")}
    told["unit"] = periods_of(int(figures["n"]), period)
    early = figures["early"]
    if early >= LEAST:
        notes = [t("{early:,.0f} will be missed before an order can arrive", early=early), *notes]
    if figures["units"] > 0:
        said = _ordered(figures, told)
        notes = [*_figured(figures, period), *notes]
    elif figures["wanted"] <= 0 and early < LEAST and not figures["is_late"] and not figures["is_free"]:
        said = t(
            "{on_hand:,.0f} on hand and {due:,.0f} on the way cover the {expected:,.0f} expected over {n} {unit}",
            **told,
        )
    else:
        said = t("{expected:,.0f} expected over {n} {unit}, {on_hand:,.0f} on hand, {due:,.0f} on the way", **told)
        notes = [*_unordered(figures), *notes]
    for note in notes:
        said = t("{said}; {note}", said=said, note=note)
    return said


def _ordered(figures: Mapping[str, float], told: Mapping[str, object]) -> Text:
    if figures["aims"]:
        return t(
            "{expected:,.0f} expected over {n} {unit}, {on_hand:,.0f} on hand, {due:,.0f} on the way; "
            "ordered so that it lasts with a chance of {level:.0%}",
            level=figures["level"],
            **told,
        )
    return t(
        "{expected:,.0f} expected over {n} {unit}, {on_hand:,.0f} on hand, {due:,.0f} on the way; "
        "with this order it lasts with a chance of {level:.0%}",
        level=figures["level"],
        **told,
    )


def _unordered(figures: Mapping[str, float]) -> list[Text]:
    """Why nothing is ordered of what is missing."""
    if figures["is_late"]:
        return [t("an order would arrive after the season's end")]
    return [t("missing it costs nothing")] if figures["is_free"] else []


def unforecast() -> Text:
    """The sentence of a SKU that has stock and no forecast."""
    return t("not forecast, so nothing can be said: check the spelling of the SKU, or give its sales")


def _figured(figures: Mapping[str, float], period: Period) -> list[Text]:
    said = []
    if figures["safety"] >= LEAST:
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
