"""Arguments of public functions: refused by name where they are of a kind that nothing can be made of."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from numbers import Integral, Real
from pathlib import Path
from typing import Any

from shopwright.errors import UsageError
from shopwright.i18n import Text, t

__all__ = ["as_folder", "check_executor", "check_is", "check_seed", "is_number", "is_whole", "last_day", "listed"]


def check_is(value: object, kind: type | tuple[type, ...], name: str, needed: Text) -> None:
    """Refuse an argument that is not of its kind.

    Args:
        value: what was given.
        kind: what it has to be.
        name: of the argument.
        needed: what it has to be, in words, with how one is got.

    Raises:
        UsageError: it is something else (USAGE-25).
    """
    if not isinstance(value, kind):
        raise _refused(value, name, needed)


def is_number(value: object) -> bool:
    """Whether it is a real number; yes and no are none."""
    return isinstance(value, Real) and not isinstance(value, bool)


def is_whole(value: object) -> bool:
    """Whether it is of a type of whole numbers; yes and no are of none."""
    return isinstance(value, Integral) and not isinstance(value, bool)


def check_seed(seed: object) -> None:
    """Refuse a seed that is no whole number (USAGE-25)."""
    if not is_whole(seed):
        raise _refused(seed, "seed", t("a whole number, such as 0"))


def as_folder(folder: object, name: str = "folder") -> Path:
    """A folder as a path, whether it is there or not; `name` is that of the argument.

    Raises:
        UsageError: it is neither a text nor a path (USAGE-25).
    """
    try:
        return Path(folder)  # type: ignore[arg-type] # what it takes is what is asked for
    except TypeError as error:
        raise _refused(folder, name, t("the path of a folder, as text or as a pathlib.Path")) from error


def check_executor(executor: object) -> None:
    """Refuse what tasks cannot be handed to (USAGE-25)."""
    if executor is not None and not hasattr(executor, "submit"):
        raise _refused(executor, "executor", t("an executor of concurrent.futures or of a cluster, or None"))


def last_day(until: date | None) -> date | None:
    """The last day to look at as a date: an instant counts as its day, None stays none.

    Raises:
        UsageError: it is no day (USAGE-25).
    """
    if isinstance(until, datetime):
        return until.date()
    if until is not None:
        check_is(until, date, "until", t("a datetime.date"))
    return until


def listed(values: Any, name: str, needed: Text) -> tuple[Any, ...]:
    """The members of a list; a single text is no list of its letters.

    Raises:
        UsageError: there is nothing to go through (USAGE-25).
    """
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        raise _refused(values, name, needed)
    return tuple(values)


def _refused(value: object, name: str, needed: Text) -> UsageError:
    told = " ".join(repr(value).split())
    return UsageError(
        t("{name} cannot be used as it was given", name=name),
        why=t("it is {kind}: {value}", kind=type(value).__name__, value=told if len(told) <= 60 else f"{told[:57]}…"),
        fix=t("give {needed}", needed=needed),
        code="USAGE-25",
    )
