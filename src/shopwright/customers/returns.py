"""What customers send back: the share by customer and by product, drawn to the shop's, and who does it all the time.

A customer who sent back the only thing they bought is no serial returner. Shares are means of a beta distribution that
was fitted to all customers (or products) by its moments: with little known, a share lies near the shop's own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl
from scipy.stats import beta

from shopwright.i18n import Text, t
from shopwright.shop.history import sold_lines
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop

__all__ = ["N_BOUGHT", "N_RETURNED", "Returns", "returns"]

N_BOUGHT, N_RETURNED, SHARE = "n_bought", "n_returned", "share"
TIMES, LEAST_RETURNS, SURE = 2.0, 3, 0.9  # a serial returner: at least twice the shop's share, nine times in ten
MOST_LINES = 100.0  # lines that the shop's share may count beside a customer's own
LEAST_KNOWN = 20  # who bought or was bought, below which no distribution is fitted


@dataclass(frozen=True, eq=False)
class Returns:
    """What comes back.

    Attributes:
        customers: customer, n_bought and n_returned (lines of orders), share (drawn to the shop's;
            null where the shop has no table of returns), refund (money given
            back, null where no refund is known), is_serial; most returned first. Only who bought something.
        products: sku, n_bought, n_returned, share, refund; most returned first.
        share: lines returned over lines bought, in the whole shop; None where the shop has no returns.
        as_of: last day counted.
        how: how it was counted.
    """

    customers: pl.DataFrame
    products: pl.DataFrame
    share: float | None
    as_of: date
    how: Text

    @property
    def serial(self) -> pl.DataFrame:
        """Those who send back at least twice the shop's share, surely."""
        return self.customers.filter("is_serial")


def returns(shop: Shop) -> Returns:
    """Count what was sent back by whom, and of what."""
    tables = {name: frame for name, frame in shop.frames.items() if name != "returns"}
    # a slip taken back within the day is a return here; sold_lines would leave out the sale and keep the return
    sold = sold_lines(replace(shop, frames=tables)).select(c.ORDER, c.SKU, c.CUSTOMER)
    back = _sent_back(shop, sold)
    by_customer, by_product = (_shares(sold, back, key) for key in (c.CUSTOMER, c.SKU))
    bought, returned = (int(by_product[name].sum()) for name in (N_BOUGHT, N_RETURNED))
    share = None if not shop.has("returns") or not bought else returned / bought
    limit = 1.0 if share is None else min(TIMES * share, 1.0)
    serial = (pl.col("at_least") > limit) & (pl.col(N_RETURNED) >= LEAST_RETURNS)
    how = t(
        "lines of orders sent back over lines bought to {day}, a sale taken back on the same day included; shares are"
        " drawn to the mean of all where little is known; serial: at least {least} returns, and with a chance of"
        " {sure:.0%} more than {times:g} times the shop's share",
        day=shop.day.isoformat(),
        least=LEAST_RETURNS,
        sure=SURE,
        times=TIMES,
    )
    told = pl.when(pl.lit(share is not None)).then(pl.col(SHARE))  # without a table of returns nothing is known of them
    customers = by_customer.with_columns(serial.alias("is_serial"), told).drop("at_least")
    return Returns(customers, by_product.with_columns(told).drop("at_least"), share, shop.day, how)


def _sent_back(shop: Shop, sold: pl.LazyFrame) -> pl.LazyFrame:
    """Lines sent back or refunded, with the customer of their order where they name none: customer, sku, refund, came.

    A line that came back in several slips was sent back once; its refunds add up. One of which no unit came back was
    paid for in part only: money, and no return.
    """
    owners = sold.select(c.ORDER, pl.col(c.CUSTOMER).alias("owner")).drop_nulls().unique(c.ORDER)
    slips = shop.table("returns").select(c.ORDER, c.SKU, c.CUSTOMER, c.REFUND, c.UNITS).with_row_index("slip")
    # without order and product no two slips are known to be of one line
    alone = pl.when(pl.any_horizontal(pl.col(c.ORDER, c.SKU).is_null())).then("slip").alias("alone")
    refund = pl.when(pl.col(c.REFUND).count() > 0).then(pl.col(c.REFUND).sum())
    came = (pl.col(c.UNITS) != 0).fill_null(value=True).any().alias("came")
    who = pl.col(c.CUSTOMER).drop_nulls().first()
    back = slips.group_by(c.ORDER, c.SKU, alone).agg(who, refund.alias(c.REFUND), came)
    owned = back.join(owners, on=c.ORDER, how="left").with_columns(pl.coalesce(c.CUSTOMER, "owner").alias(c.CUSTOMER))
    return owned.select(c.CUSTOMER, c.SKU, c.REFUND, "came")


def _shares(sold: pl.LazyFrame, back: pl.LazyFrame, key: str) -> pl.DataFrame:
    """Of each customer or product: lines bought and sent back, the share drawn to all, and what it surely is at least.

    Returns of what was bought before the records begin have no sale: no more count than were bought.
    """
    refund = pl.when(pl.col(c.REFUND).count() > 0).then(pl.col(c.REFUND).sum().round(4)).alias(c.REFUND)
    n_back = back.drop_nulls(key).group_by(key).agg(pl.col("came").sum().alias("n"), refund)
    found = (
        sold.drop_nulls(key)
        .group_by(key)
        .agg(pl.len().cast(pl.Int64).alias(N_BOUGHT))
        .join(n_back, on=key, how="left")
        .with_columns(pl.min_horizontal(pl.col("n").cast(pl.Int64).fill_null(0), N_BOUGHT).alias(N_RETURNED))
        .select(key, N_BOUGHT, N_RETURNED, c.REFUND)
        .collect(engine="streaming")
        .sort(key)
    )
    n, r = (found[name].to_numpy().astype(float) for name in (N_BOUGHT, N_RETURNED))
    a, b = _prior(n, r)
    least = beta.ppf(1 - SURE, a + r, b + n - r) if len(n) else n
    return found.with_columns(pl.Series(SHARE, (a + r) / (a + b + n)), pl.Series("at_least", least)).sort(
        N_RETURNED, SHARE, key, descending=[True, True, False]
    )


def _prior(n: np.ndarray, r: np.ndarray) -> tuple[float, float]:
    """The beta distribution of shares by the moments of a beta-binomial (Kleinman 1973, weights by lines)."""
    if not n.sum() or not r.sum():
        return 0.5, max(float(n.mean()) if len(n) else 1.0, 1.0)
    mean = float(np.clip(r.sum() / n.sum(), 1e-6, 1 - 1e-6))
    if len(n) < LEAST_KNOWN:
        return mean, 1 - mean
    square = float((n * (r / n - mean) ** 2).sum())
    known = float(n.sum() - (n**2).sum() / n.sum())
    chance = mean * (1 - mean)
    spread = (square - chance * (len(n) - 1)) / max(known - (len(n) - 1), 1e-9)
    size = float(np.clip(chance / spread - 1, 0.5, MOST_LINES)) if spread > 0 else MOST_LINES
    return mean * size, (1 - mean) * size
