"""How good the forecast would have been: the same code on sales as they were known earlier."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor

import polars as pl

from shopwright.errors import UsageError
from shopwright.forecast.cells import Facts
from shopwright.forecast.combine import combine
from shopwright.forecast.judged import Backtest
from shopwright.forecast.judging import SHOWN, judge
from shopwright.forecast.members import Way
from shopwright.forecast.money import COSTS, costs_told, read_costs
from shopwright.forecast.origins import Sales, earlier_sales, horizon_of, untold_flags
from shopwright.forecast.predict import check_asked, check_run, judge_shop
from shopwright.forecast.reading import read_future
from shopwright.forecast.shop_panel import Listen
from shopwright.forecast.table import panel_of
from shopwright.i18n import t
from shopwright.shop.arguments import is_whole
from shopwright.shop.demand import Period
from shopwright.shop.history import history as history_of
from shopwright.shop.sales import as_frame, read_sales
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop

__all__ = ["backtest"]


def backtest(  # noqa: PLR0913 - the arguments of `forecast`, by name
    history: Shop | pl.DataFrame,
    horizon: int = 0,
    freq: Period = "W",
    *,
    windows: int = 1,
    future: pl.DataFrame | None = None,
    static: pl.DataFrame | None = None,
    costs: pl.DataFrame | None = None,
    quantiles: Sequence[float] = SHOWN,
    country: str = "",
    models: Sequence[str] = (),
    seed: int = 0,
    executor: Executor | None = None,
    listen: Listen | None = None,
) -> Backtest:
    """Forecast from earlier days and compare with what was sold since (rolling origin), latest window first.

    Args:
        history: a shop, of which each window sees `Shop.until` of its own eve; or a table of sales as `forecast` takes
            it, of which each window sees the rows before it. A shop has its own period, promotions, categories and
            money: `freq`, `future`, `static`, `costs` and `country` are then left out.
        horizon: periods in a window; 0 takes the settings' or the usual one.
        freq: length of a period: D, W or M.
        windows: how many, one behind the other.
        future: as for `forecast`: its columns, beside sku and day, count as known ahead, so their values in the table
            of sales are shown to each window. All other columns end with the window's eve. Rows of past days say what
            was known of days that have no row in the table of sales.
        static: sku and what does not change; a column `category` is one that scores can be told by.
        costs: sku, holding_cost (a unit left over, for one period) and shortage_cost (a unit missing), in money;
            forecasters are chosen by them, as they are judged. None: the columns of those names in `static`, if any.
        quantiles: levels that the cells show.
        country: ISO code whose public holidays count.
        models: forecasters to try beside the baselines; empty: all that suit.
        seed: of the forecasts.
        executor: where forecasters run.
        listen: what else is known of a shop's products, as `forecast_shop` takes it: asked for each window anew, with
            the shop as it was known on its eve.

    Returns:
        Scores of each window that has enough history behind it; fewer than asked for on a young shop.

    Raises:
        UsageError: what `forecast` would refuse, no windows, costs that cannot be read, or an argument of
            another kind.
        TableError: there are no sales to count.
    """
    check_asked(horizon, freq, quantiles, models)
    check_run(seed, executor)
    _check_windows(windows)
    shown = tuple(sorted(set(quantiles)))
    if isinstance(history, Shop):
        now = history_of(history)
        span = horizon or horizon_of(history, now)
        return judge_shop(
            history, now, span, windows,
            models=models, shown=shown, way=Way(seed), executor=executor, listen=listen,
        )  # fmt: skip
    products = as_frame(static, "static") if static is not None else None
    money = costs_told(products) if costs is None else read_costs(as_frame(costs, "costs"))
    plain = products.drop(COSTS, strict=False) if products is not None else None
    panel = panel_of(history, horizon, freq, future, plain, country)
    sales = Sales(read_sales(history)[0], read_future(future), plain, country, money)
    made = (
        (combine(each, models=models, way=Way(seed), executor=executor), each.known)
        for each in earlier_sales(sales, panel.known, panel.horizon, windows)
    )
    untold = untold_flags(sales, panel.known, panel.horizon, windows)
    return judge(
        made, panel.known, panel.horizon, _facts(plain, money), windows=windows, shown=shown, untold=untold
    )  # fmt: skip


def _check_windows(windows: int) -> None:
    if not (is_whole(windows) and windows >= 1):
        raise UsageError(
            t("a forecast cannot be judged on {n} windows", n=repr(windows)),
            why=t("each window is a stretch of the past that is forecast from before it"),
            fix=t("give 1 or more"),
            code="USAGE-81",
        )


def _facts(static: pl.DataFrame | None, costs: pl.DataFrame | None) -> Facts:
    facts = Facts.none()
    if static is not None and c.CATEGORY in static.columns:
        texts = static.select(pl.col(c.SKU).cast(pl.String), pl.col(c.CATEGORY).cast(pl.String))
        facts = Facts(texts.unique(c.SKU, keep="first", maintain_order=True))
    return Facts(facts.category, costs)
