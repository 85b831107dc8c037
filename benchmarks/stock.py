"""Orders judged in money: VN2 under strict timing, rules side by side, and how long whole stocks take.

    python benchmarks/stock.py                      all parts
    python benchmarks/stock.py vn2                  six windows of VN2
    python benchmarks/stock.py level                the level of orders, on demand that is known
    python benchmarks/stock.py scale --sizes 1000 20000

VN2: an order placed before week k knows the sales before that week and is sellable from week k + 2. Opening stock
round(1.3 × mean of the last 13 weeks, those out of stock left out), round(mean) due in weeks 1 and 2 each, six orders,
0.2 for each unit left at the end of a week, 1.0 for each lost sale, summed over weeks 3 to 8.

Level: the rule is played forward on negative-binomial demand of which it knows the distribution, with the holding cost
it reckons with scaled; where a scale of 1 costs least the rule reckons rightly.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl
from scipy.stats import nbinom, norm

sys.path.insert(0, str(Path(__file__).parent))

from measure import Row, report

from shopwright.forecast import forecast
from shopwright.i18n import Text
from shopwright.inventory import Policy, Replay, Rule, Span, order, read_terms, simulate
from shopwright.inventory.rules import BaseStock, Cover, FixedLot, Foresight, MinMax, Newsvendor, moving_mean
from shopwright.inventory.sold import Sold, read_sold
from shopwright.shop.demand import Demand

FIRST_WEEKS = (109, 117, 125, 133, 141, 149)  # 0-based, of the first demand week of each window
TERMS = Policy(lead_time=3, review=1, holding_cost=0.2, shortage_cost=1.0)
LEVELS = tuple(float(level) for level in (0.02, 0.05, *(np.arange(1, 20) / 20)[1:-1], 0.95, 0.98))


def sales_of(folder: Path) -> pl.DataFrame:
    """VN2's two tables as one: sku, day, units, in_stock."""
    wide = [pl.read_parquet(folder / f"{name}.parquet") for name in ("sales", "in_stock")]
    sku = pl.concat_str(pl.col("Store").cast(pl.String), pl.col("Product").cast(pl.String), separator="-").alias("sku")
    long = [
        table.select(sku, pl.exclude("Store", "Product")).unpivot(index="sku", variable_name="day", value_name=value)
        for table, value in zip(wide, ("units", "in_stock"), strict=True)
    ]
    return long[0].join(long[1], on=["sku", "day"]).with_columns(pl.col("day").str.to_date()).sort("sku", "day")


def told(folder: Path) -> pl.DataFrame:
    """What VN2 says of its products: store, product and the groups they belong to."""
    sku = pl.concat_str(pl.col("Store").cast(pl.String), pl.col("Product").cast(pl.String), separator="-").alias("sku")
    return pl.read_parquet(folder / "master.parquet").with_columns(sku).cast(pl.String)


def opening(sold: Sold, first: int) -> pl.DataFrame:
    """Stock at the start of a window: on hand, and due in the first two weeks."""
    recent = sold.known[:, max(0, first - 13) : first]
    n = np.isfinite(recent).sum(axis=1)
    mean = np.divide(np.nansum(recent, axis=1), n, out=np.zeros(len(n)), where=n > 0)
    due = np.rint(mean)
    return pl.DataFrame({"sku": list(sold.skus), "on_hand": np.rint(1.3 * mean), "due_1": due, "due_2": due})


def play(sales: pl.DataFrame, rule: Rule, first: int, policy: Policy = TERMS) -> Replay:
    """One window of VN2; weeks 3 to 8 count."""
    sold = read_sold(sales, "W")
    stock = opening(sold, first)
    return simulate(sales, rule, policy, start=sold.days[first], stock=stock, span=Span(8, 6, 2))


def blend(history: pl.DataFrame, horizon: int, freq: str = "W") -> Demand:
    """The plain forecast of the field notes: mean of seasonal averages over 8, 13, 26, 52 weeks, spread 0.7·√demand."""
    sold = read_sold(history, "W")
    mean = np.mean([moving_mean(sold, horizon, window) for window in (8, 13, 26, 52)], axis=0)
    spread = mean[:, :, None] + 0.7 * np.sqrt(mean)[:, :, None] * norm.ppf(LEVELS)
    as_of = sold.next_days(1)[0] - timedelta(days=1)
    zero = np.zeros(len(sold.skus))
    return Demand(
        sold.skus,
        sold.next_days(horizon),
        "W",
        mean,
        LEVELS,
        np.maximum(spread, 0.0),
        zero,
        as_of,
        Text.literal("blend"),
    )


RULES: dict[str, Callable[[pl.DataFrame, pl.DataFrame], Rule]] = {
    "organiser: 13-week seasonal average, cover 4 weeks": lambda *_: Cover(4, 13),
    "cover 3 weeks": lambda *_: Cover(3, 13),
    "base stock, 83 %": lambda *_: BaseStock(1 / 1.2),
    "(s, S), 83 %, 2 weeks": lambda *_: MinMax(1 / 1.2, 2.0),
    "(R, Q), 83 %, 2 weeks": lambda *_: FixedLot(1 / 1.2, 2.0),
    "blend of averages, reorder": lambda *_: Newsvendor(blend),
    "shopwright.forecast, reorder": lambda _, static: Newsvendor(partial(forecast, static=static)),
    "perfect foresight": lambda sales, _: Foresight(sales),
}


def vn2(folder: Path) -> Iterator[Row]:
    """Cost of each rule on each window, and their mean."""
    sales, static = sales_of(folder / "vn2"), told(folder / "vn2")
    for name, make in RULES.items():
        began = time.perf_counter()
        played = [play(sales, make(sales, static), first) for first in FIRST_WEEKS]
        costs = [replay.cost for replay in played]
        fill = sum(float(replay.met.sum()) for replay in played) / sum(float(replay.demand.sum()) for replay in played)
        note = (
            f"{' / '.join(f'{cost:,.0f}' for cost in costs)}; fill rate {fill:.1%}, {time.perf_counter() - began:.0f} s"
        )
        asked = 4600 if name.startswith("shopwright") else None
        yield Row(f"VN2 {name}", float(np.mean(costs)), "€ a window", asked, note)


def known(n: int, horizon: int, mean: float, variance: float) -> Demand:
    """Demand of n SKUs told as it is: negative-binomial, periods independent."""
    p = mean / variance
    levels = tuple(float(level) for level in np.arange(1, 200) / 200)
    told = nbinom.ppf(levels, mean * p / (1 - p), p)
    skus, day = tuple(f"s{at:04d}" for at in range(n)), date(2024, 1, 1)
    return Demand(
        skus,
        tuple(day + timedelta(days=7 * at) for at in range(horizon)),
        "W",
        np.full((n, horizon), mean),
        levels,
        np.tile(told, (n, horizon, 1)),
        np.zeros(n),
        day - timedelta(days=1),
        Text.literal("known"),
    )


def forward(lead: int, scale: float, weeks: int, n: int = 200, mean: float = 3.0, variance: float = 6.0) -> float:
    """Cost of a SKU and week when orders reckon with a scaled holding cost, after four lead times to settle."""
    demand, draw, p = known(n, lead, mean, variance), np.random.default_rng(lead), mean / variance
    policy = Policy(lead_time=lead, holding_cost=TERMS.holding_cost * scale, shortage_cost=TERMS.shortage_cost)
    shelf, due, cost = np.full(n, np.rint(mean)), [np.full(n, np.rint(mean))] * (lead - 1), 0.0
    for week in range(weeks + 4 * lead):
        columns = {f"due_{at + 1}": units for at, units in enumerate(due)}
        stock = pl.DataFrame({"sku": list(demand.skus), "on_hand": shelf, **columns})
        lines = order(demand, read_terms(stock, policy), seed=week).lines
        due = [*due, np.array([line.units for line in lines])]
        there, asked = shelf + due[0], draw.negative_binomial(mean * p / (1 - p), p, n)
        shelf, due = np.maximum(there - asked, 0.0), due[1:]
        if week >= 4 * lead:
            missed = np.maximum(asked - there, 0.0)
            cost += float((TERMS.shortage_cost * missed + TERMS.holding_cost * shelf).sum())
    return cost / (n * weeks)


def level(leads: tuple[int, ...] = (1, 2, 3, 5, 8), weeks: int = 60) -> Iterator[Row]:
    """The rule's cost against that of the best scale of its holding cost, by lead time."""
    scales = (0.5, 0.67, 0.8, 1.0, 1.25, 1.5, 2.0)
    for lead in leads:
        costs = {scale: forward(lead, scale, weeks) for scale in scales}
        best = min(costs, key=costs.__getitem__)
        note = ", ".join(f"× {scale:g}: {costs[scale] / costs[best]:.3f}" for scale in scales)
        yield Row(
            f"lead time {lead}: ours / best scale", costs[1.0] / costs[best], "x", None, f"best × {best:g}; {note}"
        )


def world(n: int, horizon: int = 4, seed: int = 0) -> tuple[Demand, pl.DataFrame]:
    """A stock of n SKUs with log-normal sales, costs, packs and suppliers."""
    draw = np.random.default_rng(seed)
    mean = np.exp(draw.normal(0.5, 1.2, n))[:, None] * np.ones(horizon)
    z = np.array([-1.28, -0.67, 0.0, 0.67, 1.28, 2.05])
    quantiles = np.maximum(mean[:, :, None] + 1.2 * z * np.sqrt(mean)[:, :, None], 0.0)
    skus = tuple(f"s{at:07d}" for at in range(n))
    levels = (0.1, 0.25, 0.5, 0.75, 0.9, 0.98)
    days, as_of = tuple(date(2024, 1, 1) + timedelta(days=7 * at) for at in range(horizon)), date(2023, 12, 31)
    demand = Demand(skus, days, "W", mean, levels, quantiles, np.full(n, 0.2), as_of, Text.literal("drawn"))
    cost = np.round(np.exp(draw.normal(2, 0.8, n)), 2)
    return demand, pl.DataFrame(
        {
            "sku": list(skus),
            "on_hand": np.rint(mean[:, 0] * draw.uniform(0, 3, n)),
            "due_1": np.rint(mean[:, 0] * draw.uniform(0, 1, n)),
            "cost": cost,
            "shortage_cost": 0.6 * cost,
            "holding_cost": 0.01 * cost,
            "pack_size": draw.choice([1.0, 1.0, 1.0, 6.0], n),
            "supplier": [f"supplier {at}" for at in draw.integers(0, 100, n)],
        }
    )


def scale(sizes: list[int]) -> Iterator[Row]:
    """Seconds for whole stocks, with and without what all orders share."""
    for n in sizes:
        demand, stock = world(n)
        free = order(demand, read_terms(stock, TERMS))
        half = free.spent / 2
        for name, policy in {
            "no limits": TERMS,
            "half the money": Policy(budget=half),
            "half the money, tight shelves": Policy(budget=half, space=float(demand.mean[:, 0].sum())),
            "half the money, suppliers' minimums": Policy(budget=half, supplier_min_cost=free.spent / 200),
        }.items():
            began, cpu = time.perf_counter(), time.process_time()
            made = order(demand, read_terms(stock, policy))
            seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
            note = f"{cpu:.0f} CPU s, gap {made.gap:.1e}, spent {made.spent:,.0f}"
            yield Row(f"{n:,} SKUs, {name}", seconds, "s", 30 if n == 20_000 else None, note)


def main() -> None:
    """Run the parts asked for, print the table, write JSON."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("parts", nargs="*", metavar="vn2|level|scale", help="parts to run; without any, all")
    reader.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder with vn2/")
    reader.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 20_000], help="SKUs of the stocks")
    reader.add_argument("--json", type=Path, default=Path(__file__).parent / "results" / "stock.json")
    asked = reader.parse_args()
    parts = {"vn2": lambda: vn2(asked.data), "level": level, "scale": lambda: scale(asked.sizes)}
    rows: list[Row] = []
    for part in asked.parts or list(parts):
        if part not in parts:
            reader.error(f"no such part: {part}")
        for row in parts[part]():
            rows.append(row)
            print(f"{row.what}: {row.measured:,.5g} {row.unit} {row.note}", file=sys.stderr, flush=True)
    report(rows, asked.json)


if __name__ == "__main__":
    main()
