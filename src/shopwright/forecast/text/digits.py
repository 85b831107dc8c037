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

__all__ = ["Digits"]

MARKS = ("", "▁", "Ġ")  # how tokenizers write the beginning of a word
PIECES = re.compile(r"\d|[^\d]+")
WEIGHTS = 10 ** np.arange(DIGITS)[::-1]


@dataclass(frozen=True, eq=False)
class Digits:
    """A tokenizer that reads and writes numbers digit by digit.

    Attributes:
        tokenizer: of the model.
        ids: tokens of the digits 0 to 9.
    """

    tokenizer: Any
    ids: tuple[int, ...]
    _read: dict[str, list[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, tokenizer: Any) -> Digits:
        """For a model's own tokenizer.

        Raises:
            ModelError: it has no token for every digit (MODEL-88).
        """
        for mark in MARKS:
            ids = [tokenizer.convert_tokens_to_ids(f"{mark}{digit}") for digit in range(10)]
            if not any(at is None or at == tokenizer.unk_token_id for at in ids) and len(set(ids)) == 10:
                return cls(tokenizer, tuple(ids))
        raise ModelError(
            t("this model cannot write numbers"),
            why=t("its tokenizer has no token for each of the ten digits"),
            fix=t("take another one, such as google/flan-t5-small"),
            code="MODEL-88",
        )

    def read(self, text: str) -> list[int]:
        """Tokens of a text, its end included; blanks between digits are left out, as all numbers are of one length."""
        found: list[int] = []
        for piece in PIECES.findall(text):
            if piece.isdigit() and piece.isascii():
                found.append(self.ids[int(piece)])
            elif not piece.isspace():
                found += self._words(piece)
        return [*found, int(self.tokenizer.eos_token_id)]

    def labels(self, marks: Floats) -> list[int]:
        """Tokens that should be written for marks of shape (H,): `DIGITS` for each, left out where it is NaN."""
        return [
            self.ids[int(digit)] if np.isfinite(mark) else IGNORED
            for mark in marks
            for digit in (f"{int(mark):0{DIGITS}}" if np.isfinite(mark) else "0" * DIGITS)
        ]

    def numbers(self, tokens: Any) -> Floats:
        """Marks from tokens of shape (…, H · DIGITS), all of them digits: shape (…, H)."""
        value = np.full(max(self.ids) + 1, -1)
        value[list(self.ids)] = np.arange(10)
        digits = value[np.asarray(tokens)]
        return np.asarray((digits.reshape(*digits.shape[:-1], -1, DIGITS) @ WEIGHTS).astype(np.float64))

    def only(self) -> Any:
        """What keeps a model's decoding to digits: a processor of its scores."""
        from transformers import LogitsProcessor

        allowed: Sequence[int] = self.ids

        class Only(LogitsProcessor):  # type: ignore[misc,unused-ignore]
            def __call__(self, input_ids: Any, scores: Any) -> Any:
                import torch

                kept = torch.full_like(scores, -torch.inf)
                kept[:, list(allowed)] = scores[:, list(allowed)]
                return kept

        return Only()

    def _words(self, piece: str) -> list[int]:
        if piece not in self._read:
            self._read[piece] = list(self.tokenizer(piece, add_special_tokens=False)["input_ids"])
        return self._read[piece]
