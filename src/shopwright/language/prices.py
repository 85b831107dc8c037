"""What tokens cost: a table in the package, with the day it was read and where; what it does not know is unknown."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any
from urllib.parse import urlsplit

from shopwright.language.messages import Usage

__all__ = ["Price", "price_of"]

_DATED = re.compile(r"-(\d{4}-\d{2}-\d{2}|20\d{6}|latest)$")
MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Price:
    """Price of a million tokens.

    Attributes:
        input: of tokens sent.
        output: of tokens received.
        currency: ISO 4217 code.
        as_of: the day it was read; empty for one of the shop's own settings.
        source: where it was read.
        cached: of tokens sent that the provider had cached.
        above: number of tokens sent from which `input_above` and `output_above` hold instead; 0: none.
    """

    input: float
    output: float
    currency: str
    as_of: str = ""
    source: str = ""
    cached: float | None = None
    above: int = 0
    input_above: float = 0.0
    output_above: float = 0.0

    def cost(self, usage: Usage) -> float:
        """What these tokens cost."""
        is_long = 0 < self.above < usage.tokens_in
        sent, received = (self.input_above, self.output_above) if is_long else (self.input, self.output)
        cached = sent if self.cached is None or is_long else self.cached
        fresh = max(0, usage.tokens_in - usage.cached_in)
        return (fresh * sent + usage.cached_in * cached + usage.tokens_out * received) / MILLION


def price_of(url: str, model: str) -> Price | None:
    """The table's price of a model at an endpoint; None where it knows none.

    >>> price_of("https://api.openai.com/v1", "gpt-4o-mini-2024-07-18").output
    0.6
    >>> price_of("https://api.openai.com/v1", "gpt-99") is None
    True
    """
    host = urlsplit(url).hostname or ""
    for table in _tables().values():
        if host in table["hosts"]:
            models = table["models"]
            found = models.get(model) or models.get(_DATED.sub("", model))
            if found is not None:
                return Price(**found, currency=table["currency"], as_of=table["as_of"], source=table["source"])
    return None


@cache
def _tables() -> dict[str, dict[str, Any]]:
    return tomllib.loads((resources.files("shopwright.language") / "prices.toml").read_text("utf-8"))
