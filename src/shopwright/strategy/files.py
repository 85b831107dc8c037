"""Pages and charts written where they were asked for."""

from __future__ import annotations

from pathlib import Path

from shopwright.disk import why_not_written
from shopwright.errors import StoreError
from shopwright.i18n import t
from shopwright.shop.store import write_text

__all__ = ["put"]


def put(texts: dict[Path, str]) -> None:
    """Write each text to its file, in folders made where they are not there.

    Raises:
        StoreError: a file cannot be written.
    """
    for file, text in texts.items():
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            write_text(file, text)
        except OSError as error:
            raise StoreError(
                t("{file} could not be written", file=str(file)),
                why=why_not_written(file, error),
                fix=t("check free space and permissions, then run the command again"),
                code="STORE-20",
            ) from error
