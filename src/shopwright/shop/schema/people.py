"""Who buys, what they say and do."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from shopwright.i18n import t
from shopwright.shop.schema import names as c
from shopwright.shop.schema.record import INSTANT, Column, Table, at_least, listed, one_of, within
from shopwright.shop.schema.sales import AT, CHANNEL, COUNTRY, CUSTOMER, DAY, SKU

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
        *listed("评论内容|评价|评语|买家评价|用户评价|评价正文|评论正文|评价文本|评论文本|初评内容|首次评价"),
        *listed("留言|留言内容|咨询内容|问题描述|消息内容|反馈内容|avaliação|texto da avaliação|mensagem"),
        *listed("opinião|reseña|opinión|texto de la reseña|mensaje|rezension|rezensionstext|bewertungstext"),
        *listed("kundenmeinung"),
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
            aliases=(
                *listed("full name|billing name|收货人姓名|nome"),
                *listed("客户姓名|顾客姓名|收货人|收件人|真实姓名|联系人|nome completo|nombre|nombre completo"),
                *listed("kundenname"),
            ),
        ),
        Column(
            c.EMAIL,
            pl.String,
            "E-mail",
            "邮箱",
            is_personal=True,
            aliases=(
                *listed("e-mail|mail|correo|邮箱"),
                *listed("电子邮箱|邮箱地址|电子邮件|邮件地址|correo electrónico|e-mail adresse"),
            ),
        ),
        Column(
            c.PHONE,
            pl.String,
            "Phone",
            "电话",
            is_personal=True,
            aliases=(
                *listed("mobile|telephone|联系手机|手机|telefone|teléfono|telefon"),
                *listed("手机号|手机号码|联系电话|电话号码|收件人手机|联系方式|celular|móvil|handy"),
                *listed("telefonnummer"),
            ),
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
            aliases=(
                *listed("accepts marketing|accepts email marketing|newsletter|opt in"),
                *listed("接收邮件营销|接受邮件|订阅邮件|邮件订阅|接受电子邮件营销|aceita marketing"),
                *listed("acepta marketing|aceita e-mail|acepta correo"),
            ),
        ),
        Column(
            c.CONSENT_SMS,
            pl.Boolean,
            "Agrees to text messages",
            "同意短信营销",
            aliases=(
                "accepts sms marketing",
                *listed("接受短信|短信订阅|接收短信营销|接受短信营销|aceita sms|acepta sms"),
            ),
        ),
        Column(c.CONSENT_PROFILING, pl.Boolean, "Agrees to profiling", "同意个性化分析"),
        Column(c.ATTRIBUTES, pl.String, "Attributes", "属性", is_personal=True, aliases=("tags",)),
        Column(
            c.UPDATED_AT,
            INSTANT,
            "Record from",
            "记录时间",
            aliases=(
                "created at",
                "created_at",
                "registered",
                *listed("注册时间|注册日期|加入时间|建档时间|成为会员时间|成为客户时间|registriert am"),
                *listed("data de cadastro|fecha de registro|cadastrado em"),
            ),
        ),
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
        Column(
            c.REVIEW,
            pl.String,
            "Review",
            "评价编号",
            is_required=True,
            aliases=(
                "review_id",
                "row",
                "评价id",
                *listed("评论编号|评论id|评价单号|id da avaliação|id de la reseña|bewertungsnummer"),
                *listed("bewertungs id"),
            ),
        ),
        MAYBE_SKU,
        MAYBE_ORDER,
        CUSTOMER,
        replace(
            AT,
            is_required=False,
            aliases=(
                *AT.aliases,
                "review_creation_date",
                "review date",
                "评价时间",
                *listed("评价日期|评论日期|评论时间|评价创建时间|评论创建时间|评价发表时间|发表时间|发布时间"),
                *listed("发布日期|提交时间|初评时间|首评时间|追评时间|评分时间|点评时间|点评日期|created"),
                *listed("posted on|posted at|submitted at|published at|review time|review created at"),
                *listed("data da avaliação|data do comentário|data de avaliação|avaliado em|fecha de la reseña"),
                *listed("fecha de reseña|fecha de la opinión|fecha de opinión|fecha de valoración"),
                *listed("fecha de evaluación|fecha del comentario|bewertungsdatum|datum der bewertung"),
                *listed("rezensionsdatum|bewertet am|rezensiert am|kommentardatum"),
            ),
        ),
        DAY,
        Column(
            c.STARS,
            pl.Float64,
            "Stars",
            "星级",
            unit="stars",
            rule=within(1, 5),
            aliases=(
                *listed("rating|score|review_score|star rating|评分|nota|calificación|bewertung|sterne"),
                *listed("评星|星级评分|评价星级|评论星级|评价分数|评论评分|商品评分|打分|得分|分数|描述相符"),
                *listed("描述相符评分|评价等级|评价类型|estrelas|avaliação|classificação|pontuação"),
                *listed("nota da avaliação|estrellas|calificacion|valoración|puntuación|puntaje|anzahl sterne"),
                *listed("punkte|wertung|sternebewertung"),
            ),
        ),
        Column(
            c.TITLE,
            pl.String,
            "Title",
            "标题",
            aliases=(
                *listed("review title|review_comment_title|headline|título"),
                *listed("评价标题|评论标题|título da avaliação|título de la reseña|überschrift|titel"),
            ),
        ),
        TEXT,
        Column(c.IS_RECOMMENDED, pl.Boolean, "Recommends it", "是否推荐", aliases=("recommended ind", "recommended")),
        Column(
            c.IS_VERIFIED,
            pl.Boolean,
            "Verified purchase",
            "已购评价",
            aliases=(
                "verified",
                "verified purchase",
                *listed("已验证购买|认证购买|compra verificada|verifizierter kauf"),
            ),
        ),
        Column(
            c.REPLY,
            pl.String,
            "Reply",
            "商家回复",
            aliases=(
                "response",
                "resposta",
                "antwort",
                *listed("回复|卖家回复|卖家解释|店家回复|掌柜回复|回复内容|respuesta|resposta da loja"),
            ),
        ),
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
            aliases=(
                *listed("ticket_id|case|工单号|chamado"),
                *listed("工单id|会话编号|会话id|咨询编号|问题编号|服务单号|número do chamado|número de ticket"),
                *listed("vorgangsnummer"),
            ),
        ),
        CUSTOMER,
        MAYBE_ORDER,
        MAYBE_SKU,
        AT,
        DAY,
        CHANNEL,
        Column(
            c.SUBJECT,
            pl.String,
            "Subject",
            "主题",
            is_personal=True,
            aliases=(
                *listed("title|assunto|asunto|betreff"),
                *(
                    "标题",
                    "问题标题",
                    "工单标题",
                ),
            ),
        ),
        TEXT,
        Column(
            c.INTENT,
            pl.String,
            "Intent",
            "意图",
            aliases=(
                *listed("category|topic|label|类型"),
                *listed("问题类型|咨询类型|工单类型|问题分类|工单分类|categoria|categoría|kategorie|anliegen"),
            ),
        ),
        Column(
            c.STATUS,
            pl.String,
            "Status",
            "状态",
            known=c.CLOSED_AT,
            aliases=(
                "state",
                *listed("工单状态|处理状态|situação|estado"),
            ),
        ),
        Column(
            c.REPLY,
            pl.String,
            "Reply",
            "回复",
            is_personal=True,
            known=c.CLOSED_AT,
            aliases=(
                "answer",
                "response",
                *listed("客服回复|回复内容|答复|处理结果|resposta|respuesta|antwort"),
            ),
        ),
        Column(
            c.CLOSED_AT,
            INSTANT,
            "Closed at",
            "关闭时间",
            known=c.CLOSED_AT,
            aliases=(
                "resolved at",
                "closed",
                *listed("结束时间|完结时间|解决时间|完成时间|关闭日期|fechado em|cerrado el|geschlossen am"),
            ),
        ),
    ),
    key=(c.TICKET,),
    known=c.AT,
    serves=t("what customers ask, and how to answer"),
)
