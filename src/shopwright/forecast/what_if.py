"""What if a price were another: units and money before and after, and what the products beside it would feel.

The forecast is that of the blend; it is multiplied by what the new price does, (new ÷ old)^elasticity, in every future,
and elasticities are drawn anew in each, so that the range holds what is not known of them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from shopwright.errors import UsageError
from shopwright.forecast.askable import LEAST_CHANGE, alike, check_moves, check_price, check_question
from shopwright.forecast.combine import Combined
from shopwright.forecast.elasticity import Effects, learn
from shopwright.forecast.panel import Floats, Panel
from shopwright.forecast.regressors import BESIDE, CROSS, PRICE, PROMOTIONS, log_prices
from shopwright.i18n import Text, t
from shopwright.seeds import generator
from shopwright.shop.arguments import check_seed
from shopwright.shop.demand import Demand
from shopwright.shop.notes import joined
from shopwright.shop.schema import names as c

__all__ = ["WhatIf", "what_if"]

DRAWS = 1_000
LOW, HIGH = 0.1, 0.9
FAR = 2.0  # times the highest price of the past, or that part of the lowest: what sells then cannot be told
SHOWN = 3  # products that its repr names
MOST_TIMES = 4.0  # no price makes a product sell more than so many times as much, or as little as its inverse


@dataclass(frozen=True, eq=False)
class WhatIf:
    """Totals over the horizon, before and after.

    Attributes:
        lines: each product asked about: sku, price_before, price_after, elasticity, elasticity_error, is_far
            (the price asked lies beyond twice the highest of the past, or below half the lowest), then what is told of
            totals; where it is far, units after stand for how it bounds them, and no revenue after is told.
        beside: the other products of their categories together, one row: n_products, then the same of totals; no row
            where none is known to feel it.
        notes: what to know before it is believed, by SKU.
        demand: the forecast that is asked about: its periods, its day.
        how: how units before and after were found.

    Of totals, for units and for revenue (null where no price is known): `…_before`, `…_before_low`, `…_before_high`,
    `…_after`, `…_after_low`, `…_after_high`, `…_change`, `…_change_low`, `…_change_high`; low and high are the 80 %
    interval.
    """

    lines: pl.DataFrame
    beside: pl.DataFrame
    notes: Mapping[str, Text]
    demand: Demand
    how: Text

    def __repr__(self) -> str:
        asked = self.lines[c.SKU].to_list()
        named = ", ".join(repr(sku) for sku in asked[:SHOWN]) + (", …" if len(asked) > SHOWN else "")
        before, after = (self.lines[f"units_{when}"].sum() for when in ("before", "after"))
        return f"<WhatIf: {named}; units {before:,.1f} → {after:,.1f}, {self.demand!r}>"


@dataclass(frozen=True, eq=False)
class _Case:
    """What is asked, in numbers: changes of log prices and of promotions, and old log prices, (n, H) each.

    And log prices of the past, (n, T); None where none is known.
    """

    made: Combined
    panel: Panel
    effects: Effects
    past: Floats | None
    prices: Floats
    moved: Floats
    promoted: Floats
    promotion: str


def what_if(
    made: Combined,
    prices: Mapping[str, float],
    promotions: Mapping[str, float] | None = None,
    *,
    panel: Panel | None = None,
    seed: int = 0,
) -> WhatIf:
    """Units and revenue of the horizon if these prices held in all of it.

    Args:
        made: the forecast.
        prices: new price by SKU.
        promotions: share of each period on promotion by SKU, 0 to 1; needs a covariate `promotion` or `promo`.
        panel: the same history with prices, where the forecast was made without them.
        seed: of the draws.

    Raises:
        UsageError: a SKU has no forecast (USAGE-92), a price is not above zero or a share not within 0 and 1
            (USAGE-93), the SKU has no price, or neither it nor its category ever changed one (USAGE-91), or no
            promotion is known (USAGE-94); or the seed is no whole number (USAGE-25).
    """
    check_seed(seed)
    promotions = promotions or {}
    with_prices = made.panel if panel is None else _same(panel, made.panel)
    asked = list(dict.fromkeys([*prices, *promotions]))
    check_question(with_prices, asked, prices, promotions)
    case = _case(made, with_prices, prices, promotions)
    rows = [case.panel.skus.index(sku) for sku in asked]
    totals = _Totals(case, seed)
    near = _beside(case, rows)
    lines = pl.DataFrame([_answer(case, row, totals) for row in rows], infer_schema_length=None)
    beside = pl.DataFrame([{"n_products": len(near)} | totals(near)] if len(near) else [], infer_schema_length=None)
    how = t(
        "{forecast}; times (new price ÷ old price)^elasticity, which is learned on all sales and drawn anew in each of "
        "{draws:,} futures",
        forecast=made.demand.how,
        draws=DRAWS,
    )
    far = {sku for sku, is_far in lines.select(c.SKU, "is_far").iter_rows() if is_far}
    return WhatIf(lines, beside, _notes(case, rows, far), made.demand, how)


def _same(panel: Panel, made: Panel) -> Panel:
    place = {sku: at for at, sku in enumerate(panel.skus)}
    return panel.some(np.array([place[sku] for sku in made.skus], np.int64))


def _case(made: Combined, panel: Panel, prices: Mapping[str, float], promotions: Mapping[str, float]) -> _Case:
    logs = log_prices(panel)
    past = None if logs is None else logs[:, : panel.n_periods]
    known = np.zeros((len(panel.skus), panel.n_periods)) if past is None else past
    span = np.nan_to_num(np.ptp(np.nan_to_num(known), axis=1))
    shape = len(panel.skus), panel.horizon
    ahead = np.full(shape, np.nan) if logs is None else logs[:, panel.n_periods :]
    for sku in prices:
        check_moves(panel, span, sku)
        check_price(ahead[panel.skus.index(sku)], sku)
    moved, promoted = np.zeros(shape), np.zeros(shape)
    for sku, price in prices.items():
        row = panel.skus.index(sku)
        moved[row] = np.log(price) - ahead[row]
    effects = learn(panel)
    promotion = next((name for name in PROMOTIONS if effects.columns.place(name) >= 0), "")
    for sku, share in promotions.items():
        if not promotion:
            raise UsageError(
                t("what a promotion of SKU {sku} does is not known", sku=repr(sku)),
                why=t("no column named promotion or promo, known ahead, tells of promotions in the past"),
                fix=t("give past and coming promotions as a column promotion of 0 and 1"),
                code="USAGE-94",
            )
        row = panel.skus.index(sku)
        promoted[row] = share - panel.ahead[promotion][row, panel.n_periods :]
    return _Case(made, panel, effects, past, ahead, moved, promoted, promotion)


def _beside(case: _Case, rows: list[int]) -> np.ndarray:
    """The other products of the categories asked about; none where nothing is known of what they would feel."""
    causes = ((CROSS, case.moved), (BESIDE, case.promoted))
    if not any(case.effects.columns.place(name) >= 0 and change.any() for name, change in causes):
        return np.zeros(0, np.int64)
    found = {int(near) for row in rows for near in alike(case.panel, row)}
    return np.array(sorted(found - set(rows)), np.int64)


class _Totals:
    """Totals of some products together, in every future."""

    def __init__(self, case: _Case, seed: int) -> None:
        self.case, self.seed = case, seed
        self.others = _of_others(case.panel, case.moved)
        self.beside = _of_others(case.panel, case.promoted)

    def __call__(self, rows: np.ndarray) -> dict[str, float | None]:
        case = self.case
        demand = case.made.demand
        names = [case.panel.skus[row] for row in rows]
        paths = demand.paths(DRAWS, seed=self.seed, skus=names)
        mean = demand.mean[[demand.row[name] for name in names]]
        ratio, drawn = self._ratios(rows)
        old = np.exp(case.prices[rows])
        new = old * np.exp(case.moved[rows])
        found: dict[str, float | None] = {}
        found |= _told("units", mean, mean * ratio, paths, paths * drawn)
        if np.isfinite(old).all():
            found |= _told("revenue", mean * old, mean * ratio * new, paths * old, paths * drawn * new)
        else:
            found |= dict.fromkeys(_told("revenue", mean, mean, paths, paths))
        return found

    def _ratios(self, rows: np.ndarray) -> tuple[Floats, Floats]:
        """What sales are multiplied by: as expected, (rows, H), and in each future, (draws, rows, H)."""
        case = self.case
        expected = np.zeros((len(rows), case.panel.horizon))
        drawn = np.zeros((DRAWS, *expected.shape))
        causes = (
            (PRICE, case.moved), (CROSS, self.others), (case.promotion, case.promoted), (BESIDE, self.beside),
        )  # fmt: skip
        for name, change in causes:
            if not change[rows].any():
                continue
            weight, error = (each[rows] for each in case.effects.of(name))
            own = generator(self.seed, "what if", name).standard_normal(DRAWS)  # misjudged for all alike, to be safe
            expected += weight[:, None] * change[rows]
            drawn += (weight + own[:, None] * error)[:, :, None] * change[rows]
        most = np.log(MOST_TIMES)
        return np.exp(np.clip(expected, -most, most)), np.exp(np.clip(drawn, -most, most))


def _of_others(panel: Panel, moved: Floats) -> Floats:
    """How the mean log price, or promotion, of the other products of each one's category moves, shape (n, H)."""
    found = np.zeros_like(moved)
    group = panel.static.get(c.CATEGORY)
    for row in np.flatnonzero(moved.any(axis=1)):
        if group is not None and group[row] >= 0:
            near = np.flatnonzero(group == group[row])
            near = near[near != row]
            found[near] += moved[row] / max(len(near), 1)
    return found


def _told(what: str, before: Floats, after: Floats, paths: Floats, changed: Floats) -> dict[str, float]:
    """Totals and the ranges of eight futures in ten."""
    found: dict[str, float] = {}
    for when, mean, drawn in (
        ("before", before, paths),
        ("after", after, changed),
        ("change", after - before, changed - paths),
    ):
        low, high = np.quantile(drawn.sum(axis=(1, 2)), (LOW, HIGH))
        found |= {
            f"{what}_{when}": float(mean.sum()),
            f"{what}_{when}_low": float(low),
            f"{what}_{when}_high": float(high),
        }
    return found


def _answer(case: _Case, row: int, totals: _Totals) -> dict[str, object]:
    """A line of the table: of a price far from all that were ever asked, no revenue is told."""
    found: dict[str, object] = {**_line(case, row), **totals(np.array([row]))}
    if found["is_far"]:
        found |= {name: None for name in found if name.startswith(("revenue_after", "revenue_change"))}
    return found


def _is_far(case: _Case, row: int) -> bool:
    if case.past is None or not case.moved[row].any():
        return False
    past, asked = case.past[row], case.prices[row] + case.moved[row]
    past = past[np.isfinite(past)]
    return len(past) > 0 and bool(asked.max() > past.max() + np.log(FAR) or asked.min() < past.min() - np.log(FAR))


def _line(case: _Case, row: int) -> dict[str, object]:
    weight, error = case.effects.own
    old = float(np.exp(case.prices[row].mean()))
    is_known = bool(np.isfinite(old) and case.effects.sold[row]) and case.effects.columns.place(PRICE) >= 0
    return {
        c.SKU: case.panel.skus[row],
        "price_before": old if np.isfinite(old) else None,
        "price_after": float(np.exp((case.prices[row] + case.moved[row]).mean())) if np.isfinite(old) else None,
        "elasticity": float(weight[row]) if is_known else None,
        "elasticity_error": float(error[row]) if is_known else None,
        "is_far": _is_far(case, row),
    }


def _notes(case: _Case, rows: list[int], far: Collection[str]) -> dict[str, Text]:
    past = case.past
    if past is None:
        return {}
    found: dict[str, Text] = {}
    weight = case.effects.own[0]
    capped = [row for row in rows if np.abs(weight[row] * case.moved[row]).max() > np.log(MOST_TIMES)]
    most = t(
        "no price is taken to sell more than {n:g} times as much, or less than 1/{n:g}: that bounds the answer",
        n=MOST_TIMES,
    )
    for row in rows:
        if not case.moved[row].any():
            continue
        low, high = float(past[row].min()), float(past[row].max())
        asked = case.prices[row] + case.moved[row]
        if high - low < LEAST_CHANGE:
            found[case.panel.skus[row]] = t("its price never changed: the elasticity is that of the products like it")
        elif asked.min() < low - LEAST_CHANGE or asked.max() > high + LEAST_CHANGE:
            found[case.panel.skus[row]] = t(
                "prices so far lay between {low:,.2f} and {high:,.2f}: beyond them the answer is a guess",
                low=float(np.exp(low)), high=float(np.exp(high)),
            )  # fmt: skip
    none = t("so far from every price of the past, it cannot be told what it would sell: no revenue is shown")
    return joined(found, dict.fromkeys(far, none), {case.panel.skus[row]: most for row in capped})
