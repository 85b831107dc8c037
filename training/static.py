"""Make the weights of the static encoder: `python training/static.py OUT --data FOLDER --cache FOLDER`.

Four steps. Each word goes through the parent alone, is cut to 256 dimensions and weighted by how rare it is (model2vec,
Tulkens and van Dongen 2024). The rows are then moved so that their sum for a text comes near the parent's vector of
that text (tokenlearn, of the same authors), as far as texts never shown to it gain by it. Pieces of words are fitted to
give the vectors of whole words, misspelt ones too (fastText's n-grams). Chinese characters and pairs of them get
vectors from the reviews they stand in (latent semantic analysis).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parent))

import corpora
from chinese import han_vectors
from refine import Taught, fit_pieces, fit_rows
from teacher import SHA256, Teacher, parent_folder

from shopwright.language.static import HAN_SALT, NEAR_SALT, SIGN_SALT, WORD_SALT, characters, weights
from shopwright.language.static.segment import segment, shortened, span_keys

DIMENSIONS, N_WORDS, N_HAN, N_PIECES, N_NEAR = 256, 27_000, 9_000, 17_000, 6_000
SEED = 7
Array = NDArray[np.float32]
KINDS = characters.kinds_now()


def vectors_of(teacher: Teacher, name: str, texts: Sequence[str], cache: Path) -> Array:
    """The parent's vectors of texts, kept in a file between runs."""
    file = cache / f"{name}.npy"
    if file.exists() and len(kept := np.load(file)) == len(texts):
        return kept
    found = teacher.encode(texts)
    cache.mkdir(parents=True, exist_ok=True)
    np.save(file, found)
    return found


def lexicon(pieces_of_parent: Sequence[str], texts: Sequence[str]) -> dict[tuple[int, str], float]:
    """Words and signs to know, by (salt, form), with a share of all running words by Zipf's law or by count."""
    counts: Counter[tuple[int, str]] = Counter()
    found = segment(texts, KINDS)
    for spans, salt in ((found.words, WORD_SALT), (found.signs, SIGN_SALT)):
        counts.update((salt, found.string(*at)) for at in zip(spans.start.tolist(), spans.end.tolist(), strict=True))
    total = sum(counts.values())
    share: dict[tuple[int, str], float] = {}
    whole = [piece for piece in pieces_of_parent if not piece.startswith(("##", "["))]
    for rank, piece in enumerate(whole, 1):
        one = segment([piece], KINDS)
        for spans, salt in ((one.words, WORD_SALT), (one.signs, SIGN_SALT)):
            if len(spans.start) == 1 and spans.end[0] - spans.start[0] == len(one.codes):
                share.setdefault((salt, one.string(0, len(one.codes))), 0.1 / rank)  # model2vec's Zipf weighting
    for key, n in counts.items():
        if n >= 2:
            share[key] = max(share.get(key, 0), n / total / 2)
    ours = sorted(share, key=lambda key: (-counts[key], -share[key], key))
    return {key: share[key] for key in ours[:N_WORDS]}


def key_of(form: str, salt: int) -> int:
    """The key that the encoder will look a form up by."""
    found = segment([form], KINDS)
    spans = {WORD_SALT: found.words, SIGN_SALT: found.signs}.get(salt)
    if spans is None:
        spans = found.pairs if len(form) == 2 else found.han
    return int(span_keys(found.codes, spans, salt)[0])


def learn(data: Path, cache: Path) -> tuple[dict[int, Array], dict[int, int], Array, dict[str, Any]]:
    """Vector of every key, common words by their neighbours' keys, vector of nothing, and what the card says of it."""
    teacher = Teacher(parent_folder())
    texts, targets = [], []
    for name in corpora.SEEN:
        kept = corpora.english(data, name)
        found = vectors_of(teacher, name, kept, cache)
        texts += kept
        targets.append(found)
    y = np.concatenate(targets)
    is_held = np.array([corpora.held_out(text) for text in texts])
    share = lexicon(teacher.vocabulary(), [text for text, held in zip(texts, is_held, strict=True) if not held])
    alone = vectors_of(teacher, "lexicon", [form for _, form in share], cache)
    _, _, axes = np.linalg.svd(np.concatenate([alone, y[~is_held]]), full_matrices=False)
    cut = axes[:DIMENSIONS].T.astype(np.float32)
    rarity = np.array([1e-3 / (1e-3 + part) for part in share.values()], np.float32)  # SIF, Arora et al. 2017
    start = (alone @ cut) * rarity[:, None]
    seen, held = np.flatnonzero(~is_held), np.flatnonzero(is_held)
    check = {"held out": Taught([texts[at] for at in held], y[held] @ cut)}
    for name in corpora.UNSEEN:
        kept = corpora.english(data, name)
        check[name] = Taught(kept, vectors_of(teacher, name, kept, cache) @ cut)
    keys = np.array([key_of(form, salt) for salt, form in share], np.uint64)
    rows, report = fit_rows(keys, start, Taught([texts[at] for at in seen], y[seen] @ cut), check, KINDS, SEED)
    words = [(form, vector) for (salt, form), vector in zip(share, rows, strict=True) if salt == WORD_SALT]
    found_pieces, report["pieces"] = fit_pieces(words, N_PIECES, KINDS, SEED)
    table = {int(key): row for key, row in zip(keys, rows, strict=True)} | found_pieces
    size = float(np.median(np.linalg.norm(rows, axis=1)))
    for form, vector in han_vectors(corpora.chinese(data), N_HAN, DIMENSIONS, KINDS, SEED).items():
        table[key_of(form, HAN_SALT)] = vector * size
    nothing = (teacher.encode([""]) @ cut)[0]
    return table, neighbours([form for form, _ in words]), nothing / np.linalg.norm(nothing), report


def neighbours(words: Sequence[str]) -> dict[int, int]:
    """Keys of the commonest words as they are and with a letter left out, each with the key of the commonest word."""
    common = [form for form in words if len(form) >= 5 and form.isascii() and form.isalpha()][:N_NEAR]
    found = segment([" ".join(common)], KINDS)
    own = span_keys(found.codes, found.words, WORD_SALT)
    short = shortened(found.codes, found.words, NEAR_SALT)
    near: dict[int, int] = {}
    for key, word in zip(short.key.tolist(), short.word.tolist(), strict=True):
        near.setdefault(key, int(own[word]))
    return near


def save(table: dict[int, Array], near: dict[int, int], nothing: Array, out: Path) -> str:
    """Write the table in eight bits, one scale for each row; returns the hash that names it."""
    from safetensors.numpy import save_file

    keys = np.array(sorted(table), np.uint64)
    rows = np.stack([table[int(key)] for key in keys])
    scales = (np.abs(rows).max(1) / 127).astype(np.float16)
    safe = np.maximum(scales.astype(np.float32), 1e-8)
    starts, kinds = characters.runs(KINDS)
    arrays = {
        "keys": keys,
        "rows": np.clip(np.rint(rows / safe[:, None]), -127, 127).astype(np.int8),
        "scales": scales,
        "near_keys": np.array(sorted(near), np.uint64),
        "near_rows": np.searchsorted(keys, np.array([near[key] for key in sorted(near)], np.uint64)).astype(np.uint32),
        "starts": starts,
        "kinds": kinds,
        "empty": nothing.astype(np.float32),
    }
    digest = weights.digest(arrays)
    about = {"format": weights.FORMAT, "digest": digest, "parent": f"sentence-transformers/all-MiniLM-L6-v2 {SHA256}"}
    save_file(arrays, out, metadata=about)
    return digest


def main() -> None:
    """Learn, save, say what came out."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("out", type=Path, help="file to write, static.safetensors")
    reader.add_argument("--data", type=Path, required=True, help="folder of the real data sets")
    reader.add_argument("--cache", type=Path, required=True, help="folder for the parent's vectors")
    asked = reader.parse_args()
    import torch

    torch.manual_seed(SEED)
    table, near, nothing, report = learn(asked.data, asked.cache)
    report["digest"] = save(table, near, nothing, asked.out)
    report["bytes"] = asked.out.stat().st_size
    report["rows"] = len(table)
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
