"""What a shop knows of the time ahead: promotions of products, of categories and of all."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from shopwright.errors import UsageError
from shopwright.forecast.shop_panel import shop_panel
from shopwright.settings import Settings
from shopwright.shop.history import history
from shopwright.shop.shop import Shop

FIRST = date(2024, 1, 1)


@pytest.fixture
def shop():
    days = [FIRST + timedelta(days=at) for at in range(70)]
    rows = [(sku, day) for sku in ("bowl", "cup", "pen") for day in days]
    lines = pl.DataFrame(
        {
            "order": [str(at) for at in range(len(rows))],
            "line": ["1"] * len(rows),
            "sku": [sku for sku, _ in rows],
            "at": [datetime(day.year, day.month, day.day, 9, tzinfo=UTC) for _, day in rows],
            "units": [2.0] * len(rows),
        }
    )
    products = pl.DataFrame(
        {
            "sku": ["bowl", "cup", "pen"],
            "category": ["Kitchen > Bowls", "Kitchenware", "Office"],
            "title": ["a", "b", "c"],
        }
    )
    promotions = pl.DataFrame(
        {
            "promotion": ["one", "kitchen", "all", "back to front", "for ever"],
            "sku": ["pen", None, None, "cup", "cup"],
            "category": [None, "Kitchen", None, None, None],
            "from_day": [days[3], days[10], days[20], days[40], days[60]],
            "to_day": [days[4], days[10], None, days[30], date(9999, 12, 31)],
        }
    )
    tables = {"order_lines": lines, "products": products, "promotions": promotions}
    return Shop.of(tables, Settings.model_validate({"demand": {"period": "D"}}))


def test_promotions_reach_the_products_that_they_are_for(shop):
    known = history(shop)
    share = shop_panel(shop, known, 14).ahead["promotion"]
    assert share.shape == (3, 84)
    found = {sku: [int(at) for at in share[row].nonzero()[0]] for row, sku in enumerate(known.skus)}
    assert found["pen"] == [3, 4, 20]
    assert found["bowl"] == [10, 20]
    assert found["cup"] == [20, *range(60, 84)]


def test_what_is_heard_beside_is_offered_and_refused_where_it_is_of_something_else(shop):
    known = history(shop)
    panel = shop_panel(shop, known, 14, lambda _, then: {"calls": then.sold + 1})
    assert panel.offered["calls"].tolist() == (known.sold + 1).tolist()
    assert not panel.past
    with pytest.raises(UsageError) as error:
        shop_panel(shop, known, 14, lambda _, then: {"calls": then.sold[:, 1:]})
    assert error.value.code == "USAGE-49"
    assert "'bowl'" in str(error.value.why)


def test_the_encoder_of_the_settings_reads_titles_and_the_shipped_one_where_it_is_gone(caplog):
    titles = [f"small product number {at} {'lamp' if at % 2 else 'cup'}" for at in range(40)]
    skus = [f"s{at:02d}" for at in range(40)]
    lines = pl.DataFrame(
        {
            "order": skus,
            "line": ["1"] * 40,
            "sku": skus,
            "at": [datetime(2024, 1, 1 + at % 28, 9, tzinfo=UTC) for at in range(40)],
            "units": [1.0] * 40,
            "price": [2.0] * 40,
        }
    )
    tables = {"products": pl.DataFrame({"sku": skus, "title": titles}), "order_lines": lines}
    groups = []
    for name in ("static", "no-such-model"):
        settings = Settings.model_validate({"language": {"encoder": name}})
        shop = Shop.of(tables, settings)
        groups.append(shop_panel(shop, history(shop), 4).static["title"])
        assert ("no-such-model" in caplog.text) == (name == "no-such-model")
    assert groups[0].tolist() == groups[1].tolist()
    assert len(set(groups[0])) > 1
