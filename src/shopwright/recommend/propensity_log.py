"""What was shown where, to whom, and how likely that was: the log from which a change is judged before it ships."""

from __future__ import annotations

import io
import json
import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
from filelock import FileLock, Timeout

from shopwright.errors import StoreError, UsageError
from shopwright.i18n import Text, t
from shopwright.shop.schema import names as c

__all__ = ["COLUMNS", "PropensityLog", "Shown"]

WAIT = 10.0  # seconds that one writer waits for another
COLUMNS: dict[str, pl.DataType | type[pl.DataType]] = {
    c.AT: pl.Datetime("ms", "UTC"),
    "request": pl.String,
    c.CUSTOMER: pl.String,
    "surface": pl.String,
    "rank": pl.UInt32,
    c.SKU: pl.String,
    "propensity": pl.Float64,
    "policy": pl.String,
    "seed": pl.Int64,
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One list that was shown.

    Attributes:
        at: when, with its time zone.
        request: id of the request; with the seed it gives the same list again.
        customer: to whom; None: not known.
        surface: where in the shop: home, product, basket, mail …
        skus: what, in order.
        propensities: chance of each given the ones above, above 0 and at most 1.
        policy: how slots were filled.
        seed: seed of the draws.

    Raises:
        UsageError: the instant has no zone, or products and propensities do not fit each other.
    """

    at: datetime
    request: str
    customer: str | None
    surface: str
    skus: Sequence[str]
    propensities: Sequence[float]
    policy: str
    seed: int

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise _unusable(self.request, t("its time {at} has no time zone", at=self.at.isoformat()))
        if len(self.skus) != len(self.propensities):
            n, m = len(self.skus), len(self.propensities)
            raise _unusable(self.request, t("it has {n} products and {m} propensities", n=n, m=m))
        for sku, chance in zip(self.skus, self.propensities, strict=True):
            if not (math.isfinite(chance) and 0 < chance <= 1):
                raise _unusable(self.request, t("{sku} has {value}", sku=sku, value=f"{chance:g}"))

    def lines(self) -> str:
        """The list as JSON, one line for each product."""
        fixed = {
            c.AT: self.at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds"),
            "request": self.request,
            c.CUSTOMER: self.customer,
            "surface": self.surface,
        }
        rows = [
            fixed | {"rank": rank, c.SKU: sku, "propensity": float(chance), "policy": self.policy, "seed": self.seed}
            for rank, (sku, chance) in enumerate(zip(self.skus, self.propensities, strict=True), 1)
        ]
        return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


@dataclass(frozen=True, slots=True)
class PropensityLog:
    """A file of JSON lines that threads and processes append to; a list is in it whole or not at all.

    Attributes:
        path: the file; made, with its folder, by the first list.
    """

    path: Path

    def append(self, shown: Sequence[Shown]) -> None:
        """Append lists, all or none.

        Raises:
            StoreError: the file cannot be written, or another process holds it for longer than 10 seconds.
        """
        block = "".join(each.lines() for each in shown).encode()
        if not block:
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(self.path.with_name(f".{self.path.name}.lock"), timeout=WAIT):
                _append(self.path, block)
        except OSError as error:  # Timeout is one too
            why = t("another process holds it") if isinstance(error, Timeout) else Text.literal(str(error))
            raise _not_usable(self.path, why) from error

    def frame(self) -> pl.DataFrame:
        """Everything logged, in the order of writing; empty where there is nothing.

        Returns:
            at, request, customer (null: unknown), surface, rank (from 1), sku, propensity, policy, seed.

        Raises:
            StoreError: the file cannot be read.
        """
        plain = {**COLUMNS, c.AT: pl.String}
        try:
            text = self.path.read_bytes() if self.path.exists() else b""
            whole = text[: text.rfind(b"\n") + 1]  # the end of a list that a dying process left is not read
            if not whole:
                return pl.DataFrame(schema=COLUMNS)
            rows = pl.read_ndjson(io.BytesIO(whole), schema=plain)
            return rows.with_columns(pl.col(c.AT).str.to_datetime(time_unit="ms", time_zone="UTC"))
        except (OSError, pl.exceptions.PolarsError) as error:
            raise _not_usable(self.path, Text.literal(str(error).splitlines()[0])) from error


def _append(path: Path, block: bytes) -> None:
    """Add a block at the end of the last whole line; the file is as it was where that fails."""
    with path.open("ab+") as file:
        end = _whole(file)
        file.truncate(end)
        try:
            file.write(block)
            file.flush()
            os.fsync(file.fileno())
        except OSError:
            file.truncate(end)
            raise


def _whole(file: io.BufferedRandom) -> int:
    """Length of the file up to the end of its last whole line."""
    size = file.seek(0, os.SEEK_END)
    end = size
    while end > 0:
        start = max(0, end - 4096)
        file.seek(start)
        found = file.read(end - start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0


def _not_usable(path: Path, why: Text) -> StoreError:
    return StoreError(
        t("the log of what was shown, {path}, cannot be read or written", path=str(path)),
        why=why,
        fix=t("free space or permissions there, or name another file"),
        code="RECOMMEND-35",
    )


def _unusable(request: str, why: Text) -> UsageError:
    return UsageError(
        t("the list of request {request} cannot be logged", request=request),
        why=why,
        fix=t("give an instant with its zone and a chance above 0, at most 1, for each product"),
        code="RECOMMEND-36",
    )
