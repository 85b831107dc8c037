"""Texts: how well the redactor finds personal data, and how fast it reads, beside peers on the same texts.

    python benchmarks/redacting.py --data FOLDER

FOLDER holds `womens_clothing/reviews.parquet`, `online_shopping_zh/reviews.parquet` and Olist's reviews. Peers are
measured where they are installed: `commonregex` is a light one (no dependencies); presidio brings 54 packages.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import ModuleType

import polars as pl

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "privacy"))

from measure import Row, report

from shopwright.privacy import Names, redact, redact_all
from shopwright.shop import personal

SETS = {
    "English reviews": ("womens_clothing/reviews.parquet", "Review Text"),
    "Chinese reviews": ("online_shopping_zh/reviews.parquet", "review"),
    "Portuguese reviews": ("olist_all_statuses/olist_order_reviews_dataset.csv", "review_comment_message"),
}
# What a shop would write in an afternoon: one pass for each pattern, no check digits, no order numbers kept.
AFTERNOON = [
    re.compile(pattern)
    for pattern in (
        r"[\w.+-]+@[\w-]+\.[\w.]+",
        r"\+?\d[\d ()-]{7,}\d",
        r"\b(?:\d[ -]?){13,19}\b",
        r"\b[A-Z]{2}\d{2}[A-Z0-9 ]{11,30}\b",
        r"\b(?:\d{1,3}\.){3}\d{1,3}\b",
        r"\d+ \w+ (?:Street|St|Avenue|Ave|Road|Rd)\b",
    )
]


def quality(n: int) -> Iterator[Row]:
    """Recall and precision for each kind on the labelled corpus of the tests, under another seed."""
    corpus = importlib.import_module("corpus")
    positive = corpus.positives(2026, n, (*corpus.CHECKSUMMED, *corpus.OTHERS))
    negative = corpus.negatives(2027, n)
    asked, found, claimed, right = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for sample in positive + negative:
        met = [(span.kind, sample.text[span.start : span.end]) for span in redact(sample.text).spans]
        asked[sample.kind or ""] += 1
        found[sample.kind or ""] += (sample.kind, sample.value) in met
        claimed.update(kind for kind, _ in met)
        right.update(kind for kind, value in met if (kind, value) == (sample.kind, sample.value))
    for kind in sorted(claimed):
        if asked[kind]:
            yield Row(f"{kind} recall", 100 * found[kind] / asked[kind], "%", note=f"goal ≥ 99, of {asked[kind]:,}")
            yield Row(f"{kind} precision", 100 * right[kind] / claimed[kind], "%", note="goal ≥ 99")
    yield from _peer_quality(positive, negative)


def _peer_quality(positive: list, negative: list) -> Iterator[Row]:
    for name, hides in _peers().items():
        caught = sum(hides(sample.text) for sample in positive)
        wrong = sum(hides(sample.text) for sample in negative)
        yield Row(f"{name}: texts with data noticed", 100 * caught / len(positive), "%")
        yield Row(f"{name}: harmless texts touched", 100 * wrong / len(negative), "%")


def speed(data: Path) -> Iterator[Row]:
    """Megabytes of UTF-8 in a processor second, best of three."""
    names = Names(f"{first} {last}" for first in _syllables("A") for last in _syllables("M"))
    for label, (file, column) in SETS.items():
        if not (data / file).exists():
            continue
        texts = _texts(data / file, column)
        size = sum(len(text.encode()) for text in texts) / 1e6
        works: dict[str, Callable[[list[str]], object]] = {
            "redact": redact_all,
            f"redact with {names.n_names:,} names": lambda texts: redact_all(texts, names=names),
        }
        works |= {name: partial(_each, hides) for name, hides in _peers().items()}
        for name, work in works.items():
            note = f"goal ≥ 5; {len(texts):,} texts, {size:.1f} MB" if name == "redact" else ""
            yield Row(f"{label}, {name}", size / _best(partial(work, texts)), "MB/s", note=note)


def _each(hides: Callable[[str], bool], texts: list[str]) -> None:
    for text in texts:
        hides(text)


def _peers() -> dict[str, Callable[[str], bool]]:
    """For each peer, whether it would hide anything in a text."""
    peers: dict[str, Callable[[str], bool]] = {
        "six plain patterns": lambda text: any([pattern.search(text) for pattern in AFTERNOON]),
        "shop.personal": lambda text: next(personal.find(text), None) is not None,
    }
    if importlib.util.find_spec("commonregex"):
        module: ModuleType = importlib.import_module("commonregex")
        parts = ("email", "phone", "credit_card", "ip", "ipv6", "street_address")
        known = [getattr(module, part) for part in parts]
        peers["commonregex 1.5"] = lambda text: any([pattern.search(text) for pattern in known])
    return peers


def _syllables(start: str) -> list[str]:
    return [f"{start}{a}{b}{c}" for a in "aeiou" for b in "bdfglmnprstvz" for c in "aeiou"][:320]


def _texts(file: Path, column: str) -> list[str]:
    frame = pl.read_parquet(file) if file.suffix == ".parquet" else pl.read_csv(file, infer_schema=False)
    return frame[column].drop_nulls().to_list()


def _best(work: Callable[[], object]) -> float:
    seconds = []
    for _ in range(3):
        began = time.process_time()
        work()
        seconds.append(time.process_time() - began)
    return min(seconds)


def main() -> None:
    """Measure, print a table, write JSON."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--data", type=Path, required=True, help="folder of the real data sets")
    reader.add_argument("--n", type=int, default=9000, help="labelled texts of each sort")
    reader.add_argument("--json", type=Path, default=Path(__file__).parent / "results" / "redacting.json")
    asked = reader.parse_args()
    rows = [*quality(asked.n), *speed(asked.data)]
    report(rows, asked.json)


if __name__ == "__main__":
    main()
