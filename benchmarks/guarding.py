"""The guard: planted slips caught and faithful texts refused; instructions found in texts of customers.

    python benchmarks/guarding.py --data FOLDER

Slips come from the labelled corpus of the tests under another seed; attacks from families that the classifier was not
trained on; false alarms are counted on real texts it was not trained on either (training/injection.py says which).
"""

from __future__ import annotations

import argparse
import importlib.util
import random
import sys
import time
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import polars as pl

sys.path.insert(0, str(Path(__file__).parent))

from measure import Row, report

from shopwright.language.guard import Facts, check, injections

ROOT = Path(__file__).resolve().parents[1]
SETS = {
    "English reviews": ("womens_clothing/reviews.parquet", "Review Text"),
    "Chinese reviews": ("online_shopping_zh/reviews.parquet", "review"),
    "Portuguese reviews": ("olist_all_statuses/olist_order_reviews_dataset.csv", "review_comment_message"),
    "bank questions": ("banking77/train.parquet", "text"),
    "assistant questions": ("clinc150/train.parquet", "text"),
    "shop questions": ("bitext/utterances.parquet", "utterance"),
}


def slips(n: int, seed: int = 2026) -> Iterator[Row]:
    """Of each kind and language: planted slips that are caught, faithful texts that are refused, texts a second."""
    corpus = _module("corpus")
    samples = corpus.samples(seed, n)
    asked, caught, refused = Counter[tuple[str, str]](), Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    began = time.process_time()
    for sample in samples:
        evidence, key = Facts(**sample.evidence), (sample.kind, sample.language)
        asked[key] += 1
        caught[key] += not check(sample.bad, evidence).ok
        refused[key] += not check(sample.good, evidence).ok
    seconds = time.process_time() - began
    for key in sorted(asked):
        name = f"guard, {key[0]}, {key[1]}"
        yield Row(f"{name}: slips caught", 100 * caught[key] / asked[key], "%", note=f"goal ≥ 99, of {asked[key]:,}")
        yield Row(f"{name}: faithful texts refused", 100 * refused[key] / asked[key], "%", 2.0)
    yield Row("guard: texts checked in a second, evidence read each time", 2 * n / seconds, "/s")


def attacks(n: int, seed: int = 2026) -> Iterator[Row]:
    """Attacks that are found: of held-out families, plain and disguised, with and without the classifier."""
    held, final = _module("attacks"), _module("final")
    for language in ("en", "zh"):
        for name, found in {
            "whole messages": [held.Attack(text, "final", language, False) for text in final.ATTACKS[language]],
            "fresh sentences": held.fresh(language),
            "held-out families": held.held_out(seed, n, language),
            "held-out families, disguised": held.held_out(seed + 1, n, language, disguised=True),
            "known orders, disguised": held.plain_orders(seed + 2, n, language),
        }.items():
            for way, classifier in (("rules alone", False), ("rules and classifier", True)):
                share = sum(bool(injections(attack.text, classifier=classifier)) for attack in found) / len(found)
                yield Row(
                    f"injections, {language}, {name}, {way}", 100 * share, "%", note="goal ≥ 90" if classifier else ""
                )
        honest = final.HARMLESS[language]
        wrong = sum(bool(injections(text)) for text in honest)
        yield Row(
            f"injections, {language}, honest messages flagged",
            100 * wrong / len(honest),
            "%",
            note=f"of {len(honest)}, made hard",
        )
        harmless = [around.replace("{}", said) for said in held.HARMLESS[language] for around in held.AROUND[language]]
        wrong = sum(bool(injections(text)) for text in harmless)
        yield Row(
            f"injections, {language}, harmless look-alikes flagged",
            100 * wrong / len(harmless),
            "%",
            note=f"of {len(harmless)}, made hard",
        )


def alarms(data: Path, most: int = 4000) -> Iterator[Row]:
    """False alarms on real texts that were kept back from training and from setting the threshold; speed."""
    for name, (file, column) in SETS.items():
        path = data / file
        if not path.exists():
            continue
        frame = pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_csv(path, infer_schema=False)
        texts = [
            text
            for text in frame[column].drop_nulls().unique(maintain_order=True)
            if zlib.crc32(text.encode()) % 10 == 5
        ]
        texts = random.Random(7).sample(texts, min(most, len(texts)))
        began = time.process_time()
        flagged = sum(bool(injections(text)) for text in texts)
        seconds = time.process_time() - began
        yield Row(
            f"injections, {name}: false alarms",
            100 * flagged / len(texts),
            "%",
            0.5,
            f"{flagged} of {len(texts):,}; {len(texts) / seconds:,.0f} texts/s",
        )


def rows(data: Path, n: int = 9600) -> Iterator[Row]:
    """Everything that is measured."""
    yield from slips(n)
    yield from attacks(n // 8)
    yield from alarms(data)


def _module(name: str):
    folder = str(ROOT / "tests" / "language" / "guard")
    sys.path.insert(0, folder)
    try:
        spec = importlib.util.spec_from_file_location(f"guard_{name}", Path(folder) / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
        return module
    finally:
        sys.path.remove(folder)


def main() -> None:
    """Measure, print a table, write JSON."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--data", type=Path, required=True, help="folder of the real data sets")
    reader.add_argument("--n", type=int, default=9600, help="labelled texts")
    reader.add_argument("--json", type=Path, default=Path(__file__).parent / "results" / "guarding.json")
    asked = reader.parse_args()
    measured = list(rows(asked.data, asked.n))
    report(measured, asked.json)


if __name__ == "__main__":
    main()
