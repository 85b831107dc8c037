"""Forecasts beside those of statsforecast and mlforecast, same windows, same run.

    python benchmarks/forecast.py --data FOLDER [--only Rossmann hospital …] [--peers naive ets croston lightgbm]

The last window of each set is judged (later ones are kept back). WAPE is that of the mean; WQL the mean over deciles
of 2·Σ pinball loss / Σ units; coverage of the 80 % interval by randomised PIT. Peers need statsforecast and
mlforecast (requirements/train.txt and requirements/benchmarks.txt); without them their lines are left out. Without
--only the bias on drawn demand with stock-outs comes first.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).parent))

from demand_sets import SETS, Case, share_inside
from measure import Row, report

from shopwright.forecast import forecast

DECILES = tuple(round(level / 10, 1) for level in range(1, 10))
FREQUENCIES = {"D": "1d", "W": "1w", "M": "1mo"}


def ours(case: Case) -> pl.DataFrame:
    """Shopwright, out of the box."""
    freq: Any = case.freq
    return forecast(case.history, case.horizon, freq, future=case.future, static=case.static).frame()


def classical(name: str) -> Callable[[Case], pl.DataFrame]:
    """A model of statsforecast, with its own intervals where it has any."""

    def tell(case: Case) -> pl.DataFrame:
        from statsforecast import StatsForecast
        from statsforecast import models as m

        model = {
            "naive": lambda: m.SeasonalNaive(case.season),
            "ets": lambda: m.AutoETS(case.season if case.season <= 12 else 1),
            "croston": lambda: m.CrostonOptimized(),
        }[name]()
        frame = _long(case).rename({"sku": "unique_id", "day": "ds", "units": "y"})
        levels = [] if name == "croston" else [20, 40, 60, 80]
        fallback = m.SeasonalNaive(case.season)
        told = StatsForecast([model], freq=FREQUENCIES[case.freq], n_jobs=2, fallback_model=fallback).forecast(
            df=frame, h=case.horizon, level=levels or None
        )
        mean = next(one for one in told.columns if one not in ("unique_id", "ds") and "-" not in one)
        columns = [
            pl.col("unique_id").alias("sku"),
            pl.col("ds").cast(pl.Date).alias("day"),
            pl.col(mean).alias("mean"),
        ]
        for level in DECILES:
            side, width = ("lo" if level < 0.5 else "hi"), round(abs(level - 0.5) * 200)
            known = f"{mean}-{side}-{width}"
            columns.append(pl.col(known if known in told.columns else mean).alias(f"q{level:g}"))
        return told.select(columns)

    return tell


def lightgbm(case: Case) -> pl.DataFrame:
    """The LightGBM of mlforecast, with lags, windows, calendar and what is known ahead."""
    import pandas as pd  # noqa: TID251 - the peer reads no other frames
    from lightgbm import LGBMRegressor
    from mlforecast import MLForecast
    from mlforecast.lag_transforms import RollingMean

    longest = case.history["day"].n_unique() - case.horizon  # a lag beyond it leaves no row to learn from
    lags = [lag for lag in {"D": [1, 7, 14, 28], "W": [1, 2, 4, 8, 52], "M": [1, 2, 3, 12]}[case.freq] if lag < longest]
    windows = {"D": [7, 28], "W": [4, 13], "M": [3, 12]}[case.freq]
    parts = {"D": ["dayofweek", "month"], "W": ["week"], "M": ["month"]}[case.freq]
    offsets = {"D": "D", "M": "MS"}
    history = _long(case, covariates=True).rename({"sku": "unique_id", "day": "ds", "units": "y"}).to_pandas()
    history["ds"] = pd.to_datetime(history["ds"])
    anchor = history["ds"].dt.day_name().iloc[0][:3].upper()
    model = MLForecast(
        models={
            "mean": LGBMRegressor(n_estimators=300, learning_rate=0.05, objective="tweedie", verbosity=-1, n_jobs=2)
        },
        freq=offsets.get(case.freq, f"W-{anchor}"),
        lags=lags,
        lag_transforms={1: [RollingMean(window, min_samples=1) for window in windows]},
        date_features=parts,
        num_threads=2,
    )
    model.fit(history, static_features=[])
    future = None
    if case.future is not None:
        every = case.history.select("sku").unique().join(case.truth.select("day").unique(), how="cross")
        known = every.join(_numbers(case.future), on=["sku", "day"], how="left").fill_null(0.0).sort("sku", "day")
        future = known.rename({"sku": "unique_id", "day": "ds"}).to_pandas()
        future["ds"] = pd.to_datetime(future["ds"])
    told = pl.from_pandas(model.predict(case.horizon, X_df=future).reset_index(drop=True))
    flat = [pl.col("mean").alias(f"q{level:g}") for level in DECILES]
    return told.select(pl.col("unique_id").alias("sku"), pl.col("ds").cast(pl.Date).alias("day"), "mean", *flat)


def _long(case: Case, *, covariates: bool = False) -> pl.DataFrame:
    columns = ["sku", "day", "units"]
    frame = _numbers(case.history.drop("in_stock", strict=False))
    if covariates and case.future is not None:
        columns = frame.columns
    whole = frame.select("sku").unique().join(frame.select("day").unique(), how="cross")
    first = frame.group_by("sku").agg(pl.col("day").min().alias("first"))
    whole = whole.join(first, on="sku").filter(pl.col("day") >= pl.col("first")).drop("first")
    return whole.join(frame.select(columns), on=["sku", "day"], how="left").fill_null(0.0).sort("sku", "day")


def _numbers(frame: pl.DataFrame) -> pl.DataFrame:
    """Words as whether there is any: peers read numbers."""
    words = [name for name, kind in frame.schema.items() if kind == pl.String and name != "sku"]
    return frame.with_columns(pl.col(name).is_not_null().cast(pl.Float64) for name in words)


def judge(told: pl.DataFrame, case: Case) -> dict[str, float]:
    """WAPE, that of the median, WQL, bias and coverage; what was not told is taken to be what the SKU last sold.

    Periods of which the truth is not known are not judged.
    """
    usual = case.history.sort("day").group_by("sku").agg(pl.col("units").tail(case.horizon).mean().alias("usual"))
    truth = case.truth.filter(pl.col("units").is_finite())
    both = truth.join(told, on=["sku", "day"], how="left").join(usual, on="sku", how="left")
    both = both.with_columns(pl.col("^(mean|q0.*)$").fill_nan(None).fill_null(pl.col("usual")))
    both = both.with_columns(pl.exclude("sku", "day").fill_null(0.0))
    sold, mean = both["units"].to_numpy(), both["mean"].to_numpy()
    quantiles = np.maximum.accumulate(both.select(f"q{level:g}" for level in DECILES).to_numpy(), axis=1)
    total = np.abs(sold).sum()
    losses = [
        2 * np.maximum(level * (sold - told), (level - 1) * (sold - told)).sum() / total
        for level, told in zip(DECILES, quantiles.T, strict=True)
    ]
    return {
        "WAPE": float(np.abs(sold - mean).sum() / total),
        "WAPE of the median": float(np.abs(sold - quantiles[:, 4]).sum() / total),
        "WQL": float(np.mean(losses)),
        "bias": float((mean - sold).sum() / total),
        "coverage": _coverage(sold, quantiles),
    }


def _coverage(truth: Any, quantiles: Any) -> float:
    """Expected share of outcomes inside the 80 % interval, an outcome's levels drawn evenly (Czado et al. 2009).

    An outcome on which deciles lie covers levels from somewhere between the last decile below it and the first on it,
    the middle, to the same above; one of zero from 0 on. Between two deciles it covers what lies between their levels.
    """
    below, upto = (quantiles < truth[:, None]).sum(axis=1), (quantiles <= truth[:, None]).sum(axis=1)
    edges = np.array([0.0, *DECILES, 1.0])
    middles = (edges[:-1] + edges[1:]) / 2
    is_on = upto > below
    low = np.where(is_on, np.where(truth == 0, 0.0, middles[below]), edges[below])
    high = np.where(is_on, middles[upto], edges[upto + 1])
    return share_inside(low, high)


PEERS: dict[str, Callable[[Case], pl.DataFrame]] = {
    "naive": classical("naive"),
    "ets": classical("ets"),
    "croston": classical("croston"),
    "lightgbm": lightgbm,
}
NEEDED = {"naive": "statsforecast", "ets": "statsforecast", "croston": "statsforecast", "lightgbm": "mlforecast"}
NAMES = {"naive": "SeasonalNaive", "ets": "AutoETS", "croston": "CrostonOptimized", "lightgbm": "mlforecast LightGBM"}


def rows(data: Path, only: Sequence[str], peers: Sequence[str]) -> Iterator[Row]:
    """Each set, ours first."""
    for name, read in SETS.items():
        if only and name not in only:
            continue
        case = read(data)
        for who in ("shopwright", *peers):
            if who in NEEDED and importlib.util.find_spec(NEEDED[who]) is None:
                print(f"left out: {NAMES[who]}, for want of {NEEDED[who]}", file=sys.stderr)
                continue
            began, cpu = time.perf_counter(), time.process_time()
            told = ours(case) if who == "shopwright" else PEERS[who](case)
            seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
            found = judge(told, case)
            n = case.history["sku"].n_unique()
            note = ", ".join(f"{what} {value:.4f}" for what, value in found.items() if what != "WQL")
            yield Row(f"{name}, {NAMES.get(who, who)}", found["WQL"], "WQL", note=f"{note}, {n} SKUs, {seconds:.0f} s")


def censoring(seed: int = 1, n: int = 300, weeks: int = 112, horizon: int = 8) -> Iterator[Row]:
    """Bias of the forecast of drawn demand, of whose weeks a tenth was out of stock and sold a fifth; told and not."""
    draw = np.random.default_rng(seed)
    days = [date(2022, 1, 3) + timedelta(weeks=week) for week in range(weeks)]
    mean = 40 * draw.gamma(4, 0.25, (n, 1)) * np.ones((1, weeks))
    demand, is_out = draw.poisson(mean).astype(float), draw.random((n, weeks)) < 0.1
    sales = pl.DataFrame(
        {
            "sku": np.repeat([f"s{at:03d}" for at in range(n)], weeks),
            "day": days * n,
            "units": np.where(is_out, np.floor(demand * 0.2), demand).ravel(),
            "in_stock": ~is_out.ravel(),
        }
    )
    for what, known in (("stock-outs told", sales), ("not told", sales.drop("in_stock"))):
        told = forecast(known, horizon, "W").mean
        bias = float(told.sum() / np.repeat(mean[:, :1], horizon, axis=1).sum() - 1)
        yield Row(f"censoring, {what}: bias", bias, "", note="goal within ± 0.01" if what.startswith("stock") else "")


def hidden(seed: int = 1, n: int = 300, weeks: int = 112, horizon: int = 8) -> Iterator[Row]:
    """Bias of the same demand, of whose weeks a tenth sold nothing, in stretches of four to seven that nobody told.

    The last stretch ended six to twelve weeks ago. With `in_stock` said to be true zeros are taken at their word.
    """
    draw = np.random.default_rng(seed)
    mean = 40 * draw.gamma(4, 0.25, (n, 1))
    demand = draw.poisson(mean, (n, weeks)).astype(float)
    for end in (draw.integers(20, 50, n), weeks - draw.integers(6, 13, n)):
        before = end[:, None] - np.arange(weeks)[None, :]
        demand[(before > 0) & (before <= draw.integers(4, 8, (n, 1)))] = 0.0
    sales = pl.DataFrame(
        {
            "sku": np.repeat([f"s{at:03d}" for at in range(n)], weeks),
            "day": [date(2022, 1, 3) + timedelta(weeks=week) for week in range(weeks)] * n,
            "units": demand.ravel(),
        }
    )
    for what, known in (("read from sales", sales), ("said to be in stock", sales.with_columns(in_stock=pl.lit(True)))):
        bias = float(forecast(known, horizon, "W").mean.sum() / (horizon * mean.sum()) - 1)
        yield Row(f"hidden stock-outs, {what}: bias", bias, "")


def main() -> None:
    """Measure, print a table, write JSON."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--data", type=Path, required=True, help="folder of the real data sets")
    reader.add_argument("--only", nargs="*", default=[], choices=list(SETS))
    reader.add_argument("--peers", nargs="*", default=list(PEERS), choices=list(PEERS))
    reader.add_argument("--json", type=Path, default=Path(__file__).parent / "results" / "forecast.json")
    asked = reader.parse_args()
    found = []
    for row in () if asked.only else (*censoring(), *hidden()):
        print(f"{row.what}: {row.measured:+.4f}", file=sys.stderr, flush=True)
        found.append(row)
    for row in rows(asked.data, asked.only, asked.peers):
        print(f"{row.what}: {row.measured:.4f} {row.unit}  {row.note}", file=sys.stderr, flush=True)
        found.append(row)
    report(found, asked.json)


if __name__ == "__main__":
    main()
