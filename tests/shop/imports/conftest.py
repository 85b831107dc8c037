from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from shopwright.shop.imports import ImportResult, import_paths
from shopwright.shop.store import Store

LINES = "order_id,date,sku,quantity,price\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Folder of a shop that is not there yet."""
    return tmp_path / "shop"


@pytest.fixture
def put(tmp_path: Path) -> Callable[..., Path]:
    """Write a file to import: `put("orders.csv", "a,b\\n1,2\\n")`; text or bytes."""

    def write(name: str, content: str | bytes) -> Path:
        path = tmp_path / "exports" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


@pytest.fixture
def bring(root: Path) -> Callable[..., ImportResult]:
    """Import files into the shop and see that every row is accounted for."""

    def run(*paths: Path, **wanted: object) -> ImportResult:
        result = import_paths(list(paths), root, **wanted)
        for file in result.files:
            assert file.rows_in == file.rows_kept + file.rows_quarantined
        return result

    return run


@pytest.fixture
def rows(root: Path) -> Callable[[str], pl.DataFrame]:
    """All stored versions of a table."""

    def read(table: str) -> pl.DataFrame:
        found = Store(root).scan(table)
        assert found is not None, f"no table {table}"
        return found.collect()

    return read


@pytest.fixture
def refused(root: Path) -> Callable[[], pl.DataFrame]:
    """Everything in quarantine."""

    def read() -> pl.DataFrame:
        files = sorted((root / "quarantine").rglob("*.csv"))
        return pl.concat([pl.read_csv(file, infer_schema=False) for file in files])

    return read
