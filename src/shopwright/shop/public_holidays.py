"""The public holidays of a country."""

from __future__ import annotations

import warnings
from datetime import date

from shopwright.errors import UsageError
from shopwright.i18n import Text, t
from shopwright.shop.countries import code_of

__all__ = ["public_holidays"]


def public_holidays(country: str, first: int, last: int) -> dict[date, list[str]]:
    """Public holidays of a country and what they are called, in English where it is told.

    Args:
        country: ISO code.
        first: year from which on they are told.
        last: year up to which they are told.

    Raises:
        UsageError: no holidays are known of that country (USAGE-46).
    """
    import holidays

    try:
        spoken = getattr(holidays.country_holidays(country.upper()), "supported_languages", ())
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # years of which some holidays of a country are not known
            found = holidays.country_holidays(
                country.upper(), years=range(first, last + 1), language="en_US" if "en_US" in spoken else None
            )
    except NotImplementedError as error:
        raise UsageError(
            t("no holidays are known of the country {country}", country=repr(country)),
            why=t("it has to be an ISO code of two letters"),
            fix=_written(code_of(country)),
            code="USAGE-46",
        ) from error
    return {day: found.get_list(day) for day in found}


def _written(code: str) -> Text:
    """How a country is written: by its code where that is known."""
    if code:
        return t("did you mean {code}? Of a shop: shopwright config SHOP shop.country {code}", code=code)
    return t("write GB, US, CN, BR, DE …, or leave it empty; of a shop: shopwright config SHOP shop.country CODE")
