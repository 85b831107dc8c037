"""The recommender of a shop, kept in its folder under `models/recommend/` until what it learned from changes.

Each one lies in a folder named after what it was made from, so that those of several days lie side by side, and whoever
asks for one made from other data does not find it. It is written beside and renamed: processes that fit the same at
once need no lock, the first one's stays.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import polars as pl

from shopwright.disk import write_text
from shopwright.errors import ModelError, StoreError
from shopwright.i18n import Text, t
from shopwright.recommend import wrong
from shopwright.recommend.recommender import Recommender
from shopwright.shop.history import sold_lines
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop
from shopwright.version import __version__

__all__ = ["Kept", "fit_shop", "kept", "sales_of"]

FOLDER, CARD = Path("models", "recommend"), "made.json"
READ = ("order_lines", "orders", "products", "returns")  # tables that a fit reads
MOST = 3  # recommenders kept; the one not asked for the longest goes first
LEFT_BEHIND = 3600.0  # seconds after which a half-written one belongs to a process that was killed


@dataclass(frozen=True, slots=True)
class Kept:
    """A shop's recommender.

    Attributes:
        model: the recommender.
        is_fresh: whether it was fitted now.
        notes: what happened on the way: the one kept could not be read, or the new one could not be kept.
    """

    model: Recommender
    is_fresh: bool
    notes: tuple[Text, ...] = ()


def fit_shop(shop: Shop, seed: int = 0, *, refit: bool = False) -> Recommender:
    """A recommender that learned from all product sales of a shop and offers what was ever sold.

    Args:
        shop: the shop; one in a folder keeps what was fitted there, and it is read again while the data stays the same.
        seed: of all that is drawn.
        refit: fit anew in any case.

    Raises:
        TableError: there are no sales.
    """
    return kept(shop, seed, refit=refit).model


def kept(shop: Shop, seed: int = 0, *, refit: bool = False) -> Kept:
    """As `fit_shop`, saying whether it was fitted now, and what went wrong on the way.

    Raises:
        TableError: there are no sales.
    """
    if shop.path is None or not shop.manifest:
        return Kept(_fitted(shop, seed), is_fresh=True)
    made_of = _made_of(shop, seed)
    name = hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()[:16]
    folder = shop.path / FOLDER / name
    notes: list[Text] = []
    if folder.is_dir() and not refit:
        try:
            return Kept(_read(folder), is_fresh=False)
        except ModelError as error:
            notes.append(t("the recommender that was kept cannot be used and is fitted anew: {why}", why=error.why))
    began = time.perf_counter()
    model = _fitted(shop, seed)
    try:
        _put(model, folder, {**made_of, "seconds": round(time.perf_counter() - began, 1)})
    except StoreError as error:
        notes.append(t("the recommender is not kept for the next time: {why}", why=error.why))
    return Kept(model, is_fresh=True, notes=tuple(notes))


def sales_of(shop: Shop) -> tuple[pl.LazyFrame, pl.DataFrame]:
    """What a recommender learns from: who bought what when in which order, and the products ever sold."""
    lines = sold_lines(shop)
    sold = lines.select(c.SKU).unique()
    items = sold.join(shop.table("products"), on=c.SKU, how="left").select(c.SKU, c.TITLE, c.CATEGORY, c.PRICE)
    return lines.select(c.CUSTOMER, c.SKU, c.AT, c.ORDER), items.collect(engine="streaming")


def _fitted(shop: Shop, seed: int) -> Recommender:
    lines, items = sales_of(shop)
    return Recommender.fit(lines, items, seed)


def _made_of(shop: Shop, seed: int) -> dict[str, Any]:
    """All that a fit depends on."""
    tables = shop.manifest["tables"]
    return {
        "shopwright": __version__,
        "tables": {name: tables[name]["hash"] for name in READ if name in tables},
        "until": None if shop.cutoff is None else shop.cutoff.isoformat(),
        "timezone": shop.settings.shop.timezone,
        "seed": seed,
    }


def _read(folder: Path) -> Recommender:
    """The one in a folder, if every file is as it was written.

    Raises:
        ModelError: it is damaged, or of another version.
    """
    try:
        card = json.loads((folder / CARD).read_text("utf-8"))
        is_whole = card["files"] == _digests(folder)
        os.utime(folder)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise wrong.unreadable(folder, t("a part is missing or damaged: {error}", error=str(error))) from error
    if not is_whole:
        raise wrong.unreadable(folder, t("its files are not as they were written"))
    return Recommender.load(folder)


def _digests(folder: Path) -> dict[str, str]:
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != CARD:
            with path.open("rb") as file:
                found[path.relative_to(folder).as_posix()] = hashlib.file_digest(file, "blake2b").hexdigest()[:32]
    return found


def _put(model: Recommender, folder: Path, made_of: dict[str, Any]) -> None:
    """Write it beside and rename it; where another process was first, its own stays.

    Raises:
        StoreError: it could not be written.
    """
    own = uuid4().hex  # threads write at once too
    part, old = (folder.with_name(f".{folder.name}.{own}.{what}") for what in ("part", "old"))
    try:
        model.save(part)
        write_text(part / CARD, json.dumps({**made_of, "files": _digests(part)}, indent=1, ensure_ascii=False))
        with suppress(FileNotFoundError):
            folder.rename(old)
        try:
            part.rename(folder)
        except OSError:
            if not folder.is_dir():  # else another process put the same there
                raise
        _tidy(folder)
    except OSError as error:
        raise wrong.not_saved(folder, error) from error
    finally:
        shutil.rmtree(old, ignore_errors=True)
        shutil.rmtree(part, ignore_errors=True)


def _tidy(folder: Path) -> None:
    """Keep the last few, and clear away what killed processes left."""
    whole: list[tuple[float, Path]] = []
    halves: list[tuple[float, Path]] = []
    for path in folder.parent.iterdir():
        with suppress(OSError):  # another process may clear away at the same time
            (halves if path.name.startswith(".") else whole).append((path.stat().st_mtime, path))
    whole.sort(reverse=True)
    stale = [path for since, path in halves if time.time() - since > LEFT_BEHIND]
    for path in [*(path for _, path in whole[MOST:] if path != folder), *stale]:
        shutil.rmtree(path, ignore_errors=True)
