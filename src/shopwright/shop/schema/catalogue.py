"""What is sold, at which price, and which promotions are known ahead."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from shopwright.i18n import t
from shopwright.shop.schema import names as c
from shopwright.shop.schema.record import DAY_TYPE, Column, Table, at_least, listed, one_of, within
from shopwright.shop.schema.sales import CURRENCY, SKU
from shopwright.shop.schema.supply import COST

PRICE = Column(
    c.PRICE,
    pl.Float64,
    "Price",
    "售价",
    unit="money",
    rule=at_least(0),
    aliases=(
        *listed("regular price|variant price|list price|一口价|价格|preço|preco|precio|preis"),
        *listed("商品价格|销售价|零售价|定价|现价|京东价|preço de venda|precio de venta|verkaufspreis"),
    ),
)
CATEGORY = Column(
    c.CATEGORY,
    pl.String,
    "Category",
    "类目",
    about="Path from the general to the special, parts joined by ' > '.",
    about_zh="从大类到小类的路径，用“ > ”连接。",
    aliases=(
        *listed("product category|product_category|product_category_name|categories|type|product type"),
        *listed("department"),
        *listed("class name|group|类别|类目|宝贝类目|分类|categoria|categoría|kategorie|warengruppe"),
        *listed("商品类目|商品分类|商品类别|产品分类|产品类别|一级类目|类目名称|所属类目|店铺分类|所属分类|品类"),
        *listed("categoria do produto|categoría de producto|produktkategorie|artikelgruppe"),
    ),
)

PRODUCTS = Table(
    "products",
    "Products",
    "商品",
    (
        SKU,
        Column(
            c.TITLE,
            pl.String,
            "Title",
            "商品名称",
            aliases=(
                *("name", "product name", "product_name", "product title", "item name", "lineitem name", "宝贝标题"),
                *listed("商品标题|品名|nome|nome do produto|título|titulo|nombre|bezeichnung|artikelname"),
                *listed("标题|名称|产品名称|产品标题|宝贝名称|商品名|商品全称|descrição curta"),
                *listed("nombre del producto|produktname|produkttitel"),
            ),
        ),
        Column(
            c.DESCRIPTION,
            pl.String,
            "Description",
            "描述",
            aliases=(
                *listed("body (html)|details|商品描述|descrição|descricao|descripción|beschreibung"),
                *listed("商品详情|产品描述|详情|商品简介|descripcion|produktbeschreibung"),
            ),
        ),
        CATEGORY,
        Column(
            c.BRAND,
            pl.String,
            "Brand",
            "品牌",
            aliases=(
                *listed("vendor|manufacturer|marca|marke|hersteller"),
                *listed("品牌名称|商品品牌|厂家|制造商|厂商|fabricante"),
            ),
        ),
        PRICE,
        COST,
        CURRENCY,
        Column(
            c.ATTRIBUTES,
            pl.String,
            "Attributes",
            "属性",
            about="Colour, size and the like, as a JSON object.",
            about_zh="颜色、尺码等，JSON 对象。",
            aliases=("options", "tags", "商品属性", "atributos", "eigenschaften", "merkmale"),
        ),
        Column(
            c.IMAGE, pl.String, "Image", "图片", aliases=("image src", "images", "picture", "图片", "imagem", "bild")
        ),
        Column(
            c.KIND,
            pl.String,
            "Kind of product",
            "商品类型",
            rule=one_of("product", "service"),
            about="service: postage, fees and the like, never forecast or reordered.",
            about_zh="service 表示邮费、手续费等，不预测也不补货。",
        ),
        Column(
            c.LAUNCH_DAY,
            DAY_TYPE,
            "Launched on",
            "上架日期",
            aliases=(
                "published at",
                "launch date",
                "上架时间",
                *listed("上架日期|上市日期|上市时间|首次上架时间|发布时间|data de lançamento"),
                *listed("fecha de lanzamiento|erscheinungsdatum"),
            ),
        ),
    ),
    key=(c.SKU,),
    known=c.LAUNCH_DAY,
    serves=t("titles, categories and margins"),
    is_required=True,
)

PROMOTIONS = Table(
    "promotions",
    "Promotions",
    "促销活动",
    (
        Column(
            c.PROMOTION,
            pl.String,
            "Promotion",
            "活动编号",
            is_required=True,
            aliases=("promo", "promo_id", "活动", "aktion"),
        ),
        replace(SKU, is_required=False),
        CATEGORY,
        Column(
            c.FROM_DAY,
            DAY_TYPE,
            "First day",
            "开始日期",
            is_required=True,
            aliases=("start", "start_date", "from", "valid from", "开始时间", "início", "inicio", "beginn"),
        ),
        Column(
            c.TO_DAY,
            DAY_TYPE,
            "Last day",
            "结束日期",
            is_required=True,
            aliases=("end", "end_date", "to", "valid to", "结束时间", "fim", "fin", "ende"),
        ),
        Column(
            c.DISCOUNT,
            pl.Float64,
            "Discount",
            "折扣比例",
            unit="share",
            rule=within(0, 1),
            about="Share of the price taken off: 0.2 is 20 %.",
            about_zh="减价比例：0.2 即八折。",
            aliases=("discount rate", "percent off"),
        ),
        PRICE,
        Column(c.KIND, pl.String, "Kind of promotion", "活动类型", aliases=("type", "mechanic", "display")),
        Column(c.TITLE, pl.String, "Title", "活动名称", aliases=("name", "名称")),
        Column(
            c.ANNOUNCED_DAY,
            DAY_TYPE,
            "Announced on",
            "确定日期",
            about="The day the shop had decided on it; empty means always known ahead.",
            about_zh="店铺决定该活动的日期；为空表示早已知晓。",
        ),
    ),
    key=(c.PROMOTION, c.SKU, c.CATEGORY, c.FROM_DAY),
    known=c.ANNOUNCED_DAY,
    serves=t("forecasts that know the promotions ahead"),
)

PRICES = Table(
    "prices",
    "Prices by day",
    "每日价格",
    (
        SKU,
        Column(c.DAY, DAY_TYPE, "Day", "日期", is_required=True, aliases=("date", "datum", "fecha", "data", "日期")),
        replace(PRICE, is_required=True),
        Column(
            c.WAS_PRICE,
            pl.Float64,
            "Price before",
            "原价",
            unit="money",
            rule=at_least(0),
            aliases=("compare at price",),
        ),
        CURRENCY,
    ),
    key=(c.SKU, c.DAY),
    known=c.DAY,
    serves=t("the effect of prices on sales"),
)
