"""From a network in torch to a member of the blend that runs without it."""

from __future__ import annotations

import io
import warnings
from typing import Any

import numpy as np

from shopwright.recommend.sasrec import GIVEN, TOLD, Net

__all__ = ["exported"]

OPSET = 18


def exported(net: Any) -> Net:
    """The trained `SasRec` as an ONNX graph for any number of histories and places, and its table of products.

    Eight bits are not worth their loss here: reading a history is a small part of an answer, the product with the
    table the large one.
    """
    import torch

    size = net.size
    file = io.BytesIO()
    sizes = {name: {0: "histories", 1: "places"} for name in (GIVEN, TOLD)}
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # the exporter warns of its own age
        torch.onnx.export(
            net.eval(), (torch.zeros(2, 3, size.width),), file, input_names=[GIVEN], output_names=[TOLD],
            dynamic_axes=sizes, opset_version=OPSET, dynamo=False,
        )  # fmt: skip
    items = net.items.weight.detach().numpy().astype(np.float32)
    return Net(np.frombuffer(file.getvalue(), np.uint8), items, size.places)
