"""Small matrices beside a model's own, trained on questions and answers, and added to them at the end.

LoRA: Hu et al. 2021, W' = W + (α / r) B A, with W fixed and B, A of rank r trained.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shopwright.i18n import Text, t
from shopwright.language.tuning.causal import collated
from shopwright.language.tuning.quiet import followed, written
from shopwright.language.tuning.workplace import Workplace
from shopwright.progress import step

__all__ = ["Recipe", "trained"]

Rows = Sequence[dict[str, list[int]]]
MOST_BETWEEN = 100  # steps between looks at the validation part: what a kill costs at most


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to train.

    Attributes:
        epochs: times every pair is seen, at most.
        batch: pairs of a step.
        rate: highest learning rate.
        rank: of the matrices; their α is twice that. 0: no matrices, all weights are trained.
        patience: looks at the validation part without gain before it stops.
        longest: tokens of a question, and of an answer.
    """

    epochs: int = 10
    batch: int = 8
    rate: float = 3e-4
    rank: int = 8
    patience: int = 3
    longest: int = 256


def trained(
    base: Any,
    train: Rows,
    validation: Rows,
    padding: int,
    recipe: Recipe,
    place: Workplace,
    seed: int,
    said: Text | None = None,
) -> tuple[Any, dict[str, Any]]:
    """The base with what was learned merged into it, and facts of the training; goes on from the last checkpoint.

    Meanwhile the progress bar says `said`.
    """
    import torch
    from transformers import set_seed

    set_seed(seed)
    model = _with_matrices(base, recipe.rank) if recipe.rank else base
    trainer = _trainer(model, train, validation, padding, recipe, place, seed)
    last = place.last()
    with step(said or t("Tuning on {n:,} answers", n=len(train)), total=_steps(len(train), recipe)) as bar:
        trainer.add_callback(followed(bar))
        with torch.enable_grad():
            told = trainer.train(resume_from_checkpoint=str(last) if last is not None else None)
    facts = {
        "steps": int(trainer.state.global_step),
        "epochs": round(float(trainer.state.epoch or 0.0), 2),
        "resumed_at": 0 if last is None else int(last.name.rpartition("-")[2]),
        "training_loss": round(float(told.training_loss), 4),
    }
    merged = trainer.model.merge_and_unload() if recipe.rank else trainer.model
    return merged.to("cpu").eval(), facts


def _with_matrices(base: Any, rank: int) -> Any:
    import peft

    task = peft.TaskType.SEQ_2_SEQ_LM if base.config.is_encoder_decoder else peft.TaskType.CAUSAL_LM
    config = peft.LoraConfig(
        task_type=task,
        r=rank,
        lora_alpha=2 * rank,
        lora_dropout=0.05,
        target_modules="all-linear",
    )
    return peft.get_peft_model(base, config)


def _steps(n: int, recipe: Recipe) -> int:
    return math.ceil(n / recipe.batch) * recipe.epochs


def _trainer(
    model: Any, train: Rows, validation: Rows, padding: int, recipe: Recipe, place: Workplace, seed: int
) -> Any:
    import torch
    from transformers import EarlyStoppingCallback, PrinterCallback, Trainer, TrainingArguments

    looks = min(math.ceil(len(train) / recipe.batch), MOST_BETWEEN)
    on_gpu = torch.cuda.is_available()
    arguments = TrainingArguments(
        output_dir=str(place.checkpoints),
        num_train_epochs=recipe.epochs,
        per_device_train_batch_size=recipe.batch,
        per_device_eval_batch_size=recipe.batch,
        learning_rate=recipe.rate,
        lr_scheduler_type="linear",
        warmup_steps=max(_steps(len(train), recipe) // 20, 1),
        max_grad_norm=1.0,
        eval_strategy="steps",
        eval_steps=looks,
        save_strategy="steps",
        save_steps=looks,
        save_total_limit=2,
        load_best_model_at_end=True,
        metric_for_best_model="eval_loss",
        greater_is_better=False,
        restore_callback_states_from_checkpoint=True,
        logging_steps=max(min(looks, 10), 1),
        report_to="none",
        disable_tqdm=True,
        remove_unused_columns=False,
        prediction_loss_only=True,
        seed=seed,
        data_seed=seed,
        dataloader_pin_memory=on_gpu,
        use_cpu=not on_gpu,
        bf16=on_gpu and torch.cuda.is_bf16_supported(),
    )
    made = Trainer(
        model=model,
        args=arguments,
        data_collator=lambda rows: collated(rows, padding),
        train_dataset=list(train),
        eval_dataset=list(validation),
        callbacks=[written(place.log), EarlyStoppingCallback(recipe.patience)],
    )
    made.remove_callback(PrinterCallback)
    return made
