"""What the forecast says to do: have enough of what will sell more than it did."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from shopwright.forecast.predict import Forecast, forecast_shop
from shopwright.i18n import Text, t
from shopwright.shop.demand import periods_of
from shopwright.shop.history import History
from shopwright.shop.margins import IS_ASSUMED, MARGIN, unit_margins
from shopwright.shop.money import Figure, Gain, Money
from shopwright.shop.proposal import Evidence, Proposal
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop
from shopwright.shop.sql import quoted
from shopwright.shop.titles import titles

__all__ = ["prepare", "study"]

MOST = 30
NOTABLE_RISE = 1.2
LATEST, EARLIER = 4, 8
DRAWS = 400
NOTHING = {MARGIN: 0.0}


def study(shop: Shop) -> Iterator[Proposal]:
    """Products to prepare for, from the shop alone."""
    return prepare(shop, forecast_shop(shop))


def prepare(shop: Shop, made: Forecast) -> Iterator[Proposal]:
    """Products on the rise: expected to sell at least a fifth more than their level before the latest periods.

    Where no season is known, the latest periods must show the rise themselves, so that a return to an old average is
    not taken for one; a product in its first four periods proves nothing yet. The gain of being ready is the margin
    on the units above the earlier level: what a shop that prepares for more of the same would miss.
    """
    demand, known = made.demand, made.known
    horizon = demand.horizon
    usual, latest = _levels(known)
    recent = usual * horizon
    ahead = demand.mean.sum(axis=1)
    n_known = np.isfinite(known.units).sum(axis=1)
    is_rising = (ahead > NOTABLE_RISE * recent) & (n_known >= LATEST) & _beyond_chance(ahead, recent)
    if not made.uses_season:
        is_rising &= (latest > NOTABLE_RISE * usual) & _beyond_chance(latest * LATEST, usual * LATEST)
    margins = {row[c.SKU]: row for row in unit_margins(shop).iter_rows(named=True)}
    named = titles(shop, distinct=True)
    worth = (ahead - recent) * np.array([margins.get(sku, NOTHING)[MARGIN] for sku in demand.skus])
    rising = [int(row) for row in np.argsort(-worth, kind="stable") if is_rising[row] and demand.skus[row] in margins]
    for row in rising[:MOST]:
        sku = demand.skus[row]
        totals = demand.paths(DRAWS, skus=[sku])[:, 0, :].sum(axis=1)
        yield _proposal(shop, made, sku, named.get(sku) or sku, margins[sku], float(recent[row]), totals)


def _levels(known: History) -> tuple[np.ndarray, np.ndarray]:
    """Mean units of a period in stock: of the eight before the latest four, and of the latest four, shape (n,) each.

    Without any in stock the earlier level is infinite and the latest zero: nothing shows a rise.
    """
    before, latest = known.units[:, -LATEST - EARLIER : -LATEST], known.units[:, -LATEST:]
    return _mean_known(before, np.inf), _mean_known(latest, 0.0)


def _mean_known(units: np.ndarray, otherwise: float) -> np.ndarray:
    n = np.isfinite(units).sum(axis=1)
    mean: np.ndarray = np.where(n > 0, np.nansum(units, axis=1) / np.maximum(n, 1), otherwise)
    return mean


def _beyond_chance(units: np.ndarray, usual: np.ndarray) -> np.ndarray:
    """Whether so many units are more than chance makes of the usual number: two standard deviations of a Poisson."""
    found: np.ndarray = units - usual >= 2 * np.sqrt(np.maximum(usual, 1.0))
    return found


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
    assumed = (
        t("; the unit cost is assumed from the margin in the settings") if margin[IS_ASSUMED] else Text.literal("")
    )
    return Proposal(
        domain="forecast",
        action="prepare",
        subject=sku,
        title=t(
            "Have {units:,.0f} of {title} ready for the {n} {unit} from {day}",
            units=enough,
            title=title,
            n=demand.horizon,
            unit=periods_of(demand.horizon, demand.period),
            day=demand.days[0].isoformat(),
        ),
        change={"sku": sku, "units_ready": enough, "until": demand.days[-1].isoformat()},
        gain=Gain(float(np.quantile(extra, 0.1)), float(extra.mean()), float(np.quantile(extra, 0.9)), shop.currency),
        cost=Money(0.0, shop.currency),
        how=t(
            "margin of {margin} a unit on units above the level of the {earlier} {unit} before the latest {latest}, "
            "over {draws} simulated futures{assumed}",
            margin=Money(margin[MARGIN], shop.currency),
            earlier=EARLIER,
            unit=periods_of(EARLIER, demand.period),
            latest=LATEST,
            draws=len(totals),
            assumed=assumed,
        ),
        as_of=demand.as_of,
        evidence=(_evidence(made, sku, recent, float(totals.mean())),),
    )


def _evidence(made: Forecast, sku: str, recent: float, ahead: float) -> Evidence:
    demand, units = made.demand, t("units")
    level = t(
        "mean of the {n} {unit} before the latest {latest}, times {h}",
        n=EARLIER,
        unit=periods_of(EARLIER, demand.period),
        latest=LATEST,
        h=demand.horizon,
    )
    return Evidence(
        t(
            "expected to sell {ahead:,.0f} over {n} {unit}; at the earlier level it would be {recent:,.0f}",
            ahead=ahead,
            recent=recent,
            n=demand.horizon,
            unit=periods_of(demand.horizon, demand.period),
        ),
        (
            Figure(t("expected units"), round(ahead, 1), units, demand.as_of, demand.how),
            Figure(t("units at the earlier level"), round(recent, 1), units, demand.as_of, level),
        ),
        "order_lines",
        f"{c.SKU} = {quoted(sku)}",
    )
