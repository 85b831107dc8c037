"""Files written whole or not at all, and whether they are as they were written."""

from __future__ import annotations

import errno
import hashlib
import os
import time
from contextlib import suppress
from pathlib import Path

from shopwright.i18n import Text, t

__all__ = ["digests", "is_full", "keep_last", "stage_text", "sync", "why_not_written", "write_bytes", "write_text"]

LEFT_BEHIND = 3600.0  # seconds after which a half-written file belongs to a process that was killed


def write_text(path: Path, text: str) -> None:
    """Write a whole file or nothing: to a temporary name, synced, then renamed.

    Raises:
        OSError: it could not be written; the file is as it was before.
    """
    write_bytes(path, text.encode())


def write_bytes(path: Path, data: bytes) -> None:
    """As `write_text`, for bytes."""
    half_done = _stage(path, data)
    half_done.replace(path)
    sync(path.parent)


def stage_text(path: Path, text: str) -> Path:
    """Write a text beside `path`, synced and ready to be renamed to it; returns where.

    Raises:
        OSError: it could not be written; nothing is left behind.
    """
    return _stage(path, text.encode())


def _stage(path: Path, data: bytes) -> Path:
    half_done = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        half_done.write_bytes(data)
        sync(half_done)
    except OSError:
        half_done.unlink(missing_ok=True)
        raise
    return half_done


def why_not_written(path: Path, error: BaseException) -> Text:
    """Why a file or folder could not be written, in the reader's language where it is of the common reasons.

    Args:
        path: what was to be written.
        error: what came of it.
    """
    number, named = getattr(error, "errno", None), getattr(error, "filename", None)
    if isinstance(named, str) and not Path(named).absolute().is_relative_to(_nearest(path.parent).absolute()):
        return t("the system said: {error}", error=str(error))  # of another file, such as one that was read
    if is_full(error):
        return t("the disk is full")
    if number in (errno.EACCES, errno.EPERM, errno.EROFS) or isinstance(error, PermissionError):
        return t("there is no permission to write to {folder}", folder=str(_nearest(path)))
    is_in_the_way = number in (errno.ENOTDIR, errno.EEXIST) and not _nearest(path).is_dir()
    if is_in_the_way or not _nearest(path.parent).is_dir():  # not every error of Polars has a number
        return t("{path} is a file, not a folder", path=str(_nearest(path)))
    if number == errno.EISDIR or (isinstance(error, OSError) and path.is_dir()):
        return t("{path} is a folder, not a file", path=str(path))
    if number == errno.ENOENT or isinstance(error, FileNotFoundError):
        missing = path.parent if not path.parent.exists() else path
        return t("the folder {folder} does not exist and cannot be made", folder=str(missing))
    return t("the system said: {error}", error=str(error))


def is_full(error: BaseException) -> bool:
    """Whether an error came of a disk without room; those of Polars have no number."""
    return getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT) or "No space left" in str(error)


def _nearest(path: Path) -> Path:
    """The path itself, or the nearest above it that is there."""
    return next((there for there in (path, *path.parents) if there.exists()), path)


def keep_last(file: Path, most: int) -> None:
    """Of the files beside this one with its ending keep those used last, and clear away what killed processes left.

    Args:
        file: is kept in any case.
        most: files to keep.
    """
    found: list[tuple[float, Path]] = []
    for path in file.parent.glob(f"*{file.suffix}"):
        with suppress(OSError):  # another process may clear away at the same time
            found.append((path.stat().st_mtime, path))
    found.sort(reverse=True)
    stale = [path for _, path in found[most:] if path != file]
    for path in file.parent.glob(f".*{file.suffix}.*.tmp"):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > LEFT_BEHIND:
                stale.append(path)
    for path in stale:
        with suppress(OSError):
            path.unlink()


def sync(path: Path) -> None:
    """Have the system put a file, or the names in a folder, on the disk before going on."""
    if os.name != "posix" and path.is_dir():  # Windows cannot open a folder, and orders renames by itself
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def digests(folder: Path, card: str | None = None) -> dict[str, str]:
    """Of each file below a folder, by its path there.

    Args:
        folder: where they lie; one that is not there holds none.
        card: name of a file that is left out, as it holds the digests of the others.

    Raises:
        OSError: a file cannot be read.
    """
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != card:
            with path.open("rb") as file:
                found[path.relative_to(folder).as_posix()] = hashlib.file_digest(file, "blake2b").hexdigest()[:32]
    return found
