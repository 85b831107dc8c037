"""Customers as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from shopwright.shop.schema import names as c

if TYPE_CHECKING:
    from shopwright.customers import Masks, Movement, Outlook, Returns
    from shopwright.shop.shop import Shop

__all__ = ["all_of", "one_of"]


def all_of(found: Outlook, back: Returns, moved: Movement, masks: Masks, *, is_due_alone: bool) -> dict[str, Any]:
    """Every list, in full."""
    told: dict[str, Any] = {"as_of": found.as_of.isoformat(), "days": found.days, "currency": found.currency}
    waiting = masks.of(found.due).to_dicts()
    if is_due_alone:
        return told | {"due": waiting}
    told |= {
        "how": found.segments.how.as_json(),
        "notes": [note.as_json() for note in found.notes],
        "segments": found.segments.table.to_dicts(),
        "movement": moved.table.to_dicts(),
        "value": None if found.total is None else dict(zip(("low", "mean", "high"), found.total, strict=True)),
    }
    if found.churn is not None:
        learned = found.churn
        told["churn"] = {
            "how": learned.how.as_json(),
            "auc": None if learned.auc != learned.auc else learned.auc,
            "drivers": learned.drivers.to_dicts(),
            "words": [text.as_json() for text in learned.words()],
        }
    serial = masks.of(back.serial)
    told["returns"] = {"share": back.share, "how": back.how.as_json(), "serial": serial.to_dicts()}
    return told | {
        "leaving": masks.of(found.leaving()).to_dicts(),
        "rows": masks.of(found.table).to_dicts(),
        "due": waiting,
    }


def one_of(shop: Shop, found: Outlook, back: Returns, customer: str, masks: Masks) -> dict[str, Any]:
    """All that is known of one customer."""
    from shopwright.customers import next_purchases
    from shopwright.customers.of_shop import lines_of

    def rows(table: pl.DataFrame) -> list[dict[str, Any]]:
        return masks.of(table.filter(pl.col(c.CUSTOMER) == customer)).to_dicts()

    return {
        "as_of": found.as_of.isoformat(),
        "days": found.days,
        "currency": found.currency,
        **rows(found.table)[0],
        "next": rows(next_purchases(lines_of(shop), shop.day))[0],
        "due": rows(found.due),
        "returns": next(iter(rows(back.customers)), None),
    }
