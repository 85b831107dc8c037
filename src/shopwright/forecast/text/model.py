"""A T5 that continues sales written as text: paths drawn digit by digit, of which quantiles are taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shopwright.errors import ModelError
from shopwright.forecast.adapters.torches import drawn, still
from shopwright.forecast.cast import LEVELS
from shopwright.forecast.foreign import Told, cannot_tell, has_seen
from shopwright.forecast.panel import Floats, Panel
from shopwright.forecast.text.digits import STEPS, Digits
from shopwright.forecast.text.serialise import written
from shopwright.forecast.way import Way
from shopwright.i18n import Text, t
from shopwright.language.models.whole import at_hand
from shopwright.language.onnx.files import read_json, unreadable
from shopwright.language.tuning.causal import collated, examined, tokenizer_of
from shopwright.language.tuning.causal import load as load_model
from shopwright.language.tuning.quiet import need
from shopwright.seeds import derive

__all__ = ["CARD", "FORMAT", "MODEL", "TextT5", "load", "paths"]

CARD, MODEL, FORMAT = "sales-text.json", "model", 1
PATHS = 100  # drawn of each product: one for each hundredth of the chances
BATCH = 8  # products at once
FEWEST = 8  # known periods without which a product is not told


@dataclass(frozen=True, eq=False)
class TextT5:
    """A T5 with what it was tuned on, if it was.

    Attributes:
        model: of transformers.
        digits: its tokenizer.
        until: last day of the sales that it learned from; None: of none of them.
        period: length of a period it was tuned on; empty: any.
    """

    model: Any
    digits: Digits
    until: date | None = None
    period: str = ""

    def told(self, panel: Panel, way: Way) -> Told:
        """Quantiles of paths drawn for the H periods ahead; not of SKUs with fewer than `FEWEST` known periods.

        Raises:
            ModelError: it has learned from what it would be asked about, or on periods of another length (MODEL-87).
        """
        self._must_suit(panel)
        rows = np.flatnonzero(np.isfinite(panel.units).sum(axis=1) >= FEWEST)
        found = np.full((len(panel.skus), panel.horizon, len(LEVELS)), np.nan)
        if len(rows):
            drawn_paths = paths(self.model, self.digits, panel, rows, way.seed)
            found[rows] = np.moveaxis(np.quantile(drawn_paths, LEVELS, axis=1), 0, 2)
        return Told.of(panel, np.array(LEVELS), found)

    def _must_suit(self, panel: Panel) -> None:
        is_seen = self.until is not None and panel.known.as_of < self.until
        if not is_seen and self.period in ("", panel.period):
            return
        if is_seen:
            raise has_seen(str(self.until), panel)
        raise cannot_tell(
            t("it was tuned on periods {own}, and these are {asked}", own=self.period, asked=panel.period)
        )


def paths(model: Any, digits: Digits, panel: Panel, rows: NDArray[np.int64], seed: int) -> Floats:
    """Paths of units of these SKUs, shape (rows, PATHS, H); decoding can write nothing but their digits."""
    import torch
    from transformers import GenerationConfig, LogitsProcessorList

    told = written(panel, rows.tolist())
    padding = int(digits.tokenizer.pad_token_id if digits.tokenizer.pad_token_id is not None else 0)
    length = panel.horizon * STEPS
    how = GenerationConfig(
        do_sample=True, top_k=0, top_p=1.0, temperature=1.0, num_beams=1, num_return_sequences=PATHS,
        max_new_tokens=length, min_new_tokens=length, pad_token_id=padding, eos_token_id=None,
        decoder_start_token_id=model.config.decoder_start_token_id,
    )  # fmt: skip
    found = np.empty((len(rows), PATHS, panel.horizon))
    with still(), drawn(derive(seed, "text")):
        for at in range(0, len(rows), BATCH):
            some = told[at : at + BATCH]
            asked = collated([{"input_ids": digits.read(each.text), "labels": []} for each in some], padding)
            tokens = model.generate(
                input_ids=asked["input_ids"],
                attention_mask=asked["attention_mask"],
                generation_config=how,
                logits_processor=LogitsProcessorList([digits.only()]),
            )[:, -length:]
            per = np.array([each.per for each in some])[:, None, None]
            found[at : at + len(some)] = digits.numbers(torch.as_tensor(tokens)).reshape(len(some), PATHS, -1) * per
    return found


def load(place: str, way: Way) -> TextT5:
    """What `tune` left in a folder; or any T5 in a folder or of that name on the hub, as it is.

    Raises:
        ExtraMissing: torch or transformers is not installed.
        ModelError: there is no T5 (MODEL-89), or it cannot be loaded safely or cannot write numbers.
        ProviderError: the hub cannot be reached, or does not have it.
    """
    need("torch", "transformers")
    folder = at_hand(place).resolve()
    card = folder / CARD
    return _loaded(folder, card.stat().st_mtime_ns if card.is_file() else 0)


@lru_cache(maxsize=2)
def _loaded(folder: Path, stamp: int) -> TextT5:
    card = read_json(folder / CARD, needed=False)
    with still():
        model, digits = opened(folder / MODEL if card else folder)
    try:
        until = date.fromisoformat(card["until"]) if card else None
        if card and card["format"] != FORMAT:
            raise ValueError(card["format"])
        return TextT5(model, digits, until, str(card["period"]) if card else "")
    except (KeyError, TypeError, ValueError) as error:
        raise unreadable(folder / CARD, Text.literal(str(error))) from error


def opened(folder: Path) -> tuple[Any, Digits]:
    """Model and tokenizer of a T5 in a folder.

    Raises:
        ModelError: it is none, or cannot be loaded.
    """
    config = examined(folder)
    if not config.get("is_encoder_decoder"):
        raise ModelError(
            t("{folder} holds no T5", folder=str(folder)),
            why=t("sales are read by one half of a model and continued by the other; this one has one half"),
            fix=t("take one of the T5 family as safetensors, such as google/flan-t5-small"),
            code="MODEL-89",
        )
    return load_model(folder), Digits.of(tokenizer_of(folder))
