"""Forecasters taken by name beside the ensemble without them, same window, same run.

    python benchmarks/foreign.py --data FOLDER --only hospital --names chronos:FOLDER text:FOLDER
    python benchmarks/foreign.py --data FOLDER --only hospital --text WORK [--base T5] [--epochs 2] [--products 200]

`--text` tunes a T5 on the set first, in a new folder WORK; without `--base` on one of random weights made here. The
last window of the set is judged (later ones are kept back). WQL: mean over deciles of 2·Σ pinball loss / Σ units.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).parent))

from demand_sets import SETS
from measure import Row, report

from shopwright.forecast.cast import Cast
from shopwright.forecast.combine import combine
from shopwright.forecast.members import BASELINES, Way, ends_of, try_member
from shopwright.forecast.panel import Floats, Panel
from shopwright.forecast.table import panel_of

WORDS = "Units sold by week day month is usual Product Sold Next from in then holidays promotion"
MONTHS = "January February March April May June July August September October November December"
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"


def scratch(folder: Path) -> Path:
    """A T5 of some 0.4 M random weights that knows digits and the words of the line."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast, T5Config, T5ForConditionalGeneration

    torch.manual_seed(0)
    names = ["<pad>", "</s>", "<unk>", *"0123456789", *",.:;-", *f"{WORDS} {MONTHS} {DAYS}".split()]
    words = Tokenizer(models.WordLevel({name: at for at, name in enumerate(names)}, unk_token="<unk>"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    PreTrainedTokenizerFast(
        tokenizer_object=words, pad_token="<pad>", eos_token="</s>", unk_token="<unk>"
    ).save_pretrained(folder)
    T5ForConditionalGeneration(
        T5Config(
            vocab_size=len(names), d_model=96, d_kv=24, d_ff=192, num_layers=2, num_heads=4, dropout_rate=0.0,
            decoder_start_token_id=0, eos_token_id=1, pad_token_id=0,
        )
    ).save_pretrained(folder)  # fmt: skip
    return folder


def tuned(panel: Panel, asked: Any) -> Iterator[Row]:
    """A T5 tuned on the set, and what it took."""
    from shopwright.forecast.text.tune import Recipe, tune

    base = asked.base or str(scratch(asked.text / "base"))
    recipe = Recipe(epochs=asked.epochs, batch=16, rate=asked.rate, rank=0)
    made = tune(panel, base=base, folder=asked.text / "tuned", recipe=recipe, windows=0)
    loss = f"loss of a digit {made.before:.2f} → {made.after:.2f}"
    note = f"{made.examples['train']:,} stretches, {made.steps:,} steps, {loss}"
    asked.names = [*asked.names, f"text:{made.folder}"]
    yield Row("tuning as text", made.seconds, "s", None, note)


def wql(cast: Cast, truth: Floats) -> float:
    """Loss of a cast in shares of what was sold."""
    return float(np.nansum(cast.losses(truth)) / np.nansum(truth))


def judged(panel: Panel, truth: Floats, names: list[str]) -> Iterator[Row]:
    """Each alone, then the ensemble without and with them."""
    for name in (*BASELINES, *names):
        began = time.perf_counter()
        trial = try_member(name, panel, ends_of(panel), Way())
        yield Row(name.partition("/")[0], wql(trial.ahead, truth), "WQL", None, _note(began, len(trial.notes)))
    usual = ("linear", "boosted")
    for title, models in (("ensemble", usual), ("ensemble with them", (*usual, *names))):
        began = time.perf_counter()
        made = combine(panel, models=models)
        shares = {name: made.blend.weights[name] for name in names if name in made.blend.weights}
        told = Cast(made.demand.mean, made.demand.quantiles)
        note = ", ".join(f"{name.partition('/')[0]} {share:.0%}" for name, share in shares.items())
        yield Row(title, wql(told, truth), "WQL", None, f"{note} {_note(began, 0)}".strip())


def _note(began: float, n_fallbacks: int) -> str:
    left = f", {n_fallbacks} by a baseline" if n_fallbacks else ""
    return f"{time.perf_counter() - began:.0f} s{left}"


def _truth(panel: Panel, sold: pl.DataFrame) -> Floats:
    rows, days = {sku: at for at, sku in enumerate(panel.skus)}, {day: at for at, day in enumerate(panel.days)}
    found = np.zeros((len(panel.skus), panel.horizon))
    for sku, day, units in sold.select("sku", "day", "units").iter_rows():
        if sku in rows and day in days:
            found[rows[sku], days[day] - panel.n_periods] += units
    return found


def _lines(asked: Any) -> Iterator[Row]:
    case = SETS[asked.only](asked.data)
    kept = case.history["sku"].unique().sort().head(asked.products)
    history, freq = case.history.filter(pl.col("sku").is_in(kept.implode())), case.freq
    future = case.future.filter(pl.col("sku").is_in(kept.implode())) if case.future is not None else None
    static = case.static.filter(pl.col("sku").is_in(kept.implode())) if case.static is not None else None
    panel = panel_of(history, case.horizon, freq, future, static)  # type: ignore[arg-type]
    if asked.text:
        yield from tuned(panel, asked)
    yield from judged(panel, _truth(panel, case.truth), asked.names)


def main() -> None:
    """Print the table, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--only", default="hospital", choices=sorted(SETS))
    parser.add_argument("--names", nargs="*", default=[])
    parser.add_argument("--text", type=Path)
    parser.add_argument("--base", default="")
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--products", type=int, default=10**9)
    parser.add_argument("--out", type=Path, default=Path("foreign.json"))
    asked = parser.parse_args()
    report(list(_lines(asked)), asked.out)


if __name__ == "__main__":
    main()
