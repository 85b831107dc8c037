"""Train the small classifier of injections that ships: grams, concepts and the encoder's vector, logistic regression.

    python training/injection.py --data FOLDER

FOLDER holds real texts that order no model about (reviews in English, Chinese and Portuguese, questions to service
desks); one text in five, chosen by its own hash, is never trained on. Attacks come from training/attacks*.py, and
customers who sound alike from training/customers.py. What was measured is written beside the weights; the tests and
benchmarks measure again, on other families of attacks and on messages that nothing was fitted to.
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
from scipy.sparse import csr_matrix, hstack, vstack
from sklearn.linear_model import LogisticRegression

sys.path.insert(0, str(Path(__file__).parent))

from attacks import attacks, attacks_by_goal, look_alikes

from shopwright.language.guard.concepts import SIZE, concepts
from shopwright.language.guard.disguise import readings
from shopwright.language.guard.grams import BUCKETS, grams, is_han
from shopwright.language.guard.wording import Weights, spans
from shopwright.language.static import shipped

SETS = {
    "reviews, English": ("womens_clothing/reviews.parquet", "Review Text", 14_000),
    "reviews, Chinese": ("online_shopping_zh/reviews.parquet", "review", 31_139),
    "reviews, Portuguese": ("olist_all_statuses/olist_order_reviews_dataset.csv", "review_comment_message", 6_000),
    "bank questions": ("banking77/train.parquet", "text", 10_003),
    "assistant questions": ("clinc150/train.parquet", "text", 15_000),
    "shop questions": ("bitext/utterances.parquet", "utterance", 14_973),
}
CONCEPTS = 0.3  # how far one counts beside the grams of a whole sentence
HARDEST = 20_000
ALIKE = 3  # an honest customer who sounds alike counts as so many others
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
    found = list(dict.fromkeys(text[a:b] for text in map(plain, texts) for a, b in spans(text)))
    rng.shuffle(found)
    return found[:most]


def chance(score: float) -> float:
    """Between 0 and 1."""
    return float(1 / (1 + np.exp(-score)))


def matrix(texts: list[str]) -> csr_matrix:
    """What the classifier sees of each text: grams, then concepts and vector, Chinese signs apart from all others."""
    rows = [grams(text) for text in texts]
    ends = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
    values = np.concatenate([np.full(len(row), 1 / np.sqrt(max(1, len(row))), dtype=np.float32) for row in rows])
    counted = csr_matrix((values, np.concatenate(rows), ends), shape=(len(rows), BUCKETS))
    han = np.array([is_han(text) for text in texts], dtype=np.float32)[:, None]
    known = np.stack([concepts(text) for text in texts]) * CONCEPTS
    vector = shipped().encode(texts)
    dense = [csr_matrix(part * side) for part in (known, vector) for side in (han, 1 - han)]
    return hstack([counted, *dense], format="csr")


def fitted(wrong: csr_matrix, right: csr_matrix) -> LogisticRegression:
    """A logistic regression in which attacks weigh as much as all else."""
    model = LogisticRegression(C=10.0, solver="liblinear", class_weight="balanced", random_state=3)
    return model.fit(vstack([wrong, right], format="csr"), [1] * wrong.shape[0] + [0] * right.shape[0])


def tables(coefficients: np.ndarray) -> tuple[dict[str, np.ndarray], float]:
    """The weights as they are kept, and the scale of those of grams."""
    of_grams, of_concepts, of_vector = np.split(coefficients, [BUCKETS, BUCKETS + 2 * SIZE])
    # What lies past the strongest few is cut to them, so that eight bits are enough for all others.
    scale = float(np.quantile(np.abs(of_grams[of_grams != 0]), 0.9995)) / 127
    return {
        "grams": np.clip(np.round(of_grams / scale), -127, 127).astype(np.int8),
        "concepts": (of_concepts.reshape(2, SIZE) * CONCEPTS).astype(np.float32),
        "vector": of_vector.reshape(2, -1).astype(np.float32),
    }, scale


def thresholds(rows: list[tuple[str, bool, bool, float]], alarms: dict[bool, float]) -> dict[bool, float]:
    """From which score on a text is flagged: as strict as any set of texts asks for, Chinese signs and others apart."""
    cuts = {}
    for han, share in alarms.items():
        scores = [[row[3] for row in rows if row[0] == name and row[1] == han and row[2]] for name in {*SETS}]
        cuts[han] = max(float(np.quantile(one, 1 - share)) for one in scores if len(one) > 300)
    return cuts


def main() -> None:
    """Train and write the weights."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--data", type=Path, required=True)
    reader.add_argument("--alarms", type=float, default=0.002, help="share of kept-back texts that may raise alarm")
    reader.add_argument("--alarms-han", type=float, default=0.003, help="the same for texts in Chinese signs")
    reader.add_argument("--home", type=Path, default=HOME)
    asked = reader.parse_args()
    rng = random.Random(3)
    real = benign(asked.data)
    made = [*attacks(rng, 30_000), *attacks_by_goal(rng, 20_000)]
    wrong = list(dict.fromkeys(plain(text) for text in made))
    alike = list(dict.fromkeys(plain(text) for text in look_alikes(rng, 12_000)))
    lists = [sentences([t for t in texts if not is_kept_back(t)], rng, 75_000) for texts in real.values()]
    first, rest = [t for one in lists for t in one[:25_000]] + alike * ALIKE, [t for one in lists for t in one[25_000:]]
    of_wrong, of_first, of_rest = matrix(wrong), matrix(first), matrix(rest)
    # Once with a part of the real sentences, once more with those of the rest that look most like attacks.
    hardest = np.argsort(-fitted(of_wrong, of_first).decision_function(of_rest), kind="stable")[:HARDEST]
    model = fitted(of_wrong, vstack([of_first, of_rest[np.sort(hardest)]]))
    kept_tables, scale = tables(model.coef_[0])
    bias = float(model.intercept_[0])
    trained = Weights(kept_tables, scale, bias, {})

    def most(text: str) -> float:
        whole = plain(text)
        places = spans(whole)
        return float(trained.scores([whole[a:b] for a, b in places]).max()) if places else -99.0

    # Half of what was kept back sets the thresholds, the other half reports on them.
    kept = [(name, text) for name, texts in real.items() for text in texts if is_kept_back(text)]
    rows = [(name, is_han(plain(text)), sets_threshold(text), most(text)) for name, text in kept]
    cuts = thresholds(rows, {True: asked.alarms_han, False: asked.alarms})
    telling = {name: [row[3] >= cuts[row[1]] for row in rows if row[0] == name and not row[2]] for name in real}
    asked.home.mkdir(parents=True, exist_ok=True)
    save_file(kept_tables, asked.home / "injection.safetensors")
    (asked.home / "injection.safetensors").chmod(0o644)
    told = {
        "buckets": BUCKETS, "encoder": shipped().name, "scale": scale, "bias": bias,
        "thresholds": {"han": round(chance(cuts[True]), 6), "other": round(chance(cuts[False]), 6)},
        "trained_on": {"attacks": len(wrong), "benign sentences": len(first) + len(hardest)},
        "alarms_on_kept_back": {name: round(float(np.mean(flags)), 5) for name, flags in telling.items()},
    }  # fmt: skip
    (asked.home / "injection.json").write_text(json.dumps(told, indent=1) + "\n", "utf-8")
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
