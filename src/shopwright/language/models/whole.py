"""A model's folder as it is: one on this machine, or one of the hub, loaded once and kept."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from shopwright.errors import ModelError, ProviderError, StoreError
from shopwright.i18n import Text, t
from shopwright.language.models.store import folder

__all__ = ["at_hand"]

HUB_NAME = re.compile(r"[\w.-]+/[\w.-]+(@[\w./-]+)?")
KEPT = ".hub"  # beside the models that were added by name


def at_hand(place: str) -> Path:
    """The folder that `place` names: a path, or `organisation/model` of the hub with `@revision` if wished.

    What the hub has is asked once: later runs take the copy that was kept, without the network.

    Raises:
        ModelError: there is no such folder (MODEL-85).
        ProviderError: the hub cannot be reached, or does not have it, or has only pickles of it.
        StoreError: the folder of models cannot be written.
    """
    path = Path(place).expanduser()
    if path.is_dir():
        return path
    if not HUB_NAME.fullmatch(place):
        raise ModelError(
            t("there is no model in {folder}", folder=repr(place)),
            why=t("there is no such folder, and it is no name on a hub either: organisation/model"),
            fix=t("check its spelling"),
            code="MODEL-85",
        )
    kept = folder() / KEPT / place.replace("/", "--")
    return kept if kept.is_dir() else _loaded(place, kept)


def _loaded(place: str, kept: Path) -> Path:
    from shopwright.language.providers import hub

    repo, _, revision = place.partition("@")
    half_done = kept.with_name(f"{kept.name}.{os.getpid()}.tmp")
    try:
        hub.fetch(hub.look(repo, revision), half_done)
        if not kept.is_dir():
            kept.parent.mkdir(parents=True, exist_ok=True)
            half_done.rename(kept)
    except ProviderError as error:
        raise ProviderError(
            error.what,
            why=error.why,
            fix=t("or load the model's folder elsewhere and name that folder; HF_ENDPOINT names another hub"),
            code=error.code,
        ) from error
    except OSError as error:
        raise StoreError(
            t("{folder} cannot be written", folder=str(kept.parent)),
            why=Text.literal(str(error)),
            fix=t("name a folder that can be"),
            code="MODEL-74",
        ) from error
    finally:
        shutil.rmtree(half_done, ignore_errors=True)
    return kept
