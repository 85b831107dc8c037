"""The sales model that ships: zero-shot, tuned, in the ensemble, in eight bits, and how fast.

    python benchmarks/demand_t5.py --data FOLDER [--only zero-shot speed generator tuned ensemble int8] [--sets VN2 …]
    python benchmarks/demand_t5.py --data FOLDER --only int8 --checkpoint FOLDER

Zero-shot and tuned: VN2, car parts, M5 and hospital, which training never saw, the last window of each; WQL is the mean
over deciles of 2·Σ pinball loss / Σ units, beside statsforecast's AutoETS and SeasonalNaive in the same run. Tuning
learns from all that lies before the window and is stopped by its last part. The ensemble is that of
benchmarks/forecast.py with and without the model. Eight bits are held against the same network in 32, exported on the
spot: that of a training's checkpoint, or without one the float16 weights that ship. `tuned` and `int8` need the `train`
extra, they and the peers are in requirements/train.txt. How it tells launches: benchmarks/launches.py.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).parent))

from demand_sets import SETS, Case
from measure import Row, report

from forecast import DECILES, classical, judge
from shopwright.forecast.cast import Cast
from shopwright.forecast.combine import combine
from shopwright.forecast.members import members_for
from shopwright.forecast.panel import Panel
from shopwright.forecast.season import Season
from shopwright.forecast.t5.inputs import Histories, inputs
from shopwright.forecast.t5.model import DemandT5
from shopwright.forecast.t5.runtime import Runtime
from shopwright.forecast.table import panel_of
from shopwright.forecast.tails import mean_of
from shopwright.processor import cores

UNSEEN = ("VN2", "car parts", "M5 FOODS_3/TX_3", "hospital")
ASKED = {"VN2": 0.76, "car parts": 0.78, "M5 FOODS_3/TX_3": 0.92, "hospital": 1.05}  # times AutoETS
TRIED = 300  # series that AutoETS is timed on


def told_by(model: DemandT5, case: Case) -> pl.DataFrame:
    """The model alone, nothing tuned."""
    freq: Any = case.freq
    return model.forecast(case.history, case.horizon, freq, future=case.future, static=case.static).frame()


def last_year(case: Case) -> pl.DataFrame:
    """Quantiles of each product's own last year without the season that all share, times the season ahead."""
    freq: Any = case.freq
    panel = panel_of(case.history, case.horizon, freq, case.future, case.static)
    season = Season.learn(panel.known)
    here, ahead = (season.of(days) for days in (panel.known.days, panel.days[panel.n_periods :]))
    even = (panel.units / here)[:, -{"D": 364, "W": 52, "M": 12}[freq] :]
    even[~np.isfinite(even).any(axis=1)] = 0.0
    levels = np.nanquantile(even, DECILES, axis=1).T
    columns = {f"q{level:g}": (levels[:, at, None] * ahead).ravel() for at, level in enumerate(DECILES)}
    mean = (np.nanmean(even, axis=1)[:, None] * ahead).ravel()
    days = list(panel.days[panel.n_periods :]) * len(panel.skus)
    skus = np.repeat(np.array(panel.skus), case.horizon)
    return pl.DataFrame({"sku": skus, "day": days, "mean": mean, **columns})


def zero_shot(data: Path, sets: Sequence[str], peers: bool) -> Iterator[Row]:
    """Each unseen set: the model, its peers, and the ratio that was asked for."""
    model = DemandT5.load()
    for name in (each for each in UNSEEN if not sets or each in sets):
        case = SETS[name](data)
        found = judge(told_by(model, case), case)
        note = ", ".join(f"{what} {value:.4f}" for what, value in found.items() if what != "WQL")
        yield Row(f"{name}, zero-shot", found["WQL"], "WQL", note=note)
        plain = judge(last_year(case), case)["WQL"]
        yield Row(f"{name}, last year's quantiles times the season", plain, "WQL")
        for who, label in (("naive", "SeasonalNaive"), ("ets", "AutoETS")) if peers else ():
            peer = judge(classical(who)(case), case)["WQL"]
            yield Row(f"{name}, {label}", peer, "WQL")
            if who == "ets":
                yield Row(f"{name}, zero-shot in times of AutoETS", found["WQL"] / peer, "times", ASKED[name])


def speed(peers: bool, n: int = 4_000, weeks: int = 104, horizon: int = 8) -> Iterator[Row]:
    """Series in a second on all processors, reading and calibration left out: what goes through the network."""
    draw = np.random.default_rng(5)
    units = draw.poisson(20 * draw.gamma(1, 1, (n, 1)), (n, weeks)).astype(float)
    start = date(2022, 1, 3)
    days = [start + timedelta(weeks=week) for week in range(weeks)]
    sales = pl.DataFrame(
        {"sku": np.repeat([f"s{at:05d}" for at in range(n)], weeks), "day": days * n, "units": units.ravel()}
    )
    model, panel = DemandT5.load(), panel_of(sales, horizon, "W")
    from shopwright.forecast.way import Way

    what = f"{n:,} series, context {weeks}, horizon {horizon}"
    model.told(panel, Way())
    began = time.perf_counter()
    model.told(panel, Way())
    seconds = time.perf_counter() - began
    yield Row(
        f"{n:,} series, context {weeks}, horizon {horizon}: ours", n / seconds, "series/s", note=f"{cores()} cores"
    )
    if peers:
        case = Case(sales.filter(pl.col("sku") < f"s{TRIED:05d}"), sales.head(0), "W", horizon, 52)
        began = time.perf_counter()
        classical("ets")(case)
        seconds = time.perf_counter() - began
        yield Row(f"{what}: AutoETS", TRIED / seconds, "series/s", note=f"{TRIED} of the series")


def generator(n: int = 256) -> Iterator[Row]:
    """Made-up series in a processor second, by length of period."""
    sys.path.insert(0, str(Path(__file__).parent.parent / "training"))  # before this file, which has the same name
    from demand_t5.shops import made_up

    lengths: dict[Any, tuple[int, int]] = {"D": (365, 28), "W": (104, 8), "M": (48, 12)}
    rng, shops = np.random.default_rng(0), 40
    began = time.process_time()
    for _ in range(shops):
        for period, (history, horizon) in lengths.items():
            made_up(rng, period, n, history, horizon)
    seconds = time.process_time() - began
    yield Row("made-up series", len(lengths) * shops * n / seconds, "series/s", note="of one core; days, weeks, months")


def tuned(data: Path, sets: Sequence[str]) -> Iterator[Row]:
    """Each unseen set, tuned on what lies before its window."""
    from shopwright.forecast.t5.tune import tune

    shipped = DemandT5.load()
    for name in (each for each in UNSEEN if not sets or each in sets):
        case = SETS[name](data)
        freq: Any = case.freq
        panel = panel_of(case.history, case.horizon, freq, case.future, case.static)
        before = judge(told_by(shipped, case), case)["WQL"]
        with tempfile.TemporaryDirectory() as folder:
            began = time.perf_counter()
            made = tune(panel, folder=Path(folder) / "tuned", is_judged=False)
            seconds = time.perf_counter() - began
            after = judge(told_by(DemandT5.load(made.folder), case), case)["WQL"]
        note = f"{before:.4f} before; rate {made.rate:g}, {made.steps} steps, {seconds:.0f} s"
        yield Row(f"{name}, tuned", after, "WQL", asked=before, note=note)


def ensemble(data: Path, sets: Sequence[str]) -> Iterator[Row]:
    """Every set of benchmarks/forecast.py with the model and without, and the geometric mean of the ratios."""
    ratios = []
    for name, read in SETS.items():
        if sets and name not in sets:
            continue
        case = read(data)
        freq: Any = case.freq
        panel = panel_of(case.history, case.horizon, freq, case.future, case.static)
        names = members_for(panel)
        found = {}
        for what, models in (("without", [each for each in names if each != "t5"]), ("with", list(names))):
            made = combine(panel, models=models, shown=DECILES)
            found[what] = judge(made.demand.frame(), case)
            weights = ", ".join(f"{each} {share:.0%}" for each, share in made.blend.weights.items() if share > 0)
            yield Row(f"{name}, ensemble {what} the sales model", found[what]["WQL"], "WQL", note=weights)
        ratios.append(found["with"]["WQL"] / found["without"]["WQL"])
    if ratios:
        yield Row("geometric mean, with over without", float(np.exp(np.mean(np.log(ratios)))), "times", asked=1.0)


def int8(data: Path, sets: Sequence[str], checkpoint: Path | None) -> Iterator[Row]:
    """What eight bits cost: WQL on each unseen set by the graph that ships, over that of the network in 32 bits."""
    from shopwright.forecast.t5.histories import histories
    from shopwright.forecast.t5.zero_shot import ZeroShot

    model, net = ZeroShot.load(), network_in_full(checkpoint)
    for name in (each for each in UNSEEN if not sets or each in sets):
        case = SETS[name](data)
        freq: Any = case.freq
        panel = panel_of(case.history, case.horizon, freq, case.future, case.static)
        rows = np.flatnonzero(np.isfinite(panel.units).any(axis=1))
        given = histories(panel.some(rows))
        whole, eight = exported(net, given).quantiles(given), model.quantiles(given)
        truth = _truth(case, panel, rows)
        before, after = (wql(told, truth) for told in (whole, eight))
        apart = np.abs(eight - whole).mean() / np.abs(whole).mean()
        note = f"WQL {after:.4f} in 8 bits, {before:.4f} in 32; quantiles {apart:.2%} apart"
        yield Row(f"{name}, loss by eight bits", 100 * (after / before - 1), "%", 1.0, note)


def network_in_full(checkpoint: Path | None) -> Any:
    """The network in torch: the averaged weights of a checkpoint that training wrote; None: those that ship."""
    if checkpoint is None:
        from shopwright.forecast.t5.weights import network

        return network()
    sys.path.insert(0, str(Path(__file__).parent.parent / "training"))  # before this file, which has the same name
    from demand_t5.train import State

    return State.load(checkpoint / "checkpoint.pt").best()


def exported(net: Any, given: Histories) -> Runtime:
    """The network as a graph in 32 bits, in the same runtime."""
    from shopwright.forecast.t5.export import traced
    from shopwright.forecast.t5.names import arrays

    return Runtime(traced(net, arrays(inputs(given.some(slice(2))))), "32 bits")


def wql(told: np.ndarray, truth: np.ndarray) -> float:
    """Of quantiles at `LEVELS`, shape (n, H, levels), and what came, (n, H), NaN where unknown."""
    return float(np.nansum(Cast(mean_of(told), told).losses(truth)) / np.nansum(truth))


def _truth(case: Case, panel: Panel, rows: np.ndarray) -> np.ndarray:
    """Units of the window, shape (len(rows), H), NaN where the set does not tell."""
    skus = pl.DataFrame({"sku": [panel.skus[row] for row in rows.tolist()]}).with_row_index("row")
    days = pl.DataFrame({"day": panel.days[panel.n_periods :]}).with_row_index("at")
    told = case.truth.join(skus, on="sku").join(days, on="day")
    found = np.full((len(rows), case.horizon), np.nan)
    found[told["row"].to_numpy(), told["at"].to_numpy()] = told["units"].to_numpy()
    return found


def main() -> None:
    """Measure, print a table, write JSON."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--data", type=Path, required=True, help="folder of the real data sets")
    reader.add_argument("--sets", nargs="*", default=[], choices=list(SETS))
    checkpoint = "int8: folder that training/demand_t5/train.py wrote (needs the train extra); without it: what ships"
    reader.add_argument("--checkpoint", type=Path, help=checkpoint)
    reader.add_argument("--json", type=Path, default=Path(__file__).parent / "results" / "demand_t5.json")
    peers = importlib.util.find_spec("statsforecast") is not None
    parts: dict[str, Callable[[Any], Iterator[Row]]] = {
        "zero-shot": lambda asked: zero_shot(asked.data, asked.sets, peers),
        "speed": lambda asked: speed(peers),
        "generator": lambda asked: generator(),
        "tuned": lambda asked: tuned(asked.data, asked.sets),
        "ensemble": lambda asked: ensemble(asked.data, asked.sets),
        "int8": lambda asked: int8(asked.data, asked.sets, asked.checkpoint),
    }
    reader.add_argument("--only", nargs="*", default=list(parts), choices=list(parts))
    asked = reader.parse_args()
    found = []
    for name in asked.only:
        for row in parts[name](asked):
            print(f"{row.what}: {row.measured:.4f} {row.unit}  {row.note}", file=sys.stderr, flush=True)
            found.append(row)
    report(found, asked.json)


if __name__ == "__main__":
    main()
