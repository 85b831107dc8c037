"""Why the forecast says what it says, as charts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from shopwright.forecast import forecast_shop
from shopwright.shop.margins import unit_margins
from shopwright.strategy.sections.drivers import at_stake, drivers, explained, ranges


@pytest.fixture(scope="module")
def made(world):
    return forecast_shop(world.shop)


def _rows(chart):
    return [row for data in chart.draw().to_dict()["datasets"].values() for row in data]


def test_most_at_stake_is_the_most_money_between_the_ends(world, made):
    margins = dict(unit_margins(world.shop).select("sku", "margin").iter_rows())
    demand = made.demand
    worth = {
        sku: margins.get(sku, 0.0) * (demand.quantile(0.9) - demand.quantile(0.1))[row].sum()
        for sku, row in demand.row.items()
    }
    assert at_stake(world.shop, made) == sorted(worth, key=worth.get, reverse=True)[:3]


def test_ranges_show_what_sold_and_what_is_expected(world, made):
    sku = at_stake(world.shop, made)[0]
    rows = _rows(ranges(made, [sku], {sku: "A lamp"}))
    assert {row["name"] for row in rows} == {f"{sku} · A lamp"}
    ahead = [row for row in rows if row["mean"] is not None]
    assert [row["mean"] for row in ahead] == pytest.approx(made.demand.mean[made.demand.row[sku]].tolist())
    assert all(row["sold"] is None and row["low"] <= row["high"] for row in ahead)
    known = made.known.skus.index(sku)
    assert sum(row["sold"] or 0 for row in rows) == made.known.sold[known, -52:].sum()


def test_parts_begin_where_the_one_before_ended_and_end_at_the_forecast(made):
    for sku in made.demand.skus[:5]:
        rows = _rows(explained(made, sku, {}))
        *parts, total = rows
        assert [row["from"] for row in parts[1:]] == pytest.approx([row["to"] for row in parts[:-1]])
        assert total["to"] == pytest.approx(made.demand.mean[made.demand.row[sku]].sum(), abs=0.06)


def _weighted(made, weights):
    """The forecast with other weights of its forecasters."""
    return replace(made, made=replace(made.made, blend=replace(made.made.blend, weights=weights)))


def test_drivers_are_shares_most_first_of_the_trees(made):
    (chart,) = drivers(_weighted(made, {"boosted": 0.5}))
    shares = [row["value"] for row in _rows(chart)]
    assert len(shares) > 1
    assert shares == sorted(shares, reverse=True)
    assert 0.9 < np.sum(shares) <= 1.0 + 1e-9


def test_trees_without_weight_drive_nothing(made):
    assert drivers(_weighted(made, {"boosted": 0.0, "linear": 1.0})) == []
