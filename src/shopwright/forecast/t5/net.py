"""The network in torch, for training: Hugging Face's T5 stacks between layers that read periods and tell quantiles.

After Chronos-Bolt (Ansari et al. 2024): patches instead of words, all steps in one pass, the pinball loss. Other than
there, each patch ahead is a token of its own that carries what is known of that time, and quantiles are told as
differences from a first guess.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn
from transformers import T5Config
from transformers.models.t5.modeling_t5 import T5Stack

from shopwright.forecast.cast import LEVELS
from shopwright.forecast.t5.shape import AHEAD, FACTS, PAST, SLOTS, TEXT

__all__ = ["SIZES", "DemandNet", "Size", "pinball"]


@dataclass(frozen=True, slots=True)
class Size:
    """Of a network.

    Attributes:
        width: of a token.
        heads: of attention.
        inner: width between the two steps of a feed-forward layer.
        readers, tellers: layers of encoder and decoder.
    """

    width: int
    heads: int
    inner: int
    readers: int
    tellers: int


SIZES = {
    "tiny": Size(32, 2, 64, 1, 1),
    "mini": Size(128, 4, 320, 4, 2),
    "small": Size(256, 8, 768, 6, 3),
}


class _Residual(nn.Module):  # type: ignore[misc]
    def __init__(self, given: int, inner: int, told: int) -> None:
        super().__init__()
        self.inner, self.outer, self.skip = nn.Linear(given, inner), nn.Linear(inner, told), nn.Linear(given, told)

    def forward(self, x: Tensor) -> Tensor:
        return self.outer(torch.relu(self.inner(x))) + self.skip(x)


class DemandNet(nn.Module):  # type: ignore[misc]
    """From `Inputs` to quantiles.

    Args:
        size: of the network.
        dropout: share of values dropped in training.
    """

    def __init__(self, size: Size, dropout: float = 0.0) -> None:
        super().__init__()
        self.size = size
        self.read_past = _Residual(len(PAST) * SLOTS, 2 * size.width, size.width)
        self.read_ahead = _Residual(len(AHEAD) * SLOTS, 2 * size.width, size.width)
        self.read_facts = _Residual(len(FACTS), 2 * size.width, size.width)
        self.read_text = nn.Linear(TEXT, size.width, bias=False)
        self.encoder, self.decoder = _stack(size, dropout, tells=False), _stack(size, dropout, tells=True)
        self.tell = _Residual(size.width, 2 * size.width, SLOTS * len(LEVELS))
        nn.init.zeros_(self.tell.outer.weight)
        nn.init.zeros_(self.tell.skip.weight)

    def forward(
        self, past: Tensor, is_read: Tensor, ahead: Tensor, facts: Tensor, text: Tensor, base: Tensor
    ) -> Tensor:
        """Quantiles in the network's scale, shape (n, patches ahead * slots, levels); arguments as in `Inputs`."""
        of_product = self.read_facts(facts)[:, None]
        has_text = (text.abs().amax(dim=1, keepdim=True) > 0).to(past.dtype)
        tokens = torch.cat([of_product, self.read_text(text)[:, None], self.read_past(past)], dim=1)
        mask = torch.cat([torch.ones_like(has_text), has_text, is_read], dim=1)
        read = self.encoder(inputs_embeds=tokens, attention_mask=mask).last_hidden_state
        told = self.decoder(
            inputs_embeds=self.read_ahead(ahead) + of_product,
            encoder_hidden_states=read,
            encoder_attention_mask=mask,
            use_cache=False,
        ).last_hidden_state
        away = self.tell(told).reshape(past.shape[0], -1, len(LEVELS))
        return away + base.reshape(past.shape[0], -1, 1)

    def facts(self) -> dict[str, Any]:
        """What builds it again."""
        return asdict(self.size)


def _stack(size: Size, dropout: float, *, tells: bool) -> T5Stack:
    config = T5Config(
        d_model=size.width,
        d_kv=size.width // size.heads,
        d_ff=size.inner,
        num_heads=size.heads,
        num_layers=size.tellers if tells else size.readers,
        relative_attention_num_buckets=32,
        relative_attention_max_distance=80,
        dropout_rate=dropout,
        feed_forward_proj="gated-gelu",
        is_decoder=tells,
        is_encoder_decoder=False,
        use_cache=False,
        vocab_size=2,
    )
    stack = T5Stack(config)
    stack.post_init()
    del stack.embed_tokens
    return stack


def pinball(told: Tensor, truth: Tensor, weight: Tensor) -> Tensor:
    """Twice the pinball loss over all levels (Koenker & Bassett 1978), weighted.

    Args:
        told: shape (n, periods, levels).
        truth: shape (n, periods).
        weight: of each period, shape (n, periods); 0 where the truth is unknown.
    """
    levels = torch.tensor(LEVELS, dtype=told.dtype, device=told.device)
    miss = truth[:, :, None] - told
    loss = torch.maximum(levels * miss, (levels - 1) * miss).mean(dim=2)
    return 2 * (loss * weight).sum() / weight.sum().clamp(min=1e-6)
