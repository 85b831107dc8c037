"""ONNX files that others made: checked, and brought into the form that is used here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from shopwright.errors import ModelError
from shopwright.i18n import Text, t
from shopwright.language.onnx.files import must_exist, unreadable
from shopwright.language.onnx.graph import IDS, MASK, SENTENCE, TYPES, pool
from shopwright.language.onnx.sentence import Sentence
from shopwright.language.onnx.session import open_session, run

__all__ = ["load", "refuse_outside", "settle"]

INT64 = 7
RAISED_BY_READING = (Exception,)  # protobuf raises nothing narrower that could be named without importing it


def load(path: Path) -> Any:
    """An ONNX model with all its weights in it.

    Raises:
        ModelError: it cannot be read, or names weights outside its folder.
    """
    import onnx

    must_exist(path)
    try:
        model = onnx.load(str(path), load_external_data=False)
        _check(model, path)
        onnx.load_external_data_for_model(model, str(path.parent))
    except ModelError:
        raise
    except RAISED_BY_READING as error:
        raise unreadable(path, Text.literal(str(error)[:300])) from error
    if not model.graph.node:
        raise unreadable(path, t("there is no graph in it"))
    return model


def refuse_outside(model: bytes, path: Path) -> None:
    """Refuse a model whose weights are in other files: those that are added have theirs inside.

    Raises:
        ModelError: it names such a file.
    """
    if b"location" not in model:  # the key every such entry has; rarely anything else, so rarely read twice
        return
    import onnx

    _check(onnx.load_from_string(model), path, anywhere=False)


def settle(model: Any, sentence: Sentence, path: Path) -> int:
    """Give a model one output with a vector for each text, in place; gives the length of the vector.

    Raises:
        ModelError: its inputs or outputs are not those of an encoder.
    """
    initial = {tensor.name for tensor in model.graph.initializer}
    inputs = {given.name: given.type.tensor_type.elem_type for given in model.graph.input if given.name not in initial}
    if not {IDS, MASK} <= inputs.keys() <= {IDS, MASK, TYPES} or set(inputs.values()) != {INT64}:
        raise _odd(path, t("inputs"), f"{IDS}, {MASK}, [{TYPES}] (int64)", ", ".join(inputs))
    session = open_session(model.SerializeToString(), name=str(path))
    probe = {name: np.ones((1, 2), np.int64) for name in inputs}
    found = run(session, probe, str(path))
    shapes = [(out.name, values.shape) for out, values in zip(model.graph.output, found, strict=True)]
    ready = [(name, shape[1]) for name, shape in shapes if name == SENTENCE and len(shape) == 2]
    if ready:
        kept = [out for out in model.graph.output if out.name == SENTENCE]
        del model.graph.output[:]
        model.graph.output.extend(kept)
        return int(ready[0][1])
    hidden = [(name, shape[2]) for name, shape in shapes if len(shape) == 3 and shape[:2] == (1, 2)]
    if not hidden:
        raise _odd(path, t("outputs"), "last_hidden_state", ", ".join(f"{name} {shape}" for name, shape in shapes))
    return pool(model, hidden[0][0], int(hidden[0][1]), sentence)


def _odd(path: Path, which: Text, needed: str, found: str) -> ModelError:
    return ModelError(
        t("{file} is no sentence encoder", file=str(path)),
        why=t("its {which} should be {needed}; found: {found}", which=which, needed=needed, found=found or "-"),
        fix=t("take the file that the model's feature-extraction export gives"),
        code="MODEL-28",
    )


def _check(model: Any, path: Path, *, anywhere: bool = True) -> None:
    inside = path.parent.resolve()
    for tensor in _tensors(model.graph):
        for entry in tensor.external_data:
            place = (inside / entry.value).resolve()
            if entry.key == "location" and not (anywhere and place.is_relative_to(inside)):
                raise ModelError(
                    t("{file} asks for weights in another place: {place}", file=str(path), place=repr(entry.value)),
                    why=t("a model's files stay in its folder, and those of a model that was added in one file"),
                    fix=t("take the model from somebody else"),
                    code="MODEL-35",
                )


def _tensors(graph: Any) -> Iterator[Any]:
    """Every tensor of a graph, those inside its nodes too."""
    yield from graph.initializer
    for sparse in graph.sparse_initializer:
        yield from (sparse.values, sparse.indices)
    for node in graph.node:
        for attribute in node.attribute:
            yield from (attribute.t, *attribute.tensors)
            for inner in (attribute.g, *attribute.graphs):
                if inner.node or inner.initializer:
                    yield from _tensors(inner)
