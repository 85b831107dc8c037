"""What a sentence-transformers folder says beyond the encoder: pooling, dense steps, longest text, prefix."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shopwright.errors import ModelError
from shopwright.i18n import t
from shopwright.language.onnx.files import read_json, refuse_code, unreadable

__all__ = ["POOLINGS", "Dense", "Sentence", "read"]

POOLINGS = ("mean", "cls", "max", "lasttoken", "mean_sqrt_len_tokens")
# Files where versions of sentence-transformers have kept the longest text
SETTINGS = ("sentence_bert_config.json", "sentence_roberta_config.json", "sentence_distilbert_config.json")
SETTINGS_ALSO = ("sentence_xlm-roberta_config.json", "sentence_mpnet_config.json", "sentence_camembert_config.json")
ACTIVATIONS = {"Tanh": "Tanh", "Identity": "", "ReLU": "Relu", "Sigmoid": "Sigmoid"}


@dataclass(frozen=True, slots=True)
class Dense:
    """A dense step behind the pooling: where its weights are, their shape, and the ONNX name of its activation."""

    path: Path
    width_in: int
    width_out: int
    has_bias: bool
    activation: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """How token vectors become the vector of a text.

    Attributes:
        root: folder of the encoder itself, mostly that of the whole.
        pooling: one of POOLINGS.
        dense: steps behind it.
        max_tokens: tokens read of a text, None where nothing is said.
        lowercase: texts are put into lower case first.
        prefix: what is written before every text.
    """

    root: Path
    pooling: str = "mean"
    dense: tuple[Dense, ...] = ()
    max_tokens: int | None = None
    lowercase: bool = False
    prefix: str = ""


def read(folder: Path) -> Sentence:
    """What the folder says; mean pooling where it says nothing, as sentence-transformers does.

    Raises:
        ModelError: it names a step that is not known here.
    """
    root, pooling, dense = folder, "mean", []
    for path, kind in _modules(folder):
        if kind == "Transformer":
            root = path
        elif kind == "Pooling":
            pooling = _pooling(path / "config.json")
        elif kind == "Dense":
            dense.append(_dense(path))
        elif kind not in ("Normalize", "Dropout"):
            raise _unknown(folder / "modules.json", kind)
    settings: dict[str, Any] = {}
    for name in (*SETTINGS, *SETTINGS_ALSO):
        settings = settings or read_json(root / name, needed=False)
    said = settings.get("max_seq_length") or read_json(root / "tokenizer_config.json", needed=False).get(
        "model_max_length"
    )
    prompts = read_json(folder / "config_sentence_transformers.json", needed=False)
    prefix = (prompts.get("prompts") or {}).get(prompts.get("default_prompt_name") or "", "")
    return Sentence(
        root=root,
        pooling=pooling,
        dense=tuple(dense),
        max_tokens=int(said) if isinstance(said, int | float) and 0 < said < 1e6 else None,
        lowercase=bool(settings.get("do_lower_case")),
        prefix=prefix if isinstance(prefix, str) else "",
    )


def _modules(folder: Path) -> list[tuple[Path, str]]:
    """Folder and kind of each step, in order."""
    import json

    file = folder / "modules.json"
    if not file.is_file():
        return []
    try:
        listed = json.loads(file.read_text("utf-8"))
        found = [(str(step["path"]), str(step["type"]).rsplit(".", 1)[-1]) for step in listed]
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise unreadable(file, t("it is no list of steps with type and path")) from error
    inside = folder.resolve()
    for path, kind in found:
        if not (folder / path).resolve().is_relative_to(inside):
            raise _unknown(file, f"{kind} ({path})")
    return [(folder / path, kind) for path, kind in found]


def _pooling(file: Path) -> str:
    """One way of pooling; both ways of writing it down are read."""
    config = read_json(file)
    if "pooling_mode" in config:
        mode = config["pooling_mode"]
        found = list(mode) if isinstance(mode, list | tuple) else [mode]
    else:
        old = {"cls_token": "cls", "mean_tokens": "mean", "max_tokens": "max", "weightedmean_tokens": "weightedmean"}
        said = [name.removeprefix("pooling_mode_") for name, is_on in config.items() if is_on is True]
        found = [old.get(name, name) for name in said if name in (*old, "lasttoken", "mean_sqrt_len_tokens")]
    if len(found) != 1 or found[0] not in POOLINGS:
        raise _unknown(file, "+".join(map(str, found)) or "-")
    return str(found[0])


def _dense(folder: Path) -> Dense:
    config = read_json(folder / "config.json")
    refuse_code(config, folder / "config.json")
    activation = str(config.get("activation_function", "Identity")).rsplit(".", 1)[-1].rstrip("()")
    width_in, width_out = config.get("in_features"), config.get("out_features")
    if activation not in ACTIVATIONS or type(width_in) is not int or type(width_out) is not int:
        raise _unknown(folder / "config.json", f"{width_in} → {width_out}, {activation}")
    return Dense(
        folder / "model.safetensors", width_in, width_out, bool(config.get("bias", True)), ACTIVATIONS[activation]
    )


def _unknown(file: Path, step: str) -> ModelError:
    return ModelError(
        t("{file} names a step that is not known here: {step}", file=str(file), step=step),
        why=t("known are a transformer, one way of pooling ({known}), dense and normalize", known=", ".join(POOLINGS)),
        fix=t("take another model"),
        code="MODEL-29",
    )
