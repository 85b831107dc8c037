"""What cannot be asked of a recommender, or done with one on disk, said clearly."""

from __future__ import annotations

from collections.abc import Iterable
from operator import index
from pathlib import Path
from typing import Any

from shopwright.errors import ModelError, StoreError, TableError, UsageError
from shopwright.i18n import Text, t

__all__ = [
    "check_k",
    "column_holds",
    "customers_or_histories",
    "listed",
    "no_categories",
    "no_rules",
    "no_shelf",
    "no_such_kind",
    "no_table",
    "not_its_folder",
    "not_saved",
    "unreadable",
]


def check_k(k: int) -> None:
    """A list has at least one place.

    Raises:
        UsageError: it has none, or `k` is no whole number.
    """
    try:
        is_possible = index(k) >= 1
    except TypeError:
        is_possible = False
    if not is_possible:
        raise UsageError(
            t("a list of {k} products cannot be made", k=k),
            why=t("the length of a list is a whole number of 1 or more"),
            fix=t("ask for 1 or more"),
            code="RECOMMEND-07",
        )


def listed(values: Iterable[Any], name: str, *, deep: bool = False) -> list[Any]:
    """The values one by one: a text is one value, and reading its letters as ids would find nothing, silently.

    Args:
        values: what was passed.
        name: of the argument.
        deep: whether each value is a list itself.

    Raises:
        UsageError: it, or with `deep` one of the values, is no list.
    """
    found = list(values) if _is_list(values) else None  # read once: it may be an iterator
    for each in (values, *(found or () if deep else ())):
        if not _is_list(each):
            raise UsageError(
                t("{name} holds {value} where a list belongs", name=name, value=repr(each)),
                why=t("customers and a basket are lists, histories a list of lists"),
                fix=t("put brackets around it: {example}", example=f"{name}={[[each]] if deep else [each]}"),
                code="RECOMMEND-11",
            )
    return [list(each) for each in found or ()] if deep else found or []


def _is_list(value: object) -> bool:
    return isinstance(value, Iterable) and not isinstance(value, str | bytes)


def no_table(value: object, name: str) -> TableError:
    """What was passed is no data frame of Polars."""
    return TableError(
        t("the {name} are no table of Polars", name=name),
        why=t("they are {kind}", kind=f"{type(value).__module__}.{type(value).__qualname__}"),
        fix=t("turn them into one: polars.DataFrame(…), or polars.from_pandas(…)"),
        code="RECOMMEND-12",
    )


def no_rules(value: object) -> UsageError:
    """What was passed is neither rules nor such by name."""
    return UsageError(
        t("rules are named values: found {value}", value=repr(value)),
        why=t("each has a name and a value"),
        fix=t("pass Rules(…), or such by name: {example}", example='{"price": [5, 60]}'),
        code="RECOMMEND-39",
    )


def no_shelf(value: object) -> UsageError:
    """What was passed is no shelf."""
    return UsageError(
        t("rules cannot be read from {value}", value=repr(value)),
        why=t("they read stock, prices and categories from a shelf"),
        fix=t("pass shelf=Shelf.of(items), or leave it out"),
        code="RECOMMEND-43",
    )


def column_holds(column: str, name: str, dtype: object, *, is_number: bool) -> TableError:
    """A column holds what it cannot."""
    return TableError(
        t("column {column} of the {name} cannot be read", column=column, name=name),
        why=t("it holds {dtype}", dtype=str(dtype)),
        fix=t("turn it into numbers") if is_number else t("turn it into text"),
        code="RECOMMEND-13",
    )


def customers_or_histories(*, is_both: bool) -> UsageError:
    """Both were given, or neither."""
    return UsageError(
        t("recommend needs customers or histories, one of them"),
        why=t("both were given") if is_both else t("neither was given"),
        fix=t("pass customers=[…] or histories=[[sku, …], …]"),
        code="RECOMMEND-01",
    )


def no_such_kind(kind: str) -> UsageError:
    """A kind of similar products that there is not."""
    return UsageError(
        t("there is no kind {kind} of similar products", kind=repr(kind)),
        why=t("kinds are: {kinds}", kinds="complement, alternative"),
        fix=t("use one of these names"),
        code="RECOMMEND-02",
    )


def no_categories() -> UsageError:
    """Alternatives without categories."""
    return UsageError(
        t("alternatives cannot be told"),
        why=t("they are products of the same category, and no product has one"),
        fix=t("import a catalogue with categories, or ask for complements"),
        code="RECOMMEND-08",
    )


def unreadable(folder: Path, why: Text) -> ModelError:
    """A folder that holds no recommender, or a damaged one."""
    return ModelError(
        t("{folder} holds no recommender that can be read", folder=str(folder)),
        why=why,
        fix=t("fit it again: Recommender.fit(…).save(folder)"),
        code="RECOMMEND-40",
    )


def not_saved(folder: Path, error: OSError) -> StoreError:
    """A recommender that could not be written; what was there stays."""
    return StoreError(
        t("the recommender could not be saved to {folder}", folder=str(folder)),
        why=t("the system says: {error}", error=str(error)),
        fix=t("free space or choose a folder that can be written to; what was there is as it was"),
        code="RECOMMEND-41",
    )


def not_its_folder(folder: Path) -> StoreError:
    """A folder with files of others: a recommender takes no place among them."""
    return StoreError(
        t("the recommender is not saved to {folder}", folder=str(folder)),
        why=t("files lie there that are no recommender's"),
        fix=t("name a new folder, or an empty one"),
        code="RECOMMEND-72",
    )
