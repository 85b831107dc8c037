"""Pseudonyms of customers: the same for one key, unlinkable between keys, not to be undone without it (HMAC-SHA256)."""

from __future__ import annotations

import base64
import hmac
import os
import secrets
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from shopwright.disk import sync
from shopwright.errors import StoreError, UsageError
from shopwright.i18n import Text, t

if TYPE_CHECKING:
    import polars as pl

__all__ = ["VARIABLE", "Pseudonyms"]

VARIABLE = "SHOPWRIGHT_PSEUDONYM_KEY"
SHORTEST_KEY = 16  # bytes; 128 bits


class Pseudonyms:
    """Short ids in place of customers' own: `Pseudonyms(key).of("C1001")` is `c_` and sixteen letters and digits.

    80 bits of the code are kept: among ten million customers two share an id with a chance of about 1 in 24 billion.

    Args:
        key: at least 16 secret bytes; whoever has them can tell whether a customer they know stands behind an id.

    Raises:
        UsageError: the key is too short (PRIVACY-05).
    """

    __slots__ = ("_code",)

    def __init__(self, key: bytes) -> None:
        if len(key) < SHORTEST_KEY:
            raise UsageError(
                t("the key for pseudonyms is too short"),
                why=t("it has {n} bytes, and below {least} it could be guessed", n=len(key), least=SHORTEST_KEY),
                fix=t("make one with: python -c 'import secrets; print(secrets.token_hex(32))'"),
                code="PRIVACY-05",
            )
        self._code: Callable[[bytes], bytes] = partial(_code, hmac.new(key, b"shopwright customer\0", "sha256"))

    def __repr__(self) -> str:
        return "Pseudonyms(•••)"

    def __reduce__(self) -> str:
        raise TypeError("a key is not written to files with other objects; pass the key itself")

    @classmethod
    def open(cls, file: Path) -> Pseudonyms:
        """With the key of the environment (SHOPWRIGHT_PSEUDONYM_KEY, hexadecimal), else of a file made on first use.

        Raises:
            UsageError: the key is not hexadecimal (PRIVACY-06) or too short (PRIVACY-05).
            StoreError: the file can be read by others (PRIVACY-07), or cannot be read or written (PRIVACY-08).
        """
        given = os.environ.get(VARIABLE)
        if given:
            return cls(_bytes(given, t("the environment variable {name}", name=VARIABLE)))
        return cls(_bytes(_read_or_make(file), Text.literal(str(file))))

    def of(self, customer: str) -> str:
        """The pseudonym of one customer id."""
        short = base64.b32encode(self._code(customer.encode("utf-8", "surrogatepass"))[:10])
        return f"c_{short.decode().lower()}"

    def of_all(self, customers: pl.Series) -> pl.Series:
        """Pseudonyms of a column of ids, nulls staying null; each id is computed once."""
        import polars as pl  # here: a chat model that redacts loads no frames

        texts = customers.cast(pl.String)
        known = texts.drop_nulls().unique()
        codes = pl.Series([self.of(customer) for customer in known], dtype=pl.String)
        return texts.replace_strict(known, codes, return_dtype=pl.String) if len(known) else texts


def _code(start: hmac.HMAC, text: bytes) -> bytes:
    code = start.copy()
    code.update(text)
    return code.digest()


def _bytes(written: str, place: Text) -> bytes:
    try:
        return bytes.fromhex(written.strip())
    except ValueError:
        raise UsageError(
            t("the key in {place} cannot be read", place=place),
            why=t("a key is written in hexadecimal digits, two for each byte"),
            fix=t("make one with: python -c 'import secrets; print(secrets.token_hex(32))'"),
            code="PRIVACY-06",
        ) from None


def _read_or_make(file: Path) -> str:
    try:
        if not file.exists():
            _make(file)
        if os.name == "posix" and file.stat().st_mode & 0o077:
            raise StoreError(
                t("the key in {file} is not secret", file=file),
                why=t("other users of this machine may read or change it"),
                fix=t("run: chmod 600 {file}; and make a new key if they had the chance to", file=file),
                code="PRIVACY-07",
            )
        return file.read_text("ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(
            t("the key in {file} cannot be used", file=file),
            why=t("the system said: {error}", error=error),
            fix=t("give the folder to the user that runs Shopwright, or set {name}", name=VARIABLE),
            code="PRIVACY-08",
        ) from error


def _make(file: Path) -> None:
    """A new key, readable by its owner only from the first byte on; where two start at once, the first one's stays."""
    file.parent.mkdir(parents=True, exist_ok=True)
    half_done = file.with_name(f".{file.name}.{os.getpid()}.{secrets.token_hex(4)}.tmp")
    handle = os.open(half_done, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as writing:
            writing.write(secrets.token_hex(32) + "\n")
        sync(half_done)
        try:
            os.link(half_done, file)
        except FileExistsError:
            return
    finally:
        half_done.unlink(missing_ok=True)
    sync(file.parent)
