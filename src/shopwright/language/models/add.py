"""Adding a model to this machine, whole or not at all."""

from __future__ import annotations

import tempfile
from pathlib import Path

from shopwright.errors import ModelError
from shopwright.i18n import t
from shopwright.language.models import sources
from shopwright.language.models.offers import OFFERS
from shopwright.language.models.sources import HUB, PACKAGE, Source
from shopwright.language.models.store import Stored, checked_name, folder, lock, names, stored
from shopwright.language.onnx.card import Precision
from shopwright.language.onnx.export import export

__all__ = ["add"]


def add(name: str, source: str = "", precision: Precision = "int8", *, force: bool = False) -> Stored:
    """Make a model usable on this machine under a name.

    Args:
        name: one that is offered, a hub's name (`organisation/model`, `@revision` behind it if wished), a folder, or,
            where `source` is a folder, any name.
        source: hub, package, or a folder; empty takes the package where it is installed and the hub otherwise.
        precision: int8 or fp32.
        force: whether a model of that name may be replaced.

    Raises:
        ModelError: nobody knows the model, its files cannot be used, or one of that name is there.
        ProviderError: the hub cannot be reached, or does not have it.
        StoreError: the folder of models cannot be written.
    """
    meant = sources.plan(name, source)
    checked_name(meant.name)
    if not force and meant.name in names():
        raise _already(meant.name)
    with tempfile.TemporaryDirectory(prefix="shopwright-model-") as scratch:
        place, origin, licence = _at_hand(meant, Path(scratch))
        with lock():
            if not force and meant.name in names():
                raise _already(meant.name)
            target = folder() / meant.name
            export(place, target, precision, name=meant.name, origin=origin, licence=licence, replace_old=force)
    return next(each for each in stored() if each.card.name == meant.name)


def _at_hand(meant: Source, scratch: Path) -> tuple[Path, str, str]:
    """The folder with the weights, where they came from, their licence."""
    licence = meant.offer.licence if meant.offer and meant.kind != "folder" else ""
    if meant.kind == PACKAGE and meant.offer is not None:
        return sources.folder_of(meant.offer), meant.origin, licence
    if meant.kind == HUB:
        return _from_hub(meant, scratch)
    return Path(meant.place), f"folder {Path(meant.place).resolve()}", licence


def _from_hub(meant: Source, scratch: Path) -> tuple[Path, str, str]:
    from shopwright.language.providers import hub

    repo, _, revision = meant.place.partition("@")
    found = hub.look(repo, revision, [offer.repo for offer in OFFERS])
    hub.fetch(found, scratch)
    sources.check(scratch, meant.offer)
    return (
        scratch,
        f"{HUB} {found.repo}@{found.revision}",
        found.licence or (meant.offer.licence if meant.offer else ""),
    )


def _already(name: str) -> ModelError:
    return ModelError(
        t("a model {name} has been added before", name=repr(name)),
        why=t("it is in {folder}", folder=str(folder() / name)),
        fix=t("use it, or replace it: shopwright models add {name} --force", name=name),
        code="MODEL-49",
    )
