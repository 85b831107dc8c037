"""The shop's folder: tables as Parquet files, one manifest that says which files are in force.

A commit writes every changed table under a new name and only then renames a new manifest over the old one, so a
reader sees all of it or nothing, a killed writer leaves the old tables readable, and the previous state is one
rename away (`undo`).
"""

from __future__ import annotations

import hashlib
import json
import os
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
from filelock import FileLock, Timeout

from shopwright.disk import is_full, stage_text, sync, why_not_written, write_text
from shopwright.errors import LockedError, StoreError
from shopwright.i18n import t
from shopwright.progress import step
from shopwright.shop.merge import has_versions
from shopwright.shop.schema import TABLES

__all__ = ["MANIFEST", "Store", "file_hash", "write_text"]

MANIFEST = "manifest.json"
PREVIOUS = "manifest.previous.json"
FORMAT = 1
Frame = pl.LazyFrame | pl.DataFrame


class Store:
    """The tables of one shop on disk.

    Args:
        root: the shop's folder, the one that holds `shop.toml`.
    """

    def __init__(self, root: Path | str) -> None:
        self.root = Path(root)
        self.tables = self.root / "tables"

    @property
    def exists(self) -> bool:
        """Whether anything was ever committed here."""
        return (self.tables / MANIFEST).is_file()

    def manifest(self) -> dict[str, Any]:
        """The manifest in force; an empty one for a new shop.

        Raises:
            StoreError: the manifest cannot be read.
        """
        return self._read(MANIFEST)

    def _read(self, name: str) -> dict[str, Any]:
        path = self.tables / name
        if not path.is_file():
            return {"format": FORMAT, "generation": 0, "tables": {}, "imports": []}
        try:
            found: dict[str, Any] = json.loads(path.read_text("utf-8"))
            found["tables"], found["imports"], int(found["generation"])
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise StoreError(
                t("{file} cannot be read", file=str(path)),
                why=t("it says which tables are in force; reading it failed: {error}", error=str(error)),
                fix=t("go back one import: shopwright import --undo --to {root}", root=str(self.root)),
                code="STORE-01",
            ) from error
        if found.get("format") != FORMAT:
            raise StoreError(
                t("{root} was written by another version of Shopwright", root=str(self.root)),
                why=t("its format is {found}, this version reads {known}", found=found.get("format"), known=FORMAT),
                fix=t("install the version that wrote it, or import the exports again into a new folder"),
                code="STORE-10",
            )
        return found

    def scan(self, table: str) -> pl.LazyFrame | None:
        """Every version of every row of a table, or None where the shop has no such table."""
        entry = self.manifest()["tables"].get(table)
        return None if entry is None else pl.scan_parquet(self.path(entry["file"]))

    def path(self, file: str) -> Path:
        """Path of a table's file; it must exist.

        Raises:
            StoreError: the file is gone.
        """
        path = self.tables / file
        if not path.is_file():
            raise StoreError(
                t("{file} is missing", file=str(path)),
                why=t("the manifest names it as a table of this shop"),
                fix=t("restore it from a backup, or import the exports again into a new folder"),
                code="STORE-02",
            )
        return path

    @contextmanager
    def lock(self, wait: float = 10.0) -> Iterator[None]:
        """Hold the right to write, waiting at most `wait` seconds for it.

        Raises:
            LockedError: another process still holds it.
        """
        holder = self.root / ".lock.json"
        held = FileLock(self.root / ".lock")
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            self._acquire(held, holder, wait)
        except OSError as error:
            if isinstance(error, Timeout):
                raise _locked(self.root, holder) from None
            raise _not_written(self.root, error) from error
        try:
            write_text(holder, json.dumps(_this_process()))
            yield
        finally:
            holder.unlink(missing_ok=True)
            held.release()

    def _acquire(self, held: FileLock, holder: Path, wait: float) -> None:
        try:
            held.acquire(timeout=0)
        except Timeout:
            with step(t("Waiting for {holder} to finish", holder=_holder(holder))):
                held.acquire(timeout=wait)

    def commit(self, frames: Mapping[str, Frame], record: Mapping[str, Any]) -> dict[str, Any]:
        """Put new contents of some tables in force, all at once; call it inside `lock`.

        Args:
            frames: complete new contents (every version) of each table that changed.
            record: what to note about this commit in the manifest's list of imports.

        Returns:
            The manifest now in force.

        Raises:
            StoreError: writing failed, for want of space for instance; the old tables stay in force.
        """
        old = self.manifest()
        # after an undo the state that was undone is newer: its files must not be written over
        generation = max(int(old["generation"]), self._undone_generation()) + 1
        entries = dict(old["tables"])
        try:
            self.tables.mkdir(parents=True, exist_ok=True)
            self._collect()
            for name, frame in frames.items():
                with step(t("Writing {table}", table=TABLES[name].label)):
                    entries[name] = self._write(name, generation, frame)
            manifest = {
                "format": FORMAT,
                "generation": generation,
                "written_at": datetime.now(UTC).isoformat(timespec="seconds"),
                "tables": entries,
                "imports": [*old["imports"], dict(record)],
            }
            self._put_in_force(json.dumps(manifest, indent=1, ensure_ascii=False))
        except (OSError, pl.exceptions.PolarsError) as error:
            self._collect()
            raise _not_written(self.root, error) from error
        self._collect()
        return manifest

    def _put_in_force(self, manifest: str) -> None:
        """Both manifests are on the disk before either is renamed: a full disk changes nothing."""
        staged = [(stage_text(self.tables / MANIFEST, manifest), self.tables / MANIFEST)]
        if self.exists:
            before = (self.tables / MANIFEST).read_text("utf-8")
            staged.insert(0, (stage_text(self.tables / PREVIOUS, before), self.tables / PREVIOUS))
        for half_done, path in staged:
            half_done.replace(path)
        sync(self.tables)

    def _undone_generation(self) -> int:
        try:
            return int(self._read(PREVIOUS)["generation"])
        except StoreError:
            return 0

    def undo(self) -> dict[str, Any]:
        """Go back to the state before the last commit; once more goes forward again.

        Raises:
            StoreError: there is no earlier state.
        """
        texts = [path.read_text("utf-8") if path.is_file() else "" for path in self._manifests]
        now, before = texts
        if not before or before == now:
            raise StoreError(
                t("there is nothing to undo in {root}", root=str(self.root)),
                why=t("only the state before the last import is kept, and there was at most one import"),
                fix=t("to start anew, import into a new folder"),
                code="STORE-05",
            )
        self._read(PREVIOUS)
        try:
            staged = [stage_text(path, text) for path, text in zip(self._manifests, (before, now), strict=True)]
            for half_done, path in zip(staged, self._manifests, strict=True):
                half_done.replace(path)
            sync(self.tables)
        except OSError as error:
            raise _not_written(self.root, error) from error
        return self.manifest()

    @property
    def _manifests(self) -> tuple[Path, Path]:
        return self.tables / MANIFEST, self.tables / PREVIOUS

    def _write(self, name: str, generation: int, frame: Frame) -> dict[str, Any]:
        file = f"{name}-{generation:06d}.parquet"
        half_done = self.tables / f".{file}.part"
        frame.lazy().select(list(TABLES[name].dtypes)).sink_parquet(half_done, compression="zstd", compression_level=1)
        sync(half_done)
        half_done.replace(self.tables / file)
        written = pl.scan_parquet(self.tables / file)
        return {
            "file": file,
            "rows": written.select(pl.len()).collect().item(),
            "hash": file_hash(self.tables / file),
            "has_versions": has_versions(written, TABLES[name]),
        }

    def _collect(self) -> None:
        """Remove half-written files and those of states that can no longer be reached."""
        try:
            wanted = {entry["file"] for name in (MANIFEST, PREVIOUS) for entry in self._read(name)["tables"].values()}
        except StoreError:
            return  # what cannot be read may still be wanted
        for path in self.tables.iterdir():
            is_table = path.suffix in (".parquet", ".part") and path.name not in wanted
            if is_table or path.name.endswith(".tmp"):
                path.unlink(missing_ok=True)


def file_hash(path: Path) -> str:
    """BLAKE2b of a file's bytes, 16 bytes as hexadecimal digits."""
    digest = hashlib.blake2b(digest_size=16)
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _this_process() -> dict[str, Any]:
    return {
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "command": " ".join([Path(sys.argv[0]).name, *sys.argv[1:2]]),  # no more of it: addresses hold passwords
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _holder(path: Path) -> str:
    try:
        found = json.loads(path.read_text("utf-8"))
        return f"{found['command']} (pid {found['pid']}, {found['host']}, {found['since']})"
    except (OSError, ValueError, KeyError):
        return "another process"


def _locked(root: Path, holder: Path) -> LockedError:
    return LockedError(
        t("{root} is being written to", root=str(root)),
        why=t("the lock is held by {holder}", holder=_holder(holder)),
        fix=t("wait until it has finished, then run the command again"),
        code="STORE-04",
    )


def _not_written(root: Path, error: Exception) -> StoreError:
    return StoreError(
        t("the tables could not be written to {root}", root=str(root)),
        why=why_not_written(root, error),
        fix=t("free some space and run the command again; the old tables are untouched")
        if is_full(error)
        else t("check the folder's permissions; the old tables are untouched"),
        code="STORE-03",
    )
