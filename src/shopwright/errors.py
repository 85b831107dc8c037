"""Errors, every one with four parts: what happened, why, how to fix it, and a code to look up.

ShopError
 ├── InputError       a file or a value that was handed in cannot be used      IMPORT-…
 │    └── MappingError    the columns of a file could not be matched           IMPORT-…
 ├── TableError       a table is missing, or does not hold what is needed      TABLE-…
 ├── StoreError       the shop's folder cannot be read or written              STORE-…
 │    └── LockedError     another process is writing to this shop              STORE-…
 ├── SettingsError    a setting is unknown or has a value that is not allowed  SETTINGS-…
 ├── ModelError       a model on this machine cannot be used as asked          MODEL-…
 ├── ProviderError    a model's endpoint did not give what was asked for       CHAT-…
 │    └── BudgetError     the money set aside for calls is spent               CHAT-…
 ├── UsageError       a command or function was called in a way it cannot be   USAGE-…
 └── ExtraMissing     an optional library is not installed                     EXTRA-…
"""

from __future__ import annotations

from typing import Any, ClassVar

from shopwright.i18n import Text, t

__all__ = [
    "BudgetError",
    "ExtraMissing",
    "InputError",
    "LockedError",
    "MappingError",
    "ModelError",
    "ProviderError",
    "SettingsError",
    "ShopError",
    "StoreError",
    "TableError",
    "UsageError",
]


class ShopError(Exception):
    """Base of every error that Shopwright raises on purpose.

    Args:
        what: what could not be done, naming the file, table, SKU or setting.
        why: what was needed and what was found instead.
        fix: what to do now, as a command where there is one.
        code: stable code of the form `AREA-NN`; the documentation lists them all.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, what: Text | str, *, why: Text | str, fix: Text | str, code: str) -> None:
        super().__init__(what, why, fix, code)
        self.what = what
        self.why = why
        self.fix = fix
        self.code = code

    def __str__(self) -> str:
        return f"[{self.code}] {self.what}. {self.why}. {self.fix}"

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.what, self.why, self.fix, self.code)

    def as_dict(self) -> dict[str, str]:
        """The error as plain text in the language in force, one key for each part."""
        return {"what": str(self.what), "why": str(self.why), "fix": str(self.fix), "code": self.code}


def _rebuild(kind: type[ShopError], what: Text | str, why: Text | str, fix: Text | str, code: str) -> ShopError:
    return kind(what, why=why, fix=fix, code=code)


class InputError(ShopError):
    """A file or value that was handed in cannot be used."""


class MappingError(InputError):
    """The columns of a file could not be matched to a table."""


class TableError(ShopError):
    """A table is missing or does not hold what is needed."""


class StoreError(ShopError):
    """The shop's folder cannot be read or written."""


class LockedError(StoreError):
    """Another process is writing to this shop."""


class SettingsError(ShopError):
    """A setting is unknown or its value is not allowed."""


class ModelError(ShopError):
    """An encoder, classifier or other model on this machine cannot be used as asked."""


class ProviderError(ShopError):
    """The endpoint of a model could not be reached, or did not answer with what was asked for."""


class BudgetError(ProviderError):
    """A call would cost more than is left of its budget; nothing was sent."""


class UsageError(ShopError):
    """A command or function was called in a way it cannot be."""

    exit_code = 2


class ExtraMissing(ShopError):
    """An optional library is needed and not installed."""

    @classmethod
    def of(cls, library: str, extra: str) -> ExtraMissing:
        """The error for a missing `library` that comes with `extra`."""
        return cls(
            t("{library} is not installed", library=library),
            why=t("this step needs it, and the default install leaves it out to stay small"),
            fix=t("run: pip install 'shopwright[{extra}]'", extra=extra),
            code="EXTRA-01",
        )
