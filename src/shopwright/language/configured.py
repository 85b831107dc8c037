"""The chat model that a shop's settings, the environment or the caller name."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol
from urllib.parse import urlsplit

from shopwright.errors import ProviderError
from shopwright.i18n import t
from shopwright.language.abilities import Abilities
from shopwright.language.budget import Budgets, Limit, limits_of
from shopwright.language.client import Books, Client
from shopwright.language.keys import HOSTS, VARIABLE, find_key
from shopwright.language.ledger import Ledger
from shopwright.language.prices import Price, price_of
from shopwright.language.providers.anthropic import Anthropic
from shopwright.language.providers.clock import Clock
from shopwright.language.providers.http import Limits, Transport
from shopwright.language.providers.openai_compatible import OpenAICompatible
from shopwright.language.providers.wire import Wire
from shopwright.language.reply_cache import ReplyCache
from shopwright.language.state import FILE, State, user_file
from shopwright.settings import Settings, load
from shopwright.settings.sections import LanguageSection

if TYPE_CHECKING:
    from shopwright.privacy import Names

__all__ = ["chat", "chat_if_any", "ledger_of"]

Provider = Literal["auto", "openai", "anthropic"]


class _Shop(Protocol):
    """What of a shop is needed here; `shopwright.Shop` is one, but brings frames along that a chat needs none of."""

    @property
    def path(self) -> Path | None: ...

    @property
    def settings(self) -> Settings: ...


def chat(
    model: str | None = None,
    *,
    url: str | None = None,
    provider: Provider | None = None,
    shop: _Shop | Path | str | None = None,
    redact: bool | None = None,
    names: Names | None = None,
    verify: ssl.SSLContext | None = None,
    clock: Clock | None = None,
) -> Client:
    """The chat model to use; what is left out comes from the shop's `[language]` settings and the environment.

    >>> model = chat("qwen3:8b", url="http://localhost:11434/v1")     # nothing is sent yet
    >>> model.name
    'qwen3:8b @ http://localhost:11434/v1'

    Args:
        model: name of the model, as its server knows it.
        url: where the API begins.
        provider: its protocol; `auto` tells by the address.
        shop: a shop or its folder, for settings, ledger and budgets; without one they are this user's.
        redact: whether personal data is taken out of messages before they are sent; by default everywhere but to an
            endpoint on this machine.
        names: names to take out, besides what has a form of its own.
        verify: certificates to trust in place of the system's.
        clock: time and chance, for tests.

    Raises:
        ProviderError: no model is named (CHAT-01), or the address or key cannot be used.
        SettingsError: a setting is not allowed.
    """
    settings, ledger = _settings(shop), ledger_of(shop, clock)
    section = settings.language
    named, address = model or section.chat_model, url or section.chat_url
    if not named or not address:
        raise ProviderError(
            t("no chat model is set up"),
            why=t("language.chat_url is {url} and language.chat_model {model}", url=repr(address), model=repr(named)),
            fix=t(
                "set both: shopwright config SHOP language.chat_url http://localhost:11434/v1, and language.chat_model"
            ),
            code="CHAT-01",
        )
    wire = _wire(provider or section.chat_provider, address)
    transport = _transport(address, wire, section, verify, clock)
    now = transport.clock.now
    books = Books(
        ledger,
        _budgets(section),
        _price(section, transport.url, named),
        ReplyCache(ledger.state, now),
        Abilities(ledger.state, now),
    )
    is_sent_away = not transport.is_here or section.redact == "always"
    return Client(
        wire,
        transport,
        named,
        books,
        max_tokens=section.max_tokens,
        redact=is_sent_away if redact is None else redact,
        names=names,
    )


def chat_if_any(shop: _Shop | Path | str | None = None, *, names: Names | None = None) -> Client | None:
    """The chat model of the settings, or None where none is set up: everything works without one.

    Raises:
        ProviderError: one is set up and cannot be used.
    """
    section = _settings(shop).language
    return chat(shop=shop, names=names) if section.chat_model and section.chat_url else None


def ledger_of(shop: _Shop | Path | str | None = None, clock: Clock | None = None) -> Ledger:
    """The ledger of a shop, or of this user where none is given; its days are the shop's."""
    root = _root(shop)
    file = user_file() if root is None else root / FILE
    return Ledger(State(file), _settings(shop).zone, (clock or Clock()).now)


def _root(shop: _Shop | Path | str | None) -> Path | None:
    return (
        shop if isinstance(shop, Path) else Path(shop) if isinstance(shop, str) else None if shop is None else shop.path
    )


def _settings(shop: _Shop | Path | str | None) -> Settings:
    if shop is None or isinstance(shop, Path | str):
        return load(user_file().parent if shop is None else shop)
    return shop.settings


def _wire(provider: Provider, url: str) -> Wire:
    parts = urlsplit(url)
    is_anthropic = parts.hostname == "api.anthropic.com" or "/anthropic" in parts.path
    if provider == "anthropic" or (provider == "auto" and is_anthropic):
        return Anthropic()
    return OpenAICompatible()


def _transport(
    url: str, wire: Wire, section: LanguageSection, verify: ssl.SSLContext | None, clock: Clock | None
) -> Transport:
    key = find_key(url, section.key_file or None, section.key_variable)
    host = urlsplit(url).hostname or ""
    if not key and host in HOSTS:
        raise ProviderError(
            t("there is no key for {host}", host=host),
            why=t("neither {name} nor {own} is set, nor language.key_file", name=VARIABLE, own=HOSTS[host]),
            fix=t("set {own}, or name a file that only you can read in language.key_file", own=HOSTS[host]),
            code="CHAT-27",
        )
    limits = Limits(section.deadline, section.silence, section.tries, section.calls_per_minute)
    return Transport(
        url, key=key, scheme=wire.key_scheme, headers=wire.headers, limits=limits, verify=verify, clock=clock
    )


def _budgets(section: LanguageSection) -> Budgets:
    overall = None if section.daily_budget < 0 else Limit(section.daily_budget)
    return Budgets(overall, limits_of(section.purpose_budgets), section.budget_currency)


def _price(section: LanguageSection, url: str, model: str) -> Price | None:
    if section.price_in >= 0 and section.price_out >= 0:
        return Price(section.price_in, section.price_out, section.budget_currency, source="language.price_in")
    return price_of(url, model)
