"""Weights from a safetensors file, each checked to be there and to have the right shape."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shopwright.errors import ModelError
from shopwright.i18n import Text, t
from shopwright.language.onnx.files import must_exist, unreadable

__all__ = ["Array", "Weights"]

Array = NDArray[Any]
# Names from before 2019 that some checkpoints still carry
OLD = {"LayerNorm.weight": "LayerNorm.gamma", "LayerNorm.bias": "LayerNorm.beta"}


class Weights:
    """The tensors of one file, under the names an encoder without a head gives them.

    Args:
        path: the safetensors file.
        landmark: a tensor that every such model has; what stands before it in the file is left out of all names.

    Raises:
        ModelError: the file is missing, cut short, or no safetensors file.
    """

    def __init__(self, path: Path, landmark: str = "") -> None:
        self.path = path
        self._specs = _load(must_exist(path))
        full = next((name for name in self._specs if name == landmark or name.endswith("." + landmark)), landmark)
        self._prefix = full.removesuffix(landmark)

    def take(self, name: str, *shape: int) -> Array:
        """The tensor of that name as float32.

        Raises:
            ModelError: it is missing, has another shape, or holds no plain numbers.
        """
        spec = self._specs.get(self._prefix + name) or self._specs.get(self._prefix + _old(name))
        if spec is None:
            raise self._missing(self._prefix + name)
        if tuple(spec["shape"]) != shape:
            raise self._odd(
                name, t("its shape is {found}, not {needed}", found=str(spec["shape"]), needed=str([*shape]))
            )
        values = _numbers(spec)
        if values is None:
            raise self._odd(name, t("its numbers are {kind}; read are F64, F32, F16 and BF16", kind=spec["dtype"]))
        if not np.isfinite(values).all():
            raise self._odd(name, t("it holds numbers that are not finite"))
        return values.reshape(shape)

    def _missing(self, name: str) -> ModelError:
        return ModelError(
            t("{file} has no tensor {name}", file=str(self.path), name=name),
            why=t("the config.json beside it describes a model that has one"),
            fix=t("take weights and config.json of the same model"),
            code="MODEL-24",
        )

    def _odd(self, name: str, problem: Text) -> ModelError:
        return ModelError(
            t("{file}: tensor {name} does not fit its config.json", file=str(self.path), name=name),
            why=problem,
            fix=t("take weights and config.json of the same model"),
            code="MODEL-25",
        )


def _old(name: str) -> str:
    for new, old in OLD.items():
        if name.endswith(new):
            return name.removesuffix(new) + old
    return name


def _load(path: Path) -> Mapping[str, Any]:
    from safetensors import SafetensorError, deserialize

    try:
        return dict(deserialize(path.read_bytes()))  # type: ignore[no-untyped-call]
    except (OSError, SafetensorError) as error:
        raise unreadable(path, Text.literal(str(error))) from error


def _numbers(spec: Mapping[str, Any]) -> Array | None:
    kind, data = spec["dtype"], spec["data"]
    if kind == "BF16":  # the upper half of a float32
        return (np.frombuffer(data, "<u2").astype("<u4") << 16).view("<f4")
    kinds = {"F64": "<f8", "F32": "<f4", "F16": "<f2"}
    return np.frombuffer(data, kinds[kind]).astype(np.float32) if kind in kinds else None
