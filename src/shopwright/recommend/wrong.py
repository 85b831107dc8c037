"""What cannot be asked of a recommender, said clearly."""

from __future__ import annotations

from shopwright.errors import UsageError
from shopwright.i18n import t

__all__ = ["check_k", "customers_or_histories", "no_categories", "no_such_kind"]


def check_k(k: int) -> None:
    """A list has at least one place.

    Raises:
        UsageError: it has none.
    """
    if k < 1:
        raise UsageError(
            t("a list of {k} products cannot be made", k=k),
            why=t("it needs at least one"),
            fix=t("ask for 1 or more"),
            code="RECOMMEND-07",
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
