"""What every drawn chart is looked at for."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET


def words_of(svg):
    """The texts in a drawing, in their order."""
    return [text for node in ET.fromstring(svg).iter() if (text := (node.text or "").strip())]


def check_whole(svg):
    """It is XML with a width, loads nothing from elsewhere, and holds no number that is none."""
    assert float(ET.fromstring(svg).attrib["width"]) > 100
    assert not {url for url in re.findall(r"https?://[^\s\"'<]+", svg) if "www.w3.org" not in url}
    assert "NaN" not in svg
