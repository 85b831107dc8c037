"""What is known ahead, made readable."""

from __future__ import annotations

from typing import Any

import polars as pl

from shopwright.errors import UsageError
from shopwright.i18n import Text, t
from shopwright.shop.sales import UNREADABLE, as_day, as_frame
from shopwright.shop.schema import names as c

__all__ = ["read_future"]


def read_future(table: Any) -> pl.DataFrame | None:
    """Rows of what is known ahead, with sku and day; None without any.

    Raises:
        UsageError: sku or day are missing or cannot be read (USAGE-45).
    """
    if table is None:
        return None
    future = as_frame(table, "future")
    missing = [name for name in (c.SKU, c.DAY) if name not in future.columns]
    why = t("missing columns: {columns}; found: {found}", columns=", ".join(missing), found=", ".join(future.columns))
    try:
        if not missing:
            rows = future.with_columns(pl.col(c.SKU).cast(pl.String), as_day(future))
            lost = rows[c.DAY].is_null() & future[c.DAY].is_not_null()
            if not lost.any():
                return rows.filter(pl.col(c.SKU).is_not_null(), pl.col(c.DAY).is_not_null())
            first = future.filter(lost)
            why = t(
                "SKU {sku}: {name} cannot be {value}",
                sku=repr(first[c.SKU][0]),
                name=c.DAY,
                value=repr(first[c.DAY][0]),
            )
    except UNREADABLE as error:
        why = Text.literal(str(error).splitlines()[0])
    raise UsageError(
        t("what is known ahead cannot be read"),
        why=why,
        fix=t("give sku, day and the covariates that are known ahead"),
        code="USAGE-45",
    )
