"""HTML in reviews: read over where signs must keep their places, taken out of what is shown."""

from __future__ import annotations

import html
import re

__all__ = ["blanked", "entities", "readable"]

TAG = re.compile(r"<(?:[A-Za-z/][^<>]{0,400}|!--[^<>]{0,400})>")
ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,10});")
# Markup that was escaped ("&lt;br&gt;") is told from "&lt;3" and "x &lt;y and z&gt;" by its name.
ESCAPED = re.compile(
    r"</?(?:br|p|b|i|u|em|strong|div|span|a|li|ul|ol|img|h[1-6]|font|small|table|td|tr)\b[^<>]{0,400}>", re.IGNORECASE
)
UNSEEN = re.compile("[\u200b\u2060\ufeff\u00ad]")
ROUNDS = 3  # shops that escape what is escaped already: "&amp;amp;"


def blanked(text: str) -> str:
    """The text with HTML tags as blanks and entities as their sign, every other sign at its old place."""
    if "<" in text:
        text = TAG.sub(lambda found: " " * len(found.group()), text)
    if "&" in text:
        text = ENTITY.sub(_decoded, text)
    return text


def entities(text: str) -> dict[int, int]:
    """Where entities end, by the place behind their first sign, which is where `blanked` leaves theirs."""
    return {found.start() + 1: found.end() for found in ENTITY.finditer(text)} if "&" in text else {}


def readable(text: str) -> str:
    """The text on one line as its writer saw it: without tags, with entities as the signs they stand for.

    What is readable of a part of a text stands in what is readable of the whole, if the part cuts no tag or entity.

    >>> readable("Soft &amp; warm,<br/>a &quot;dream&quot; &lt;3")
    'Soft & warm, a "dream" <3'
    """
    if "<" in text:
        text = TAG.sub(" ", text)
    for _ in range(ROUNDS):
        if "&" not in text:
            break
        text = ESCAPED.sub(" ", ENTITY.sub(lambda found: html.unescape(found.group()), text))
    return " ".join(UNSEEN.sub("", text).split())


def _decoded(found: re.Match[str]) -> str:
    sign = html.unescape(found.group())
    return sign[:1].ljust(len(found.group())) if sign != found.group() else found.group()
