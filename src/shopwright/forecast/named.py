"""Forecasters taken by name alone, never by themselves; a name may say where a model lies: `chronos:FOLDER`.

A kind is added by a line in `KINDS` and a class that is a `Foreign`: each window tried is then told from
`panel.before(end)` by the model itself, a baseline stands in for the SKUs that it cannot tell, and blends, backtests,
settings and commands know it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shopwright.forecast.adapters import chronos
from shopwright.forecast.foreign import Foreign
from shopwright.forecast.t5 import zero_shot as t5
from shopwright.forecast.text import chat, model
from shopwright.forecast.way import Way
from shopwright.i18n import Text, t

__all__ = ["KINDS", "Kind", "is_named", "label_named", "load_named", "sales_model", "ways_to_name"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of forecaster that is taken by name.

    Attributes:
        label: what people call it.
        load: the forecaster at a place (empty: the one that the kind has without one).
        place: what may stand behind the colon, in words; empty: nothing.
        needs_place: whether it has to.
    """

    label: Text
    load: Callable[[str, Way], Foreign]
    place: str = ""
    needs_place: bool = False


KINDS: dict[str, Kind] = {
    "t5": Kind(t("the sales model"), t5.load, "FOLDER"),
    "chronos": Kind(t("Chronos"), chronos.load, "FOLDER or organisation/model", needs_place=True),
    "text": Kind(t("sales as text"), model.load, "FOLDER or organisation/model", needs_place=True),
    "chat": Kind(t("chat model"), chat.load),
}


def is_named(name: str) -> bool:
    """Whether it is a kind's name, with a place where one is needed and without where there is none."""
    kind, colon, place = name.partition(":")
    found = KINDS.get(kind)
    if found is None or (colon and not place):
        return False
    return bool(found.place) if place else not found.needs_place


def ways_to_name() -> tuple[str, ...]:
    """All names that there are, as people would write them."""
    plain = [name for name, kind in KINDS.items() if not kind.needs_place]
    return (*plain, *(f"{name}:{kind.place}" for name, kind in KINDS.items() if kind.place))


def load_named(name: str, way: Way) -> Foreign:
    """The forecaster of that name.

    Raises:
        ShopError: it cannot be used; which one depends on the kind.
    """
    kind, _, place = name.partition(":")
    return KINDS[kind].load(place, way)


def sales_model(names: Sequence[str], way: Way) -> t5.ZeroShot | None:
    """The first sales model among forecasters that ran; None: there is none."""
    places = [place for kind, _, place in (name.partition(":") for name in names) if kind == "t5"]
    return t5.load(places[0], way) if places else None


def label_named(name: str) -> Text:
    """What people call it."""
    kind, _, place = name.partition(":")
    named = KINDS[kind].label
    return t("{kind} ({place})", kind=named, place=place) if place else named
