"""An empty folder of models, a small encoder's weights, a hub on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.language.models.hub import Hub
from tests.language.onnx import small


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where models are kept in this test."""
    monkeypatch.setenv("SHOPWRIGHT_MODELS", str(tmp_path / "models"))
    return tmp_path / "models"


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    """A small encoder as sentence-transformers keeps it."""
    return small.write(tmp_path / "weights")


@pytest.fixture
def hub(weights: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hub]:
    """A hub with that encoder, and one with nothing but a pickle."""
    from huggingface_hub import constants

    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "pytorch_model.bin").write_bytes(b"pickle")
    (tmp_path / "old" / "config.json").write_text("{}", "utf-8")
    (weights / "pytorch_model.bin").write_bytes(b"pickle")
    found = Hub({"shop/small-encoder": weights, "shop/old": tmp_path / "old"})
    monkeypatch.setenv("HF_ENDPOINT", found.url)
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_TELEMETRY", True)
    monkeypatch.setattr(constants, "HF_XET_CACHE", str(tmp_path / "xet"))
    yield found
    found.stop()
