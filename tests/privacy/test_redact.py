"""The redactor: what it finds, what it leaves, and that all of it comes back."""

from __future__ import annotations

import pickle
import random
import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shopwright.errors import InputError, UsageError
from shopwright.privacy import Names, Placeholders, redact, redact_all, restore

# Published examples: of the card schemes, ISO 13616, GB 11643, GB 32100, Receita Federal, Ofcom, Baker Street.
FOUND = [
    ("4111 1111 1111 1111 5500 0000 0000 0004", ["4111 1111 1111 1111", "5500 0000 0000 0004"]),
    (
        "4111-1111-1111-1111 5500-0000-0000-0004 4012 8888 8888 1881",
        ["4111-1111-1111-1111", "5500-0000-0000-0004", "4012 8888 8888 1881"],
    ),
    ("order no. 20241128, 13812345678", ["13812345678"]),
    ("Dupont 75,06 12 34 56 78", ["06 12 34 56 78"]),
    ("orders 536365, 536366; phone 13812345678", ["13812345678"]),
    ("订单号20241128、手机13912345678", ["13912345678"]),
    ("id,phone\n17,01 23 45 67 89", ["01 23 45 67 89"]),
    ("write to jane.doe+x@mail.example.co.uk please", ["jane.doe+x@mail.example.co.uk"]),
    ("请发到zhang_san@163.com谢谢", ["zhang_san@163.com"]),
    ("mail ｊａｎｅ＠ｅｘａｍｐｌｅ．ｃｏｍ", ["ｊａｎｅ＠ｅｘａｍｐｌｅ．ｃｏｍ"]),
    ("jane (at) example dot com", ["jane (at) example dot com"]),
    ("joão@exemplo.com.br", ["joão@exemplo.com.br"]),
    ("call +44 20 7946 0018 now", ["+44 20 7946 0018"]),
    ("(call +44 20 7946 0018)", ["+44 20 7946 0018"]),
    ("0044 20 7946 0018", ["0044 20 7946 0018"]),
    ("020 7946 0018", ["020 7946 0018"]),
    ("ring 555-010-9999 or (212) 555-0143 today", ["555-010-9999", "(212) 555-0143"]),
    ("我的电话13912345678，请联系", ["13912345678"]),
    ("139 1234 5678", ["139 1234 5678"]),
    ("138-1234-5678微信同号", ["138-1234-5678"]),
    ("wx13812345678", ["13812345678"]),
    ("座机010-62345678", ["010-62345678"]),
    ("客服01062345678没人接", ["01062345678"]),
    ("电话：62345678", ["62345678"]),
    ("１３８１２３４５６７８", ["１３８１２３４５６７８"]),
    ("138\u200b1234\u200b5678", ["138\u200b1234\u200b5678"]),
    ("138\u034f1234\u31645678", ["138\u034f1234\u31645678"]),
    ("138\U000e00411234\u180e5678", ["138\U000e00411234\u180e5678"]),
    ("+86 138 1234 5678", ["+86 138 1234 5678"]),
    ("me liga (11) 91234-5678", ["(11) 91234-5678"]),
    ("zap 11987654321", ["11987654321"]),
    ("+5511987654321 ou 5511987654321", ["+5511987654321", "5511987654321"]),
    ("Tel. 0171 1234567", ["0171 1234567"]),
    ("01 23 45 67 89", ["01 23 45 67 89"]),
    ("card 4111 1111 1111 1111 12/27", ["4111 1111 1111 1111"]),
    (
        "5555555555554444, 3782-822463-10005, 30569309025904",
        ["5555555555554444", "3782-822463-10005", "30569309025904"],
    ),
    ("3530111333300000 6011111111111117", ["3530111333300000", "6011111111111117"]),
    ("IBAN DE89 3704 0044 0532 0130 00 bitte", ["DE89 3704 0044 0532 0130 00"]),
    ("gb82west12345698765432", ["gb82west12345698765432"]),
    ("MT84MALT011000012345MTLCAST001S", ["MT84MALT011000012345MTLCAST001S"]),
    ("BR18 0036 0305 0000 1000 9795 493C 1", ["BR18 0036 0305 0000 1000 9795 493C 1"]),
    ("身份证11010519491231002X", ["11010519491231002X"]),
    ("身份证编号：11010519491231002x", ["11010519491231002x"]),
    ("统一社会信用代码91350100M000100Y43", ["91350100M000100Y43"]),
    ("cpf 529.982.247-25 ou 52998224725", ["529.982.247-25", "52998224725"]),
    ("CNPJ 11.222.333/0001-81, 12.ABC.345/01DE-35, 12ABC34501DE35", None),
    ("IP 192.168.10.77 and 2001:db8::8a2e:370:7334", ["192.168.10.77", "2001:db8::8a2e:370:7334"]),
    ("I live at 221B Baker Street, London NW1 6XE and", ["221B Baker Street, London NW1 6XE"]),
    ("1600 Pennsylvania Avenue NW, Washington, DC 20500", ["1600 Pennsylvania Avenue NW, Washington, DC 20500"]),
    ("send it to 12 main street please", ["12 main street"]),
    ("P.O. Box 123", ["P.O. Box 123"]),
    ("Hauptstraße 12a, 10115 Berlin", ["Hauptstraße 12a, 10115 Berlin"]),
    ("Am Markt 5, 04109 Leipzig", ["Am Markt 5, 04109 Leipzig"]),
    ("moro na Av. Paulista, 1578", ["Av. Paulista, 1578"]),
    ("Rua das Flores, 123, apto 45", ["Rua das Flores, 123, apto 45"]),
    ("CEP 01310-100", ["01310-100"]),
    ("请寄到浙江省杭州市西湖区文三路123号5栋2单元301室谢谢", ["浙江省杭州市西湖区文三路123号5栋2单元301室"]),
    ("我住在上海市浦东新区世纪大道100号", ["上海市浦东新区世纪大道100号"]),
    ("阳光小区3栋2单元501室", ["阳光小区3栋2单元501室"]),
    ("广东省深圳市南山区科技园南区A栋3单元502", ["广东省深圳市南山区科技园南区A栋3单元502"]),
    ("请发5号楼1203，急", ["5号楼1203"]),
    ("送到科技大厦B座1203", ["科技大厦B座1203"]),
    ("一三八一二三四五六七八打我电话", ["一三八一二三四五六七八"]),
    ("微信同号一八六1234五六七八", ["一八六1234五六七八"]),
    ("write to john [at] shop [dot] co [dot] uk", ["john [at] shop [dot] co [dot] uk"]),
    ("cnpj 12abc34501de35, CNPJ: abcdefghijkl80", ["12abc34501de35", "abcdefghijkl80"]),
    ("nota para 12.abc.345/01de-35 ou ab.cde.fgh/ijkl-80", ["12.abc.345/01de-35", "ab.cde.fgh/ijkl-80"]),
    # rows of a table, lists without blanks
    ("jane,13812345678,4111111111111111,2", ["13812345678", "4111111111111111"]),
    ("11010519491231002X,11010519491231002X,5", ["11010519491231002X"] * 2),
    ("529.982.247-25,11.222.333/0001-81,12", ["529.982.247-25", "11.222.333/0001-81"]),
    ("7,+4915112345678,004915112345678,3", ["+4915112345678", "004915112345678"]),
    ("42,11 987654321,7", ["11 987654321"]),
    ("42,11 91234-5678", ["11 91234-5678"]),
    (",11 30001234", ["11 30001234"]),
    ("order no. 12345, 55555/13812345678", ["13812345678"]),
    ("电话13812345678/13912345678", ["13812345678", "13912345678"]),
    ("13812345678 4111 1111 1111 1111", ["13812345678", "4111 1111 1111 1111"]),
]
LEFT = [
    "order 536365 came on 2011-12-01 10:15:00",
    "SKU 85123A, 12 x 300 ml, 10-12 cm",
    "4111 1111 1111 1112 fails its check digit",
    "1234567890123456",
    "EAN 4006381333931 or 4006381333931, UPC 036000291452",
    "11010519491231002 has one digit too few, 110105194912310021 is wrong",
    "11010519491331002X has a month too many",
    "cpf 529.982.247-26, CNPJ 11.222.333/0001-82, 12.ABC.345/01DE-36",
    "GB82WEST12345698765433, DE89 3704 0044 0532 0130 01",
    "91350100M000100Y44",
    "price 1.299,00 or 1,299.00, R$ 10.299,90",
    "01.02.2024 12:30, 2024.01.15-2024.02.15, 10:30:45",
    "me@home, logo@2x.png, @jane, 3@9.99",
    "version 0.139.1234.5678, firmware 2.1.10.15, 固件版本10.20.30.40",
    "订单号 20231201123456789012，快递单号773012345678901",
    "订单号13812345678",
    "我的订单号是1401482205",
    "Pedido nº 52998224725",
    "order number 4111111111111111",
    "tracking 1Z999AA10123456784, SF1312345678901, RR123456785CN",
    "Order #112-7654321-1234567",
    "5月3号 2号线路3号口",
    "5 stars, 2 blocks down the street, 3 Days On The Way",
    "lote 12abc34501de35, order [12] shipped [at] noon",
    "一共三栋，2024年建成，7座2023款，3号楼2单元，1号楼12件，B座楼下",
    "一二三四五六七八九十，二〇二六年十一月二十七日",
    "999.999.999-99 300.1.2.3 1:2:3 00：:35",
    "total 19,99 20241128, 2 x 49,99 25483920, EUR 4,05 123456789, Rate 4,05 10250000,00",
    "order no. 202411/13812345678, 订单号 20241128/13812345678",
    "0.4111111111111111 or 3.13812345678, 13812345678/2, 3/13812345678",
    "order nos. 4111111111111111, 13812345678",
    "orders 4111111111111111, 13812345678 and 13912345678; tracking numbers 13812345678 & 13912345678",
    "订单号：13812345678、13912345678、13712345678",
    "Bestellnummern 13812345678 und 13912345678",
    "total 12,01 23 45 67 89, EUR 1.312,01 23 45 67 89, € 5,01 23 45 67 89",
]


@pytest.mark.parametrize("text, values", FOUND)
def test_personal_data_is_found_and_nothing_else(text, values):
    redacted = redact(text)
    if values is None:
        assert len(redacted.spans) == 3
    else:
        assert [text[span.start : span.end] for span in redacted.spans] == values
    assert restore(redacted.text, redacted.mapping) == text


@pytest.mark.parametrize("text", LEFT)
def test_numbers_that_are_nobodys_stay(text):
    assert redact(text).text == text


@pytest.mark.parametrize(
    "text, kinds",
    [
        ("a@b.example.com", {"EMAIL"}),
        ("4111111111111111", {"CARD"}),
        ("11010519491231002X", {"ID"}),
        ("91350100M000100Y43", {"COMPANY"}),
        ("52998224725", {"CPF"}),
        ("12ABC34501DE35", {"CNPJ"}),
        ("GB82WEST12345698765432", {"IBAN"}),
        ("10.20.30.41", {"IP"}),
        ("13812345678", {"PHONE"}),
        ("12 Main Street", {"ADDRESS"}),
        ("⟦EMAIL-1⟧", {"MARK"}),
    ],
)
def test_kinds_are_told(text, kinds):
    assert redact(text).kinds == kinds


def test_a_value_has_one_placeholder_in_a_conversation():
    first = redact("a@example.com and b@example.com and a@example.com")
    assert first.text == "⟦EMAIL-1⟧ and ⟦EMAIL-2⟧ and ⟦EMAIL-1⟧"
    second = redact("b@example.com, c@example.com", mapping=first.mapping)
    assert second.text == "⟦EMAIL-2⟧, ⟦EMAIL-3⟧"
    assert [r.text for r in redact_all(["a@example.com", "x", "a@example.com"])] == ["⟦EMAIL-1⟧", "x", "⟦EMAIL-1⟧"]


def test_a_mapping_goes_to_a_file_and_back():
    redacted = redact("a@example.com")
    again = Placeholders(dict(redacted.mapping))
    assert redact("a@example.com b@example.com", mapping=again).text == "⟦EMAIL-1⟧ ⟦EMAIL-2⟧"
    assert restore("to ⟦EMAIL-1⟧", dict(redacted.mapping)) == "to a@example.com"
    assert "example" not in repr(redacted)
    with pytest.raises(InputError, match="PRIVACY-01"):
        Placeholders({"EMAIL": "a@example.com"})


def test_placeholders_in_the_text_stand_for_themselves():
    """A customer who writes a placeholder gets those signs back, and nobody's address."""
    conversation = redact("a@example.com").mapping
    attack = redact("tell me ⟦EMAIL-1⟧ and ⟦MARK-1⟧ and ⟦⟦EMAIL-1⟧⟧ and ⟦", mapping=conversation)
    assert "EMAIL" not in attack.text
    assert restore(attack.text, attack.mapping) == "tell me ⟦EMAIL-1⟧ and ⟦MARK-1⟧ and ⟦⟦EMAIL-1⟧⟧ and ⟦"
    assert restore("⟦EMAIL-99⟧ ⟦EMAIL-01⟧", attack.mapping) == "⟦EMAIL-99⟧ ⟦EMAIL-01⟧"


PIECES = [text for text, _ in FOUND] + LEFT
PIECES += ["⟦EMAIL-1⟧", "⟦", "⟧", "⟦MARK-1⟧", "\0", "😀👩‍👩‍👧", "مرحبا ١٢٣", "\u202e", "\ud800", "ß", "İ", "\r\n"]


@given(st.lists(st.one_of(st.text(), st.sampled_from(PIECES))).map("".join))
def test_any_text_comes_back(text):
    redacted = redact(text, names=NAMES)
    assert restore(redacted.text, redacted.mapping) == text
    at = 0
    for span in redacted.spans:
        assert at <= span.start < span.end <= len(text)
        assert redacted.mapping[span.placeholder] == text[span.start : span.end]
        at = span.end


@given(st.lists(st.lists(st.sampled_from(PIECES)).map(" ".join), max_size=4))
def test_any_conversation_comes_back(texts):
    done = redact_all(texts)
    assert [restore(each.text, each.mapping) for each in done] == texts


@given(st.lists(st.sampled_from([text for text, _ in FOUND])).map(" \n ".join))
@example("moro na Av. Paulista, 1578 \n IBAN DE89 3704 0044 0532 0130 00 bitte")
def test_nothing_is_left_after_redacting_twice(text):
    once = redact(text).text
    assert redact(once).kinds <= {"MARK"}


@pytest.mark.parametrize(
    "unit", ["市", "1", "1 ", "a@", "⟦", "1A,", "1:", "+1", "DE89 ", "Rua A ", "汉字1号", "x", "\0"]
)
def test_a_megabyte_of_anything_comes_back(unit):
    text = unit * (1_000_000 // len(unit.encode()))
    redacted = redact(text)
    assert restore(redacted.text, redacted.mapping) == text


def test_a_language_narrows_what_is_looked_for():
    assert redact("Hauptstraße 12", language="de").kinds == {"ADDRESS"}
    assert redact("Hauptstraße 12", language="zh").text == "Hauptstraße 12"
    assert redact("13812345678", language="pt").kinds == {"PHONE"}
    with pytest.raises(UsageError, match="PRIVACY-03"):
        redact("x", language="fr")


def test_what_is_no_text_is_refused():
    for wrong in (lambda: redact(None), lambda: redact_all("text"), lambda: redact_all([b"x"])):
        with pytest.raises(UsageError, match="PRIVACY-04"):
            wrong()
    with pytest.raises(UsageError, match="PRIVACY-02"):
        redact("x", names="Maria")
    assert redact("").text == ""


NAMES = Names(
    ["Maria da Silva", "José Müller", "O'Brien Sean", "Rose", "Wang", "王小明", "欧阳娜娜", "李", "X", "", "김민수"]
)


@pytest.mark.parametrize(
    "text, values",
    [
        ("Hi, maria DA silva here", ["maria DA silva"]),
        ("JOSE MULLER e Jose\u0301 Müller", ["JOSE MULLER", "Jose\u0301 Müller"]),
        ("o'brien-sean", ["o'brien-sean"]),
        ("Rose sent a rose, ROSE", ["Rose", "ROSE"]),
        ("我是王小明，欧阳娜娜介绍的，李", ["王小明", "欧阳娜娜"]),
        ("저는 김민수입니다", ["김민수"]),
        ("我叫Wang先生", ["Wang"]),
        ("Rosemary, Maria Silva, Wangs, Rose_1, @Rose, 小明", []),
    ],
)
def test_names_of_customers(text, values):
    redacted = redact(text, names=NAMES)
    assert [text[span.start : span.end] for span in redacted.spans if span.kind == "NAME"] == values
    assert restore(redacted.text, redacted.mapping) == text


def test_a_hundred_thousand_names_are_found_exactly():
    rng = random.Random(5)
    word = lambda: "".join(rng.choices(string.ascii_lowercase, k=7)).title()  # noqa: E731
    latin = [f"{word()} {word()}" for _ in range(50_000)]
    han = ["".join(chr(rng.randrange(0x4E00, 0x9F00)) for _ in range(3)) for _ in range(50_000)]
    names = Names(latin + han)
    asked = rng.sample(latin, 200) + rng.sample(han, 200)
    done = redact_all([f"dear {name}, 您好" for name in asked], names=names)
    assert [each.kinds for each in done] == [{"NAME"}] * len(asked)
    assert all(name not in each.text for name, each in zip(asked, done, strict=True))
    assert repr(names) == "Names(100,000 names)" or names.n_names == 100_000


def test_names_are_not_shown_in_a_representation():
    assert "Maria" not in repr(NAMES)
    assert pickle.loads(pickle.dumps(redact("a@example.com"))).text == "⟦EMAIL-1⟧"


def test_arguments_that_nothing_can_be_made_of_are_refused():
    for wrong in (
        lambda: restore(None, {}),
        lambda: restore("a ⟦EMAIL-1⟧", None),
        lambda: redact("a@b.com", mapping={}),
        lambda: redact("a", names=5),
        lambda: redact("a", names=[5]),
    ):
        with pytest.raises(UsageError, match="USAGE-25"):
            wrong()
    for texts in (None, 5, "a text"):
        with pytest.raises(UsageError, match="PRIVACY-04"):
            redact_all(texts)
    with pytest.raises(UsageError, match="PRIVACY-03"):
        redact("a", language=["en"])
    assert redact("Jane Doe", names=[None, "Jane Doe"]).text == "⟦NAME-1⟧"
