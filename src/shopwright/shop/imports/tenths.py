"""Discounts as the share taken off a price, also where they say what is left to pay: 7折 is seven tenths, 30 % off."""

from __future__ import annotations

import polars as pl

from shopwright.shop.imports.numbers import to_float
from shopwright.shop.imports.result import Decimal

__all__ = ["are_tenths", "to_share_off"]

DIGITS = dict(zip("零一二三四五六七八九点", (*map(str, range(10)), "."), strict=True))
TENTHS = r"^\D{0,4}?((?:10|\d)(?:\.\d+)?|\d\d)\s*折(?:[^\d扣]\D?)?$"
"""Seven tenths are 7折, 七折, 打7折; eighty-five hundredths 8.5折, 85折, 八五折; 10折 is the whole price."""


def are_tenths(values: pl.Series) -> bool:
    """Whether most values of a column say what is left to pay, in tenths."""
    known = values.drop_nulls() if values.dtype == pl.String else values.clear()
    return len(known) > 0 and 2 * (len(known) - _to_pay(known).null_count()) > len(known)


def to_share_off(text: pl.Series, decimal: Decimal) -> pl.Series:
    """Discounts of a column of text as shares of the price, 0 to 1; null where a value is none.

    Args:
        text: values such as "7折", "八五折", "0.3", "30 %"; a plain number is the share taken off.
        decimal: the decimal sign in force.
    """
    value = pl.lit(text)
    plain = to_float(pl.select(pl.when(~value.str.contains("折", literal=True)).then(value)).to_series(), decimal)
    return pl.select(pl.coalesce((1.0 - pl.lit(_to_pay(text))).round(6), plain).alias(text.name)).to_series()


def _to_pay(text: pl.Series) -> pl.Series:
    """The share of the price that is left to pay; null where a value does not say it in tenths."""
    words = pl.lit(text).str.normalize("NFKC").str.replace("半价", "5折")
    tenths = words.str.replace_many(list(DIGITS), list(DIGITS.values())).str.extract(TENTHS).cast(pl.Float64)
    return pl.select(pl.when(tenths > 10).then(tenths / 100).otherwise(tenths / 10)).to_series()
