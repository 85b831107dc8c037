"""Lines of an export of orders that take back what the same file sold: refunds among sales."""

from __future__ import annotations

import polars as pl

from shopwright.shop.imports.quarantine import LINE
from shopwright.shop.schema import names as c

__all__ = ["parted"]

TOTAL = f"orders.{c.TOTAL}"
PASSED_ON = (c.CUSTOMER, c.CURRENCY, c.COUNTRY, c.AT, c.DAY)


def parted(lines: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame | None]:
    """Order lines and the returns among them.

    A line with units, revenue or total below zero is a return where the same order has sold that SKU on the same day or
    before; what fits no sale stays a line.

    Args:
        lines: LINE, order, sku, units and a time or day, as a generic file has them.

    Returns:
        The lines that are left, and return, order, sku, units, refund and what is known beside; None without any.
    """
    when = next((name for name in (c.AT, c.DAY) if name in lines.columns), None)
    if when is None or not {c.ORDER, c.SKU, c.UNITS} <= set(lines.columns):
        return lines, None
    money = [pl.col(name) for name in (c.REVENUE, TOTAL) if name in lines.columns]
    is_back = pl.any_horizontal(*((each < 0).fill_null(value=False) for each in (pl.col(c.UNITS), *money)))
    told = lines.with_columns(is_back.alias("is_back"))
    begun = (
        told.filter(~pl.col("is_back"), pl.col(c.UNITS) > 0)
        .group_by(c.ORDER, c.SKU)
        .agg(pl.col(when).min().alias("begun"))
    )
    told = told.join(begun, on=[c.ORDER, c.SKU], how="left", maintain_order="left")
    told = told.with_columns(
        (pl.col("is_back") & (pl.col("begun") <= pl.col(when)).fill_null(value=False)).alias("is_back")
    )
    if not told["is_back"].any():
        return lines, None
    back = told.filter("is_back")
    # a total may be that of all lines that came back together
    known = {name: pl.col(name).abs() for name in (c.REVENUE, TOTAL) if name in lines.columns}
    if c.PRICE in lines.columns:
        known[c.PRICE] = pl.col(c.UNITS).abs() * pl.col(c.PRICE).abs()
    amounts = [known[name] for name in (c.REVENUE, c.PRICE, TOTAL) if name in known]
    refund = pl.coalesce(*amounts) if amounts else pl.lit(None, pl.Float64)
    # of one order on one day there is one return, so that a longer export next week names it alike
    number = pl.concat_str(pl.col(c.ORDER), pl.lit("-"), pl.col(when).dt.strftime("%Y%m%d"))
    returns = back.select(
        LINE,
        number.alias(c.RETURN),
        *(c.ORDER, c.SKU),
        pl.col(c.UNITS).abs().alias(c.UNITS),
        refund.alias(c.REFUND),
        *(name for name in PASSED_ON if name in lines.columns),
    )
    return told.filter(~pl.col("is_back")).drop("is_back", "begun"), returns
