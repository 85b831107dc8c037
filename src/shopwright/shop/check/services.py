"""Postage, fees and corrections that would be forecast and reordered like products."""

from __future__ import annotations

from collections.abc import Iterator

from shopwright.i18n import t
from shopwright.shop.check.facts import Facts
from shopwright.shop.check.finding import Finding, examples
from shopwright.shop.schema import names as c

__all__ = ["services"]


def services(facts: Facts) -> Iterator[Finding]:
    """SKUs that look like services and are not marked."""
    found = facts.suspects
    if found.is_empty():
        return
    n = int(found["n_lines"].sum())
    named = ", ".join(found[c.SKU].head(8)) + (" …" if found.height > 8 else "")
    yield Finding(
        "CHECK-SERVICE-LINES",
        "warning",
        t("{n} SKUs look like services, not products, and would be forecast: {named}", n=found.height, named=named),
        "order_lines",
        n,
        n / facts.rows("order_lines"),
        t(
            "look them through; write those that are services to a file services.csv with the columns sku,kind and"
            " the kind service, then: shopwright import services.csv --to {shop}",
            shop=facts.place,
        ),
        t("titles made of words for postage, fees, discounts, corrections, vouchers or samples (en, zh, pt, de, es);"
          " codes that shops use for them; or single units whose prices vary a hundredfold and hardly repeat"),
        counted=t("lines"),
        examples=examples(found.select(c.SKU, c.TITLE, "n_lines"), "products"),
    )  # fmt: skip
