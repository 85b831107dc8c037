"""What is wrong with a stock, in money: dead, too much, about to run out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from shopwright.i18n import Text, t
from shopwright.inventory.futures import futures
from shopwright.inventory.terms import Terms
from shopwright.shop.arguments import check_is, check_seed
from shopwright.shop.demand import QUARTER, YEAR, Demand, Period
from shopwright.shop.history import History
from shopwright.shop.schema import names as c

__all__ = ["DEAD", "LASTS_IN", "OVER", "RISK", "SOUND", "STATES", "health", "is_dead"]

DEAD, OVER, RISK, SOUND = "dead", "over", "risk", "sound"
STATES: Mapping[str, Text] = {
    DEAD: t("dead: none sold in a quarter"),
    OVER: t("more than needed"),
    RISK: t("may run out"),
    SOUND: t("sound"),
}
LASTS_IN: Mapping[Period, Text] = {"D": t("Lasts, days"), "W": t("Lasts, weeks"), "M": t("Lasts, months")}
OFF_SEASON = 0.2  # of the sales of the quarter after it: a quarter that sold less a year ago was out of season
LASTS = 0.98  # stock that is enough for the whole forecast with this chance is more than is needed
RISKY = 0.2  # a chance of running out above this is worth a look


def health(demand: Demand, terms: Terms, known: History, *, seed: int = 0) -> pl.DataFrame:
    """State of each SKU with stock or demand, and the money in it.

    dead: there is stock, and nothing sold in the last quarter in which it could have; over: more than the demand of
    the whole forecast with a chance of 98 %; risk: a chance above 20 % of running out before an order placed now would
    arrive and the next could; sound: none of these.

    Returns:
        sku, state, on_hand, value (money on the shelf, at cost), surplus (units beyond need), tied (money in them),
        holding (money a period for the surplus), cover (periods the stock lasts at the mean rate; null for ever),
        chance_out (of running out within lead time and review without an order), at_risk (expected money missed
        thereby); dearest first.

    Raises:
        UsageError: the forecast is too short for a SKU's lead time and review, or the seed is no whole number
            (USAGE-25).
    """
    check_seed(seed)
    check_is(demand, Demand, "demand", t("a Demand, as forecast returns it"))
    rows = np.flatnonzero(np.array([sku in demand.row for sku in terms.skus], dtype=bool))
    some = terms.take(rows)
    ahead = futures(demand, some, seed)
    on_hand = np.maximum(np.nan_to_num(some.on_hand), 0.0)
    cost = some.counted_cost
    need = _needed(demand, some)
    dead = is_dead(known, some.skus, on_hand)
    surplus = np.where(dead, on_hand, np.maximum(on_hand - np.ceil(need), 0.0))
    missed = np.maximum(ahead.short, 0.0)
    chance, at_risk = (missed > 0.5).mean(axis=1), missed.mean(axis=1) * some["shortage_cost"]
    state = np.where(
        dead, DEAD, np.where(surplus > 0, OVER, np.where((chance > RISKY) & (ahead.demand >= 0.5), RISK, SOUND))
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        cover = np.where(on_hand > 0, on_hand / ahead.rate, 0.0)
    table = pl.DataFrame(
        {
            c.SKU: list(some.skus),
            "state": state.tolist(),
            c.ON_HAND: on_hand,
            "value": on_hand * cost,
            "surplus": surplus,
            "tied": surplus * cost,
            "holding": surplus * some["holding_cost"],
            "cover": pl.Series(np.where(np.isfinite(cover), cover, np.nan)).fill_nan(None),
            "chance_out": chance,
            "at_risk": np.where(state == DEAD, 0.0, at_risk),
        },
        schema_overrides={c.SKU: pl.String, "state": pl.String},
    )
    return table.sort(pl.col("tied") + pl.col("at_risk"), c.SKU, descending=[True, False])


def is_dead(known: History, skus: Sequence[str], on_hand: np.ndarray) -> np.ndarray:
    """Which SKUs have stock and sold nothing in the last quarter in which they could have, shape (n,).

    Those whose season comes are not dead: a year ago, too, hardly any sold in this quarter, and then some did.

    Args:
        known: units sold.
        skus: n SKUs.
        on_hand: units on hand, shape (n,).
    """
    dead: np.ndarray = (on_hand > 0) & _is_quiet(known, skus)
    return dead


def _needed(demand: Demand, terms: Terms) -> np.ndarray:
    """Units that are enough for the whole forecast with a chance of 98 %, shape (n,)."""
    needed = np.empty(len(terms))
    for start in range(0, len(terms), 500):
        paths = demand.paths(skus=terms.skus[start : start + 500])
        needed[start : start + 500] = np.quantile(paths.sum(axis=2), LASTS, axis=0)
    return needed


def _is_quiet(known: History, skus: Sequence[str]) -> np.ndarray:
    """Whether nothing sold in the last quarter, with the product on sale all the while, shape (n,)."""
    row = {sku: at for at, sku in enumerate(known.skus)}
    span = min(QUARTER[known.period], len(known.days))
    quiet = np.zeros(len(skus), dtype=bool)
    for at, sku in enumerate(skus):
        if sku in row and len(known.days) >= QUARTER[known.period]:
            was_known = np.isfinite(known.units[row[sku], -span:]).sum() > span / 2
            is_idle = bool(was_known) and known.sold[row[sku], -span:].sum() == 0
            quiet[at] = is_idle and not _has_season_ahead(known, row[sku])
    return quiet


def _has_season_ahead(known: History, row: int) -> bool:
    """Whether a year ago, when it was on sale already, it hardly sold in this quarter and did in the next."""
    year, span = YEAR[known.period], QUARTER[known.period]
    if len(known.days) < year + span:
        return False
    before, after = slice(-year - span, -year), slice(-year, span - year)
    was_there = bool(np.isfinite(known.units[row, before]).all())
    sold = known.sold[row]
    return was_there and bool(sold[before].sum() < OFF_SEASON * sold[after].sum())
