"""What stands in for personal data, ⟦EMAIL-1⟧, and what it stands for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from shopwright.errors import InputError
from shopwright.i18n import t
from shopwright.privacy.found import KINDS, Kind
from shopwright.shop.arguments import check_is

__all__ = ["PLACEHOLDER", "Placeholders", "restore"]

PLACEHOLDER = re.compile(rf"⟦({'|'.join(KINDS)})-([1-9][0-9]{{0,8}})⟧")


class Placeholders(Mapping[str, str]):
    """A mapping from placeholders to what they stand for: `{"⟦EMAIL-1⟧": "jane@example.com"}`.

    One belongs to one conversation: within it the same value has the same placeholder. It holds personal data, so its
    representation shows none, and it belongs where the customer table is, not in a log.

    Args:
        known: a mapping of before, as `dict(placeholders)` gave it, to go on with.

    Raises:
        InputError: a key of `known` is not a placeholder (PRIVACY-01).
    """

    def __init__(self, known: Mapping[str, str] | None = None) -> None:
        self._values: dict[str, str] = {}
        self._names: dict[tuple[str, str], str] = {}
        self._last: dict[str, int] = {}
        for name, value in (known or {}).items():
            match = PLACEHOLDER.fullmatch(name)
            if not match:
                raise InputError(
                    t("{name} cannot stand for a value", name=repr(name)[:40]),
                    why=t(
                        "a placeholder looks like ⟦EMAIL-1⟧, with one of these kinds: {kinds}", kinds=", ".join(KINDS)
                    ),
                    fix=t("hand over the mapping that redact returned, unchanged"),
                    code="PRIVACY-01",
                )
            self._put(match.group(1), int(match.group(2)), value)

    def _put(self, kind: str, number: int, value: str) -> str:
        name = f"⟦{kind}-{number}⟧"
        self._values[name] = value
        self._names.setdefault((kind, value), name)
        self._last[kind] = max(number, self._last.get(kind, 0))
        return name

    def of(self, kind: Kind, value: str) -> str:
        """The placeholder of a value: the one it has, else the next of its kind."""
        return self._names.get((kind, value)) or self._put(kind, self._last.get(kind, 0) + 1, value)

    def __getitem__(self, name: str) -> str:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"Placeholders({', '.join(f'{count} {kind}' for kind, count in self._last.items())})"


def restore(text: str, mapping: Mapping[str, str]) -> str:
    """The text with each placeholder replaced by what it stands for.

    One pass: what is put in is not looked at again, so a value can never name another one. Placeholders that the
    mapping does not know, which a model may invent, stay as they are.

    Args:
        text: redacted text, or a reply to it.
        mapping: what `redact` returned as `mapping`, or a plain dictionary of it.

    Raises:
        UsageError: one of them is something else (USAGE-25).
    """
    check_is(text, str, "text", t("one text"))
    check_is(mapping, Mapping, "mapping", t("the mapping that redact returned"))
    return PLACEHOLDER.sub(lambda match: mapping.get(match.group(), match.group()), text)
