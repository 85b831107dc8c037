"""What the encoder is trained to do: put a text near its class and the texts of that class, away from others."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["label_loss"]

PARTS = 4  # of a batch by length: short texts are not padded to the longest one, which halves the work
SMOOTHING = 0.05
TEMPERATURE = 0.07  # of the contrast between texts (SupCon's default)


def label_loss(model: Any, centres: NDArray[np.float32], contrast: float) -> Any:
    """A loss for the trainer of sentence-transformers, over batches of texts and class numbers.

    Cross-entropy of a cosine classifier that starts at the classes' mean vectors, and supervised contrast between
    the texts of a batch (Khosla et al. 2020, equation 2), times `contrast`.
    """
    import torch
    from torch.nn import functional

    class LabelLoss(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.model = model
            self.centres = torch.nn.Parameter(torch.tensor(centres))
            self.scale = torch.nn.Parameter(torch.tensor(3.0))  # e³ ≈ 20: how sharp the classes are told apart

        def forward(self, features: Any, labels: Any) -> Any:
            vectors = functional.normalize(encoded(self.model, dict(next(iter(features)))).float(), dim=-1)
            with torch.autocast(vectors.device.type, enabled=False):
                loss = functional.cross_entropy(self.logits(vectors), labels.view(-1), label_smoothing=SMOOTHING)
                return loss + contrast * _contrast(vectors, labels.view(-1)) if contrast else loss

        def logits(self, vectors: Any) -> Any:
            return self.scale.exp() * vectors @ functional.normalize(self.centres, dim=-1).T

    return LabelLoss()


def encoded(model: Any, features: dict[str, Any]) -> Any:
    """Vectors of a batch, computed in parts of like length."""
    import torch

    mask = features["attention_mask"]
    lengths = mask.sum(1)
    order = lengths.argsort()
    parts = []
    for rows in order.chunk(PARTS):
        longest = int(lengths[rows].max())
        part = {
            name: value[rows, :longest] if torch.is_tensor(value) and value.shape == mask.shape else value
            for name, value in features.items()
        }
        parts.append(model(part)["sentence_embedding"])
    return torch.cat(parts)[order.argsort()]


def _contrast(vectors: Any, labels: Any) -> Any:
    import torch

    itself = torch.eye(len(labels), dtype=torch.bool, device=labels.device)
    near = (vectors @ vectors.T / TEMPERATURE).masked_fill(itself, -1e9)
    alike = (labels[:, None] == labels[None]) & ~itself
    chances = near - torch.logsumexp(near, 1, keepdim=True)
    counts = alike.sum(1)
    if not bool((counts > 0).any()):
        return vectors.sum() * 0.0
    return (-(chances * alike).sum(1)[counts > 0] / counts[counts > 0]).mean()
