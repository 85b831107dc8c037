"""The sales that forecasts are judged on: history, what is known ahead, of the products, and the truth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

__all__ = ["SETS", "Case", "earlier", "share_inside"]


@dataclass(frozen=True, slots=True)
class Case:
    """One set, cut at the first day of the window judged.

    Attributes:
        history: sku, day, units, in_stock where known, covariates.
        truth: sku, day, units of the window.
        freq: D, W or M.
        horizon: periods in the window.
        season: periods in the season that peers are told of.
        future: sku, day and covariates known ahead; None without.
        static: sku and what does not change; None without.
    """

    history: pl.DataFrame
    truth: pl.DataFrame
    freq: str
    horizon: int
    season: int
    future: pl.DataFrame | None = None
    static: pl.DataFrame | None = None


def _case(sales: pl.DataFrame, freq: str, horizon: int, season: int, static: pl.DataFrame | None = None) -> Case:
    """The last `horizon` periods as the window."""
    days = sales["day"].unique().sort()
    first = days[-horizon]
    before, after = sales.filter(pl.col("day") < first), sales.filter(pl.col("day") >= first)
    ahead = [name for name in sales.columns if name not in ("units", "in_stock")]
    future = after.select(ahead) if len(ahead) > 2 else None
    return Case(before, after.select("sku", "day", "units"), freq, horizon, season, future, static)


def earlier(case: Case) -> Case:
    """The window before, told from what was known then."""
    return _case(case.history, case.freq, case.horizon, case.season, case.static)


def share_inside(low: Any, high: Any) -> float:
    """Mean part inside 10 to 90 % of the stretches of levels, from `low` to `high`, that outcomes cover."""
    return float((np.clip(np.minimum(high, 0.9) - np.maximum(low, 0.1), 0, None) / (high - low)).mean())


def rossmann(data: Path) -> Case:
    """Daily sales of drug stores; open, promotion and holidays known ahead."""
    sales = pl.read_parquet(data / "rossmann" / "sales.parquet").select(
        pl.col("Store").cast(pl.String).alias("sku"),
        pl.col("Date").alias("day"),
        pl.col("Sales").cast(pl.Float64).alias("units"),
        pl.col("Open").cast(pl.Float64).alias("open"),
        pl.col("Promo").cast(pl.Float64).alias("promo"),
        pl.col("SchoolHoliday").cast(pl.Float64).alias("school"),
        (pl.col("StateHoliday") != "0").cast(pl.Float64).alias("holiday"),
    )
    stores = pl.read_parquet(data / "rossmann" / "stores.parquet")
    static = stores.select(pl.col("Store").cast(pl.String).alias("sku"), "StoreType", "Assortment")
    return _case(sales, "D", 42, 7, static)


def m5(data: Path) -> Case:
    """Daily units of one department in one store; events and SNAP days known ahead."""
    wide = pl.read_parquet(data / "m5_foods3_tx3" / "sales.parquet")
    calendar = pl.read_parquet(data / "m5_foods3_tx3" / "calendar.parquet").select(
        pl.col("d"),
        pl.col("date").cast(pl.String).str.to_date().alias("day"),
        pl.col("snap_TX").cast(pl.Float64).alias("snap"),
        pl.col("event_name_1").alias("event"),
    )
    long = wide.unpivot(index="id", variable_name="d", value_name="units").join(calendar, on="d").rename({"id": "sku"})
    return _case(long.select("sku", "day", pl.col("units").cast(pl.Float64), "snap", "event"), "D", 28, 7)


def walmart(data: Path) -> Case:
    """Weekly sales by store and department; holidays known ahead."""
    sales = pl.read_parquet(data / "walmart" / "sales.parquet").select(
        pl.concat_str(pl.col("Store").cast(pl.String), pl.col("Dept").cast(pl.String), separator="-").alias("sku"),
        pl.col("Date").cast(pl.String).str.slice(0, 10).str.to_date().alias("day"),
        pl.col("Weekly_Sales").clip(lower_bound=0).cast(pl.Float64).alias("units"),
        pl.col("IsHoliday").cast(pl.Float64).alias("holiday"),
    )
    parts = (
        sales.select("sku")
        .unique()
        .with_columns(
            pl.col("sku").str.split("-").list.first().alias("store"),
            pl.col("sku").str.split("-").list.last().alias("dept"),
        )
    )
    return _case(sales, "W", 8, 52, parts)


def vn2(data: Path) -> Case:
    """Weekly units by store and product, with in-stock flags."""
    sku = pl.concat_str(pl.col("Store").cast(pl.String), pl.col("Product").cast(pl.String), separator="-").alias("sku")
    parts = []
    for name, value in (("sales", "units"), ("in_stock", "in_stock")):
        wide = pl.read_parquet(data / "vn2" / f"{name}.parquet").select(sku, pl.exclude("Store", "Product"))
        parts.append(wide.unpivot(index="sku", variable_name="day", value_name=value))
    sales = (
        parts[0]
        .join(parts[1], on=["sku", "day"])
        .with_columns(pl.col("day").str.to_date(), pl.col("units").cast(float))
    )
    static = pl.read_parquet(data / "vn2" / "master.parquet").with_columns(sku).cast(pl.String)
    cut = _case(sales.drop("in_stock"), "W", 8, 52, static)
    flags = sales.filter(pl.col("day") < cut.truth["day"].min())
    return Case(flags, cut.truth, "W", 8, 52, None, static)


def monthly(name: str) -> Callable[[Path], Case]:
    """Monthly counts without dates: given ones that end in December 2020."""

    def read(data: Path) -> Case:
        frame = pl.read_parquet(data / name / "series.parquet").with_columns(pl.col("units").cast(pl.Float64))
        last = int(frame["month"].max())  # type: ignore[arg-type]
        months = 2021 * 12 - 1 - last + pl.col("month").cast(pl.Int32)
        day = pl.date(months // 12, months % 12 + 1, 1)
        return _case(frame.select(pl.col("series").alias("sku"), day.alias("day"), "units"), "M", 12, 12)

    return read


def online_retail(freq: str) -> Callable[[Path], Case]:
    """Units by day, or by whole week, of the products of a whole shop that sold in a tenth of the weeks."""

    def read(data: Path) -> Case:
        lines = pl.read_parquet(data / "online_retail" / "transactions.parquet")
        named = {name.lower(): name for name in lines.columns}
        sku, units, at = (pl.col(named[name]) for name in ("stockcode", "quantity", "invoicedate"))
        lines = lines.select(
            sku.cast(pl.String).alias("sku"), units.cast(pl.Float64).alias("units"), at.cast(pl.Date).alias("day")
        )
        lines = lines.filter(pl.col("units") > 0, pl.col("units") < 5_000)
        if freq == "W":
            ended = pl.col("day").max() + timedelta(days=1)  # the last week has one day only
            lines = lines.filter(pl.col("day") < ended.dt.truncate("1w")).with_columns(pl.col("day").dt.truncate("1w"))
        sums = lines.group_by("sku", "day").agg(pl.col("units").sum())
        busy = sums.group_by("sku").len().filter(pl.col("len") >= sums["day"].n_unique() / (4 if freq == "W" else 10))
        sums = sums.join(busy.select("sku"), on="sku")
        first, last = sums["day"].min(), sums["day"].max()
        assert isinstance(first, date)
        assert isinstance(last, date)
        step = timedelta(days=7 if freq == "W" else 1)
        days = pl.DataFrame({"day": [first + step * at for at in range((last - first) // step + 1)]})
        whole = busy.select("sku").join(days, how="cross").join(sums, on=["sku", "day"], how="left")
        return _case(
            whole.with_columns(pl.col("units").fill_null(0.0)), freq, 28 if freq == "D" else 8, 7 if freq == "D" else 1
        )

    return read


SETS: dict[str, Callable[[Path], Case]] = {
    "Rossmann": rossmann,
    "M5 FOODS_3/TX_3": m5,
    "VN2": vn2,
    "Walmart": walmart,
    "car parts": monthly("carparts"),
    "hospital": monthly("hospital"),
    "Online Retail, weeks": online_retail("W"),
    "Online Retail, days": online_retail("D"),
}
