"""From forecasts of earlier windows to a backtest: what each window's forecaster told, held against today's history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from shopwright.forecast.cast import LEVELS
from shopwright.forecast.cells import Facts, cells_of, no_cells
from shopwright.forecast.combine import Combined
from shopwright.forecast.judged import Backtest
from shopwright.forecast.members import BASELINES
from shopwright.forecast.told import Told
from shopwright.i18n import Text, t
from shopwright.progress import step
from shopwright.shop.history import History
from shopwright.shop.schema import names as c

__all__ = ["SHOWN", "judge"]

NAIVE = BASELINES[0]
SHOWN = (0.1, 0.9)


def judge(
    made: Iterable[tuple[Combined, History]],
    now: History,
    horizon: int,
    facts: Facts,
    *,
    windows: int = 1,
    shown: tuple[float, ...] = SHOWN,
    currency: str = "",
    untold: Sequence[str] = (),
) -> Backtest:
    """A backtest out of forecasts.

    Args:
        made: for each window, latest first, the forecast and the history it was made from.
        now: what is known today.
        horizon: periods in a window.
        facts: categories and costs.
        windows: how many were asked for.
        shown: quantile levels that the cells keep.
        currency: of the costs.
        untold: columns known ahead that windows leave out for products that lack rows.
    """
    found = [no_cells(shown, has_costs=facts.costs is not None)]
    with step(t("Forecasting earlier windows: {n}", n=windows), total=windows) as bar:
        for window, (combined, then) in enumerate(made, start=1):
            naive = next((trial.ahead for trial in combined.trials if trial.name == NAIVE), None)
            if naive is not None:
                told = (
                    Told.of(combined.demand),
                    Told.by(naive, combined.panel.skus, LEVELS, whole=combined.demand.whole),
                )
                found.append(cells_of(*told, then, now, facts, shown=shown, window=window))
            bar.advance()
    cells = pl.concat(found, how="vertical_relaxed")
    in_money = c.COST in cells.columns and cells[c.COST].count() > 0
    how = _how(facts, untold, in_money=in_money)
    return Backtest(cells, now.period, horizon, how, currency if in_money else "", now.as_of)


def _how(facts: Facts, untold: Sequence[str], *, in_money: bool) -> Text:
    said = t(
        "each window was forecast from what was known before it, and so was the seasonal naive forecast: units of the "
        "same week day, week or month a cycle ago; judged are products on sale before, in periods in stock"
    )
    if untold:
        said = t(
            "{said}. Left out for products without a row on some day of a window, as a row says that something sold: "
            "{columns}; give rows of past days in future to have them known",
            said=said,
            columns=", ".join(untold),
        )
    if not in_money:
        return said
    return t(
        "{said}. Money: each period by itself, ordering what is enough with the chance shortage ÷ (shortage + "
        "holding); what is left over costs the holding of one period, what is missing its shortage cost (in a shop: "
        "its margin); lead times, packs and stock carried over are left out{note}",
        said=said,
        note=facts.note,
    )
