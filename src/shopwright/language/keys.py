"""Secrets: from the environment or a file only its owner can read, and never shown."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

from shopwright.errors import ProviderError
from shopwright.i18n import t

__all__ = ["VARIABLE", "Secret", "find_key", "mask"]

VARIABLE = "SHOPWRIGHT_CHAT_KEY"
# A provider's own variable goes to that provider alone
HOSTS = {
    "api.openai.com": "OPENAI_API_KEY",
    "api.anthropic.com": "ANTHROPIC_API_KEY",
    "api.deepseek.com": "DEEPSEEK_API_KEY",
    "dashscope.aliyuncs.com": "DASHSCOPE_API_KEY",
    "dashscope-intl.aliyuncs.com": "DASHSCOPE_API_KEY",
    "dashscope-us.aliyuncs.com": "DASHSCOPE_API_KEY",
}
_LOOKS_SECRET = re.compile(
    r"(?i)\b(?:sk|pk|rk|key|tok)[-_][A-Za-z0-9_-]{8,}"
    r"|\bbearer\s+[^\s\"',;]{4,}"
    r"|(?<=://)[^/\s:@]*:[^/\s@]+(?=@)"
    r"|(?<=[?&])(?:api[-_]?key|key|access[-_]?token|token|secret|sig|signature|password)=[^&\s\"']+"
)


class Secret:
    """A text that is shown to nobody: `str`, `repr`, formats and pickles give dots.

    Args:
        value: the secret itself; `reveal` gives it back, for the header of a request.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The secret itself."""
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return "Secret(•••)" if self._value else "Secret()"

    __str__ = __repr__

    def __reduce__(self) -> str:
        raise TypeError("a key is not written to files with other objects")


def mask(text: str, *secrets: Secret) -> str:
    """The text without these secrets, and without what looks like one.

    >>> mask("https://jane:pw123@host/?api_key=abc said: wrong key sk-12345678901")
    'https://•••@host/?••• said: wrong key •••'
    """
    for secret in secrets:
        if len(secret.reveal()) >= 4:
            text = text.replace(secret.reveal(), "•••")
    return _LOOKS_SECRET.sub("•••", text)


def find_key(url: str, file: Path | str | None = None, variable: str = "") -> Secret:
    """The key for an endpoint: of `variable`, SHOPWRIGHT_CHAT_KEY, the provider's own variable, else of the file.

    Returns:
        an empty secret where there is none: servers on one's own machine need none.

    Raises:
        ProviderError: the file can be read by others (CHAT-23) or not at all (CHAT-24), or what was found is no key
            (CHAT-43).
    """
    host = urlsplit(url).hostname or ""
    for name in (variable, VARIABLE, HOSTS.get(host, "")):
        if name and os.environ.get(name, "").strip():
            return _checked(os.environ[name].strip(), name)
    return _checked(_read(Path(file).expanduser()), str(file)) if file else Secret("")


def _checked(value: str, place: str) -> Secret:
    """A key that can be sent in a header; the error shows nothing of it."""
    if value.isascii() and value.isprintable() and " " not in value:
        return Secret(value)
    raise ProviderError(
        t("the key holds a sign that no key has"),
        why=t("it is read from {place}; a key is one line of letters, digits and signs", place=place),
        fix=t("copy it again, without spaces and line breaks"),
        code="CHAT-43",
    )


def _read(file: Path) -> str:
    try:
        if os.name == "posix" and file.stat().st_mode & 0o077:
            raise ProviderError(
                t("the key in {file} is not kept from others", file=str(file)),
                why=t("other users of this machine may read or change it"),
                fix=t("run: chmod 600 {file}; and replace the key if others had the chance to read it", file=str(file)),
                code="CHAT-23",
            )
        return file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ProviderError(
            t("the key file {file} cannot be read", file=str(file)),
            why=t("the system said: {error}", error=str(error)),
            fix=t("correct language.key_file, or set the variable {name}", name=VARIABLE),
            code="CHAT-24",
        ) from error
