"""Whom to write to, as proposals."""

from __future__ import annotations

from collections.abc import Iterator

from shopwright.customers.letters import personal
from shopwright.customers.outlook import Outlook
from shopwright.customers.segment_letters import to_segments, written_to
from shopwright.customers.segments import Segments, segments
from shopwright.shop.proposal import Proposal
from shopwright.shop.shop import Shop

__all__ = ["study"]


def study(shop: Shop, found: Segments | None = None, outlook: Outlook | None = None) -> Iterator[Proposal]:
    """A proposal for each segment worth writing to whose customers' past says what to expect, and personal letters.

    Args:
        shop: the shop; without order lines there is nothing to propose.
        found: what `segments` found in it, where that is known already.
        outlook: what `look_ahead` found; without it nobody is won back or reminded, as that takes a model.
    """
    if not shop.has("order_lines"):
        return
    whole = list(to_segments(shop, found or segments(shop)))
    yield from whole
    if outlook is not None:
        yield from personal(shop, outlook, written_to(whole))
