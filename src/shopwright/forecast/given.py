"""Names of covariates, kept apart from those of the parts that every forecast may have."""

from __future__ import annotations

from shopwright.i18n import Text, t

__all__ = ["as_given", "inside"]

GIVEN = "given:"
COLUMNS = ("season:", "feast:")  # what names of several columns of one part begin with
OURS = (
    "base", "trend", "season", "holiday", "eve", "price of others", "promotion of others",
    "censoring", "recent", "state", "group", "age", "outside", "rest",
)  # fmt: skip


def inside(name: str) -> str:
    """The name of a covariate in a model: its own, unless that means something else there."""
    return f"{GIVEN}{name}" if name in OURS or name.startswith((GIVEN, *COLUMNS)) else name


def as_given(name: str) -> Text:
    """The name of a covariate as people see it: its own, and that it is a column where that would mislead."""
    own = name.removeprefix(GIVEN)
    return Text.literal(name) if own == name else t("column {name}", name=own)
