"""Words before a number that say what it is: of an order (it stays), or of a person (it goes)."""

from __future__ import annotations

import re

__all__ = ["is_goods", "is_phone", "is_version"]

WINDOW = 28
LIST_WINDOW = 160
_GOODS = re.compile(
    r"(?:(?<![a-z])(?:orders?|invoice|tracking|track|parcel|shipment|package|ref(?:erence)?|sku|ean|gtin|upc|isbn|asin"
    r"|item|article|part|serial|model|batch|lot|ticket|case|transaction|barcode|product|return|rma"
    r"|pedidos?|encomenda|compra|nota fiscal|nf-?e|rastreio|rastreamento|protocolo|produto|c[oó]digo(?: de barras)?"
    r"|bestell\w*|auftrags?\w*|rechnungs?\w*|sendungs?\w*|artikel\w*|paket\w*)"
    r"|订单|单|运单|快递|物流|货号|条码|条形码|编码|编号|流水号?|交易号?|发票|型号|批号|批次|序列号?|商品|货品)"
    r"[\s_-]*(?:d[eo] |of )?(?:(?:no|nr|num(?:ber)?|n[uú]mero|code|id)s?|nummern?|n[º°o]|号码?|编号)?"
    r"[\s.:：#＃=º°-]*"
    r"(?:is|was|are|were|[eé]|s[aã]o|ist|sind|lautet|是|为)?[\s:：#]*$|#\s?$",
    re.IGNORECASE,
)
# Behind a label of several, or parted by the Chinese sign between things of a kind, what follows is of the same kind;
# behind "order no. 20241128," a telephone may stand.
_SEVERAL = re.compile(
    r"(?<![a-z])(?:(?:orders|invoices|tickets|returns|pedidos|encomendas|compras)"
    r"|[a-z].*[\s_-](?:no|nr|num|number|n[uú]mero|code|id)s|n[uú]meros|[a-z]+nummern)(?![a-z])",
    re.IGNORECASE | re.DOTALL,
)
_PART = r"(?:\s?[,;&、]\s?|,?\s(?:and|or|und|oder|e|ou)\s)"
_PARTED = re.compile(rf"[0-9]{_PART}$", re.IGNORECASE)  # cheap, and most numbers stop here
_LISTED = re.compile(rf"(?<![0-9])(?:[0-9]{{4,20}}{_PART}){{1,20}}$", re.IGNORECASE)
_PARTING = re.compile(r"[^0-9\s]+")
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
    return bool(_label(text, start)) or _is_listed(text, start)


def _label(text: str, start: int) -> str:
    """The words before `start` that speak of goods, if they do."""
    before = text[max(0, start - WINDOW) : start]
    match = _GOODS.search(before)
    return match.group() if match and not _PERSONS.search(before) else ""


def _is_listed(text: str, start: int) -> bool:
    """Whether it stands in a list of numbers whose label speaks of several, as in `order nos. 536365, 536366`."""
    if not _PARTED.search(text, max(0, start - 8), start):
        return False
    match = _LISTED.search(text, max(0, start - LIST_WINDOW), start)
    if match is None:
        return False
    label = _label(text, match.start())
    return bool(label) and (bool(_SEVERAL.search(label)) or set(_PARTING.findall(match.group())) == {"、"})


def is_phone(text: str, start: int, *, directly: bool = False) -> bool:
    """Whether the words before `start`, or right before it, announce a telephone."""
    match = _PERSONS.search(text[max(0, start - WINDOW) : start])
    if match is None or match["other"] or match["document"]:
        return False
    return not directly or bool(re.fullmatch(r"[\s.:：=是为号码]*", match["gap"]))


def is_version(text: str, start: int) -> bool:
    """Whether the words just before `start` announce the version of something."""
    return bool(_VERSION.search(text[max(0, start - 12) : start]))
