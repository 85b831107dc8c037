"""Train the small classifier of injections that ships: hashed grams, logistic regression, int8 weights.

    python training/injection.py --data FOLDER

FOLDER holds real texts that order no model about (reviews in English, Chinese and Portuguese, questions to service
desks); one text in five, chosen by its own hash, is never trained on. Attacks come from training/attacks.py. What was
measured is written beside the weights; the tests and benchmarks measure again, on other families of attacks.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import zlib
from pathlib import Path

import numpy as np
import polars as pl
from safetensors.numpy import save_file
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

sys.path.insert(0, str(Path(__file__).parent))

from attacks import attacks, look_alikes

from shopwright.language.guard.disguise import readings
from shopwright.language.guard.grams import BUCKETS, grams, is_han, pieces

SETS = {
    "reviews, English": ("womens_clothing/reviews.parquet", "Review Text", 14_000),
    "reviews, Chinese": ("online_shopping_zh/reviews.parquet", "review", 22_000),
    "reviews, Portuguese": ("olist_all_statuses/olist_order_reviews_dataset.csv", "review_comment_message", 6_000),
    "bank questions": ("banking77/train.parquet", "text", 10_003),
    "assistant questions": ("clinc150/train.parquet", "text", 15_000),
    "shop questions": ("bitext/utterances.parquet", "utterance", 14_973),
}
HOME = Path(__file__).parents[1] / "src" / "shopwright" / "language" / "assets" / "injection"


def is_kept_back(text: str) -> bool:
    """One text in five: what is measured on."""
    return zlib.crc32(text.encode()) % 5 == 0


def sets_threshold(text: str) -> bool:
    """Half of the texts that are kept back; the benchmark reports on the others."""
    return zlib.crc32(text.encode()) % 10 == 0


def benign(data: Path) -> dict[str, list[str]]:
    """Real texts by the set they come from."""
    found = {}
    for name, (file, column, n) in SETS.items():
        path = data / file
        frame = pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_csv(path, infer_schema=False)
        found[name] = frame[column].drop_nulls().unique(maintain_order=True).to_list()[:n]
    tasks = json.loads((data / "support_desk" / "tasks_train.json").read_text("utf-8"))
    # The tasks tell a person which customer to play; what a customer says begins after that.
    found["service desk"] = [task["instruction"].replace("You are ", "I am ").replace("Your ", "My ") for task in tasks]
    return found


def plain(text: str) -> str:
    """As the guard reads it."""
    return next(readings(text)).text


def sentences(texts: list[str], rng: random.Random, most: int) -> list[str]:
    """Sentences of the texts, as the guard cuts them."""
    found = [text[a:b] for text in map(plain, texts) for a, b in pieces(text)]
    rng.shuffle(found)
    return found[:most]


def chance(score: float) -> float:
    """Between 0 and 1."""
    return float(1 / (1 + np.exp(-score)))


def matrix(texts: list[str]) -> csr_matrix:
    """Rows of unit length."""
    found = [grams(text) for text in texts]
    ends = np.cumsum([0, *map(len, found)])
    values = np.concatenate([np.full(len(row), 1 / np.sqrt(max(1, len(row)))) for row in found])
    return csr_matrix((values, np.concatenate(found), ends), shape=(len(texts), BUCKETS))


def main() -> None:
    """Train, choose the threshold on real texts that were kept back, write weights and what they are."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--data", type=Path, required=True)
    reader.add_argument("--alarms", type=float, default=0.002, help="share of kept-back texts that may raise alarm")
    reader.add_argument("--home", type=Path, default=HOME)
    asked = reader.parse_args()
    rng = random.Random(3)
    real = benign(asked.data)
    wrong = [plain(text) for text in dict.fromkeys(attacks(rng, 60_000))]
    right = [
        text for texts in real.values() for text in sentences([t for t in texts if not is_kept_back(t)], rng, 45_000)
    ]
    right += [plain(text) for text in look_alikes(rng, 16_000)]
    model = LogisticRegression(C=30.0, solver="liblinear", class_weight="balanced")
    model.fit(matrix(wrong + right), [1] * len(wrong) + [0] * len(right))
    coefficients = model.coef_[0]
    # What lies past the strongest few is cut to them, so that eight bits are enough for all others.
    scale = float(np.quantile(np.abs(coefficients[coefficients != 0]), 0.9995)) / 127
    table = np.clip(np.round(coefficients / scale), -127, 127).astype(np.int8)
    bias = float(model.intercept_[0])

    def most(text: str) -> float:
        whole = plain(text)
        rows = [grams(whole[a:b]) for a, b in pieces(whole)]
        scores = [table[row].sum(dtype=np.int64) * scale / np.sqrt(max(1, len(row))) + bias for row in rows]
        return float(max(scores, default=-99.0))

    # One threshold for texts in Chinese signs and one for all others, as strict as any set of texts asks for; half of
    # what was kept back sets them, the other half reports on them.
    kept = [(name, text) for name, texts in real.items() for text in texts if is_kept_back(text)]
    rows = [(name, is_han(plain(text)), sets_threshold(text), most(text)) for name, text in kept]
    cuts = {
        han: max(
            float(np.quantile(scores, 1 - asked.alarms))
            for name in real
            if len(scores := [row[3] for row in rows if row[0] == name and row[1] == han and row[2]]) > 300
        )
        for han in (True, False)
    }
    telling = {name: [row[3] >= cuts[row[1]] for row in rows if row[0] == name and not row[2]] for name in real}
    thresholds = {"han": round(chance(cuts[True]), 6), "other": round(chance(cuts[False]), 6)}
    asked.home.mkdir(parents=True, exist_ok=True)
    save_file({"weights": table}, asked.home / "injection.safetensors")
    (asked.home / "injection.safetensors").chmod(0o644)
    told = {
        "buckets": BUCKETS, "scale": scale, "bias": bias, "thresholds": thresholds,
        "trained_on": {"attacks": len(wrong), "benign sentences": len(right)},
        "alarms_on_kept_back": {name: round(float(np.mean(flags)), 5) for name, flags in telling.items()},
    }  # fmt: skip
    (asked.home / "injection.json").write_text(json.dumps(told, indent=1) + "\n", "utf-8")
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
