"""How often totals lie inside the 80 % range of joint futures: of products, and of all of them together.

    python benchmarks/forecast_totals.py --data FOLDER [--only VN2 …]

Each set is judged on its last windows, one after the other, as far back as its history goes; of what a window holds,
80 % should lie inside. Four totals: a product over the horizon, twenty products at random in a period, all products in
a period, all over the horizon. Beside them the same quantiles with every surprise drawn for itself.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).parent))

from demand_sets import SETS, Case, earlier, share_inside
from measure import Row, report

from shopwright.forecast import forecast
from shopwright.shop.demand import Demand
from shopwright.shop.surprises import Common

WINDOWS = {"VN2": 5, "Rossmann": 4, "Walmart": 4, "M5 FOODS_3/TX_3": 3, "Online Retail, days": 3}  # two of the others
MOST, DRAWS, GROUP = 1500, 300, 20
TOTALS = ("a product, horizon", "twenty, period", "all, period", "all, horizon")


def back(case: Case, windows: int) -> Iterator[Case]:
    """The last window, the one before, and so on."""
    for _ in range(windows):
        yield case
        case = earlier(case)


def sold_of(case: Case, demand: Demand) -> Any:
    """What sold, shape (SKUs, periods), NaN where it is not known."""
    at = {sku: row for row, sku in enumerate(demand.skus)}
    column = {day: number for number, day in enumerate(demand.days)}
    sold = np.full(demand.mean.shape, np.nan)
    for sku, day, units in case.truth.filter(pl.col("units").is_finite()).iter_rows():
        if sku in at:
            sold[at[sku], column[day]] = units
    return sold


def inside(futures: Any, sold: Any, half: float) -> float:
    """Expected share inside 10 to 90 %; an outcome covers the levels of the futures that equal it."""
    start = (futures < sold - half - 1e-9).mean(axis=0)
    end = np.maximum((futures <= sold + half + 1e-9).mean(axis=0), start + 1 / DRAWS)
    return share_inside(start, end)


def held(demand: Demand, sold: Any) -> list[float]:
    """Shares inside, of the four totals."""
    draw = np.random.default_rng(0)
    rows = draw.permutation(np.flatnonzero(np.isfinite(sold).all(axis=1)))[:MOST]
    paths, sold = demand.paths(DRAWS, skus=[demand.skus[row] for row in rows]), sold[rows]
    half = 0.5 if demand.whole else 0.0
    groups = draw.permutation(len(rows))[: len(rows) // GROUP * GROUP].reshape(-1, GROUP)
    return [
        inside(paths.sum(axis=2), sold.sum(axis=1), half),
        inside(paths[:, groups].sum(axis=2), sold[groups].sum(axis=1), half),
        inside(paths.sum(axis=1), sold.sum(axis=0), half),
        inside(paths.sum(axis=(1, 2)), sold.sum(), half),
    ]


def rows(data: Path, only: Sequence[str]) -> Iterator[Row]:
    """Each set, and the mean over sets."""
    every: list[Any] = []
    for name, read in SETS.items():
        if only and name not in only:
            continue
        found = []
        for case in back(read(data), WINDOWS.get(name, 2)):
            freq: Any = case.freq
            demand = forecast(case.history, case.horizon, freq, future=case.future, static=case.static)
            alone = replace(demand, lasting=0.0, rho=np.zeros(len(demand.skus)), common=Common())
            sold = sold_of(case, demand)
            found.append([held(demand, sold), held(alone, sold)])
        every.append(np.mean(found, axis=0))
        yield from _told(name, every[-1], f"{len(found)} windows")
    if len(every) > 1:
        yield from _told("mean of sets", np.mean(every, axis=0), f"{len(every)} sets")


def _told(name: str, shares: Any, note: str) -> Iterator[Row]:
    for what, ours, alone in zip(TOTALS, *shares, strict=True):
        yield Row(f"{name}: {what}", 100 * ours, "%", note=f"{note}; {100 * alone:.0f} % drawn for itself, 80 % told")


def main() -> None:
    """Measure, print a table, write JSON."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--data", type=Path, required=True, help="folder of the real data sets")
    reader.add_argument("--only", nargs="*", default=[], choices=list(SETS))
    reader.add_argument("--json", type=Path, default=Path(__file__).parent / "results" / "forecast_totals.json")
    asked = reader.parse_args()
    found = []
    for row in rows(asked.data, asked.only):
        print(f"{row.what}: {row.measured:.0f} % ({row.note})", file=sys.stderr, flush=True)
        found.append(row)
    report(found, asked.json)


if __name__ == "__main__":
    main()
