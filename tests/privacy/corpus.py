"""A labelled corpus for the redactor: sentences of customers with personal data, and with numbers that look like it.

Made without the detector: check digits are worked out here, from the standards' own wording (IBAN by long division
in pieces, Luhn by doubling from the left, ISO 7064 by its recursion), so that a slip in the detector shows.
"""

from __future__ import annotations

import random
import string
from dataclasses import dataclass

CHECKSUMMED = ("CARD", "IBAN", "ID", "COMPANY", "CPF", "CNPJ")


@dataclass(frozen=True)
class Sample:
    text: str
    kind: str | None  # None: nothing in the text is anybody's
    value: str
    what: str


def luhn_digit(head: str) -> str:
    for last in string.digits:
        total = 0
        number = head + last
        for at, sign in enumerate(number):
            value = int(sign)
            if (len(number) - at) % 2 == 0:
                value = sum(map(int, str(2 * value)))
            total += value
        if total % 10 == 0:
            return last
    raise AssertionError


ISSUERS = dict.fromkeys(("4", "51", "55", "2221", "2720", "6011", "65", "3530", "6225"), 16)
ISSUERS |= {"34": 15, "37": 15, "36": 14, "622202": 19, "621700": 19}


def card(rng: random.Random) -> str:
    head, length = rng.choice(list(ISSUERS.items()))
    head += "".join(rng.choices(string.digits, k=length - 1 - len(head)))
    return head + luhn_digit(head)


def card_written(rng: random.Random, plain: str) -> str:
    mark = rng.choice([" ", "-", ""])
    if len(plain) in (14, 15):
        return mark.join([plain[:4], plain[4:10], plain[10:]])
    return mark.join(plain[at : at + 4] for at in range(0, len(plain), 4))


IBANS = {
    "DE": (0, 18),
    "GB": (4, 14),
    "FR": (0, 23),
    "ES": (0, 20),
    "IT": (1, 22),
    "NL": (4, 10),
    "PT": (0, 21),
    "BR": (0, 23),
}


def iban(rng: random.Random) -> str:
    country = rng.choice(list(IBANS))
    letters, digits = IBANS[country]
    account = "".join(rng.choices(string.ascii_uppercase, k=letters)) + "".join(rng.choices(string.digits, k=digits))
    if country == "BR":
        account += "P1"
    numbers = "".join(str(string.digits.find(s)) if s.isdigit() else str(ord(s) - 55) for s in account + country) + "00"
    rest = 0
    for sign in numbers:  # long division, digit by digit
        rest = (rest * 10 + int(sign)) % 97
    return f"{country}{98 - rest:02d}{account}"


def citizen(rng: random.Random) -> str:
    region = rng.choice(["110105", "310104", "440305", "330106", "510107", "420111", "650102"])
    head = f"{region}{rng.randint(1950, 2008)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}{rng.randint(1, 999):03d}"
    check = 0
    for sign in head:  # ISO 7064, MOD 11-2, recursive
        check = (check + int(sign)) * 2 % 11
    return head + "0123456789X"[(12 - check) % 11]


def company(rng: random.Random) -> str:
    signs = [sign for sign in string.digits + string.ascii_uppercase if sign not in "IOZSV"]
    head = rng.choice(["91", "92", "93", "51", "12"]) + rng.choice(["110000", "310115", "440300", "350100"])
    head += "".join(rng.choices(signs, k=9))
    weights = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)  # as printed in GB 32100-2015
    total = sum(signs.index(sign) * weight for sign, weight in zip(head, weights, strict=True))
    return head + signs[(31 - total % 31) % 31]


def cpf(rng: random.Random) -> str:
    digits = [rng.randint(0, 9) for _ in range(9)]
    if len(set(digits)) == 1:
        digits[0] = (digits[0] + 1) % 10
    for first in (10, 11):
        rest = sum(digit * weight for digit, weight in zip(digits, range(first, 1, -1), strict=True)) % 11
        digits.append(0 if rest < 2 else 11 - rest)
    return "".join(map(str, digits))


def cpf_written(rng: random.Random, plain: str) -> str:
    return rng.choice([plain, f"{plain[:3]}.{plain[3:6]}.{plain[6:9]}-{plain[9:]}", f"{plain[:9]}-{plain[9:]}"])


def cnpj(rng: random.Random) -> str:
    signs = string.digits if rng.random() < 0.5 else string.digits + string.ascii_uppercase
    plain = "".join(rng.choices(signs, k=8)) + "000" + rng.choice("1234")
    for weights in ("543298765432", "6543298765432"):
        rest = sum((ord(sign) - 48) * int(weight) for sign, weight in zip(plain, weights, strict=True)) % 11
        plain += "0" if rest < 2 else str(11 - rest)
    return plain


def cnpj_written(rng: random.Random, p: str) -> str:
    return rng.choice([p, f"{p[:2]}.{p[2:5]}.{p[5:8]}/{p[8:12]}-{p[12:]}"])


def grouped(rng: random.Random, plain: str) -> str:
    return plain if rng.random() < 0.5 else " ".join(plain[at : at + 4] for at in range(0, len(plain), 4))


def as_it_is(_: random.Random, plain: str) -> str:
    return plain


MAKERS = {
    "CARD": (card, card_written),
    "IBAN": (iban, grouped),
    "ID": (citizen, as_it_is),
    "COMPANY": (company, as_it_is),
    "CPF": (cpf, cpf_written),
    "CNPJ": (cnpj, cnpj_written),
}


def phone(rng: random.Random) -> str:
    d = lambda k: "".join(rng.choices(string.digits, k=k))  # noqa: E731
    a = rng.choice(["138", "139", "150", "186", "199", "177"])
    area = rng.choice(["212", "415", "312", "617"])
    ddd = rng.choice(["11", "21", "31", "71"])
    b, c = d(4), d(4)
    local = rng.choice("23456789") + d(2)
    mobile = f"9{rng.choice('6789')}{d(3)}-{d(4)}"
    return rng.choice(
        [
            f"{a}{b}{c}",
            f"{a}-{b}-{c}",
            f"{a} {b} {c}",
            f"+86 {a} {b} {c}",
            f"010-6{d(3)}{d(4)}",
            f"0755-8{d(7)}",
            f"({area}) {local}-{d(4)}",
            f"{area}-{local}-{d(4)}",
            f"+1 {area} {local} {d(4)}",
            f"+44 20 7946 {d(4)}",
            f"({ddd}) {mobile}",
            f"{ddd} {mobile}",
            f"+55 {ddd} {mobile}",
            f"+49 30 {rng.choice('23456789')}{d(6)}",
            f"030 {rng.choice('23456789')}{d(6)}",
            f"+33 1 42 {d(2)} {d(2)} {d(2)}",
        ]
    )


def email(rng: random.Random) -> str:
    who = rng.choice(["jane.doe", "wang_xm", "joao+loja", "m-schmidt", "x9"])
    return f"{who}{rng.randint(1, 999)}@{rng.choice(['example.com', 'mail.example.co.uk', 'qq.com', 'uol.com.br'])}"


def ip(rng: random.Random) -> str:
    if rng.random() < 0.5:
        return ".".join(str(rng.randint(11, 254)) for _ in range(4))
    return ":".join(f"{rng.randint(0x1000, 0xFFFF):x}" for _ in range(8))


OTHERS = {"PHONE": phone, "EMAIL": email, "IP": ip}
FRAMES = {
    "en": ["Hi, {} is mine, please check.", "My details: {}. Thanks!", "I sent you {} yesterday", "{}", "(see {})"],
    "zh": ["您好，我的是{}，麻烦查一下。", "资料：{}，谢谢", "{}收到请回复", "我昨天发了{}给客服", "“{}”"],
    "pt": ["Olá, o meu é {}, obrigado.", "Dados: {}. Grato!", "mandei {} ontem", "{}", "segue {} conforme pedido"],
}
# Letters directly before a number would be part of it in Latin writing, so that Chinese frames alone glue.


def wrong(rng: random.Random, plain: str) -> str:
    """The number with its last digit changed: the check digit fails, all else is right."""
    last = rng.choice([digit for digit in string.digits if digit != plain[-1]])
    return plain[:-1] + last


def is_right_elsewhere(plain: str) -> bool:
    """Some wrong numbers are right as something else: a CPF of the shape of a phone, a CNPJ of a card."""
    if len(plain) == 11 and (plain[0] == "0" or (plain[0] == "1" and plain[1] in "3456789")):
        return True
    return plain.isdigit() and len(plain) in (14, 15, 16, 19) and luhn_digit(plain[:-1]) == plain[-1]


def ean(rng: random.Random) -> str:
    head = rng.choice(["400", "690", "789", "500", "978"]) + "".join(rng.choices(string.digits, k=9))
    total = sum(int(digit) * (1 if at % 2 == 0 else 3) for at, digit in enumerate(head))
    return head + str(-total % 10)


def harmless(rng: random.Random) -> tuple[str, str]:
    """What kind of number it is, and the number with the words it comes with."""
    d = lambda k: str(rng.randint(1, 9)) + "".join(rng.choices(string.digits, k=k - 1))  # noqa: E731
    word = rng.choice(["order no. ", "Order #", "订单号：", "订单编号", "pedido nº ", "pedido ", "Bestellnummer "])
    parcel = rng.choice(["tracking number ", "快递单号", "运单号 ", "código de rastreio ", "Sendungsnummer "])
    prices = [f"R$ {d(1)}.{d(3)},{d(2)}", f"${d(2)},{d(3)}.99", f"￥{d(4)}.00", f"€ {d(3)},{d(2)}"]
    software = rng.choice(["version ", "v", "firmware ", "固件版本", "versão "])
    year, month, day = rng.randint(2015, 2026), rng.randint(1, 12), rng.randint(1, 28)
    days = [f"{year}-{month:02}-{day:02}", f"{day:02}/{month:02}/{year}", f"{day:02}.{month:02}.{year}"]
    return rng.choice(
        [
            ("order", f"{word}{d(rng.choice([6, 8, 10, 11, 12, 14, 16, 18, 19]))}"),
            ("order", f"{word}{d(3)}-{d(7)}-{d(7)}"),
            ("order", d(rng.choice([5, 6, 7, 8, 9]))),
            ("tracking", f"{parcel}{d(rng.choice([12, 13, 15, 20]))}"),
            ("tracking", f"SF{d(13)}"),
            ("tracking", f"1Z{d(3)}AA{d(10)}"),
            ("tracking", f"RR{d(9)}CN"),
            ("ean", ean(rng)),
            ("price", rng.choice(prices)),
            ("date", rng.choice(days)),
            (
                "date",
                f"{year}-{month:02}-{day:02} {rng.randint(0, 23):02}:{rng.randint(0, 59):02}:{rng.randint(0, 59):02}",
            ),
            ("date", f"{year}年{month}月{day}日"),
            ("version", f"{software}{d(1)}.{d(2)}.{d(1)}.{d(3)}"),
            ("version", f"{d(1)}.{d(2)}.{d(1)}"),
            ("sku", f"{rng.choice(['SKU ', '货号', 'AB-'])}{d(5)}{rng.choice('ABC')}-{d(2)}"),
            ("size", f"{d(2)} x {d(3)} x {d(2)} mm, {d(1)}.{d(1)} kg"),
        ]
    )


def positives(seed: int, n: int, kinds: tuple[str, ...]) -> list[Sample]:
    rng = random.Random(seed)
    samples = []
    for at in range(n):
        kind = kinds[at % len(kinds)]
        if kind in MAKERS:
            make, write = MAKERS[kind]
            value = write(rng, make(rng))
        else:
            value = OTHERS[kind](rng)
        frame = rng.choice(FRAMES[rng.choice(list(FRAMES))])
        samples.append(Sample(frame.format(value), kind, value, kind))
    return samples


def negatives(seed: int, n: int) -> list[Sample]:
    rng = random.Random(seed)
    samples: list[Sample] = []
    while len(samples) < n:
        if len(samples) % 2:
            what, value = harmless(rng)
        else:
            what = CHECKSUMMED[len(samples) // 2 % len(CHECKSUMMED)]
            make, write = MAKERS[what]
            plain = wrong(rng, make(rng))
            if is_right_elsewhere(plain):
                continue
            value = write(rng, plain)
        frame = rng.choice(FRAMES[rng.choice(list(FRAMES))])
        samples.append(Sample(frame.format(value), None, value, what))
    return samples


def address(rng: random.Random, language: str) -> str:
    """A street with its number, and often what comes after it: a flat, a town, a postcode."""
    if language == "en":
        streets = ["Cedar", "Oak Hill", "Washington", "5th", "St James's", "King William", "Martin Luther King"]
        kinds = ["Street", "St", "Avenue", "Ave", "Road", "Rd", "Lane", "Drive", "Boulevard", "Court", "Way", "Place"]
        more = [
            "",
            f", Apt {rng.randint(1, 99)}",
            f", Springfield, IL {rng.randint(10000, 99999)}",
            ", London SW1A 1AA",
        ]
        return f"{rng.randint(1, 9999)} {rng.choice(streets)} {rng.choice(kinds)}{rng.choice(more)}"
    if language == "zh":
        town = rng.choice(["北京市朝阳区", "广东省深圳市南山区", "浙江省杭州市西湖区", "", "湖北省武汉市洪山区"])
        street = rng.choice(["建国路", "人民大道", "科技南十二路", "中山北路", "解放街", "世纪大道"])
        flat = f"{rng.randint(1, 30)}栋{rng.randint(1, 3)}单元{rng.randint(101, 2502)}室"
        more = ["", flat, f"阳光花园{rng.randint(1, 20)}号楼{rng.randint(101, 999)}室", f"{rng.randint(2, 30)}楼"]
        return f"{town}{street}{rng.randint(1, 999)}号{rng.choice(more)}"
    way = rng.choice(["Rua", "Av.", "Avenida", "R.", "Travessa", "Alameda", "Praça"])
    name = rng.choice(["das Flores", "Paulista", "XV de Novembro", "Dom Pedro II", "São João", "da Consolação"])
    more = [
        "",
        f" apto {rng.randint(1, 200)}",
        " - Centro",
        ", São Paulo - SP",
        f", CEP {rng.randint(10000, 99999)}-120",
    ]
    return f"{way} {name}{rng.choice([', ', ' ', ', nº '])}{rng.randint(1, 3999)}{rng.choice(more)}"


PLACES = {
    "en": ["Please send it to {}, thanks", "I live at {}.", "{}", "Deliver to: {}\nThanks"],
    "zh": ["请寄到{}，谢谢", "我住在{}。", "地址：{}", "收货地址是{}，麻烦尽快", "{}"],
    "pt": ["Moro na {}, obrigado", "Endereço: {}", "Entregar em {}.", "meu endereço é {} e ninguém tocou"],
}
FIRST = ["Jane", "José", "Ana", "Łukasz", "Olivia", "João", "Müller", "Rose"]
LAST = ["Doe", "Álvarez", "Silva", "Nowak", "O'Connor", "Ito", "Smith-Jones", "de Souza", "van der Berg"]
KNOWN = [f"{first} {last}" for first in FIRST for last in LAST]
KNOWN_ZH = [a + b for a in "王李张刘陈杨" for b in ["小明", "伟", "丽华", "芳", "建国"]]


def addressed(seed: int, n: int, language: str) -> list[Sample]:
    """Texts with an address in them."""
    rng = random.Random(seed)
    values = [address(rng, language) for _ in range(n)]
    return [Sample(rng.choice(PLACES[language]).format(value), "ADDRESS", value, language) for value in values]


def named(seed: int, n: int) -> list[Sample]:
    """Texts with the name of a known customer, as people write it."""
    rng = random.Random(seed)
    samples = []
    for at in range(n):
        known = rng.choice(KNOWN_ZH if at % 2 else KNOWN)
        value = known if at % 2 else rng.choice([known, known.upper(), known.lower()])
        frames = ["我是{}，", "收件人{}电话", "{}收"] if at % 2 else ["Hi, I am {}.", "Thanks, {}", "regards\n{}"]
        samples.append(Sample(rng.choice(frames).format(value), "NAME", value, known))
    return samples
