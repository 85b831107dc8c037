"""The folder of added models: one folder for each, found by its card; loaded once in a process."""

from __future__ import annotations

import difflib
import os
import re
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from shopwright.disk import sync
from shopwright.errors import LockedError, ModelError, StoreError
from shopwright.i18n import Text, t
from shopwright.language.models.offers import OFFERS
from shopwright.language.onnx import card as cards
from shopwright.language.onnx.card import Card
from shopwright.language.onnx.runtime import OnnxEncoder

__all__ = ["Stored", "broken", "checked_name", "folder", "load", "lock", "names", "no_such", "remove", "stored"]

VARIABLE = "SHOPWRIGHT_MODELS"
WAIT = 10.0  # seconds for another process that adds or removes a model
NAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?")
HALF_DONE = re.compile(r"\.(?P<name>.+)\.[^.]+\.tmp")

_loaded: dict[tuple[str, str], OnnxEncoder] = {}
_guard = threading.Lock()


@dataclass(frozen=True, slots=True)
class Stored:
    """A model on this machine: its card, its folder, and the bytes it takes there."""

    card: Card
    folder: Path
    size: int

    def as_json(self) -> dict[str, Any]:
        """The model for a JSON file."""
        return {**self.card.as_json(), "folder": str(self.folder), "bytes": self.size}


def folder() -> Path:
    """Where models are kept: $SHOPWRIGHT_MODELS, else the place for a user's data on this system."""
    if os.environ.get(VARIABLE):
        return Path(os.environ[VARIABLE]).expanduser()
    home = Path.home()
    if sys.platform == "win32":
        data = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        data = home / "Library" / "Application Support"
    else:
        asked = os.environ.get("XDG_DATA_HOME", "")
        data = Path(asked) if os.path.isabs(asked) else home / ".local" / "share"
    return data / "shopwright" / "models"


def names() -> list[str]:
    """Names of the added models, those that are offered first and in that order."""
    order = [offer.name for offer in OFFERS]
    there = [path.parent.name for path in folder().glob(f"*/{cards.CARD}") if NAME.fullmatch(path.parent.name)]
    return sorted(there, key=lambda name: (order.index(name) if name in order else len(order), name))


def stored() -> list[Stored]:
    """The added models whose cards can be read; `broken` names the others."""
    found = []
    for name, card in _cards():
        if isinstance(card, Card):
            place = folder() / name
            size = sum(file.stat().st_size for file in place.iterdir() if file.is_file())
            found.append(Stored(card, place, size))
    return found


def broken() -> dict[str, ModelError]:
    """Added models whose card cannot be read, by name, and why."""
    return {name: card for name, card in _cards() if isinstance(card, ModelError)}


def _cards() -> Iterator[tuple[str, Card | ModelError]]:
    for name in names():
        try:
            yield name, cards.read(folder() / name)
        except ModelError as error:
            yield name, error


def load(name: str) -> OnnxEncoder:
    """The added model of that name; loaded once in a process, and again where it was replaced.

    Raises:
        ModelError: there is none, or its files are damaged.
    """
    if name not in names():
        raise no_such(name)
    place = folder() / name
    key = str(place), cards.read(place).sha256
    with _guard:
        if key not in _loaded:
            _loaded[key] = OnnxEncoder.open(place)
        return _loaded[key]


def remove(name: str) -> Path:
    """Remove an added model; gives the folder it was in.

    Raises:
        ModelError: there is none of that name.
        LockedError: another process adds or removes a model.
        StoreError: it cannot be removed.
    """
    with lock():
        if name not in names():
            raise no_such(name)
        place = folder() / name
        away = place.with_name(f".{name}.removed.tmp")
        try:
            shutil.rmtree(away, ignore_errors=True)
            place.rename(away)  # gone at once, whole; what follows may be interrupted
            sync(place.parent)
            shutil.rmtree(away)
        except OSError as error:
            raise _unusable(error) from error
    return place


@contextmanager
def lock() -> Iterator[None]:
    """Keep other processes from adding and removing; what one left half done is tidied away first.

    Raises:
        LockedError: another process still works after some seconds.
        StoreError: the folder cannot be written.
    """
    place = folder()
    try:
        place.mkdir(parents=True, exist_ok=True)
        with FileLock(place / ".lock", timeout=WAIT):
            _tidy(place)
            yield
    except Timeout as error:
        raise LockedError(
            t("the models in {folder} are in use", folder=str(place)),
            why=t("another process is adding or removing one"),
            fix=t("wait until it is done"),
            code="MODEL-47",
        ) from error
    except (PermissionError, FileExistsError, NotADirectoryError) as error:
        raise _unusable(error) from error


def checked_name(name: str) -> str:
    """A name that can be a folder's on every system.

    Raises:
        ModelError: it cannot, or it means something else.
    """
    if NAME.fullmatch(name) and name not in ("static", "auto"):
        return name
    raise ModelError(
        t("a model cannot be called {name}", name=repr(name)),
        why=t("names are small letters, digits, dots and dashes; static and auto are taken"),
        fix=t("for instance: shopwright models add my-model --from FOLDER"),
        code="MODEL-40",
    )


def no_such(name: str) -> ModelError:
    """The error for a name under which no model was added."""
    there, offered = names(), [offer.name for offer in OFFERS]
    near = difflib.get_close_matches(name.lower(), [*there, *offered], n=1, cutoff=0.5)
    fix: Text = t("add one: shopwright models add NAME")
    if near:
        fix = t("did you mean {near}?", near=near[0])
        if near[0] not in there:
            fix = t("add it: shopwright models add {name}", name=near[0])
    return ModelError(
        t("there is no added model {name}", name=repr(name)),
        why=t("added are: {added}; offered are: {offered}", added=", ".join(there) or "-", offered=", ".join(offered)),
        fix=fix,
        code="MODEL-37",
    )


def _tidy(place: Path) -> None:
    """Finish or take away what a killed process left."""
    for path in place.iterdir():
        found = HALF_DONE.fullmatch(path.name)
        if found is None or not path.is_dir():
            continue
        target = place / found["name"]
        if not target.exists() and (path / "old").is_dir():  # killed between two renames: the old one is whole
            (path / "old").rename(target)
        shutil.rmtree(path, ignore_errors=True)


def _unusable(error: OSError) -> StoreError:
    return StoreError(
        t("the folder of models {folder} cannot be used", folder=str(folder())),
        why=Text.literal(str(error)),
        fix=t("make it writable, or name another one in {variable}", variable=VARIABLE),
        code="MODEL-48",
    )
