"""A shop's answer to one question: what to show a customer, beside a product, or with a basket."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from shopwright.errors import UsageError
from shopwright.i18n import Text, t
from shopwright.recommend.recommender import RANK, SCORE, WHY, Recommender
from shopwright.shop.history import sold_lines
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop

__all__ = ["Answer", "answer", "fit_shop", "sales_of"]


@dataclass(frozen=True, eq=False)
class Answer:
    """What to show.

    Attributes:
        rows: rank, sku, title, score, why (a struct with the reason in each language); never empty.
        notes: what was not known, and what was meant perhaps.
        as_of: last day looked at.
        how: how scores were computed.
    """

    rows: pl.DataFrame
    notes: tuple[Text, ...]
    as_of: date
    how: Text


def fit_shop(shop: Shop, seed: int = 0) -> Recommender:
    """A recommender that learned from all product sales of a shop and offers what was ever sold.

    Raises:
        TableError: there are no sales.
    """
    lines, items = sales_of(shop)
    return Recommender.fit(lines, items, seed)


def sales_of(shop: Shop) -> tuple[pl.LazyFrame, pl.DataFrame]:
    """What a recommender learns from: who bought what when in which order, and the products ever sold."""
    lines = sold_lines(shop)
    sold = lines.select(c.SKU).unique()
    items = sold.join(shop.table("products"), on=c.SKU, how="left").select(c.SKU, c.TITLE, c.CATEGORY, c.PRICE)
    return lines.select(c.CUSTOMER, c.SKU, c.AT, c.ORDER), items.collect(engine="streaming")


def answer(
    shop: Shop, *, customer: str | None = None, product: str | None = None, basket: Sequence[str] = (), k: int = 10
) -> Answer:
    """What to show a customer, beside a product or with a basket; what is popular where none of them is given.

    Raises:
        UsageError: more than one of them was given, or `k` is below 1.
        TableError: there are no sales.
    """
    if sum([customer is not None, product is not None, bool(basket)]) > 1:
        raise UsageError(
            t("more than one of customer, product and basket was given"),
            why=t("a list of recommendations answers one question"),
            fix=t("give one of them; ask again for the next"),
            code="RECOMMEND-09",
        )
    model = fit_shop(shop)
    notes: list[Text] = []
    if product is not None:
        if not model.knows(product):
            notes.append(_unknown(t("product {name} was never sold", name=product), product, model.skus))
        rows = model.similar(product, k)
    elif customer is not None:
        if not model.knows_customer(customer):
            notes.append(_unknown(t("customer {name} never bought", name=customer), customer, model.customers))
        rows = model.recommend(customers=[customer], k=k)
    else:
        notes += [
            _unknown(t("product {name} was never sold", name=sku), sku, model.skus)
            for sku in basket
            if not model.knows(sku)
        ]
        rows = model.for_basket(basket, k)
    titled = rows.with_columns(pl.Series(c.TITLE, [model.title(sku) for sku in rows[c.SKU]], pl.String))
    how = t(
        "chance of being in an order with what was bought, from orders of the last 365 days, shrunk towards what is"
        " popular in the last 28"
    )
    return Answer(titled.select(RANK, c.SKU, c.TITLE, SCORE, WHY), tuple(notes), shop.day, how)


def _unknown(what: Text, name: str, names: Iterable[str]) -> Text:
    """What is not known, with the nearest known name: one in other case, else one that is spelt alike."""
    # spelling is compared with names that begin alike: with all of a million customers it would take minutes
    alike = [known for known in names if known[:1].casefold() == name[:1].casefold()]
    same = [known for known in alike if known.casefold() == name.strip().casefold()]
    close = same or difflib.get_close_matches(name, alike[:50_000], n=10)
    if not close:
        return what
    nearest = max(close, key=lambda known: sum(one == two for one, two in zip(known, name, strict=False)))
    return t("{what}; did you mean {near}?", what=what, near=nearest)
