"""A small shop in which nothing is wrong: half a year, closed on Sundays, 24 products, every table filled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from tests.shop.check.planted import line

from shopwright.shop.check import Report, check
from shopwright.shop.shop import Shop

FIRST, N_DAYS, N_SKUS, N_CUSTOMERS = date(2023, 1, 2), 180, 24, 300
TODAY = date(2023, 8, 1)
Tables = dict[str, pl.DataFrame]


def _at(day: date, second: int) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(seconds=8 * 3600 + second)


def _sales(rng: np.random.Generator, days: list[date]) -> tuple[pl.DataFrame, pl.DataFrame]:
    lines, orders = [], []
    for day in days:
        for number, second in enumerate(np.sort(rng.choice(36_000, 30, replace=False))):
            order, at, buyer = f"{day:%m%d}-{number}", _at(day, int(second)), f"C{rng.integers(N_CUSTOMERS)}"
            orders.append({"order": order, "at": at, "customer": buyer, "status": "delivered", "channel": "web"})
            for sku in rng.choice(N_SKUS, 2, replace=False):
                price = 5.0 + sku
                units = float(rng.choice([1, 1, 1, 2, 2, 3]))
                lines.append(line(order, f"S{sku}", price, units, at, customer=buyer))
    return pl.DataFrame(lines), pl.DataFrame(orders)


def _stock(days: list[date]) -> pl.DataFrame:
    skus = [f"S{sku}" for sku in range(N_SKUS)]
    return pl.DataFrame({"sku": skus * len(days), "day": [day for day in days for _ in skus]}).with_columns(
        pl.lit(50.0).alias("on_hand"), pl.lit(value=True).alias("is_in_stock")
    )


def _tables() -> Tables:
    days = [FIRST + timedelta(days=at) for at in range(N_DAYS)]
    days = [day for day in days if day.weekday() != 6]
    lines, orders = _sales(np.random.default_rng(7), days)
    back = lines.filter(pl.int_range(pl.len()) % 100 == 0)
    return {
        "products": pl.DataFrame(
            [
                {
                    "sku": f"S{sku}",
                    "title": f"Blue cup {sku}",
                    "category": f"Cups > Size {sku % 3}",
                    "cost": 2.0 + sku / 2,
                }
                for sku in range(N_SKUS)
            ]
        ),
        "order_lines": lines,
        "orders": orders,
        "customers": pl.DataFrame(
            {
                "customer": [f"C{n}" for n in range(N_CUSTOMERS)],
                "email": [f"c{n}@example.org" for n in range(N_CUSTOMERS)],
            }
        ),
        "returns": back.select(
            pl.format("R{}", pl.int_range(pl.len())).alias("return"),
            "order",
            "sku",
            "customer",
            pl.col("at") + pl.duration(days=2),
            "units",
        ),
        "reviews": pl.DataFrame(
            {
                "review": ["V1", "V2"],
                "sku": ["S1", "S2"],
                "customer": ["C1", "C2"],
                "at": [_at(days[5], 0), _at(days[9], 0)],
                "stars": [5.0, 2.0],
                "title": ["Lovely", "Broke"],
                "text": ["It holds 300 ml of tea.", "The handle broke after 2 weeks, order 0105-3."],
            }
        ),
        "tickets": pl.DataFrame(
            {"ticket": ["T1"], "customer": ["C1"], "at": [_at(days[6], 0)], "text": ["Where is it?"]}
        ),
        "events": pl.DataFrame({"event": ["E1"], "at": [_at(days[6], 0)], "kind": ["view"], "sku": ["S1"]}),
        "stock": _stock(days),
        "supply": pl.DataFrame({"sku": ["S1"], "lead_days": [5.0]}),
        "prices": pl.DataFrame({"sku": ["S1"], "day": [days[-1]], "price": [6.0]}),
    }


@pytest.fixture(scope="session")
def _clean() -> Tables:
    return _tables()


@pytest.fixture
def tables(_clean: Tables) -> Tables:
    """The tables of the clean shop, for a test to spoil."""
    return dict(_clean)


@pytest.fixture
def today() -> date:
    return TODAY


@pytest.fixture
def look() -> Callable[[Tables], Report]:
    """The report on a shop made of tables, on a fixed day."""
    return lambda tables: check(Shop.of(tables), today=TODAY)
