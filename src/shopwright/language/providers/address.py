"""Addresses of endpoints: what is allowed in them, and whether they are on this machine."""

from __future__ import annotations

import ipaddress
from urllib.parse import parse_qsl, urlsplit

from shopwright.errors import ProviderError
from shopwright.i18n import t
from shopwright.language.keys import VARIABLE, mask

__all__ = ["checked", "is_here"]

SECRET_PARAMETERS = {"key", "apikey", "token", "accesstoken", "secret", "sig", "signature", "password"}


def is_here(url: str) -> bool:
    """Whether an address is on this machine, so that nothing leaves it.

    >>> is_here("http://127.0.0.1:8000/v1"), is_here("http://localhost:11434"), is_here("https://localhost.example.com")
    (True, True, False)
    """
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):  # RFC 6761: never another machine
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def checked(url: str, *, has_key: bool) -> str:
    """The address without a slash at its end.

    Raises:
        ProviderError: it is none (CHAT-25), holds a secret (CHAT-26) or would send the key in clear (CHAT-37).
    """
    try:
        parts = urlsplit(url.strip())
        host, query = (
            parts.hostname or "",
            {name.replace("-", "").replace("_", "").lower() for name, _ in parse_qsl(parts.query)},
        )
        is_right = parts.scheme in ("http", "https") and bool(host) and parts.port != 0 and url.strip().isprintable()
    except ValueError:
        is_right = False
    if not is_right:
        raise ProviderError(
            t("{url} is not the address of an endpoint", url=repr(mask(url)[:200])),
            why=t("it must begin with https:// or http:// and name a server"),
            fix=t("for instance https://api.openai.com/v1 or http://localhost:11434/v1"),
            code="CHAT-25",
        )
    if parts.username or parts.password or query & SECRET_PARAMETERS:
        raise ProviderError(
            t("the address {url} holds a secret", url=repr(mask(f"{parts.scheme}://{host}/…"))),
            why=t("addresses end up in logs and settings files, where a secret must not be"),
            fix=t("take it out, and put the key in the variable {name} or in language.key_file", name=VARIABLE),
            code="CHAT-26",
        )
    if has_key and parts.scheme == "http" and not _is_near(host):
        raise ProviderError(
            t("the key would travel to {host} unencrypted", host=host),
            why=t("the address begins with http://, and the server is not in this network"),
            fix=t("use https://"),
            code="CHAT-37",
        )
    return url.strip().rstrip("/")


def _is_near(host: str) -> bool:
    """This machine, its private network, or a name without a dot, as containers have."""
    if "." not in host and ":" not in host:
        return True
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return host.endswith((".local", ".internal", ".localhost", ".lan"))
