"""A labelled corpus for the guard: evidence, sentences that say it in many ways, and the same with one thing wrong.

Made without the guard: numbers are written out here, in digits and words of both languages. A wrong value always lies
further from the right one than any rounding that is shown.
"""

# ruff: noqa: E501 - Chinese signs count double

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

AS_OF = date(2026, 3, 4)
KINDS = (
    "count",
    "price",
    "percent",
    "discount",
    "date",
    "days",
    "weight",
    "rating",
    "ratio",
    "product",
    "claim",
    "code",
)
ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
]
ONES += ["eighteen", "nineteen"]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
PRODUCTS = {
    "en": [
        "Enamel Camping Mug",
        "Enamel Camping Mug XL",
        "Oslo Desk Lamp",
        "Folding Bike Basket",
        "Linen Apron 2",
        "Bergen",
    ],
    "zh": ["复古搪瓷杯", "复古搪瓷杯大号", "北欧台灯", "折叠自行车篮", "亚麻围裙", "小熊加湿器3代"],
}
CLAIMS = {
    "en": ["waterproof", "dishwasher-safe", "BPA-free", "handmade", "shipped free of charge, with free shipping", "best-selling", "guaranteed to last", "award-winning", "proven to relieve pain", "the cheapest price on the market", "100% natural", "FDA approved", "covered by a lifetime warranty", "made in Japan"],
    "zh": ["防水", "食品级", "无毒", "纯手工", "全国包邮", "销量第一", "假一赔十", "国家级品质", "能治疗失眠", "全网最低价", "纯天然", "通过权威认证", "终身保修", "日本制造", "最好用的", "七天无理由退换"],
}  # fmt: skip
FILLERS = {
    "en": ["Thank you for your patience.", "One of our colleagues will be glad to help.", "Please let us know if anything is unclear.",
           "Best regards, your service team.", "We are sorry for the trouble.", "You can always write back to this message.",
           "First of all, thank you for writing.", "Feel free to reach out at any time.", "Have a nice day!", "We cannot guarantee that it stays this way."],
    "zh": ["感谢您的耐心等待。", "十分抱歉给您带来不便。", "如有疑问，请随时联系我们。", "祝您生活愉快！", "请您千万不要担心。", "我们会一直为您服务。",
           "有一点需要说明。", "希望您一切顺利。", "这一款很受大家喜欢。", "我们第一时间为您处理。"],
}  # fmt: skip
FRAMES = {
    "count": {"en": ["We sold {} units last time we looked.", "There are {} reviews of it.", "{} people bought it.", "Stock: {} pieces", "It was ordered {} times, which is a good sign."],
              "zh": ["共售出{}件。", "已有{}条评价。", "一共{}位顾客购买过。", "库存还有{}个，", "累计下单{}次，表现不错。"]},
    "price": {"en": ["It costs {}.", "The price is {} including tax", "You paid {} for it.", "Get it for only {}!", "(price: {})"],
              "zh": ["售价{}。", "现在只要{}！", "您支付了{}，", "价格为{}（含税）", "到手价{}，欢迎选购"]},
    "percent": {"en": ["Returns make up {} of revenue.", "{} of buyers came back.", "The share is {}.", "Revenue changed by {} in the period."],
                "zh": ["退货占销售额的{}。", "有{}的顾客回购。", "占比{}，", "期间销售额变化了{}。"]},
    "discount": {"en": ["Now {}.", "Enjoy {} on your order!", "It is {} at the moment."], "zh": ["现在{}！", "全场{}，", "老客户专享{}。"]},
    "date": {"en": ["It was delivered on {}.", "The figures start on {}.", "Sent: {}", "Your parcel left us on {}, as promised."],
             "zh": ["已于{}送达。", "数据从{}开始。", "发货日期：{}", "您的包裹{}已发出，请留意。"]},
    "days": {"en": ["Delivery takes {}.", "You have {} to send it back.", "It arrives within {}."], "zh": ["配送需要{}。", "您有{}的时间退货。", "预计{}内送达。"]},
    "weight": {"en": ["It weighs {}.", "Net weight: {}", "At {} it is easy to carry."], "zh": ["重量为{}。", "净重：{}", "只有{}，携带方便。"]},
    "rating": {"en": ["It is rated {}.", "Customers give it {} on average.", "({})"], "zh": ["评分{}。", "顾客平均打{}，", "（{}）"]},
    "ratio": {"en": ["That is {} customers.", "{} buyers return it."], "zh": ["大约{}的顾客会退货。", "{}的买家选择了它。"]},
    "product": {"en": ["The {} is what you are looking for.", "We recommend the {}.", "{}: a good choice"], "zh": ["推荐您看看{}。", "{}很适合您。", "您购买的{}已发出。"]},
    "claim": {"en": ["It is {}.", "This one is {}, as described.", "Did you know that it is {}!"], "zh": ["这款{}。", "它{}，值得入手。", "本店商品{}！"]},
    "code": {"en": ["Your order {} is on its way.", "Order {}: sent", "(tracking number {})"], "zh": ["您的订单{}已发出。", "订单号：{}", "运单{}正在派送"]},
}  # fmt: skip


@dataclass(frozen=True)
class Sample:
    """One case: the evidence (arguments of `Facts`), a text that keeps to it, one that does not, and what is wrong in it."""

    kind: str
    language: str
    evidence: dict[str, Any]
    good: str
    bad: str
    planted: str
    said: str = field(default="", compare=False)


def english(n: int) -> str:
    if n < 20:
        return ONES[n]
    if n < 100:
        return TENS[n // 10 - 2] + (f"-{ONES[n % 10]}" if n % 10 else "")
    if n < 1000:
        return f"{ONES[n // 100]} hundred" + (f" and {english(n % 100)}" if n % 100 else "")
    return f"{english(n // 1000)} thousand" + (
        f" {'and ' if n % 1000 < 100 else ''}{english(n % 1000)}" if n % 1000 else ""
    )


def chinese(n: int, *, counts: bool = False) -> str:
    """The number in Chinese signs; `counts` for 两 where a single 2 counts things."""
    digits = "零一二三四五六七八九"
    if n == 2 and counts:
        return "两"
    if n >= 10_000:
        rest = n % 10_000
        return f"{chinese(n // 10_000, counts=True)}万" + (
            ("零" if rest < 1000 else "") + chinese(rest) if rest else ""
        )
    written, zero = "", False
    for unit, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = n // unit % 10
        if digit:
            written += ("零" if zero and written else "") + digits[digit] + sign
        zero = digit == 0
    return (written or "零").removeprefix("一") if 10 <= n < 20 else written or "零"


def wide(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) if "0" <= sign <= "9" else sign for sign in text)


def count_forms(n: int, language: str) -> list[str]:
    forms = [f"{n:,}", str(n)]
    if language == "en":
        forms += [english(n)] if n < 10_000 else []
        forms += [f"{n / 1000:.1f}k"] if n >= 1000 else []
        return forms
    forms += [wide(str(n)), chinese(n, counts=True)]
    return forms + ([f"{n / 10_000:.2f}万"] if n >= 10_000 else [])


def price_forms(amount: float, currency: str, language: str) -> list[str]:
    shown = f"{amount:,.2f}"
    if currency == "CNY":
        forms = [f"¥{shown}", f"￥{shown}", f"{shown}元", f"{shown} CNY", f"RMB {shown}"]
        if language == "zh":
            forms += [f"￥{wide(f'{amount:.2f}')}", f"{shown}块"]
            if amount % 1 == 0:
                forms += [f"{amount:.0f}元", f"{chinese(int(amount), counts=True)}元", f"{amount:.0f}块钱"]
            elif round(amount * 10) % 10 and round(amount * 100) % 10 == 0:
                forms += [f"{int(amount)}块{round(amount * 10) % 10}", f"{int(amount)}元{round(amount * 10) % 10}角"]
        return forms
    sign = {"USD": "$", "EUR": "€", "GBP": "£", "BRL": "R$ "}[currency]
    comma = shown.replace(",", "_").replace(".", ",").replace("_", ".")
    forms = [f"{sign}{shown}", f"{shown} {currency}", f"{sign}{shown}"]
    forms += [f"{comma} {currency}", f"{sign}{comma}"] if currency in ("EUR", "BRL") else []
    names = {
        "USD": ("dollars", "美元"),
        "EUR": ("euros", "欧元"),
        "GBP": ("pounds", "英镑"),
        "BRL": ("reais", "雷亚尔"),
    }
    forms.append(f"{shown}{names[currency][1]}" if language == "zh" else f"{shown} {names[currency][0]}")
    if amount % 1 == 0 and language == "en" and amount < 1000:
        forms.append(f"{english(int(amount))} {names[currency][0]}")
    return forms


def percent_forms(percent: float, language: str) -> list[str]:
    shown = f"{percent:g}"
    if language == "en":
        return [
            f"{shown}%",
            f"{shown} %",
            f"{shown} percent",
            *([f"{english(int(percent))} percent"] if percent % 1 == 0 else []),
        ]
    whole, _, part = shown.partition(".")
    words = chinese(int(whole)) + ("点" + "".join("零一二三四五六七八九"[int(sign)] for sign in part) if part else "")
    forms = [f"{shown}%", f"{wide(shown)}％", f"百分之{words}"]
    if percent % 10 == 0 and 0 < percent < 100:
        forms.append(f"{'零一二三四五六七八九'[int(percent) // 10]}成")
    return forms


def discount_forms(percent: int, language: str) -> list[str]:
    if language == "en":
        forms = [f"{percent}% off", f"{percent} % off", f"a discount of {percent}%", f"{english(percent)} percent off"]
        return forms + (["half price", "half off"] if percent == 50 else [])
    left = 100 - percent
    digits = "零一二三四五六七八九"
    forms = [f"优惠{percent}%", f"立减{wide(str(percent))}％"]
    if left % 10 == 0:
        forms += [f"{digits[left // 10]}折", f"{left // 10}折", f"打{wide(str(left // 10))}折"]
    else:
        forms += [f"{left / 10:g}折", f"{digits[left // 10]}{digits[left % 10]}折", f"{left}折"]
    return forms + (["半价"] if percent == 50 else [])


def date_forms(day: date, language: str) -> list[str]:
    month = MONTHS[day.month - 1]
    ending = {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10 if day.day not in (11, 12, 13) else 0, "th")
    back = (AS_OF - day).days
    if language == "en":
        forms = [f"{month} {day.day}", f"{day.day} {month} {day.year}", f"{month} {day.day}{ending}, {day.year}", day.isoformat(), f"{month[:3]} {day.day}",
                 f"{day.month}/{day.day}/{day.year}", f"{day.day:02}.{day.month:02}.{day.year}", f"the {day.day}{ending} of {month}", f"{day.day} {month[:3]}. {day.year}"]  # fmt: skip
        return forms + (["yesterday"] if back == 1 else []) + ([day.strftime("%A")] if back < 7 else [])
    forms = [f"{day.month}月{day.day}日", f"{day.year}年{day.month}月{day.day}日", f"{day.month}月{day.day}号", day.isoformat(), f"{chinese(day.month)}月{chinese(day.day)}日",
             f"{day.year}/{day.month}/{day.day}", wide(f"{day.month}月{day.day}日"), f"{day.year}.{day.month:02}.{day.day:02}"]  # fmt: skip
    return forms + (["昨天"] if back == 1 else ["前天"] if back == 2 else [])


def days_forms(n: int, language: str) -> list[str]:
    if language == "en":
        forms = [f"{n} days", f"{english(n)} days", f"{n}-day" + " shipping"]
        return forms + ([f"{n // 7} weeks"] if n % 7 == 0 and n > 7 else []) + ([f"{24 * n} hours"] if n < 4 else [])
    forms = [f"{n}天", f"{chinese(n, counts=True)}天", f"{wide(str(n))}天", f"{n}日"]
    return (
        forms
        + ([f"{chinese(n // 7, counts=True)}周"] if n % 7 == 0 and n > 7 else [])
        + ([f"{24 * n}小时"] if n < 4 else [])
    )


def weight_forms(grams: int, language: str) -> list[str]:
    forms = [f"{grams} g", f"{grams / 1000:g} kg", f"{grams / 1000:g}kg"]
    return forms if language == "en" else [*forms, f"{grams}克", f"{grams / 1000:g}公斤", f"{grams / 500:g}斤"]


def rating_forms(stars: float, language: str) -> list[str]:
    return (
        [f"{stars} out of 5", f"{stars}/5", f"{stars} stars"]
        if language == "en"
        else [f"{stars}分（满分5分）", f"{stars}星", wide(str(stars)).replace("．", ".") + "分"]
    )


def ratio_forms(below: int, language: str) -> list[str]:
    if language == "en":
        return [
            f"one in {english(below)}",
            f"1 in {below}",
            f"a {['quarter', 'third', 'fifth', 'tenth'][[4, 3, 5, 10].index(below)]} of our",
        ]
    return [f"{chinese(below)}分之一"]


def sample(rng: random.Random, kind: str, language: str) -> Sample:
    """One case; the facts hold other things too, so that nothing is found by being alone."""
    make: Callable[[random.Random, str], tuple[dict[str, Any], str, str]] = MAKERS[kind]
    evidence, right, wrong = make(rng, language)
    frame, filler = rng.choice(FRAMES[kind][language]), rng.choice(FILLERS[language])
    order = [frame, filler] if rng.random() < 0.7 else [filler, frame]
    mark = " " if language == "en" else ""
    good, bad = (mark.join(part.replace("{}", said) for part in order) for said in (right, wrong))
    return Sample(kind, language, {"as_of": AS_OF, "language": language, **evidence}, good, bad, wrong, right)


def _count(rng: random.Random, language: str) -> tuple[dict[str, Any], str, str]:
    n = rng.choice([rng.randint(3, 99), rng.randint(100, 9_999), rng.randint(10_000, 400_000)])
    other = _other(rng, n, 0.15)
    forms, wrong = count_forms(n, language), count_forms(other, language)
    return {"values": {"n": n, "price": 7.77}}, rng.choice(forms), rng.choice(wrong)


def _other(rng: random.Random, n: int, least: float) -> int:
    """A slip: two digits swapped, one changed, or a place too much."""
    for _ in range(100):
        digits = list(str(n))
        at = rng.randrange(len(digits))
        how = rng.random()
        if how < 0.5:
            digits[at] = rng.choice("0123456789")
        elif how < 0.8 and len(digits) > 1:
            at = rng.randrange(len(digits) - 1)
            digits[at], digits[at + 1] = digits[at + 1], digits[at]
        else:
            digits.append("0")
        other = int("".join(digits))
        if other > 1 and abs(other - n) > least * n:
            return other
    return 2 * n + 1


def _price(rng: random.Random, language: str) -> tuple[dict[str, Any], str, str]:
    currency = rng.choice(["CNY"] * 3 + ["USD", "EUR"] if language == "zh" else ["USD", "EUR", "GBP", "BRL", "CNY"])
    amount = rng.choice(
        [
            rng.randint(2, 300) + 0.0,
            rng.randint(2, 60) + 0.5,
            round(rng.uniform(1, 2_500), 2),
            rng.randint(3, 90) + 0.99,
        ]
    )
    if rng.random() < 0.2:
        others = [other for other in ("USD", "EUR", "GBP") if other != currency]
        wrong = rng.choice(price_forms(amount, rng.choice(others), language))
    else:
        shift = (
            rng.choice([0.01, 0.1, 1.0, 0.09 * amount, 10.0, -0.5])
            if amount < 90
            else rng.choice([0.05, 0.12, -0.2]) * amount
        )
        other = round(max(amount + shift, 0.5), 2)
        wrong = rng.choice(price_forms(other if other != amount else amount + 1, currency, language))
    from shopwright.shop.money import Money

    values = {"price": Money(amount, currency)} if rng.random() < 0.5 else {"price": amount}
    return (
        {"values": {**values, "n": 8123}, "currency": currency},
        rng.choice(price_forms(amount, currency, language)),
        wrong,
    )


def _percent(rng: random.Random, language: str) -> tuple[dict[str, Any], str, str]:
    percent = rng.choice([rng.randint(2, 98), 10 * rng.randint(1, 9), round(rng.uniform(1, 60), 1)])
    other = rng.choice([percent + rng.choice([1, 2, 5, -1, -3]), 100 - percent, percent * 10])
    other = round(other, 1) if other > 0.5 and abs(other - percent) > 0.6 else percent + 7
    values = {"share": percent / 100} if rng.random() < 0.6 else {"share_percent": percent}
    return (
        {"values": {**values, "n": 8123}},
        rng.choice(percent_forms(percent, language)),
        rng.choice(percent_forms(other, language)),
    )


def _discount(rng: random.Random, language: str) -> tuple[dict[str, Any], str, str]:
    percent = rng.choice([10, 15, 20, 25, 30, 40, 50, 60, 70])
    other = rng.choice([p for p in (5, 10, 12, 15, 20, 25, 30, 35, 40, 50, 60, 70, 80) if p != percent])
    return (
        {"values": {"discount": percent / 100, "n": 8123}},
        rng.choice(discount_forms(percent, language)),
        rng.choice(discount_forms(other, language)),
    )


def _date(rng: random.Random, language: str) -> tuple[dict[str, Any], str, str]:
    day = AS_OF - timedelta(days=rng.choice([1, 2, 5, rng.randint(3, 300)]))
    other = day
    while (
        other in (day, AS_OF)
        or (other.month == day.day and other.day == day.month)
        or other.weekday() in (day.weekday(), AS_OF.weekday())
    ):
        other = day + timedelta(days=rng.choice([1, -1, 3, 10, 31, -40, 100]))
    return (
        {"values": {"sent": day, "n": 8123}},
        rng.choice(date_forms(day, language)),
        rng.choice(date_forms(other, language)),
    )


def _days(rng: random.Random, language: str) -> tuple[dict[str, Any], str, str]:
    n = rng.choice([2, 3, 5, 7, 10, 14, 15, 21, 30, 45, 60])
    other = rng.choice([m for m in (2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 20, 28, 30, 40, 90) if m != n])
    values = {rng.choice(["lead_days", "return_days"]): n}
    return (
        {"values": {**values, "price": 7.77}},
        rng.choice(days_forms(n, language)),
        rng.choice(days_forms(other, language)),
    )


def _weight(rng: random.Random, language: str) -> tuple[dict[str, Any], str, str]:
    grams = rng.choice([250, 350, 500, 750, 1200, 1500, 2500, 3000])
    other = rng.choice([g for g in (150, 250, 400, 450, 600, 800, 1000, 1800, 5000, 12_000) if abs(g - grams) > 60])
    values = {"weight_g": grams} if rng.random() < 0.5 else {"weight_kg": grams / 1000}
    return (
        {"values": {**values, "n": 8123}},
        rng.choice(weight_forms(grams, language)),
        rng.choice(weight_forms(other, language)),
    )


def _rating(rng: random.Random, language: str) -> tuple[dict[str, Any], str, str]:
    stars = round(rng.uniform(2.1, 4.9), 2)
    other = round(stars + rng.choice([0.2, 0.3, -0.2, -0.5, -1.0]), 1)
    return (
        {"values": {"stars": stars, "n": 8123}},
        rng.choice(rating_forms(round(stars + 1e-9, 1), language)),
        rng.choice(rating_forms(other, language)),
    )


def _ratio(rng: random.Random, language: str) -> tuple[dict[str, Any], str, str]:
    below, other = rng.sample([3, 4, 5, 10], 2)
    return (
        {"values": {"share": 1 / below, "n": 8123}},
        rng.choice(ratio_forms(below, language)),
        rng.choice(ratio_forms(other, language)),
    )


def _product(rng: random.Random, language: str) -> tuple[dict[str, Any], str, str]:
    right, wrong = rng.sample(PRODUCTS[language], 2)
    return {"values": {"title": right, "n": 8123}, "catalogue": PRODUCTS[language]}, right, wrong


def _claim(rng: random.Random, language: str) -> tuple[dict[str, Any], str, str]:
    right, wrong = rng.sample(CLAIMS[language], 2)
    return {"texts": [f"From the product page: {right}." if language == "en" else f"商品页：{right}。"]}, right, wrong


def _code(rng: random.Random, language: str) -> tuple[dict[str, Any], str, str]:
    number = str(rng.randint(10**6, 10**9))
    right = rng.choice([f"#W{number}", number, f"SF{number}3", f"AB-{number[:5]}"])
    last = "0123456789".replace(right[-1], "")
    return {"values": {"order": right, "n": 8123}}, right, right[:-1] + rng.choice(last)


MAKERS = {
    "count": _count, "price": _price, "percent": _percent, "discount": _discount, "date": _date, "days": _days,
    "weight": _weight, "rating": _rating, "ratio": _ratio, "product": _product, "claim": _claim, "code": _code,
}  # fmt: skip


def samples(seed: int, n: int, kinds: tuple[str, ...] = KINDS) -> list[Sample]:
    """`n` cases, kinds and languages in turn."""
    rng = random.Random(seed)
    return [sample(rng, kinds[at // 2 % len(kinds)], ("en", "zh")[at % 2]) for at in range(n)]
