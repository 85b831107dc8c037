"""What a merchant wants of a list of products: what may stand in it, how often, and what counts beside relevance."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from shopwright.errors import UsageError
from shopwright.i18n import Text, t
from shopwright.recommend import wrong

__all__ = ["Rules"]

BOUGHT = re.compile(r"after (\d+) days?")
NAMES = ("categories", "not_categories", "skus_never", "skus_first")
# least and most value of each number, and whether it must be whole
NUMBERS: Mapping[str, tuple[float, float, bool]] = {
    "least_cover": (0.0, math.inf, False),
    "most_per_brand": (1.0, math.inf, True),
    "most_per_category": (1.0, math.inf, True),
    "diversity": (0.0, 1.0, False),
    "margin": (0.0, 1.0, False),
    "sentiment": (0.0, 1.0, False),
    "defect": (0.0, 1.0, False),
    "freshness": (0.0, 10.0, False),
    "half_life": (0.01, math.inf, False),
    "explore": (0.0, 1.0, False),
    "explore_slots": (1.0, math.inf, True),
    "temperature": (0.0, 10.0, False),
}


@dataclass(frozen=True, slots=True)
class Rules:
    """What a merchant wants of a list; the default hides what is out of stock and what was bought already.

    A rule about something that is not known of any product is passed over with a note.

    Attributes:
        in_stock: show only what is in stock; a product whose stock is not known counts as there.
        least_cover: days that the stock must last at the sales expected; one that is not known counts as enough.
        price: lowest and highest price; None on either side: no limit. A price that is not known is in no band.
        categories: show only these and what is below them in a path like "Tea > Green"; empty: all.
        not_categories: show none of these, nor what is below them.
        skus_never: never shown, whatever happens.
        skus_first: shown first, in this order, whatever the other rules say; not where out of stock.
        most_per_brand: most products of one brand.
        most_per_category: most products of one category, by its whole path.
        diversity: 0 to 1, how much likeness to what stands above counts against relevance (MMR).
        margin: 0: by relevance alone; 1: by relevance × margin; between: by relevance × margin to this power.
        sentiment: 0 to 1; relevance is multiplied by 1 + this × what reviews say (−1 to 1).
        defect: 0 to 1, the part of relevance that a rising defect takes; with 1 such products are not shown.
        freshness: relevance is multiplied by up to 1 + this for new products …
        half_life: … and half of that after so many days.
        already_bought: "hide", "show", or "after N days": hidden for that long.
        explore: 0 to 1, the chance that each of the last slots holds a product drawn from the best of the rest.
        explore_slots: how many of the last slots.
        temperature: above 0, the whole list is drawn (Plackett-Luce); 0.1: what is less relevant by a tenth of the
            best is shown e times less often.

    Raises:
        UsageError: a value is not possible, or two rules contradict each other.
    """

    in_stock: bool = True
    least_cover: float = 0.0
    price: tuple[float | None, float | None] = (None, None)
    categories: tuple[str, ...] = ()
    not_categories: tuple[str, ...] = ()
    skus_never: tuple[str, ...] = ()
    skus_first: tuple[str, ...] = ()
    most_per_brand: int | None = None
    most_per_category: int | None = None
    diversity: float = 0.0
    margin: float = 0.0
    sentiment: float = 0.0
    defect: float = 0.0
    freshness: float = 0.0
    half_life: float = 30.0
    already_bought: str = "hide"
    explore: float = 0.0
    explore_slots: int = 3
    temperature: float = 0.0

    def __post_init__(self) -> None:
        for name in NAMES:
            object.__setattr__(self, name, _texts(name, getattr(self, name)))
        for name, limits in NUMBERS.items():
            _check_number(name, getattr(self, name), *limits)
        if not isinstance(self.in_stock, bool):
            raise _not_allowed("in_stock", self.in_stock, t("it is true or false"))
        object.__setattr__(self, "price", _band(self.price))
        if self.already_bought not in ("hide", "show") and self.hidden_days == math.inf:
            raise _not_allowed("already_bought", self.already_bought, t("it is hide, show, or after N days"))
        self._check_together()

    @classmethod
    def of(cls, values: Rules | Mapping[str, Any]) -> Rules:
        """Rules from names and values, as a settings file or a request holds them; rules as they are.

        Raises:
            UsageError: there is no rule of a name, a value is not possible, or these are no named values.
        """
        if isinstance(values, Rules):
            return values
        if not isinstance(values, Mapping):
            raise wrong.no_rules(values)
        known = [field.name for field in fields(cls)]
        for name in values:
            if name not in known:
                near = difflib.get_close_matches(str(name), known, n=1) or [known[0]]
                raise UsageError(
                    t("there is no rule {name}", name=repr(name)),
                    why=t("rules are: {names}", names=", ".join(known)),
                    fix=t("did you mean {near}?", near=near[0]),
                    code="RECOMMEND-31",
                )
        return cls(**values)

    @property
    def hidden_days(self) -> float:
        """Days after a purchase for which the product is hidden: 0 for "show", infinite for "hide"."""
        found = BOUGHT.fullmatch(str(self.already_bought))
        if found:
            return float(found[1])
        return 0.0 if self.already_bought == "show" else math.inf

    def _check_together(self) -> None:
        both = sorted(set(self.skus_never) & set(self.skus_first))
        if both:
            raise _contradiction(t("{sku} is to be shown first and never", sku=", ".join(both[:5])))
        both = sorted(set(self.categories) & set(self.not_categories))
        if both:
            raise _contradiction(t("{category} is asked for and ruled out", category=", ".join(both[:5])))
        if self.explore and self.temperature:
            raise _contradiction(t("explore draws the last slots, temperature the whole list"))


def _check_number(name: str, value: Any, least: float, most: float, is_whole: bool) -> None:
    if value is None and is_whole and name != "explore_slots":
        return
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not is_number or not least <= value <= most or (is_whole and value != int(value)):
        least_text = f"{least:g}"
        if is_whole:
            raise _not_allowed(name, value, t("it is a whole number of {least} or more", least=least_text))
        if most == math.inf:
            raise _not_allowed(name, value, t("it is a number of {least} or more", least=least_text))
        raise _not_allowed(name, value, t("it is a number from {least} to {most}", least=least_text, most=f"{most:g}"))


def _texts(name: str, value: Any) -> tuple[str, ...]:
    if isinstance(value, str) or not all(isinstance(each, str) for each in _iterated(name, value)):
        raise _not_allowed(name, value, t("it is a list of texts"))
    return tuple(dict.fromkeys(value))


def _iterated(name: str, value: Any) -> list[Any]:
    try:
        return list(value)
    except TypeError:
        raise _not_allowed(name, value, t("it is a list of texts")) from None


def _band(value: Any) -> tuple[float | None, float | None]:
    wanted = t("it is a lowest and a highest price of 0 or more, the lowest first; null: no limit")
    ends = list(value) if isinstance(value, tuple | list) else []
    if len(ends) != 2:
        raise _not_allowed("price", value, wanted)
    for end in ends:
        if end is not None and (isinstance(end, bool) or not isinstance(end, int | float) or not end >= 0):
            raise _not_allowed("price", value, wanted)
    if None not in ends and ends[0] > ends[1]:
        raise _not_allowed("price", value, wanted)
    return ends[0], ends[1]


def _not_allowed(name: str, value: Any, wanted: Text) -> UsageError:
    return UsageError(
        t("rule {name} cannot be {value}", name=name, value=repr(value)),
        why=wanted,
        fix=t("give {name} another value, or leave it out", name=name),
        code="RECOMMEND-30",
    )


def _contradiction(why: Text) -> UsageError:
    return UsageError(
        t("the rules contradict each other"), why=why, fix=t("take one of the two out"), code="RECOMMEND-32"
    )
