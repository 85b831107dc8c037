"""Files out of archives, without trusting the archive: no path leaves the folder, no bomb fills the disk."""

from __future__ import annotations

import gzip
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from shopwright.errors import InputError
from shopwright.i18n import Text, t

__all__ = ["Limits", "is_archive", "unpack"]

BLOCK = 1 << 20
ENDINGS = (".zip", ".gz", ".tgz", ".tar")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much an archive may hold.

    Attributes:
        files: most files.
        total: most bytes, unpacked.
        ratio: most times its packed size; small files (under 64 MiB unpacked) may exceed it.
        depth: most archives inside each other.
    """

    files: int = 10_000
    total: int = 32 << 30
    ratio: float = 200.0
    depth: int = 2


SMALL = 64 << 20


def is_archive(path: Path) -> bool:
    """Whether the file's name says it is an archive."""
    return path.name.lower().endswith(ENDINGS)


def unpack(path: Path, to: Path, name: str, limits: Limits | None = None, depth: int = 1) -> list[tuple[str, Path]]:
    """Unpack an archive, and the archives in it.

    Args:
        path: the archive.
        to: an empty folder of our own.
        name: how to call it.
        limits: how much is let in.
        depth: how many archives it lies in, itself counted.

    Returns:
        Name and path of each file, the name with the archive's in front.

    Raises:
        InputError: it is damaged, climbs out of its folder, holds links, or is too large.
    """
    limits = limits or Limits()
    if depth > limits.depth:
        raise _refused(name, t("it lies in {n} archives inside each other", n=depth), "IMPORT-12")
    to.mkdir(parents=True, exist_ok=True)
    found: list[tuple[str, Path]] = []
    try:
        for at, (member, stream) in enumerate(_members(path, name)):
            if at >= limits.files:
                raise _refused(name, t("it holds more than {n:,} files", n=limits.files), "IMPORT-11")
            target = to / f"{at:05d}-{PurePosixPath(member).name}"
            _copy(stream, target, path.stat().st_size, name, limits, to)
            shown = f"{name}/{member}" if member else name
            if is_archive(target):
                found += unpack(target, to / f"{at:05d}", shown, limits, depth + 1)
            else:
                found.append((shown, target))
    except (zipfile.BadZipFile, tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError, RuntimeError) as error:
        raise InputError(
            t("{file} cannot be unpacked", file=name),
            why=t("the reader said: {error}", error=str(error)),
            fix=t(
                "the file may be cut off, damaged or locked with a password: unpack it yourself, then import the folder"
            ),
            code="IMPORT-26",
        ) from error
    return found


def _refused(name: str, why: Text, code: str) -> InputError:
    return InputError(
        t("{file} was not unpacked", file=name),
        why=why,
        fix=t("if you trust it, unpack it yourself and import the folder"),
        code=code,
    )


def _members(path: Path, name: str) -> Iterator[tuple[str, IO[bytes]]]:
    if zipfile.is_zipfile(path) and not path.name.lower().endswith((".gz", ".tar", ".tgz")):
        yield from _zip_members(path, name)
    elif path.name.lower().endswith((".tar.gz", ".tgz", ".tar")):
        yield from _tar_members(path, name)
    elif path.name.lower().endswith(".gz"):
        with gzip.open(path) as stream:
            yield path.name[:-3].split("-", 1)[-1] if path.name[:5].isdigit() else path.name[:-3], stream  # type: ignore[misc]
    else:
        raise zipfile.BadZipFile("File is not a zip file")


def _zip_members(path: Path, name: str) -> Iterator[tuple[str, IO[bytes]]]:
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            if info.is_dir():
                continue
            if (info.external_attr >> 16) & 0o170000 == 0o120000:
                raise _refused(name, t("{member} in it is a link", member=info.filename), "IMPORT-12")
            _must_stay(info.filename, name)
            with archive.open(info) as stream:
                yield info.filename, stream


def _tar_members(path: Path, name: str) -> Iterator[tuple[str, IO[bytes]]]:
    with tarfile.open(path) as archive:
        for info in archive:
            if info.isdir():
                continue
            if not info.isfile():
                raise _refused(name, t("{member} in it is a link", member=info.name), "IMPORT-12")
            _must_stay(info.name, name)
            stream = archive.extractfile(info)
            if stream is not None:
                yield info.name, stream


def _must_stay(member: str, name: str) -> None:
    parts = PurePosixPath(member.replace("\\", "/")).parts
    if not parts or ".." in parts or parts[0].startswith("/") or ":" in parts[0]:
        raise _refused(name, t("{member} in it climbs out of its folder", member=repr(member)), "IMPORT-10")


def _copy(stream: IO[bytes], target: Path, packed: int, name: str, limits: Limits, folder: Path) -> None:
    """Write one file, counting as it grows: what an archive says of its own size cannot be trusted."""
    before = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    written = 0
    with target.open("wb") as out:
        while block := stream.read(BLOCK):
            written += len(block)
            total = before + written
            if total > limits.total or (total > SMALL and total > limits.ratio * max(packed, 1)):
                raise _refused(
                    name,
                    t("{packed:,} bytes grow to more than {total:,}: it may be a bomb", packed=packed, total=total),
                    "IMPORT-11",
                )
            out.write(block)
