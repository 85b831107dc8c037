"""The trainer of sentence-transformers, set up for labels: batches by label, early stopping, checkpoints, log."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shopwright.i18n import t
from shopwright.language.tuning.labelled import Split, shuffled
from shopwright.language.tuning.labels_loss import label_loss
from shopwright.language.tuning.quiet import followed, speed, written
from shopwright.language.tuning.workplace import Workplace, step_of
from shopwright.progress import step

__all__ = ["Recipe", "train"]

HEAD = "classes.safetensors"  # beside a checkpoint's weights: what the loss has learned of the classes
LONGEST = 64  # tokens of a text
FEW, PASSES = 3_000, 34_000  # texts below which the rate is low; texts seen in all
PATIENCE = 4  # looks at the held-out texts, two in an epoch, without gain before it stops


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to train; 0 lets the number of texts decide.

    Attributes:
        epochs: times every text is seen.
        rate: highest learning rate of the encoder; the classes' own is ten times as high.
        batch: texts of a step.
        contrast: weight of the contrast between texts beside the cross-entropy.
        kept: share of the encoder it came from in the weights at the end (Wortsman et al. 2022): what was learned from
            few texts goes less astray so, at no cost later.
    """

    epochs: float = 0.0
    rate: float = 0.0
    batch: int = 32
    contrast: float = 0.5
    kept: float = 0.3

    def settled(self, n: int) -> Recipe:
        """For n texts: little is seen often and at a low rate, or the encoder forgets what it came with."""
        few = n < FEW
        epochs = self.epochs or round(min(max(PASSES / n, 4.0), 14.0), 2)
        return replace(self, epochs=float(epochs), rate=self.rate or (4e-5 if few else 1.5e-4))


def train(parent: Path, data: Split, n_classes: int, recipe: Recipe, place: Workplace, seed: int) -> dict[str, Any]:
    """Tune the encoder in `parent` and write it to `place.weights`; goes on from the last checkpoint there is.

    Returns:
        accuracy on the held-out texts (None where there are none), steps, seconds.
    """
    import torch
    from datasets import Dataset
    from sentence_transformers import SentenceTransformer
    from transformers import set_seed

    set_seed(seed)
    model = SentenceTransformer(str(parent), device="cpu", local_files_only=True)
    model.model_card_data.local_files_only, model.model_card_data.generate_widget_examples = True, False
    before = {name: value.clone() for name, value in model.state_dict().items()}
    model.max_seq_length = min(model.max_seq_length or LONGEST, LONGEST)
    loss = label_loss(model, _centres(model, data, n_classes), recipe.contrast)
    _freeze_words(model)
    order = shuffled(len(data.texts), seed, "order")
    rows = Dataset.from_dict({"text": [data.texts[at] for at in order], "label": [data.classes[at] for at in order]})
    judge = _judge(loss, data) if data.held_texts else None
    trainer = _trainer(model, loss, rows, judge, recipe, place, seed)
    last = place.last()
    if last is not None:
        from safetensors.torch import load_model

        load_model(loss_head := _head(loss), last / HEAD)
        loss.load_state_dict(loss_head.state_dict(), strict=False)
    total = trainer.args.max_steps
    with step(t("Tuning the encoder on {n} texts", n=f"{len(data.texts):,}"), total=total) as bar:
        trainer.add_callback(followed(bar))
        with torch.enable_grad():
            told = trainer.train(resume_from_checkpoint=str(last) if last is not None else None)
    _mix(model, before, recipe.kept)
    model.save(str(place.weights), create_model_card=False, safe_serialization=True)
    best = trainer.state.best_metric
    result = {"steps": int(trainer.state.global_step), "resumed_at": step_of(last), "held_out_accuracy": best}
    return result | {"loss": round(told.training_loss, 4)}


def _mix(model: Any, before: dict[str, Any], kept: float) -> None:
    """Draw the weights back towards those from before."""
    import torch

    with torch.no_grad():
        for name, value in model.state_dict().items():
            if value.is_floating_point():
                value.lerp_(before[name], kept)


def _trainer(model: Any, loss: Any, rows: Any, judge: Any, recipe: Recipe, place: Workplace, seed: int) -> Any:
    from sentence_transformers import SentenceTransformerTrainer
    from sentence_transformers.sentence_transformer.training_args import (
        BatchSamplers,
        SentenceTransformerTrainingArguments,
    )
    from transformers import EarlyStoppingCallback, PrinterCallback, TrainerCallback

    class NoCard(TrainerCallback):  # type: ignore[misc,unused-ignore]
        def __init__(self, *_: Any) -> None:  # theirs puts texts into a README
            super().__init__()

    class Trainer(SentenceTransformerTrainer):  # type: ignore[misc,unused-ignore]
        model_card_callback_class = NoCard

        def save_model(self, output_dir: str | None = None, _internal_call: bool = False) -> None:
            super().save_model(output_dir, _internal_call)
            if output_dir is not None:
                from safetensors.torch import save_model

                save_model(_head(self.loss), str(Path(output_dir) / HEAD))

    in_epoch = max(len(rows) // recipe.batch, 1)
    steps = max(math.ceil(recipe.epochs * in_epoch), 1)
    looks = min(max(in_epoch // 2, 20), steps)
    watched = judge is not None
    arguments = SentenceTransformerTrainingArguments(
        output_dir=str(place.checkpoints),
        max_steps=steps,
        per_device_train_batch_size=recipe.batch,
        per_device_eval_batch_size=64,
        learning_rate=recipe.rate,
        learning_rate_mapping={r"^(centres|scale)$": recipe.rate * 10},
        lr_scheduler_type="linear",
        warmup_steps=max(steps // 10, 1),
        weight_decay=0.01,
        batch_sampler=BatchSamplers.GROUP_BY_LABEL,
        eval_strategy="steps" if watched else "no",
        eval_steps=looks if watched else None,
        save_strategy="steps",
        save_steps=looks,
        save_total_limit=1,
        load_best_model_at_end=watched,
        metric_for_best_model="eval_accuracy" if watched else None,
        greater_is_better=True if watched else None,
        restore_callback_states_from_checkpoint=True,
        logging_steps=max(min(looks, 10), 1),
        report_to="none",
        disable_tqdm=True,
        seed=seed,
        data_seed=seed,
        dataloader_pin_memory=False,
        **speed(),
    )
    callbacks = [written(place.log), *([EarlyStoppingCallback(PATIENCE)] if watched else [])]
    made = Trainer(model=model, args=arguments, train_dataset=rows, loss=loss, evaluator=judge, callbacks=callbacks)
    made.remove_callback(PrinterCallback)
    return made


def _head(loss: Any) -> Any:
    """The loss's own parameters as a module, without the encoder."""
    import torch

    holder = torch.nn.Module()
    holder.centres, holder.scale = loss.centres, loss.scale
    return holder


def _judge(loss: Any, data: Split) -> Any:
    """Accuracy on held-out texts, by the classes the loss has learned."""
    from sentence_transformers.base.evaluation import BaseEvaluator

    class Accuracy(BaseEvaluator):  # type: ignore[misc,unused-ignore]
        def __init__(self) -> None:
            super().__init__()
            self.primary_metric = "accuracy"

        def __call__(self, model: Any, *args: Any, **more: Any) -> dict[str, float]:
            import torch

            vectors = _vectors(model, data.held_texts)
            with torch.no_grad():
                found = loss.logits(torch.tensor(vectors)).argmax(1).numpy()
            return {"accuracy": float((found == np.array(data.held_classes)).mean())}

    return Accuracy()


def _centres(model: Any, data: Split, n_classes: int) -> NDArray[np.float32]:
    vectors, classes = _vectors(model, data.texts), np.array(data.classes)
    made = np.zeros((n_classes, vectors.shape[1]), np.float32)
    np.add.at(made, classes, vectors)
    return np.asarray(made / np.maximum(np.linalg.norm(made, axis=1, keepdims=True), 1e-9), np.float32)


def _vectors(model: Any, texts: list[str]) -> NDArray[np.float32]:
    found = model.encode(texts, batch_size=64, show_progress_bar=False, normalize_embeddings=True)
    return np.asarray(found, np.float32)


def _freeze_words(model: Any) -> None:
    """Leave the table of words as it is: words that were not in the examples would drift away from those that were."""
    table = model[0].auto_model.get_input_embeddings()
    for parameter in table.parameters():
        parameter.requires_grad_(False)
