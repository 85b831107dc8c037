"""What a config.json says of an encoder of the BERT family: its sizes, and what its tensors are called.

Devlin et al. 2019 (bert), Liu et al. 2019 (roberta), Conneau et al. 2020 (xlm-roberta), Sanh et al. 2019
(distilbert), Song et al. 2020 (mpnet).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shopwright.errors import ModelError
from shopwright.i18n import t
from shopwright.language.onnx.files import read_json, refuse_code

__all__ = ["Layout", "Names", "is_known", "read"]


@dataclass(frozen=True, slots=True)
class Names:
    """Names of tensors: those of the embeddings in full, those of a layer behind `layer.N.`."""

    embeddings: str = "embeddings"
    layer: str = "encoder.layer"
    query: str = "attention.self.query"
    key: str = "attention.self.key"
    value: str = "attention.self.value"
    out: str = "attention.output.dense"
    out_norm: str = "attention.output.LayerNorm"
    inner: str = "intermediate.dense"
    outer: str = "output.dense"
    outer_norm: str = "output.LayerNorm"


BERT = Names()
MPNET = Names(
    query="attention.attn.q",
    key="attention.attn.k",
    value="attention.attn.v",
    out="attention.attn.o",
    out_norm="attention.LayerNorm",
)
DISTILBERT = Names(
    layer="transformer.layer",
    query="attention.q_lin",
    key="attention.k_lin",
    value="attention.v_lin",
    out="attention.out_lin",
    out_norm="sa_layer_norm",
    inner="ffn.lin1",
    outer="ffn.lin2",
    outer_norm="output_layer_norm",
)
FAMILY = {
    "bert": BERT,
    "roberta": BERT,
    "xlm-roberta": BERT,
    "camembert": BERT,
    "distilbert": DISTILBERT,
    "mpnet": MPNET,
}
ACTIVATIONS = {"gelu": "none", "gelu_new": "tanh", "gelu_pytorch_tanh": "tanh", "relu": "relu"}
# What distilbert calls the same things
RENAMED = {
    "hidden_size": "dim",
    "num_hidden_layers": "n_layers",
    "num_attention_heads": "n_heads",
    "intermediate_size": "hidden_dim",
    "hidden_act": "activation",
}


@dataclass(frozen=True, slots=True)
class Layout:
    """Sizes of an encoder.

    Attributes:
        kind: model_type of config.json.
        names: what its tensors are called.
        layers: number of layers.
        hidden: length of a token's vector.
        heads: attention heads.
        inner: width between the two dense steps of a layer.
        words: rows of the table of words.
        positions: rows of the table of positions.
        first: row of the first token's position; roberta leaves two rows before it.
        types: rows of the table of token types, 0 where there is none.
        buckets: of relative distances (mpnet), 0 where attention knows none.
        activation: none, tanh (two forms of gelu) or relu.
        epsilon: added to a variance before its root.
    """

    kind: str
    names: Names
    layers: int
    hidden: int
    heads: int
    inner: int
    words: int
    positions: int
    first: int
    types: int
    buckets: int
    activation: str
    epsilon: float

    @property
    def tokens(self) -> int:
        """The most tokens a text can have."""
        return self.positions - self.first


def read(folder: Path) -> Layout:
    """The sizes of the encoder in a folder.

    Raises:
        ModelError: its config.json is missing, describes another architecture, or a variant that is not built here.
    """
    path = folder / "config.json"
    config = read_json(path)
    refuse_code(config, path)
    kind = config.get("model_type")
    if kind not in FAMILY:
        raise ModelError(
            t("{file} describes an encoder that is not built here: {kind}", file=str(path), kind=repr(kind)),
            why=t("built without torch are: {kinds}", kinds=", ".join(FAMILY)),
            fix=t("take its ONNX file, or install torch: pip install 'shopwright[train]'"),
            code="MODEL-23",
        )
    _check_variant(config, path)
    hidden, heads = _size(config, "hidden_size", path), _size(config, "num_attention_heads", path)
    if hidden % heads:
        raise _wrong(path, "num_attention_heads", heads)
    # roberta counts positions from behind its padding's number; mpnet does so from 2, whatever that number is
    pad = config.get("pad_token_id") if kind != "mpnet" else 1
    is_offset = kind not in ("bert", "distilbert")
    return Layout(
        kind=kind,
        names=FAMILY[kind],
        layers=_size(config, "num_hidden_layers", path),
        hidden=hidden,
        heads=heads,
        inner=_size(config, "intermediate_size", path),
        words=_size(config, "vocab_size", path),
        positions=_size(config, "max_position_embeddings", path),
        first=(pad if isinstance(pad, int) else 1) + 1 if is_offset else 0,
        types=_size(config, "type_vocab_size", path, 2) if FAMILY[kind] is BERT else 0,
        buckets=_size(config, "relative_attention_num_buckets", path, 32) if kind == "mpnet" else 0,
        activation=ACTIVATIONS[_value(config, "hidden_act", "gelu")],
        epsilon=float(config.get("layer_norm_eps", 1e-12)),
    )


def is_known(folder: Path) -> bool:
    """Whether the architecture in a folder is one that is built here."""
    return read_json(folder / "config.json").get("model_type") in FAMILY


def _check_variant(config: Mapping[str, Any], path: Path) -> None:
    """Refuse what would be computed differently from what is built."""
    allowed: dict[str, tuple[Any, ...]] = {
        "hidden_act": tuple(ACTIVATIONS),
        "position_embedding_type": ("absolute", None),
        "is_decoder": (False, None),
    }
    for name, values in allowed.items():
        found = _value(config, name, values[0])
        if found not in values:
            raise _wrong(path, name, found)


def _value(config: Mapping[str, Any], name: str, default: Any) -> Any:
    return config.get(name, config.get(RENAMED.get(name, name), default))


def _size(config: Mapping[str, Any], name: str, path: Path, default: int = 0) -> int:
    found = _value(config, name, default)
    if type(found) is not int or not 0 < found < 2**24:
        raise _wrong(path, name, found)
    return found


def _wrong(path: Path, name: str, value: object) -> ModelError:
    return ModelError(
        t("{file}: {name} cannot be {value}", file=str(path), name=name, value=repr(value)),
        why=t("an encoder of the BERT family is not built from that"),
        fix=t("take another model, or its ONNX file"),
        code="MODEL-30",
    )
