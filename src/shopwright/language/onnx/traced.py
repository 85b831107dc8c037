"""Architectures that are not built by hand: through torch's own exporter, where the `train` extra is installed."""

from __future__ import annotations

import importlib.util
import io
import warnings
from pathlib import Path
from typing import Any

from shopwright.errors import ModelError
from shopwright.i18n import Text, t
from shopwright.language.onnx.files import read_json
from shopwright.language.onnx.graph import HIDDEN, IDS, MASK, pool
from shopwright.language.onnx.sentence import Sentence

__all__ = ["trace"]

OPSET = 18


def trace(said: Sentence, unknown: ModelError) -> tuple[Any, int, int, int]:
    """A graph as torch sees it: the model, length of a vector, most tokens, rows of the table of words.

    Args:
        said: what the folder says beyond the encoder.
        unknown: the error for an architecture that is not known, raised where torch is not installed.

    Raises:
        ModelError: torch is not installed, or cannot export the model.
    """
    if not all(importlib.util.find_spec(name) for name in ("torch", "transformers")):
        raise unknown
    import onnx

    config = read_json(said.root / "config.json")
    model = onnx.load_from_string(_exported(said.root))
    width = model.graph.output[0].type.tensor_type.shape.dim[2].dim_value or int(config["hidden_size"])
    longest = config.get("max_position_embeddings")
    words = config.get("vocab_size")
    return (
        model,
        pool(model, HIDDEN, width, said),
        longest if isinstance(longest, int) else 512,
        words if isinstance(words, int) else 0,
    )


def _exported(folder: Path) -> bytes:
    import torch
    from transformers import AutoModel

    class Plain(torch.nn.Module):  # type: ignore[misc]
        """The encoder alone, called with two tensors and giving one."""

        def __init__(self) -> None:
            super().__init__()
            self.inner = AutoModel.from_pretrained(
                folder, trust_remote_code=False, use_safetensors=True, local_files_only=True, dtype=torch.float32
            )

        def forward(self, ids: Any, mask: Any) -> Any:
            return self.inner(input_ids=ids, attention_mask=mask).last_hidden_state

    file = io.BytesIO()
    example = torch.ones((2, 7), dtype=torch.int64)
    try:
        with warnings.catch_warnings(), torch.no_grad():
            warnings.simplefilter("ignore")  # the exporter warns of its own age
            model = Plain().eval()
            sizes = {0: "texts", 1: "tokens"}
            torch.onnx.export(
                model,
                (example, example),
                file,
                input_names=[IDS, MASK],
                output_names=[HIDDEN],
                dynamic_axes={IDS: sizes, MASK: sizes, HIDDEN: sizes},
                opset_version=OPSET,
                dynamo=False,
            )
    except (RuntimeError, ValueError, TypeError, KeyError, OSError, AttributeError) as error:
        raise ModelError(
            t("torch cannot export {folder}", folder=str(folder)),
            why=Text.literal(f"{type(error).__name__}: {str(error)[:300]}"),
            fix=t("take the model's ONNX file, or a model of the BERT family"),
            code="MODEL-36",
        ) from error
    return file.getvalue()
