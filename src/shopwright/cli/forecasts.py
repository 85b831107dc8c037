"""How forecasts are shown on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from shopwright.cli.show import say, show_table, show_text
from shopwright.cli.words import place
from shopwright.cli.wrapping import TITLE, shortened
from shopwright.i18n import t
from shopwright.shop.demand import periods_of
from shopwright.shop.titles import titles

if TYPE_CHECKING:
    from shopwright.forecast.sheet import Sheet
    from shopwright.shop.shop import Shop

__all__ = ["as_rows", "show_all", "show_one"]

DRAWS = 300
LEAST_SHOWN = 0.05  # units: what would read as none


def as_rows(made: Sheet, sku: str | None) -> dict[str, Any]:
    """The forecast as plain values: one row for each product and period."""
    demand = made.demand
    frame = demand.frame()
    chosen = frame if sku is None else frame.filter(frame["sku"] == sku)
    parts = [] if sku is None else [{"part": p.name.as_json(), "units": p.units} for p in demand.explain(sku)]
    return {
        "as_of": demand.as_of.isoformat(),
        "period": demand.period,
        "unit": "units",
        "how": demand.how.as_json(),
        "rows": chosen.to_dicts(),
        "parts": parts,
        "weights": [] if sku is None else _weights(made, sku),
    }


def _weights(made: Sheet, sku: str) -> list[dict[str, Any]]:
    """What the linear model learned of a product; nothing where it did not run."""
    return [] if made.weights is None else made.weights.of(sku).to_dicts()


def show_all(shop: Shop, made: Sheet, top: int) -> None:
    """The products that sell most, with the range of their totals."""
    demand, named = made.demand, titles(shop)
    total = demand.mean.sum(axis=1)
    rows = []
    for row in np.argsort(-total, kind="stable")[:top]:
        sku = demand.skus[row]
        low, high = np.quantile(demand.paths(DRAWS, skus=[sku])[:, 0, :].sum(axis=1), (0.1, 0.9))
        rows.append((sku, shortened(named.get(sku, ""), TITLE), f"{total[row]:,.0f}", f"{low:,.0f} … {high:,.0f}"))
    heading = t(
        "Units expected in the {n} {unit} from {day}",
        n=demand.horizon,
        unit=periods_of(demand.horizon, demand.period),
        day=demand.days[0].isoformat(),
    )
    columns = ((t("SKU"), False), (t("Title"), False), (t("Expected"), True), (t("8 times in 10"), True))
    show_table(heading, columns, rows)
    for score in made.scores:
        say(
            t(
                "checked on the {n} {unit} from {day}: off by {wape:.0%} per product and period "
                "(seasonal naive: {naive:.0%})",
                n=score.n_periods,
                unit=periods_of(score.n_periods, demand.period),
                day=score.first.isoformat(),
                wape=score.wape,
                naive=score.wape_naive,
            )
        )
    say(
        t(
            "next: shopwright forecast {shop} --sku SKU explains one; shopwright plan {shop} puts it to use",
            shop=place(shop),
        )
    )


def show_one(made: Sheet, sku: str) -> None:
    """One product: its periods, and the parts its total is made of."""
    demand = made.demand
    parts = demand.explain(sku)
    row = demand.row[sku]
    low, high = demand.quantile(0.1)[row], demand.quantile(0.9)[row]
    rows = [
        (day.isoformat(), f"{demand.mean[row, at]:,.1f}", f"{low[at]:,.1f} … {high[at]:,.1f}")
        for at, day in enumerate(demand.days)
    ]
    columns = ((t("From"), False), (t("Expected"), True), (t("8 times in 10"), True))
    show_table(t("Units expected of {sku}", sku=sku), columns, rows)
    made_of = [(str(part.name), f"{part.units:+,.1f}") for part in parts if abs(part.units) >= LEAST_SHOWN]
    made_of.append((str(t("together")), f"{sum(part.units for part in parts):,.1f}"))
    show_table(t("Made of, in units"), ((t("Part"), False), (t("Units"), True)), made_of)
    weights = _weights(made, sku)
    if weights:
        headings = ((t("Weight of"), False), (t("Weight"), True), (t("Standard error"), True), (t("Unit"), False))
        told = [(w["term"], f"{w['weight']:+,.2f}", f"{w['standard_error']:,.2f}", w["unit"]) for w in weights]
        show_table(t("What the linear model learned"), headings, told)
    show_text(demand.how)
    if sku in demand.notes:
        show_text(demand.notes[sku])
