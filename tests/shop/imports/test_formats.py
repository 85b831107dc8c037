"""Exports of shop systems, small ones written for the purpose."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import polars as pl
import pytest

from shopwright.customers import returns
from shopwright.settings import load
from shopwright.shop.shop import open_shop

SHOPIFY_ORDERS = """\
Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,Shipping,Taxes,Total,Discount Amount,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Shipping City,Shipping Country,Cancelled at,Refunded Amount,Vendor,Source,Lineitem discount
#1001,Ann@Example.com,paid,2024-01-05 10:21:00 -0500,fulfilled,2024-01-06 09:00:00 -0500,yes,USD,30.00,5.00,2.40,37.40,0.00,2024-01-05 10:20:30 -0500,2,Red mug - Large,10.00,MUG-L,Boston,US,,0.00,Acme,web,1.00
#1001,Ann@Example.com,,,,,,,,,,,,,1,Jar,10.00,,,,,,Acme,,0.00
#1002,bob@example.com,refunded,2024-01-06 10:21:00 -0500,unfulfilled,,no,USD,10.00,0.00,0.00,10.00,0.00,2024-01-06 23:30:00 -0500,1,Jar,10.00,JAR,Reno,US,2024-01-07 08:00:00 -0500,10.00,Acme,web,0.00
"""  # noqa: E501
SHOPIFY_PRODUCTS = """\
Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Qty,Variant Price,Image Src,Cost per item
red-mug,Red mug,<p>A <b>red</b> mug</p>,Acme,Mugs,"red, mug",true,Size,Small,MUG-S,4,9.00,http://x/a.png,3.10
red-mug,,,,,,,,Large,MUG-L,-1,10.00,,3.50
red-mug,,,,,,,,,,,,http://x/b.png,
jar,Jar,,Acme,Jars,,true,Title,Default Title,,2,10.00,,
"""  # noqa: E501
SHOPIFY_INVENTORY = """\
Handle,Title,Option1 Name,Option1 Value,SKU,Location,On hand,Available
red-mug,Red mug,Size,Small,MUG-S,Warehouse,5,4
red-mug,Red mug,Size,Large,MUG-L,Warehouse,not stocked,not stocked
"""


def test_shopify_orders(put, bring, rows):
    result = bring(put("orders_export.csv", SHOPIFY_ORDERS))
    assert result.files[0].format == "shopify"
    lines = rows("order_lines").sort("order", "sku")
    assert lines.select("order", "sku", "units", "price", "discount", "revenue", "customer").rows() == [
        ("#1001", "Jar", 1.0, 10.0, 0.0, 10.0, "ann@example.com"),
        ("#1001", "MUG-L", 2.0, 10.0, 1.0, 19.0, "ann@example.com"),
        ("#1002", "JAR", 1.0, 10.0, 0.0, 10.0, "bob@example.com"),
    ]
    assert lines["at"][0] == datetime(2024, 1, 5, 15, 20, 30, tzinfo=UTC)
    orders = rows("orders").sort("order")
    assert orders.select("status", "shipping", "tax", "total", "city").rows() == [
        ("shipped", 5.0, 2.4, 37.4, "Boston"),
        ("cancelled", 0.0, 0.0, 10.0, "Reno"),
    ]
    assert orders["status_at"][0] == datetime(2024, 1, 6, 14, 0, tzinfo=UTC)
    people = rows("customers").sort("customer")
    assert people["consent_email"].to_list() == [True, False]
    # what was cancelled was no sale and has no return
    assert not any("refunds" in str(note) for note in result.files[0].notes)


def _refunded(number, status, total, refunded, day, lines):
    at = f"{day} 10:00:00 -0500"
    own = f"{number},Ann@Example.com,{status},{at},fulfilled,,no,USD,,0.00,0.00,{total},0.00,{at}"
    bare = f"{number},,,,,,,,,,,,,"
    return "".join(
        f"{bare if line else own},{units},{sku},{price},{sku},,US,,{'' if line else refunded},Acme,web,0.00\n"
        for line, (sku, units, price) in enumerate(lines)
    )


def test_shopify_refunds_are_returns_of_units_where_whole_and_of_money_where_in_part(put, bring, rows, root):
    head = SHOPIFY_ORDERS.splitlines(keepends=True)[0]
    both = [("MUG-L", 2, "10.00"), ("JAR", 1, "5.00")]
    whole = _refunded("#1", "refunded", "25.00", "25.00", "2024-01-05", both)
    part = _refunded("#2", "partially_refunded", "25.00", "5.00", "2024-01-06", both)
    kept = _refunded("#3", "paid", "25.00", "0.00", "2024-01-08", both)
    result = bring(put("orders_export.csv", head + whole + part + kept))
    assert any("30.00 in 2 orders" in str(note) for note in result.files[0].notes)
    back = rows("returns").sort("order", "sku")
    assert back.select("order", "sku", "units", "refund", "customer").rows() == [
        ("#1", "JAR", 1.0, 5.0, "ann@example.com"),
        ("#1", "MUG-L", 2.0, 20.0, "ann@example.com"),
        ("#2", "JAR", 0.0, 1.0, "ann@example.com"),
        ("#2", "MUG-L", 0.0, 4.0, "ann@example.com"),
    ]
    # no evening before the last day of the file knows of them
    assert {str(day) for day in back["day"]} == {"2024-01-08"}
    assert returns(open_shop(root).until("2024-01-07")).share is None
    found = returns(open_shop(root))
    assert found.customers.select("n_bought", "n_returned", "refund").rows() == [(6, 2, 30.0)]
    assert found.share == pytest.approx(2 / 6)


def test_a_later_shopify_export_changes_the_status_and_keeps_the_old_one(put, bring, rows):
    bring(put("a.csv", SHOPIFY_ORDERS.replace("fulfilled,2024-01-06 09:00:00 -0500", "unfulfilled,")))
    bring(put("b.csv", SHOPIFY_ORDERS))
    versions = rows("orders").filter(pl.col("order") == "#1001").sort("known_at")
    assert versions["status"].to_list() == ["paid", "shipped"]


def test_shopify_products(put, bring, rows):
    file = put("products_export.csv", SHOPIFY_PRODUCTS)
    os.utime(file, (1_704_500_000, 1_704_500_000))
    result = bring(file, settings={"shop.timezone": "UTC"})
    assert result.files[0].rows_kept == 4
    products = {row["sku"]: row for row in rows("products").to_dicts()}
    assert set(products) == {"MUG-S", "MUG-L", "jar"}
    assert products["MUG-L"]["title"] == "Red mug - Large"
    assert products["MUG-L"]["description"] == "A red mug"
    assert products["MUG-L"]["brand"] == "Acme"
    assert products["jar"]["title"] == "Jar"
    assert (products["MUG-S"]["price"], products["MUG-S"]["cost"]) == (9.0, 3.1)
    stock = rows("stock").sort("sku")
    assert stock["on_hand"].to_list() == [-1.0, 4.0, 2.0]
    assert {str(day) for day in stock["day"]} == {"2024-01-06"}


def test_shopify_inventory(put, bring, rows):
    bring(put("inventory_export.csv", SHOPIFY_INVENTORY))
    stock = rows("stock").sort("sku")
    assert stock.select("sku", "location", "on_hand").rows() == [
        ("MUG-L", "Warehouse", None),
        ("MUG-S", "Warehouse", 4.0),
    ]


WOO_ROWS = """\
Order Number,Order Status,Order Date,First Name (Billing),Last Name (Billing),Email (Billing),Country Code (Billing),City (Billing),SKU,Item Name,Quantity (- Refund),Item Cost,Order Shipping Amount,Order Total Amount
77,Completed,2024-01-05 10:20,Ann,Lee,Ann@example.com,DE,Berlin,MUG,Red mug,2,10.00,4.90,29.90
77,Completed,2024-01-05 10:20,Ann,Lee,Ann@example.com,DE,Berlin,,Jar,1,5.00,4.90,29.90
78,Processing,2024-01-06 09:00,Bo,,bo@example.com,DE,Bonn,MUG,Red mug,1,10.00,0,10.00
"""  # noqa: E501
WOO_ORDERS = """\
order_id,order_number,order_date,status,shipping_total,order_total,order_currency,billing_email,billing_country,line_item_1,line_item_2
77,77,2024-01-05 10:20:00,wc-completed,4.90,29.90,EUR,ann@example.com,DE,name:Red mug|product_id:7|sku:MUG|quantity:2|total:20.00,name:Jar|product_id:8|sku:|quantity:1|total:5.00
78,78,2024-01-06 09:00:00,on-hold,0,10.00,EUR,bo@example.com,DE,name:Red mug|product_id:7|sku:MUG|quantity:1|total:10.00,
"""  # noqa: E501
WOO_PRODUCTS = """\
ID,Type,SKU,Name,Published,Description,In stock?,Stock,Sale price,Regular price,Categories,Tags,Images
7,simple,MUG,Red mug,1,<p>Nice</p>,1,12,8.50,10.00,"Kitchen > Mugs, Sale",red,http://x/a.png
8,simple,,Jar,1,,0,,,5.00,Kitchen,,
"""


def test_woocommerce_with_one_row_for_each_item(put, bring, rows):
    bring(put("orders.csv", WOO_ROWS))
    lines = rows("order_lines").sort("order", "sku")
    assert lines.select("order", "sku", "units", "revenue").rows() == [
        *(("77", "Jar", 1.0, 5.0), ("77", "MUG", 2.0, 20.0), ("78", "MUG", 1.0, 10.0)),
    ]
    assert rows("orders").sort("order").select("status", "total").rows() == [("delivered", 29.9), ("paid", 10.0)]
    assert rows("customers").sort("customer")["name"].to_list() == ["Ann Lee", "Bo"]


def test_woocommerce_with_one_row_for_each_order(put, bring, rows):
    result = bring(put("orders.csv", WOO_ORDERS))
    assert result.files[0].format == "woocommerce"
    lines = rows("order_lines").sort("order", "line")
    assert lines.select("order", "sku", "units", "price", "revenue", "currency").rows() == [
        ("77", "MUG", 2.0, 10.0, 20.0, "EUR"),
        ("77", "8", 1.0, 5.0, 5.0, "EUR"),
        ("78", "MUG", 1.0, 10.0, 10.0, "EUR"),
    ]
    assert rows("orders").sort("order")["status"].to_list() == ["delivered", "pending"]


def test_woocommerce_products(put, bring, rows):
    bring(put("products.csv", WOO_PRODUCTS))
    products = {row["sku"]: row for row in rows("products").to_dicts()}
    assert products["MUG"]["price"] == 8.5
    assert products["MUG"]["category"] == "Kitchen > Mugs"
    assert products["id:8"]["title"] == "Jar"
    stock = {row["sku"]: row for row in rows("stock").to_dicts()}
    assert (stock["MUG"]["on_hand"], stock["MUG"]["is_in_stock"]) == (12.0, True)
    assert (stock["id:8"]["on_hand"], stock["id:8"]["is_in_stock"]) == (None, False)


TAOBAO_ORDERS = """\
订单编号,买家会员名,买家应付邮费,总金额,买家实际支付金额,订单状态,收货人姓名,收货地址 ,联系手机,订单创建时间,订单付款时间 ,宝贝标题 ,宝贝总数量,退款金额
="202401050001",小明,0.00,59.80,59.80,交易成功,王小明,浙江省 杭州市,'13800000000,2024-01-05 23:30:00,2024-01-05 23:31:00,红色杯子，罐子,3,0.00
="202401060002",tb_88,6.00,26.00,26.00,卖家已发货，等待买家确认,李雷,北京 北京市,'13900000000,2024-01-06 08:00:00,2024-01-06 08:05:00,罐子,1,0.00
"""  # noqa: E501
TAOBAO_ITEMS = """\
订单编号,标题,价格,购买数量,外部系统编号,商品属性,订单状态,商家编码
="202401050001",红色杯子,19.90,2,,颜色：红,交易成功,MUG-R
="202401050001",罐子,20.00,1,,,交易成功,JAR
="202401060002",罐子,20.00,1,,,卖家已发货，等待买家确认,JAR
"""


def test_taobao(put, bring, rows, root):
    files = [
        put("ExportOrderList.csv", TAOBAO_ORDERS.encode("gb18030")),
        put("ExportOrderDetailList.csv", TAOBAO_ITEMS.encode("gb18030")),
    ]
    result = bring(*files)
    assert [file.format for file in result.files] == ["taobao", "taobao"]
    assert {file.reading.encoding for file in result.files} == {"gb18030"}
    lines = rows("order_lines").sort("order", "sku")
    assert lines.select("order", "sku", "units", "price", "customer").rows() == [
        ("202401050001", "JAR", 1.0, 20.0, "小明"),
        ("202401050001", "MUG-R", 2.0, 19.9, "小明"),
        ("202401060002", "JAR", 1.0, 20.0, "tb_88"),
    ]
    assert lines["at"][0] == datetime(2024, 1, 5, 15, 30, tzinfo=UTC)
    assert str(lines["day"][0]) == "2024-01-05"
    assert rows("orders").sort("order")["status"].to_list() == ["delivered", "shipped"]
    assert rows("customers").sort("customer")["phone"].to_list() == ["13900000000", "13800000000"]
    assert dict(rows("products").select("sku", "title").rows()) == {"MUG-R": "红色杯子", "JAR": "罐子"}
    shop = load(root).shop
    assert (shop.currency, shop.timezone, shop.country, shop.language) == ("CNY", "Asia/Shanghai", "CN", "zh")


def test_taobao_without_the_list_of_items(put, bring, rows):
    result = bring(put("ExportOrderList.csv", TAOBAO_ORDERS.encode("gb18030")))
    assert rows("order_lines").sort("order").select("sku", "units", "revenue").rows() == [
        ("红色杯子，罐子", 3.0, 59.8),
        ("罐子", 1.0, 26.0),
    ]
    assert any("items" in str(note) for note in result.files[0].notes)


WEEKS = ["2024-01-01", "2024-01-08", "2024-01-15", "2024-01-22", "2024-01-29", "2024-02-05"]


def test_a_matrix_with_a_column_for_each_week(put, bring, rows):
    sales = f"sku,{','.join(WEEKS)}\nA,1,0,2,,3,0\nB,0,0,0,0,0,0\n"
    flags = f"sku,{','.join(WEEKS)}\nA,True,True,True,False,True,True\nB,True,True,True,True,True,True\n"
    result = bring(put("sales.csv", sales), put("available.csv", flags))
    assert {file.format for file in result.files} == {"wide"}
    assert rows("order_lines").sort("day")["units"].to_list() == [1.0, 2.0, 3.0]
    assert rows("stock")["is_in_stock"].sum() == 11
    assert set(rows("products")["sku"]) == {"A", "B"}
    assert result.rows_kept == 4


def test_a_word_in_a_matrix_refuses_its_row(put, bring, refused):
    sales = f"sku,{','.join(WEEKS)}\nA,1,0,2,x,3,0\nB,1,0,0,0,0,0\n"
    result = bring(put("sales.csv", sales))
    assert (result.rows_kept, result.rows_quarantined) == (1, 1)
    assert refused().select("line", "column", "code").rows() == [("2", "2024-01-22", "NUMBER")]


def test_a_folder_with_strangers_in_it(put, bring):
    put("shop/orders_export.csv", SHOPIFY_ORDERS)
    put("shop/weather.csv", "station,rain\nX,1\n")
    put("shop/readme.md", "# hello")
    folder = put("shop/.hidden.csv", "a,b\n1,2\n").parent
    result = bring(folder)
    assert {file.name: file.format for file in result.files} == {
        "orders_export.csv": "shopify",
        "weather.csv": "ignored",
        "readme.md": "ignored",
    }
    assert result.rows_in == 3


@pytest.mark.parametrize("name", ["shop.zip", "orders.csv.gz", "shop.tar.gz"])
def test_archives_are_read_inside(put, bring, name, rows):
    import gzip
    import io
    import tarfile
    import zipfile

    raw, whole = SHOPIFY_ORDERS.encode(), io.BytesIO()
    if name.endswith(".zip"):
        with zipfile.ZipFile(whole, "w") as out:
            out.writestr("exports/orders.csv", raw)
    elif name.endswith(".tar.gz"):
        with tarfile.open(fileobj=whole, mode="w:gz") as out:
            info = tarfile.TarInfo("exports/orders.csv")
            info.size = len(raw)
            out.addfile(info, io.BytesIO(raw))
    else:
        whole.write(gzip.compress(raw))
    result = bring(put(name, whole.getvalue()))
    assert result.files[0].name.startswith(f"{name}/")
    assert rows("order_lines").height == 3
