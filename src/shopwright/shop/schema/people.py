"""Who buys, what they say and do, and what was sent to them."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from shopwright.i18n import t
from shopwright.shop.schema import names as c
from shopwright.shop.schema.record import DAY_TYPE, INSTANT, Column, Table, at_least, one_of, within
from shopwright.shop.schema.sales import AT, CHANNEL, COUNTRY, CURRENCY, CUSTOMER, DAY, SKU

KNOWN_CUSTOMER = replace(CUSTOMER, is_required=True)
MAYBE_SKU = replace(SKU, is_required=False)
MAYBE_ORDER = Column(c.ORDER, pl.String, "Order", "订单编号", aliases=("order_id", "order number", "订单号", "pedido"))
TEXT = Column(
    c.TEXT,
    pl.String,
    "Text",
    "内容",
    is_personal=True,
    aliases=(
        *("review text", "body", "comment", "content", "message", "review_comment_message", "评价内容", "评论", "内容"),
        *("comentário", "comentario", "texto", "kommentar", "nachricht"),
    ),
)

CUSTOMERS = Table(
    "customers",
    "Customers",
    "客户",
    (
        KNOWN_CUSTOMER,
        Column(
            c.NAME,
            pl.String,
            "Name",
            "姓名",
            is_personal=True,
            aliases=("full name", "billing name", "收货人姓名", "nome"),
        ),
        Column(c.EMAIL, pl.String, "E-mail", "邮箱", is_personal=True, aliases=("e-mail", "mail", "correo", "邮箱")),
        Column(
            c.PHONE,
            pl.String,
            "Phone",
            "电话",
            is_personal=True,
            aliases=("mobile", "telephone", "联系手机", "手机", "telefone", "teléfono", "telefon"),
        ),
        COUNTRY,
        Column(c.REGION, pl.String, "Region", "省份", aliases=("state", "province", "customer_state", "estado", "省")),
        Column(
            c.CITY, pl.String, "City", "城市", is_personal=True, aliases=("customer_city", "cidade", "ciudad", "stadt")
        ),
        Column(
            c.POSTCODE,
            pl.String,
            "Postcode",
            "邮编",
            is_personal=True,
            aliases=("zip", "zip code", "postal code", "customer_zip_code_prefix", "cep", "plz"),
        ),
        Column(
            c.STREET,
            pl.String,
            "Street",
            "街道地址",
            is_personal=True,
            aliases=("address", "收货地址", "endereço", "strasse"),
        ),
        Column(
            c.CONSENT_EMAIL,
            pl.Boolean,
            "Agrees to e-mail",
            "同意邮件营销",
            aliases=("accepts marketing", "accepts email marketing", "newsletter", "opt in"),
        ),
        Column(
            c.CONSENT_SMS, pl.Boolean, "Agrees to text messages", "同意短信营销", aliases=("accepts sms marketing",)
        ),
        Column(c.CONSENT_PROFILING, pl.Boolean, "Agrees to profiling", "同意个性化分析"),
        Column(c.ATTRIBUTES, pl.String, "Attributes", "属性", is_personal=True, aliases=("tags",)),
        Column(c.UPDATED_AT, INSTANT, "Record from", "记录时间", aliases=("created at", "created_at", "registered")),
    ),
    key=(c.CUSTOMER,),
    known=c.UPDATED_AT,
    serves=t("whom you may write to (consents)"),
)

REVIEWS = Table(
    "reviews",
    "Reviews",
    "评价",
    (
        Column(c.REVIEW, pl.String, "Review", "评价编号", is_required=True, aliases=("review_id", "row", "评价id")),
        MAYBE_SKU,
        MAYBE_ORDER,
        CUSTOMER,
        replace(AT, is_required=False, aliases=(*AT.aliases, "review_creation_date", "review date", "评价时间")),
        DAY,
        Column(
            c.STARS,
            pl.Float64,
            "Stars",
            "星级",
            unit="stars",
            rule=within(1, 5),
            aliases=(
                "rating",
                "score",
                "review_score",
                "star rating",
                "评分",
                "nota",
                "calificación",
                "bewertung",
                "sterne",
            ),
        ),
        Column(
            c.TITLE, pl.String, "Title", "标题", aliases=("review title", "review_comment_title", "headline", "título")
        ),
        TEXT,
        Column(c.IS_RECOMMENDED, pl.Boolean, "Recommends it", "是否推荐", aliases=("recommended ind", "recommended")),
        Column(c.IS_VERIFIED, pl.Boolean, "Verified purchase", "已购评价", aliases=("verified", "verified purchase")),
        Column(c.REPLY, pl.String, "Reply", "商家回复", aliases=("response", "resposta", "antwort")),
    ),
    key=(c.REVIEW, c.SKU),
    known=c.AT,
    serves=t("what customers think of each product"),
)

EVENTS = Table(
    "events",
    "Events",
    "浏览与搜索",
    (
        Column(c.EVENT, pl.String, "Event", "事件编号", is_required=True, aliases=("event_id",)),
        Column(c.SESSION, pl.String, "Session", "会话", aliases=("session_id", "visit", "visitor", "sessão", "sesión")),
        CUSTOMER,
        AT,
        DAY,
        Column(
            c.KIND,
            pl.String,
            "Kind of event",
            "事件类型",
            rule=one_of("view", "cart", "buy", "search"),
            is_required=True,
            aliases=("event", "event_type", "action", "behavior_type", "行为类型"),
        ),
        MAYBE_SKU,
        Column(c.QUERY, pl.String, "Search words", "搜索词", aliases=("search", "keyword", "q", "busca", "suche")),
        Column(
            c.N_RESULTS, pl.Float64, "Results found", "结果数", unit="items", rule=at_least(0), aliases=("results",)
        ),
        CHANNEL,
    ),
    key=(c.EVENT,),
    known=c.AT,
    serves=t("where customers drop out before they buy"),
)

CAMPAIGNS = Table(
    "campaigns",
    "Campaigns",
    "营销活动",
    (
        Column(c.CAMPAIGN, pl.String, "Campaign", "活动编号", is_required=True, aliases=("campaign_id", "计划id")),
        CHANNEL,
        Column(c.KIND, pl.String, "Kind of campaign", "活动类型", aliases=("campaign_type", "type")),
        Column(c.FROM_DAY, DAY_TYPE, "First day", "开始日期", aliases=("start", "start_date", "sent at", "开始时间")),
        Column(c.TO_DAY, DAY_TYPE, "Last day", "结束日期", aliases=("end", "end_date", "结束时间")),
        Column(c.SUBJECT, pl.String, "Subject", "主题", aliases=("subject line", "title", "标题")),
        Column(c.TEXT, pl.String, "Text", "内容", aliases=("body", "copy", "内容")),
        Column(
            c.SPEND,
            pl.Float64,
            "Spend",
            "花费",
            unit="money",
            rule=at_least(0),
            aliases=("cost", "budget", "消耗", "kosten"),
        ),
        CURRENCY,
    ),
    key=(c.CAMPAIGN,),
    known=c.FROM_DAY,
    serves=t("what campaigns cost and brought"),
)

EXPOSURES = Table(
    "exposures",
    "Exposures",
    "触达记录",
    (
        Column(c.CAMPAIGN, pl.String, "Campaign", "活动编号", is_required=True, aliases=("campaign_id",)),
        KNOWN_CUSTOMER,
        replace(AT, is_required=False),
        DAY,
        Column(
            c.ARM,
            pl.String,
            "Arm",
            "实验组别",
            about="What they were sent; 'control' for those left out on purpose.",
            about_zh="发送的版本；control 为特意不发送的对照组。",
            aliases=("group", "variant", "segment", "treatment", "分组"),
        ),
        Column(c.IS_OPENED, pl.Boolean, "Opened", "已打开", aliases=("opened", "open", "visit")),
        Column(c.IS_CLICKED, pl.Boolean, "Clicked", "已点击", aliases=("clicked", "click")),
        Column(c.IS_CONVERTED, pl.Boolean, "Bought", "已购买", aliases=("converted", "conversion", "redeemed")),
        Column(c.SPEND, pl.Float64, "Spent after", "后续消费", unit="money", aliases=("spend", "revenue")),
    ),
    key=(c.CAMPAIGN, c.CUSTOMER),
    known=c.AT,
    serves=t("who buys because of a message, and who would anyway"),
)

TICKETS = Table(
    "tickets",
    "Tickets",
    "客服工单",
    (
        Column(
            c.TICKET,
            pl.String,
            "Ticket",
            "工单编号",
            is_required=True,
            aliases=("ticket_id", "case", "工单号", "chamado"),
        ),
        CUSTOMER,
        MAYBE_ORDER,
        MAYBE_SKU,
        AT,
        DAY,
        CHANNEL,
        Column(
            c.SUBJECT, pl.String, "Subject", "主题", is_personal=True, aliases=("title", "assunto", "asunto", "betreff")
        ),
        TEXT,
        Column(c.INTENT, pl.String, "Intent", "意图", aliases=("category", "topic", "label", "类型")),
        Column(c.STATUS, pl.String, "Status", "状态", known=c.CLOSED_AT, aliases=("state",)),
        Column(
            c.REPLY, pl.String, "Reply", "回复", is_personal=True, known=c.CLOSED_AT, aliases=("answer", "response")
        ),
        Column(c.CLOSED_AT, INSTANT, "Closed at", "关闭时间", known=c.CLOSED_AT, aliases=("resolved at", "closed")),
    ),
    key=(c.TICKET,),
    known=c.AT,
    serves=t("what customers ask, and how to answer"),
)
