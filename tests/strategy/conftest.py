"""One small synthetic shop for all plans: in memory, on disk, with Chinese names, and with hostile ones."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from shopwright.shop.shop import Shop
from shopwright.shop.store import Store
from shopwright.shop.synthetic import World, make, write
from shopwright.strategy.make import make_plan
from shopwright.strategy.plan import Plan

SCRIPT = "<script>alert(1)</script>"
LINK = '=HYPERLINK("http://evil.example";"click")'
IMAGE = '"><img src=x onerror=alert(1)>'
Tables = dict[str, pl.DataFrame]


@pytest.fixture(scope="session")
def world() -> World:
    return make(orders=600, seed=5, days=240)


@pytest.fixture(scope="session")
def plan(world: World) -> Plan:
    return make_plan(world.shop)


@pytest.fixture(scope="session")
def _folder(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("strategy") / "shop"
    write(world, folder)
    return folder


@pytest.fixture
def folder(_folder: Path, tmp_path: Path) -> Path:
    """The shop on disk, a fresh copy without a plan."""
    return Path(shutil.copytree(_folder, tmp_path / "shop"))


@pytest.fixture
def put() -> Callable[[Path, Mapping[str, pl.DataFrame]], Path]:
    """Write tables as a shop's folder."""

    def commit(root: Path, tables: Mapping[str, pl.DataFrame]) -> Path:
        store = Store(root)
        with store.lock():
            store.commit(Shop.of(tables).frames, {})
        return root

    return commit


@pytest.fixture(scope="session")
def chinese(world: World) -> World:
    """The same shop as a Chinese one: every name and word of a customer's in Chinese."""
    renamed = {
        "products": {"title": "商品", "brand": "品牌", "category": "类目"},
        "reviews": {"title": "标题", "text": "很满意"},
        "tickets": {"subject": "问题", "text": "请问"},
        "supply": {"supplier": "供应商"},
        "campaigns": {"title": "活动"},
        "promotions": {"title": "促销"},
    }
    tables = dict(world.tables)
    for name, columns in renamed.items():
        if name in tables:
            there = {column: word for column, word in columns.items() if column in tables[name].columns}
            number = pl.int_range(pl.len()).cast(pl.String)
            tables[name] = tables[name].with_columns(
                pl.concat_str(pl.lit(word), number).alias(column) for column, word in there.items()
            )
    return World(tables, world.truth, world.settings)


@pytest.fixture(scope="session")
def hostile(world: World) -> World:
    """The same shop with titles, suppliers and customers that would be code, were they not kept harmless."""
    titles = pl.col("title").rank("ordinal") % 3
    products = world.tables["products"].with_columns(
        pl.when(titles == 0)
        .then(pl.concat_str(pl.lit(SCRIPT), "sku"))
        .when(titles == 1)
        .then(pl.concat_str(pl.lit(LINK), "sku"))
        .otherwise(pl.concat_str(pl.lit(IMAGE), "sku"))
        .alias("title")
    )
    tables = dict(world.tables) | {
        "products": products,
        "supply": world.tables["supply"].with_columns(pl.lit("=1+1" + SCRIPT).alias("supplier")),
        "reviews": world.tables["reviews"].with_columns(pl.lit(SCRIPT).alias("text"), pl.lit(LINK).alias("title")),
    }
    for name in ("orders", "order_lines", "customers", "returns", "exposures"):
        if "customer" in tables[name].columns:
            tables[name] = tables[name].with_columns(pl.concat_str(pl.lit("=cmd|"), "customer").alias("customer"))
    return World(tables, world.truth, world.settings)


@pytest.fixture
def sales() -> Callable[..., Tables]:
    """A plain shop: `n` orders of one line, one a day, of `skus` products in turn."""

    def plain(n: int = 200, skus: int = 3, price: float | None = 10.0, cost: float | None = None) -> Tables:
        first = datetime(2024, 1, 1, 12, tzinfo=UTC)
        lines = pl.DataFrame(
            {
                "order": [f"O{at}" for at in range(n)],
                "line": ["1"] * n,
                "sku": [f"S{at % skus}" for at in range(n)],
                "customer": [f"C{at % 20}" for at in range(n)],
                "at": [first + timedelta(days=at) for at in range(n)],
                "units": [2.0] * n,
                "price": [price] * n,
                "revenue": [None if price is None else 2 * price] * n,
            },
            schema_overrides={"price": pl.Float64, "revenue": pl.Float64},
        )
        products = pl.DataFrame(
            {
                "sku": [f"S{at}" for at in range(skus)],
                "title": [f"Cup {at}" for at in range(skus)],
                "cost": [cost] * skus,
            },
            schema_overrides={"cost": pl.Float64},
        )
        return {"products": products, "order_lines": lines}

    return plain
