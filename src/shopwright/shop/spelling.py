"""Names that look like one which is not known."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from shopwright.i18n import Text, t

__all__ = ["meant", "nearest"]

MOST = 3  # names that are told
COMPARED = 20_000  # names whose spelling is compared, so that it takes no more than a moment
AS_GOOD = 0.05  # of likeness: names that far behind the nearest are told, too


def nearest(name: str, known: Iterable[str]) -> list[str]:
    """The known names that are spelt most like `name`, nearest first, three at most.

    One that differs only by case or spaces around it is told alone; where none is spelt alike, those that contain it.
    """
    wanted = name.strip().casefold()
    folded: dict[str, str] = {}
    for each in sorted(known):
        folded.setdefault(each.casefold(), each)
    if not wanted or wanted in folded:
        return [folded[wanted]] if wanted in folded else []
    first = sorted(folded, key=lambda each: each[:1] != wanted[:1])[:COMPARED]
    close = difflib.get_close_matches(wanted, first, n=COMPARED)
    if not close:
        inside = [each for each in folded if len(wanted) > 1 and wanted in each]
        return [folded[each] for each in sorted(inside, key=lambda each: (len(each), each))[:MOST]]
    scored = sorted((-difflib.SequenceMatcher(None, each, wanted).ratio(), each) for each in close)
    return [folded[each] for score, each in scored if score <= scored[0][0] + AS_GOOD][:MOST]


def meant(name: str, known: Iterable[str], otherwise: Text) -> Text:
    """A question for the nearest known names, or what to do else where none looks like `name`."""
    near = nearest(name, known)
    return t("did you mean {near}?", near=", ".join(near)) if near else otherwise
