"""Teaching a T5 to continue a shop's sales written as text: `tune(panel, base=…, folder=…)`, then `text:FOLDER`.

It learns from what was known before the first window that any forecast would be tried on, so that the blend that it
joins judges it by sales that it has not seen.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from shopwright.disk import write_text
from shopwright.errors import ModelError
from shopwright.forecast.members import ends_of
from shopwright.forecast.origins import horizon_of
from shopwright.forecast.panel import Panel
from shopwright.forecast.shop_panel import shop_panel
from shopwright.forecast.text.digits import Digits
from shopwright.forecast.text.model import CARD, FEWEST, FORMAT, MODEL, opened
from shopwright.forecast.text.serialise import marks, written
from shopwright.i18n import t
from shopwright.language.models.whole import at_hand
from shopwright.language.onnx.files import digest
from shopwright.language.tuning.causal import loss
from shopwright.language.tuning.lora import Recipe, trained
from shopwright.language.tuning.quiet import need, quiet
from shopwright.language.tuning.workplace import Workplace, as_json, fingerprint
from shopwright.seeds import generator
from shopwright.shop.history import history
from shopwright.shop.shop import Shop
from shopwright.version import __version__

__all__ = ["Examples", "Recipe", "TextTuned", "examples", "tune", "tune_shop"]

MOST = {"train": 20_000, "validation": 500}  # examples: more cost hours and say little more
Row = dict[str, list[int]]


@dataclass(frozen=True, slots=True)
class TextTuned:
    """What a tuning gave.

    Attributes:
        folder: for `models=("text:FOLDER",)`.
        before: mean negative log likelihood of a validation digit under the base, in nats.
        after: of the tuned model; less is better.
        until: last day of the sales that it has learned from, those it was stopped by included.
        examples: numbers of train and validation.
        steps: of training, those before an interruption included.
        epochs: that it took; stopping early makes them fewer.
        resumed_at: step from which it went on, 0 where it was not interrupted.
        seconds: of this run.
    """

    folder: Path
    before: float
    after: float
    until: str
    examples: dict[str, int]
    steps: int
    epochs: float
    resumed_at: int
    seconds: float

    def as_json(self) -> dict[str, Any]:
        """All of it as plain values."""
        return asdict(self) | {"folder": str(self.folder)}


@dataclass(frozen=True, eq=False)
class Examples:
    """What is learned from: pasts as text with the digits that follow, the last horizon kept to stop by."""

    train: list[Row]
    validation: list[Row]
    until: str


def tune(
    panel: Panel,
    *,
    base: str,
    folder: Path | str,
    windows: int = 1,
    seed: int = 0,
    resume: bool = False,
    recipe: Recipe | None = None,
) -> TextTuned:
    """Tune all weights of a T5 on a panel's sales: teacher forcing, stopped by the last horizon it may see.

    Args:
        panel: sales with the horizon that will be asked for; `panel_of` and `shop_panel` make one.
        base: folder, or name on the hub, of a T5 with safetensors and tokenizer.json.
        folder: a new folder, for checkpoints, the TensorBoard log, and the model as safetensors.
        windows: of a backtest that the model must not have seen; `forecast_shop` has one.
        seed: another one is another tuning.
        resume: go on with what was begun in `folder` and broken off, from its last checkpoint.
        recipe: how to train, where the usual way does not do; a rank above 0 trains LoRA's matrices alone.

    Raises:
        ExtraMissing: torch and its friends are not installed.
        ModelError: the base is no T5, there is too little to learn (MODEL-95), or `folder` holds another tuning.
        ProviderError: the hub cannot be reached, or does not have the base.
        StoreError: `folder` holds something and `resume` is false, or it cannot be written.
        LockedError: another process is tuning there.
    """
    need("torch", "transformers", "datasets", "accelerate", "tensorboard")
    how = recipe or Recipe(rank=0)
    if how.rank:
        need("peft")
    root = at_hand(base)
    with quiet():
        model, digits = opened(root)
    data = examples(panel, digits, windows, seed)
    plan = {
        "kind": "sales-text",
        "examples": fingerprint(data.train, data.validation),
        "base": [digest(file) for file in sorted(root.glob("*.safetensors"))],
        "recipe": asdict(how),
        "seed": seed,
        "version": __version__,
    }
    place = Workplace.open(Path(folder), plan, resume=resume)
    try:
        done = place.facts().get("result")
        if not (isinstance(done, dict) and (place.folder / CARD).is_file()):
            with quiet():
                done = _run(data, model, digits, how, place, seed)
            card = {"format": FORMAT, "kind": "sales-text", "base": root.name, "period": panel.period}
            write_text(place.folder / CARD, as_json({**card, "horizon": panel.horizon, **done}))
            place.finish(done)
        return TextTuned(folder=place.folder, **{name: done[name] for name in TextTuned.__slots__ if name != "folder"})
    finally:
        place.close()


def tune_shop(
    shop: Shop,
    *,
    base: str,
    folder: Path | str,
    seed: int = 0,
    resume: bool = False,
    recipe: Recipe | None = None,
) -> TextTuned:
    """`tune` on a shop's own sales, for the horizon of its settings.

    Raises:
        TableError: there are no sales to count.
    """
    known = history(shop)
    panel = shop_panel(shop, known, horizon_of(shop, known))
    return tune(panel, base=base, folder=folder, seed=seed, resume=resume, recipe=recipe)


def examples(panel: Panel, digits: Digits, windows: int = 1, seed: int = 0) -> Examples:
    """Pasts and what followed, of every SKU and origin, at most `MOST` of them drawn by the seed.

    Raises:
        ModelError: there is too little to learn from (MODEL-95).
    """
    horizon = panel.horizon
    seen = panel.n_periods - windows * horizon
    ends = ends_of(panel.before(seen)) if seen > 0 else ()
    cut = ends[0] if ends else seen
    origins = list(range(FEWEST, cut - 2 * horizon + 1))
    found = {
        "train": [(end, row) for end in origins for row in _told_of(panel, end)],
        "validation": [(cut - horizon, row) for row in _told_of(panel, cut - horizon)],
    }
    if not all(found.values()):
        raise ModelError(
            t("there is too little to learn to continue sales from"),
            why=t(
                "of {n} periods {held} are held back to judge the model by, and it needs {least} before them",
                n=panel.n_periods,
                held=panel.n_periods - cut,
                least=FEWEST + 2 * horizon,
            ),
            fix=t("give a longer history, or a shorter horizon"),
            code="MODEL-95",
        )
    rows = {part: _rows(panel, digits, _some(each, MOST[part], seed, part)) for part, each in found.items()}
    return Examples(rows["train"], rows["validation"], panel.before(cut).known.as_of.isoformat())


def _told_of(panel: Panel, end: int) -> list[int]:
    """SKUs with enough before that origin, sales among it, and something known after it."""
    if end < FEWEST:
        return []
    past, after = panel.units[:, :end], panel.truth(end)
    enough = (np.isfinite(past).sum(axis=1) >= FEWEST) & (np.nan_to_num(past).max(axis=1) > 0)
    return np.flatnonzero(enough & np.isfinite(after).any(axis=1)).tolist()


def _some(pairs: list[tuple[int, int]], most: int, seed: int, part: str) -> list[tuple[int, int]]:
    if len(pairs) <= most:
        return pairs
    kept = generator(seed, "text", part).choice(len(pairs), most, replace=False)
    return [pairs[at] for at in np.sort(kept)]


def _rows(panel: Panel, digits: Digits, pairs: Sequence[tuple[int, int]]) -> list[Row]:
    found = []
    for end in dict.fromkeys(end for end, _ in pairs):
        rows = [row for other, row in pairs if other == end]
        truth = panel.truth(end)
        for row, past in zip(rows, written(panel.before(end), rows), strict=True):
            labels = digits.labels(marks(truth[row], past.per))
            found.append({"input_ids": digits.read(past.text), "labels": labels})
    return found


def _run(data: Examples, model: Any, digits: Digits, how: Recipe, place: Workplace, seed: int) -> dict[str, Any]:
    began = time.perf_counter()
    tokenizer = digits.tokenizer
    padding = int(tokenizer.eos_token_id if tokenizer.pad_token_id is None else tokenizer.pad_token_id)
    before = loss(model, data.validation, padding)
    said = t("Tuning on {n:,} stretches of sales", n=len(data.train))
    tuned, facts = trained(model, data.train, data.validation, padding, how, place, seed, said)
    after = loss(tuned, data.validation, padding)
    half_done = place.folder / f".{MODEL}.tmp"
    shutil.rmtree(half_done, ignore_errors=True)
    tuned.save_pretrained(str(half_done))
    tokenizer.save_pretrained(str(half_done))
    shutil.rmtree(place.folder / MODEL, ignore_errors=True)
    half_done.rename(place.folder / MODEL)
    return {
        "before": round(before, 4),
        "after": round(after, 4),
        "until": data.until,
        "examples": {"train": len(data.train), "validation": len(data.validation)},
        **facts,
        "seconds": round(time.perf_counter() - began, 1),
    }
