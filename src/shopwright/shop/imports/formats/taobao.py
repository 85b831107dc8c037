"""Taobao and Tmall: the list of orders and the list of items that the seller's desk exports, Chinese, gb18030."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

import polars as pl

from shopwright.i18n import t
from shopwright.shop.imports.convert import TYPES, Wanted
from shopwright.shop.imports.draft import Beside, Context, Draft, Format
from shopwright.shop.imports.quarantine import LINE
from shopwright.shop.imports.source import Source
from shopwright.shop.schema import names as c

__all__ = ["Taobao"]

ORDER, STATUS, BUYER, CREATED = "订单编号", "订单状态", "买家会员名", "订单创建时间"
ORDERS: Mapping[str, Wanted] = {
    ORDER: "id",
    BUYER: "text",
    STATUS: "text",
    CREATED: "instant",
    "订单付款时间": "instant",
    "确认收货时间": "instant",
    "买家应付邮费": "number",
    "总金额": "number",
    "买家实际支付金额": "number",
    "收货人姓名": "text",
    "收货地址": "text",
    "联系手机": "id",
    "宝贝标题": "text",
    "宝贝总数量": "number",
    "退款金额": "number",
}
ITEMS: Mapping[str, Wanted] = {
    ORDER: "id",
    "主订单编号": "id",
    "子订单编号": "id",
    "标题": "text",
    "价格": "number",
    "购买数量": "number",
    "外部系统编号": "id",
    "商家编码": "id",
    "商品属性": "text",
    STATUS: "text",
    CREATED: "instant",
    "订单付款时间": "instant",
    "买家实际支付金额": "number",
}
STATUSES = (
    ("交易成功", "delivered"),
    ("交易关闭", "cancelled"),
    ("卖家已发货", "shipped"),
    ("买家已付款", "paid"),
    ("等待买家付款", "pending"),
    ("退款", "refunded"),
)
FILE = "_file"
Sources = Mapping[str, list[Source]]


class Taobao(Format):
    """Reader of the exports of Taobao's and Tmall's seller desk."""

    name: ClassVar[str] = "taobao"
    settings: ClassVar[Mapping[str, str]] = {
        "shop.name": "我的淘宝店",
        "shop.currency": "CNY",
        "shop.timezone": "Asia/Shanghai",
        "shop.country": "CN",
        "shop.language": "zh",
    }
    roles: ClassVar[Mapping[str, frozenset[str]]] = {
        "orders": frozenset({ORDER, STATUS, CREATED, BUYER}),
        "items": frozenset({ORDER, "标题", "价格", "购买数量"}),
        "sub_items": frozenset({"主订单编号", "标题", "价格", "购买数量"}),
    }

    def read(self, sources: Sources, context: Context) -> list[Draft]:
        """Drafts of orders and order lines; without a list of items, each order is one line of its titles."""
        items = [*sources.get("items", ()), *sources.get("sub_items", ())]
        orders = _all(sources.get("orders", ()), ORDERS, "orders", context)
        drafts = []
        if orders.height:
            frame = _orders(orders)
            drafts += [_part("orders", source, frame) for source in sources.get("orders", ())]
        if items:
            lines = _lines(_all(items, ITEMS, "order_lines", context), orders)
            drafts += [_part("order_lines", source, lines) for source in items]
        else:
            lines = _whole_orders(orders)
            for source in sources.get("orders", ()):
                drafts.append(_part("order_lines", source, lines))
                context.note(
                    source, t("without the list of items each order counts as one line; import the items as well")
                )
        return drafts


def _all(sources: Sequence[Source], wanted: Mapping[str, Wanted], table: str, context: Context) -> pl.DataFrame:
    empty = pl.DataFrame(
        schema={LINE: pl.Int64, **{name: TYPES[kind] for name, kind in wanted.items()}, FILE: pl.String}
    )
    parts = [
        context.typed(source, wanted, table, hint="YMD").with_columns(pl.lit(source.name).alias(FILE))
        for source in sources
    ]
    return pl.concat([empty, *parts], how="diagonal")


def _part(table: str, source: Source, frame: pl.DataFrame) -> Draft:
    people = {c.CUSTOMER: c.CUSTOMER, c.NAME: "收货人姓名", c.PHONE: "联系手机", c.STREET: "收货地址"}
    beside = (
        (Beside("customers", people),)
        if table == "orders"
        else (Beside("products", {c.SKU: c.SKU, c.TITLE: "标题", c.ATTRIBUTES: "_attributes"}, is_only_new=True),)
    )
    theirs = {c.ORDER: ORDER, c.AT: CREATED, c.SKU: "商家编码", c.UNITS: "购买数量", c.PRICE: "价格", c.STATUS: STATUS}
    return Draft(table, source, frame.filter(pl.col(FILE) == source.name).drop(FILE), theirs, beside)


def _status(column: pl.Expr) -> pl.Expr:
    return pl.coalesce(
        *(pl.when(column.str.contains(words, literal=True)).then(pl.lit(name)) for words, name in STATUSES), column
    )


def _orders(rows: pl.DataFrame) -> pl.DataFrame:
    status = _status(pl.col(STATUS))
    since = pl.when(status == "delivered").then("确认收货时间")
    return rows.select(
        LINE,
        FILE,
        pl.col(ORDER).alias(c.ORDER),
        pl.col(CREATED).alias(c.AT),
        pl.col(BUYER).alias(c.CUSTOMER),
        status.alias(c.STATUS),
        pl.coalesce(since, "订单付款时间", CREATED).alias(c.STATUS_AT),
        pl.lit("CN").alias(c.COUNTRY),
        pl.col("买家应付邮费").alias(c.SHIPPING),
        pl.coalesce("买家实际支付金额", "总金额").alias(c.TOTAL),
        pl.col("确认收货时间").alias(c.DELIVERED_AT),
        *("收货人姓名", "联系手机", "收货地址"),
    )


def _lines(items: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """One line for each item; its time is its own, else its order's."""
    order = pl.coalesce("主订单编号", ORDER)
    bought = orders.select(
        pl.col(ORDER).alias("_order"), pl.col(CREATED).alias("_at"), pl.col(BUYER).alias("_buyer")
    ).unique("_order", keep="first")
    rows = items.with_columns(order.alias("_order")).join(bought, on="_order", how="left", maintain_order="left")
    code = pl.coalesce("商家编码", "外部系统编号", pl.concat_str("标题", "商品属性", separator=" ", ignore_nulls=True))
    return rows.select(
        LINE,
        FILE,
        pl.col("_order").alias(c.ORDER),
        pl.col("子订单编号").alias(c.LINE),
        pl.when(code != "").then(code).alias(c.SKU),
        pl.coalesce(CREATED, "_at", "订单付款时间").alias(c.AT),
        pl.col("_buyer").alias(c.CUSTOMER),
        pl.col("购买数量").alias(c.UNITS),
        pl.col("价格").alias(c.PRICE),
        "标题",
        pl.when(pl.col("商品属性").is_not_null())
        .then(pl.struct(pl.col("商品属性").alias("属性")).struct.json_encode())
        .alias("_attributes"),
    )


def _whole_orders(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(
        LINE,
        FILE,
        pl.col(ORDER).alias(c.ORDER),
        pl.col("宝贝标题").alias(c.SKU),
        pl.col(CREATED).alias(c.AT),
        pl.col(BUYER).alias(c.CUSTOMER),
        pl.col("宝贝总数量").fill_null(1.0).alias(c.UNITS),
        pl.coalesce("总金额", "买家实际支付金额").alias(c.REVENUE),
        pl.col("宝贝标题").alias("标题"),
        pl.lit(None, pl.String).alias("_attributes"),
    )
