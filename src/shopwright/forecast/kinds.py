"""Kinds of knowledge that features belong to: latest sales, season, holidays, groups, covariates."""

from __future__ import annotations

from shopwright.forecast.given import inside

__all__ = ["COMPLAINING", "PLEASED", "part_of"]

PLEASED, COMPLAINING = "customers pleased", "customers complaining"  # what reviews tell, in a panel's `offered`

STARTS: tuple[tuple[str, str], ...] = (
    *(
        (start, "season")
        for start in ("season", "week", "year", "day_of", "days_to_month", "month", "n_days", "same_week")
    ),
    *((start, "holiday") for start in ("n_holidays", "days_to_holiday", "days_from_holiday")),
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
