"""From the paths that were named to tables that were read: folders, archives, files, databases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from shopwright.errors import InputError
from shopwright.i18n import t
from shopwright.progress import step
from shopwright.shop.imports.archive import is_archive, unpack
from shopwright.shop.imports.database import DATABASES, read_database
from shopwright.shop.imports.delimited import read_delimited
from shopwright.shop.imports.result import Reading
from shopwright.shop.imports.source import Source
from shopwright.shop.imports.tabular import is_workbook, read_json, read_parquet, read_workbook

__all__ = ["Found", "find", "read"]

TEXT = (".csv", ".tsv", ".txt", ".tab")
WORKBOOK = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
JSON = (".jsonl", ".ndjson", ".json")
PARQUET = (".parquet", ".pq")
MANIFEST = "tables/manifest.json"  # by which a shop's folder is known
KNOWN = (*TEXT, *WORKBOOK, *JSON, *PARQUET, *DATABASES)


@dataclass(frozen=True, slots=True)
class Found:
    """A file that is to be read.

    Attributes:
        name: shown to people.
        path: where it lies, maybe unpacked.
        is_named: it was named by the user, not found in a folder or an archive.
    """

    name: str
    path: Path
    is_named: bool

    @property
    def ending(self) -> str:
        """The ending of its name, lower case."""
        return Path(self.name).suffix.lower()

    @property
    def is_known(self) -> bool:
        """Whether its ending is one we read."""
        return self.ending in KNOWN


def find(paths: Sequence[Path | str], scratch: Path) -> list[Found]:
    """Every file under the paths, archives unpacked into `scratch`.

    Raises:
        InputError: a path does not exist or is a shop's own folder, or there is nothing to read.
    """
    found: list[Found] = []
    for at, path in enumerate(map(Path, paths)):
        if not path.exists():
            raise InputError(
                t("{file} does not exist", file=str(path)),
                why=t("there is no file or folder of that name"),
                fix=t("check the path; the folder now is {folder}", folder=str(Path.cwd())),
                code="IMPORT-01",
            )
        if (path / MANIFEST).is_file():
            raise _is_shop(path)
        for file, name in _inside(path):
            if is_archive(file):
                members = unpack(file, scratch / f"archive-{at}-{len(found)}", name)
                found += [Found(member, unpacked, False) for member, unpacked in members if not _is_hidden(member)]
            else:
                found.append(Found(name, file, path.is_file()))
    if not any(entry.is_known or entry.is_named for entry in found):
        raise InputError(
            t("there is nothing to import in {paths}", paths=", ".join(map(str, paths)) or "-"),
            why=t("files that can be read end in: {endings}", endings=" ".join((*KNOWN, ".zip", ".gz", ".tar"))),
            fix=t("name a file or a folder with exports: shopwright import orders.csv"),
            code="IMPORT-23",
        )
    names = Counter(entry.name for entry in found)
    return [replace(entry, name=str(entry.path)) if names[entry.name] > 1 else entry for entry in found]


def _inside(path: Path) -> Iterator[tuple[Path, str]]:
    if path.is_file():
        yield path, path.name
        return
    shops = [manifest.parent.parent for manifest in path.rglob(MANIFEST)]
    for file in sorted(path.rglob("*")):
        name = file.relative_to(path).as_posix()
        if file.is_file() and not _is_hidden(name) and not any(shop in file.parents for shop in shops):
            yield file, name


def _is_shop(path: Path) -> InputError:
    return InputError(
        t("{folder} is a shop's own folder, not a folder of exports", folder=str(path)),
        why=t("its tables were made by an import; there is nothing new in them"),
        fix=t(
            "import exports into it: shopwright import orders.csv --to {folder}; what it holds:"
            " shopwright check {folder}",
            folder=str(path),
        ),
        code="IMPORT-30",
    )


def _is_hidden(name: str) -> bool:
    return any(part.startswith((".", "~$", "__MACOSX")) for part in name.split("/"))


def read(found: Found, given: Reading, scratch: Path) -> Iterator[Source]:
    """The table of a file, or the tables of a database file.

    Args:
        found: the file; one without a known ending is read as delimited text.
        given: what is known about it.
        scratch: folder for staged columns.

    Raises:
        InputError: it cannot be read.
    """
    with step(t("Reading {file}", file=found.name)):
        if found.ending in DATABASES:
            for source in read_database(found.path, found.name, given, scratch):
                yield replace(source, is_named=found.is_named)
            return
        yield replace(_read(found, given, scratch), is_named=found.is_named)


def _read(found: Found, given: Reading, scratch: Path) -> Source:
    if found.ending in PARQUET:
        return read_parquet(found.path, found.name, given)
    if found.path.stat().st_size == 0:
        return read_delimited(found.path, found.name, given, scratch)
    if found.ending in WORKBOOK:
        return read_workbook(found.path, found.name, given)
    if is_workbook(found.path):
        source = read_workbook(found.path, found.name, given)
        note = t("it is a workbook, whatever its name says, and was read as one; its name would be {stem}.xlsx",
                 stem=source.stem)  # fmt: skip
        return replace(source, notes=(note, *source.notes))
    if found.ending in JSON:
        return read_json(found.path, found.name, given)
    return read_delimited(found.path, found.name, given, scratch / f"{abs(hash(found.name)):x}")
