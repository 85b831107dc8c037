"""Tuning an encoder on labelled texts: `tune(texts, labels, folder=…)`, then `encoder(folder / "encoder")`."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from shopwright.language.onnx import export, learned
from shopwright.language.onnx.card import CARD
from shopwright.language.onnx.files import digest
from shopwright.language.tuning import parent as parents
from shopwright.language.tuning.labelled import Labelled, labelled, paired, split
from shopwright.language.tuning.quiet import need, quiet
from shopwright.language.tuning.training import Recipe, train
from shopwright.language.tuning.workplace import Workplace, fingerprint
from shopwright.version import __version__

__all__ = ["ENCODER", "Recipe", "tune"]

ENCODER = "encoder"  # inside the folder: what was exported


def tune(
    texts: Iterable[Any],
    labels: Iterable[Any],
    *,
    folder: str | os.PathLike[str],
    base: str | os.PathLike[str] = "minilm",
    recipe: Recipe | None = None,
    held_out: float | None = None,
    seed: int = 0,
    resume: bool = False,
) -> Path:
    """Tune an encoder so that texts of one label lie together, and export it for onnxruntime.

    A cosine classifier's cross-entropy and supervised contrast are trained jointly by sentence-transformers' trainer.
    Labels that are words ("card_arrival") serve as one more example each. Where classes have 20 texts or more, a
    tenth is held out: training stops when accuracy on it stops to rise, and the best weights are kept. With fewer,
    every text is learned from, for a fixed number of epochs.

    Args:
        texts: what customers wrote; read up to 64 tokens.
        labels: the label of each, None for texts to leave out.
        folder: a new folder, for checkpoints, the TensorBoard log, the weights and the exported encoder.
        base: an offered or added model, or a folder with config.json and model.safetensors.
        recipe: how to train, where the usual way does not do.
        held_out: share of each class to judge by; None decides as said above, 0 holds nothing out.
        seed: another one is another tuning.
        resume: go on with what was begun in `folder` and broken off, from its last checkpoint.

    Returns:
        the folder of the exported encoder, for `encoder(…)`. It holds hashes of the texts learned from, so that a
        `TextClassifier` does not judge it by those.

    Raises:
        ExtraMissing: torch and its friends are not installed.
        ModelError: texts, labels or the base cannot be used, or `folder` holds another tuning.
        StoreError: `folder` holds something and `resume` is false, or it cannot be written.
    """
    need("torch", "transformers", "sentence_transformers", "datasets", "accelerate", "tensorboard")
    given = labelled(texts, labels)
    root = parents.find(base)
    how = (recipe or Recipe()).settled(len(given.texts))
    plan = {
        "kind": "encoder",
        "texts": fingerprint(given.texts, given.classes, given.labels),
        "n_texts": len(given.texts),
        "n_labels": len(given.labels),
        "base": [digest(file) for file in sorted(root.glob("*.safetensors"))],
        "recipe": asdict(how),
        "held_out": held_out,
        "seed": seed,
        "version": __version__,
    }
    place = Workplace.open(Path(folder), plan, resume=resume)
    try:
        return _run(given, root, how, place, held_out, seed)
    finally:
        place.close()


def _run(given: Labelled, root: Path, recipe: Recipe, place: Workplace, share: float | None, seed: int) -> Path:
    target = place.folder / ENCODER
    if "result" in place.facts() and (target / CARD).is_file():
        return target
    began = time.perf_counter()
    data = split(given, share, seed)
    with quiet():
        result = train(root, paired(data, given.names), len(given.labels), recipe, place, seed)
    shutil.copyfile(root / parents.TOKENIZER, place.weights / parents.TOKENIZER)
    learned.write(place.weights, data.texts)
    export(place.weights, target, name=place.folder.name, origin=f"tuned {place.folder}", replace_old=True)
    result |= {"held_out": len(data.held_texts), "seconds": round(time.perf_counter() - began, 1)}
    place.finish(result)
    return target
