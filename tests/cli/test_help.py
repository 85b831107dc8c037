"""Help pages of every command: English as golden files, Chinese without English left in it.

A golden file is written anew with `SHOPWRIGHT_TEST_GOLDEN=write python -m pytest tests/cli/test_help.py`; read the
difference before committing it.
"""

from __future__ import annotations

import os
import re
import unicodedata
from pathlib import Path

import pytest

from shopwright.cli import models, tune
from shopwright.cli.app import COMMANDS

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "help"
GROUPS = {"models": models.COMMANDS, "tune": tune.COMMANDS}
INNER = [f"{group} {name}" for group, commands in GROUPS.items() for name, _, _ in commands]
NAMES = ["shopwright", *(name for name, _, _ in COMMANDS), *INNER]


@pytest.fixture(autouse=True)
def _width(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")


def _page(call, name, language="en"):
    told = call(*([] if name == "shopwright" else name.split()), "--help", "--lang", language)
    assert (told.code, told.err) == (0, "")
    return told.out


@pytest.mark.parametrize("name", NAMES)
def test_the_english_page_is_the_golden_one(call, name):
    page, file = _page(call, name), GOLDEN / f"{name}.txt"
    if os.environ.get("SHOPWRIGHT_TEST_GOLDEN") == "write":
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(page, "utf-8", newline="\n")
    assert page == file.read_text("utf-8"), f"see {__name__} on how to write it anew"


def test_no_golden_page_is_left_over():
    assert sorted(file.stem for file in GOLDEN.glob("*.txt")) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_the_chinese_page_is_chinese(call, name):
    page = _page(call, name, "zh")
    assert page.startswith("用法：shopwright")
    assert re.search(r"[\u4e00-\u9fff]", page.splitlines()[2])
    # English that stays is code: commands, options, file names; never three words of prose in a row
    prose = re.findall(r"(?<![-\w])[A-Za-z]{2,}(?: [a-z]{2,}){2,}", page.replace("shopwright", ""))
    assert not prose


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", NAMES)
def test_pages_fit_their_width(call, name, language):
    def cells(line):
        return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in line)

    assert max(cells(line) for line in _page(call, name, language).splitlines()) <= 80


@pytest.mark.parametrize("name", NAMES)
def test_every_option_says_what_it_is_for(call, name):
    page = _page(call, name)
    bare = [line for line in page.splitlines() if re.fullmatch(r"  (-{1,2}|[A-Z]|\[)\S+(, -\S+)*( [A-Z]+)?", line)]
    after = [page.splitlines()[page.splitlines().index(line) + 1 :][:1] for line in bare]
    assert all(rest and rest[0].startswith("      ") for rest in after), bare


def test_without_a_command_the_page_is_shown_and_the_code_is_usage(call):
    told = call()
    assert told.code == 2
    assert told.out.rstrip() == _page(call, "shopwright").rstrip()


def test_short_h_is_help_too(call):
    assert call("plan", "-h").out == _page(call, "plan")


def test_a_narrow_terminal_gets_a_narrow_page(call, monkeypatch):
    monkeypatch.setenv("COLUMNS", "50")
    assert max(len(line) for line in _page(call, "plan").splitlines()) <= 50
