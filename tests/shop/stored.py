"""Small tables to write into a store, writers in processes of their own, and what a reader finds."""

from __future__ import annotations

import inspect
import subprocess
import sys
import textwrap

import polars as pl

from shopwright.errors import StoreError
from shopwright.shop.schema import TABLES
from shopwright.shop.shop import open_shop

# Every commit writes the same mark into two tables: a reader that sees two marks saw half a commit.


def full(table, values):
    given = pl.DataFrame(values)
    return given.select(
        (pl.col(name) if name in given.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in TABLES[table].dtypes.items()
    )


def products(mark, rows=50):
    return full("products", {"sku": [f"s{i}" for i in range(rows)], "title": [mark] * rows})


def supply(mark, rows=50):
    return full("supply", {"sku": [f"s{i}" for i in range(rows)], "supplier": [mark] * rows})


def commit(store, mark):
    with store.lock(wait=60):
        store.commit({"products": products(mark), "supply": supply(mark)}, {"mark": mark})


HEAD = """
import sys
import polars as pl
from shopwright.shop.schema import TABLES
from shopwright.shop.store import Store

"""
SAME = "\n\n".join(inspect.getsource(function) for function in (full, products, supply, commit))


def child(body: str, *arguments: object) -> subprocess.Popen[str]:
    script = HEAD + SAME + textwrap.dedent(body)
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def marks(root) -> set[str]:
    """The marks a reader finds, from one manifest; retries where a second commit took the files away."""
    for _ in range(50):
        try:
            shop = open_shop(root)
            titles, suppliers = pl.collect_all(
                [shop.frames["products"].select("title"), shop.frames["supply"].select("supplier")]
            )
        except (StoreError, FileNotFoundError):
            continue
        assert titles.height == suppliers.height == 50
        return {*titles["title"], *suppliers["supplier"]}
    raise AssertionError("no complete state could be read")


def files(store) -> set[str]:
    return {path.name for path in store.tables.iterdir()}
