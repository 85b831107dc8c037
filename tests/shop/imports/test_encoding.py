from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopwright.shop.imports.encoding import decode, detect

WESTERN = "Käse, façon, señor, pão, Ærø, 5 £ – „gut“\n"
CHINESE = "红色杯子，罐子，收货人：王小明，浙江省杭州市\n"


@pytest.mark.parametrize(
    "text, encoding, found",
    [
        (WESTERN, "utf-8", "utf-8"),
        (WESTERN, "utf-8-sig", "utf-8"),
        (WESTERN, "cp1252", "cp1252"),
        (WESTERN, "utf-16", "utf-16-le"),
        (WESTERN, "utf-16-be", "utf-16-be"),
        (CHINESE, "utf-8", "utf-8"),
        (CHINESE, "gb18030", "gb18030"),
        (CHINESE, "gbk", "gb18030"),
        ("plain\n", "ascii", "utf-8"),
        ("caf\xe9 \x81\n", "latin-1", "latin-1"),
    ],
)
def test_the_encoding_is_found_and_the_text_comes_through(tmp_path, text, encoding, found):
    (tmp_path / "a.txt").write_bytes((text * 3).encode(encoding))
    assert detect(tmp_path / "a.txt") == found
    decoded = decode(tmp_path / "a.txt", found, tmp_path / "copy")
    assert decoded.path.read_text("utf-8-sig").replace("\r\n", "\n").rstrip() == (text * 3).rstrip()
    assert not decoded.undecodable


HEADER = "活动名称,商品编码,开始日期,结束日期,折扣\n"


@pytest.mark.parametrize("header", [HEADER, "name,sku,from,to\n"])
@pytest.mark.parametrize("name", ["双11", "双十一", "双11,双12", "十一"])
@pytest.mark.parametrize("n", [1, 40])
def test_chinese_that_happens_to_be_valid_utf8_is_told_by_the_whole_file(tmp_path, header, name, n):
    text = header + f"{name},A1,2024-11-08,2024-11-11\n" * n
    assert name.encode("gbk").decode("utf-8") != name  # it decodes
    (tmp_path / "a.csv").write_bytes(text.encode("gbk"))
    assert detect(tmp_path / "a.csv") == "gb18030"
    (tmp_path / "b.csv").write_bytes(text.encode())
    assert detect(tmp_path / "b.csv") == "utf-8"


@pytest.mark.parametrize(
    "text",
    [
        *("Käse\n", "Größe;Öl\n", "coração,não\nCORAÇÃO\n", "20 °C, 5 £\n", "ñ\n", "½ · ² µ\n", "Łódź, Čeština\n"),
        *("привет и мир\nи\n", "Καλημέρα\n", "שלום\n", "مرحبا\n", "cafe\u0301 u\u0308ber\n", "Oʻzbek\n", "双\n"),
        *("茶 100g,红\n", "日本語テスト\n", "한국어\n", "€ 5 – „gut“\n", "👍\n"),
    ],
)
def test_short_files_in_utf8_stay_what_they_are(tmp_path, text):
    (tmp_path / "a.csv").write_bytes(b"name,sku\n" + text.encode())
    assert detect(tmp_path / "a.csv") == "utf-8"


@pytest.mark.parametrize("text", ["coração,não\n", "Käse,Brötchen\n", "商品编码,商品名称\n"])
@pytest.mark.parametrize("broken", ["CORAÇÃO", "Größe", "café"])
def test_a_broken_western_line_makes_no_file_chinese(tmp_path, text, broken):
    (tmp_path / "a.csv").write_bytes(text.encode() * 3 + broken.encode("cp1252") + b"\n")
    assert detect(tmp_path / "a.csv") == "utf-8"


def test_lines_in_another_encoding_are_set_aside_with_their_numbers(tmp_path):
    raw = WESTERN.encode() + WESTERN.encode("cp1252") + b"plain\n" + WESTERN.encode()
    (tmp_path / "a.txt").write_bytes(raw)
    decoded = decode(tmp_path / "a.txt", detect(tmp_path / "a.txt"), tmp_path / "copy")
    assert [number for number, _ in decoded.undecodable] == [2]
    assert decoded.path.read_text("utf-8").split("\n")[2] == "plain"


def test_utf8_lines_in_a_western_file_are_set_aside_too(tmp_path):
    (tmp_path / "a.txt").write_bytes(WESTERN.encode("cp1252") * 5 + WESTERN.encode())
    decoded = decode(tmp_path / "a.txt", detect(tmp_path / "a.txt"), tmp_path / "copy")
    assert [number for number, _ in decoded.undecodable] == [6]


@given(
    st.lists(st.binary(max_size=20).filter(lambda raw: b"\n" not in raw and b"\r" not in raw), min_size=2, max_size=6)
)
def test_no_line_is_lost_whatever_the_bytes(tmp_path_factory, lines):
    folder = tmp_path_factory.mktemp("bytes")
    (folder / "a.txt").write_bytes(b"\n".join(lines) + b"\n")
    for encoding in ("utf-8", "cp1252", "gb18030"):
        decoded = decode(folder / "a.txt", encoding, folder / "copy")
        assert decoded.path.read_bytes().count(b"\n") == len(lines)
        assert all(0 < number <= len(lines) for number, _ in decoded.undecodable)
