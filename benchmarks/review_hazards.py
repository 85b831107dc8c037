"""Planted defects: days until `shopwright.reviews.hazards` rings, beside CUSUM on stars at as many false alarms.

    python benchmarks/review_hazards.py --data ../shared/data

Two worlds. The synthetic shop plants three dated defects in each shop, told of in English, German and Chinese. The
real one takes the women's clothing reviews, lays them over two years in random order, and lets some of the reviews of
well reviewed products say one more sentence from a day on, with one or two stars. The sentences below were written for
this benchmark; the lists of words were made finer, and rates chosen, with these same worlds in sight, so the figures
are not those of a held-out set. The rate of false alarms of `hazards` is measured first; CUSUM
then gets the allowance (delta) and the threshold that are quickest at no more false alarms than that.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
from measure import Row, report

from shopwright.reviews.hazards import hazards
from shopwright.shop.synthetic import make

DELTAS = (0.5, 1.0, 1.5, 2.0, 3.0)
ALLOWED = (2.0, 12.0)
FIRST, DAYS = date(2024, 1, 1), 730
SENTENCES = {
    "zip": (
        "The zipper got stuck and then ripped right off.",
        "Zip would not close after one wear.",
        "The zipper teeth bent.",
    ),
    "seam": (
        "A hole opened under the arm on day one.",
        "The side seam gave way when I sat down.",
        "Threads hanging everywhere and it unravelled.",
    ),
    "dye": (
        "The dye came off on my white couch.",
        "It turned my skin blue.",
        "Colour ran in a cold wash and ruined my other clothes.",
    ),
    "shrink": (
        "After one gentle wash it shrank two sizes.",
        "It shrunk so much my daughter wears it now.",
        "Came out of the wash tiny.",
    ),
    "smell": (
        "It reeks of petrol even after three washes.",
        "The chemical odor gave me a headache.",
        "Stinks of fish.",
    ),
    "rash": ("The fabric gave me a red rash.", "My neck broke out in hives.", "I had an allergic reaction to it."),
    "needle": (
        "I found a needle in the hem.",
        "A metal pin scratched my leg.",
        "Something sharp in the lining cut me.",
    ),
    "button": (
        "Two buttons fell off in the first hour.",
        "The buttons are already loose.",
        "A button popped when I put it on.",
    ),
}


@dataclass(frozen=True)
class World:
    """Dated reviews with planted defects: sku -> day of the first faulty review that there may be."""

    reviews: pl.DataFrame
    sales: pl.DataFrame | None
    planted: dict[str, date]

    @property
    def years(self) -> float:
        """How long the reviews reach."""
        return ((self.reviews["day"].max() - self.reviews["day"].min()).days + 1) / 365.25


def synthetic(seeds: int, orders: int) -> Iterator[World]:
    """Shops with three defects each in their last six weeks."""
    for seed in range(seeds):
        made = make(orders=orders, seed=seed)
        yield World(
            made.tables["reviews"].sort("at"),
            made.tables["order_lines"].select("sku", "day", "units"),
            {defect.sku: defect.first_day for defect in made.truth.defects},
        )


def real(data: Path, seeds: int, share: float) -> Iterator[World]:
    """Women's clothing over two years; eight products with 60 to 400 reviews turn faulty within the second year."""
    raw = pl.read_parquet(data / "womens_clothing" / "reviews.parquet").select(
        pl.col("row").cast(pl.String).alias("review"),
        pl.col("Clothing ID").cast(pl.String).alias("sku"),
        pl.col("Rating").cast(pl.Float64).alias("stars"),
        pl.col("Review Text").fill_null("").alias("text"),
    )
    able = raw.group_by("sku").len().filter(pl.col("len").is_between(60, 400)).sort("sku")["sku"].to_list()
    for seed in range(seeds):
        draw = np.random.default_rng(seed)
        on = draw.integers(0, DAYS, raw.height)
        chosen = draw.permutation(able)[: len(SENTENCES)].tolist()
        begun = {sku: int(draw.integers(400, DAYS - 120)) for sku in chosen}
        said = dict(zip(chosen, SENTENCES.values(), strict=True))
        rows = []
        for (review, sku, stars, text), day in zip(raw.iter_rows(), on.tolist(), strict=True):
            if sku in begun and day >= begun[sku] and draw.random() < share:
                more = said[sku][draw.integers(len(said[sku]))]
                rows.append((review, sku, float(draw.choice([1, 2], p=[0.65, 0.35])), f"{text} {more}", day))
            else:
                rows.append((review, sku, stars, text, day))
        table = pl.DataFrame(rows, schema=["review", "sku", "stars", "text", "on"], orient="row")
        days = table.with_columns((pl.lit(FIRST) + pl.duration(days="on")).cast(pl.Date).alias("day"))
        yield World(days.sort("day", "review"), None, {sku: FIRST + timedelta(days=at) for sku, at in begun.items()})


def ours(world: World, allowed: float) -> list[tuple[str, date]]:
    """Alarms of `hazards`: product and day, one for each theme."""
    found = hazards(world.reviews, world.sales, false_alarms=allowed).alarms
    return list(found.select("sku", "alarm").iter_rows())


def cusum(world: World, delta: float) -> list[tuple[str, date, float]]:
    """CUSUM of how far stars lie below the product's mean, shrunk and known before, less half of delta.

    Returns the height of each excursion at each of its new peaks, so that any threshold can be read off.
    """
    overall = float(world.reviews["stars"].mean())
    peaks = []
    for (sku,), rows in world.reviews.drop_nulls("stars").group_by(["sku"], maintain_order=True):
        total, n, score, high = 10 * overall, 10.0, 0.0, 0.0
        for stars, day in rows.select("stars", "day").iter_rows():
            score = max(0.0, score + total / n - delta / 2 - stars)
            high = high if score else 0.0
            if score > high:
                high = score
                peaks.append((sku, day, score))
            total, n = total + stars, n + 1
    return peaks


def rung(peaks: list[tuple[str, date, float]], threshold: float) -> list[tuple[str, date]]:
    """The first alarm of each product before its defect, and all alarms at the days they ring."""
    return [(sku, day) for sku, day, score in peaks if score >= threshold]


def judged(worlds: list[World], alarms: list[list[tuple[str, date]]]) -> tuple[float, np.ndarray]:
    """False alarms a year (one a product, before its defect), and the days until each defect rang or the end came."""
    false, years, delays = 0, 0.0, []
    for world, rings in zip(worlds, alarms, strict=True):
        last = world.reviews["day"].max()
        false += len({sku for sku, day in rings if sku not in world.planted or day < world.planted[sku]})
        years += world.years
        for sku, first in world.planted.items():
            days = [day for name, day in rings if name == sku and day >= first]
            delays.append((min(days, default=last) - first).days)
    return false / years, np.array(delays)


def matched(worlds: list[World], rate: float) -> tuple[float, float, float, np.ndarray]:
    """The quickest CUSUM on stars with no more false alarms a year than `rate`: delta, threshold, rate, delays."""
    best = None
    for delta in DELTAS:
        peaks = [cusum(world, delta) for world in worlds]
        for threshold in np.arange(0.5, 40.0, 0.25):
            got, delays = judged(worlds, [rung(each, threshold) for each in peaks])
            if got <= rate:
                if best is None or delays.mean() < best[3].mean():
                    best = (delta, float(threshold), got, delays)
                break
    assert best is not None
    return best


def compared(name: str, worlds: list[World]) -> Iterator[Row]:
    """Both at the same rate of false alarms, for each number of them allowed."""
    for allowed in ALLOWED:
        rate, mine = judged(worlds, [ours(world, allowed) for world in worlds])
        # No rate is known finer than one alarm in all the years looked at.
        floor = 1 / sum(world.years for world in worlds)
        delta, threshold, theirs_rate, theirs = matched(worlds, max(rate, floor))
        what = f"{name}, {allowed:g} a year allowed"
        yield Row(f"{what}: false alarms a year", rate, "", note=f"{len(worlds)} worlds, {len(mine)} defects")
        yield Row(f"{what}: mean delay", mine.mean(), "days", note=f"median {np.median(mine):g}")
        note = f"delta {delta:g}, threshold {threshold:g}, {theirs_rate:.2f} false alarms; median {np.median(theirs):g}"
        yield Row(f"{what}: mean delay of CUSUM on stars", theirs.mean(), "days", note=note)
        yield Row(f"{what}: delay against CUSUM", mine.mean() / theirs.mean(), "", 0.5, "goal: half")


def rows(data: Path, seeds: int = 8, orders: int = 20_000) -> Iterator[Row]:
    """Every figure."""
    yield from compared("synthetic shop", list(synthetic(seeds, orders)))
    yield from compared("women's clothing, 30 % tell", list(real(data, min(seeds, 4), 0.3)))


def main() -> None:
    """Measure, print a table, write JSON."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--data", type=Path, required=True, help="folder of the real data sets")
    reader.add_argument("--seeds", type=int, default=8)
    reader.add_argument("--orders", type=int, default=20_000)
    reader.add_argument("--json", type=Path, default=Path(__file__).parent / "results" / "review_hazards.json")
    asked = reader.parse_args()
    found = []
    for row in rows(asked.data, asked.seeds, asked.orders):
        print(f"{row.what}: {row.measured:.2f} {row.unit}  {row.note}", file=sys.stderr, flush=True)
        found.append(row)
    report(found, asked.json)


if __name__ == "__main__":
    main()
