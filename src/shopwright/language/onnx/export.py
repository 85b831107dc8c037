"""From a folder of weights to a folder that `OnnxEncoder.open` reads: graph, eight bits, tokenizer, card."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

from shopwright.disk import sync
from shopwright.errors import ModelError, StoreError, UsageError
from shopwright.i18n import Text, t
from shopwright.language.onnx import calibrate, card, foreign, layout, learned, sentence, traced
from shopwright.language.onnx.card import MODEL, TOKENIZER, Card, Precision
from shopwright.language.onnx.files import digest, must_exist, refuse_pickles
from shopwright.language.onnx.graph import HIDDEN, pool, transformer
from shopwright.language.onnx.quantise import quantise
from shopwright.language.onnx.ranges import ranges
from shopwright.language.onnx.runtime import OnnxEncoder
from shopwright.language.onnx.tokens import Tokens, fits, load
from shopwright.language.onnx.weights import Weights
from shopwright.progress import step
from shopwright.version import __version__

__all__ = ["export", "in_memory", "open_folder"]

WEIGHTS = "model.safetensors"
ONNX_FILES = ("onnx/model.onnx", "model.onnx")  # where sentence-transformers and others keep it
LONGEST = 512  # tokens, where nothing is said
LARGEST = 2**31 - 2**20  # bytes of one ONNX file


def export(
    folder: Path | str,
    target: Path | str,
    precision: Precision = "int8",
    *,
    name: str = "",
    origin: str = "",
    licence: str = "",
    replace_old: bool = False,
) -> Card:
    """Write the encoder in a sentence-transformers or BERT-family folder for onnxruntime, without torch.

    Args:
        folder: holds config.json, tokenizer.json and model.safetensors, or an ONNX file.
        target: folder to make, with model.onnx, tokenizer.json and shopwright.json; whole or not at all.
        precision: int8 or fp32.
        name: what to call it; empty takes the name of `target`.
        origin: where it came from; empty takes `folder`.
        licence: of the weights.
        replace_old: whether a model that is in `target` may be replaced.

    Raises:
        ModelError: a file is missing or wrong, or the architecture needs torch and that is not installed.
        StoreError: `target` is there already, or cannot be written.
    """
    if precision not in get_args(Precision):
        raise UsageError(
            t("precision cannot be {value}", value=repr(precision)),
            why=t("weights are kept in eight bits or in float32"),
            fix=t("give int8 or fp32"),
            code="MODEL-44",
        )
    target = Path(target)
    known = Card(name or target.name, 0, 0, "mean", precision, "", origin=origin or str(folder), licence=licence)
    if target.exists() and not replace_old and any(target.iterdir()):
        raise _in_the_way(target, t("a folder that is not empty is not written over"))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent) as staged:
            made = _write(Path(folder), Path(staged) / "new", known)
            _put(Path(staged) / "new", target, Path(staged) / "old")
    except OSError as error:
        raise _in_the_way(target, Text.literal(str(error))) from error
    return made


def in_memory(folder: Path | str, *, threads: int | None = None) -> OnnxEncoder:
    """The encoder in a sentence-transformers or BERT-family folder in float32, nothing written.

    Raises:
        ModelError: a file is missing or wrong, or the architecture needs torch and that is not installed.
    """
    import hashlib

    folder = Path(folder)
    known = Card(folder.resolve().name, 0, 0, "mean", "fp32", "", origin=str(folder))
    model, tokens, made = _build(folder, known)
    content = _bytes(model, folder)
    made = replace(made, sha256=hashlib.sha256(content).hexdigest())
    return OnnxEncoder(content, tokens, made, threads=threads, learned=learned.read(folder))


def open_folder(folder: Path | str) -> OnnxEncoder:
    """The encoder in any folder: what `export` wrote as it is, weights of the BERT family in float32.

    Raises:
        ModelError: a file is missing or wrong, or the architecture needs torch and that is not installed.
    """
    folder = Path(folder).expanduser()
    if (folder / card.CARD).is_file():
        return OnnxEncoder.open(folder)
    return in_memory(folder)


def _build(folder: Path, known: Card) -> tuple[Any, Tokens, Card]:
    """The graph with one vector for each text, its tokenizer, and what is known of it but its own hash."""
    said = sentence.read(folder)
    source = _source(said.root)
    with step(t("Building the graph")):
        if source.name == WEIGHTS:
            model, width, longest, words = _built(said, source)
        else:
            model, words = foreign.load(source), 0
            width = foreign.settle(model, said, source)
            longest = LONGEST
    file = _tokenizer(folder, said.root)
    tokenizer = load(file)
    if words:
        fits(tokenizer, words, file)
    made = replace(
        known,
        dimensions=width,
        max_tokens=max(min(said.max_tokens or longest, longest), 2),
        pooling=said.pooling,
        parent=digest(source),
        lowercase=said.lowercase,
        prefix=said.prefix,
        made_with=__version__,
    )
    tokens = Tokens(tokenizer, made, file)
    if known.precision == "int8":
        vocabulary = min(words or tokenizer.get_vocab_size(), tokenizer.get_vocab_size())
        quantise(model, ranges(model, calibrate.inputs(tokens, made.max_tokens, vocabulary)))
    return model, tokens, made


def _built(said: sentence.Sentence, source: Path) -> tuple[Any, int, int, int]:
    """A graph from safetensors: the model, length of a vector, most tokens, rows of the table of words."""
    try:
        sizes = layout.read(said.root)
    except ModelError as error:
        if error.code != "MODEL-23":
            raise
        return traced.trace(said, error)
    model = transformer(sizes, Weights(source, f"{sizes.names.embeddings}.word_embeddings.weight"))
    return model, pool(model, HIDDEN, sizes.hidden, said), sizes.tokens, sizes.words


def _source(folder: Path) -> Path:
    """The file of weights: safetensors where there is one, else ONNX; never a pickle."""
    there = next((folder / name for name in (WEIGHTS, *ONNX_FILES) if (folder / name).is_file()), None)
    if there is None:
        refuse_pickles(folder)
    if there is None or (there.name != WEIGHTS or layout.is_known(folder)):
        return must_exist(there or folder / WEIGHTS)
    onnx = next((folder / name for name in ONNX_FILES if (folder / name).is_file()), None)
    return onnx or there


def _tokenizer(folder: Path, root: Path) -> Path:
    inner = root / TOKENIZER
    return must_exist(inner if inner.is_file() else folder / TOKENIZER)


def _bytes(model: Any, folder: Path) -> bytes:
    if model.ByteSize() > LARGEST:
        raise ModelError(
            t("{folder} is too large", folder=str(folder)),
            why=t("an ONNX file holds 2 GB, and this one would be {size:.1f} GB", size=model.ByteSize() / 1e9),
            fix=t("take a smaller model; those of MiniLM size are made for this"),
            code="MODEL-45",
        )
    return bytes(model.SerializeToString())


def _write(folder: Path, staged: Path, known: Card) -> Card:
    """All files of a model, tried once, in a folder that nobody reads yet."""
    staged.mkdir()
    model, tokens, made = _build(folder, known)
    (staged / MODEL).write_bytes(_bytes(model, folder))
    made = replace(made, sha256=digest(staged / MODEL))
    shutil.copyfile(tokens.file, staged / TOKENIZER)
    card.write(staged, made)
    if (folder / learned.LEARNED).is_file():
        learned.read(folder)
        shutil.copyfile(folder / learned.LEARNED, staged / learned.LEARNED)
    OnnxEncoder.open(staged).encode(["", "a"])
    for path in staged.iterdir():
        sync(path)
    sync(staged)
    return made


def _put(staged: Path, target: Path, old: Path) -> None:
    """Rename into place; what was there is renamed away first, as no system swaps two folders at once."""
    if target.exists():
        target.rename(old)
    try:
        staged.rename(target)
    except OSError:
        if old.exists():
            old.rename(target)
        raise
    sync(target.parent)


def _in_the_way(target: Path, problem: Text) -> StoreError:
    return StoreError(
        t("{folder} cannot be written", folder=str(target)),
        why=problem,
        fix=t("name another folder, or remove that one first"),
        code="MODEL-46",
    )
