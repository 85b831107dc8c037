"""Scores in the terminal."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

import shopwright
from shopwright.cli.backtests import show_scores
from shopwright.forecast import backtest
from shopwright.i18n import using
from shopwright.shop.schema import names as c


def test_a_product_whose_cost_is_not_known_is_shown_without(planned, capsys):
    shop = shopwright.open(planned)
    found = backtest(shop, windows=1)
    one = found.frame("sku").sort("wape", nulls_last=True)[c.SKU][0]
    known = [pl.when(pl.col(c.SKU) == one).then(pl.col(name)).alias(name) for name in ("cost", "cost_naive")]
    with using("en"):
        show_scores(shop, replace(found, cells=found.cells.with_columns(known)), ["sku"])
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    (own,) = [line for line in lines if line[:1] == [one]]
    others = [line for line in lines if line[-2:] == ["–", "–"]]
    assert own[-2:] != ["–", "–"]
    assert len(others) > 1
