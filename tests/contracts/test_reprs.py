"""What a notebook shows of a result: a few lines, never its arrays."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from shopwright import forecast as f
from shopwright import inventory as i
from shopwright.forecast.combine import combine
from shopwright.forecast.elasticity import learn
from shopwright.forecast.price import what_if
from shopwright.forecast.table import panel_of
from shopwright.inventory.sold import read_sold
from shopwright.settings import Settings
from shopwright.shop.history import history
from shopwright.shop.shop import Shop

MOST = 500
FIRST = date(2022, 1, 3)
SKUS = tuple(f"a product with a long number {at:04}" for at in range(30))


def _sales() -> pl.DataFrame:
    draw = np.random.default_rng(0)
    rows = [
        {"sku": sku, "day": FIRST + timedelta(weeks=week), "units": float(draw.poisson(5)), "price": 9.0 + week % 3}
        for sku in SKUS
        for week in range(60)
    ]
    return pl.DataFrame(rows)


def _shop(sales: pl.DataFrame) -> Shop:
    lines = sales.filter(pl.col("units") > 0).with_row_index("order")
    at = [datetime(day.year, day.month, day.day, 12, tzinfo=UTC) for day in lines["day"]]
    lines = lines.select(
        pl.col("order").cast(pl.String),
        "sku",
        "units",
        "price",
        line=pl.lit("1"),
        at=pl.Series(at, dtype=pl.Datetime("us", "UTC")),
    )
    stock = pl.DataFrame({"sku": SKUS, "on_hand": [3.0] * len(SKUS), "day": [sales["day"].max()] * len(SKUS)})
    return Shop.of({"order_lines": lines, "stock": stock}, Settings())


@pytest.fixture(scope="module")
def results() -> dict[str, object]:
    sales = _sales()
    panel = panel_of(sales, 6, "W")
    made = combine(panel)
    stock = pl.DataFrame({"sku": SKUS, "on_hand": [3.0] * len(SKUS), "due_1": [1.0] * len(SKUS)})
    policy = i.Policy(lead_time=2, budget=40.0)
    terms = i.read_terms(stock, policy)
    orders = i.order(made.demand, terms)
    seen: list[i.Situation] = []

    def rule(now: i.Situation) -> np.ndarray:
        seen.append(now)
        return np.zeros(len(now.terms))

    replay = i.simulate(sales, rule, policy, start=FIRST + timedelta(weeks=40))
    shop = _shop(sales)
    told = f.forecast_shop(shop, 6)
    return {
        "Demand": made.demand, "Panel": panel, "Combined": made, "Effects": learn(panel), "Forecast": told,
        "WhatIf": what_if(sales, dict.fromkeys(SKUS, 8.0), horizon=6), "Backtest": told.tried,
        "Score": told.scores[0], "Ablation": f.ablation(sales, 6), "Part": made.demand.explain(SKUS[0]),
        "History": history(shop), "Policy": policy, "Terms": terms, "Orders": orders, "OrderLine": orders.lines[0],
        "Replay": replay, "Situation": seen[-1], "Span": i.Span(), "Sold": read_sold(sales, "W"),
        "Stockroom": i.stockroom(shop, told.demand), "Restock": i.restock(shop, told.demand)[0],
    }  # fmt: skip


def test_a_result_is_shown_in_a_few_lines(results):
    long = {name: len(repr(each)) for name, each in results.items() if len(repr(each)) > MOST}
    assert not long


def test_what_counts_is_in_it(results):
    assert repr(results["Demand"]).startswith("<Demand: 30 SKUs, 6 periods (W) from 2023-02-27, as of 2023-02-26")
    before, after = (results["WhatIf"].lines[f"units_{when}"].sum() for when in ("before", "after"))
    assert f"units {before:,.1f} → {after:,.1f}" in repr(results["WhatIf"])
    orders = results["Orders"]
    assert f"{sum(line.units > 0 for line in orders.lines)} of 30 SKUs to order for {orders.spent:,.2f}" in repr(orders)
    assert f"cost {results['Replay'].cost:,.2f}" in repr(results["Replay"])
