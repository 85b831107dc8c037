"""Real sales to mix from: four sets, each only up to where the windows begin that forecasts are judged or blended on.

VN2, M5, car parts and hospital are not read at all: told without a look at them, they show what the network can do for
a shop it has never seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from demand_t5.world import Array
from shopwright.language.static import StaticEncoder
from shopwright.shop.demand import Period

__all__ = ["UNTIL", "Sales", "read"]

UNTIL = {  # the first day that is not read: also the earlier windows, by which an ensemble is blended, lie behind it
    "online_retail": date(2011, 3, 14),
    "walmart": date(2012, 1, 15),
    "rossmann": date(2015, 1, 1),
    "complete_journey": date(2018, 1, 1),
}
LEAST_SALES = 30.0
DAY, SKU, UNITS = "day", "sku", "units"


@dataclass(frozen=True, eq=False)
class Sales:
    """One set in one length of period: units (n, T), covariates known ahead (n, K, T), vectors of texts (n, 256)."""

    name: str
    period: Period
    units: np.ndarray
    days: tuple[date, ...]
    ahead: Array
    text: Array | None = None


def read(folder: Path) -> list[Sales]:
    """All of them, by day, week and month where their records allow."""
    found: list[Sales] = []
    for rows, texts, covariates, finest in (retail(folder), journey(folder), drugs(folder), markets(folder)):
        name = str(rows["name"][0])
        early = rows.filter(pl.col(DAY) < UNTIL[name])
        for period in [each for each in ("D", "W", "M") if "DWM".index(each) >= "DWM".index(finest)]:
            found.append(_dense(name, early, texts, covariates, period))  # type: ignore[arg-type]
    return found


Set = tuple[pl.DataFrame, dict[str, str], list[str], str]


def retail(folder: Path) -> Set:
    """Units by product of a whole shop, with its descriptions."""
    lines = pl.read_parquet(folder / "online_retail" / "transactions.parquet").select(
        pl.col("StockCode").cast(pl.String).alias(SKU),
        pl.col("InvoiceDate").cast(pl.Date).alias(DAY),
        pl.col("Quantity").cast(pl.Float64).alias(UNITS),
        pl.col("Description").alias("title"),
    )
    lines = lines.filter(pl.col(UNITS) > 0, pl.col(UNITS) < 5_000)
    titles = dict(lines.drop_nulls().group_by(SKU).agg(pl.col("title").mode().sort().first()).iter_rows())
    return lines.drop("title").with_columns(name=pl.lit("online_retail")), titles, [], "D"


def journey(folder: Path) -> Set:
    """Units by product type of a grocer."""
    types = pl.read_parquet(folder / "complete_journey" / "products.parquet").select("product_id", "product_type")
    lines = pl.read_parquet(folder / "complete_journey" / "transactions_sample.parquet").join(types, on="product_id")
    lines = lines.drop_nulls("product_type").select(
        pl.col("product_type").alias(SKU),
        pl.col("transaction_timestamp").cast(pl.Date).alias(DAY),
        pl.col("quantity").cast(pl.Float64).clip(upper_bound=100).alias(UNITS),
        pl.lit("complete_journey").alias("name"),
    )
    return lines, {name: name.lower() for name in lines[SKU].unique().to_list()}, [], "D"


def drugs(folder: Path) -> Set:
    """Money by store of a chain of drug stores: open, promotion and school holidays known ahead."""
    lines = pl.read_parquet(folder / "rossmann" / "sales.parquet").select(
        pl.col("Store").cast(pl.String).alias(SKU),
        pl.col("Date").cast(pl.Date).alias(DAY),
        pl.col("Sales").cast(pl.Float64).alias(UNITS),
        pl.col("Open").cast(pl.Float64).alias("open"),
        pl.col("Promo").cast(pl.Float64).alias("promotion"),
        pl.col("SchoolHoliday").cast(pl.Float64).alias("school"),
        pl.lit("rossmann").alias("name"),
    )
    return lines, {}, ["open", "promotion", "school"], "D"


def markets(folder: Path) -> Set:
    """Money by store and department of a supermarket chain, by week; holidays known ahead."""
    lines = pl.read_parquet(folder / "walmart" / "sales.parquet").select(
        pl.concat_str(pl.col("Store").cast(pl.String), pl.col("Dept").cast(pl.String), separator="-").alias(SKU),
        pl.col("Date").cast(pl.Date).alias(DAY),
        pl.col("Weekly_Sales").clip(lower_bound=0).cast(pl.Float64).alias(UNITS),
        pl.col("IsHoliday").cast(pl.Float64).alias("holiday"),
        pl.lit("walmart").alias("name"),
    )
    return lines, {}, ["holiday"], "W"


EVERY = {"D": "1d", "W": "1w", "M": "1mo"}


def _dense(name: str, rows: pl.DataFrame, texts: dict[str, str], covariates: list[str], period: Period) -> Sales:
    whole = rows.with_columns(pl.col(DAY).dt.truncate(EVERY[period]))
    sums = whole.group_by(SKU, DAY).agg(pl.col(UNITS).sum(), *(pl.col(each).mean() for each in covariates))
    busy = sums.group_by(SKU).agg(pl.col(UNITS).sum().alias("all"), pl.len()).filter(pl.col("all") > LEAST_SALES)
    skus = sorted(busy[SKU].to_list())
    first, last = sums[DAY].min(), sums[DAY].max()
    days = pl.date_range(first, last, EVERY[period], eager=True).to_list()[1:-1]  # those at the ends may be cut
    place = {day: at for at, day in enumerate(days)}
    row = {sku: at for at, sku in enumerate(skus)}
    sums = sums.filter(pl.col(SKU).is_in(skus), pl.col(DAY).is_in(days))
    where = ([row[sku] for sku in sums[SKU].to_list()], [place[day] for day in sums[DAY].to_list()])
    units = np.zeros((len(skus), len(days)))
    units[where] = sums[UNITS].to_numpy()
    units[np.cumsum(units > 0, axis=1) == 0] = np.nan
    ahead = np.full((len(skus), len(covariates), len(days)), np.nan, np.float32)
    for at, each in enumerate(covariates):
        ahead[where[0], at, where[1]] = sums[each].to_numpy()
    text = StaticEncoder().encode([texts.get(sku, "") for sku in skus]) if texts else None
    return Sales(name, period, units, tuple(days), ahead, text)
