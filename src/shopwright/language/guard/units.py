"""Currencies and units around a number."""

# ruff: noqa: E501 - Chinese signs count double, and a pattern is read best on one line

from __future__ import annotations

import re

__all__ = ["CURRENCY_AFTER", "CURRENCY_BEFORE", "UNIT", "currencies", "measure", "unit_of_word"]

_DOLLARS = ("USD", "AUD", "CAD", "HKD", "NZD", "SGD", "TWD")
_SIGNS: dict[str, tuple[str, ...]] = {
    "$": _DOLLARS, "us$": ("USD",), "r$": ("BRL",), "a$": ("AUD",), "c$": ("CAD",), "hk$": ("HKD",), "nt$": ("TWD",),
    "€": ("EUR",), "£": ("GBP",), "¥": ("CNY", "JPY"), "¥¥": ("CNY",), "₹": ("INR",), "₩": ("KRW",), "₽": ("RUB",),
    "dollar": _DOLLARS, "buck": _DOLLARS, "euro": ("EUR",), "pound": ("GBP",), "quid": ("GBP",), "yuan": ("CNY",),
    "rmb": ("CNY",), "yen": ("JPY",), "reais": ("BRL",), "real": ("BRL",), "rupee": ("INR",), "franc": ("CHF",),
    "人民币": ("CNY",), "元人民币": ("CNY",), "元": ("CNY",), "块": ("CNY",), "块钱": ("CNY",), "圆": ("CNY", "JPY"),
    "美元": ("USD",), "美金": ("USD",), "欧元": ("EUR",), "英镑": ("GBP",), "日元": ("JPY",), "港元": ("HKD",),
    "港币": ("HKD",), "雷亚尔": ("BRL",), "刀": ("USD",),
}  # fmt: skip
_CODES = [
    "USD",
    "EUR",
    "GBP",
    "CNY",
    "RMB",
    "BRL",
    "JPY",
    "AUD",
    "CAD",
    "CHF",
    "HKD",
    "NZD",
    "SGD",
    "TWD",
    "INR",
    "KRW",
    "MXN",
    "SEK",
    "NOK",
    "DKK",
    "PLN",
    "CZK",
    "RUB",
]
CURRENCY_BEFORE = re.compile(
    rf"(?P<sign>(?:US|R|A|C|HK|NT)?\$|[€£¥₹₩₽]|人民币|(?<![A-Za-z])(?:{'|'.join(_CODES)}))\s?(?P<minus>-?)$",
    re.IGNORECASE,
)
CURRENCY_AFTER = re.compile(
    rf"\s?(?P<sign>[€£₽$](?![0-9])|元人民币|人民币|块钱|[元块圆](?!素|件|旦|状)|美元|美金|欧元|英镑|日元|港元|港币|雷亚尔|(?:{'|'.join(_CODES)})(?![A-Za-z])"
    r"|(?:dollar|buck|euro|pound|quid|yuan|rmb|yen|reais|real|rupee|franc)s?(?![A-Za-z]))"
    r"|[ -]?(?P<small>cents?|pence|centavos?)(?![A-Za-z])|(?P<jiao>[毛角])(?!衣|巾|线|绒|度|落|色|孔)|(?P<fen>分钱)",
    re.IGNORECASE,
)


def currencies(sign: str) -> tuple[str, ...]:
    """The currencies a sign, word or code may stand for."""
    low = sign.lower()
    if low.upper() in _CODES:
        return ("CNY",) if low == "rmb" else (low.upper(),)
    return _SIGNS.get(low) or _SIGNS.get(low.rstrip("s"), ())


# Family and factor; within a family numbers may be given in another unit.
_UNITS: dict[str, tuple[str, float]] = {}
for _family, _members in {
    "mass": "mg .001 毫克 .001 g 1 gram 1 gramme 1 克 1 两 50 oz 28.349523 ounce 28.349523 lb 453.59237 pound 453.59237 磅 453.59237 斤 500"
    " kg 1000 kilo 1000 kilogram 1000 公斤 1000 千克 1000 tonne 1000000 吨 1000000",
    "length": "mm .1 millimeter .1 millimetre .1 毫米 .1 cm 1 centimeter 1 centimetre 1 厘米 1 公分 1 inch 2.54 英寸 2.54 寸 3.33 foot 30.48"
    " feet 30.48 ft 30.48 英尺 30.48 m 100 meter 100 metre 100 米 100 yard 91.44 km 100000 kilometer 100000 kilometre 100000"
    " 公里 100000 千米 100000 mile 160934.4",
    "volume": "ml 1 milliliter 1 millilitre 1 毫升 1 cl 10 l 1000 liter 1000 litre 1000 升 1000",
    "time": "second 1 sec 1 秒 1 秒钟 1 minute 60 min 60 分钟 60 hour 3600 hr 3600 h 3600 小时 3600 钟头 3600 个小时 3600 day 86400 天 86400"
    " 日 86400 week 604800 周 604800 星期 604800 个星期 604800 礼拜 604800",
    "months": "month 1 个月 1 月 1 quarter 3 year 12 yr 12 年 12 周年 12",
    "energy": "wh 1 kwh 1000", "charge": "mah 1 ah 1000", "power": "w 1 watt 1 瓦 1 kw 1000", "volt": "v 1 volt 1 伏 1",
    "data": "mb 1 gb 1000 tb 1000000", "temperature": "°c 1 ℃ 1 度 1 摄氏度 1", "fahrenheit": "°f 1", "lumen": "lm 1 lumen 1 流明 1",
}.items():  # fmt: skip
    _parts = _members.split()
    for _name, _factor in zip(_parts[::2], _parts[1::2], strict=True):
        _UNITS[_name] = (_family, float(_factor))
_LATIN = sorted((name for name in _UNITS if name[0].isascii() and name[0].isalpha()), key=len, reverse=True)
_OTHER = sorted((name for name in _UNITS if name not in _LATIN), key=len, reverse=True)
UNIT = re.compile(
    rf"[ -]?(?P<unit>(?:{'|'.join(_LATIN)}|inche)s?)(?![A-Za-z])|\s?(?P<other>{'|'.join(map(re.escape, _OTHER))})(?!线|常|产|前面)"
    r"|(?P<quote>\")(?![A-Za-z])",
    re.IGNORECASE,
)


def measure(match: re.Match[str]) -> tuple[str, float]:
    """Family and factor of a unit that `UNIT` matched."""
    if match["quote"]:
        return _UNITS["inch"]
    return unit_of_word(match["unit"] or match["other"]) or ("", 1.0)


def unit_of_word(word: str) -> tuple[str, float] | None:
    """Family and factor of a unit's name, singular or plural; None if it is none."""
    low = word.lower()
    return _UNITS.get(low) or _UNITS.get(low.removesuffix("s")) or _UNITS.get(low.removesuffix("es"))
