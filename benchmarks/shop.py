"""How fast a shop is opened: the real one from export to report, ten million order lines, the first second.

    python benchmarks/shop.py                    all parts
    python benchmarks/shop.py start online       two of them
    python benchmarks/shop.py big --orders 1e5   a smaller large shop

Every step runs as a process of its own, as a user would run it, so that its peak memory is honest.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from measure import Row, Run, cli, python, report

IMPORTABLE = """
import time
began = time.process_time()
import shopwright
print(time.process_time() - began)
"""
GENERATE = """
import sys
from shopwright.shop.synthetic import Params, export
export(Params(orders=int(float(sys.argv[1]))), sys.argv[2])
"""
OURS = """
import sys, time
import polars as pl
from shopwright.shop.history import daily_units
from shopwright.shop.shop import open_shop
began = time.perf_counter()
frame = daily_units(open_shop(sys.argv[1])).collect()
print(time.perf_counter() - began, frame.height, frame["units"].sum(), frame["revenue"].sum())
"""
PEERS = {
    "duckdb, bare group-by": """
import sys, time
import duckdb
duckdb.sql("set enable_progress_bar = false")
began = time.perf_counter()
sums = "sum(units) as units, sum(revenue) as revenue"
duckdb.sql(f"create table d as select sku, day, {sums} from '{sys.argv[1]}' group by all")
seconds = time.perf_counter() - began
print(seconds, *duckdb.sql("select count(*), sum(units), sum(revenue) from d").fetchall()[0])
""",
    "polars, bare group-by": """
import sys, time
import polars as pl
began = time.perf_counter()
daily = pl.scan_parquet(sys.argv[1]).group_by("sku", "day").agg(pl.col("units", "revenue").sum()).collect()
print(time.perf_counter() - began, daily.height, daily["units"].sum(), daily["revenue"].sum())
""",
}


def start() -> Iterator[Row]:
    """The first second: what importing the package and asking for help cost."""
    imports = min(float(python(IMPORTABLE).out) for _ in range(7))
    yield Row("import shopwright, CPU", imports, "s", 0.1, "best of 7")
    whole = min(python("import shopwright").cpu for _ in range(7))
    bare = min(python("pass").cpu for _ in range(7))
    yield Row("  with the interpreter, CPU", whole, "s", None, f"a bare interpreter: {bare:.3f} s")
    yield Row("shopwright --help, CPU", min(cli("--help").cpu for _ in range(5)), "s", 0.5, "best of 5, whole process")


def online(data: Path, work: Path) -> Iterator[Row]:
    """A whole real shop (UCI Online Retail): import, check, plan, report."""
    exports, shop = data / "online_retail" / "transactions.parquet", work / "online"
    steps = {
        "import": ("import", str(exports), "--to", str(shop), "--yes"),
        "check": ("check", str(shop)),
        "plan": ("plan", str(shop)),
        "report": ("report", str(shop)),
    }
    runs = {}
    for name, arguments in steps.items():
        runs[name] = cli(*arguments, allowed=(0, 3) if name == "check" else (0,))
        yield Row(f"Online Retail {name}", runs[name].seconds, "s", None, _cost(runs[name]))
    yield Row("Online Retail, all four", sum(run.seconds for run in runs.values()), "s", 60)
    yield Row("Online Retail, peak memory", max(run.peak_mb for run in runs.values()) / 1e3, "GB", 2)


def big(orders: str, work: Path) -> Iterator[Row]:
    """Ten million order lines: made, imported, checked, counted."""
    exports, shop = work / "exports", work / "big"
    made = python(GENERATE, orders, str(exports))
    yield Row("making the exports", made.seconds, "s", None, f"{orders} orders, {_cost(made)}")
    imported = cli("import", str(exports), "--to", str(shop), "--yes")
    yield Row("import", imported.seconds, "s", 60, _cost(imported))
    checked = cli("check", str(shop), allowed=(0, 3))
    yield Row("check", checked.seconds, "s", 30, _cost(checked))
    counted = [python(OURS, str(shop)) for _ in range(3)]
    seconds, *answer = _best([run.out for run in counted])
    yield Row("daily units per SKU", seconds, "s", 3, f"{answer[0]:,.0f} rows, {answer[1]:,.0f} units, best of 3")
    for name, code in PEERS.items():
        peer, *told = _best([python(code, str(exports / "order_lines.parquet")).out for _ in range(3)])
        # Ours leaves out what is not demand: a sale that came back whole within a day, for instance.
        note = f"ours takes {seconds / peer:.1f} times as long; it counts {told[1] - answer[1]:,.0f} units less"
        yield Row(f"  {name}", peer, "s", None, note)
    peak = max(run.peak_mb for run in (imported, checked, *counted)) / 1e3
    yield Row("10 million lines, peak memory", peak, "GB", 6)


def _cost(run: Run) -> str:
    """Processor time and memory: the first tells a slow program from a busy machine."""
    return f"{run.cpu:.0f} CPU s, peak {run.peak_mb:,.0f} MB"


def _best(outputs: list[str]) -> list[float]:
    """Numbers printed by the fastest of some runs."""
    return min([float(word) for word in text.split()[-4:]] for text in outputs)


def main() -> None:
    """Run the parts asked for, print the table, write JSON."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("parts", nargs="*", metavar="start|online|big", help="parts to run; without any, all")
    reader.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder with online_retail/")
    reader.add_argument("--orders", default="4e6", help="orders of the large shop; 4e6 make ten million lines")
    reader.add_argument("--work", type=Path, help="folder for files, kept; without it, a temporary one")
    reader.add_argument("--json", type=Path, default=Path(__file__).parent / "results" / "shop.json")
    asked = reader.parse_args()
    parts: dict[str, Callable[[Path], Iterator[Row]]] = {
        "start": lambda _: start(),
        "online": lambda work: online(asked.data, work),
        "big": lambda work: big(asked.orders, work),
    }
    chosen = asked.parts or list(parts)
    if unknown := set(chosen) - set(parts):
        reader.error(f"no such part: {', '.join(sorted(unknown))}")
    work = asked.work or Path(tempfile.mkdtemp(prefix="shopwright-bench-"))
    work.mkdir(parents=True, exist_ok=True)
    rows: list[Row] = []
    try:
        for part in chosen:
            for row in parts[part](work):
                rows.append(row)
                print(f"{row.what}: {row.measured:.3g} {row.unit} {row.note}", file=sys.stderr, flush=True)
    finally:
        if asked.work is None:
            shutil.rmtree(work, ignore_errors=True)
    report(rows, asked.json)


if __name__ == "__main__":
    main()
