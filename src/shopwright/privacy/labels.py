"""Words before a number that say what it is: of an order (it stays), or of a person (it goes)."""

from __future__ import annotations

import re

__all__ = ["is_goods", "is_phone", "is_version"]

WINDOW = 28
_GOODS = re.compile(
    r"(?:(?<![a-z])(?:orders?|invoice|tracking|track|parcel|shipment|package|ref(?:erence)?|sku|ean|gtin|upc|isbn|asin"
    r"|item|article|part|serial|model|batch|lot|ticket|case|transaction|barcode|product|return|rma"
    r"|pedidos?|encomenda|compra|nota fiscal|nf-?e|rastreio|rastreamento|protocolo|produto|c[oó]digo(?: de barras)?"
    r"|bestell\w*|auftrags?\w*|rechnungs?\w*|sendungs?\w*|artikel\w*|paket\w*)"
    r"|订单|单|运单|快递|物流|货号|条码|条形码|编码|编号|流水号?|交易号?|发票|型号|批号|批次|序列号?|商品|货品)"
    r"[\s_-]*(?:d[eo] |of )?(?:no|nr|num(?:ber)?|n[uú]mero|nummer|code|id|n[º°o]|号码?|编号)?[\s.:：#＃=º°-]*"
    r"(?:is|was|[eé]|ist|lautet|是|为)?[\s:：#]*$|#\s?$",
    re.IGNORECASE,
)
_PERSONS = re.compile(
    r"(?:(?<![a-z])(?:phone|tele?(?:phone|fone|fon)?|cell|mobile|mob|call(?: me| us)?|text(?: me)?|ring|reach me"
    r"|contact|whats?\s?app|wechat|weixin|wx|vx|zap|fone|celular|cel|contato|liga\w*|ligue|handy\w*|mobil|anruf\w*|rufnummer|fax"
    r"|(?P<other>c[ae]r[dt](?:[aã]o)?|karte|iban|cpf|cnpj|passport|konto\w*))(?![a-z])"
    r"|电话|手机|微信|联系|致电|座机|热线|拨打|(?P<document>银行卡|信用卡|卡号|身份证|证件|信用代码|税号))"
    r"(?P<gap>[^0-9\n。！？!?;；]{0,16})$",
    re.IGNORECASE,
)
_VERSION = re.compile(
    r"(?:(?<![a-z])(?:v|ver\.?|versions?|vers[aã]o|firmware|release|build|update|section)|版本号?|固件|升级到?)[\s.:：为是]*$",
    re.I,
)


def is_goods(text: str, start: int) -> bool:
    """Whether the words just before `start` speak of an order, a parcel or a product, and not of a person."""
    before = text[max(0, start - WINDOW) : start]
    return bool(_GOODS.search(before)) and not _PERSONS.search(before)


def is_phone(text: str, start: int, *, directly: bool = False) -> bool:
    """Whether the words before `start`, or right before it, announce a telephone."""
    match = _PERSONS.search(text[max(0, start - WINDOW) : start])
    if match is None or match["other"] or match["document"]:
        return False
    return not directly or bool(re.fullmatch(r"[\s.:：=是为号码]*", match["gap"]))


def is_version(text: str, start: int) -> bool:
    """Whether the words just before `start` announce the version of something."""
    return bool(_VERSION.search(text[max(0, start - 12) : start]))
