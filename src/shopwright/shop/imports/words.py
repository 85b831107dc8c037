"""What systems call the status of an order and the kind of an event, in our words."""

from __future__ import annotations

import polars as pl

from shopwright.shop.imports.names import squeezed

__all__ = ["event_kind", "order_status"]

STATUSES = {
    "pending": "pending open new created unpaid awaitingpayment onhold draft offen neu pendente pendiente "
    "待付款 等待买家付款",
    "paid": "paid processing approved invoiced confirmed authorized pago pagado bezahlt inbearbeitung "
    "已付款 待发货 买家已付款",
    "shipped": "shipped sent intransit fulfilled dispatched versandt enviado despachado 已发货 卖家已发货 待收货",
    "delivered": "delivered complete completed closed done entregue entregado geliefert zugestellt concluido "
    "completado abgeschlossen 交易成功 已完成 已签收 已收货",
    "cancelled": "cancelled canceled voided void failed declined expired unavailable cancelado storniert "
    "abgebrochen 交易关闭 已取消 已关闭",
    "refunded": "refunded returned partiallyrefunded reembolsado devolvido devuelto erstattet zuruckgegeben "
    "已退款 退款成功",
}
EVENTS = {
    "view": "view views pageview pv productview detail click impression viewitem visualizacao vista ansicht 浏览 点击",
    "cart": "cart addtocart add basket addtobasket carrinho carrito warenkorb 加购 加入购物车",
    "buy": "buy purchase order transaction checkout compra kauf 购买 下单 支付",
    "search": "search query busca busqueda suche 搜索",
}
STATUS_OF = {word: ours for ours, words in STATUSES.items() for word in words.split()}
EVENT_OF = {word: ours for ours, words in EVENTS.items() for word in words.split()}


def order_status(text: pl.Series) -> pl.Series:
    """The status in our words; null where it is none we know."""
    return _ours(text, STATUS_OF)


def event_kind(text: pl.Series) -> pl.Series:
    """The kind of event in our words; what we do not know stays as it is, and is refused by the rule."""
    return _ours(text, EVENT_OF).fill_null(text)


def _ours(text: pl.Series, words: dict[str, str]) -> pl.Series:
    known = {value: words.get(squeezed(value)) for value in text.drop_nulls().unique()}
    return text.replace_strict(known, default=None, return_dtype=pl.String)
