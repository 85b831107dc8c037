"""An analysis of reviews for programs; whatever customers wrote is masked."""

from __future__ import annotations

import difflib
from typing import Any

import polars as pl

from shopwright.errors import TableError, UsageError
from shopwright.i18n import Text, t
from shopwright.reviews.analysis import Analysis
from shopwright.reviews.aspect_counts import topic_of_fault
from shopwright.reviews.attributed import every_review
from shopwright.reviews.findings import named_themes, sized, suspects, suspicions, to_fix, warned
from shopwright.reviews.quotes import masked
from shopwright.reviews.summary import Point
from shopwright.reviews.unpriced import unpriced
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop

__all__ = ["as_rows", "checked_reviews", "product_rows"]

MOST_COMPARED = 20_000


def as_rows(found: Analysis) -> dict[str, Any]:
    """Themes, warnings, faults by cost, sizes and suspicious reviews."""
    flagged = suspects(found)
    if c.TEXT in flagged.columns:
        flagged = flagged.with_columns(pl.Series(c.TEXT, [masked(text) for text in flagged[c.TEXT]], pl.String))
    return {
        **_head(found),
        "themes": named_themes(found).to_dicts(),
        "themes_note": _note(found),
        "warnings": warned(found).to_dicts(),
        "fix_first": to_fix(found).to_dicts(),
        "not_priced": [each.as_json() for each in unpriced(found)],
        "products": [] if found.costs is None else found.costs.products.to_dicts(),
        "sizes": sized(found).to_dicts(),
        "suspicious": {"n": suspicions(found), "reviews": flagged.to_dicts()},
    }


def product_rows(found: Analysis, sku: str) -> dict[str, Any]:
    """What is said of one product."""
    said = found.summaries.get(sku)
    mine = pl.col(c.SKU) == sku
    topic = topic_of_fault()
    tables = {"topics": found.aspects, "signals": found.signals, "warnings": warned(found)}
    return {
        **_head(found),
        "sku": sku,
        "title": found.title(sku),
        "reviews": found.reviews.filter(mine).height,
        "stars": found.reviews.filter(mine)[c.STARS].mean(),
        "pros": [] if said is None else [_point(point) for point in said.pros],
        "cons": [] if said is None else [_point(point) for point in said.cons],
        **{name: [] if table is None else table.filter(mine).to_dicts() for name, table in tables.items()},
        "costs": [] if found.costs is None else found.costs.products.filter(mine).with_columns(topic).to_dicts(),
        "not_priced": [each.as_json() for each in unpriced(found) if sku in each.skus],
    }


def checked_reviews(shop: Shop, sku: str | None = None) -> Shop:
    """The shop, if it has reviews, and some of the product that is asked for.

    Raises:
        TableError: the shop has no reviews by its day (REVIEWS-60).
        UsageError: no review is about the product (REVIEWS-61).
    """
    found = every_review(shop) if shop.has("reviews") else None
    if found is None or found.is_empty():
        raise TableError(
            t("this shop has no reviews"),
            why=t("the table reviews is missing, or all of it is later than the day asked for"),
            fix=t("import them: shopwright import FILE --to SHOP"),
            code="REVIEWS-60",
        )
    if sku is not None and found.filter(pl.col(c.SKU) == sku).is_empty():
        most = found.drop_nulls(c.SKU).group_by(c.SKU).len().sort("len", c.SKU, descending=[True, False])
        raise UsageError(
            t("no review is about {sku}", sku=repr(sku)),
            why=t("most are about {skus}", skus=", ".join(most[c.SKU].head(5)) or "-"),
            fix=_meant(sku, most[c.SKU].to_list()),
            code="REVIEWS-61",
        )
    return shop


def _meant(sku: str, known: list[str]) -> Text:
    """The nearest SKU that has reviews: one in other case, else one that is spelt alike."""
    # the most reviewed of SKUs that differ by case alone; spelling is compared with so many that it stays instant
    folded = {each.casefold(): each for each in reversed(known[:MOST_COMPARED])}
    near = difflib.get_close_matches(sku.strip().casefold(), folded, n=1)
    return t("did you mean {near}?", near=folded[near[0]]) if near else t("name a SKU as it stands in the tables")


def _head(found: Analysis) -> dict[str, Any]:
    return {
        "as_of": None if found.as_of is None else found.as_of.isoformat(),
        "currency": found.currency,
        "n_reviews": found.reviews.height,
        "n_read": int(found.reviews["is_read"].sum()),
        "notes": [note.as_json() for note in found.notes],
    }


def _note(found: Analysis) -> Any:
    note = None if found.themes is None else found.themes.note
    return None if note is None else note.as_json()


def _point(point: Point) -> dict[str, Any]:
    return {"theme": point.theme, "name": point.name, "n": point.n, "quotes": list(point.quotes)}
