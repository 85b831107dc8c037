"""Recommendations judged on a shop's own last orders, as a page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from shopwright.i18n import Language, t
from shopwright.shop.titles import titles
from shopwright.strategy.files import put
from shopwright.strategy.report import render
from shopwright.strategy.sections.recommended import recommended_sections

if TYPE_CHECKING:
    from shopwright.recommend.evaluation import Evaluation
    from shopwright.shop.shop import Shop

__all__ = ["write_page"]


def write_page(shop: Shop, found: Evaluation, file: Path, *, language: Language) -> Path:
    """Write an evaluation as one HTML file that needs nothing else.

    Raises:
        StoreError: the file cannot be written.
    """
    page = render(
        recommended_sections(found, titles(shop)),
        shop=shop.settings.shop.name,
        as_of=shop.day,
        language=language,
        heading=t("Recommendations judged, as of {day}", day=shop.day.isoformat()),
    )
    put({file: page})
    return file
