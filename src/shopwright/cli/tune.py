"""`shopwright tune`: models fitted to a shop's own texts and sales."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from shopwright.errors import UsageError
from shopwright.i18n import Text, t

__all__ = ["COMMANDS", "text"]

COMMANDS: tuple[tuple[str, str, Text], ...] = (
    (
        "text",
        "tune:text",
        t("Tune an encoder to labels, a small model to past answers, or a T5 to sales written as text."),
    ),
    ("demand", "tune_demand:demand", t("Tune the sales model on a shop's own sales.")),
    ("recommend", "tune_recommend:recommend", t("Train a network that recommends on a shop's own sales.")),
)
KINDS = ("encoder", "answers", "sales")


def text(  # noqa: PLR0917 - a command's options are its arguments
    source: Annotated[
        Path, typer.Argument(help=str(t("CSV, Parquet or JSON lines file, or a shop's folder: its tickets.")))
    ],
    out: Annotated[Path, typer.Option(help=str(t("New folder for the model, its log and checkpoints.")))],
    kind: Annotated[
        str,
        typer.Option(
            help=str(
                t(
                    "encoder: texts of a label come together; answers: questions are answered; "
                    "sales: a T5 continues them."
                )
            )
        ),
    ] = "encoder",
    base: Annotated[
        str, typer.Option(help=str(t("Model to start from: an offered one for encoders, or a folder.")))
    ] = "",
    columns: Annotated[
        str, typer.Option(help=str(t("Names of columns: text,label or question,answer or question,answer,day.")))
    ] = "",
    epochs: Annotated[int, typer.Option(min=0, help=str(t("Times every text is seen; 0 decides by itself.")))] = 0,
    seed: Annotated[int, typer.Option(min=0, help=str(t("Start of chance: another one is another tuning.")))] = 0,
    resume: Annotated[bool, typer.Option("--resume", help=str(t("Go on with what was broken off in --out.")))] = False,
    as_json: Annotated[bool, typer.Option("--json", help=str(t("Print JSON.")))] = False,
) -> None:
    """Tune an encoder to labels, a small model to past answers, or a T5 to sales written as text."""
    from shopwright.cli.show import say, show_json, show_text

    if _kind(kind) == "encoder":
        told = _encoder(source, out, base, _columns(columns, 2), epochs, seed, resume)
    elif kind == "sales":
        told = _sales(source, out, base, epochs, seed, resume)
    else:
        told = _answers(source, out, base, _columns(columns, 3), epochs, seed, resume)
    if as_json:
        show_json(told)
        return
    show_text(str(told["model"]))
    said = {"encoder": _encoder_told, "answers": _answers_told, "sales": _sales_told}[kind]
    for line in said(told):
        say(line)


def _encoder(
    source: Path, out: Path, base: str, columns: list[str], epochs: int, seed: int, resume: bool
) -> dict[str, Any]:
    from shopwright.language.tuning import encoder, tables

    found = tables.sorted_texts(source, *columns)
    made = encoder.tune(
        found.texts,
        found.labels,
        folder=out,
        base=base or "minilm",
        recipe=encoder.Recipe(epochs=epochs),
        seed=seed,
        resume=resume,
    )
    return {"kind": "encoder", "model": str(made), **json.loads((out / "tuning.json").read_text("utf-8"))}


def _answers(
    source: Path, out: Path, base: str, columns: list[str], epochs: int, seed: int, resume: bool
) -> dict[str, Any]:
    from shopwright.language.tuning import answers, tables

    _must_start(base)
    found = tables.answered(source, *columns)
    recipe = answers.Recipe(epochs=epochs) if epochs else None
    hidden = True if found.names is None else found.names
    made = answers.tune(
        found.pairs,
        base=Path(base),
        folder=out,
        days=found.days,
        redact=hidden,
        recipe=recipe,
        seed=seed,
        resume=resume,
    )
    return {"kind": "answers", "model": str(made.folder), **made.as_json()}


def _sales(source: Path, out: Path, base: str, epochs: int, seed: int, resume: bool) -> dict[str, Any]:
    from shopwright.cli.words import shop_seen
    from shopwright.forecast.text.tune import Recipe, tune_shop

    _must_start(base)
    recipe = Recipe(epochs=epochs, rank=0) if epochs else None
    made = tune_shop(shop_seen(source, None), base=base, folder=out, seed=seed, resume=resume, recipe=recipe)
    return {"kind": "sales", "model": str(made.folder), **made.as_json()}


def _must_start(base: str) -> None:
    if not base:
        raise UsageError(
            t("this tuning needs a model to start from"),
            why=t("none ships with Shopwright: they are large, and licences differ"),
            fix=t("name the folder of a causal or T5 model: --base FOLDER"),
            code="USAGE-50",
        )


def _sales_told(told: dict[str, Any]) -> list[Text]:
    return [
        t(
            "loss of a digit of held-out sales: {before:.3f} before, {after:.3f} after; tuned on sales up to {day}",
            before=told["before"],
            after=told["after"],
            day=told["until"],
        ),
        t('try it: shopwright forecast SHOP --model "text:{folder}"', folder=told["model"]),
    ]


def _encoder_told(told: dict[str, Any]) -> list[Text]:
    plan, result = told["plan"], told["result"]
    lines = [
        t(
            "tuned on {n} texts of {m} labels, {steps} steps, {seconds:,.0f} s",
            n=f"{plan['n_texts']:,}",
            m=plan["n_labels"],
            steps=result["steps"],
            seconds=result["seconds"],
        )
    ]
    if result["held_out_accuracy"] is not None:
        share, n = result["held_out_accuracy"], result["held_out"]
        lines.append(t("{share:.1%} right on {n} texts held out", share=share, n=n))
    use = t('use it: shopwright config SHOP language.encoder "{folder}"', folder=str(Path(told["model"]).resolve()))
    return [*lines, use]


def _answers_told(told: dict[str, Any]) -> list[Text]:
    before, after = told["before"]["test"], told["after"]["test"]
    return [
        t(
            "loss of a token on test answers: {before:.3f} before, {after:.3f} after, {small:.3f} in eight bits",
            before=before,
            after=after,
            small=told["int8"]["test"],
        ),
        t('use it: shopwright.language.tuning.answers.answer("{folder}", question)', folder=told["model"]),
    ]


def _kind(kind: str) -> str:
    if kind in KINDS:
        return kind
    raise UsageError(
        t("there is no kind {kind} of tuning", kind=repr(kind)),
        why=t("texts are sorted, questions answered, or sales continued"),
        fix=t("give --kind encoder, answers or sales"),
        code="USAGE-51",
    )


def _columns(given: str, most: int) -> list[str]:
    """The names that were given, and empty ones for those that were not."""
    parts = [part.strip() for part in given.split(",")] if given else []
    if len(parts) in (0, 2, most):
        return parts + [""] * (most - len(parts))
    raise UsageError(
        t("--columns cannot name {n} columns here", n=len(parts)),
        why=t("one holds what customers wrote, the next its label or answer, a third the day of the answer"),
        fix=t("for instance: --columns text,label"),
        code="USAGE-52",
    )
