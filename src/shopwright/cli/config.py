"""`shopwright config`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from shopwright.i18n import t

__all__ = ["config"]


def config(
    shop: Annotated[Path, typer.Argument(help=str(t("The shop's folder.")))],
    name: Annotated[str | None, typer.Argument(help=str(t("Setting, for instance money.margin_rate.")))] = None,
    value: Annotated[str | None, typer.Argument(help=str(t("Its new value; without it, it is shown.")))] = None,
    as_json: Annotated[bool, typer.Option("--json", help=str(t("Print JSON.")))] = False,
) -> None:
    """Show or change a shop's settings."""
    from shopwright.cli.show import say, show_json, show_text
    from shopwright.settings import change, load, names, render
    from shopwright.shop.shop import open_shop

    open_shop(shop)
    if name is not None and value is not None:
        _refuse_unknown(name, value)
        before = load(shop).get(name)
        settings = change(shop, name, value)
        say(t("{name}: {before} is now {after}", name=name, before=before, after=settings.get(name)))
        say(t("next: shopwright plan {shop}", shop=str(shop)))
        return
    settings = load(shop)
    if as_json:
        chosen = names() if name is None else [name]
        show_json({key: settings.get(key) for key in chosen})
    elif name is not None:
        show_text(str(settings.get(name)))
    else:
        show_text(render(settings))


def _refuse_unknown(name: str, value: str) -> None:
    """Refuse a country of which no holidays are known (USAGE-46): every forecast would fail."""
    from shopwright.forecast.calendar import check_country

    if name == "shop.country":
        check_country(value)
