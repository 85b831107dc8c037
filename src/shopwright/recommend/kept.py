"""The recommender of a shop, kept in its folder under `models/recommend/` until what it learned from changes.

Each one lies in a folder named after what it was made from, so that those of several days lie side by side, and whoever
asks for one made from other data does not find it. It is written beside and renamed: processes that fit the same at
once need no lock, the first one's stays. A network that was trained on the shop and adopted is one of the models tried.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import polars as pl

from shopwright.disk import write_text
from shopwright.errors import ModelError, StoreError
from shopwright.i18n import Text, t
from shopwright.recommend import learning, wrong
from shopwright.recommend.adopted import Adopted, adopted
from shopwright.recommend.blend import TRAINED
from shopwright.recommend.events import events_of
from shopwright.recommend.holdout import FEWEST, trial_of
from shopwright.recommend.recommender import Recommender
from shopwright.shop.arguments import check_seed
from shopwright.shop.history import sold_lines
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop
from shopwright.version import __version__

__all__ = ["Kept", "fit_shop", "kept", "sales_of"]

FOLDER, CARD = Path("models", "recommend"), "made.json"
READ = ("order_lines", "orders", "products", "returns")  # tables that a fit reads
NAME = re.compile("[0-9a-f]{16}")
MOST = 3  # recommenders kept; the one not asked for the longest goes first
LEFT_BEHIND = 3600.0  # seconds after which a half-written one belongs to a process that was killed


@dataclass(frozen=True, slots=True)
class Kept:
    """A shop's recommender.

    Attributes:
        model: the recommender.
        is_fresh: whether it was fitted now.
        notes: what happened on the way: the one kept could not be read, the new one could not be kept, or the network
            that was trained on the shop is not part of it.
    """

    model: Recommender
    is_fresh: bool
    notes: tuple[Text, ...] = ()


def fit_shop(shop: Shop, seed: int = 0, *, refit: bool = False) -> Recommender:
    """A recommender that learned from all product sales of a shop and offers what was ever sold.

    Args:
        shop: the shop; one in a folder keeps what was fitted there, and it is read again while the data stays the same.
        seed: of all that is drawn.
        refit: fit anew in any case.

    Raises:
        TableError: there are no sales.
        UsageError: the seed is no whole number (USAGE-25).
    """
    return kept(shop, seed, refit=refit).model


def kept(shop: Shop, seed: int = 0, *, refit: bool = False) -> Kept:
    """As `fit_shop`, saying whether it was fitted now, and what went wrong on the way.

    Raises:
        TableError: there are no sales.
        UsageError: the seed is no whole number (USAGE-25).
    """
    check_seed(seed)
    if shop.path is None or not shop.manifest:
        return Kept(_fitted(shop, seed), is_fresh=True)
    notes: list[Text] = []
    try:
        net = adopted(shop.path)
    except ModelError as error:
        net = None
        notes.append(t("the trained network is left out, it cannot be used: {why}", why=error.why))
    made_of = _made_of(shop, seed, net)
    name = hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()[:16]
    folder = shop.path / FOLDER / name
    if folder.is_dir() and not refit:
        try:
            model, said = _read(folder)
            return Kept(model, is_fresh=False, notes=(*notes, *said))
        except ModelError as error:
            notes.append(t("the recommender that was kept cannot be used and is fitted anew: {why}", why=error.why))
    began = time.perf_counter()
    model, said = _with_net(shop, seed, net)
    made = {"seconds": round(time.perf_counter() - began, 1), "notes": [note.as_json() for note in said]}
    try:
        _put(model, folder, {**made_of, **made})
    except StoreError as error:
        notes.append(t("the recommender is not kept for the next time: {why}", why=error.why))
    return Kept(model, is_fresh=True, notes=(*notes, *said))


def sales_of(shop: Shop) -> tuple[pl.LazyFrame, pl.DataFrame]:
    """What a recommender learns from: who bought what when in which order, and the products ever sold."""
    lines = sold_lines(shop)
    sold = lines.select(c.SKU).unique()
    items = sold.join(shop.table("products"), on=c.SKU, how="left").select(c.SKU, c.TITLE, c.CATEGORY, c.PRICE)
    return lines.select(c.CUSTOMER, c.SKU, c.AT, c.ORDER), items.collect(engine="streaming")


def _fitted(shop: Shop, seed: int) -> Recommender:
    lines, items = sales_of(shop)
    return Recommender.fit(lines, items, seed)


def _with_net(shop: Shop, seed: int, net: Adopted | None) -> tuple[Recommender, list[Text]]:
    """Fitted with the shop's trained network among the models; what is to be said where it is not one of them."""
    if net is None:
        return _fitted(shop, seed), []
    lines, items = sales_of(shop)
    known = lines.collect(engine="streaming")
    skus = learning.known_items(items)[c.SKU].sort()
    events = events_of(learning.checked(known), skus)
    trial = trial_of(events, FEWEST, seed)
    why = t("too little was bought after any day") if trial is None else net.unfit(events, trial.early, skus.to_list())
    if why is not None:
        return Recommender.fit(known, items, seed), [t("the trained network is left out: {why}", why=why)]
    model = Recommender._fitted(known, items, seed, net.for_skus(skus.to_list()))
    if model.blends is None or TRAINED in {**model.blends.new.weighed.weights, **model.blends.any.weighed.weights}:
        return model, []
    return model, [t("the trained network is left out: lists are no better with it on what was bought last")]


def _made_of(shop: Shop, seed: int, net: Adopted | None) -> dict[str, Any]:
    """All that a fit depends on."""
    tables = shop.manifest["tables"]
    return {
        "shopwright": __version__,
        "tables": {name: tables[name]["hash"] for name in READ if name in tables},
        "until": None if shop.cutoff is None else shop.cutoff.isoformat(),
        "timezone": shop.settings.shop.timezone,
        "seed": seed,
        **({} if net is None else {"net": net.digest}),
    }


def _read(folder: Path) -> tuple[Recommender, list[Text]]:
    """The one in a folder, if every file is as it was written, and what was said when it was made.

    Raises:
        ModelError: it is damaged, or of another version.
    """
    try:
        card = json.loads((folder / CARD).read_text("utf-8"))
        said = [Text.from_json(note) for note in card["notes"]]
        os.utime(folder)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise wrong.unreadable(folder, t("a part is missing or damaged: {error}", error=str(error))) from error
    return Recommender.load(folder), said


def _put(model: Recommender, folder: Path, made_of: dict[str, Any]) -> None:
    """Write it beside and rename it; where another process was first, its own stays.

    Raises:
        StoreError: it could not be written.
    """
    own = uuid4().hex  # threads write at once too
    part, old = (folder.with_name(f".{folder.name}.{own}.{what}") for what in ("part", "old"))
    try:
        model.save(part)
        write_text(part / CARD, json.dumps(made_of, indent=1, ensure_ascii=False))
        with suppress(FileNotFoundError):
            folder.rename(old)
        try:
            part.rename(folder)
        except OSError:
            if not folder.is_dir():  # else another process put the same there
                raise
        _tidy(folder)
    except OSError as error:
        raise wrong.not_saved(folder, error) from error
    finally:
        shutil.rmtree(old, ignore_errors=True)
        shutil.rmtree(part, ignore_errors=True)


def _tidy(folder: Path) -> None:
    """Keep the last few, and clear away what killed processes left."""
    whole: list[tuple[float, Path]] = []
    halves: list[tuple[float, Path]] = []
    for path in folder.parent.iterdir():
        if path.name[0] != "." and not NAME.fullmatch(path.name):
            continue  # what was trained lies there too
        with suppress(OSError):  # another process may clear away at the same time
            (halves if path.name.startswith(".") else whole).append((path.stat().st_mtime, path))
    whole.sort(reverse=True)
    stale = [path for since, path in halves if time.time() - since > LEFT_BEHIND]
    for path in [*(path for _, path in whole[MOST:] if path != folder), *stale]:
        shutil.rmtree(path, ignore_errors=True)
