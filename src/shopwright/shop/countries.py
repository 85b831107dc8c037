"""Countries by the names that people write, in English and Chinese."""

from __future__ import annotations

__all__ = ["code_of"]

NAMES = {
    "AE": "united arab emirates|uae|阿联酋",
    "AR": "argentina|阿根廷",
    "AT": "austria|österreich|奥地利",
    "AU": "australia|澳大利亚|澳洲",
    "BE": "belgium|比利时",
    "BR": "brazil|brasil|巴西",
    "CA": "canada|加拿大",
    "CH": "switzerland|schweiz|瑞士",
    "CL": "chile|智利",
    "CN": "china|prc|中国|中华人民共和国|中国大陆|大陆|chn",
    "CO": "colombia|哥伦比亚",
    "CZ": "czechia|czech republic|捷克",
    "DE": "germany|deutschland|德国|ger|deu",
    "DK": "denmark|丹麦",
    "EC": "ecuador|厄瓜多尔",
    "ES": "spain|españa|西班牙",
    "FI": "finland|芬兰",
    "FR": "france|法国",
    "GB": "uk|united kingdom|great britain|britain|england|英国",
    "GR": "greece|希腊",
    "HK": "hong kong|香港|中国香港",
    "ID": "indonesia|印度尼西亚|印尼",
    "IE": "ireland|爱尔兰",
    "IL": "israel|以色列",
    "IN": "india|印度",
    "IT": "italy|italia|意大利",
    "JP": "japan|日本",
    "KR": "korea|south korea|韩国",
    "MO": "macao|macau|澳门|中国澳门",
    "MX": "mexico|méxico|墨西哥",
    "MY": "malaysia|马来西亚",
    "NL": "netherlands|holland|荷兰",
    "NO": "norway|挪威",
    "NZ": "new zealand|新西兰",
    "PH": "philippines|菲律宾",
    "PL": "poland|polska|波兰",
    "PT": "portugal|葡萄牙",
    "RU": "russia|俄罗斯",
    "SA": "saudi arabia|沙特|沙特阿拉伯",
    "SE": "sweden|瑞典",
    "SG": "singapore|新加坡",
    "TH": "thailand|泰国",
    "TR": "turkey|türkiye|土耳其",
    "TW": "taiwan|台湾|中国台湾",
    "UA": "ukraine|乌克兰",
    "US": "usa|united states|united states of america|america|美国",
    "VN": "vietnam|viet nam|越南",
    "ZA": "south africa|南非",
}
CODES = {name: code for code, names in NAMES.items() for name in names.split("|")}


def code_of(name: str) -> str:
    """The ISO code of a country by its name; empty where the name is not known."""
    return CODES.get(name.strip().casefold(), "")
