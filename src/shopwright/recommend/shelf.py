"""The products as rules read them: arrays made once from the table of items, so that one list takes no time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from shopwright.errors import TableError
from shopwright.i18n import Text, t
from shopwright.recommend import wrong
from shopwright.shop.margins import MARGIN
from shopwright.shop.schema import names as c

__all__ = ["COVER_DAYS", "IS_DEFECT_RISING", "SENTIMENT", "SOLD_PER_DAY", "Shelf"]

COVER_DAYS, SENTIMENT, IS_DEFECT_RISING, SOLD_PER_DAY = "cover_days", "sentiment", "is_defect_rising", "sold_per_day"
# least and most value of each column of numbers
NUMBERS = {
    c.PRICE: (0.0, np.inf),
    MARGIN: (-np.inf, np.inf),
    c.ON_HAND: (-np.inf, np.inf),
    COVER_DAYS: (0.0, np.inf),
    SENTIMENT: (-1.0, 1.0),
    SOLD_PER_DAY: (0.0, np.inf),
}
FLAGS = (c.IS_IN_STOCK, IS_DEFECT_RISING)
SEPARATOR = " > "
AGE = "age"


@dataclass(frozen=True, eq=False)
class Shelf:
    """What is known of n products, in the order of the items; the row of a product is its place there.

    Attributes:
        skus: the n SKUs.
        row: row by SKU.
        has: columns that were given.
        numbers: price, margin, on_hand, cover_days, sentiment, sold_per_day, each of shape (n,); NaN where unknown.
        is_there: whether it is in stock, shape (n,); true where that is not known.
        is_defect: whether a defect is on the rise, shape (n,).
        age: days since its launch, shape (n,); NaN where unknown.
        brand: number of its brand, shape (n,); −1 where it has none.
        category: number of its category, shape (n,); −1 where it has none.
        top: number of the first part of its category's path, shape (n,); −1 where it has none.
        categories: path of each category, by number.
        vectors: unit vectors of the products' texts, shape (n, d), or None.
        ruled: what rules say of each product, kept by rules (see `rulings`).
    """

    skus: tuple[str, ...]
    row: dict[str, int]
    has: frozenset[str]
    numbers: dict[str, np.ndarray]
    is_there: np.ndarray
    is_defect: np.ndarray
    age: np.ndarray
    brand: np.ndarray
    category: np.ndarray
    top: np.ndarray
    categories: tuple[str, ...]
    vectors: np.ndarray | None = None
    ruled: dict[Any, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, items: pl.DataFrame, day: date | None = None, vectors: np.ndarray | None = None) -> Shelf:
        """Read the items.

        Args:
            items: sku and any of category, brand, price, margin (of one unit), on_hand, is_in_stock, cover_days,
                sentiment (−1 to 1), is_defect_rising, launch_day, sold_per_day (ranks what fills a list up); null
                where unknown.
            day: the day that ages are counted to; None: the last launch day.
            vectors: a vector for each item's text, shape (n, d), for likeness in texts; zero where it has none.

        Raises:
            TableError: the items are no data frame, a column holds what it cannot, or a SKU is null or stands twice.
        """
        if not isinstance(items, pl.DataFrame):
            raise wrong.no_table(items, "items")
        if c.SKU not in items.columns:
            raise TableError(
                t("the items have no column {column}", column=c.SKU),
                why=t("found: {columns}", columns=", ".join(items.columns)),
                fix=t("rename the column that holds the product's code"),
                code="RECOMMEND-06",
            )
        skus = _skus(items[c.SKU])
        numbers = {name: _numbers(items, name) for name in NUMBERS}
        flags = {name: _flags(items, name) for name in FLAGS}
        stocked = np.nan_to_num(numbers[c.ON_HAND], nan=np.inf) > 0
        category, categories = _codes(items, c.CATEGORY)
        first = np.array([path.split(SEPARATOR)[0] for path in categories], dtype=object)
        tops = np.unique(first, return_inverse=True)[1] if len(first) else np.zeros(0, dtype=np.int64)
        return cls(
            skus=tuple(skus),
            row={sku: row for row, sku in enumerate(skus)},
            has=frozenset(items.columns),
            numbers=numbers,
            is_there=np.where(np.isnan(flags[c.IS_IN_STOCK]), stocked, flags[c.IS_IN_STOCK] == 1),
            is_defect=flags[IS_DEFECT_RISING] == 1,
            age=_ages(items, day),
            brand=_codes(items, c.BRAND)[0],
            category=category,
            top=np.where(category >= 0, np.append(tops, -1)[category], -1),
            categories=categories,
            vectors=None if vectors is None else _units(vectors, len(skus)),
        )

    def __len__(self) -> int:
        return len(self.skus)


def _skus(column: pl.Series) -> list[str]:
    if column.null_count():
        raise _unusable(c.SKU, t("a row has no SKU"))
    texts = column.cast(pl.String)
    if texts.n_unique() < texts.len():
        twice = texts.filter(texts.is_duplicated())[0]
        raise _unusable(c.SKU, t("{sku} stands in more than one row", sku=twice))
    return texts.to_list()


def _numbers(items: pl.DataFrame, name: str) -> np.ndarray:
    """A column as floats, NaN where it is null or not there; checked against its limits."""
    if name not in items.columns:
        return np.full(items.height, np.nan)
    dtype = items[name].dtype
    if not (dtype.is_numeric() or dtype == pl.Null):
        raise _unusable(name, t("it holds {dtype}", dtype=str(dtype)))
    values = items[name].cast(pl.Float64).fill_null(np.nan).to_numpy()
    least, most = NUMBERS[name]
    wrong = (values < least) | (values > most)
    if wrong.any():
        at = int(np.argmax(wrong))
        raise _unusable(name, t("{sku} has {value}", sku=str(items[c.SKU][at]), value=f"{values[at]:g}"))
    return np.array(values)


def _flags(items: pl.DataFrame, name: str) -> np.ndarray:
    if name not in items.columns:
        return np.full(items.height, np.nan)
    if items[name].dtype not in (pl.Boolean, pl.Null):
        raise _unusable(name, t("it holds {dtype}", dtype=str(items[name].dtype)))
    return items[name].cast(pl.Float64).fill_null(np.nan).to_numpy()


def _codes(items: pl.DataFrame, name: str) -> tuple[np.ndarray, tuple[str, ...]]:
    """Numbers of a column's texts, −1 for null, and the texts by number."""
    if name not in items.columns:
        return np.full(items.height, -1, dtype=np.int64), ()
    texts = items[name].cast(pl.String)
    known = texts.drop_nulls().unique().sort()
    codes = texts.cast(pl.Enum(known)).to_physical().cast(pl.Int64).fill_null(-1)
    return np.array(codes.to_numpy()), tuple(known.to_list())


def _ages(items: pl.DataFrame, day: date | None) -> np.ndarray:
    if c.LAUNCH_DAY not in items.columns or items[c.LAUNCH_DAY].dtype == pl.Null:
        return np.full(items.height, np.nan)
    launched = items[c.LAUNCH_DAY]
    if not launched.dtype.is_temporal():
        raise _unusable(c.LAUNCH_DAY, t("it holds {dtype}", dtype=str(launched.dtype)))
    days = launched.dt.date()
    until = day or days.max()
    if until is None:
        return np.full(items.height, np.nan)
    ages = days.to_frame(AGE).select((pl.lit(until) - pl.col(AGE)).dt.total_days().cast(pl.Float64).alias(AGE))
    return np.asarray(ages[AGE].clip(lower_bound=0).fill_null(np.nan).to_numpy())


def _units(vectors: np.ndarray, n: int) -> np.ndarray:
    if vectors.ndim != 2 or vectors.shape[0] != n or not np.isfinite(vectors).all():
        shape = " × ".join(str(size) for size in vectors.shape)
        raise _unusable("vectors", t("{n} vectors of finite numbers are needed, found {shape}", n=n, shape=shape))
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(np.divide(vectors, lengths, out=np.zeros_like(vectors, dtype=np.float32), where=lengths > 0))


def _unusable(column: str, why: Text) -> TableError:
    return TableError(
        t("column {column} of the items cannot be used", column=column),
        why=why,
        fix=t("correct the value, or leave it null where it is not known"),
        code="RECOMMEND-33",
    )
