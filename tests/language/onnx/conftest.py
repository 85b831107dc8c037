"""A small encoder's folder, made once, and copies of it to spoil."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.language.onnx import small

from shopwright.language.onnx import OnnxEncoder, export


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Weights of a small encoder as sentence-transformers keeps them; to be read, not written."""
    return small.write(tmp_path_factory.mktemp("small") / "model")


@pytest.fixture
def model(made: Path, tmp_path: Path) -> Path:
    """A copy of it to spoil."""
    return Path(shutil.copytree(made, tmp_path / "model"))


@pytest.fixture(scope="session")
def exported(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same in eight bits, ready to be opened."""
    target = tmp_path_factory.mktemp("exported") / "small"
    export(made, target)
    return target


@pytest.fixture(scope="session")
def exact(made: Path, tmp_path_factory: pytest.TempPathFactory) -> OnnxEncoder:
    """The same in float32, opened."""
    target = tmp_path_factory.mktemp("exact") / "small"
    export(made, target, "fp32")
    return OnnxEncoder.open(target)
