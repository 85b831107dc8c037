"""Tuning a small language model on a shop's past answers: `tune(pairs, base=…, folder=…)`, then `answer(…)`."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shopwright.disk import write_text
from shopwright.i18n import t
from shopwright.language.onnx.files import digest
from shopwright.language.tuning.causal import Prompting, examined, load, loss, tokenizer_of
from shopwright.language.tuning.generation import CARD, INT8, MODEL, answer
from shopwright.language.tuning.int8 import pack, unpack
from shopwright.language.tuning.lora import Recipe, trained
from shopwright.language.tuning.quiet import need, quiet
from shopwright.language.tuning.splits import Split, cleaned, split
from shopwright.language.tuning.workplace import Workplace, fingerprint
from shopwright.progress import step
from shopwright.version import __version__

if TYPE_CHECKING:
    from shopwright.privacy import Names

__all__ = ["AnswersTuned", "Losses", "Recipe", "answer", "tune"]


@dataclass(frozen=True, slots=True)
class Losses:
    """Mean negative log likelihood of a token of the answers, in nats: less is better."""

    validation: float
    test: float


@dataclass(frozen=True, slots=True)
class AnswersTuned:
    """What a tuning gave.

    Attributes:
        folder: for `answer(folder, question)`; the merged model is in `model/`, the one in eight bits in `int8/`.
        before: of the base as it was.
        after: of the tuned model.
        int8: of the tuned model in eight bits.
        pairs: numbers of train, validation and test.
        split_by: "time" or "question".
        redacted: whether personal data was taken out before.
        steps: of training, those before an interruption included.
        epochs: that it took; stopping early makes them fewer.
        resumed_at: step from which it went on, 0 where it was not interrupted.
        seconds: of this run.
    """

    folder: Path
    before: Losses
    after: Losses
    int8: Losses
    pairs: dict[str, int]
    split_by: str
    redacted: bool
    steps: int
    epochs: float
    resumed_at: int
    seconds: float

    @property
    def is_better(self) -> bool:
        """Whether it says the test's answers more readily than the base did."""
        return self.after.test < self.before.test

    def as_json(self) -> dict[str, Any]:
        """All of it as plain values."""
        return asdict(self) | {"folder": str(self.folder), "is_better": self.is_better}


def tune(
    pairs: Sequence[tuple[str, str]],
    *,
    base: str | os.PathLike[str],
    folder: str | os.PathLike[str],
    days: Sequence[date | str | None] | None = None,
    seed: int = 0,
    resume: bool = False,
    redact: bool | Names = True,
    recipe: Recipe | None = None,
) -> AnswersTuned:
    """Tune a causal or T5 model on questions and answers with LoRA, merge, export as safetensors and in eight bits.

    Args:
        pairs: (question, answer); those with an empty side are left out.
        base: folder with config.json, safetensors and tokenizer.json.
        folder: a new folder, for checkpoints, the TensorBoard log, and the models.
        days: when each was answered: the last tenth of the time then tests, the tenth before says when to stop. Without
            days, a hash of the question decides. Equal questions are never on two sides.
        seed: another one is another tuning.
        resume: go on with what was begun in `folder` and broken off, from its last checkpoint.
        redact: put placeholders for personal data before anything is learned, as a model can say what it was taught;
            names given here are taken out too, besides what has a form of its own.
        recipe: how to train, where the usual way does not do.

    Raises:
        ExtraMissing: torch and its friends are not installed.
        ModelError: pairs or base cannot be used, or `folder` holds another tuning.
        StoreError: `folder` holds something and `resume` is false, or it cannot be written.
        LockedError: another process is tuning there.
    """
    need("torch", "transformers", "peft", "datasets", "accelerate", "tensorboard")
    root, how = Path(base).expanduser(), recipe or Recipe()
    is_redacted = redact is not False
    examined(root)
    data = split(cleaned(pairs, days, is_redacted, redact if not isinstance(redact, bool) else None), seed)
    plan = {
        "kind": "answers",
        "pairs": fingerprint(*([asdict(pair) for pair in part] for part in (data.train, data.validation, data.test))),
        "base": [digest(file) for file in sorted(root.glob("*.safetensors"))],
        "recipe": asdict(how),
        "redact": is_redacted,
        "seed": seed,
        "version": __version__,
    }
    place = Workplace.open(Path(folder), plan, resume=resume)
    try:
        done = place.facts().get("result")
        if isinstance(done, dict) and (place.folder / CARD).is_file():
            return _told(place.folder, done)
        with quiet():
            result = _run(data, root, how, place, seed, is_redacted)
        place.finish(result)
        return _told(place.folder, result)
    finally:
        place.close()


def _run(data: Split, root: Path, recipe: Recipe, place: Workplace, seed: int, redact: bool) -> dict[str, Any]:
    began = time.perf_counter()
    model, tokenizer = load(root), tokenizer_of(root)
    prompting = Prompting(tokenizer, bool(model.config.is_encoder_decoder), _longest(model, recipe))
    parts = [[prompting.row(pair) for pair in part] for part in (data.train, data.validation, data.test)]
    with step(t("Measuring the base")):
        before = _losses(model, parts, prompting)
    merged, facts = trained(model, parts[0], parts[1], prompting.padding, recipe, place, seed)
    with step(t("Writing and measuring the tuned model")):
        after = _losses(merged, parts, prompting)
        _export(merged, tokenizer, place.folder)
        small = _losses(unpack(place.folder / INT8), parts, prompting)
    result = {
        "before": before,
        "after": after,
        "int8": small,
        "pairs": data.sizes,
        "split_by": data.by,
        "redacted": redact,
        **facts,
        "seconds": round(time.perf_counter() - began, 1),
    }
    card = {"format": 1, "base": root.name, "longest": prompting.longest, **result}
    write_text(place.folder / CARD, json.dumps(card, ensure_ascii=False, indent=1) + "\n")
    return result


def _losses(model: Any, parts: Sequence[Any], prompting: Prompting) -> dict[str, float]:
    _, validation, test = parts
    return {
        "validation": round(loss(model, validation, prompting.padding), 4),
        "test": round(loss(model, test, prompting.padding), 4),
    }


def _longest(model: Any, recipe: Recipe) -> int:
    """Tokens that question and answer may have each, so that both and the words around them fit into the model."""
    room = getattr(model.config, "max_position_embeddings", None) or 4 * recipe.longest
    return max(min(recipe.longest, (int(room) - 32) // 2), 16)


def _export(merged: Any, tokenizer: Any, folder: Path) -> None:
    """Write both forms of the model; each folder appears whole."""
    for name in (MODEL, INT8):
        half_done = folder / f".{name}.tmp"
        shutil.rmtree(half_done, ignore_errors=True)
        half_done.mkdir()
        if name == MODEL:
            merged.save_pretrained(str(half_done))
        else:
            pack(merged, half_done)
        tokenizer.save_pretrained(str(half_done))
        shutil.rmtree(folder / name, ignore_errors=True)
        half_done.rename(folder / name)


def _told(folder: Path, result: dict[str, Any]) -> AnswersTuned:
    known: dict[str, Any] = {
        name: result[name] for name in ("pairs", "split_by", "redacted", "steps", "epochs", "resumed_at", "seconds")
    }
    measured: dict[str, Any] = {name: Losses(**result[name]) for name in ("before", "after", "int8")}
    return AnswersTuned(folder=folder, **measured, **known)
