"""Texts to token ids, cut at the longest a model reads."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from shopwright.errors import ModelError
from shopwright.i18n import Text, t
from shopwright.language.onnx.card import TOKENIZER, Card
from shopwright.language.onnx.files import must_exist, unreadable

if TYPE_CHECKING:
    from tokenizers import Tokenizer

__all__ = ["Tokens", "fits", "load"]

# A word is one token or more; a mean of 64 characters for a token is more than any language has
CHARACTERS = 64
RAISED_BY_TOKENIZERS = (Exception,)  # the library raises nothing narrower


class Tokens:
    """The tokenizer of a model.

    Args:
        tokenizer: as read from tokenizer.json.
        card: how texts are prepared, and how many tokens are read.
        file: where the tokenizer came from, for errors.
    """

    def __init__(self, tokenizer: Tokenizer, card: Card, file: Path) -> None:
        tokenizer.no_padding()
        tokenizer.enable_truncation(card.max_tokens)
        self._tokenizer, self._card, self.file = tokenizer, card, file
        self._longest = card.max_tokens * CHARACTERS

    @classmethod
    def read(cls, folder: Path, card: Card) -> Tokens:
        """The tokenizer in a folder.

        Raises:
            ModelError: there is none, or it cannot be read.
        """
        return cls(load(folder / TOKENIZER), card, folder / TOKENIZER)

    def ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Token ids of each text, one at least.

        Raises:
            ModelError: the tokenizer cannot take a text.
        """
        prepared = [self._prepared(text) for text in texts]
        try:
            return [found.ids or [0] for found in self._tokenizer.encode_batch_fast(prepared)]
        except (
            UnicodeEncodeError,
            TypeError,
        ):  # half of a surrogate pair: an emoji was cut
            whole = [text.encode("utf-8", "replace").decode("utf-8") for text in prepared]
            return [found.ids or [0] for found in self._tokenizer.encode_batch_fast(whole)]
        except RAISED_BY_TOKENIZERS as error:
            raise unreadable(self.file, Text.literal(str(error))) from error

    def _prepared(self, text: str) -> str:
        text = self._card.prefix + text[: self._longest]
        return text.lower() if self._card.lowercase else text


def load(file: Path) -> Tokenizer:
    """A tokenizer from its file.

    Raises:
        ModelError: it is missing or cannot be read.
    """
    from tokenizers import Tokenizer

    must_exist(file)
    try:
        return Tokenizer.from_file(str(file))
    except RAISED_BY_TOKENIZERS as error:
        raise unreadable(file, Text.literal(str(error)[:300])) from error


def fits(tokenizer: Tokenizer, rows: int, file: Path) -> None:
    """See that every token has a row in the table of words.

    Raises:
        ModelError: one has not.
    """
    largest = max(tokenizer.get_vocab(with_added_tokens=True).values(), default=0)
    if largest >= rows:
        raise ModelError(
            t("{file} belongs to another model", file=str(file)),
            why=t("it has a token {token}, and the weights know {rows} tokens", token=largest, rows=rows),
            fix=t("take tokenizer.json and weights of the same model"),
            code="MODEL-32",
        )
