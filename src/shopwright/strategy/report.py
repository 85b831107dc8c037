"""The report: one HTML file that needs nothing else, to be read on a screen or on paper, in either language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from shopwright import __version__
from shopwright.charts.theme import to_svg
from shopwright.i18n import Language, Text, t, using
from shopwright.settings import titled
from shopwright.strategy.page import Block, Chart, Section, shown, sources

if TYPE_CHECKING:
    import jinja2

__all__ = ["render"]

NAMES: dict[Language, str] = {"en": "English", "zh": "中文"}


def render(
    sections: Sequence[Section],
    *,
    shop: str,
    as_of: date,
    language: Language,
    others: Mapping[Language, str] | None = None,
    heading: Text | None = None,
) -> str:
    """The report as HTML.

    Args:
        sections: what it shows.
        shop: name of the shop.
        as_of: last day of the data.
        language: of the page.
        others: file names of the same report in other languages, by language.
        heading: what it is, with its day; None: a plan.
    """
    with using(language):
        return _template().render(
            sections=sections,
            shop=titled(shop),
            heading=heading or t("Plan as of {day}", day=as_of.isoformat()),
            language={"en": "en", "zh": "zh-CN"}[language],
            others=[(NAMES[code], code, file) for code, file in (others or {}).items()],
            version=__version__,
            css=(_folder() / "report.css").read_text("utf-8"),
        )


def _folder() -> resources.abc.Traversable:
    return resources.files("shopwright.strategy") / "templates"


@cache
def _template() -> jinja2.Template:
    import jinja2

    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    environment.globals |= {"t": t, "kind": _kind, "svg": _svg, "shown": shown, "sources": sources}
    return environment.from_string((_folder() / "report.html.j2").read_text("utf-8"))


def _kind(block: Block) -> str:
    return type(block).__name__.lower()


def _svg(chart: Chart) -> str:
    return to_svg(chart.draw())
