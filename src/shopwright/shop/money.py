"""Money with its currency, gains with their uncertainty, figures with their date and source."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

from shopwright.i18n import Text

__all__ = ["Figure", "Gain", "Money"]

WITHOUT_CENTS = frozenset({"JPY", "KRW", "VND", "CLP", "ISK", "XAF", "XOF"})


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of money.

    Attributes:
        amount: in whole units of the currency (pounds, not pence).
        currency: ISO 4217 code; empty where it is not known.
    """

    amount: float
    currency: str

    def __str__(self) -> str:
        return self.written(0 if self.is_large else 2)

    @property
    def is_large(self) -> bool:
        """Whether it is written without cents."""
        return self.currency in WITHOUT_CENTS or abs(self.amount) >= 10_000

    def written(self, digits: int) -> str:
        """As people write it, with so many digits after the point."""
        amount = round(self.amount, digits) + 0.0  # no minus before a zero
        return f"{amount:,.{digits}f} {self.currency}".rstrip()

    def as_json(self) -> dict[str, float | str]:
        """Amount and currency, the amount rounded to a hundredth of a cent."""
        return {"amount": round(self.amount, 4), "currency": self.currency}


@dataclass(frozen=True, slots=True)
class Gain:
    """Expected gain of doing something, in money.

    Attributes:
        low: one in ten chances that it is less.
        mean: expected value.
        high: one in ten chances that it is more.
        currency: ISO 4217 code.
    """

    low: float
    mean: float
    high: float
    currency: str

    def __post_init__(self) -> None:
        if not all(math.isfinite(value) for value in (self.low, self.mean, self.high)):
            raise ValueError(f"a gain must be finite, got {self.low}, {self.mean}, {self.high}")
        if self.low > self.high:
            raise ValueError(f"the low end {self.low} of a gain lies above its high end {self.high}")

    def __str__(self) -> str:
        low, high = Money(self.low, self.currency), Money(self.high, self.currency)
        return f"{Money(self.mean, self.currency)} ({str(low).split()[0]} … {str(high).split()[0]})"

    def as_json(self) -> dict[str, float | str]:
        """The three amounts and the currency."""
        return {
            "low": round(self.low, 4),
            "mean": round(self.mean, 4),
            "high": round(self.high, 4),
            "currency": self.currency,
        }


@dataclass(frozen=True, slots=True)
class Figure:
    """A number fit to be shown: with unit, date and how it was computed.

    Attributes:
        name: what the number is.
        value: the number itself, Money, or a short text.
        unit: unit of the number; empty for money and texts.
        as_of: last day of the data it was computed from.
        how: how it was computed.
    """

    name: Text
    value: float | Money | str | Text
    unit: Text | str
    as_of: date
    how: Text

    def shown(self) -> str:
        """The value as people write it, with its unit."""
        if isinstance(self.value, float | int):
            digits = 0 if float(self.value).is_integer() or abs(self.value) >= 1000 else 2
            return f"{round(self.value, digits) + 0.0:,.{digits}f} {self.unit}".strip()
        return str(self.value)

    def as_json(self) -> dict[str, object]:
        """All parts, texts in both languages."""
        value: object = self.value
        if isinstance(value, Money | Text):
            value = value.as_json()
        unit = self.unit.as_json() if isinstance(self.unit, Text) else self.unit
        return {
            "name": self.name.as_json(),
            "value": value,
            "unit": unit,
            "as_of": self.as_of.isoformat(),
            "how": self.how.as_json(),
        }
