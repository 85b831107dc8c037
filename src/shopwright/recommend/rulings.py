"""What rules say of every product on a shelf, worked out once for as long as both stay as they are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from shopwright.i18n import Text, t
from shopwright.recommend.rules import Rules
from shopwright.recommend.shelf import COVER_DAYS, IS_DEFECT_RISING, SENTIMENT, Shelf
from shopwright.shop.margins import MARGIN
from shopwright.shop.schema import names as c

__all__ = ["BIT", "BOUGHT", "NEVER", "OUT", "RELAXED", "Ruling", "rulings", "said"]

NAMED = 5  # SKUs that a note names
KEPT = 8  # rules of a shelf that are remembered: one set for each place of a shop
LEAST_MARGIN = 0.01  # of the median margin: what is sold at a loss is shown last, not never
NEVER, OUT, NOT_CATEGORIES, DEFECT, CATEGORIES, PRICE, BOUGHT, COVER = (
    *("skus_never", "in_stock", "not_categories", "defect", "categories", "price", "already_bought", "least_cover"),
)
BIT = {name: 1 << at for at, name in enumerate((NEVER, OUT, NOT_CATEGORIES, DEFECT, CATEGORIES, PRICE, BOUGHT, COVER))}
# where nothing is left these are given up, one after the other; what is out of stock only as the last, NEVER never
RELAXED = (COVER, BOUGHT, PRICE, CATEGORIES, DEFECT, NOT_CATEGORIES, OUT)


@dataclass(frozen=True, eq=False)
class Ruling:
    """What rules say of each of n products.

    Attributes:
        broken: shape (n,): the sum of `BIT` over the rules that the product breaks.
        factor: shape (n,): what its relevance is multiplied by.
        first: rows of the products that are shown first.
        notes: rules that say nothing here, and why.
    """

    broken: np.ndarray
    factor: np.ndarray
    first: np.ndarray
    notes: tuple[Text, ...]


def rulings(shelf: Shelf, rules: Rules) -> Ruling:
    """What the rules say of the products on a shelf; kept there, so that it is worked out once."""
    found = shelf.ruled.get(rules)
    if found is None:
        if len(shelf.ruled) >= KEPT:
            shelf.ruled.clear()
        first = [shelf.row[sku] for sku in rules.skus_first if sku in shelf.row]
        found = shelf.ruled[rules] = Ruling(
            _broken(shelf, rules), _factor(shelf, rules), np.array(first, dtype=np.int64), tuple(_notes(shelf, rules))
        )
    assert isinstance(found, Ruling)
    return found


def said(rule: str) -> Text:
    """A rule, in words, as the reason that a product is not shown."""
    return {
        NEVER: t("never shown"),
        OUT: t("out of stock"),
        NOT_CATEGORIES: t("its category is ruled out"),
        DEFECT: t("a defect is on the rise"),
        CATEGORIES: t("not of the categories asked for"),
        PRICE: t("outside the price band"),
        BOUGHT: t("bought already"),
        COVER: t("the stock does not last long enough"),
        "most_per_brand": t("enough products of its brand are shown"),
        "most_per_category": t("enough products of its category are shown"),
        "diversity": t("too like what is shown"),
        "rank": t("others fit better"),
    }[rule]


def _broken(shelf: Shelf, rules: Rules) -> np.ndarray:
    broken = np.zeros(len(shelf), dtype=np.uint16)
    price, cover = shelf.numbers[c.PRICE], shelf.numbers[COVER_DAYS]
    low, high = rules.price
    for sku in rules.skus_never:
        if sku in shelf.row:
            broken[shelf.row[sku]] |= BIT[NEVER]
    if rules.in_stock:
        broken[~shelf.is_there] |= BIT[OUT]
    if rules.not_categories:
        broken[_under(shelf, rules.not_categories)] |= BIT[NOT_CATEGORIES]
    if rules.defect == 1:
        broken[shelf.is_defect] |= BIT[DEFECT]
    if rules.categories and c.CATEGORY in shelf.has:
        broken[~_under(shelf, rules.categories)] |= BIT[CATEGORIES]
    if rules.price != (None, None) and c.PRICE in shelf.has:
        within = (price >= (0.0 if low is None else low)) & (price <= (math.inf if high is None else high))
        broken[~within] |= BIT[PRICE]
    if rules.least_cover:
        broken[cover < rules.least_cover] |= BIT[COVER]
    return broken


def _factor(shelf: Shelf, rules: Rules) -> np.ndarray:
    """Relevance is multiplied by margin^m × (1 + s × sentiment) × (1 − d) of a rising defect × (1 + f × ½^(age/h))."""
    factor = np.ones(len(shelf))
    margin = shelf.numbers[MARGIN]
    earning = margin[margin > 0]
    if rules.margin and len(earning):
        middle = float(np.median(earning))
        factor *= np.maximum(np.where(np.isnan(margin), middle, margin) / middle, LEAST_MARGIN) ** rules.margin
    if rules.sentiment:
        factor *= 1 + rules.sentiment * np.nan_to_num(shelf.numbers[SENTIMENT])
    if 0 < rules.defect < 1:
        factor[shelf.is_defect] *= 1 - rules.defect
    if rules.freshness:
        factor *= 1 + rules.freshness * np.nan_to_num(0.5 ** (shelf.age / rules.half_life))
    return factor


def _under(shelf: Shelf, wanted: Sequence[str]) -> np.ndarray:
    """Whether a product is of one of the categories or of one below it, shape (n,)."""
    is_under = [any(path == one or path.startswith(f"{one} > ") for one in wanted) for path in shelf.categories]
    by_number = np.array([*is_under, False])  # number −1 is the last
    return np.asarray(by_number[shelf.category])


def _notes(shelf: Shelf, rules: Rules) -> list[Text]:
    needs = {
        "in_stock": (rules.in_stock, (c.ON_HAND, c.IS_IN_STOCK)),
        "least_cover": (rules.least_cover > 0, (COVER_DAYS,)),
        "price": (rules.price != (None, None), (c.PRICE,)),
        "categories": (bool(rules.categories), (c.CATEGORY,)),
        "not_categories": (bool(rules.not_categories), (c.CATEGORY,)),
        "most_per_brand": (rules.most_per_brand is not None, (c.BRAND,)),
        "most_per_category": (rules.most_per_category is not None, (c.CATEGORY,)),
        "margin": (rules.margin > 0, (MARGIN,)),
        "sentiment": (rules.sentiment > 0, (SENTIMENT,)),
        "defect": (rules.defect > 0, (IS_DEFECT_RISING,)),
        "freshness": (rules.freshness > 0, (c.LAUNCH_DAY,)),
    }
    notes = [
        t("rule {name} is passed over: the items have no column {column}", name=name, column=columns[0])
        for name, (is_asked, columns) in needs.items()
        if is_asked and not shelf.has & set(columns)
    ]
    if rules.diversity and c.CATEGORY not in shelf.has and shelf.vectors is None:
        notes.append(
            t("rule {name} is passed over: the items have no column {column}", name="diversity", column=c.CATEGORY)
        )
    if c.CATEGORY in shelf.has:
        named = (*rules.categories, *rules.not_categories)
        notes += [t("no product is of category {name}", name=one) for one in named if not _under(shelf, [one]).any()]
    unknown = [sku for sku in (*rules.skus_first, *rules.skus_never) if sku not in shelf.row]
    if unknown:
        some = ", ".join(unknown[:NAMED]) + ("…" if len(unknown) > NAMED else "")
        notes.append(t("{n:,} SKUs that the rules name are not among the items: {skus}", n=len(unknown), skus=some))
    return notes
