"""Names of columns as people write them."""

import pytest

from shopwright.shop.imports.names import score
from shopwright.shop.schema import TABLES


@pytest.mark.parametrize(
    "name, table, column",
    [
        *(("交货周期(天)", "supply", "lead_days"), ("交货周期（天）", "supply", "lead_days")),
        *(
            ("Lead time [days]", "supply", "lead_days"),
            ("采购价(元)", "supply", "cost"),
            ("Cost (EUR)", "supply", "cost"),
        ),
        *(("数量(件)", "order_lines", "units"), ("Qty (pcs)", "order_lines", "units")),
    ],
)
def test_a_unit_in_brackets_is_no_part_of_the_name(name, table, column):
    assert score(name, TABLES[table].column(column), table) == 0.95


@pytest.mark.parametrize(
    "name, table, column",
    [
        *(("交货周期(周)", "supply", "lead_days"), ("Lead time (weeks)", "supply", "lead_days")),
        *(("采购价(分)", "supply", "cost"), ("数量(箱)", "order_lines", "units"), ("(天)", "supply", "lead_days")),
    ],
)
def test_another_unit_is_another_column(name, table, column):
    assert score(name, TABLES[table].column(column), table) == 0
