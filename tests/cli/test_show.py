"""What goes to the terminal: tables that hostile cells cannot upset, errors in three lines."""

from __future__ import annotations

import io
import json
import re
from contextlib import redirect_stdout

import polars as pl
import pytest

from shopwright.cli.show import show_json, show_table
from shopwright.cli.wrapping import shortened
from shopwright.i18n import t
from shopwright.shop.shop import Shop
from shopwright.shop.store import Store

HOSTILE = [
    "\x1b[2J\x1b[31mred",
    "[bold]markup[/bold] [link=http://x]y[/link]",
    "two\nlines\r\nand\ttabs",
    "\x07bell \x9b31m \u202eright to left",
    "[/]",
]


class _Terminal(io.StringIO):
    def isatty(self):
        return True


def _table(cells, kind=io.StringIO):
    told = kind()
    with redirect_stdout(told):
        show_table(t("SKU"), ((t("SKU"), False), (t("Units"), True)), [(cell, "1") for cell in cells])
    return told.getvalue()


@pytest.mark.parametrize("cell", HOSTILE)
def test_a_cell_cannot_steer_the_terminal(cell):
    told = _table([cell])
    assert not [sign for sign in told if not (sign.isprintable() or sign == "\n")]
    assert len(told.splitlines()) == len(_table(["plain"]).splitlines())


def test_markup_is_shown_as_it_was_written():
    assert "[bold]markup[/bold]" in _table(HOSTILE)


def test_a_table_is_not_cut_when_piped():
    title = "A product with a title that is a good deal longer than a terminal of eighty columns is wide, and then some"
    assert title in _table([title])


def test_chinese_cells_stand_in_their_columns():
    lines = _table(["蓝色茶杯", "mug"]).splitlines()
    one, two = (line for line in lines if line.strip().endswith("1"))
    assert one.index("1") + len("蓝色茶杯") == two.index("1")  # each of the four is two cells wide


REASONS = (
    "2 周预计需求 7 件，现有 5 件，在途 0 件；按 98% 的不缺货概率订货；晚一周订货将多花 1,072.95；最少须订 24 件；"
    "按每 12／2 件订",
    "2 weeks of demand: 7, on hand 5; 98% of no stock-out; a week later costs 1,072.95; at least 24, by 12 / 2",
)


@pytest.mark.parametrize("reason", REASONS)
@pytest.mark.parametrize("columns", [20, 57, 80, 100, 131])
def test_no_figure_is_cut_however_narrow_the_terminal(reason, columns, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = _table([reason] * 2, kind=_Terminal).splitlines()
    told = " ".join(re.sub(r"\s+1$", "", line).strip() for line in lines)
    assert "…" not in told
    for figure in re.findall(r"[\d.,]*\d%?", reason):
        assert told.count(figure) >= 2
    kept = re.sub(r"\s", "", told)
    assert kept.count(re.sub(r"\s", "", reason)) == 2


def test_a_title_is_shortened_between_words():
    assert shortened("Green tea 500 g", 12) == "Green tea…"
    assert shortened("西湖龙井明前特级绿茶 500克 礼盒装", 24) == "西湖龙井明前特级绿茶…"
    assert shortened("mug", 3) == "mug"


def test_json_keeps_every_sign_and_steers_nothing(capsys):
    value = {"title": "蓝色 \x1b[2J\x9b31m\u202e", "rows": [1, None]}
    show_json(value)
    told = capsys.readouterr().out
    assert json.loads(told) == value
    assert "蓝色" in told
    assert not [sign for sign in told if not (sign.isprintable() or sign == "\n")]


@pytest.fixture
def hostile(tmp_path):
    """A shop whose most popular product has a title out of a bad dream."""
    products = pl.DataFrame({"sku": ["A"], "title": ["\x1b[2J[bold]=1+1\nnext"], "price": [10.0], "cost": [4.0]})
    lines = pl.DataFrame(
        {
            "order": [f"O{n}" for n in range(200)],
            "line": ["1"] * 200,
            "sku": ["A"] * 200,
            "at": pl.datetime_range(
                pl.datetime(2024, 1, 1), pl.datetime(2024, 7, 18), "1d", eager=True, time_zone="UTC"
            ),
            "units": [2.0] * 200,
            "price": [10.0] * 200,
            "revenue": [20.0] * 200,
            "customer": [f"C{n % 7}" for n in range(200)],
        }
    )
    stock = pl.DataFrame({"sku": ["A"], "day": [lines["at"][-1].date()], "on_hand": [1.0]})
    frames = Shop.of({"products": products, "order_lines": lines, "stock": stock}).frames
    store = Store(tmp_path / "shop")
    with store.lock():
        store.commit(frames, {})
    return store.root


@pytest.mark.parametrize("line", [("forecast",), ("reorder",), ("recommend",), ("check",), ("plan",)])
def test_commands_show_a_hostile_title_without_obeying_it(call, hostile, line):
    told = call(line[0], hostile, *line[1:])
    assert told.code in (0, 3), told.err
    for text in (told.out, told.err):
        assert not [sign for sign in text if not (sign.isprintable() or sign == "\n")]
