"""Kinds of knowledge that features belong to: latest sales, season, holidays, groups, covariates."""

from __future__ import annotations

from collections.abc import Sequence

from shopwright.errors import UsageError
from shopwright.forecast.given import inside
from shopwright.forecast.panel import Panel
from shopwright.i18n import t
from shopwright.shop.arguments import listed

__all__ = ["COMPLAINING", "PLEASED", "check_without", "part_of"]

PLEASED, COMPLAINING = "customers pleased", "customers complaining"  # what reviews tell, in a panel's `offered`

STARTS: tuple[tuple[str, str], ...] = (
    *(
        (start, "season")
        for start in ("season", "week", "year", "day_of", "days_to_month", "month", "n_days", "same_week")
    ),
    *((start, "holiday") for start in ("n_holidays", "days_to_holiday", "days_from_holiday", "feast_")),
    ("since_year", "season"),
    ("same_state", "state"),
    *((start, "group") for start in ("trend_", "is_of_")),
    ("age", "age"),
)


def part_of(column: str) -> str:
    """The part that a feature belongs to: a kind of knowledge, or the name of a covariate (`given.inside`)."""
    for start in ("ahead_", "past_"):
        if column.startswith(start):
            column = column.removeprefix(start)
            for end in ("_against_usual", "_mean", "+1", "-1"):
                column = column.removesuffix(end)
            return inside(column)
    return next((part for start, part in STARTS if column.startswith(start)), "recent")


def check_without(panel: Panel, without: Sequence[str]) -> None:
    """Refuse kinds of knowledge that there are not, which would be left out in silence.

    Raises:
        UsageError: it is no list (USAGE-25), or holds something else (USAGE-53).
    """
    asked = listed(without, "without", t("kinds of knowledge as ablation names them, such as ('season',)"))
    columns = {
        kind
        for told in (panel.ahead, panel.past, panel.offered)
        for name in told
        for kind in (inside(name), part_of(f"ahead_{name}"))
    }
    kinds = ("recent", *sorted({kind for _, kind in STARTS}), *sorted(columns))
    unknown = [kind for kind in asked if kind not in kinds]
    if unknown:
        raise UsageError(
            t("there is no kind of knowledge {kind} to do without", kind=repr(unknown[0])),
            why=t("there are: {names}", names=", ".join(kinds)),
            fix=t("leave without out, or name some of these"),
            code="USAGE-53",
        )
