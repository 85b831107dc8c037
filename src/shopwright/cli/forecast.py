"""`shopwright forecast`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from shopwright.i18n import t

__all__ = ["forecast"]


def forecast(
    shop: Annotated[Path, typer.Argument(help=str(t("The shop's folder.")))],
    sku: Annotated[str | None, typer.Option(help=str(t("Explain the forecast of this product.")))] = None,
    what_if: Annotated[
        list[str] | None, typer.Option(help=str(t("Ask for another price, SKU=PRICE; may be given several times.")))
    ] = None,
    horizon: Annotated[int, typer.Option(min=0, help=str(t("Periods ahead; 0 takes the settings'.")))] = 0,
    model: Annotated[
        list[str] | None, typer.Option(help=str(t("Try only this forecaster beside the baselines.")))
    ] = None,
    top: Annotated[int, typer.Option(min=1, help=str(t("Products to show, those that sell most first.")))] = 20,
    until: Annotated[str | None, typer.Option(help=str(t("As of the evening of this day, YYYY-MM-DD.")))] = None,
    as_json: Annotated[bool, typer.Option("--json", help=str(t("Print JSON, with every product.")))] = False,
) -> None:
    """Forecast demand, explain the forecast of one product, or ask what another price would do."""
    from shopwright.cli.forecasts import as_rows, show_all, show_one
    from shopwright.cli.show import show_json
    from shopwright.cli.what_ifs import refuse_both, show_what_if
    from shopwright.cli.words import shop_seen
    from shopwright.strategy.foretold import foretold

    refuse_both(sku, what_if or ())
    seen = shop_seen(shop, until)
    if what_if:
        show_what_if(seen, what_if, horizon, models=model or (), as_json=as_json)
        return
    made = foretold(seen, horizon, models=model or ())
    if as_json:
        show_json(as_rows(made, sku))
    elif sku is not None:
        show_one(made, sku)
    else:
        show_all(seen, made, top)
