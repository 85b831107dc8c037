"""What the forecast says to do: have enough of what will sell more than it did."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from shopwright.forecast.predict import Forecast, forecast_shop
from shopwright.i18n import t
from shopwright.shop.margins import IS_ASSUMED, MARGIN, unit_margins
from shopwright.shop.money import Figure, Gain, Money
from shopwright.shop.proposal import Evidence, Proposal
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop

__all__ = ["prepare", "study"]

MOST = 30
NOTABLE_RISE = 1.2
DRAWS = 400
NOTHING = {MARGIN: 0.0}


def study(shop: Shop) -> Iterator[Proposal]:
    """Products to prepare for, from the shop alone."""
    return prepare(shop, forecast_shop(shop))


def prepare(shop: Shop, made: Forecast) -> Iterator[Proposal]:
    """Products that will sell at least a fifth more than in the same number of periods just past.

    The gain of being ready is the margin on the units above the recent level: what a shop that prepares for more of
    the same would miss.
    """
    demand, known = made.demand, made.known
    horizon = demand.horizon
    recent = np.nan_to_num(known.units[:, -horizon:]).sum(axis=1)
    ahead = demand.mean.sum(axis=1)
    margins = {row[c.SKU]: row for row in unit_margins(shop).iter_rows(named=True)}
    titles = _titles(shop)
    worth = (ahead - recent) * np.array([margins.get(sku, NOTHING)[MARGIN] for sku in demand.skus])
    rising = [
        int(row)
        for row in np.argsort(-worth, kind="stable")
        if ahead[row] > NOTABLE_RISE * recent[row] and ahead[row] - recent[row] >= 1 and demand.skus[row] in margins
    ]
    for row in rising[:MOST]:
        sku = demand.skus[row]
        totals = demand.paths(DRAWS, skus=[sku])[:, 0, :].sum(axis=1)
        yield _proposal(shop, made, sku, titles.get(sku) or sku, margins[sku], float(recent[row]), totals)


def _proposal(
    shop: Shop,
    made: Forecast,
    sku: str,
    title: str,
    margin: dict[str, float],
    recent: float,
    totals: np.ndarray,
) -> Proposal:
    demand = made.demand
    enough = float(np.ceil(np.quantile(totals, 0.9)))
    extra = np.maximum(totals - recent, 0.0) * margin[MARGIN]
    assumed = t("; the unit cost is assumed from the margin in the settings") if margin[IS_ASSUMED] else t("")
    return Proposal(
        domain="forecast",
        action="prepare",
        subject=sku,
        title=t(
            "Have {units:,.0f} of {title} ready by {day}", units=enough, title=title, day=demand.days[0].isoformat()
        ),
        change={"sku": sku, "units_ready": enough, "until": demand.days[-1].isoformat()},
        gain=Gain(float(np.quantile(extra, 0.1)), float(extra.mean()), float(np.quantile(extra, 0.9)), shop.currency),
        cost=Money(0.0, shop.currency),
        how=t(
            "margin of {margin} a unit on units above the last {n} periods, over {draws} simulated futures{assumed}",
            margin=Money(margin[MARGIN], shop.currency),
            n=demand.horizon,
            draws=len(totals),
            assumed=assumed,
        ),
        as_of=demand.as_of,
        evidence=(
            Evidence(
                t("expected to sell {ahead:,.0f}, after {recent:,.0f}", ahead=float(totals.mean()), recent=recent),
                (
                    Figure(t("expected units"), round(float(totals.mean()), 1), t("units"), demand.as_of, demand.how),
                    Figure(
                        t("units in the same number of periods before"),
                        round(recent, 1),
                        t("units"),
                        demand.as_of,
                        t("sum of units sold, periods out of stock scaled up"),
                    ),
                ),
                "order_lines",
                f"{c.SKU} = '{sku.replace(chr(39), chr(39) * 2)}'",
            ),
        ),
    )


def _titles(shop: Shop) -> dict[str, str]:
    named = shop.table("products").filter(pl.col(c.TITLE).is_not_null()).select(c.SKU, c.TITLE).collect()
    return dict(named.iter_rows())
