"""A fitted recommender on disk: arrays mapped into memory, tables as Parquet, a card with what belongs together.

All parts go into a folder of their own; then the card that names it takes the place of the old card in one step. Who
loads at any time reads the old recommender or the new one, whole, and a server answers from the old one meanwhile.
The card holds a digest of each part and of itself: an array with one wrong number in it is read without an error, and
answers wrongly or ends the process.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import polars as pl
from scipy import sparse

from shopwright.disk import digests
from shopwright.i18n import t
from shopwright.recommend import wrong
from shopwright.recommend.baskets import CoPurchases
from shopwright.recommend.blend import KINDS, Blend, Blends
from shopwright.recommend.cold import Cold
from shopwright.recommend.events import Events
from shopwright.recommend.live import Live
from shopwright.recommend.recommender import Recommender
from shopwright.recommend.weigh import Crossed, Judged, Weighed

__all__ = ["load", "save"]

FORMAT = "shopwright-recommender-5"
PARTS = re.compile("[0-9a-f]{32}")
UNREADABLE = (OSError, EOFError, ValueError, KeyError, TypeError, IndexError, pl.exceptions.PolarsError)
CARD, ITEMS, LIVE = "recommender.json", "items.parquet", "live.json"
OWN = "card"  # the card's digest of itself
COUNTS = ("n_with", "n_recent_with")
NUMBERS = ("n_baskets", "n_recent", "n_left_out")
EVENTS = ("customers", "starts", "items", "steps", "days", "weights", "moments")
BLENDS = ("new", "any")


def save(model: Recommender, folder: Path) -> None:
    """Write it whole, then let the card name it.

    Raises:
        StoreError: it could not be written, or the folder holds something else.
    """
    if _is_of_others(folder):
        raise wrong.not_its_folder(folder)
    fresh, fresh_card = folder / uuid4().hex, folder / f".{uuid4().hex}"
    try:
        before = _named(folder)
        fresh.mkdir(parents=True)
        card = {"parts": fresh.name, **_write(model, fresh), "files": digests(fresh)}
        fresh_card.write_text(json.dumps(card | {OWN: _digest(card)}, indent=1), "utf-8")
        fresh_card.replace(folder / CARD)
    except OSError as error:
        shutil.rmtree(fresh, ignore_errors=True)
        with suppress(OSError):
            fresh_card.unlink()
        raise wrong.not_saved(folder, error) from error
    if before is not None:  # who has mapped it keeps what is mapped
        shutil.rmtree(before, ignore_errors=True)


def _is_of_others(folder: Path) -> bool:
    """Whether files lie there that no card calls a recommender's; a save that was killed left only its own parts."""
    try:
        names = [path.name for path in folder.iterdir()]
    except OSError:  # nothing there, or what writing will say
        return False
    return CARD not in names and not all(PARTS.fullmatch(name.removeprefix(".")) for name in names)


def _named(folder: Path) -> Path | None:
    """The folder of parts that a card names, if there is one."""
    try:
        name = json.loads((folder / CARD).read_text("utf-8"))["parts"]
        return folder / name if PARTS.fullmatch(name) else None
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def load(folder: Path) -> Recommender:
    """Read it, arrays by mapping them.

    Raises:
        ModelError: it is missing, damaged, or of another version.
    """
    text = ""
    try:
        text = (folder / CARD).read_text("utf-8")
        card = json.loads(text)
        if card["format"] != FORMAT:
            raise wrong.unreadable(folder, t("it was written by another version"))
        parts = folder / card["parts"]
        if card.pop(OWN) == _digest(card) and card["files"] == digests(parts):
            return _read(card, parts)
        if not _is_other(folder, text):
            raise wrong.unreadable(folder, t("its files are not as they were written"))
        return load(folder)  # another process put a new one there meanwhile
    except UNREADABLE as error:
        if isinstance(error, FileNotFoundError) and _is_other(folder, text):
            return load(folder)
        raise wrong.unreadable(folder, t("a part is missing or damaged: {error}", error=str(error))) from error


def _digest(card: dict[str, Any]) -> str:
    return hashlib.blake2b(json.dumps(card, sort_keys=True).encode(), digest_size=16).hexdigest()


def _is_other(folder: Path, text: str) -> bool:
    try:
        return bool(text) and (folder / CARD).read_text("utf-8") != text
    except (OSError, ValueError):
        return False


def _write(model: Recommender, folder: Path) -> dict[str, Any]:
    """Write all parts; returns the card."""
    counts, card = model.counts, {"format": FORMAT, "by_order": model.by_order, "is_dated": model.events.is_dated}
    card["is_bought"] = model.is_bought
    card["counts"] = {name: int(getattr(counts, name)) for name in NUMBERS}
    card["days"] = [counts.from_day.isoformat(), counts.to_day.isoformat()]
    card["blends"] = (
        None if model.blends is None else {name: _blend(getattr(model.blends, name), name, folder) for name in BLENDS}
    )
    card["beside"] = {name: _blend(blend, f"beside-{name}", folder) for name, blend in model.beside.items()}
    cold = None if model.blends is None else model.blends.cold
    card["cold"] = None if cold is None else asdict(cold)
    gained = None if model.blends is None else model.blends.gained
    card["gained"] = None if gained is None else asdict(gained)
    pl.DataFrame({"sku": counts.skus}).write_parquet(folder / "skus.parquet")
    model.items.write_parquet(folder / ITEMS)
    for name in COUNTS:
        np.save(folder / f"{name}.npy", getattr(counts, name))
    _write_sparse(folder / "together", counts.together)
    np.save(folder / "offered.npy", model.offered)
    np.save(folder / "ties.npy", model.ties)
    for name in EVENTS:
        np.save(folder / f"event_{name}.npy", getattr(model.events, name))
    (folder / LIVE).write_text(json.dumps(model.live.items(), ensure_ascii=False), "utf-8")
    return card


def _blend(blend: Blend, name: str, folder: Path) -> dict[str, Any]:
    weighed = blend.weighed
    parts = []
    for number, (weight, member) in enumerate(blend.parts):
        place = folder / f"{name}-{number}"
        place.mkdir()
        for key, values in member.arrays().items():
            np.save(place / f"{key}.npy", values)
        parts.append([member.kind, weight])
    np.save(folder / f"{name}-chances.npy", np.stack(weighed.chances))
    alone = {each: [found.ndcg, found.recall] for each, found in weighed.alone.items()}
    judged = [weighed.blend.ndcg, weighed.blend.recall]
    return {"parts": parts, "weights": weighed.weights, "alone": alone, "blend": judged, "n": weighed.n}


def _write_sparse(place: Path, values: Any) -> None:
    place.mkdir()
    for key in ("data", "indices", "indptr"):
        np.save(place / f"{key}.npy", getattr(values, key))


def _read(card: dict[str, Any], folder: Path) -> Recommender:
    skus = pl.read_parquet(folder / "skus.parquet")["sku"]
    together = sparse.csr_matrix((len(skus), len(skus)), dtype=np.int32)
    for key in ("data", "indices", "indptr"):
        setattr(together, key, _mapped(folder / "together" / f"{key}.npy"))
    arrays: dict[str, Any] = {name: np.asarray(_mapped(folder / f"{name}.npy")) for name in COUNTS}
    counts = CoPurchases(
        skus=skus,
        together=together,
        **arrays,
        **card["counts"],
        from_day=date.fromisoformat(card["days"][0]),
        to_day=date.fromisoformat(card["days"][1]),
    )
    parts: dict[str, Any] = {name: _mapped(folder / f"event_{name}.npy") for name in EVENTS}
    events = Events(n_items=len(skus), **parts, is_dated=card["is_dated"])
    told = card["blends"]
    cold = None if card["cold"] is None else Cold(**card["cold"])
    blends = None
    if told is not None:
        new, anything = (_blend_of(told[name], name, folder) for name in BLENDS)
        blends = Blends(new, anything, cold, _gained(card["gained"]))
    live = {who: tuple(tuple(each) for each in added) for who, added in json.loads((folder / LIVE).read_text("utf-8"))}
    return Recommender(
        counts,
        pl.read_parquet(folder / ITEMS),
        np.asarray(_mapped(folder / "offered.npy")),
        events,
        blends,
        np.asarray(_mapped(folder / "ties.npy")),
        card["by_order"],
        Live(live),
        {name: _blend_of(found, f"beside-{name}", folder) for name, found in card["beside"].items()},
        card["is_bought"],
    )


def _blend_of(told: dict[str, Any], name: str, folder: Path) -> Blend:
    parts = []
    for number, (kind, weight) in enumerate(told["parts"]):
        arrays = {file.stem: _mapped(file) for file in _files(folder / f"{name}-{number}")}
        parts.append((float(weight), KINDS[kind].of(arrays)))
    scores, shares = np.load(folder / f"{name}-chances.npy")
    alone = {each: Judged(*found) for each, found in told["alone"].items()}
    weighed = Weighed(told["weights"], alone, Judged(*told["blend"]), told["n"], (scores, shares))
    return Blend(tuple(parts), weighed)


def _gained(told: dict[str, Any] | None) -> Crossed | None:
    if told is None:
        return None
    return Crossed(**{name: Judged(**told[name]) for name in ("without", "having", "alone")}, n=told["n"])


def _files(folder: Path) -> Iterator[Path]:
    return iter(sorted(folder.glob("*.npy")))


def _mapped(file: Path) -> np.ndarray:
    found: np.ndarray = np.load(file, mmap_mode="r", allow_pickle=False)
    return found
