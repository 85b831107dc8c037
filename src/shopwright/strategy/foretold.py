"""A shop's forecast as it is told, kept in its folder, so that it is not made anew for every look at it.

Each one is a file named after all that it was made from; whoever asks with other data, another day, other settings or
another version does not find it, and one that is damaged is made anew.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import shopwright
from shopwright.disk import keep_last, write_bytes
from shopwright.errors import ModelError
from shopwright.log import logger
from shopwright.strategy.foreseeing import listen
from shopwright.strategy.make import provenance

if TYPE_CHECKING:
    from shopwright.forecast import Forecast
    from shopwright.forecast.sheet import Sheet
    from shopwright.shop.shop import Shop

__all__ = ["FOLDER", "foretold", "keep", "place_of"]

FOLDER = Path("models", "forecast")
MOST = 4  # files kept; the one not asked for the longest goes first
BIGGEST = 256 * 2**20  # bytes of one that is kept
SHIPPED_ENCODER = "static"  # another one may be changed, or be missing, without the shop being told
COMPUTING = ("holidays", "lightgbm", "numpy", "onnxruntime", "polars", "scipy", "statsforecast")  # may change digits


def foretold(shop: Shop, horizon: int = 0, *, models: Sequence[str] = ()) -> Sheet:
    """The forecast of a shop, heeding its reviews: the one that is kept, else made now and kept.

    Args:
        shop: the shop; one that lives in memory keeps nothing.
        horizon: periods ahead; 0: the settings', else the usual one.
        models: forecasters to try beside the baselines; empty: all that suit.

    Raises:
        TableError: there are no sales to count.
        UsageError: there is no such model.
    """
    from shopwright.forecast import forecast_shop
    from shopwright.forecast.sheet import Sheet

    file = place_of(shop, horizon, models)
    kept = None if file is None else _read(file)
    if kept is not None:
        return kept
    made = forecast_shop(shop, horizon, models=models, listen=listen)
    sheet = Sheet.of(made)
    _write(file, made, sheet)
    return sheet


def keep(shop: Shop, made: Forecast) -> None:
    """Keep a forecast that was made as `foretold` makes it where nothing else is asked for."""
    from shopwright.forecast.sheet import Sheet

    file = place_of(shop)
    if file is not None and not file.exists():
        _write(file, made, Sheet.of(made))


def place_of(shop: Shop, horizon: int = 0, models: Sequence[str] = ()) -> Path | None:
    """The file for such a forecast; None where it depends on more than can be told beforehand.

    That is so of a shop that lives in memory, of models that lie elsewhere or are asked over a network, and of titles
    that are read by an encoder other than the one that ships.
    """
    from shopwright.forecast.members import MODELS

    if shop.path is None or not shop.manifest or shop.settings.language.encoder != SHIPPED_ENCODER:
        return None
    if not {*models} <= {*MODELS, "t5"}:
        return None
    try:
        tuned = _tuned(shop.path)
    except (ModelError, OSError):
        return None  # the forecast will say what is wrong with it
    made_of = {
        **provenance(shop, None),
        "horizon": horizon,
        "models": list(models),
        "tuned": tuned,
        "with": {name: _version(name) for name in COMPUTING},
        "code": code(Path(shopwright.__file__).parent / "forecast"),
    }
    digest = hashlib.sha256(json.dumps(made_of, sort_keys=True, default=str).encode()).hexdigest()
    return shop.path / FOLDER / f"{digest[:16]}.safetensors"


def _tuned(shop: Path) -> str | None:
    """Digest of the sales model that the shop has tuned and adopted."""
    from shopwright.forecast.t5.store import CARD
    from shopwright.forecast.t5.zero_shot import adopted
    from shopwright.language.onnx.files import digest

    folder = adopted(shop)
    return None if folder is None else digest(folder / CARD)


@cache
def code(folder: Path) -> str:
    """Digest of the source in a folder: between two versions it may tell other digits."""
    found = hashlib.sha256()
    for file in sorted(folder.rglob("*.py")):
        found.update(file.relative_to(folder).as_posix().encode() + file.read_bytes())
    return found.hexdigest()


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _read(file: Path) -> Sheet | None:
    from shopwright.forecast.sheet import Sheet

    try:
        found = Sheet.from_bytes(file.read_bytes())
        os.utime(file)
        return found
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        logger(__name__).warning("the forecast in %s cannot be used and is made anew: %s", file, error)
        return None


def _write(file: Path | None, made: Forecast, sheet: Sheet) -> None:
    """Keep it for the next time, if nothing was missing by chance; a full disk is no reason not to tell it."""
    if file is None or made.made is None or made.made.missed:
        return
    data = sheet.to_bytes()
    if len(data) > BIGGEST:
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(file, data)
        keep_last(file, MOST)
    except OSError as error:
        logger(__name__).warning("the forecast is not kept for the next time: %s", error)
