"""What reviews are worth to the forecast: the same backtest with and without them, on shops with sales and reviews.

    python benchmarks/forecast_reviews.py --data FOLDER [--windows 4] [--only drawn olist]

Olist by product, and by category as if each were a product, for hardly a product sells twice; and drawn shops whose
sales fall to 40 or 70 % eight weeks after bad reviews begin, or in which these are those of other products.
WQL over all windows; taken: windows in which the trees took reviews, as they change a digit there.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).parent))

from measure import Row, report

from shopwright.forecast import Backtest, backtest
from shopwright.settings import Settings
from shopwright.shop.imports import import_paths
from shopwright.shop.shop import Shop, open_shop
from shopwright.strategy.foreseeing import listen

PRODUCTS, WEEKS, WAIT = 60, 130, 8
FIRST = date(2022, 1, 3)
DRAWN = {"falls to 40 %": (0.4, False), "falls to 70 %": (0.7, False), "reviews of others": (0.4, True)}
EXPORTS = ("olist_all_statuses", "olist_5000_orders")
Cases = Iterator[tuple[str, Shop]]


def drawn(_: Path) -> Cases:
    """Three seeds of each drawn shop."""
    for name, (fall, is_noise) in DRAWN.items():
        for seed in range(3):
            yield f"drawn, {name}, seed {seed}", drawn_shop(np.random.default_rng(seed), fall, is_noise=is_noise)


def drawn_shop(draw: np.random.Generator, fall: float, *, is_noise: bool) -> Shop:
    """Sixty products; each has spells of 8 to 20 weeks in which seven reviews in ten are bad, not one."""
    spells = bad_spells(draw, PRODUCTS, WEEKS)
    mean = draw.uniform(4, 20, (PRODUCTS, 1)) * np.where(np.roll(spells, WAIT, axis=1), fall, 1.0)
    units = draw.poisson(mean)
    places = [(sku, week) for sku, week in np.ndindex(units.shape) if units[sku, week]]
    lines = pl.DataFrame(
        {
            "order": [f"o{at}" for at in range(len(places))],
            "line": ["1"] * len(places),
            "sku": [f"s{sku:02}" for sku, _ in places],
            "at": [at_noon(FIRST, week, 6 if week == WEEKS - 1 else sku % 7) for sku, week in places],
            "units": [float(units[place]) for place in places],
        }
    )
    told = reviews(draw.permutation(spells) if is_noise else spells, draw, FIRST, 1.5)
    return Shop.of({"order_lines": lines, "reviews": told})


def bad_spells(draw: np.random.Generator, products: int, weeks: int) -> np.ndarray:
    """In which weeks of each product most reviews are bad, shape (products, weeks)."""
    spells = np.zeros((products, weeks), bool)
    for row in spells:
        at = draw.integers(0, 60)
        while at < weeks:
            length = draw.integers(8, 20)
            row[at : at + length] = True
            at += length + draw.integers(25, 70)
    return spells


def reviews(spells: np.ndarray, draw: np.random.Generator, first: date, rate: float, text: str = "") -> pl.DataFrame:
    """`rate` reviews a week of each product from `first` on; seven in ten are bad in its spells, one in ten else."""
    rows = []
    for sku, week in np.ndindex(spells.shape):
        for _ in range(draw.poisson(rate)):
            is_bad = draw.random() < (0.7 if spells[sku, week] else 0.1)
            stars = float(draw.choice([1, 2] if is_bad else [3, 4, 5, 5]))
            rows.append((f"r{len(rows)}", f"s{sku:02}", at_noon(first, week, int(draw.integers(7))), stars, text))
    return pl.DataFrame(rows, schema=["review", "sku", "at", "stars", "text"], orient="row")


def at_noon(first: date, week: int, day: int) -> datetime:
    """Noon of a day of the week that many after the first."""
    return datetime.combine(first + timedelta(weeks=int(week), days=int(day)), time(12), UTC)


def olist(data: Path) -> Cases:
    """Both exports, by week and month, of products and of categories."""
    with tempfile.TemporaryDirectory() as folder:
        for export in EXPORTS:
            import_paths([data / export], Path(folder) / export, format="olist")
            shop = open_shop(Path(folder) / export)
            for period, word in (("W", "weeks"), ("M", "months")):
                settings = Settings.model_validate({"demand": {"period": period}})
                yield f"{export}, products, {word}", Shop.of(_tables(shop, by_category=False), settings)
                yield f"{export}, categories, {word}", Shop.of(_tables(shop, by_category=True), settings)


def _tables(shop: Shop, *, by_category: bool) -> dict[str, pl.DataFrame]:
    """Sales and reviews; of categories as if each were a product."""
    group = shop.table("products").select("sku", pl.col("category").fill_null("none").alias("group")).collect()
    tables = {}
    for name in ("order_lines", "reviews"):
        rows = shop.table(name).collect().drop("day")
        if by_category:
            rows = rows.join(group, on="sku", how="left").with_columns(pl.col("group").alias("sku")).drop("group")
        tables[name] = rows
    return tables


def measured(name: str, shop: Shop, windows: int) -> Row:
    """The loss with reviews over that without them, less one, in per cent."""
    without, heard = (backtest(shop, windows=windows, listen=each) for each in (None, listen))
    change = 100 * (heard.total.wql / without.total.wql - 1)
    note = f"WQL {without.total.wql:.4f} → {heard.total.wql:.4f}, taken in {_taken(without, heard)} of {len(heard)}"
    return Row(name, change, "%", note=note)


def _taken(without: Backtest, heard: Backtest) -> int:
    pairs = zip(without.cells.partition_by("window"), heard.cells.partition_by("window"), strict=True)
    return sum(not one.equals(other) for one, other in pairs)


def main() -> None:
    """Measure, print a table, write JSON."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--data", type=Path, required=True, help="folder of the real data sets")
    reader.add_argument("--windows", type=int, default=4)
    reader.add_argument("--only", nargs="*", default=["drawn", "olist"], choices=["drawn", "olist"])
    reader.add_argument("--json", type=Path, default=Path(__file__).parent / "results" / "forecast_reviews.json")
    asked = reader.parse_args()
    rows = []
    for part in asked.only:
        for name, shop in {"drawn": drawn, "olist": olist}[part](asked.data):
            rows.append(measured(name, shop, asked.windows))
            print(f"{name}: {rows[-1].measured:+.1f} %  {rows[-1].note}", file=sys.stderr, flush=True)
    report(rows, asked.json)


if __name__ == "__main__":
    main()
