"""A backtest of a shop as a page, and its charts as files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from shopwright.charts.theme import to_svg
from shopwright.forecast.pictures import PICTURES
from shopwright.i18n import Language, t, using
from shopwright.shop.schema import names as c
from shopwright.shop.titles import titles
from shopwright.strategy.files import put
from shopwright.strategy.report import render
from shopwright.strategy.sections.accuracy import accuracy_sections

if TYPE_CHECKING:
    from shopwright.forecast import Backtest
    from shopwright.shop.shop import Shop

__all__ = ["write_charts", "write_page"]


def write_page(shop: Shop, found: Backtest, file: Path, *, language: Language, skus: Sequence[str] = ()) -> Path:
    """Write a backtest as one HTML file that needs nothing else.

    Raises:
        StoreError: the file cannot be written.
        UsageError: one of the SKUs was not judged.
    """
    sections = accuracy_sections(found, titles(shop), skus, shop.day)
    page = render(
        sections,
        shop=shop.settings.shop.name,
        as_of=shop.day,
        language=language,
        heading=t("Backtest as of {day}", day=shop.day.isoformat()),
    )
    put({file: page})
    return file


def write_charts(
    shop: Shop, found: Backtest, folder: Path, *, language: Language, skus: Sequence[str] = ()
) -> list[Path]:
    """Write every chart of a backtest as SVG to a folder, made where it is not there.

    Raises:
        StoreError: the folder cannot be written to.
        UsageError: one of the SKUs was not judged.
    """
    with using(language):
        drawn = {
            folder / f"{name}.svg": to_svg(found.chart(name, skus=skus, named=titles(shop)))
            for name in PICTURES
            if name != c.CATEGORY or found.cells[c.CATEGORY].drop_nulls().len()
        }
    put(drawn)
    return list(drawn)
