"""What was ordered and what came back."""

from __future__ import annotations

import polars as pl

from shopwright.i18n import t
from shopwright.shop.schema import names as c
from shopwright.shop.schema.record import DAY_TYPE, INSTANT, Column, Table, at_least, listed, one_of

ORDER = Column(
    c.ORDER,
    pl.String,
    "Order",
    "订单编号",
    is_required=True,
    aliases=(
        *("order_id", "orderid", "order number", "order no", "invoice", "invoiceno", "invoice no", "basket_id"),
        *listed("transaction_id|receipt|订单号|单号|订单id|主订单编号|交易号|pedido|numero do pedido"),
        *("id_pedido", "número de pedido", "bestellung", "bestellnummer", "auftragsnummer", "rechnungsnummer"),
        *listed("订单编码|订单流水号|交易编号|交易单号|父订单编号|número do pedido|nº do pedido|pedido id"),
    ),
)
SKU = Column(
    c.SKU,
    pl.String,
    "SKU",
    "商品编码",
    about="The shop's own code for a product that is stocked and sold as such.",
    about_zh="店铺自有的商品编码，按此备货和销售。",
    is_required=True,
    aliases=(
        *("product_id", "productid", "product code", "stockcode", "stock code", "item", "item_id", "item code"),
        *("article", "asin", "upc", "ean", "variant sku", "lineitem sku", "product", "clothing id", "商家编码", "货号"),
        *listed("商品|商品id|商品编号|宝贝id|sku编码|código|codigo|codigo do produto|produto|referencia"),
        *("código de producto", "producto", "artikel", "artikelnummer", "artikelnr", "produkt"),
        *listed("宝贝编码|产品编码|产品编号|商品货号|规格编码|商品sku|sku id|商家skuid|单品编码|款号|商品条码"),
        *listed("条码|artigo|sku do produto|referência|artículo|articulo|referencia del producto"),
        *listed("sku del producto|artikel nr|produktnummer"),
    ),
)
CUSTOMER = Column(
    c.CUSTOMER,
    pl.String,
    "Customer",
    "客户编号",
    about="The shop's code for a customer.",
    about_zh="店铺的客户编号。",
    is_personal=True,
    aliases=(
        *("customer_id", "customerid", "customer id", "client", "client_id", "user", "user_id", "household_id"),
        *listed("member|buyer|买家会员名|买家id|会员号|客户|客户名称|客户id|用户id|买家昵称|cliente|id_cliente"),
        *("kunde", "kundennummer", "kundennr"),
        *listed("顾客编号|顾客|顾客id|会员编号|会员id|会员名|会员|用户编号|用户名|用户|用户昵称|买家|买家会员"),
        *listed("买家账号|买家编号|客户账号|客户昵称|下单帐号|下单账号|评价人|评论人|评价者|评论者|cliente id"),
        *listed("código do cliente|comprador|usuário|usuario|código de cliente|id del cliente|kunden id|käufer"),
        *listed("benutzer"),
    ),
)
AT = Column(
    c.AT,
    INSTANT,
    "Time",
    "时间",
    about="The instant it happened, in UTC.",
    about_zh="发生的时刻（UTC）。",
    is_required=True,
    aliases=(
        *("date", "datetime", "timestamp", "time", "order date", "order_date", "invoicedate", "invoice date"),
        *("created at", "created_at", "purchased_at", "order_purchase_timestamp", "transaction_timestamp"),
        *listed("订单创建时间|下单时间|创建时间|日期|成交时间|付款时间|data|data do pedido|data da compra"),
        *("fecha", "fecha de pedido", "datum", "bestelldatum", "kaufdatum", "rechnungsdatum", "zeit"),
        *listed("下单日期|订单日期|订单时间|购买时间|购买日期|拍下时间|交易时间|交易日期|创建日期|付款日期"),
        *listed("支付时间|支付日期|买家付款时间|订单付款时间|销售日期|data e hora|data de criação|criado em"),
        *listed("data da venda|fecha de compra|fecha de creación|fecha del pedido|creado el|fecha y hora"),
        *listed("erstellt am|erstellungsdatum|auftragsdatum"),
    ),
)
DAY = Column(
    c.DAY,
    DAY_TYPE,
    "Day",
    "日期",
    about="The shop's local date.",
    about_zh="店铺当地日期。",
    aliases=("date", "datum", "fecha", "data", "week", "日期"),
)
CURRENCY = Column(
    c.CURRENCY,
    pl.String,
    "Currency",
    "币种",
    about="ISO 4217 code; empty means the shop's currency.",
    about_zh="ISO 4217 币种代码；为空即店铺币种。",
    aliases=("currency code", "moeda", "moneda", "währung", "货币"),
)
CHANNEL = Column(
    c.CHANNEL,
    pl.String,
    "Channel",
    "渠道",
    aliases=("source", "source name", "sales channel", "utm_source", "来源", "订单来源", "canal", "kanal"),
)
COUNTRY = Column(
    c.COUNTRY,
    pl.String,
    "Country",
    "国家",
    aliases=("shipping country", "billing country", "país", "pais", "land", "国家地区"),
)
LOCATION = Column(
    c.LOCATION,
    pl.String,
    "Location",
    "门店或仓库",
    aliases=(*listed("store|store_id|warehouse|branch|仓库|门店|loja|tienda|almacén|filiale|lager"),),
)

STATUSES = ("pending", "paid", "shipped", "delivered", "cancelled", "refunded")
LINE_KINDS = ("product", "service", "gift", "adjustment")

ORDERS = Table(
    "orders",
    "Orders",
    "订单",
    (
        ORDER,
        AT,
        DAY,
        CUSTOMER,
        Column(
            c.STATUS,
            pl.String,
            "Status",
            "状态",
            rule=one_of(*STATUSES),
            known=c.STATUS_AT,
            aliases=("order_status", "financial status", "订单状态", "situação", "situacao", "estado", "bestellstatus"),
        ),
        Column(c.STATUS_AT, INSTANT, "Status since", "状态更新时间", known=c.STATUS_AT, aliases=("updated_at",)),
        CHANNEL,
        COUNTRY,
        Column(c.REGION, pl.String, "Region", "省份", aliases=("state", "province", "customer_state", "estado", "省")),
        Column(
            c.CITY, pl.String, "City", "城市", is_personal=True, aliases=("customer_city", "cidade", "ciudad", "stadt")
        ),
        CURRENCY,
        Column(c.SHIPPING, pl.Float64, "Shipping charge", "运费", unit="money", aliases=("freight", "frete", "邮费")),
        Column(
            c.DISCOUNT, pl.Float64, "Discount", "优惠", unit="money", aliases=("discount amount", "desconto", "rabatt")
        ),
        Column(c.TAX, pl.Float64, "Tax", "税额", unit="money", aliases=("taxes", "vat", "imposto", "iva", "mwst")),
        Column(
            c.TOTAL,
            pl.Float64,
            "Order total",
            "订单总额",
            unit="money",
            aliases=(
                *listed("order total|grand total|买家实际支付金额|实付金额|总金额|valor total|gesamtbetrag"),
                *listed("订单总金额|订单金额|订单总价|应付金额|实收金额|实付款|支付金额|成交总额|订单实付金额"),
                *listed("total do pedido|total del pedido|importe total|gesamtsumme"),
            ),
        ),
        Column(c.PROMISED_AT, INSTANT, "Delivery promised for", "承诺送达时间", aliases=("estimated delivery",)),
        Column(
            c.DELIVERED_AT,
            INSTANT,
            "Delivered at",
            "签收时间",
            known=c.DELIVERED_AT,
            aliases=("delivered", "delivery date", "确认收货时间", "entregue em", "entregado", "geliefert"),
        ),
    ),
    key=(c.ORDER,),
    known=c.AT,
    serves=t("order status, delivery times and customers of orders"),
)

ORDER_LINES = Table(
    "order_lines",
    "Order lines",
    "订单明细",
    (
        ORDER,
        Column(
            c.LINE,
            pl.String,
            "Line",
            "行号",
            about="Tells lines of one order apart; made from SKU and count where the export has none.",
            about_zh="区分同一订单的各行；导出文件没有时由商品编码和序号生成。",
            aliases=("line_id", "line number", "order_item_id", "item number", "子订单编号", "zeile", "posición"),
        ),
        SKU,
        AT,
        DAY,
        CUSTOMER,
        Column(
            c.UNITS,
            pl.Float64,
            "Units",
            "数量",
            unit="units",
            is_required=True,
            aliases=(
                *listed("quantity|qty|quantity sold|lineitem quantity|sales|sold|count|pieces|购买数量"),
                *listed("宝贝总数量|销量|件数|quantidade|qtd|cantidad|unidades|menge|anzahl|stück"),
                *listed("销售数量|商品数量|订购数量|下单数量|成交数量|卖出件数|quantidade vendida"),
                *listed("cantidad vendida|verkaufte menge"),
            ),
        ),
        Column(
            c.PRICE,
            pl.Float64,
            "Unit price",
            "单价",
            unit="money",
            about="Price of one unit as charged, before order discounts.",
            about_zh="每件成交单价，未计订单级优惠。",
            aliases=(
                *("unitprice", "unit price", "unit_price", "lineitem price", "item price", "amount per unit", "价格"),
                *("商品价格", "商品单价", "preço", "preco", "preço unitário", "precio", "precio unitario", "preis"),
                *("einzelpreis", "stückpreis"),
                *listed("成交单价|销售单价|售价|商品售价|京东价|成交价|实付单价|preço de venda|precio de venta"),
                *listed("verkaufspreis|stückpreis netto"),
            ),
        ),
        Column(
            c.DISCOUNT,
            pl.Float64,
            "Discount",
            "优惠",
            unit="money",
            aliases=("lineitem discount", "rabatt", "desconto"),
        ),
        Column(
            c.REVENUE,
            pl.Float64,
            "Revenue",
            "销售额",
            unit="money",
            about="Money taken for the line: units × price less discount unless the export says it.",
            about_zh="该行的销售额：数量×单价减优惠，导出文件另有说明的除外。",
            aliases=(
                *listed("amount|line total|sales_value|turnover|金额|销售金额|valor|importe|umsatz"),
                *listed("成交金额|销售额|商品金额|小计|商品总价|实付小计|receita|total da linha|ingresos"),
                *listed("total de línea|zeilensumme|positionssumme"),
            ),
        ),
        CURRENCY,
        Column(
            c.KIND,
            pl.String,
            "Kind of line",
            "明细类型",
            rule=one_of(*LINE_KINDS),
            about="product (counts as demand), service (postage, fees), gift (price zero), adjustment (corrections).",
            about_zh="product 商品（计入需求）、service 服务（邮费、手续费）、gift 赠品（零价）、adjustment 调整。",
        ),
        CHANNEL,
        LOCATION,
        COUNTRY,
    ),
    key=(c.ORDER, c.LINE),
    known=c.AT,
    serves=t("everything: sales are counted from it"),
    is_required=True,
)

RETURNS = Table(
    "returns",
    "Returns",
    "退货",
    (
        Column(
            c.RETURN,
            pl.String,
            "Return",
            "退货编号",
            is_required=True,
            aliases=(
                *listed("return_id|refund id|rma|退款编号|devolução|devolución|retoure"),
                *listed("退货单号|退款单号|售后单号|售后编号|退货id|id da devolução|id de devolución"),
                *listed("retourennummer|rücksendung"),
            ),
        ),
        Column(c.LINE, pl.String, "Line", "行号"),
        Column(
            c.ORDER,
            pl.String,
            "Order",
            "订单编号",
            about="The order it came from, where known.",
            about_zh="原订单，如已知。",
        ),
        SKU,
        CUSTOMER,
        AT,
        DAY,
        Column(
            c.UNITS,
            pl.Float64,
            "Units returned",
            "退货数量",
            unit="units",
            rule=at_least(0),
            is_required=True,
            aliases=(
                *listed("quantity|qty|数量|quantidade|cantidad|menge"),
                *listed("退货件数|退款数量|退回数量|售后数量|quantidade devolvida|cantidad devuelta|retourmenge"),
            ),
        ),
        Column(
            c.REFUND,
            pl.Float64,
            "Refund",
            "退款金额",
            unit="money",
            aliases=(
                *listed("refund amount|amount refunded|refunded|退款|reembolso|erstattung"),
                *listed("退款总额|实退金额|退款额|退货金额|refunded amount|valor reembolsado|valor do reembolso"),
                *listed("importe reembolsado|monto reembolsado|erstattungsbetrag|erstatteter betrag"),
            ),
        ),
        CURRENCY,
        Column(
            c.REASON,
            pl.String,
            "Reason",
            "原因",
            aliases=(
                *listed("return reason|退款原因|motivo|grund"),
                *listed("退货原因|售后原因|退款说明|申请原因|motivo da devolução|motivo de devolución"),
                *listed("rückgabegrund|retourengrund"),
            ),
        ),
        COUNTRY,
    ),
    key=(c.RETURN, c.LINE),
    known=c.AT,
    serves=t("return rates and what returns cost"),
)
