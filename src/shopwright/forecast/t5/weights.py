"""The network of a folder in torch, to be tuned further."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from shopwright.errors import ModelError
from shopwright.forecast.t5.net import DemandNet, Size
from shopwright.forecast.t5.store import SHIPPED, WEIGHTS, read
from shopwright.i18n import Text, t
from shopwright.language.onnx.files import digest, must_exist, unreadable

__all__ = ["network"]


def network(folder: Path | None = None, dropout: float = 0.0) -> DemandNet:
    """The network whose weights lie in a folder; None: the one that ships.

    Raises:
        ModelError: a file is missing, damaged, or of another format (MODEL-20, 21, 96).
    """
    place = folder or SHIPPED
    card, _ = read(place)
    file = must_exist(place / WEIGHTS)
    if digest(file) != card.weights:
        raise unreadable(file, t("its SHA-256 is not that of its card: it is damaged or was changed"))
    try:
        net = DemandNet(Size(**card.size), dropout)
        net.load_state_dict({name: value.to(torch.float32) for name, value in load_file(file).items()})
    except (SafetensorError, RuntimeError, TypeError) as error:
        raise _misfit(file, error) from error
    return net


def _misfit(file: Path, error: Exception) -> ModelError:
    return unreadable(file, Text.literal(str(error).split("\n", 1)[0][:200]))
