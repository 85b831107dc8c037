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
    horizon: Annotated[int, typer.Option(min=0, help=str(t("Periods ahead; 0 takes the settings'.")))] = 0,
    model: Annotated[
        list[str] | None, typer.Option(help=str(t("Try only this forecaster beside the baselines.")))
    ] = None,
    top: Annotated[int, typer.Option(min=1, help=str(t("Products to show, those that sell most first.")))] = 20,
    until: Annotated[str | None, typer.Option(help=str(t("As of the evening of this day, YYYY-MM-DD.")))] = None,
    as_json: Annotated[bool, typer.Option("--json", help=str(t("Print JSON, with every product.")))] = False,
) -> None:
    """Forecast demand, or explain the forecast of one product."""
    from shopwright.cli.forecasts import as_rows, show_all, show_one
    from shopwright.cli.show import show_json
    from shopwright.cli.words import shop_seen
    from shopwright.forecast import forecast_shop

    seen = shop_seen(shop, until)
    made = forecast_shop(seen, horizon, models=model or ())
    if as_json:
        show_json(as_rows(made, sku))
    elif sku is not None:
        show_one(made, sku)
    else:
        show_all(seen, made, top)
