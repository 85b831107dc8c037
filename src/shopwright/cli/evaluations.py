"""How evaluations of recommendations are shown on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from shopwright.cli.show import say, show_table, show_text
from shopwright.cli.words import place
from shopwright.errors import UsageError
from shopwright.i18n import t

if TYPE_CHECKING:
    from shopwright.recommend.evaluation import Evaluation
    from shopwright.shop.shop import Shop

__all__ = ["a_split", "as_rows", "lengths", "show_evaluation"]


def lengths(text: str) -> tuple[int, ...]:
    """Lengths of lists from a line such as "5,10".

    Raises:
        UsageError: it is not made of whole numbers.
    """
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not parts or not all(part.isdecimal() for part in parts):
        raise UsageError(
            t("recommendations cannot be judged as asked"),
            why=t("--k {text} holds something that is not a whole number", text=repr(text)),
            fix=t("for instance --k 5,10,20"),
            code="RECOMMEND-26",
        )
    return tuple(int(part) for part in parts)


def a_split(text: str) -> Literal["time", "last"]:
    """What is held out.

    Raises:
        UsageError: it is neither.
    """
    if text not in ("time", "last"):
        raise UsageError(
            t("recommendations cannot be judged as asked"),
            why=t("--split is {text}", text=repr(text)),
            fix=t("--split time holds out what was bought after a day, --split last each customer's last purchase"),
            code="RECOMMEND-26",
        )
    return "time" if text == "time" else "last"


def as_rows(found: Evaluation) -> dict[str, Any]:
    """An evaluation as plain values."""
    return {
        "as_of": None if found.as_of is None else found.as_of.isoformat(),
        "cut": None if found.cut is None else found.cut.isoformat(),
        "customers": found.asked.height,
        "exclude_seen": found.exclude_seen,
        "summary": found.summary().as_json(),
        "how": found.how.as_json(),
        "notes": [note.as_json() for note in found.notes],
        "table": found.table.to_dicts(),
        "versus": found.versus.to_dicts(),
        "by_customer": found.by_customer.to_dicts(),
        "by_item": found.by_item.to_dicts(),
    }


def show_evaluation(found: Evaluation, shop: Shop, *, is_drawn: bool = False) -> None:
    """A table for each length, and the whole in a sentence; how to have it drawn, unless it is."""
    from shopwright.recommend.evaluation import MEASURES

    columns = [(t("List"), False), *((label, True) for label in MEASURES.values())]
    for k in found.k:
        show_table(t("The first {k} of each list", k=k), columns, found.rows(k))
    show_text(found.summary())
    for note in found.notes:
        say(note)
    say(found.how)
    if not is_drawn:
        say(
            t(
                "next: shopwright evaluate {shop} --report evaluation.html draws it, by class and with examples",
                shop=place(shop),
            )
        )
