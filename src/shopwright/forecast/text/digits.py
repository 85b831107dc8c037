"""Digits one by one, whatever a tokenizer would make of a number, and decoding that can write nothing else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from shopwright.errors import ModelError
from shopwright.forecast.panel import Floats
from shopwright.forecast.text.serialise import DIGITS
from shopwright.i18n import t
from shopwright.language.tuning.causal import IGNORED

__all__ = ["STEPS", "Digits"]

MARKS = ("", "▁", "Ġ")  # how tokenizers write the beginning of a word
PIECES = re.compile(r"\d|[^\d]+")
STEPS = DIGITS + 1  # tokens of a number: its digits and a comma, without which a model loses count of places
WEIGHTS = 10 ** np.arange(DIGITS)[::-1]


@dataclass(frozen=True, eq=False)
class Digits:
    """A tokenizer that reads and writes numbers digit by digit.

    Attributes:
        tokenizer: of the model.
        ids: tokens of the digits 0 to 9.
        comma: the token behind every number.
    """

    tokenizer: Any
    ids: tuple[int, ...]
    comma: int
    _read: dict[str, list[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, tokenizer: Any) -> Digits:
        """For a model's own tokenizer.

        Raises:
            ModelError: it has no token for every digit and the comma (MODEL-88).
        """
        digits = _tokens(tokenizer, [str(digit) for digit in range(10)])
        comma = _tokens(tokenizer, [","])
        if digits and comma:
            return cls(tokenizer, digits, comma[0])
        raise ModelError(
            t("this model cannot write numbers"),
            why=t("its tokenizer has no token for each of the ten digits and the comma"),
            fix=t("take another one, such as google/flan-t5-small"),
            code="MODEL-88",
        )

    def read(self, text: str) -> list[int]:
        """Tokens of a text, its end included; a comma stands for a blank between numbers."""
        found: list[int] = []
        for piece in PIECES.findall(text):
            if piece.isdigit() and piece.isascii():
                found.append(self.ids[int(piece)])
            else:
                found += [self.comma] if piece.isspace() else self._words(piece)
        return [*found, int(self.tokenizer.eos_token_id)]

    def labels(self, marks: Floats) -> list[int]:
        """Tokens that should be written for marks of shape (H,): `STEPS` for each, left out where it is NaN."""
        found: list[int] = []
        for mark in marks:
            is_known = bool(np.isfinite(mark))
            found += [self.ids[int(digit)] for digit in f"{int(mark):0{DIGITS}}"] if is_known else [IGNORED] * DIGITS
            found.append(self.comma)
        return found

    def numbers(self, tokens: Any) -> Floats:
        """Marks from tokens of shape (…, H · STEPS), written under `only`: shape (…, H)."""
        value = np.full(max(*self.ids, self.comma) + 1, -1)
        value[list(self.ids)] = np.arange(10)
        digits = value[np.asarray(tokens)]
        digits = digits.reshape(*digits.shape[:-1], -1, STEPS)[..., :DIGITS]
        return np.asarray((digits @ WEIGHTS).astype(np.float64))

    def only(self) -> Any:
        """What keeps a model's decoding to numbers of `DIGITS` digits with a comma: a processor of its scores."""
        from transformers import LogitsProcessor

        digits, comma = list(self.ids), [self.comma]

        class Only(LogitsProcessor):  # type: ignore[misc,unused-ignore]
            def __call__(self, input_ids: Any, scores: Any) -> Any:
                import torch

                written = input_ids.shape[1] - 1  # without the token that every row starts with
                allowed = comma if written % STEPS == DIGITS else digits
                kept = torch.full_like(scores, -torch.inf)
                kept[:, allowed] = scores[:, allowed]
                return kept

        return Only()

    def _words(self, piece: str) -> list[int]:
        if piece not in self._read:
            self._read[piece] = list(self.tokenizer(piece, add_special_tokens=False)["input_ids"])
        return self._read[piece]


def _tokens(tokenizer: Any, signs: Sequence[str]) -> tuple[int, ...]:
    """A token for each sign, all of them with the same mark before it; none where one has none."""
    for mark in MARKS:
        found = [tokenizer.convert_tokens_to_ids(f"{mark}{sign}") for sign in signs]
        if not any(at is None or at == tokenizer.unk_token_id for at in found) and len(set(found)) == len(signs):
            return tuple(found)
    return ()
