"""The synthetic shop: a believable shop of any size in which everything that can be learned was planted.

`make` gives tables and truth in memory, `write` a shop's folder, `export` files as a shop system would export them.
The same seed gives the same digits on every machine, whatever the number of threads.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Literal

import polars as pl

from shopwright.errors import StoreError
from shopwright.i18n import t
from shopwright.settings import FILE as SETTINGS_FILE
from shopwright.settings import Settings, render
from shopwright.shop.merge import latest
from shopwright.shop.schema import TABLES
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop
from shopwright.shop.store import Store, write_text
from shopwright.shop.synthetic.params import LAST_DAY, Params
from shopwright.shop.synthetic.simulation import Piece, simulate
from shopwright.shop.synthetic.tell import tell
from shopwright.shop.synthetic.truth import FILE as TRUTH_FILE
from shopwright.shop.synthetic.truth import Truth

__all__ = ["LAST_DAY", "TRUTH_FILE", "Params", "Truth", "World", "export", "make", "may_replace", "write"]

HELD = 500_000  # rows of a table held in memory before they go to a file


@dataclass(frozen=True, eq=False)
class World:
    """A synthetic shop in memory.

    Attributes:
        tables: all canonical tables; `arrivals` holds every version of its rows, as a shop's folder does.
        truth: what was planted.
        settings: the shop's settings.
    """

    tables: Mapping[str, pl.DataFrame]
    truth: Truth
    settings: Settings

    @cached_property
    def shop(self) -> Shop:
        """The tables as a `Shop`."""
        return Shop.of(self.tables, self.settings)


def make(
    *, orders: int = 10_000, seed: int = 0, days: int = 730, skus: int | None = None, last_day: date = LAST_DAY
) -> World:
    """A synthetic shop in memory.

    Args:
        orders: orders to aim at; up to a million fit into a laptop's memory, use `write` for more.
        seed: same seed, same digits.
        days: days of history.
        skus: number of products; None lets it grow with the orders (200 for 10,000).
        last_day: last day with data.

    Raises:
        UsageError: a number is too small to learn anything from.
    """
    world = simulate(Params(orders, seed, days, skus, last_day))
    held: dict[str, list[pl.DataFrame]] = {}
    for name, piece in world.pieces():
        held.setdefault(name, []).append(piece)
    tables = {name: pl.concat(held[name], rechunk=True) for name in TABLES if name in held}
    return World(tables, tell(world), world.settings)


def write(world: World | Params, root: Path | str) -> Store:
    """Write a synthetic shop's folder: settings, tables, truth.

    Args:
        world: a world in memory, or what to make one from: then it never is in memory as a whole.
        root: folder to write to; tables that are there are replaced.

    Returns:
        The store of the new shop.
    """
    root = Path(root)
    store = Store(root)
    with store.lock():
        parts = root / ".parts"
        try:
            if isinstance(world, World):
                pieces, truth, settings = iter(world.tables.items()), world.truth, world.settings
            else:
                simulated = simulate(world)
                pieces, truth, settings = simulated.pieces(), tell(simulated), simulated.settings
            write_text(root / SETTINGS_FILE, render(settings))
            # The truth first: it marks the folder as a demo shop, which may be replaced even when half made.
            truth.write(root)
            frames = _spill(pieces, parts)
            store.commit(frames, {"files": [], "format": "synthetic", "seed": truth.seed})
        finally:
            shutil.rmtree(parts, ignore_errors=True)
    return store


def may_replace(root: Path) -> None:
    """Make sure that a folder is free for a demo shop: missing, empty, or one already.

    Raises:
        StoreError: something else is there.
    """
    if not root.exists() or (root / TRUTH_FILE).is_file():
        return
    there = sorted(entry.name for entry in root.iterdir() if not entry.name.startswith(".")) if root.is_dir() else ["-"]
    if there:
        raise StoreError(
            t("{root} is not free for a demo shop", root=str(root)),
            why=t("there is something else in it: {names}", names=", ".join(there[:5])),
            fix=t("name another folder: shopwright demo my-demo"),
            code="DEMO-03",
        )


def export(world: World | Params, folder: Path | str, format: Literal["parquet", "csv"] = "parquet") -> list[Path]:
    """Write the tables as export files with canonical names and columns, without `known_at`.

    Args:
        world: a world in memory, or what to make one from.
        folder: folder to write to; it is made where it is missing.
        format: "parquet" or "csv".

    Returns:
        The files written, in the schema's order.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    parts = folder / ".parts"
    pieces = iter(world.tables.items()) if isinstance(world, World) else simulate(world).pieces()
    written = []
    try:
        for name, frame in _spill(pieces, parts).items():
            lazy = frame.lazy()
            # Only arrivals are told more than once.
            one = latest(lazy, TABLES[name]) if name == "arrivals" else lazy
            path = folder / f"{name}.{format}"
            plain = one.drop(c.KNOWN_AT)
            if format == "csv":
                plain.sink_csv(path)
            else:
                plain.sink_parquet(path, compression="zstd", compression_level=1)
            written.append(path)
    finally:
        shutil.rmtree(parts, ignore_errors=True)
    return written


def _spill(pieces: Iterator[Piece], folder: Path) -> dict[str, pl.LazyFrame | pl.DataFrame]:
    """Collect the pieces of each table, in memory while they are few and in files beyond."""
    held: dict[str, list[pl.DataFrame]] = {}
    files: dict[str, list[Path]] = {}
    for name, piece in pieces:
        held.setdefault(name, []).append(piece)
        if sum(frame.height for frame in held[name]) > HELD:
            _flush(name, held, files, folder)
    found: dict[str, pl.LazyFrame | pl.DataFrame] = {}
    for name in TABLES:
        if name in files:
            _flush(name, held, files, folder)
            found[name] = pl.scan_parquet(files[name])
        elif name in held:
            found[name] = pl.concat(held[name])
    return found


def _flush(name: str, held: dict[str, list[pl.DataFrame]], files: dict[str, list[Path]], folder: Path) -> None:
    if not held[name]:
        return
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{len(files.setdefault(name, [])):05d}.parquet"
    pl.concat(held[name]).write_parquet(path, compression="zstd", compression_level=1)
    files[name].append(path)
    held[name] = []
