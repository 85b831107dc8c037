"""Customers as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from shopwright.shop.schema import names as c

if TYPE_CHECKING:
    from shopwright.cli.customer_ways import Ways
    from shopwright.customers import Masks, Outlook, Returning, Returns
    from shopwright.shop.shop import Shop

__all__ = ["all_of", "due_of", "one_of"]


def due_of(found: Outlook, masks: Masks) -> dict[str, Any]:
    """What is due to be bought again, every line."""
    return _head(found) | {"due": masks.of(found.due).to_dicts()}


def all_of(found: Outlook, ways: Ways, masks: Masks) -> dict[str, Any]:
    """Every list, in full."""
    told = _head(found) | {
        "how": found.segments.how.as_json(),
        "notes": [note.as_json() for note in found.notes],
        "segments": found.segments.table.to_dicts(),
        "movement": ways.moved.table.to_dicts(),
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
    return told | {
        "returning": _returning(ways.returning),
        "searches": None if ways.funnel is None else ways.funnel.searches.to_dicts(),
        "returns": _returns(ways.back, masks),
        "leaving": masks.of(found.leaving()).to_dicts(),
        "rows": masks.of(found.table).to_dicts(),
        "due": masks.of(found.due).to_dicts(),
    }


def _head(found: Outlook) -> dict[str, Any]:
    return {"as_of": found.as_of.isoformat(), "days": found.days, "currency": found.currency}


def _returning(found: Returning) -> dict[str, Any]:
    origins = {"channels": found.channels, "countries": found.countries, "regions": found.regions}
    return {
        "periods": found.periods.to_dicts(),
        **{name: None if table is None else table.to_dicts() for name, table in origins.items()},
        "notes": [note.as_json() for note in found.notes],
    }


def _returns(back: Returns, masks: Masks) -> dict[str, Any]:
    return {
        "share": back.share,
        "how": back.how.as_json(),
        "serial": masks.of(back.serial).to_dicts(),
        "products": [] if back.share is None else back.products.filter(pl.col("n_returned") > 0).to_dicts(),
    }


def _orders(orders: pl.DataFrame, masks: Masks) -> list[dict[str, Any]]:
    """The orders, under their ids only where the customer is, too."""
    return (orders.drop(c.ORDER) if masks.is_masking else orders).to_dicts()


def one_of(shop: Shop, found: Outlook, back: Returns, customer: str, masks: Masks) -> dict[str, Any]:
    """All that is known of one customer."""
    from shopwright.customers import next_purchases, orders_of
    from shopwright.customers.of_shop import lines_of

    def rows(table: pl.DataFrame) -> list[dict[str, Any]]:
        return masks.of(table.filter(pl.col(c.CUSTOMER) == customer)).to_dicts()

    return {
        "as_of": found.as_of.isoformat(),
        "days": found.days,
        "currency": found.currency,
        **rows(found.table)[0],
        "next": rows(next_purchases(lines_of(shop), shop.day))[0],
        "orders": _orders(orders_of(shop, customer), masks),
        "due": rows(found.due),
        "returns": next(iter(rows(back.customers)), None),
    }
