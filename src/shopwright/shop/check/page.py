"""The report as a self-contained HTML page, and as files in the shop's folder."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shopwright.disk import why_not_written
from shopwright.errors import StoreError
from shopwright.i18n import LANGUAGES, Language, t, using
from shopwright.shop.check.finding import SEVERITIES, column_label
from shopwright.shop.check.report import Report, severity_label, shown
from shopwright.shop.schema import TABLES
from shopwright.shop.store import write_text

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["FOLDER", "as_html", "fragment", "write"]

FOLDER = "check"


def as_html(report: Report, language: Language) -> str:
    """The report as one HTML page that needs nothing else: no network, no script, no other file."""
    return _render("check.html.j2", report, language)


def fragment(report: Report, language: Language) -> str:
    """The findings as a piece of HTML for a notebook."""
    return _render("findings.html.j2", report, language)


def write(report: Report, root: Path, *, html: bool = True) -> Sequence[Path]:
    """Write check.json and, where wanted, one page in each language to the shop's folder.

    Returns:
        The files written, the JSON file first.

    Raises:
        StoreError: the folder cannot be written to.
    """
    folder = root / FOLDER
    texts = {folder / "check.json": json.dumps(report.as_json(), indent=1, ensure_ascii=False)}
    if html:
        texts |= {folder / f"check.{language}.html": as_html(report, language) for language in LANGUAGES}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in texts.items():
            write_text(path, text)
    except OSError as error:
        raise StoreError(
            t("the check could not be written to {folder}", folder=str(folder)),
            why=why_not_written(folder, error),
            fix=t("free some space or check the folder's permissions, then run the command again"),
            code="STORE-07",
        ) from error
    return tuple(texts)


def _render(name: str, report: Report, language: Language) -> str:
    with using(language):
        return (
            _environment()
            .get_template(name)
            .render(report=report, language=language, tables=TABLES, severities=SEVERITIES[::-1])
        )


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("shopwright.shop.check"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    names: dict[str, Any] = {"t": t, "label": column_label, "shown": shown, "severity_label": severity_label}
    made.globals.update(names, sentence=_sentence)
    return made


def _sentence(text: object) -> str:
    """A text as the beginning of a sentence."""
    told = str(text)
    return told[:1].upper() + told[1:]
