"""How every chart looks, and how it becomes a picture."""

from __future__ import annotations

import json
import math
import re
from datetime import date
from functools import lru_cache
from typing import Any, Literal

from shopwright.i18n import Language, current

__all__ = [
    "ACCENT",
    "INK",
    "MUTED",
    "PALE",
    "PALETTE",
    "WARM",
    "date_format",
    "day_format",
    "month_format",
    "styled",
    "themed",
    "to_svg",
]

# Okabe & Ito's colours: told apart with every common form of colour blindness, and in print
ACCENT, WARM, INK, MUTED, PALE = "#0072B2", "#D55E00", "#1b1f24", "#6b7280", "#cfe3f1"
PALETTE = (ACCENT, "#E69F00", "#009E73", WARM, "#CC79A7", "#56B4E9", "#8a8f98")
FONT = "Inter, 'Segoe UI', 'Helvetica Neue', Arial, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"
NOT_XML = re.compile("[^\\t\\n\\r\\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
DAYS_SHOWN = 183
AT_THE_END = {"top": {"anchor": "end"}}  # of a legend: Vega knows it, Altair's schema does not
LOCALES: dict[Language, Literal["en-US", "zh-CN"]] = {"en": "en-US", "zh": "zh-CN"}


def month_format() -> str:
    """How months are written on an axis (d3)."""
    return "%Y年%-m月" if current() == "zh" else "%b %Y"


def date_format(first: date, last: date) -> str:
    """How the days of a span are written on its axis: days up to half a year, where ticks fall within months."""
    return month_format() if (last - first).days > DAYS_SHOWN else day_format()


def day_format() -> str:
    """How days are written on an axis (d3)."""
    return "%-m月%-d日" if current() == "zh" else "%d %b"


def themed(chart: Any, width: int = 720, height: int = 240, *, ends_now: bool = False) -> Any:
    """The chart with the house's sizes, fonts and quiet axes; `ends_now` as in `styled`."""
    return styled(chart.properties(width=width, height=height), ends_now=ends_now)


def styled(chart: Any, *, ends_now: bool = False) -> Any:
    """The chart with the house's fonts and quiet axes; for charts of charts, whose parts have sizes of their own.

    Args:
        chart: the chart.
        ends_now: whether time runs to the right: scale and legend stand there, where a narrow screen shows it first.
    """
    quiet = (
        chart.properties(background="white")
        .configure(font=FONT)
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=MUTED,
            titleColor=MUTED,
            gridColor="#eceff2",
            domainColor="#c8ccd2",
            tickColor="#c8ccd2",
            labelFontSize=12,
            titleFontSize=12,
            titleFontWeight="normal",
        )
        .configure_legend(labelColor=INK, titleColor=MUTED, labelFontSize=12, titleFontSize=12, orient="top")
    )
    return quiet.configure_axisY(orient="right") if ends_now else quiet


def to_svg(chart: Any) -> str:
    """The chart as SVG text with numbers and dates in the language in force; needs no network."""
    spec = chart.to_dict()
    if spec.get("config", {}).get("axisY", {}).get("orient") == "right":
        spec["config"]["legend"]["layout"] = AT_THE_END
    return _drawn(json.dumps(_writable(spec)), LOCALES[current()])


@lru_cache(maxsize=256)  # a page's charts are some 20; drawing one takes a tenth of a second, also when nothing changed
def _drawn(spec: str, locale: Literal["en-US", "zh-CN"]) -> str:
    import vl_convert

    svg: str = vl_convert.vegalite_to_svg(spec, format_locale=locale, time_format_locale=locale, allowed_base_urls=[])
    return svg


def _writable(spec: Any) -> Any:
    """The same as JSON can say it, without signs that XML cannot hold: one would end the process in the converter."""
    if isinstance(spec, str):
        return NOT_XML.sub(" ", spec)
    if isinstance(spec, dict):
        return {_writable(name): _writable(value) for name, value in spec.items()}
    if isinstance(spec, float) and not math.isfinite(spec):
        return None
    return [_writable(value) for value in spec] if isinstance(spec, list) else spec
