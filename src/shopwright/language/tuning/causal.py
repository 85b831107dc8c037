"""Small language models from a folder: loaded safely, fed with questions and answers, and measured."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shopwright.errors import ModelError
from shopwright.i18n import Text, t
from shopwright.language.onnx.files import must_exist, read_json, refuse_code, refuse_pickles
from shopwright.language.tuning.splits import Pair

__all__ = ["IGNORED", "Prompting", "batches", "collated", "examined", "load", "loss", "tokenizer_of"]

IGNORED = -100  # what torch's cross-entropy leaves out: the question and the padding
PLAIN = "Question: {question}\nAnswer:"  # for models without a chat template
KINDS = ("ForCausalLM", "LMHeadModel", "ForConditionalGeneration")


def examined(folder: Path) -> dict[str, Any]:
    """The configuration of a model in a folder that may be loaded: safetensors, no pickles, no code of its own.

    Raises:
        ModelError: a file is missing, or the model is none that writes.
    """
    config = read_json(must_exist(folder / "config.json"))
    refuse_code(config, folder / "config.json")
    if not any(folder.glob("*.safetensors")):
        refuse_pickles(folder)
        must_exist(folder / "model.safetensors")
    must_exist(folder / "tokenizer.json")
    names = [str(name) for name in config.get("architectures") or ()]
    if not any(name.endswith(KINDS) for name in names):
        raise ModelError(
            t("{folder} holds no model that writes", folder=str(folder)),
            why=t("its architecture is {names}", names=", ".join(names) or "-"),
            fix=t("take a causal or T5 model as safetensors, such as a small Qwen or flan-t5"),
            code="MODEL-82",
        )
    return config


def load(folder: Path) -> Any:
    """The model in float32, on the processor.

    Raises:
        ModelError: its files do not fit together.
    """
    import torch
    import transformers
    from safetensors import SafetensorError

    is_pair = bool(examined(folder).get("is_encoder_decoder"))
    loader = transformers.AutoModelForSeq2SeqLM if is_pair else transformers.AutoModelForCausalLM
    try:
        model, told = loader.from_pretrained(
            str(folder),
            local_files_only=True,
            trust_remote_code=False,
            use_safetensors=True,
            dtype=torch.float32,
            output_loading_info=True,
        )
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        raise unloadable(folder, Text.literal(str(error).split("\n", 1)[0][:200])) from error
    missing = sorted(told.get("missing_keys", ()))
    if missing:
        raise unloadable(folder, t("it has no tensor {name}", name=missing[0]))
    return model.eval()


def unloadable(folder: Path, why: Text) -> ModelError:
    """The error for a folder whose files are there and do not make a model."""
    return ModelError(
        t("the model in {folder} cannot be loaded", folder=str(folder)),
        why=why,
        fix=t("its files may be of different models, or cut short: get the folder again"),
        code="MODEL-83",
    )


def tokenizer_of(folder: Path) -> Any:
    """The tokenizer in a folder.

    Raises:
        ModelError: it cannot be loaded, or knows no end of a text.
    """
    import transformers

    try:
        found = transformers.AutoTokenizer.from_pretrained(
            str(folder), local_files_only=True, trust_remote_code=False, use_fast=True
        )
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise unloadable(folder, Text.literal(str(error).split("\n", 1)[0][:200])) from error
    if found.eos_token_id is None:
        raise unloadable(folder, t("its tokenizer has no token for the end of a text"))
    return found


@dataclass(frozen=True, slots=True)
class Prompting:
    """How a model is asked.

    Attributes:
        tokenizer: of the model.
        is_pair: whether question and answer go into two halves (T5) or one row (causal).
        longest: tokens of a question, and of an answer; more are cut off.
    """

    tokenizer: Any
    is_pair: bool
    longest: int

    def asked(self, question: str) -> list[int]:
        """Tokens of a question as the model gets it, up to where its answer begins."""
        tokenizer = self.tokenizer
        if self.is_pair:
            return list(tokenizer(question, truncation=True, max_length=self.longest)["input_ids"])
        short = tokenizer(question, add_special_tokens=False)["input_ids"]
        if len(short) > self.longest:
            question = tokenizer.decode(short[: self.longest])
        if tokenizer.chat_template:
            told = [{"role": "user", "content": question}]
            text = tokenizer.apply_chat_template(told, tokenize=False, add_generation_prompt=True)
            return list(tokenizer(text, add_special_tokens=False)["input_ids"])
        return list(tokenizer(PLAIN.format(question=question))["input_ids"])

    def row(self, pair: Pair) -> dict[str, list[int]]:
        """One example: what goes in, and what should come out."""
        tokenizer, asked = self.tokenizer, self.asked(pair.question)
        if self.is_pair:
            told = tokenizer(text_target=pair.answer, truncation=True, max_length=self.longest)["input_ids"]
            return {"input_ids": asked, "labels": list(told)}
        lead = "" if tokenizer.chat_template else " "
        told = tokenizer(lead + pair.answer, add_special_tokens=False)["input_ids"][: self.longest - 1]
        told = [*told, tokenizer.eos_token_id]
        return {"input_ids": [*asked, *told], "labels": [*[IGNORED] * len(asked), *told]}

    @property
    def padding(self) -> int:
        """The token that fills short rows; masked, so which one matters little."""
        found = self.tokenizer.pad_token_id
        return int(self.tokenizer.eos_token_id if found is None else found)


def collated(rows: Sequence[dict[str, list[int]]], padding: int) -> dict[str, Any]:
    """Rows as tensors (rows, longest row), filled up on the right."""
    import torch

    def filled(values: list[list[int]], fill: int) -> Any:
        longest = max(map(len, values))
        return torch.tensor([[*value, *[fill] * (longest - len(value))] for value in values])

    given = [row["input_ids"] for row in rows]
    return {
        "input_ids": filled(given, padding),
        "attention_mask": filled([[1] * len(row) for row in given], 0),
        "labels": filled([row["labels"] for row in rows], IGNORED),
    }


def batches(rows: Sequence[dict[str, list[int]]], size: int) -> Iterator[list[dict[str, list[int]]]]:
    """Rows by length, `size` at a time: little is spent on padding."""
    ordered = sorted(rows, key=lambda row: len(row["input_ids"]))
    for start in range(0, len(ordered), size):
        yield ordered[start : start + size]


def loss(model: Any, rows: Sequence[dict[str, list[int]]], padding: int, size: int = 8) -> float:
    """Mean negative log likelihood of a token of the answers, in nats."""
    import torch
    from torch.nn import functional

    total, n = 0.0, 0
    model.eval()
    with torch.inference_mode():
        for some in batches(rows, size):
            batch = {name: value.to(model.device) for name, value in collated(some, padding).items()}
            scores, labels = model(**batch).logits.float(), batch["labels"]
            if not model.config.is_encoder_decoder:  # a causal model says at each place what comes next
                scores, labels = scores[:, :-1], labels[:, 1:]
            told = functional.cross_entropy(
                scores.flatten(0, 1), labels.flatten(), ignore_index=IGNORED, reduction="sum"
            )
            total += float(told)
            n += int((labels != IGNORED).sum())
    return total / max(n, 1)
