"""The labelled corpora, which lie beside the tests as modules of their own."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest


def _load(name: str):
    key = f"guard_{name}"
    if key not in sys.modules:
        spec = importlib.util.spec_from_file_location(key, Path(__file__).with_name(f"{name}.py"))
        module = importlib.util.module_from_spec(spec)
        sys.modules[key] = module
        spec.loader.exec_module(module)
    return sys.modules[key]


@pytest.fixture(scope="session")
def corpus():
    """The module `corpus.py`: evidence with texts that keep to it and texts that do not."""
    return _load("corpus")


@pytest.fixture(scope="session")
def attacks():
    """The module `attacks.py`: attacks that the classifier was not trained on."""
    return _load("attacks")


@pytest.fixture(scope="session")
def final():
    """The module `final.py`: messages that nothing was fitted to."""
    return _load("final")
