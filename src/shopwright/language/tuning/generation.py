"""Answers from a model that was tuned on a shop's own: `answer(folder, question)`."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from shopwright.errors import ModelError
from shopwright.i18n import Text, t
from shopwright.language.onnx.files import must_exist, read_json
from shopwright.language.tuning.causal import Prompting, load, tokenizer_of
from shopwright.language.tuning.int8 import unpack
from shopwright.language.tuning.quiet import need, quiet
from shopwright.privacy import redact as redacted
from shopwright.privacy import restore

__all__ = ["CARD", "INT8", "MODEL", "Precision", "answer"]

CARD, MODEL, INT8 = "answers.json", "model", "int8"
Precision = Literal["int8", "fp32"]


def answer(
    folder: str | os.PathLike[str],
    question: str,
    *,
    precision: Precision = "int8",
    most_tokens: int = 200,
    deadline: float = 60.0,
) -> str:
    """What a tuned model answers: the likeliest words one after the other, the same each time.

    Nothing checks what it says: before a customer reads it, it goes through `shopwright.language.guard`.

    Args:
        folder: what `answers.tune` was given.
        question: of a customer. Where the model learned from redacted texts, personal data is replaced in the question
            too, and put back into the answer.
        precision: int8, or fp32: exact, four times as large.
        most_tokens: of the answer.
        deadline: seconds after which it is cut off.

    Raises:
        ExtraMissing: torch and its friends are not installed.
        ModelError: the question is no text, or the folder holds no tuned model.
    """
    need("torch", "transformers", "datasets")
    said: object = question
    if not isinstance(said, str) or not said.strip():
        raise ModelError(
            t("there is no question to answer"),
            why=t("got {got}", got=Text.literal(repr(question)[:40])),
            fix=t("hand over what the customer wrote, as a text"),
            code="MODEL-84",
        )
    place = Path(folder)
    stamp = must_exist(place / CARD).stat().st_mtime_ns
    with quiet():
        model, prompting, is_redacted = _loaded(place.resolve(), precision, stamp)
        asked = redacted(question.replace("\0", " ")) if is_redacted else None
        told = _written(model, prompting, asked.text if asked else question, most_tokens, deadline)
    return restore(told, asked.mapping) if asked else told


@lru_cache(maxsize=2)
def _loaded(place: Path, precision: Precision, stamp: int) -> tuple[Any, Prompting, bool]:
    card = read_json(place / CARD)
    inner = place / (INT8 if precision == "int8" else MODEL)
    model = unpack(inner) if precision == "int8" else load(inner)
    prompting = Prompting(tokenizer_of(inner), bool(model.config.is_encoder_decoder), int(card.get("longest", 256)))
    return model, prompting, bool(card.get("redacted"))


def _written(model: Any, prompting: Prompting, question: str, most: int, deadline: float) -> str:
    import torch

    asked = torch.tensor([prompting.asked(question)])
    with torch.inference_mode():
        found = model.generate(
            input_ids=asked,
            attention_mask=torch.ones_like(asked),
            max_new_tokens=most,
            max_time=deadline,
            do_sample=False,
            num_beams=1,
            pad_token_id=prompting.padding,
            eos_token_id=prompting.tokenizer.eos_token_id,
        )[0]
    fresh = found if prompting.is_pair else found[asked.shape[1] :]
    return str(prompting.tokenizer.decode(fresh, skip_special_tokens=True)).strip()
