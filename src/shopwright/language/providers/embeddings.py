"""Vectors from an endpoint: `POST /v1/embeddings`, as any OpenAI-compatible server has it.

Texts that leave the machine pass the redactor first: personal data stays here, whoever runs the endpoint.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import ssl
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from shopwright.errors import ProviderError
from shopwright.i18n import Text, t
from shopwright.language.encoders import Vectors
from shopwright.language.keys import HOSTS, Secret
from shopwright.language.providers.clock import Clock
from shopwright.language.providers.http import Limits, Transport
from shopwright.language.texts import checked
from shopwright.privacy import redact_all
from shopwright.progress import step

__all__ = ["EndpointEncoder"]

VARIABLE = "SHOPWRIGHT_EMBEDDINGS_KEY"
MOST_TEXTS, MOST_CHARACTERS = 96, 200_000  # of one request; servers refuse more at different sizes
BEYOND = 1_000  # characters read behind the longest text's end, so that what stands there is redacted whole
LONGEST = 24_000  # characters of one text, about the 8,000 tokens the longest-reading servers take


class EndpointEncoder:
    """Texts to vectors by a server; may be shared by threads.

    Args:
        url: where the API begins: `https://api.openai.com/v1`.
        model: the model's name there.
        key: sent in a header; None takes it from SHOPWRIGHT_EMBEDDINGS_KEY, else from the provider's own variable.
            The key of a chat model is not taken: its endpoint may be somebody else's.
        dimensions: length of vectors to ask for; None takes what the model gives.
        redacted: whether texts are freed of personal data before they are sent; None does so unless the server is on
            this machine.
        limits: how long a request may take, waits and retries included, and how many times it is tried.
        verify: certificates to trust in place of the system's.
        clock: time and chance.

    Raises:
        ProviderError: the address is none, or would show the key to others.
    """

    def __init__(
        self,
        url: str,
        model: str,
        *,
        key: Secret | None = None,
        dimensions: int | None = None,
        redacted: bool | None = None,
        limits: Limits | None = None,
        verify: ssl.SSLContext | None = None,
        clock: Clock | None = None,
    ) -> None:
        found = _key(url) if key is None else key
        self._endpoint = Transport(url, key=found, limits=limits, verify=verify, clock=clock)
        self.model = model
        self.redacted = not self._endpoint.is_here if redacted is None else redacted
        self._asked, self._dimensions = dimensions, dimensions

    def __repr__(self) -> str:
        return f"EndpointEncoder({self._endpoint.url!r}, model={self.model!r}, redacted={self.redacted})"

    def close(self) -> None:
        """Close the connections."""
        self._endpoint.close()

    @property
    def name(self) -> str:
        """The model, and a hash of where it is and how texts are prepared: its weights are not known here."""
        place = f"{self._endpoint.url}\n{self.model}\n{self._asked}\n{self.redacted}"
        return f"{self.model}@{hashlib.sha256(place.encode()).hexdigest()[:12]}"

    @property
    def dimensions(self) -> int:
        """Length of a vector; asks the endpoint once where it is not known yet.

        Raises:
            ProviderError: the endpoint did not answer as it should.
        """
        if self._dimensions is None:
            self._ask(["a"])
        return int(self._dimensions or 0)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Float32 of shape (texts, dimensions), rows of length one.

        A text is read up to 24,000 characters; one without any is sent as a space, as servers refuse empty ones.

        Raises:
            ModelError: something else than a list of texts was given.
            ProviderError: the endpoint cannot be reached in time, or did not answer as it should.
        """
        sent = checked(texts)
        if self.redacted:  # before it is cut: half an address is not known for one
            sent = [found.text for found in redact_all(text[: LONGEST + BEYOND] for text in sent)]
        sent = [text[:LONGEST] if text[:LONGEST].strip() else " " for text in sent]
        parts: list[Vectors] = []
        with step(t("Encoding texts"), total=len(sent)) as bar:
            for some in _parts(sent):
                parts.append(self._ask(some))
                bar.advance(len(some))
        return np.concatenate(parts) if parts else np.empty((0, self.dimensions), np.float32)

    def _ask(self, texts: list[str]) -> Vectors:
        """The vectors of one request."""
        body: dict[str, Any] = {"model": self.model, "input": texts, "encoding_format": "float"}
        if self._asked is not None:
            body["dimensions"] = self._asked
        rows = self._rows(self._endpoint.post("/embeddings", body), len(texts))
        widths = {len(row) for row in rows} | ({self._dimensions} if self._dimensions else set())
        if len(widths) != 1 or 0 in widths:
            raise self._wrong(t("its vectors have {found} numbers", found=" / ".join(map(str, sorted(widths)))))
        vectors = np.stack(rows)
        if not np.isfinite(vectors).all():
            raise self._wrong(t("a vector holds numbers that are not finite"))
        self._dimensions = vectors.shape[1]
        return _unit(vectors)

    def _rows(self, answer: Mapping[str, Any], n: int) -> list[Vectors]:
        """The vectors of an answer, in the order the texts were sent in, whatever order the server chose."""
        data = answer.get("data")
        if not isinstance(data, list) or len(data) != n:
            got = len(data) if isinstance(data, list) else type(data).__name__
            raise self._wrong(t("asked for {n} vectors, got {got}", n=n, got=got))
        rows: dict[int, Vectors] = {}
        for at, entry in enumerate(data):
            place = entry.get("index", at) if isinstance(entry, dict) else None
            row = _numbers(entry.get("embedding")) if isinstance(entry, dict) else None
            if row is None:
                raise self._wrong(t("a vector is neither a list of numbers nor base64"))
            if type(place) is int and 0 <= place < n:
                rows[place] = row
        if len(rows) != n:
            raise self._wrong(t("the places of its vectors are not those of the texts"))
        return [rows[at] for at in range(n)]

    def _wrong(self, problem: Text) -> ProviderError:
        return ProviderError(
            t("{endpoint} gave no usable vectors for model {model}", endpoint=self._endpoint.url, model=self.model),
            why=problem,
            fix=t("check that the model there is one for embeddings"),
            code="CHAT-73",
        )


def _key(url: str) -> Secret:
    own = HOSTS.get(urlsplit(url).hostname or "", "")
    values = (os.environ.get(name, "").strip() for name in (VARIABLE, own) if name)
    return Secret(next((value for value in values if value), ""))


def _parts(texts: list[str]) -> list[list[str]]:
    """The texts in order, in requests of a size that servers take."""
    parts: list[list[str]] = []
    size = 0
    for text in texts:
        size += len(text)
        if not parts or len(parts[-1]) >= MOST_TEXTS or size > MOST_CHARACTERS:
            parts.append([])
            size = len(text)
        parts[-1].append(text)
    return parts


def _numbers(value: object) -> Vectors | None:
    """A vector from a list of numbers or from base64 of little-endian float32; None where it is neither."""
    if isinstance(value, str):
        try:
            return np.frombuffer(base64.b64decode(value, validate=True), "<f4").astype(np.float32)
        except (binascii.Error, ValueError):
            return None
    if not isinstance(value, list) or not all(isinstance(number, int | float) for number in value):
        return None
    try:
        with np.errstate(over="ignore"):
            return np.array(value, np.float64).astype(np.float32)
    except OverflowError:  # a whole number of hundreds of digits
        return None


def _unit(vectors: Vectors) -> Vectors:
    length = np.linalg.norm(vectors.astype(np.float64), axis=1, keepdims=True)
    still = length[:, 0] == 0
    vectors[still, 0], length[still] = 1.0, 1.0
    return np.asarray(vectors / length, np.float32)
