"""Train what ships for `Aspects`: how words feel, the head for polarity, the taggers of terms and opinions.

    python training/aspects.py --data FOLDER [--out FOLDER]

FOLDER holds SemEval-2014's training parts, the laptop quadruples, and starred reviews in English, Chinese and
Portuguese. No torch; the same data give the same bytes. `benchmarks/reviews.py --only aspects` measures on parts that
were not learned from.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags

sys.path.insert(0, str(Path(__file__).parent))

from aspect_sets import Marked, Terms, marked_quadruples, pooled_terms, semeval, starred

from shopwright.language import Encoder
from shopwright.reviews.aspect_features import BLOCKS, BUCKETS, FACTS
from shopwright.reviews.aspect_head import Head
from shopwright.reviews.aspect_store import RETAIL
from shopwright.reviews.aspect_terms import Tagger
from shopwright.reviews.aspect_tokens import Keys, Tokens
from shopwright.reviews.aspects import Aspects
from shopwright.reviews.chain import BEGIN, INSIDE, OUTSIDE
from shopwright.reviews.feelings import Feelings, pairs
from shopwright.reviews.taxonomy import Taxonomy, retail
from shopwright.seeds import generator

MOST = 16_000  # reviews of each language
RARE = 8  # times that a word or pair must occur
COST, TAG_COST = 5.0, 2.0
CHARACTERS = 400
LOOKED_AT, SHORT, SHORT_HAN = 6000, 110, 60  # reviews of a language, and characters of one that says one thing
BY_STARS = 300  # aspects of a language


def feelings(reviews: dict[str, list[tuple[str, bool]]]) -> Feelings:
    """A logistic regression of stars on words and pairs, praise and blame weighing the same."""
    from sklearn.linear_model import LogisticRegression

    texts, liked = [], []
    for language, pairs_of in reviews.items():
        rows = generator(0, "aspects", language).permutation(len(pairs_of))[:MOST]
        texts += [pairs_of[row][0][:CHARACTERS] for row in rows]
        liked += [pairs_of[row][1] for row in rows]
    keys, rows = _counted(texts)
    known, column, times = np.unique(keys, return_inverse=True, return_counts=True)
    kept = times >= RARE
    some = kept[column]
    place = (np.cumsum(kept) - 1)[column[some]]
    counts = csr_matrix((np.ones(len(place)), (rows[some], place)), shape=(len(texts), int(kept.sum())))
    counts.sum_duplicates()
    counts.data[:] = 1
    scaled = csr_matrix(diags(1 / np.sqrt(np.maximum(1, np.diff(counts.indptr)))) @ counts)
    scaled.indices, scaled.indptr = scaled.indices.astype(np.int32), scaled.indptr.astype(np.int32)
    model = LogisticRegression(C=COST, solver="liblinear", class_weight="balanced", random_state=0)
    return Feelings.pack(known[kept], model.fit(scaled, liked).coef_[0])


def _counted(texts: Sequence[str]) -> tuple[Keys, NDArray[np.int64]]:
    """Words and pairs, and the row each is in."""
    keys, rows = [], []
    for start in range(0, len(texts), 4000):
        tokens = Tokens.read(texts[start : start + 4000])
        joined, same = pairs(tokens)
        keys += [tokens.key, joined[same]]
        rows += [tokens.text + start, tokens.text[same] + start]
    return np.concatenate(keys), np.concatenate(rows)


def labelled(tokens: Tokens, places: Sequence[Sequence[tuple[int, int]]]) -> NDArray[np.int64]:
    """A label for each token of texts in which terms stand at these places."""
    labels = np.full(len(tokens), OUTSIDE)
    edges = np.searchsorted(tokens.text, np.arange(len(places) + 1))
    for row, some in enumerate(places):
        part = slice(edges[row], edges[row + 1])
        for start, end in some:
            at = np.flatnonzero((tokens.start[part] < end) & (tokens.end[part] > start)) + edges[row]
            labels[at] = INSIDE
            labels[at[:1]] = BEGIN
    return labels


def tagger(felt: Feelings, terms: Sequence[Terms], which: str) -> Tagger:
    """The tagger of `aspects` or `opinions`."""
    known = [one for one in terms if getattr(one, which) is not None]
    tokens = Tokens.read([one.sentence for one in known])
    return Tagger.learn(tokens, felt, labelled(tokens, [getattr(one, which) for one in known]), TAG_COST)


def untrained(felt: Feelings, terms: Sequence[Terms]) -> Aspects:
    """All but the head."""
    width = Tokens.read(["a"]).vectors.shape[1]
    shapes = ((BLOCKS, width, 3), (FACTS, 3), (0, 3), (3,))
    head = Head(np.zeros((BUCKETS, 3), np.int8), 1.0, *(np.zeros(shape, np.float32) for shape in shapes))
    facts = {"encoder": None, "static": _static(), "sentences": len(terms)}
    return Aspects(felt, head, tagger(felt, terms, "aspects"), tagger(felt, terms, "opinions"), retail(), None, facts)


def by_stars(reviews: dict[str, list[tuple[str, bool]]], taxonomy: Taxonomy) -> list[Marked]:
    """Terms of the taxonomy in short reviews, as liked or not as the stars are: half of each, alike many by language.

    Stars are about the whole review, so some of these are wrong; but nobody marked aspects in Chinese and Portuguese.
    """
    found = []
    for language, rows in reviews.items():
        draw = generator(0, "aspects", "stars", language)
        longest = SHORT_HAN if language == "zh" else SHORT
        some = [rows[at] for at in draw.permutation(len(rows)) if 8 <= len(rows[at][0]) <= longest][:LOOKED_AT]
        tokens = Tokens.read([text for text, _ in some])
        met = taxonomy.find(tokens)
        sides: dict[bool, list[Marked]] = {True: [], False: []}
        for first, last in zip(met.first[~met.is_cue], met.last[~met.is_cue], strict=True):
            text, liked = some[tokens.text[first]]
            said = "positive" if liked else "negative"
            sides[liked].append(Marked(text, int(tokens.start[first]), int(tokens.end[last]), said, language))
        n = min(BY_STARS // 2, *map(len, sides.values()))
        found += [one for side in sides.values() for one in side[:n]]
    return found


def _static() -> str:
    from shopwright.language.static import shipped

    return shipped().name


def with_head(ground: Aspects, marked: Sequence[Marked], encoder: str | Encoder | None = None) -> Aspects:
    """With a head learned from these."""
    places = [(one.start, one.end) for one in marked]
    said = [one.polarity for one in marked]
    return Aspects.fit([one.sentence for one in marked], places, said, start=ground, afresh=True, encoder=encoder)


def main() -> None:
    """Train and write the parts."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--data", type=Path, required=True)
    reader.add_argument("--out", type=Path, default=RETAIL)
    asked = reader.parse_args()
    began = time.perf_counter()
    reviews = starred(asked.data)
    felt = feelings(reviews)
    print(f"{len(felt.keys):,} words and pairs, {time.perf_counter() - began:.0f} s", flush=True)
    ground = untrained(felt, pooled_terms(asked.data))
    print(f"taggers, {time.perf_counter() - began:.0f} s", flush=True)
    marked = [*semeval(asked.data, "laptop"), *semeval(asked.data, "restaurant"), *marked_quadruples(asked.data)]
    marked += by_stars(reviews, ground.taxonomy)
    folder = with_head(ground, marked).save(asked.out)
    size = sum(file.stat().st_size for file in folder.iterdir())
    print(f"{folder}: {size:,} bytes, {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
