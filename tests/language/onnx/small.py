"""Small random encoders written on the spot, and what they must give, computed by plain numpy."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

WORDS = [
    *("[PAD]", "[UNK]", "[CLS]", "[SEP]", "where", "is", "my", "order", "red", "boots", "broke", "after", "three"),
    *("days", "money", "back", "please", "the", "blue", "one", "size", "small", "##s", "##er", "?", "!", ".", ","),
]
HIDDEN, LAYERS, HEADS, INNER, POSITIONS = 32, 2, 4, 64, 40
CONFIG = {
    "model_type": "bert",
    "hidden_size": HIDDEN,
    "num_hidden_layers": LAYERS,
    "num_attention_heads": HEADS,
    "intermediate_size": INNER,
    "max_position_embeddings": POSITIONS,
    "vocab_size": len(WORDS),
    "type_vocab_size": 2,
    "hidden_act": "gelu",
    "layer_norm_eps": 1e-12,
    "pad_token_id": 0,
}
DISTIL = {
    "model_type": "distilbert",
    **{"dim": HIDDEN, "n_layers": LAYERS, "n_heads": HEADS, "hidden_dim": INNER, "activation": "gelu"},
    **{"max_position_embeddings": POSITIONS, "vocab_size": len(WORDS)},
}
KINDS = ("bert", "roberta", "distilbert", "mpnet")
# (ours of bert, that of the others) for each part of a layer
PARTS = {
    "bert": ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"),
    "mpnet": ("attention.attn.q", "attention.attn.k", "attention.attn.v", "attention.attn.o"),
    "distilbert": ("attention.q_lin", "attention.k_lin", "attention.v_lin", "attention.out_lin"),
}
NORMS = {
    "bert": ("attention.output.LayerNorm", "output.LayerNorm"),
    "mpnet": ("attention.LayerNorm", "output.LayerNorm"),
    "distilbert": ("sa_layer_norm", "output_layer_norm"),
}
DENSE = {
    "bert": ("intermediate.dense", "output.dense"),
    "mpnet": ("intermediate.dense", "output.dense"),
    "distilbert": ("ffn.lin1", "ffn.lin2"),
}
TEXTS = ["where is my order?", "", "the red boots broke after three days!", "money back please", "😀", "smaller sizes"]


def config(kind: str) -> dict[str, object]:
    if kind == "distilbert":
        return dict(DISTIL)
    return {**CONFIG, "model_type": kind, **({} if kind == "bert" else {"pad_token_id": 1})}


def style(kind: str) -> str:
    return kind if kind in PARTS else "bert"


def weights(kind: str = "bert", seed: int = 0) -> dict[str, np.ndarray]:
    rng, names = np.random.default_rng(seed), style(kind)
    found: dict[str, np.ndarray] = {}

    def dense(name: str, width_in: int, width_out: int) -> None:
        found[name + ".weight"] = rng.normal(0, 0.15, (width_out, width_in)).astype(np.float32)
        found[name + ".bias"] = rng.normal(0, 0.1, width_out).astype(np.float32)

    def norm(name: str) -> None:
        found[name + ".weight"] = rng.uniform(0.7, 1.3, HIDDEN).astype(np.float32)
        found[name + ".bias"] = rng.normal(0, 0.1, HIDDEN).astype(np.float32)

    for table, rows in (("word", len(WORDS)), ("position", POSITIONS), ("token_type", 2)):
        if table != "token_type" or names == "bert":
            values = rng.normal(0, 0.5, (rows, HIDDEN)).astype(np.float32)
            found[f"embeddings.{table}_embeddings.weight"] = values
    norm("embeddings.LayerNorm")
    if kind == "mpnet":
        found["encoder.relative_attention_bias.weight"] = rng.normal(0, 1, (32, HEADS)).astype(np.float32)
    place = "transformer.layer" if kind == "distilbert" else "encoder.layer"
    for at in range(LAYERS):
        for part in PARTS[names]:
            dense(f"{place}.{at}.{part}", HIDDEN, HIDDEN)
        dense(f"{place}.{at}.{DENSE[names][0]}", HIDDEN, INNER)
        dense(f"{place}.{at}.{DENSE[names][1]}", INNER, HIDDEN)
        for part in NORMS[names]:
            norm(f"{place}.{at}.{part}")
    return found


def tokenizer(folder: Path, words: list[str] | None = None) -> None:
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    made = Tokenizer(models.WordPiece({word: at for at, word in enumerate(words or WORDS)}, unk_token="[UNK]"))
    made.normalizer = normalizers.BertNormalizer(lowercase=True)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    made.enable_padding(length=12)  # as many folders have it; it must not count
    made.enable_truncation(7)
    made.save(str(folder / "tokenizer.json"))


def write(folder: Path, kind: str = "bert", *, seed: int = 0, pooling: str = "mean", longest: int = 30) -> Path:
    """A sentence-transformers folder of a small encoder."""
    (folder / "1_Pooling").mkdir(parents=True)
    save_file(weights(kind, seed), folder / "model.safetensors")
    tokenizer(folder)
    put(folder, "config.json", config(kind))
    put(folder, "sentence_bert_config.json", {"max_seq_length": longest, "do_lower_case": False})
    put(folder, "1_Pooling/config.json", {"word_embedding_dimension": HIDDEN, "pooling_mode": pooling})
    steps = [("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")]
    listed = [
        {"idx": at, "name": str(at), "path": path, "type": f"sentence_transformers.models.{kind}"}
        for at, (path, kind) in enumerate(steps)
    ]
    put(folder, "modules.json", listed)
    return folder


def put(folder: Path, name: str, value: object) -> None:
    (folder / name).write_text(json.dumps(value), "utf-8")


def change(folder: Path, name: str, **values: object) -> None:
    put(folder, name, {**json.loads((folder / name).read_text("utf-8")), **values})


def ids_of(folder: Path, text: str, longest: int = 30) -> list[int]:
    from tokenizers import Tokenizer

    made = Tokenizer.from_file(str(folder / "tokenizer.json"))
    made.no_padding()
    made.enable_truncation(longest)
    return made.encode(text).ids


def hidden_of(w: dict[str, np.ndarray], kind: str, ids: list[int]) -> np.ndarray:
    """Token vectors of one text, (tokens, hidden), in float64."""
    names, n = style(kind), len(ids)
    first = 2 if kind in ("roberta", "mpnet") else 0
    x = w["embeddings.word_embeddings.weight"][ids] + w["embeddings.position_embeddings.weight"][first : first + n]
    if names == "bert":
        x = x + w["embeddings.token_type_embeddings.weight"][0]
    x = _norm(w, "embeddings.LayerNorm", x.astype(np.float64))
    bias = np.zeros((HEADS, n, n))
    if kind == "mpnet":
        table = w["encoder.relative_attention_bias.weight"]
        bias = np.array([[table[_bucket(j - i)] for j in range(n)] for i in range(n)]).transpose(2, 0, 1)
    place = "transformer.layer" if kind == "distilbert" else "encoder.layer"
    for at in range(LAYERS):
        query, key, value, out = (f"{place}.{at}.{part}" for part in PARTS[names])
        heads = [_dense(w, name, x).reshape(n, HEADS, -1).transpose(1, 0, 2) for name in (query, key, value)]
        scores = heads[0] @ heads[1].transpose(0, 2, 1) / math.sqrt(HIDDEN / HEADS) + bias
        share = np.exp(scores - scores.max(-1, keepdims=True))
        share /= share.sum(-1, keepdims=True)
        context = (share @ heads[2]).transpose(1, 0, 2).reshape(n, HIDDEN)
        x = _norm(w, f"{place}.{at}.{NORMS[names][0]}", x + _dense(w, out, context))
        inner = _dense(w, f"{place}.{at}.{DENSE[names][0]}", x)
        inner = inner * 0.5 * (1 + np.vectorize(math.erf)(inner / math.sqrt(2)))
        x = _norm(w, f"{place}.{at}.{NORMS[names][1]}", x + _dense(w, f"{place}.{at}.{DENSE[names][1]}", inner))
    return x


def pooled(hidden: np.ndarray, how: str) -> np.ndarray:
    found = {
        "mean": hidden.mean(0),
        "cls": hidden[0],
        "max": hidden.max(0),
        "lasttoken": hidden[-1],
        "mean_sqrt_len_tokens": hidden.sum(0) / math.sqrt(len(hidden)),
    }[how]
    return found / np.linalg.norm(found)


def expected(folder: Path, kind: str, texts: list[str], how: str = "mean", seed: int = 0) -> np.ndarray:
    """The vectors that the folder's encoder must give."""
    w = weights(kind, seed)
    return np.stack([pooled(hidden_of(w, kind, ids_of(folder, text)), how) for text in texts])


def _dense(w: dict[str, np.ndarray], name: str, x: np.ndarray) -> np.ndarray:
    return x @ w[name + ".weight"].T.astype(np.float64) + w[name + ".bias"]


def _norm(w: dict[str, np.ndarray], name: str, x: np.ndarray) -> np.ndarray:
    scaled = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-12)
    return scaled * w[name + ".weight"] + w[name + ".bias"]


def _bucket(away: int) -> int:
    """The bucket of a key that stands `away` behind its query (T5's, two-sided)."""
    far, offset = abs(away), 16 if away > 0 else 0
    if far < 8:
        return offset + far
    return offset + min(8 + int(math.log(far / 8) / math.log(128 / 8) * 8), 15)
