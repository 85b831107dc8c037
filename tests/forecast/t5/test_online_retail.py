"""The sales model on a whole real shop, by the command, on a machine without torch and without a network."""

from __future__ import annotations

import json
import subprocess
import sys

import polars as pl
import pytest

from shopwright.shop.imports import import_paths

pytestmark = pytest.mark.realdata
# What runs the command: torch cannot be imported, and no socket can be opened.
BARE = """
import builtins, socket
whole = builtins.__import__
def without_torch(name, *given, **named):
    if name.partition(".")[0] == "torch":
        raise ImportError("no torch here")
    return whole(name, *given, **named)
builtins.__import__ = without_torch
def refuse(*_, **__):
    raise OSError("no network here")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
from shopwright.cli.app import main
main()
"""


def test_the_sales_model_forecasts_it(data, tmp_path):
    source = data("online_retail") / "transactions.parquet"
    import_paths([source], tmp_path / "shop")
    asked = ["forecast", str(tmp_path / "shop"), "--model", "t5", "--json"]
    done = subprocess.run([sys.executable, "-c", BARE, *asked], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert "the sales model" in told["how"]["en"]
    rows = pl.DataFrame(told["rows"])
    assert rows.select("sku", "day").is_unique().all()
    assert (rows["q0.1"] <= rows["q0.9"]).all()
    raw = pl.read_parquet(source).filter(pl.col("Quantity") > 0, pl.col("StockCode").str.contains(r"^\d{5}"))
    late = raw.filter(pl.col("InvoiceDate") >= pl.col("InvoiceDate").max() - pl.duration(weeks=8))
    sold = late.group_by(pl.col("StockCode").alias("sku")).agg(pl.col("Quantity").sum())
    expected = rows.group_by("sku").agg(pl.col("mean").sum())
    both = expected.join(sold, on="sku")
    assert both.height > 2_000
    assert both.select(pl.corr("mean", "Quantity", method="spearman")).item() > 0.6
