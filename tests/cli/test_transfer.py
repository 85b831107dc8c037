"""`shopwright transfer`: goods go from where they would lie to where they are missed, and not the other way."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from shopwright.shop.shop import Shop
from shopwright.shop.store import Store

FIRST, DAYS = date(2024, 1, 1), 140
RATES = {"north": 3.0, "south": 0.2}


def _lines():
    """A sells 21 a week in the north and one or two in the south; the depot sells nothing."""
    draw = np.random.default_rng(1)
    rows = [
        (f"{place}{at}", FIRST + timedelta(days=at), place, float(units))
        for place, rate in RATES.items()
        for at, units in enumerate(draw.poisson(rate, DAYS))
        if units
    ]
    orders, days, places, units = zip(*rows, strict=True)
    return pl.DataFrame(
        {
            "order": orders,
            "line": ["1"] * len(rows),
            "sku": ["A"] * len(rows),
            "at": [datetime(day.year, day.month, day.day, 10, tzinfo=UTC) for day in days],
            "day": days,
            "location": places,
            "units": units,
            "price": [10.0] * len(rows),
            "revenue": [10 * each for each in units],
        }
    )


def _shop(folder, lines, on_hand):
    last = lines["day"].max()
    n = len(on_hand)
    stock = pl.DataFrame(
        {"sku": ["A"] * n, "location": list(on_hand), "day": [last] * n, "on_hand": list(on_hand.values())},
        schema_overrides={"on_hand": pl.Float64},
    )
    store = Store(folder)
    with store.lock():
        store.commit(Shop.of({"order_lines": lines, "stock": stock}).frames, {})
    return store.root


@pytest.fixture
def lines():
    return _lines()


def test_what_would_lie_goes_where_it_is_missed(call, tmp_path, lines):
    shop = _shop(tmp_path / "shop", lines, {"depot": 200, "north": 25, "south": 3})
    told = json.loads(call("transfer", shop, "--json").out)
    assert told["locations"] == ["depot", "north", "south"]
    moves = {(row["from"], row["to"]): row for row in told["rows"]}
    assert ("depot", "north") in moves
    assert not [pair for pair in moves if pair[1] == "depot" or pair[0] != "depot"]
    assert 10 < moves["depot", "north"]["units"] < 60  # what sells there until the next delivery, less what it has
    assert moves["depot", "north"]["gain"] > 0
    assert "north" in moves["depot", "north"]["reason"]


def test_moves_dearer_than_they_bring_are_not_made(call, tmp_path, lines):
    shop = _shop(tmp_path / "shop", lines, {"depot": 200, "north": 5})
    cheap, dear = (json.loads(call("transfer", shop, "--unit-cost", cost, "--json").out) for cost in (0, 50))
    assert cheap["rows"]
    assert dear["rows"] == []


def test_a_table_and_a_file_for_people(call, tmp_path, lines):
    shop, file = _shop(tmp_path / "shop", lines, {"depot": 200, "north": 5}), tmp_path / "moves.csv"
    told = call("transfer", shop, "--csv", file)
    assert told.code == 0, told.err
    assert "Moves between 2 locations: 1" in told.out
    assert "depot" in told.out
    assert pl.read_csv(file)["to"].to_list() == ["north"]
    assert "调拨" in call("transfer", shop, "--lang", "zh").out


def test_one_location_has_nowhere_to_send_goods(call, tmp_path, lines):
    told = call("transfer", _shop(tmp_path / "shop", lines, {"north": 5}))
    assert told.code == 0
    assert "all stock lies in one location" in told.err


@pytest.mark.parametrize(
    "options, code", [(("--days", -1), "USAGE-97"), (("--unit-cost", -1), "USAGE-65"), ((), "TABLE-22")]
)
def test_what_cannot_be_is_explained(call, tmp_path, lines, options, code):
    sold = lines if options else lines.with_columns(pl.lit(None, pl.String).alias("location"))
    told = call("transfer", _shop(tmp_path / "shop", sold, {"depot": 200, "north": 5}), *options)
    assert told.code == (2 if code.startswith("USAGE") else 1)
    assert code in told.err


def test_a_shop_without_stock_is_told_what_to_import(call, tmp_path, lines):
    store = Store(tmp_path / "shop")
    with store.lock():
        store.commit(Shop.of({"order_lines": lines}).frames, {})
    told = call("transfer", store.root)
    assert told.code == 1
    assert "TABLE-24" in told.err
    assert "location" in told.err
