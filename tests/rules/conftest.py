"""What the house rules read: the source as syntax trees."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "shopwright"


class Module:
    """One source file: where it is, and what it says."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.relative_to(ROOT).as_posix()
        self.package = path.relative_to(SOURCE).parts[0].removesuffix(".py")
        self.text = path.read_text("utf-8")
        self.tree = ast.parse(self.text)

    def at(self, node: ast.AST) -> str:
        return f"{self.name}:{node.lineno}"

    def imports(self) -> list[tuple[ast.stmt, str]]:
        """Every imported module with its statement, wherever in the file it stands."""
        found: list[tuple[ast.stmt, str]] = []
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found += [(node, alias.name) for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                found.append((node, node.module or ""))
        return found


@cache
def _modules() -> tuple[Module, ...]:
    return tuple(Module(path) for path in sorted(SOURCE.rglob("*.py")))


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def source() -> Path:
    return SOURCE


@pytest.fixture(scope="session")
def modules() -> tuple[Module, ...]:
    assert _modules(), "no source files found"
    return _modules()
