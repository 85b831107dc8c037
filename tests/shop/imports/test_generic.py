from __future__ import annotations

import json
import sqlite3
from datetime import UTC, date, datetime

import duckdb
import polars as pl
import pytest
import xlsxwriter

from shopwright.errors import InputError
from shopwright.settings import load
from shopwright.shop.imports import Reading, import_paths

LINES = [("1", date(2024, 1, 5), "A", 2, 3.5), ("2", date(2024, 1, 6), "B", 1, 4.0)]


@pytest.mark.parametrize(
    "header, table",
    [
        ("order_id,date,sku,quantity,price", "order_lines"),
        ("Order ID,Order Date,Product Code,Qty,Unit Price", "order_lines"),
        ("订单号,下单时间,商品编码,数量,单价", "order_lines"),
        ("pedido,data do pedido,código,quantidade,preço unitário", "order_lines"),
        ("número de pedido,fecha,código de producto,cantidad,precio", "order_lines"),
        ("Bestellnummer,Bestelldatum,Artikelnummer,Menge,Einzelpreis", "order_lines"),
        ("ORDER_ID,ORDER_DATE,SKU,QTY_SOLD,PRICE", "order_lines"),
    ],
)
def test_names_in_five_languages(put, bring, rows, header, table):
    body = "1,2024-01-05,A,2,3.5\n2,2024-01-06,B,1,4.0\n".replace("QTY_SOLD", "quantity")
    result = bring(put("export.csv", f"{header.replace('QTY_SOLD', 'quantity sold')}\n{body}"))
    assert result.files[0].guess.table == table
    assert rows(table).sort("order").select("order", "sku", "units", "price").rows() == [
        ("1", "A", 2.0, 3.5),
        ("2", "B", 1.0, 4.0),
    ]


@pytest.mark.parametrize(
    "header, row, table",
    [
        ("sku,title,price,category", "A,Mug,3,Kitchen", "products"),
        ("order_id,date,customer,status", "1,2024-01-05,7,paid", "orders"),
        ("customer_id,name,email,country", "7,Ann,a@example.com,DE", "customers"),
        ("review_id,sku,rating,review text,date", "1,A,5,fine,2024-01-05", "reviews"),
        ("sku,date,stock", "A,2024-01-05,5", "stock"),
        ("sku,supplier,lead time,moq", "A,Acme,14,10", "supply"),
        ("po number,sku,eta,quantity", "P1,A,2024-01-05,10", "arrivals"),
        ("campaign_id,channel,start_date,cost", "C1,mail,2024-01-05,10", "campaigns"),
        ("ticket_id,customer_id,created at,subject,body", "T1,7,2024-01-05,Where is it?,Hello", "tickets"),
        ("return_id,order_id,sku,date,quantity,refund amount", "R1,1,A,2024-01-05,1,3", "returns"),
        ("event_id,session_id,timestamp,event_type,sku", "E1,S1,2024-01-05 10:00:00,view,A", "events"),
        ("promo_id,sku,start_date,end_date,discount rate", "P1,A,2024-01-05,2024-01-09,0.2", "promotions"),
        ("campaign_id,customer_id,treatment,opened", "C1,7,control,no", "exposures"),
    ],
)
def test_what_a_file_is_about(put, bring, rows, header, row, table):
    result = bring(put("export.csv", f"{header}\n{row}\n"))
    assert result.files[0].guess.table == table
    assert rows(table).height == 1


@pytest.mark.parametrize(
    "date, stars, text",
    [
        *(("评价日期", "评分", "评价内容"), ("评论日期", "评价星级", "评论内容"), ("评论时间", "打分", "评语")),
        *(("发表时间", "商品评分", "用户评价"), ("提交时间", "分数", "评论正文")),
        *(("data da avaliação", "estrelas", "avaliação"), ("fecha de la reseña", "puntuación", "reseña")),
        *(("fecha de valoración", "estrellas", "opinión"), ("Bewertungsdatum", "Anzahl Sterne", "Rezension")),
        ("rezensiert am", "Wertung", "Bewertungstext"),
    ],
)
def test_reviews_in_many_words(put, bring, rows, date, stars, text):
    body = "R1,2024-01-05,A,4,Deckel kaputt\nR2,2024-02-06,A,2,gut\n"
    result = bring(put("export.csv", f"评价编号,{date},商品编码,{stars},{text}\n{body}"))
    assert result.files[0].guess.table == "reviews"
    found = rows("reviews").sort("review")
    assert found.select("stars", "text").rows() == [(4.0, "Deckel kaputt"), (2.0, "gut")]
    assert found["day"].dt.to_string("%Y-%m-%d").to_list() == ["2024-01-05", "2024-02-06"]


@pytest.mark.parametrize(
    "name",
    [
        *("成本", "采购价", "进货价", "成本单价", "成本价", "进价", "采购单价", "拿货价", "product cost"),
        *("preço de custo", "precio de coste", "Einstandspreis", "EK-Preis"),
    ],
)
def test_costs_in_many_words(put, bring, rows, name):
    bring(put("products.csv", f"商品编码,商品名称,售价,{name}\nA,壶,30,12.5\n"))
    assert rows("products").select("sku", "price", "cost").rows() == [("A", 30.0, 12.5)]


@pytest.mark.parametrize(
    "header, row, table, known",
    [
        (
            "订单号,买家付款时间,顾客编号,商品货号,成交数量,成交单价",
            "1,2024-01-05,7,A,2,3",
            "order_lines",
            {"units": 2.0},
        ),
        ("退款单号,订单编号,商品编码,申请时间,退款数量,实退金额", "1,1,A,2024-01-05,1,3", "returns", {"refund": 3.0}),
        ("会员编号,客户姓名,手机号,注册时间", "7,王芳,13800138000,2024-01-05", "customers", {"name": "王芳"}),
        ("商品编码,盘点日期,可售库存", "A,2024-01-05,5", "stock", {"on_hand": 5.0}),
        ("服务单号,买家昵称,创建时间,问题类型,问题描述", "T,7,2024-01-05,物流,到哪了", "tickets", {"intent": "物流"}),
        ("推广计划,渠道,起始日期,推广花费", "C,直通车,2024-01-05,10", "campaigns", {"spend": 10.0}),
    ],
)
def test_tables_of_chinese_exports(put, bring, rows, header, row, table, known):
    result = bring(put("export.csv", f"{header}\n{row}\n"))
    assert result.files[0].guess.table == table
    assert rows(table).select(*known).row(0, named=True) == known
    assert not result.files[0].guess.unused


FULL = "订单编号,买家昵称,商品编码,商品名称,付款时间,单价,数量,实付金额,订单状态,省份"


def test_orders_with_a_sku_and_units_are_order_lines(put, bring, rows):
    result = bring(put("export.csv", f"{FULL}\n1,王,A,壶,2024-01-05,5,2,9,交易成功,浙江省\n"))
    found = result.files[0].guess
    assert (found.table, found.is_sure) == ("order_lines", True)
    assert {"商品编码", "数量", "商品名称", "单价"} <= {column.theirs for column in found.columns}
    assert rows("order_lines").select("sku", "units", "price").rows() == [("A", 2.0, 5.0)]


@pytest.mark.parametrize(
    "header, row",
    [
        ("订单编号,买家昵称,付款时间,宝贝总数量,实付金额,订单状态,省份", "1,王,2024-01-05,2,9,交易成功,浙江省"),
        ("订单编号,付款时间,商品数量,单价,实付金额,订单状态", "1,2024-01-05,2,5,9,交易成功"),
        ("order_id,date,customer,items,quantity,status,total", "1,2024-01-05,7,2,3,paid,9"),
        ("order_id,date,customer,items,status,total", "1,2024-01-05,7,2,paid,9"),
    ],
)
def test_orders_with_a_count_of_items_stay_orders(put, bring, rows, header, row):
    assert bring(put("export.csv", f"{header}\n{row}\n")).files[0].guess.table == "orders"
    assert rows("orders").height == 1


def test_orders_with_a_sku_and_a_price_ask_for_the_units(put, bring):
    header, row = (
        "订单编号,买家昵称,商品编码,付款时间,单价,实付金额,订单状态,省份",
        "1,王,A,2024-01-05,5,9,交易成功,浙江省",
    )
    with pytest.raises(InputError) as caught:
        bring(put("export.csv", f"{header}\n{row}\n"))
    assert (caught.value.code, "units" in str(caught.value)) == ("IMPORT-03", True)


def test_canonical_files_are_taken_without_asking(bring, rows, tmp_path):
    frame = pl.DataFrame(
        {
            "order": ["1"],
            "line": ["1"],
            "sku": ["A"],
            "at": [datetime(2024, 1, 5, tzinfo=UTC)],
            "units": [2.0],
            "price": [3.0],
        }
    )
    frame.write_parquet(tmp_path / "order_lines.parquet")
    seen = []

    def ask(guess):
        seen.append(guess)
        return guess

    bring(tmp_path / "order_lines.parquet", ask=ask)
    assert seen[0].confidence == 1.0
    assert all(column.confidence == 1.0 for column in seen[0].columns)
    assert rows("order_lines")["line"].to_list() == ["1"]


def test_the_only_column_with_dates_is_the_time_but_not_for_sure(put, bring):
    seen = []

    def ask(guess):
        seen.append(guess)
        return guess

    bring(put("export.csv", "order_id,Zeitpunkt,sku,quantity\n1,2024-01-05,A,2\n"), ask=ask)
    assert seen[0].mapping()["at"] == ["Zeitpunkt"]
    assert not seen[0].is_sure


def test_a_person_can_correct_the_guess(put, bring, rows):
    from dataclasses import replace

    def ask(guess):
        columns = [column for column in guess.columns if column.canonical != "price"]
        other = replace(guess.columns[0], theirs="net", canonical="price")
        return replace(guess, columns=(*columns, other))

    bring(put("export.csv", "order_id,date,sku,quantity,price,net\n1,2024-01-05,A,2,9,3\n"), ask=ask)
    assert rows("order_lines")["price"].to_list() == [3.0]


def test_columns_nobody_needs_are_named(put, bring):
    result = bring(put("export.csv", "order_id,date,sku,quantity,moon phase\n1,2024-01-05,A,2,full\n"))
    assert any("moon phase" in str(note) for note in result.files[0].notes)


def test_products_and_customers_come_out_of_order_lines(put, bring, rows):
    header = "order_id,date,sku,product name,category,quantity,customer_id,email"
    bring(put("export.csv", f"{header}\n1,2024-01-05,A,Mug,Kitchen,2,7,a@example.com\n"))
    assert rows("products").select("sku", "title", "category", "kind").rows() == [("A", "Mug", "Kitchen", "product")]
    assert rows("customers").select("customer", "email").rows() == [("7", "a@example.com")]


def test_revenue_price_and_line_are_worked_out(put, bring, rows):
    bring(put("a.csv", "order_id,date,sku,quantity,price,discount\n1,2024-01-05,A,2,3.5,1\n1,2024-01-05,A,1,3.5,0\n"))
    assert rows("order_lines").select("line", "revenue").rows() == [("A#1", 6.0), ("A#2", 3.5)]


def test_price_comes_from_the_amount(put, bring, rows):
    bring(put("a.csv", "order_id,date,sku,quantity,amount\n1,2024-01-05,A,4,10\n"))
    assert rows("order_lines").select("price", "revenue").rows() == [(2.5, 10.0)]


def test_days_are_the_shops_own(put, bring, rows):
    file = put("a.csv", "order_id,date,sku,quantity\n1,2024-01-05T23:30:00Z,A,1\n2,2024-01-05 23:30:00,A,1\n")
    bring(file, settings={"shop.timezone": "Asia/Shanghai"})
    lines = rows("order_lines").sort("order")
    assert [str(day) for day in lines["day"]] == ["2024-01-06", "2024-01-05"]
    assert lines["at"].to_list() == [datetime(2024, 1, 5, 23, 30, tzinfo=UTC), datetime(2024, 1, 5, 15, 30, tzinfo=UTC)]


def test_the_reading_can_be_overridden(put, bring, rows):
    file = put("a.txt", "order_id|date|sku|quantity|price\n1|02/03/2024|Käse|1|1.234\n".encode("cp1252"))
    reading = Reading(encoding="cp1252", delimiter="|", decimal=",", date_order="MDY", timezone="America/New_York")
    result = bring(file, reading=reading)
    line = rows("order_lines").row(0, named=True)
    assert (line["sku"], line["price"], str(line["day"])) == ("Käse", 1234.0, "2024-02-03")
    assert line["at"] == datetime(2024, 2, 3, 5, 0, tzinfo=UTC)
    assert result.files[0].reading == reading


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"])
def test_encodings_are_detected(put, bring, rows, encoding):
    bring(put("a.csv", "sku,title,price\nA,Käse façon crème,3\nB,Señor Pão,4\n".encode(encoding)))
    assert rows("products").sort("sku")["title"].to_list() == ["Käse façon crème", "Señor Pão"]


def test_gb18030_is_detected(put, bring, rows, root):
    bring(put("a.csv", "商品编码,商品名称,价格\nA,红色杯子,¥3.50\n".encode("gb18030")))
    assert rows("products").select("title", "price").rows() == [("红色杯子", 3.5)]
    assert load(root).shop.currency == "CNY"


def test_currency_signs_set_the_currency_of_a_new_shop(put, bring, root):
    bring(put("a.csv", "sku,title,price\nA,Mug,£3.50\n"))
    assert load(root).shop.currency == "GBP"


@pytest.mark.parametrize("codes, currency", [("EUR EUR SEK", "EUR"), ("SEK EUR SEK", "SEK"), ("euro euro euro", "USD")])
def test_codes_in_rows_set_the_currency_of_a_new_shop(put, bring, root, codes, currency):
    rows = (f"O{at},2024-01-0{at + 1},A,1,3.50,{code}" for at, code in enumerate(codes.split()))
    bring(put("a.csv", "\n".join(("order,date,sku,units,price,currency", *rows)) + "\n"))
    assert load(root).shop.currency == currency


def test_a_currency_that_was_said_counts_more(put, bring, root):
    bring(put("a.csv", "sku,title,price\nA,Mug,£3.50\n"), settings={"shop.currency": "EUR"})
    assert load(root).shop.currency == "EUR"


def test_a_workbook(bring, rows, tmp_path):
    book = xlsxwriter.Workbook(tmp_path / "sales.xlsx")
    notes, sales = book.add_worksheet("Notes"), book.add_worksheet("Sales")
    notes.write(0, 0, "nothing")
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    sales.write(0, 0, "Sales of January")
    sales.write_row(2, 0, ["order_id", "date", "sku", "quantity", "price"])
    for at, (order, when, sku, units, price) in enumerate(LINES, 3):
        sales.write_row(at, 0, [order, None, sku, units, price])
        sales.write_datetime(at, 1, when, day)
    book.close()
    result = bring(tmp_path / "sales.xlsx")
    assert result.files[0].reading.sheet == "Sales"
    assert rows("order_lines").sort("order").select("order", "day", "sku", "units", "price").rows() == [
        (order, when, sku, float(units), price) for order, when, sku, units, price in LINES
    ]
    with pytest.raises(InputError) as caught:
        bring(tmp_path / "sales.xlsx", reading=Reading(sheet="March"))
    assert caught.value.code == "IMPORT-20"
    assert "Notes, Sales" in str(caught.value.why)


@pytest.mark.parametrize("name", ["sales.csv", "sales.txt", "sales"])
def test_a_workbook_under_another_name_is_read_as_one_and_told(bring, rows, tmp_path, name):
    book = xlsxwriter.Workbook(tmp_path / "sales.xlsx")
    sheet = book.add_worksheet("订单")
    sheet.write_row(0, 0, ["订单编号", "日期", "商品编码", "数量", "单价"])
    for at, (order, when, sku, units, price) in enumerate(LINES, 1):
        sheet.write_row(at, 0, [order, str(when), sku, units, price])
    book.close()
    result = bring((tmp_path / "sales.xlsx").rename(tmp_path / name))
    assert rows("order_lines").sort("order")["sku"].to_list() == ["A", "B"]
    for language, word in (("en", "workbook"), ("zh", "工作簿")):
        assert any(word in line.render(language) and "sales.xlsx" in line.render(language) for line in result.lines())


def test_json_lines_and_json_arrays(put, bring, rows, refused):
    entries = [{"order_id": o, "date": str(d), "sku": s, "quantity": q, "price": p} for o, d, s, q, p in LINES]
    bring(put("a.json", json.dumps(entries)))
    assert rows("order_lines").height == 2
    text = "\n".join(json.dumps(entry) for entry in entries).replace('"B"', '"C"') + "\n{broken\n"
    result = bring(put("b.jsonl", text))
    assert result.rows_quarantined == 1
    assert refused().select("line", "code").rows() == [("3", "JSON")]
    assert set(rows("order_lines")["sku"]) == {"A", "B", "C"}


def statements() -> list[str]:
    columns = 'order_id varchar(9), "order date" date, sku text, quantity integer, price numeric(9, 2)'
    return [
        f"create table orders_2024 ({columns})",
        *(f"insert into orders_2024 values ('{o}', '{d}', '{s}', {q}, {p})" for o, d, s, q, p in LINES),
        "create table products (sku text, title text, tags text)",
        "insert into products values ('A', 'Mug', null), ('B', 'Jar ☕', null)",
    ]


def test_sqlite(root, tmp_path, rows):
    with sqlite3.connect(tmp_path / "shop.db") as connection:
        for statement in statements():
            connection.execute(statement)
    connection.close()
    result = import_paths([tmp_path / "shop.db"], root)
    assert {file.name for file in result.files} == {"shop.db/orders_2024", "shop.db/products"}
    assert rows("order_lines")["revenue"].sum() == 11.0
    assert rows("products").sort("sku")["title"].to_list() == ["Mug", "Jar ☕"]
    assert import_paths([], root, sql=f"sqlite:///{tmp_path}/shop.db", sql_tables=["products"]).tables == {
        "products": (0, 0, 2)
    }


def test_duckdb(root, tmp_path, rows):
    with duckdb.connect(str(tmp_path / "shop.duckdb")) as connection:
        for statement in statements():
            connection.execute(statement)
    import_paths([tmp_path / "shop.duckdb"], root)
    assert rows("order_lines")["revenue"].sum() == 11.0
    assert rows("order_lines")["day"].to_list() == [when for _, when, *_ in LINES]


def test_postgres(postgres, root, rows):
    import psycopg

    with psycopg.connect(postgres, autocommit=True) as connection:
        for statement in statements():
            connection.execute(statement)
        connection.execute("create schema crm")
        connection.execute(
            "create table crm.customers (customer_id int, email text, created_at timestamptz, tags jsonb)"
        )
        connection.execute(
            """insert into crm.customers values (7, 'a@example.com', '2024-01-05 10:00+08', '{"vip": true}')"""
        )
        columns = "'big-' || n as order_id, date '2024-02-01' as day, 'A' as sku, n as quantity"
        connection.execute(f"create table big as select {columns} from generate_series(1, 120000) n")
    result = import_paths([], root, sql=postgres)
    assert {file.name for file in result.files} == {"orders_2024", "products", "crm.customers", "big"}
    assert rows("order_lines").filter(pl.col("day") < date(2024, 2, 1))["revenue"].sum() == 11.0
    assert rows("order_lines").height == 120_002
    assert rows("order_lines").filter(pl.col("day") == date(2024, 2, 1))["units"].sum() == 120_000 * 120_001 / 2
    customer = rows("customers").row(0, named=True)
    assert (customer["customer"], customer["email"], customer["attributes"]) == ("7", "a@example.com", '{"vip": true}')
    assert customer["updated_at"] == datetime(2024, 1, 5, 2, 0, tzinfo=UTC)
    again = import_paths([], root, sql=postgres, sql_tables=["orders_2024"])
    assert again.tables["order_lines"] == (0, 0, 2)
    with pytest.raises(InputError) as caught:
        import_paths([], root, sql=postgres, sql_tables=["nothing"])
    assert caught.value.code == "IMPORT-28"
    assert "orders_2024" in str(caught.value.why)


@pytest.mark.loopback
def test_a_database_that_is_not_there(root):
    pytest.importorskip("psycopg")
    with pytest.raises(InputError) as caught:
        import_paths([], root, sql="postgresql://ann:secret@127.0.0.1:9/shop")
    assert caught.value.code == "IMPORT-18"
    assert "secret" not in str(caught.value)
    assert not root.exists()


def test_statuses_come_in_our_words(put, bring, rows):
    statuses = ["Completed", "已发货", "storniert", "Em análise", "PAGO"]
    lines = "".join(f"{n},2024-01-05,7,{status}\n" for n, status in enumerate(statuses))
    result = bring(put("orders.csv", "order_id,date,customer,status\n" + lines))
    assert rows("orders").sort("order")["status"].to_list() == ["delivered", "shipped", "cancelled", None, "paid"]
    assert any("Em análise" in str(note) for note in result.files[0].notes)


def test_kinds_of_events_come_in_our_words(put, bring, rows, refused):
    kinds = ["pv", "add_to_cart", "purchase", "搜索", "juggle"]
    lines = "".join(f"E{n},2024-01-05,{kind},A\n" for n, kind in enumerate(kinds))
    result = bring(put("events.csv", "event_id,timestamp,event_type,sku\n" + lines))
    assert rows("events").sort("event")["kind"].to_list() == ["view", "cart", "buy", "search"]
    assert result.rows_quarantined == 1
    assert refused()["code"].to_list() == ["ONE-OF"]


def test_a_bad_word_on_the_side_costs_no_product(put, bring, rows):
    header = "order_id,date,sku,product name,list price,quantity,price"
    bring(put("a.csv", f"{header}\n1,2024-01-05,A,Mug,-4,2,3\n"))
    assert rows("products").select("sku", "title", "price").rows() == [("A", "Mug", None)]
