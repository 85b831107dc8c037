"""`shopwright reviews`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from shopwright.i18n import t

__all__ = ["reviews"]


def reviews(
    shop: Annotated[Path, typer.Argument(help=str(t("The shop's folder.")))],
    sku: Annotated[str | None, typer.Option(help=str(t("What is said of this product.")))] = None,
    top: Annotated[int, typer.Option(min=1, help=str(t("Lines to show of each kind.")))] = 10,
    until: Annotated[str | None, typer.Option(help=str(t("As of the evening of this day, YYYY-MM-DD.")))] = None,
    as_json: Annotated[bool, typer.Option("--json", help=str(t("Print JSON.")))] = False,
) -> None:
    """Say what customers praise and complain of, which fault begins, and what to mend first."""
    from shopwright.cli.reviewed import show_analysis, show_product
    from shopwright.cli.show import show_json
    from shopwright.cli.words import shop_seen
    from shopwright.reviews import analyse
    from shopwright.reviews.analysis_json import as_rows, checked_reviews, product_rows

    found = analyse(checked_reviews(shop_seen(shop, until), sku))
    if as_json:
        show_json(as_rows(found) if sku is None else product_rows(found, sku))
    elif sku is None:
        show_analysis(found, top)
    else:
        show_product(found, sku)
