"""The SQLite file that chat models share: a shop's `state.sqlite`, or one of the user where there is no shop."""

from __future__ import annotations

import os
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from shopwright.errors import StoreError
from shopwright.i18n import t

__all__ = ["FILE", "State", "user_file"]

FILE = "state.sqlite"
BUSY = 30.0  # seconds to wait for another process's write
TABLES = """
create table if not exists chat_calls (
    id integer primary key, at text not null, day text not null, call text not null, try integer not null,
    purpose text not null, model text not null, endpoint text not null, rung text not null, outcome text not null,
    tokens_in integer not null, tokens_out integer not null, cached_in integer not null, estimated integer not null,
    cost real, currency text not null, price_as_of text not null, seconds real not null, cached integer not null);
create index if not exists chat_calls_day on chat_calls (day, purpose);
create trigger if not exists chat_calls_stay before update on chat_calls
    begin select raise(abort, 'the ledger is append-only'); end;
create trigger if not exists chat_calls_keep before delete on chat_calls
    begin select raise(abort, 'the ledger is append-only'); end;
create table if not exists chat_reserved (
    id integer primary key, day text not null, purpose text not null, cost real not null, currency text not null,
    until real not null);
create table if not exists chat_abilities (
    endpoint text not null, model text not null, name text not null, value text not null, until real not null,
    primary key (endpoint, model, name));
create table if not exists chat_replies (key text primary key, at text not null, reply text not null);
"""


def user_file() -> Path:
    """Where the file of this user is, for calls that belong to no shop."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    return base / "shopwright" / FILE


class State:
    """Opens the file for each use, so that threads, processes and forks may share it.

    Args:
        path: the file; it and its tables are made when something is first written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._is_ready = False

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that is alone with the file, committed at the end of the block or undone.

        Raises:
            StoreError: the file cannot be opened or written (CHAT-34).
        """
        try:
            self._make()
            with closing(self._connect()) as database:
                database.execute("begin immediate")
                with database:
                    yield database
        except (sqlite3.Error, OSError) as error:
            raise self._unusable(error) from error

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection | None]:
        """A connection to read with, or None where nothing was written yet; errors as in `writing`."""
        if not self.path.exists():
            yield None
            return
        try:
            self._make()
            with closing(self._connect()) as database:
                yield database
        except (sqlite3.Error, OSError) as error:
            raise self._unusable(error) from error

    def _make(self) -> None:
        if self._is_ready and self.path.exists():
            return
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not self.path.exists():  # it says what a shop asks about and pays: its owner's to read
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
        until = time.monotonic() + BUSY
        while not self._is_ready:
            try:
                with closing(self._connect()) as database:
                    database.execute("pragma journal_mode = wal")
                    database.executescript(TABLES)
                self._is_ready = True
            except sqlite3.OperationalError as error:
                # The change to WAL does not wait for others that make it at the same moment; it fails at once
                if "locked" not in str(error) or time.monotonic() > until:
                    raise
                time.sleep(0.02)

    def _connect(self) -> sqlite3.Connection:
        database = sqlite3.connect(self.path, timeout=BUSY, isolation_level=None)
        database.row_factory = sqlite3.Row
        database.execute("pragma synchronous = normal")  # in WAL a kill loses nothing that was committed
        return database

    def _unusable(self, error: Exception) -> StoreError:
        return StoreError(
            t("the ledger in {file} cannot be used", file=str(self.path)),
            why=t("the system said: {error}", error=str(error)),
            fix=t("check the file's permissions and the space on its disk; a broken one may be moved away"),
            code="CHAT-34",
        )
