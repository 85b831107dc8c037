"""What people call moving feasts, and the weeks around them."""

from __future__ import annotations

from collections.abc import Mapping

from shopwright.i18n import Text, t

__all__ = ["feast_label", "feast_week"]

NAMES: Mapping[str, Text] = {  # by what the name in a country's public holidays contains
    "Orthodox": t("Orthodox Easter"),
    "Julian": t("Orthodox Easter"),
    "Easter": t("Easter"),
    "Good Friday": t("Easter"),
    "Maundy Thursday": t("Easter"),
    "Holy Thursday": t("Easter"),
    "Carnival": t("Carnival"),
    "Ascension": t("Ascension Day"),
    "Pentecost": t("Pentecost"),
    "Whit Monday": t("Pentecost"),
    "Corpus Christi": t("Corpus Christi"),
    "Chinese New Year": t("Lunar New Year"),
    "Lunar New Year": t("Lunar New Year"),
    "Korean New Year": t("Lunar New Year"),
    "Dragon Boat": t("Dragon Boat Festival"),
    "Mid-Autumn": t("Mid-Autumn Festival"),
    "Chuseok": t("Mid-Autumn Festival"),
    "Double Ninth": t("Double Ninth Festival"),
    "Chinese Spring Festival": t("Lunar New Year"),
    "Eid al-Fitr": t("Eid al-Fitr"),
    "Eid-ul-Fitr": t("Eid al-Fitr"),
    "Eid al-Adha": t("Eid al-Adha"),
    "Eid-ul-Adha": t("Eid al-Adha"),
    "Arafah": t("Eid al-Adha"),
    "Islamic New Year": t("Islamic New Year"),
    "Prophet's Birthday": t("Prophet's Birthday"),
    "Muhammad's Birthday": t("Prophet's Birthday"),
    "Mohammed's Birthday": t("Prophet's Birthday"),
    "Mawlid": t("Prophet's Birthday"),
    "Diwali": t("Diwali"),
    "Vesak": t("Vesak"),
}


def feast_label(name: str) -> Text:
    """A feast's usual name; one that has none here keeps that of the public holiday."""
    return next((text for part, text in NAMES.items() if part in name), Text.literal(name))


def feast_week(name: str, first: int) -> Text:
    """The week that begins `first` days from a feast."""
    feast = feast_label(name)
    return {
        -14: t("second week before {feast}", feast=feast),
        -7: t("week before {feast}", feast=feast),
        0: t("week from {feast} on", feast=feast),
        7: t("second week from {feast} on", feast=feast),
    }[first]
