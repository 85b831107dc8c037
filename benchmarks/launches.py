"""Launches: how well the first periods of real products that were new are told.

    python benchmarks/launches.py --data FOLDER [--sets "M5, weeks" …] [--only alone ensemble]

A launch is a product that first sold after a quarter of a year (M5, VN2 and car parts: years of history lie around it);
all that did count, also those that sold once. With no history of its own it is told on the evening of its first period,
of which nothing is shown; after 1, 2, 4 and 8 periods from those. Truth are the periods after, the first four and all.
`alone`: what products like it sold in their first known periods ("when new"); the sales model as it goes on from these;
both together as the forecast tells a launch; the sales model on the product's own periods; this mixed with a launch, as
the forecast does it after one period where no windows can be tried. `ensemble`: the whole forecast at some origins with
windows to try. Earlier launches (the first half of the launches) chose, later ones are what is reported.
WQL and WAPE (of the median) over all units, before rounding to pieces.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).parent))

from demand_sets import Case, m5, monthly, vn2
from measure import Row, report

from shopwright.forecast.beginnings import Beginnings
from shopwright.forecast.cast import LEVELS, Cast, blend
from shopwright.forecast.coldstart import SHARE, Launches
from shopwright.forecast.combine import combine
from shopwright.forecast.panel import Panel
from shopwright.forecast.t5.launches import continued
from shopwright.forecast.t5.zero_shot import ZeroShot
from shopwright.forecast.table import panel_of

AGES = (0, 1, 2, 4, 8)
EARLIEST = {"D": 90, "W": 13, "M": 6}
SHORT = {"D": 14, "W": 4, "M": 3}  # the first periods told beside all
HORIZON = {"D": 28, "W": 8, "M": 6}
MEDIAN = LEVELS.index(0.5)


def online_retail(freq: Any) -> Callable[[Path], Panel]:
    """All products of the shop with the title that they bore first; postage, samples and the like left out."""

    def read(data: Path) -> Panel:
        lines = pl.read_parquet(data / "online_retail" / "transactions.parquet").rename(str.lower)
        lines = lines.select(
            pl.col("stockcode").cast(pl.String).alias("sku"), pl.col("quantity").cast(pl.Float64).alias("units"),
            pl.col("invoicedate").cast(pl.Date).alias("day"), pl.col("description").cast(pl.String).alias("title"),
        ).filter(pl.col("units") > 0, pl.col("units") < 5_000, pl.col("sku").str.contains(r"^\d{5}"))  # fmt: skip
        if freq == "W":
            ended = pl.col("day").max() + timedelta(days=1)
            lines = lines.filter(pl.col("day") < ended.dt.truncate("1w")).with_columns(pl.col("day").dt.truncate("1w"))
        titled = lines.drop_nulls("title").sort("day", "title")
        static = titled.unique("sku", keep="first", maintain_order=True).select("sku", "title").sort("sku")
        sales = lines.group_by("sku", "day").agg(pl.col("units").sum()).sort("sku", "day")
        return panel_of(sales, HORIZON[freq], freq, None, static)

    return read


def whole(read: Callable[[Path], Case], freq: Any) -> Callable[[Path], Panel]:
    """History and window of a set together, by longer periods where asked."""

    def panel(data: Path) -> Panel:
        case = read(data)
        columns = [name for name in ("sku", "day", "units", "in_stock") if name in case.history.columns]
        sales = pl.concat([case.history.select(columns), case.truth], how="diagonal")
        return panel_of(sales, HORIZON[freq], freq, None, case.static)

    return panel


SETS: dict[str, Callable[[Path], Panel]] = {
    "Online Retail, weeks": online_retail("W"),
    "M5, weeks": whole(m5, "W"),
    "VN2, weeks": whole(vn2, "W"),
    "Online Retail, days": online_retail("D"),
    "M5, days": whole(m5, "D"),
    "car parts, months": whole(monthly("carparts"), "M"),
}


def origins(panel: Panel, ages: Sequence[int]) -> Iterator[tuple[int, dict[int, np.ndarray]]]:
    """Periods known, and the rows of launches then by how many periods they have sold for."""
    known = np.isfinite(panel.units)
    begin = np.where(known.any(axis=1), known.argmax(axis=1), -1)
    is_launch = begin >= EARLIEST[panel.period]
    for end in range(EARLIEST[panel.period] + 1, panel.n_periods - panel.horizon + 1):
        found = {age: np.flatnonzero(is_launch & (begin == end - max(age, 1))) for age in ages}
        if any(len(rows) for rows in found.values()):
            yield end, {age: rows for age, rows in found.items() if len(rows)}


def told_alone(
    model: ZeroShot, panel: Panel, end: int, by_age: dict[int, np.ndarray]
) -> Iterator[tuple[int, str, Cast]]:
    """What each way tells at one origin, without the ensemble."""
    seen = panel.before(end)
    begun = Beginnings(seen)
    if not begun.is_begun.any():
        return
    for age, rows in by_age.items():
        others = Beginnings(seen, without=rows).repeated(rows)
        yield age, "others when new", others
        launches = Launches(seen, model)
        if age == 0:
            yield age, "sales model on others", continued(model, seen, begun, rows)
            yield age, "both", launches.told(rows)[0]
            continue
        own = _own(model, seen, rows)
        yield age, "sales model", own
        if age <= len(SHARE[panel.period]):
            share = SHARE[panel.period][age - 1]
            yield age, "mixed", blend((own, launches.told(rows)[0]), (1 - share, share))


def _own(model: ZeroShot, seen: Panel, rows: np.ndarray) -> Cast:
    from shopwright.forecast.t5.histories import histories
    from shopwright.forecast.tails import mean_of

    told = model.quantiles(histories(seen).some(rows))
    return Cast(mean_of(told), told)


def alone(name: str, panel: Panel) -> Iterator[Row]:
    """All launches of a set, the earlier and the later ones."""
    model = ZeroShot.load()
    every = list(origins(panel, AGES))
    half = float(np.median([end for end, by_age in every for rows in by_age.values() for _ in rows]))
    for what, chosen in (("earlier", [e for e in every if e[0] <= half]), ("later", [e for e in every if e[0] > half])):
        found: dict[tuple[int, str], list[tuple[Cast, np.ndarray]]] = defaultdict(list)
        for end, by_age in chosen:
            for age, who, cast in told_alone(model, panel, end, by_age):
                found[age, who].append((cast, panel.units[by_age[age], end : end + panel.horizon]))
        for (age, who), pairs in sorted(found.items()):
            yield _row(f"{name}, {what} launches, {age} own: {who}", pairs, panel)


def ensemble(name: str, panel: Panel, most: int = 6) -> Iterator[Row]:
    """The forecast at a few late origins with windows to try, and what a share of others would make of it."""
    if panel.period != "W":
        return
    known = panel.n_periods - panel.horizon
    ends = [known - back for back in range(0, known, max(2, known // 16))][:most]
    found: dict[tuple[int, str], list[tuple[Cast, np.ndarray]]] = defaultdict(list)
    for end, by_age in origins(panel, AGES[1:]):
        if end not in ends:
            continue
        seen = panel.before(end)
        demand, model, begun = combine(seen).demand, ZeroShot.load(), Beginnings(seen)
        for age, rows in by_age.items():
            told = Cast(demand.mean[rows], demand.quantiles[rows])
            casts = {"forecast": told, "others when new": begun.repeated(rows), "sales model": _own(model, seen, rows)}
            if age == 1:
                both, _ = Launches(seen, model).told(rows)
                casts["forecast, others mixed in"] = blend((told, both), (0.8, 0.2))
            for who, cast in casts.items():
                found[age, who].append((cast, panel.units[rows, end : end + panel.horizon]))
    for (age, who), pairs in sorted(found.items()):
        yield _row(f"{name}, ensemble, {age} own: {who}", pairs, panel)


def _row(what: str, pairs: Sequence[tuple[Cast, np.ndarray]], panel: Panel) -> Row:
    cast = Cast(np.concatenate([c.mean for c, _ in pairs]), np.concatenate([c.quantiles for c, _ in pairs]))
    truth = np.concatenate([each for _, each in pairs])
    first = slice(SHORT[panel.period])
    head = Cast(cast.mean[:, first], cast.quantiles[:, first])
    (wql, wape), (wql4, wape4) = _scores(cast, truth), _scores(head, truth[:, first])
    bias = float(np.where(np.isfinite(truth), cast.mean, 0.0).sum() / np.nansum(truth))
    note = f"WAPE {wape:.3f}; first {first.stop}: {wql4:.4f}, {wape4:.3f}; mean {bias:.2f} times; {len(truth)} launches"
    return Row(what, wql, "WQL", note=note)


def _scores(cast: Cast, truth: np.ndarray) -> tuple[float, float]:
    total = np.nansum(truth)
    missed = np.nansum(np.abs(cast.quantiles[:, :, MEDIAN] - truth))
    return float(np.nansum(cast.losses(truth)) / total), float(missed / total)


def main() -> None:
    """Measure, print a table, write JSON."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--data", type=Path, required=True, help="folder of the real data sets")
    reader.add_argument("--sets", nargs="*", default=list(SETS), choices=list(SETS))
    reader.add_argument("--json", type=Path, default=Path(__file__).parent / "results" / "launches.json")
    parts: dict[str, Callable[[str, Panel], Iterator[Row]]] = {"alone": alone, "ensemble": ensemble}
    reader.add_argument("--only", nargs="*", default=list(parts), choices=list(parts))
    asked = reader.parse_args()
    found = []
    for name in asked.sets:
        panel = SETS[name](asked.data)
        for part in asked.only:
            for row in parts[part](name, panel):
                print(f"{row.what}: {row.measured:.4f} {row.unit}  {row.note}", file=sys.stderr, flush=True)
                found.append(row)
    report(found, asked.json)


if __name__ == "__main__":
    main()
