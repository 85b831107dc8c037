"""Vectors in an SQLite file that several processes may share; losing it costs time, never a result."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np

from shopwright.errors import StoreError
from shopwright.i18n import t
from shopwright.language.encoders import Vectors
from shopwright.log import logger

__all__ = ["VectorFile"]

_LOG = logger(__name__)
_VERSION = 1  # of the table below; a file of another version is begun anew
_TABLE = "create table if not exists vectors (key blob primary key, vector blob not null, used integer not null)"
_AT_ONCE = 500  # keys in one question
_WAIT = 10.0  # seconds that another process may hold the file
_OVERHEAD = 64  # bytes of a row beside its vector


class VectorFile:
    """Float32 vectors by key. A file that is damaged is thrown away and begun anew, and the log says so.

    Args:
        path: the file; its folder is made where it is missing.
        dimensions: length of a vector.
        megabytes: size at most; a tenth is freed at a time, those not used for longest.

    Raises:
        StoreError: the file cannot be made or opened.
    """

    def __init__(self, path: Path, dimensions: int, megabytes: int) -> None:
        self.path = path
        self._bytes = 4 * dimensions
        self._most = max(1, megabytes * 1_000_000 // (self._bytes + _OVERHEAD))
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with self._open():
                pass
        except sqlite3.DatabaseError as error:
            self._begin_anew(error)
        except OSError as error:
            raise self._cannot(error) from error

    def read(self, keys: Sequence[bytes]) -> dict[bytes, Vectors]:
        """The vectors that are there."""
        found: dict[bytes, Vectors] = {}
        try:
            with self._open() as file:
                for start in range(0, len(keys), _AT_ONCE):
                    part = keys[start : start + _AT_ONCE]
                    marks = ",".join("?" * len(part))
                    rows = file.execute(f"select key, vector from vectors where key in ({marks})", part).fetchall()
                    found |= {key: np.frombuffer(kept, "<f4") for key, kept in rows if len(kept) == self._bytes}
                now = time.time_ns()
                file.executemany("update vectors set used = ? where key = ?", [(now, key) for key in found])
        except sqlite3.DatabaseError as error:
            self._failed(error)
            return {}
        return found

    def write(self, vectors: Mapping[bytes, Vectors]) -> None:
        """Keep vectors; free room where there are too many."""
        now = time.time_ns()
        rows = [(key, np.asarray(vector, "<f4").tobytes(), now) for key, vector in vectors.items()]
        try:
            with self._open() as file:
                file.executemany("insert or replace into vectors values (?, ?, ?)", rows)
                (n,) = file.execute("select count(*) from vectors").fetchone()
                if n > self._most:
                    gone = n - self._most + self._most // 10
                    file.execute(
                        "delete from vectors where key in (select key from vectors order by used, key limit ?)", (gone,)
                    )
        except sqlite3.DatabaseError as error:
            self._failed(error)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A connection for one piece of work: it may be another thread's, or a forked process's, the next time."""
        with closing(sqlite3.connect(self.path, timeout=_WAIT)) as file:
            file.execute("pragma journal_mode = wal")
            file.execute("pragma synchronous = normal")
            (version,) = file.execute("pragma user_version").fetchone()
            if version != _VERSION:
                with file:
                    file.execute("drop table if exists vectors")
                    file.execute(_TABLE)
                    file.execute(f"pragma user_version = {_VERSION}")
            with file:
                yield file

    def _failed(self, error: sqlite3.DatabaseError) -> None:
        # Busy, or a full disk, is no damage: the vectors are computed again, and the file stays as it is.
        if isinstance(error, sqlite3.OperationalError):
            _LOG.warning("the cache of vectors %s could not be used just now: %s", self.path, error)
        else:
            self._begin_anew(error)

    def _begin_anew(self, error: sqlite3.DatabaseError) -> None:
        if isinstance(error, sqlite3.OperationalError):
            raise self._cannot(error) from error
        _LOG.warning("the cache of vectors %s was damaged (%s) and is begun anew", self.path, error)
        try:
            for suffix in ("", "-wal", "-shm"):
                self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
            with self._open():
                pass
        except (OSError, sqlite3.DatabaseError) as problem:
            raise self._cannot(problem) from problem

    def _cannot(self, error: Exception) -> StoreError:
        return StoreError(
            t("the cache of vectors cannot be opened: {file}", file=self.path),
            why=t("the system said: {error}", error=str(error)),
            fix=t("hand over a file in a folder that can be written, or no path to keep vectors in memory only"),
            code="MODEL-06",
        )
