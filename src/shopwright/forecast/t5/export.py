"""From a network in torch to files that forecast without it: an ONNX graph in eight bits, and weights in sixteen."""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from shopwright.forecast.t5.inputs import Array
from shopwright.forecast.t5.names import GIVEN, TOLD
from shopwright.forecast.t5.store import GRAPH, WEIGHTS, Card, write_card
from shopwright.language.onnx.files import digest
from shopwright.language.onnx.quantise import quantise
from shopwright.language.onnx.ranges import ranges

__all__ = ["export", "traced"]

OPSET = 18


def export(net: Any, folder: Path, name: str, seen: Sequence[Mapping[str, Array]], about: Mapping[str, Any]) -> Card:
    """Write graph, weights and card into a folder.

    Args:
        net: the trained `DemandNet`.
        folder: made where it is missing.
        name: of the model.
        seen: what the network reads, by name, whose activations give the scales of the eight bits.
        about: how it was made.
    """
    import onnx
    from safetensors.numpy import save

    folder.mkdir(parents=True, exist_ok=True)
    model = onnx.load_from_string(traced(net, seen[0]))
    quantise(model, ranges(model, seen))
    (folder / GRAPH).write_bytes(model.SerializeToString())
    weights = {key: value.numpy().astype(np.float16) for key, value in net.state_dict().items()}
    (folder / WEIGHTS).write_bytes(save(weights))  # save_file would let nobody else read it
    card = Card(name, net.facts(), digest(folder / GRAPH), digest(folder / WEIGHTS), dict(about))
    write_card(folder, card)
    return card


def traced(net: Any, example: Mapping[str, Array]) -> bytes:
    """The network as an ONNX graph in float32, for any number of products and patches."""
    import torch

    given = tuple(torch.from_numpy(np.ascontiguousarray(values[:2])) for values in (example[name] for name in GIVEN))
    sizes: dict[str, dict[int, str]] = {
        "past": {0: "products", 1: "patches"},
        "is_read": {0: "products", 1: "patches"},
        "ahead": {0: "products", 1: "ahead"},
        "facts": {0: "products"},
        "text": {0: "products"},
        "base": {0: "products", 1: "ahead"},
        TOLD: {0: "products", 1: "places"},
    }
    file = io.BytesIO()
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # the exporter warns of its own age
        torch.onnx.export(
            net.eval(), given, file, input_names=list(GIVEN), output_names=[TOLD], dynamic_axes=sizes,
            opset_version=OPSET, dynamo=False,
        )  # fmt: skip
    return file.getvalue()
