"""Customers: purchases and value to come, who stays away, what is due again, and seconds, beside simple rules.

    python benchmarks/customers.py --data FOLDER [--only cdnow speed churn rebuy]

The last weeks of the data sets are kept back, so earlier days are taken for today: everything is fitted to what was
known then, and the days after it that are here are judged. The plain BG/NBD has plain weeks and nothing else.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).parent))

from measure import Row, report

from shopwright.customers import LifetimeValue, churn, due, next_purchases
from shopwright.customers.logistic import area_under_curve
from shopwright.customers.purchases import Purchases, read

CUTS = (20, 22, 24, 26, 28, 30)  # weeks


def cdnow(data: Path) -> Iterator[Row]:
    """Purchases and value in the weeks after each cut, and what is told of the weeks kept back."""
    frame = pl.read_parquet(data / "cdnow" / "purchases.parquet")
    end = frame["day"].max()
    whole = read(frame, end)
    for weeks in CUTS:
        until = frame["day"].min() + timedelta(weeks=weeks)
        days = (end - until).days
        model = LifetimeValue.fit(frame, until)
        told, counted = model.predict(days), model.predict(days, of="purchases")
        came, spent = whole.counted(model.purchases, days), whole.spent(model.purchases, days)
        ways = {
            "ours": told["purchases"].to_numpy(),
            "plain BG/NBD": _plain(model, days),
            "as many as in as long before": _as_before(model.purchases, days),
            "the mean that came, for all": np.full(len(came), came.mean()),
        }
        for name, bought in ways.items():
            yield from _scores(f"CDNOW, {weeks} weeks then {days} days, {name}", came, bought)
        inside = (spent >= told["low"].to_numpy() - 1e-9) & (spent <= told["high"].to_numpy() + 1e-9)
        often = ways["ours"] > 1
        within = (came >= counted["low"].to_numpy()) & (came <= counted["high"].to_numpy())
        yield Row(f"CDNOW, {weeks} weeks: value in its range", 100 * inside.mean(), "%", note="of 80; all customers")
        yield Row(f"CDNOW, {weeks} weeks: value in its range", 100 * inside[often].mean(), "%", note="of 80; above one")
        yield Row(f"CDNOW, {weeks} weeks: purchases in their range", 100 * within[often].mean(), "%", note="above one")
        bias = 100 * (told["value"].sum() / spent.sum() - 1)
        yield Row(f"CDNOW, {weeks} weeks: value, bias", bias, "%")
    model = LifetimeValue.fit(frame, end)
    ahead = float(model.predict(273)["purchases"].mean())
    yield Row("CDNOW, 39 weeks: purchases told for the next 39", ahead, "each", note="kept back, not judged here")
    yield Row("CDNOW, 39 weeks: the same by the plain BG/NBD", float(_plain(model, 273).mean()), "each")
    yield Row("CDNOW, 39 weeks: factor on the level, from earlier days", model.hindsight.level, "")


def speed(_: Path) -> Iterator[Row]:
    """A million customers over two years, fitted and told."""
    frame = _shop(1_000_000, 730)
    until = date(2024, 12, 30)
    began, cpu = time.perf_counter(), time.process_time()
    model = LifetimeValue.fit(frame, until)
    told = model.predict(365)
    note = f"{told.height:,} customers, {frame.height:,} purchases; {time.process_time() - cpu:.1f} processor seconds"
    yield Row("a million customers, fit and predict", time.perf_counter() - began, "s", 15, note)


def staying_away(data: Path) -> Iterator[Row]:
    """Who does not buy within 90 days: areas under the curve, and the calibration error over ten equal bins."""
    days = 90
    for name, frame in {"CDNOW": _cdnow(data), "Online Retail": _retail(data)}.items():
        whole = read(frame, frame["day"].max())
        known = whole.before(whole.until - days)
        until = date(1970, 1, 1) + timedelta(days=known.until)
        table = churn(frame, until, days).table.sort("customer")
        away = (whole.counted(known, days) == 0).astype(float)
        chance = table["chance"].to_numpy()
        alive = LifetimeValue.fit(frame, until).predict(days)["purchases"].to_numpy()
        for way, score in {
            "ours": chance,
            "purchases expected": -alive,
            "days since the last purchase": (known.until - known.last).astype(float),
            "purchases so far": -known.repeats,
        }.items():
            yield Row(f"{name}, away for {days} days: AUC, {way}", area_under_curve(away, score), "")
        bins = np.array_split(np.argsort(chance, kind="stable"), 10)
        gap = sum(abs(chance[part].mean() - away[part].mean()) * len(part) for part in bins) / len(away)
        yield Row(f"{name}, away for {days} days: calibration error", 100 * gap, "%")


def rebuy(data: Path) -> Iterator[Row]:
    """Which customer buys which product again, and when customers come next."""
    frame = _retail(data)
    for until, days in (
        (date(2011, 7, 31), 28),
        (date(2011, 9, 3), 28),
        (date(2011, 10, 3), 28),
        (date(2011, 10, 3), 14),
    ):
        what = f"Online Retail, {days} days after {until}"
        after = frame.filter(pl.col("day") > until, pl.col("day") <= until + timedelta(days=days))
        came = after.select("customer", "sku").unique().with_columns(came=1.0)
        found = due(frame, until, days, least=0.0).join(came, on=["customer", "sku"], how="left").fill_null(0.0)
        hits = found["came"].to_numpy()
        quiet = found.select((pl.lit(until) - pl.col("last")).dt.total_days()).to_series().to_numpy()
        often = found["n_days"].to_numpy()
        for way, score in {
            "ours": found["chance"].to_numpy(),
            "times bought": often - 1e-4 * quiet,
            "rate": often / (quiet + 30),
            "usual gap over": -np.abs(np.log((quiet + days / 2) / found["usual_days"].to_numpy())),
        }.items():
            top = np.argsort(-score, kind="stable")[:1000]
            yield Row(f"{what}: of the 1,000 surest pairs, {way}", 100 * hits[top].mean(), "%")
            yield Row(f"{what}: pairs, AUC, {way}", area_under_curve(hits, score), "")
        yield from _coming(frame, until, days, what)
    yield from _categories(data)


def _coming(frame: pl.DataFrame, until: date, days: int, what: str) -> Iterator[Row]:
    came = frame.filter(pl.col("day") > until, pl.col("day") <= until + timedelta(days=days))["customer"].unique()
    found = next_purchases(frame, until, days).with_columns(came=pl.col("customer").is_in(came.implode()))
    hits = found["came"].cast(pl.Float64).to_numpy()
    yield Row(f"{what}: customers, AUC, ours", area_under_curve(hits, found["chance"].to_numpy()), "")
    yield Row(f"{what}: customers, AUC, days with a purchase", area_under_curve(hits, found["n_days"].to_numpy()), "")
    yield Row(f"{what}: customers told to come over those who came", found["chance"].sum() / hits.sum(), "")


def _categories(data: Path) -> Iterator[Row]:
    """The category of each household's next day of purchases, once the most bought one is left out."""
    folder = data / "complete_journey"
    kinds = pl.read_parquet(folder / "products.parquet").select("product_id", category="product_category")
    lines = (
        pl.read_parquet(folder / "transactions_sample.parquet")
        .join(kinds, on="product_id")
        .select(customer="household_id", day=pl.col("transaction_timestamp").dt.date(), category="category")
        .drop_nulls()
    )
    until = date(2017, 9, 30)
    told = next_purchases(lines, until).select("customer", "category")
    after = lines.filter(pl.col("day") > until)
    first = after.filter(pl.col("day") == pl.col("day").min().over("customer")).unique()
    best = lines.filter(pl.col("day") <= until)["category"].value_counts(sort=True)["category"][0]
    last = (
        lines.filter(pl.col("day") <= until).sort("day", "category").group_by("customer").agg(pl.col("category").last())
    )
    known = first.select("customer").unique().join(told, on="customer", how="semi")
    for way, guess in {
        "ours": told,
        "the category bought last": last,
        "the shop's first": told.with_columns(category=pl.lit(best)),
    }.items():
        right = known.join(guess.join(first, on=["customer", "category"]), on="customer", how="semi").height
        yield Row(f"Complete Journey: category on the next day, {way}", 100 * right / known.height, "%")


def _plain(model: LifetimeValue, days: int) -> np.ndarray:
    known, (plain, _) = model.purchases, model.bgnbd
    x, t_x, age = known.repeats, (known.last - known.first) / 7, (known.until - known.first) / 7
    return plain.alive(x, t_x, age) * plain.expected(x, age, days / 7)


def _as_before(known: Purchases, days: int) -> np.ndarray:
    """Repeat purchases so far, scaled to as long a time."""
    return known.repeats * days / np.maximum(known.until - known.first, 1)


def _scores(what: str, came: np.ndarray, told: np.ndarray) -> Iterator[Row]:
    yield Row(f"{what}: RMSE", float(np.sqrt(np.mean((came - told) ** 2))), "purchases")
    if told.std() > 1e-9:
        yield Row(f"{what}: r", float(np.corrcoef(came, told)[0, 1]), "")
        yield Row(f"{what}: bias", 100 * (told.sum() / came.sum() - 1), "%")


def _shop(n: int, days: int) -> pl.DataFrame:
    """Purchases of n customers who come at their own pace until they leave."""
    draw = np.random.default_rng(0)
    first = draw.integers(0, days, n)
    stay = np.minimum(draw.geometric(1 / 200, n), days - first)
    more = draw.poisson(draw.gamma(0.5, 1 / 60, n) * stay)
    who = np.r_[np.arange(n), np.repeat(np.arange(n), more)]
    day = np.r_[first, np.repeat(first, more) + draw.random(more.sum()) * np.repeat(stay, more)].astype(int)
    frame = pl.DataFrame({"customer": who, "day": day, "amount": draw.gamma(6, 6, len(who))})
    return frame.with_columns(pl.col("customer").cast(pl.String), day=pl.date(2023, 1, 1) + pl.duration(days="day"))


def _cdnow(data: Path) -> pl.DataFrame:
    return pl.read_parquet(data / "cdnow" / "purchases.parquet")


def _retail(data: Path) -> pl.DataFrame:
    lines = pl.read_parquet(data / "online_retail" / "transactions.parquet").drop_nulls("CustomerID")
    sold = lines.filter(pl.col("Quantity") > 0, pl.col("StockCode").str.contains(r"^\d{5}"))
    return sold.select(
        pl.col("CustomerID").cast(pl.Int64).cast(pl.String).alias("customer"),
        pl.col("StockCode").alias("sku"),
        pl.col("InvoiceDate").dt.date().alias("day"),
        (pl.col("Quantity") * pl.col("UnitPrice")).alias("amount"),
    )


def rows(data: Path, only: Sequence[str] = ()) -> list[Row]:
    """Every figure, part by part."""
    parts: dict[str, Callable[[Path], Iterator[Row]]] = {
        "cdnow": cdnow,
        "speed": speed,
        "churn": staying_away,
        "rebuy": rebuy,
    }
    found = []
    for name, part in parts.items():
        if not only or name in only:
            for row in part(data):
                print(f"{row.what}: {row.measured:.4g} {row.unit}  {row.note}", file=sys.stderr, flush=True)
                found.append(row)
    return found


def main() -> None:
    """Measure, print a table, write JSON."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--data", type=Path, required=True, help="folder of the real data sets")
    reader.add_argument("--only", nargs="*", default=[], help="parts: cdnow speed churn rebuy")
    reader.add_argument("--json", type=Path, default=Path(__file__).parent / "results" / "customers.json")
    asked = reader.parse_args()
    report(rows(asked.data, asked.only), asked.json)


if __name__ == "__main__":
    main()
