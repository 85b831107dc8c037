"""Reviews: every figure of them, part by part, beside peers on the same texts.

    python benchmarks/reviews.py --data FOLDER [--only aspects …] [--folds 5]

Test sets are kept back, so parts of the training files are held out; figures are means over them.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from measure import Row, report

# name, and the file whose rows(data) measures it; those that hold out parts in turn take the number of folds, too
PARTS = {
    "analysis": "review_analysis",
    "aspects": "review_aspects",
    "hazards": "review_hazards",
    "sentiment": "review_sentiment",
    "themes": "review_themes",
}
FOLDED = {"aspects"}


def rows(data: Path, only: list[str], folds: int) -> list[Row]:
    """Every figure of the parts."""
    found = []
    for name in only or PARTS:
        measure = importlib.import_module(PARTS[name]).rows
        for row in measure(data, folds) if name in FOLDED else measure(data):
            print(f"{row.what}: {row.measured:.2f} {row.unit}  {row.note}", file=sys.stderr, flush=True)
            found.append(row)
    return found


def main() -> None:
    """Measure, print a table, write JSON."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--data", type=Path, required=True, help="folder of the real data sets")
    reader.add_argument("--only", nargs="*", default=[], choices=PARTS)
    reader.add_argument("--folds", type=int, default=5, help="how many fifths are held out in turn")
    reader.add_argument("--json", type=Path, default=Path(__file__).parent / "results" / "reviews.json")
    asked = reader.parse_args()
    report(rows(asked.data, asked.only, asked.folds), asked.json)


if __name__ == "__main__":
    main()
