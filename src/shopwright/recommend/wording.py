"""Counts as sentences: of purchases, or of looks where nobody is known to have bought; one of a thing is one."""

from __future__ import annotations

from dataclasses import dataclass

from shopwright.i18n import Text, t
from shopwright.recommend.baskets import RECENT_DAYS

__all__ = ["Wording"]


@dataclass(frozen=True, slots=True)
class Wording:
    """How reasons are put.

    Attributes:
        by_order: whether orders (visits) are counted; else customers.
        is_bought: whether what is counted are purchases; else views, clicks and the like.
    """

    by_order: bool
    is_bought: bool

    def together(self, title: str, n: int, lift: float) -> Text:
        """Bought (looked at) with another product: how often, and how much more often than by chance."""
        told = {"title": title, "n": n, "lift": lift}
        if self.by_order and self.is_bought:
            if n == 1:
                return t("bought together with {title} once, {lift:.1f} × as often as by chance", **told)
            return t("bought together with {title} {n:,} times, {lift:.1f} × as often as by chance", **told)
        if self.by_order:
            if n == 1:
                return t("looked at together with {title} once, {lift:.1f} × as often as by chance", **told)
            return t("looked at together with {title} {n:,} times, {lift:.1f} × as often as by chance", **told)
        if self.is_bought:
            if n == 1:
                return t("one customer bought it and {title}, {lift:.1f} × as many as by chance", **told)
            return t("{n:,} customers bought it and {title}, {lift:.1f} × as many as by chance", **told)
        if n == 1:
            return t("one customer looked at it and at {title}, {lift:.1f} × as many as by chance", **told)
        return t("{n:,} customers looked at it and at {title}, {lift:.1f} × as many as by chance", **told)

    def popular(self, n: int) -> Text:
        """Bought (looked at) often of late; or nothing better is left to show."""
        told = {"n": n, "days": RECENT_DAYS}
        if n == 0 and self.is_bought:
            return t("fills the list: not bought in the last {days} days", **told)
        if n == 0:
            return t("fills the list: not looked at in the last {days} days", **told)
        return _popular_of_one(self, told) if n == 1 else _popular_of_many(self, told)

    def shared(self, title: str, n: int) -> Text:
        """Customers with both products, two or more of them."""
        if self.is_bought:
            return t("{n:,} customers who bought {title} bought it too", n=n, title=title)
        return t("{n:,} customers who looked at {title} looked at it too", n=n, title=title)

    def never(self, sku: str) -> Text:
        """A product that nobody is known to have had to do with."""
        return t("{sku} was never bought", sku=sku) if self.is_bought else t("{sku} was never looked at", sku=sku)

    def none_of_these(self) -> Text:
        """The same of several."""
        if self.is_bought:
            return t("none of these products was bought before")
        return t("none of these products was looked at before")


def _popular_of_one(words: Wording, told: dict[str, int]) -> Text:
    if words.by_order and words.is_bought:
        return t("popular: in one order of the last {days} days", **told)
    if words.by_order:
        return t("popular: in one visit of the last {days} days", **told)
    if words.is_bought:
        return t("popular: one customer bought it in the last {days} days", **told)
    return t("popular: one customer looked at it in the last {days} days", **told)


def _popular_of_many(words: Wording, told: dict[str, int]) -> Text:
    if words.by_order and words.is_bought:
        return t("popular: in {n:,} orders of the last {days} days", **told)
    if words.by_order:
        return t("popular: in {n:,} visits of the last {days} days", **told)
    if words.is_bought:
        return t("popular: {n:,} customers bought it in the last {days} days", **told)
    return t("popular: {n:,} customers looked at it in the last {days} days", **told)
