"""Shops as imports leave them: refused rows are told without showing what stood in them, corrected rows count once."""

from __future__ import annotations

from datetime import date

from shopwright.shop.check import check
from shopwright.shop.imports import import_paths
from shopwright.shop.shop import open_shop

ROWS = [
    f"O{n},C{n % 9},2023-05-{1 + n % 28:02d} 10:{n % 60:02d},S{n % 5},{1 + n % 3},{5 + n % 5}.50" for n in range(60)
]


def test_refused_rows_are_told_until_the_file_is_put_right(tmp_path):
    file, shop = tmp_path / "orders.csv", tmp_path / "shop"
    head = "order_id,customer_id,order_date,sku,quantity,unit_price\n"
    bad = ["O90,jane.doe@example.org,2023-05-03 10:00,S1,lots,5.50", "O91,C1,not a day,S1,1,5.50"]
    file.write_text(head + "\n".join(ROWS + bad) + "\n")
    import_paths([file], shop)
    found = {finding.code: finding for finding in check(open_shop(shop), today=date(2023, 6, 1)).findings}
    finding = found["CHECK-QUARANTINE"]
    assert finding.n_rows == 2
    assert finding.share == 2 / 62
    assert [row["row"] for row in finding.examples] == [62, 63]
    assert "jane" not in str(finding.as_json())
    file.write_text(head + "\n".join([*ROWS, "O90,C3,2023-05-03 10:00,S1,3,5.50"]) + "\n")
    import_paths([file], shop)
    assert "CHECK-QUARANTINE" not in {
        finding.code for finding in check(open_shop(shop), today=date(2023, 6, 1)).findings
    }


def test_only_the_last_version_of_a_corrected_row_is_judged(tmp_path):
    file, shop = tmp_path / "orders.csv", tmp_path / "shop"
    head = "order_id,customer_id,order_date,sku,quantity,unit_price\n"
    file.write_text(head + "\n".join([*ROWS, "O90,,2023-05-03 10:00,S1,3,6.50"]) + "\n")
    import_paths([file], shop)
    assert "CHECK-NO-CUSTOMER" in {finding.code for finding in check(open_shop(shop), today=date(2023, 6, 1)).findings}
    file.write_text(head + "\n".join([*ROWS, "O90,C3,2023-05-03 10:00,S1,3,6.50"]) + "\n")
    import_paths([file], shop)
    opened = open_shop(shop)
    assert opened.manifest["tables"]["order_lines"]["has_versions"]
    report = check(opened, today=date(2023, 6, 1))
    assert "CHECK-NO-CUSTOMER" not in {finding.code for finding in report.findings}
    assert report.rows_checked == sum(opened.rows(name) for name in opened.tables)
