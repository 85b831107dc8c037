"""SASRec in torch, for training: attention over what somebody bought, in order, tells what comes next.

Kang and McAuley (2018, ICDM): learned places, causal attention, products told by their own vectors. Normalisation
stands before each step instead of behind it, and histories are padded at their end, where causal attention never looks.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import embedding

__all__ = ["SasRec", "Size", "sampled_loss"]

FIRST = 0.02  # of the first vectors: what chance puts into those of products seldom bought stays there


@dataclass(frozen=True, slots=True)
class Size:
    """Of a network.

    Attributes:
        width: numbers in a vector of a product.
        blocks: of attention and feed-forward step.
        heads: of attention.
        places: latest events that are read.
    """

    width: int = 64
    blocks: int = 2
    heads: int = 2
    places: int = 50


class _Block(nn.Module):  # type: ignore[misc]
    def __init__(self, size: Size, dropout: float) -> None:
        super().__init__()
        width, self.heads = size.width, size.heads
        self.before, self.between = nn.LayerNorm(width), nn.LayerNorm(width)
        self.mix, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.inner, self.outer = nn.Linear(width, 2 * width), nn.Linear(2 * width, width)
        self.drop = nn.Dropout(dropout)

    def forward(self, x: Tensor, ahead: Tensor) -> Tensor:
        x = x + self.drop(self.out(self._attended(self.before(x), ahead)))
        return x + self.drop(self.outer(torch.relu(self.inner(self.between(x)))))

    def _attended(self, x: Tensor, ahead: Tensor) -> Tensor:
        """Softmax(QKᵀ/√d + mask)V by head; `ahead` is −∞ for what lies ahead."""
        m, places, width = x.shape
        mixed = self.mix(x).reshape(m, places, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        query, key, value = mixed[0], mixed[1], mixed[2]
        near = query @ key.transpose(-1, -2) * (width // self.heads) ** -0.5 + ahead
        return (self.drop(near.softmax(-1)) @ value).transpose(1, 2).reshape(m, places, width)


class SasRec(nn.Module):  # type: ignore[misc]
    """From vectors of products in order to the vector of what comes next, at each place.

    Args:
        n_items: products.
        size: of the network.
        dropout: share of values dropped in training.
    """

    def __init__(self, n_items: int, size: Size, dropout: float = 0.0) -> None:
        super().__init__()
        self.size = size
        self.items, self.places = nn.Embedding(n_items, size.width), nn.Embedding(size.places, size.width)
        self.blocks = nn.ModuleList([_Block(size, dropout) for _ in range(size.blocks)])
        self.last, self.drop = nn.LayerNorm(size.width), nn.Dropout(dropout)
        for table in (self.items, self.places):
            nn.init.normal_(table.weight, std=FIRST)

    def forward(self, vectors: Tensor) -> Tensor:
        """Vectors of what comes next, shape (m, places, width), from those of the products, of the same shape."""
        n = vectors.shape[1]
        ahead = torch.full((n, n), float("-inf"), dtype=vectors.dtype).triu(1)
        x = self.drop((vectors + self.places.weight[:n]) * self.size.width**0.5)
        for block in self.blocks:
            x = block(x, ahead)
        return self.last(x)


def sampled_loss(
    told: Tensor, table: Tensor, right: Tensor, drawn: Tensor, log_times: Tensor, weight: Tensor
) -> Tensor:
    """Softmax over all products, its sum estimated from some drawn for the whole batch: mean of the negative logarithm.

    A product drawn with probability q counts 1 / (k q), so that the sum is right on average (logQ correction, Bengio
    and Senécal 2008); the right one, which is always there, counts once.

    Args:
        told: vectors of what comes next, shape (b, width).
        table: vectors of all products, shape (n, width).
        right: products that came, shape (b,).
        drawn: products drawn, rising, shape (k,).
        log_times: log of how often each drawn one was to be expected, shape (k,).
        weight: of the targets, shape (b,).
    """
    own = (told * embedding(right, table)).sum(1, keepdim=True)
    others = torch.addmm(-log_times, told, embedding(drawn, table).T)
    row, column = _same(right, drawn)
    others = others.index_put((row, column), torch.tensor(float("-inf")))
    lost = torch.cat([own, others], 1).logsumexp(1) - own[:, 0]
    return (lost * weight).sum() / weight.sum().clamp(min=1e-9)  # a weight may be zero


def _same(right: Tensor, drawn: Tensor) -> tuple[Tensor, Tensor]:
    """Places where the right product was drawn: row and column."""
    first, end = torch.searchsorted(drawn, right), torch.searchsorted(drawn, right, right=True)
    n = end - first
    row = torch.repeat_interleave(n)
    return row, torch.arange(len(row)) - torch.repeat_interleave(n.cumsum(0) - n - first, n)
