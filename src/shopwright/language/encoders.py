"""From texts to vectors of unit length, whichever model does it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Protocol, TypeGuard, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from shopwright.errors import ModelError
from shopwright.i18n import Text, t

__all__ = ["Encoder", "Vectors", "encoder", "is_encoder", "opened"]

Vectors = NDArray[np.float32]


@runtime_checkable
class Encoder(Protocol):
    """Texts to unit vectors; the same text always gives the same vector, whatever stands beside it."""

    @property
    def name(self) -> str:
        """Which model this is and a hash of its weights: goes into manifests and cache keys."""

    @property
    def dimensions(self) -> int:
        """Length of a vector."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Float32 of shape (texts, dimensions), every row of length one, those of empty texts too."""


def is_encoder(given: object) -> TypeGuard[Encoder]:
    """Whether it can be asked for vectors, and is no name or folder; `isinstance` would ask an endpoint how long."""
    return callable(getattr(given, "encode", None)) and hasattr(given, "name")  # strings encode, and have no name


def opened(given: Any) -> Encoder:
    """The encoder that was given, or the one of that name.

    Raises:
        ModelError: it is neither an encoder nor the name or folder of one that can be used.
    """
    return given if is_encoder(given) else encoder(given)


def encoder(name: str | os.PathLike[str] = "static", *, model: str | None = None) -> Encoder:
    """The encoder of that name, loaded.

    Args:
        name: `static`, which ships in the package; the name of an added model such as `minilm`; `auto`, the added
            model that comes first in the list of them and `static` where there is none; the folder of a model, which
            a name comes before; or the address of an endpoint, `https://host/v1`.
        model: the name of the model at the endpoint; for an endpoint only.

    Raises:
        ModelError: there is no such model, its files cannot be used, or `model` was given for one on this machine.
    """
    if not isinstance(name, str | os.PathLike):
        raise _unknown(str(name), _added())
    asked = os.fspath(name)
    if asked.startswith(("https://", "http://")):
        return _endpoint(asked, model)
    if model is not None:
        raise ModelError(
            t("model={model} goes with the address of an endpoint only", model=repr(model)),
            why=t("{name} is on this machine", name=repr(asked)),
            fix=t("leave model out, or hand over an address such as https://host/v1"),
            code="MODEL-03",
        )
    if asked == "static":
        return _static()
    if not isinstance(name, str) or _is_path(asked):
        return _folder(Path(asked).expanduser())
    added = _added()
    if asked == "auto":
        return _load(added[0]) if added else _static()
    if asked in added:
        return _load(asked)
    if Path(asked).is_dir():
        return _folder(Path(asked))
    raise _unknown(asked, added)


def _static() -> Encoder:
    from shopwright.language.static import shipped

    return shipped()


def _endpoint(address: str, model: str | None) -> Encoder:
    if not model:
        raise ModelError(
            t("which model of {address} is meant?", address=address),
            why=t("an endpoint serves several"),
            fix=t('name one: encoder("{address}", model="…")', address=address),
            code="MODEL-04",
        )
    from shopwright.language.providers.embeddings import EndpointEncoder

    return EndpointEncoder(address, model)


def _folder(folder: Path) -> Encoder:
    """What `shopwright models add` wrote is opened as it is; any other folder is built in memory, in float32."""
    from shopwright.language.onnx import OnnxEncoder, card
    from shopwright.language.onnx.export import in_memory

    return OnnxEncoder.open(folder) if (folder / card.CARD).exists() else in_memory(folder)


def _added() -> list[str]:
    from shopwright.language import models

    return models.names()


def _load(name: str) -> Encoder:
    from shopwright.language import models

    return models.load(name)


def _is_path(name: str) -> bool:
    return name.startswith((".", "~")) or "/" in name or os.sep in name


def _unknown(name: str, added: Sequence[str]) -> ModelError:
    there = ["static", *added]
    close = get_close_matches(name.lower(), [*there, "auto", "minilm"], n=1)
    add = t("add a model: shopwright models add minilm; or hand over the folder of one")
    fix: Text = t("did you mean {name}? Or {otherwise}", name=repr(close[0]), otherwise=add) if close else add
    return ModelError(
        t("there is no encoder named {name}", name=repr(name)),
        why=t("these are there: {names}", names=", ".join(there)),
        fix=fix,
        code="MODEL-05",
    )
