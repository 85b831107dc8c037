"""Texts for people, in English and Chinese.

A text is written once in English where it is used, `t("{n} rows were kept", n=12)`, and stays a value until it
is shown: the same `Text` renders in either language, so a plan made today can be read in both. The Chinese side
lives in `i18n/zh/*.toml`, flat tables of `"English text" = "中文"`.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache, reduce
from importlib import resources
from typing import Any, Literal, get_args

__all__ = ["LANGUAGES", "Language", "Text", "current", "enumerated", "is_chosen", "t", "use", "using"]

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


def _from_environment() -> Language:
    for name in ("SHOPWRIGHT_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


_language: ContextVar[Language | None] = ContextVar("shopwright_language", default=None)


def current() -> Language:
    """The language in force: set by `use` or `using`, else by the environment, else English."""
    return _language.get() or _from_environment()


def is_chosen() -> bool:
    """Whether a language was chosen, by `use`, `using` or SHOPWRIGHT_LANG, rather than guessed from the locale."""
    return _language.get() is not None or bool(os.environ.get("SHOPWRIGHT_LANG"))


def use(language: Language) -> None:
    """Show texts in `language` from here on, in this thread or task.

    Raises:
        ValueError: there are no texts in that language.
    """
    if language not in LANGUAGES:
        raise ValueError(f"language must be one of {', '.join(LANGUAGES)}; got {language!r}")
    _language.set(language)


@contextmanager
def using(language: Language) -> Iterator[None]:
    """Show texts in `language` inside the block."""
    token = _language.set(language)
    try:
        yield
    finally:
        _language.reset(token)


@dataclass(frozen=True, slots=True)
class Text:
    """A text for people that can be shown in each language.

    Attributes:
        msgid: the English text, with `{name}` fields as `str.format` takes them.
        args: values of the fields; one that is a `Text` itself is shown in the same language.
        ready: finished translations by language, used before the catalogue (texts read back from a file).
    """

    msgid: str
    args: Mapping[str, Any] = field(default_factory=dict)
    ready: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.render(current())

    def __repr__(self) -> str:
        return f"<Text: {self}>"

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __hash__(self) -> int:
        return hash((self.msgid, tuple(sorted(self.args))))  # values may be unhashable; equal texts have equal names

    def render(self, language: Language) -> str:
        """The text in `language`; English where no translation is known."""
        if language in self.ready:
            return self.ready[language]
        template = self.msgid if language == "en" else catalogue(language).get(self.msgid, self.msgid)
        if not self.args:
            return template
        with using(language):
            return template.format(**self.args)

    def as_json(self) -> dict[str, str]:
        """The text in every language, ready for a JSON file."""
        return {language: self.render(language) for language in LANGUAGES}

    @classmethod
    def from_json(cls, value: Mapping[str, str] | str) -> Text:
        """A text from what `as_json` wrote, or from a plain string."""
        if isinstance(value, str):
            return cls.literal(value)
        return cls(value["en"], ready=dict(value))

    @classmethod
    def literal(cls, value: str) -> Text:
        """A text that is the same in every language: a name, a title, a path."""
        return cls(value, ready=dict.fromkeys(LANGUAGES, value))


def t(msgid: str, /, **args: Any) -> Text:
    """A translatable text; `msgid` is its English form and the key of its translation."""
    return Text(msgid, args)


def enumerated(texts: Iterable[Text]) -> Text:
    """One text or more, with commas between as each language writes them."""
    return reduce(lambda first, second: t("{first}, {second}", first=first, second=second), texts)


@cache
def catalogue(language: Language) -> Mapping[str, str]:
    """All translations into `language`, from every file of its folder.

    Raises:
        ValueError: two files translate the same text differently.
    """
    found: dict[str, str] = {}
    folder = resources.files("shopwright.i18n") / language
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if not file.name.endswith(".toml"):
            continue
        for msgid, translation in tomllib.loads(file.read_text("utf-8")).items():
            if found.setdefault(msgid, translation) != translation:
                raise ValueError(f"{language}/{file.name}: a second, different translation of {msgid!r}")
    return found
