"""Words of a command line turned into values."""

from __future__ import annotations

import shlex
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from shopwright.errors import UsageError
from shopwright.i18n import Language, current, is_chosen, t

if TYPE_CHECKING:
    from shopwright.shop.shop import Shop

__all__ = ["a_day", "asked_language", "place", "shop_seen"]

LATE = 92  # days after the last record, beyond which a shop is not seen


def a_day(text: str | None) -> str | None:
    """The day as YYYY-MM-DD, or None where none was given.

    Raises:
        UsageError: it is not a day.
    """
    if text is None:
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise UsageError(
            t("{text} is not a day", text=repr(text)),
            why=t("days are written YYYY-MM-DD"),
            fix=t("for instance 2011-10-31"),
            code="USAGE-13",
        ) from error


def shop_seen(root: Path, until: str | None) -> Shop:
    """The shop in a folder, as it was known on the evening of `until` where a day is given.

    A day after the last record is said, one more than a quarter after it refused.

    Raises:
        StoreError: the folder holds no shop.
        UsageError: `until` is not a day (USAGE-13), or before all records (USAGE-24) or long after them (USAGE-27).
    """
    from shopwright.shop.shop import open_shop

    opened = open_shop(root)
    day = a_day(until)
    if day is None:
        return opened
    _check_within(opened, day)
    return opened.until(day)


def _check_within(shop: Shop, day: str) -> None:
    from shopwright.cli.show import say

    span = shop.span
    if span is None:
        return
    first, last = (each.isoformat() for each in span)
    if day < first:
        raise UsageError(
            t("nothing was known on {day}", day=day),
            why=t("the shop's records begin on {first} and end on {last}", first=first, last=last),
            fix=t("give a day between these"),
            code="USAGE-24",
        )
    if date.fromisoformat(day) > span[1] + timedelta(days=LATE):
        raise UsageError(
            t("nothing is known of the days before {day}", day=day),
            why=t(
                "the shop's records end on {last}: as of {day} nothing would seem to sell any more", last=last, day=day
            ),
            fix=t("leave --until out, give a day up to {last}, or import newer sales first", last=last),
            code="USAGE-27",
        )
    if day > last:
        say(t("the shop's records end on {last}: nothing is known of the days from then to {day}", last=last, day=day))


def place(shop: Shop) -> str:
    """The folder of a shop as a command line takes it."""
    path = "SHOP" if shop.path is None else str(shop.path)
    return shlex.quote(path) if " " in path else path


def asked_language(default: Language) -> Language:
    """The language of files a command writes: the one asked for on the line or by the environment, else the shop's."""
    return current() if is_chosen() else default
