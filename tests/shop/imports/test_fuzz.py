"""Broken files thrown at the importer: it imports, quarantines or explains; never a traceback, never a lost row."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shopwright.errors import ShopError
from shopwright.i18n import using
from shopwright.shop.imports import Reading, import_paths
from shopwright.shop.store import Store

HEADERS = [
    ["order_id", "date", "sku", "quantity", "price"],
    ["sku", "title", "price", "category"],
    ["订单号", "下单时间", "商品编码", "数量", "单价"],
    ["review_id", "sku", "rating", "review text", "date"],
    ["sku", "day", "on_hand"],
    ["pedido", "data", "produto", "quantidade", "preço"],
    ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"],
]
ODD = [
    *(
        "",
        " ",
        '"',
        '""',
        "'",
        "\x00",
        "\ufeff",
        "\u202e",
        "☕️",
        "كوب",
        "NaN",
        "inf",
        "-inf",
        "1e999",
        "9" * 400,
        "=1+1",
    ),
    *(
        "1,234.5",
        "1.234,5",
        "(5)",
        "5-",
        "0",
        "-3",
        "1900-01-01",
        "2199-12-31",
        "31/02/2024",
        "13/01/2024",
        "01/31/2024",
    ),
    *(
        "2024-01-05T10:00:00Z",
        "2024年1月5日",
        "45352.5",
        "1709288400",
        "10:30",
        "0000-00-00",
        "99999-99-99",
        "\r",
        "\t",
        "a;b",
        "a|b",
    ),
    *("{}", "{0}", "%s", "\\N", "null", "true", "2024-03-31 02:30:00", "5 de março de 2024", "31 fevereiro 2024"),
]
cell = st.one_of(
    st.sampled_from(ODD),
    st.sampled_from(["1", "2", "A", "B", "2024-01-05", "3.50", "Mug"]),
    st.integers(-(10**20), 10**20).map(str),
    st.floats().map(str),
    st.dates().map(str),
    st.text(max_size=12),
)
encodings = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252", "gb18030", "latin-1"])


@st.composite
def broken_files(draw: st.DrawFn) -> bytes:
    """A delimited file with something wrong in it."""
    header = list(draw(st.sampled_from(HEADERS)))
    if draw(st.integers(0, 9)) == 0:
        header.append(draw(st.sampled_from(header)))
    delimiter = draw(st.sampled_from([",", ";", "\t", "|"]))
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    quotes = draw(st.sampled_from(["never", "always", "sometimes", "broken"]))

    def shown(value: str) -> str:
        if quotes == "never":
            return value
        if quotes == "broken" and draw(st.integers(0, 9)) == 0:
            return f'"{value}'
        if quotes == "sometimes" and draw(st.booleans()):
            return value
        escaped = value.replace('"', '""')
        return f'"{escaped}"'

    rows = draw(st.lists(st.lists(cell, min_size=len(header), max_size=len(header)), max_size=12))
    if draw(st.booleans()) and rows:
        ragged = draw(st.integers(0, len(rows) - 1))
        rows[ragged] = rows[ragged][: draw(st.integers(0, len(header)))] + draw(st.lists(cell, max_size=3))
    text = end.join(delimiter.join(shown(value) for value in row) for row in [header, *rows])
    raw = text.encode(draw(encodings), "replace")
    if draw(st.integers(0, 3)) == 0:
        raw += end.encode() + delimiter.join(draw(st.sampled_from(ODD)) for _ in header).encode("cp1252", "replace")
    if draw(st.integers(0, 4)) == 0:
        raw = raw[: draw(st.integers(0, len(raw)))]
    if draw(st.integers(0, 4)) == 0:
        at = draw(st.integers(0, len(raw)))
        raw = raw[:at] + draw(st.binary(max_size=6)) + raw[at:]
    return raw


readings = st.builds(
    Reading,
    encoding=st.sampled_from([None, None, None, "utf-8", "cp1252", "gb18030", "utf-16"]),
    delimiter=st.sampled_from([None, None, None, ",", ";", "tab"]),
    decimal=st.sampled_from([None, None, ".", ","]),
    date_order=st.sampled_from([None, None, "DMY", "MDY", "YMD"]),
    timezone=st.sampled_from([None, None, "America/Sao_Paulo", "Asia/Shanghai"]),
)


def throw(raw: bytes, name: str, reading: Reading) -> None:
    """Import a file into a new shop; whatever happens, every row is accounted for."""
    with tempfile.TemporaryDirectory() as folder:
        file, root = Path(folder) / name, Path(folder) / "shop"
        file.write_bytes(raw)
        result = error = None
        try:
            result = import_paths([file], root, reading=reading)
        except ShopError as caught:
            error = caught
        if error is not None:
            assert error.code != "IMPORT-22"
            assert error.as_dict()
            with using("zh"):
                assert error.as_dict()
            assert not Store(root).exists
            return
        assert result is not None
        assert result.rows_in == result.rows_kept + result.rows_quarantined
        assert result.rows_in > 0
        assert str(result)
        assert any((root / "quarantine").rglob("*.csv")) == bool(result.rows_quarantined)
        assert import_paths([file], root, reading=reading).is_repeat


thrown = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@thrown
@given(broken_files(), readings)
def test_broken_delimited_files(raw, reading):
    throw(raw, "export.csv", reading)


@settings(thrown, max_examples=25)
@given(
    st.binary(max_size=400),
    st.sampled_from(["a.csv", "a.tsv", "a.json", "a.jsonl", "a.parquet", "a.xlsx", "a.zip", "a.gz", "a.db"]),
)
def test_random_bytes(raw, name):
    throw(raw, name, Reading())


@settings(thrown, max_examples=25)
@given(
    st.lists(
        st.dictionaries(st.sampled_from(HEADERS[0]), st.one_of(cell, st.none(), st.floats(), st.lists(st.integers())))
    )
)
def test_odd_json(entries):
    import json

    throw("\n".join(json.dumps(entry) for entry in entries).encode(), "orders.jsonl", Reading())
