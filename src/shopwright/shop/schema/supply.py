"""What is on the shelf, who supplies it and what is on its way."""

from __future__ import annotations

import polars as pl

from shopwright.i18n import t
from shopwright.shop.schema import names as c
from shopwright.shop.schema.record import DAY_TYPE, Column, Table, at_least, listed
from shopwright.shop.schema.sales import CURRENCY, LOCATION, SKU

DAY = Column(
    c.DAY,
    DAY_TYPE,
    "Day",
    "日期",
    is_required=True,
    aliases=(
        *listed("date|datum|fecha|data|snapshot date|日期"),
        *listed("盘点日期|库存日期|统计日期|快照日期|stichtag|data do estoque|fecha de inventario"),
    ),
)
COST = Column(
    c.COST,
    pl.Float64,
    "Unit cost",
    "单位成本",
    unit="money",
    rule=at_least(0),
    aliases=(
        *listed("cost|unit_cost|cost per item|purchase price|成本价|进价|custo|coste|einkaufspreis"),
        *listed("成本|成本单价|商品成本|产品成本|采购价|采购价格|采购单价|采购成本|进货价|进货价格|进货单价"),
        *listed("进货成本|拿货价|供货价|成本价格|costs|item cost|product cost|cost price|wholesale price"),
        *listed("custo unitário|preço de custo|preço de compra|costo|costo unitario|coste unitario"),
        *listed("precio de coste|precio de costo|precio de compra|einstandspreis|ek preis|ek|kosten"),
        *listed("selbstkosten|stückkosten"),
    ),
)

STOCK = Table(
    "stock",
    "Stock",
    "库存",
    (
        SKU,
        LOCATION,
        DAY,
        Column(
            c.ON_HAND,
            pl.Float64,
            "On hand",
            "现有库存",
            unit="units",
            about="Units that could be sold at the end of the day; below zero means oversold.",
            about_zh="当日结束时可售数量；负数表示超卖。",
            aliases=(
                *listed("stock|available|inventory|quantity|qty on hand|stock quantity|variant inventory qty"),
                *("end inventory", "库存", "可用库存", "库存数量", "estoque", "existencias", "bestand", "lagerbestand"),
                *listed("现有库存|实际库存|实物库存|当前库存|剩余库存|库存量|可售库存|商品库存|库存数|在库数量"),
                *listed("结存数量|quantidade em estoque|estoque atual|inventario|stock actual|cantidad en stock"),
                *listed("lagermenge|verfügbar"),
            ),
        ),
        Column(
            c.IS_IN_STOCK,
            pl.Boolean,
            "In stock",
            "是否有货",
            about="Whether it could be bought that day (or week); sales without stock are not demand.",
            about_zh="当日（或当周）是否可购买；缺货期的销量不代表需求。",
            aliases=(*listed("in_stock|instock|is in stock|stock status|有货|em estoque|disponible|lieferbar"),),
        ),
    ),
    key=(c.SKU, c.LOCATION, c.DAY),
    known=c.DAY,
    serves=t("what to reorder, and sales lost while out of stock"),
)

SUPPLY = Table(
    "supply",
    "Supply terms",
    "供货条件",
    (
        SKU,
        Column(
            c.SUPPLIER,
            pl.String,
            "Supplier",
            "供应商",
            aliases=(
                *listed("vendor|fornecedor|proveedor|lieferant"),
                *listed("供货商|供应商名称|厂家|供货厂家"),
            ),
        ),
        Column(
            c.LEAD_DAYS,
            pl.Float64,
            "Lead time",
            "交货期",
            unit="days",
            rule=at_least(0),
            aliases=(
                *listed("lead time|lead_time|leadtime|lieferzeit|prazo de entrega|plazo de entrega|到货天数"),
                *listed("采购周期|供货周期|交货天数|交期|备货天数|到货周期|交货周期|交货时间|交付周期"),
            ),
        ),
        Column(c.LEAD_DAYS_SD, pl.Float64, "Spread of the lead time", "交货期标准差", unit="days", rule=at_least(0)),
        Column(
            c.REVIEW_DAYS,
            pl.Float64,
            "Days between orders",
            "订货间隔",
            unit="days",
            rule=at_least(0),
            aliases=("review period", "order cycle", "订货周期"),
        ),
        Column(
            c.PACK_SIZE,
            pl.Float64,
            "Pack size",
            "包装规格",
            unit="units",
            rule=at_least(0),
            aliases=(
                *listed("pack|case pack|case size|箱规|embalagem|verpackungseinheit"),
                *listed("装箱数|每箱数量|整箱数量|箱装数|包装数量"),
            ),
        ),
        Column(
            c.MIN_UNITS,
            pl.Float64,
            "Minimum order",
            "起订量",
            unit="units",
            rule=at_least(0),
            aliases=(
                *listed("moq|minimum order|min order qty|最小起订量|mindestbestellmenge|pedido mínimo"),
                *listed("起批量|最低起订量|最小采购量|最低采购量|起购量"),
            ),
        ),
        COST,
        CURRENCY,
        Column(
            c.SHELF_DAYS, pl.Float64, "Shelf life", "保质期", unit="days", rule=at_least(0), aliases=("shelf life",)
        ),
    ),
    key=(c.SKU, c.SUPPLIER),
    serves=t("orders that fit lead times, pack sizes and minimums"),
)

ARRIVALS = Table(
    "arrivals",
    "Arrivals",
    "在途到货",
    (
        Column(
            c.ARRIVAL,
            pl.String,
            "Delivery",
            "到货单号",
            is_required=True,
            aliases=("purchase order", "po", "po number", "delivery", "采购单号", "入库单号"),
        ),
        SKU,
        LOCATION,
        Column(c.ORDERED_DAY, DAY_TYPE, "Ordered on", "下单日期", aliases=("ordered", "po date", "采购日期")),
        Column(
            c.DAY,
            DAY_TYPE,
            "Due on",
            "到货日期",
            about="The day it is due, or came.",
            about_zh="预计或实际到货日期。",
            is_required=True,
            aliases=("due", "due date", "eta", "arrival date", "expected", "预计到货", "liefertermin"),
        ),
        Column(
            c.UNITS,
            pl.Float64,
            "Units",
            "数量",
            unit="units",
            rule=at_least(0),
            is_required=True,
            aliases=("quantity", "qty", "数量", "quantidade", "cantidad", "menge"),
        ),
        Column(c.IS_RECEIVED, pl.Boolean, "Received", "是否到货", known=c.DAY, aliases=("received", "已入库")),
        Column(c.SUPPLIER, pl.String, "Supplier", "供应商", aliases=("vendor", "fornecedor", "proveedor", "lieferant")),
    ),
    key=(c.ARRIVAL, c.SKU, c.LOCATION),
    known=c.ORDERED_DAY,
    serves=t("orders that count what is already on its way"),
)
