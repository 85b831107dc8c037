"""Facts about an installation and, where one is named, the shape of a shop."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from shopwright import __version__
from shopwright.i18n import current

__all__ = ["facts"]

LIBRARIES = (
    *("polars", "duckdb", "numpy", "scipy", "scikit-learn", "onnxruntime", "tokenizers"),
    *("pydantic", "typer", "rich", "altair", "vl-convert-python", "httpx2"),
)
EXTRAS = {"postgres": "psycopg", "train": "torch", "classical": "statsforecast", "stream": "faststream"}


def facts(shop: Path | None = None) -> dict[str, str]:
    """Names and values, nothing in them that belongs to a customer."""
    from shopwright.language import models

    found = {
        "shopwright": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "cores": str(os.cpu_count()),
        "language": current(),
        "encoding": sys.stdout.encoding or "-",
        "free disk here": f"{shutil.disk_usage(Path.cwd()).free / 1e9:.1f} GB",
    }
    found |= {name: _version(name) for name in LIBRARIES}
    found |= {f"extra {extra}": _version(library) for extra, library in EXTRAS.items()}
    found["added models"] = ", ".join(models.names()) or "-"
    return found | (_shape(shop) if shop is not None else {})


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "-"


def _shape(root: Path) -> dict[str, str]:
    from shopwright.shop.shop import open_shop

    shop = open_shop(root)
    rows = {f"table {name}": f"{shop.rows(name):,} rows" for name in shop.tables}
    language = shop.settings.language
    return {
        "shop's day": str(shop.day) if shop.is_dated else "-",
        "encoder": language.encoder,
        "chat model": language.chat_model if language.chat_url else "-",
        **rows,
    }
