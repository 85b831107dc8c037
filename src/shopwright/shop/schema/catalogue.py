"""What is sold, at which price, and which promotions are known ahead."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from shopwright.i18n import t
from shopwright.shop.schema import names as c
from shopwright.shop.schema.record import DAY_TYPE, Column, Table, at_least, one_of, within
from shopwright.shop.schema.sales import CURRENCY, SKU
from shopwright.shop.schema.supply import COST

PRICE = Column(
    c.PRICE,
    pl.Float64,
    "Price",
    "售价",
    unit="money",
    rule=at_least(0),
    aliases=("regular price", "variant price", "list price", "一口价", "价格", "preço", "preco", "precio", "preis"),
)
CATEGORY = Column(
    c.CATEGORY,
    pl.String,
    "Category",
    "类目",
    about="Path from the general to the special, parts joined by ' > '.",
    about_zh="从大类到小类的路径，用“ > ”连接。",
    aliases=(
        *(
            "product category",
            "product_category",
            "product_category_name",
            "categories",
            "type",
            "product type",
            "department",
        ),
        *(
            "class name",
            "group",
            "类别",
            "类目",
            "宝贝类目",
            "分类",
            "categoria",
            "categoría",
            "kategorie",
            "warengruppe",
        ),
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
                *(
                    "商品标题",
                    "品名",
                    "nome",
                    "nome do produto",
                    "título",
                    "titulo",
                    "nombre",
                    "bezeichnung",
                    "artikelname",
                ),
            ),
        ),
        Column(
            c.DESCRIPTION,
            pl.String,
            "Description",
            "描述",
            aliases=("body (html)", "details", "商品描述", "descrição", "descricao", "descripción", "beschreibung"),
        ),
        CATEGORY,
        Column(c.BRAND, pl.String, "Brand", "品牌", aliases=("vendor", "manufacturer", "marca", "marke", "hersteller")),
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
        Column(c.LAUNCH_DAY, DAY_TYPE, "Launched on", "上架日期", aliases=("published at", "launch date", "上架时间")),
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
