"""`shopwright backtest`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from shopwright.i18n import t

__all__ = ["backtest"]


def backtest(  # noqa: PLR0917 - typer calls it by name
    shop: Annotated[Path, typer.Argument(help=str(t("The shop's folder.")))],
    windows: Annotated[int, typer.Option(min=1, help=str(t("Stretches of the past to forecast, latest first.")))] = 3,
    horizon: Annotated[int, typer.Option(min=0, help=str(t("Periods in each; 0 takes the settings'.")))] = 0,
    by: Annotated[
        str, typer.Option(help=str(t("Scores by: class, step, category, window, sku or all; comma between several.")))
    ] = "window,class",
    model: Annotated[
        list[str] | None, typer.Option(help=str(t("Try only this forecaster beside the baselines.")))
    ] = None,
    sku: Annotated[list[str] | None, typer.Option(help=str(t("Show this product in report and charts.")))] = None,
    report: Annotated[Path | None, typer.Option(help=str(t("Write a page with charts to this HTML file.")))] = None,
    chart: Annotated[Path | None, typer.Option(help=str(t("Write the charts as SVG to this folder.")))] = None,
    csv: Annotated[Path | None, typer.Option(help=str(t("Write every product and period to this CSV file.")))] = None,
    ablation: Annotated[
        bool, typer.Option("--ablation", help=str(t("Say what each kind of knowledge is worth to the forecast.")))
    ] = False,
    until: Annotated[str | None, typer.Option(help=str(t("As of the evening of this day, YYYY-MM-DD.")))] = None,
    as_json: Annotated[bool, typer.Option("--json", help=str(t("Print JSON.")))] = False,
) -> None:
    """Say how good forecasts of weeks past were, in units and money."""
    from shopwright.cli.backtests import as_rows, judged, show_scores, show_worths
    from shopwright.cli.show import say, show_json
    from shopwright.cli.words import asked_language, shop_seen
    from shopwright.forecast.pictures import refuse_unjudged
    from shopwright.shop.csv_safe import write_csv
    from shopwright.strategy.backtesting import write_charts, write_page

    seen = shop_seen(shop, until)
    if ablation:
        show_worths(seen, horizon, as_json=as_json)
        return
    views = [view.strip() for view in by.split(",") if view.strip()]
    found = judged(seen, windows, horizon, views, model or ())
    refuse_unjudged(found, sku or ())
    language = asked_language(seen.settings.shop.language)
    if report is not None:
        say(t("written: {file}", file=str(write_page(seen, found, report, language=language, skus=sku or ()))))
    if chart is not None:
        for file in write_charts(seen, found, chart, language=language, skus=sku or ()):
            say(t("written: {file}", file=str(file)))
    if csv is not None:
        say(t("written: {file}", file=str(write_csv(found.cells, csv))))
    if as_json:
        show_json({"as_of": seen.day.isoformat(), **as_rows(found, views)})
        return
    show_scores(seen, found, views)
