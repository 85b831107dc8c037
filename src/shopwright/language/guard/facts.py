"""What a text may say: values, quotes, names of products, a day to count from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from functools import cached_property
from numbers import Real

from shopwright.i18n import LANGUAGES, Text, t
from shopwright.language.guard.amounts import Amount, amounts
from shopwright.language.guard.claims import claims, more_general
from shopwright.language.guard.days import Day, Period, When, days, times
from shopwright.language.guard.folding import fold
from shopwright.language.guard.names import Catalogue
from shopwright.language.guard.units import unit_of_word
from shopwright.shop.arguments import check_is, listed
from shopwright.shop.money import Figure, Gain, Money
from shopwright.shop.proposal import Evidence, Proposal

__all__ = ["COMMA_LANGUAGES", "Facts"]

COMMA_LANGUAGES = frozenset({"pt", "de", "es", "fr", "it", "nl", "pl"})
_PERCENT_KEYS = frozenset({"percent", "pct", "percentage"})
_MONEY_KEYS = frozenset(
    [
        "price",
        "prices",
        "cost",
        "costs",
        "revenue",
        "amount",
        "total",
        "refund",
        "gain",
        "profit",
        "spend",
        "budget",
        "value",
        "fee",
        "shipping",
        "margin",
        "money",
    ]
)
_STOCK = frozenset({"stock", "on hand", "inventory"})
_ENTRY = re.compile(r"[^\W_]+")


class Facts:
    """The evidence a text is checked against.

    Args:
        values: facts by name: numbers, `Money`, `Gain`, `Figure`, days, times, texts, yes or no, or lists and mappings
            of those. A float such as 0.2 also backs "20 %". A name that ends in a unit (`weight_kg`, `lead_days`), in
            `percent`, or that speaks of money (`price`, with `currency`) gives the number that meaning; one that
            names a property or promise (`in_stock`, `warranty_months`) backs it where the number is above zero.
        texts: quotes, passages of a policy, findings: what they say may be said, numbers and claims included.
        evidence: evidence of proposals, or whole proposals, whose words and figures may be said.
        catalogue: names of the shop's products; one that the facts do not mention may not be named.
        as_of: the day that "yesterday" and "last week" count from; may be named itself.
        currency: the currency of numbers without one (ISO 4217); without it only `Money` backs an amount of money.
        language: `en`, `zh`, or another; in those that write 1.234,5 both ways of reading are tried.

    Raises:
        UsageError: values are no mapping, texts or evidence are none, or the day is no day (USAGE-25).

    >>> facts = Facts({"units": 1184, "price": Money(12.5, "EUR")}, as_of=date(2026, 3, 4))
    >>> facts
    Facts(2 numbers, 1 days)
    """

    def __init__(
        self,
        values: Mapping[str, object] | None = None,
        texts: Iterable[str] = (),
        *,
        evidence: Iterable[Evidence | Proposal] = (),
        catalogue: Catalogue | Iterable[str] = (),
        as_of: date | None = None,
        currency: str | None = None,
        language: str = "en",
    ) -> None:
        _check(values, as_of)
        self.as_of = as_of.date() if isinstance(as_of, datetime) else as_of
        self.currency = currency
        self.language = language
        self.catalogue = catalogue if isinstance(catalogue, Catalogue) else Catalogue(catalogue)
        self._amounts: list[Amount] = []
        self._floats: set[int] = set()  # which amounts are bare fractions: 0.2 backs 20 %
        self._days: list[Day | Period] = []
        self._minutes: set[int] = set()
        self._texts: list[str] = []
        self._counted: set[tuple[str, bool]] = set()  # what names of numbers claim: in_stock, warranty_months
        for text in [texts] if isinstance(texts, str) else listed(texts, "texts", t("a list of texts")):
            check_is(text, str, "texts", t("a list of texts"))
            self._text(text)
        for proof in listed(evidence, "evidence", t("a list of Evidence and proposals")):
            self._value("", proof)
        for name, value in (values or {}).items():
            self._value(name, value)
        if self.as_of:
            self._days.append(_day(self.as_of))

    def __repr__(self) -> str:
        return f"Facts({len(self._amounts)} numbers, {len(self._days)} days)"

    @property
    def comma(self) -> bool:
        """Whether a comma may be the decimal sign."""
        return self.language in COMMA_LANGUAGES

    @property
    def amounts(self) -> Iterator[tuple[Amount, bool]]:
        """Known numbers, each with whether it is a bare fraction."""
        return ((amount, at in self._floats) for at, amount in enumerate(self._amounts))

    @property
    def days(self) -> list[Day | Period]:
        """Known days and periods, the day to count from among them."""
        return self._days

    @property
    def minutes(self) -> set[int]:
        """Known times of day, in minutes since midnight."""
        return self._minutes

    @cached_property
    def words(self) -> str:
        """All that is said, folded and small: where codes and links are looked up."""
        return "\n".join(self._texts).casefold()

    @cached_property
    def products(self) -> frozenset[str]:
        """Names of the catalogue that the facts mention."""
        return frozenset(name for text in self._texts for _, _, name in self.catalogue.find(text))

    @cached_property
    def claims(self) -> frozenset[tuple[str, bool]]:
        """What the facts claim, and whether they deny it; what is more general is claimed with it."""
        found = {(claim.what, claim.denied) for text in self._texts for claim in claims(text)} | self._counted
        return frozenset(
            found | {(more, False) for what, denied in found if not denied and (more := more_general(what))}
        )

    def _text(self, text: str) -> None:
        plain = fold(text)
        self._texts.append(plain)
        taken = bytearray(len(plain))
        for when in [*days(plain, self.as_of), *times(plain)]:
            self._when(when, taken)
        self._amounts += amounts(plain, taken, comma=self.comma)

    def _when(self, when: When, taken: bytearray) -> None:
        if taken.find(1, when.start, when.end) < 0:
            if not when.or_number:
                taken[when.start : when.end] = b"\1" * (when.end - when.start)
            self._days += [reading for reading in when.readings if not isinstance(reading, int)]
            self._days += [
                Day(day.year, day.month, last)
                for day in when.readings
                if (last := getattr(day, "last", 0)) and isinstance(day, Day)
            ]
            self._minutes |= {reading for reading in when.readings if isinstance(reading, int)}

    def _value(self, name: str, value: object) -> None:  # noqa: C901, PLR0912 - one branch for each kind of value
        match value:
            case None:
                return
            case bool():
                words = name.replace("_", " ")
                self._text(words if value else f"not {words}")
            case Money():
                self._count(name, value.amount)
                self._put(Amount(0, 0, "money", value.amount, 0.01, currency=(value.currency,)))
            case Gain():
                for amount in (value.low, value.mean, value.high):
                    self._value(name, Money(amount, value.currency))
            case Figure():
                self._value(str(value.name), value.value)
                self._value("", [value.name, value.as_of, value.shown()])
            case Evidence():
                self._value("", [value.says, *value.figures])
            case Proposal():
                self._value(
                    "", [value.title, value.how, value.subject, value.gain, value.cost, value.as_of, *value.evidence]
                )
                self._value("", value.change)
            case Real():
                self._count(name, float(value))
                self._number(name, float(value))
            case datetime():
                self._days.append(_day(value.date()))
                self._minutes.add(value.hour * 60 + value.minute)
            case date():
                self._days.append(_day(value))
            case time():
                self._minutes.add(value.hour * 60 + value.minute)
            case Text():
                for text in {value.render(language) for language in LANGUAGES}:
                    self._text(text)
            case str():
                self._text(value)
            case Mapping():
                for key, part in value.items():
                    self._value(f"{name} {key}".strip(), part)
            case Iterable():
                for part in value:
                    self._value(name, part)
            case _:
                self._text(str(value))

    def _count(self, name: str, value: float) -> None:
        """A number above nothing backs the property or promise it is named after, nothing denies it.

        12 in `in_stock`, 24 `warranty_months`, `free_shipping_from` 49 EUR; a `lowest_price` is no superlative.
        """
        words = name.replace("_", " ").casefold()
        for claim in claims("in stock" if words in _STOCK else words):
            if claim.sort in ("property", "promise"):
                self._counted.add((claim.what, (not value > 0) != claim.denied))

    def _number(self, name: str, value: float) -> None:
        keys = [match.group().lower() for match in _ENTRY.finditer(name)]
        if _PERCENT_KEYS & set(keys):
            return self._put(Amount(0, 0, "percent", value, 0.0, direction=-1 if value < 0 else 0))
        unit = unit_of_word(keys[-1]) if len(keys) > 1 else None
        if unit:
            family, factor = unit
            return self._put(Amount(0, 0, "number", value * factor, 0.0, family, scale=factor))
        if self.currency and _MONEY_KEYS & set(keys):
            self._put(Amount(0, 0, "money", value, 0.01, currency=(self.currency,)))
        if value % 1 and abs(value) < 10:
            self._floats.add(len(self._amounts))
        self._put(Amount(0, 0, "number", value, 0.0, direction=-1 if value < 0 else 0))
        return None

    def _put(self, amount: Amount) -> None:
        self._amounts.append(amount)


def _check(values: object, as_of: object) -> None:
    if values is not None:
        check_is(values, Mapping, "values", t("values by name, such as {example}", example="{'price': 9.90}"))
    if as_of is not None:
        check_is(as_of, date, "as_of", t("a datetime.date"))


def _day(day: date) -> Day:
    return Day(day.year, day.month, day.day)
