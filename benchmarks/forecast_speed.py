"""How long forecasts of whole assortments take, in memory of what size, beside statsforecast's AutoETS.

    python benchmarks/forecast_speed.py             all parts
    python benchmarks/forecast_speed.py days        10,000 SKUs, two years of days, 28 days ahead, orders
    python benchmarks/forecast_speed.py weeks       1,000, 10,000 and 100,000 SKUs, two years of weeks, 8 weeks ahead
    python benchmarks/forecast_speed.py peer        series in a second, and accuracy, beside AutoETS on 300 of them
    python benchmarks/forecast_speed.py workers     the same digits with one worker or two

The sales are drawn: negative binomial counts around a level of each SKU, a weekday, a year and promotions that are
known ahead (weeks: a year alone). Each part runs in a process of its own, whose processor seconds and peak memory are
told.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).parent))

from measure import Row, command, report

from shopwright.forecast import forecast
from shopwright.inventory import Policy, reorder
from shopwright.shop.demand import Demand

FIRST = date(2023, 1, 2)
WEEKDAY = np.array([0.8, 0.8, 0.9, 1.0, 1.3, 1.5, 0.7])
PERIODS = {"D": (730, 28), "W": (104, 8)}
STEP = {"D": 1, "W": 7}
SAMPLE = 300  # series that AutoETS is given: it takes the same time for each


def drawn(n: int, freq: str, seed: int = 0) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Sales of n SKUs, and what is known ahead with the units that will be sold: sku, day, units, promotion."""
    past, ahead = PERIODS[freq]
    t = past + ahead
    rng = np.random.default_rng(seed)
    days = [FIRST + timedelta(days=STEP[freq] * at) for at in range(t)]
    turn = np.array([day.timetuple().tm_yday for day in days]) / 365.25
    level = rng.lognormal(0.5, 1.2, (n, 1)) * STEP[freq]
    swing = rng.uniform(0, 0.6, (n, 1))
    mean = level * (1 + swing * np.sin(2 * np.pi * (turn + rng.uniform(-0.05, 0.05, (n, 1)))))
    promotion = np.zeros((n, t), np.int8)
    if freq == "D":
        mean = mean * WEEKDAY[np.arange(t) % 7]
        promotion = np.repeat(rng.random((n, -(-t // 7))) < 0.1, 7, axis=1)[:, :t].astype(np.int8)
        mean = np.where(promotion > 0, mean * rng.uniform(1.2, 2.5, (n, 1)), mean)
    shape = 3.0
    units = rng.negative_binomial(shape, shape / (shape + mean)).astype(np.float64)
    frame = pl.DataFrame(
        {
            "sku": np.repeat([f"s{at:06}" for at in range(n)], t),
            "day": pl.Series(days * n, dtype=pl.Date),
            "units": units.ravel(),
            "promotion": promotion.ravel(),
        }
    )
    if freq != "D":
        frame = frame.drop("promotion")
    first = days[past]
    return frame.filter(pl.col("day") < first), frame.filter(pl.col("day") >= first)


def ours(n: int, freq: str, executor: Any = None) -> Demand:
    """Shopwright, out of the box."""
    history, later = drawn(n, freq)
    future = later.drop("units") if freq == "D" else None
    kind: Any = freq
    return forecast(history, PERIODS[freq][1], kind, future=future, executor=executor)


def orders(demand: Demand) -> pl.DataFrame:
    """What to order for stock of a week's sales."""
    stock = pl.DataFrame({"sku": demand.skus, "on_hand": np.round(demand.mean[:, :7].sum(axis=1))})
    return reorder(demand, stock, Policy(lead_time=7, review=7))


def whole(n: int, freq: str) -> dict[str, float]:
    """Seconds of drawing, forecasting and ordering."""
    began = time.perf_counter(), time.process_time()
    drawn(n, freq)
    drew = time.perf_counter(), time.process_time()
    demand = ours(n, freq)
    told = time.perf_counter(), time.process_time()
    if freq == "D":
        orders(demand)
    ended = time.perf_counter(), time.process_time()
    spans = ((began, drew), (drew, told), (told, ended))
    draw, tell, order = ([later[at] - before[at] for at in (0, 1)] for before, later in spans)
    return {
        "forecast": tell[0] - draw[0], "forecast_cpu": tell[1] - draw[1],
        "orders": order[0], "orders_cpu": order[1],
    }  # fmt: skip


def peer(n: int) -> dict[str, float]:
    """Ours on n series and AutoETS on some of them, on one core: series in a processor second, and WAPE on those."""
    from statsforecast.models import AutoETS

    history, later = drawn(n, "D")
    truth, series = (frame.sort("sku", "day")["units"].to_numpy().reshape(n, -1)[:SAMPLE] for frame in (later, history))
    began = time.process_time()
    with np.errstate(all="ignore"):
        theirs = np.stack([AutoETS(season_length=7).forecast(y=units, h=truth.shape[1])["mean"] for units in series])
    ets = time.process_time() - began
    began = time.process_time()
    told = ours(n, "D").mean[:SAMPLE]
    own = time.process_time() - began
    total = truth.sum()
    return {
        "ets": len(series) / ets, "ours": n / own,
        "ets_wape": float(np.abs(theirs - truth).sum() / total), "ours_wape": float(np.abs(told - truth).sum() / total),
    }  # fmt: skip


def workers(n: int) -> dict[str, float]:
    """The largest difference between here, one worker and two."""
    here = ours(n, "D")
    gaps = []
    for count in (1, 2):
        with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as pool:
            there = ours(n, "D", pool)
        gaps.append(float(np.abs(there.quantiles - here.quantiles).max()))
    return {"gap": max(gaps)}


def alone(part: str, n: int, freq: str = "D") -> tuple[dict[str, float], float]:
    """A part in a process of its own: what it found, and its peak memory in GB."""
    run = command([sys.executable, __file__, "--alone", part, "--sizes", str(n), "--freq", freq])
    return json.loads(run.out.splitlines()[-1]), run.peak_mb / 1e3


def days(sizes: list[int]) -> Iterator[Row]:
    """Ten thousand SKUs by day, with orders."""
    for n in sizes or [10_000]:
        found, peak = alone("whole", n)
        seconds = found["forecast"] + found["orders"]
        note = f"forecast {found['forecast']:.0f} s, {found['forecast_cpu']:.0f} CPU s; orders {found['orders']:.0f} s"
        yield Row(f"{n:,} SKUs x 730 days, 28 days ahead, orders", seconds, "s", 300 if n == 10_000 else None, note)
        yield Row("its peak memory", peak, "GB", 4)


def weeks(sizes: list[int]) -> Iterator[Row]:
    """The cost of a SKU at three sizes."""
    for n in sizes or [1_000, 10_000, 100_000]:
        found, peak = alone("whole", n, "W")
        note = (
            f"{found['forecast_cpu']:.0f} CPU s, {1e3 * found['forecast_cpu'] / n:.1f} CPU ms a SKU, peak {peak:.1f} GB"
        )
        yield Row(f"{n:,} SKUs x 104 weeks, 8 weeks ahead", found["forecast"], "s", None, note)


def beside(sizes: list[int]) -> Iterator[Row]:
    """Throughput and accuracy beside AutoETS."""
    for n in sizes or [1_000, 10_000]:
        found, _ = alone("peer", n)
        note = f"ours {found['ours']:.1f}, AutoETS {found['ets']:.1f} series in a processor second ({SAMPLE} of them)"
        yield Row(f"AutoETS's throughput over ours, {n:,} SKUs x 730 days", found["ets"] / found["ours"], "", 0.2, note)
        yield Row("WAPE of ours over AutoETS's", found["ours_wape"] / found["ets_wape"], "", 1.0,
                  f"{found['ours_wape']:.4f} and {found['ets_wape']:.4f}")  # fmt: skip


def alike(sizes: list[int]) -> Iterator[Row]:
    """Here, one worker and two."""
    for n in sizes or [300]:
        found, _ = alone("workers", n)
        yield Row(f"largest difference of any quantile, {n:,} SKUs: here, one worker, two", found["gap"], "units", 0.0)


PARTS = {"days": days, "weeks": weeks, "peer": beside, "workers": alike}
ALONE = {"whole": whole, "peer": peer, "workers": workers}


def main() -> None:
    """Measure, print a table, write JSON."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("parts", nargs="*", default=list(PARTS), help=f"some of: {', '.join(PARTS)}")
    reader.add_argument("--sizes", nargs="*", type=int, default=[])
    reader.add_argument("--freq", default="D", choices=list(PERIODS))
    reader.add_argument("--alone", choices=list(ALONE), help="run one measurement here and print what it found")
    reader.add_argument("--json", type=Path, default=Path(__file__).parent / "results" / "forecast_speed.json")
    asked = reader.parse_args()
    if asked.alone:
        arguments = (asked.sizes[0], asked.freq) if asked.alone == "whole" else (asked.sizes[0],)
        print(json.dumps(ALONE[asked.alone](*arguments)))
        return
    found = []
    for part in asked.parts:
        for row in PARTS[part](asked.sizes):
            print(f"{row.what}: {row.measured:.4g} {row.unit}  {row.note}", file=sys.stderr, flush=True)
            found.append(row)
    report(found, asked.json)


if __name__ == "__main__":
    main()
