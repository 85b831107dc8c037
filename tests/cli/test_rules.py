"""What holds for every command: JSON, errors, languages, exit codes; a new command must be named here."""

from __future__ import annotations

import json
import re

import pytest

from shopwright.cli.app import COMMANDS

# How each command is called to read something; None: it makes something and prints where.
READS = {
    "demo": None,
    "import": None,
    "check": ("check", "{shop}"),
    "forecast": ("forecast", "{shop}"),
    "backtest": ("backtest", "{shop}", "--windows", "1"),
    "reorder": ("reorder", "{shop}"),
    "stock": ("stock", "{shop}"),
    "transfer": ("transfer", "{shop}"),
    "simulate": ("simulate", "{shop}", "--periods", "2"),
    "recommend": ("recommend", "{shop}"),
    "bundles": ("bundles", "{shop}", "--least-orders", "3"),
    "customers": ("customers", "{shop}"),
    "reviews": ("reviews", "{shop}"),
    "evaluate": ("evaluate", "{shop}"),
    "plan": ("plan", "{shop}"),
    "report": ("report", "{shop}"),
    "ledger": ("ledger", "{shop}"),
    "models": ("models", "list"),
    "tune": None,
    "config": ("config", "{shop}"),
    "doctor": ("doctor", "{shop}"),
    "version": ("version",),
}
READING = sorted(name for name, line in READS.items() if line)
ON_A_SHOP = [name for name in READING if "{shop}" in READS[name]]


def _line(name, shop):
    return [part.format(shop=shop) for part in READS[name]]


def _three(err):
    """The three lines of an error: what, why, fix and its code."""
    what, why, fix, *rest = err.splitlines()
    assert not rest
    assert re.fullmatch(r"(error: |错误：).+ \[[A-Z]+-\d\d\]", what)
    assert re.match(r"  (why: |原因：)\S", why)
    assert re.match(r"  (fix: |办法：)\S", fix)
    return what.rpartition("[")[2].rstrip("]")


def test_every_command_is_in_the_table():
    assert sorted(READS) == sorted(name for name, _, _ in COMMANDS)


@pytest.mark.parametrize("name", READING)
def test_json_is_all_there_is_on_stdout(call, shop, name):
    told = call(*_line(name, shop), "--json")
    assert told.code in (0, 3), told.err
    value = json.loads(told.out)
    assert value
    assert "error" not in value


@pytest.mark.parametrize("name", READING)
def test_without_json_stdout_is_text_without_control_signs(call, shop, name):
    told = call(*_line(name, shop))
    assert told.code in (0, 3), told.err
    assert told.out.strip()
    for text in (told.out, told.err):
        assert not [sign for sign in text if not (sign.isprintable() or sign == "\n")]


@pytest.mark.parametrize("name", READING)
def test_chinese_is_asked_for_anywhere_in_the_line(call, shop, name):
    chinese, english = call("--lang", "zh", *_line(name, shop)), call(*_line(name, shop), "--lang=en")
    if name in ("version", "report"):  # a number and a path
        return
    assert re.search(r"[\u4e00-\u9fff]", chinese.out)
    if name not in ("config", "reviews"):  # settings are commented in both, customers write as they speak
        assert not re.search(r"[\u4e00-\u9fff]", english.out)


@pytest.mark.parametrize("name", ON_A_SHOP)
def test_a_folder_without_a_shop_is_explained(call, tmp_path, name):
    told = call(*_line(name, tmp_path / "nothing"))
    assert (told.code, told.out) == (1, "")
    assert _three(told.err) == "STORE-06"


@pytest.mark.parametrize("name", ON_A_SHOP)
def test_an_error_is_json_too_where_json_was_asked_for(call, tmp_path, name):
    told = call(*_line(name, tmp_path / "nothing"), "--json")
    assert told.code == 1
    assert set(json.loads(told.out)["error"]) == {"what", "why", "fix", "code"}
    assert _three(told.err) == json.loads(told.out)["error"]["code"]


@pytest.mark.parametrize("name", sorted(READS))
def test_an_unknown_option_is_a_usage_error(call, name):
    told = call(name, "--colour")
    assert (told.code, told.out) == (2, "")
    assert _three(told.err) == "USAGE-19"


@pytest.mark.parametrize("name", ON_A_SHOP)
def test_a_day_that_is_none_is_a_usage_error(call, shop, name):
    option = "--day" if name == "report" else "--until"
    told = call(*_line(name, shop), option, "31.10.2011")
    assert told.code == 2
    assert _three(told.err) in ("USAGE-13", "USAGE-19")  # not every command has one


@pytest.mark.parametrize("typed, meant", [("plann", "plan"), ("reccomend", "recommend"), ("imports", "import")])
def test_a_misspelt_command_names_the_one_meant(call, typed, meant):
    told = call(typed)
    assert told.code == 2
    assert _three(told.err) == "USAGE-14"
    assert told.err.splitlines()[2].endswith(f"shopwright {meant}")


def test_a_misspelt_option_names_the_one_meant(call, shop):
    told = call("plan", shop, "--bugdet", "3")
    assert "did you mean --budget?" in told.err


@pytest.mark.parametrize(
    "line, code",
    [
        (["plan"], "USAGE-16"),
        (["forecast", "x", "--top", "many"], "USAGE-17"),
        (["forecast", "x", "--top", "0"], "USAGE-17"),
        (["plan", "x", "--budget", "lots"], "USAGE-17"),
        (["plan", "x", "y"], "USAGE-18"),
        (["plan", "x", "--until"], "USAGE-18"),
        (["--lang", "fr", "version"], "USAGE-15"),
        (["version", "--lang"], "USAGE-15"),
    ],
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_mistakes_on_the_line_have_their_codes(call, monkeypatch, line, code, language):
    monkeypatch.setenv("SHOPWRIGHT_LANG", language)
    told = call(*line)
    assert (told.code, told.out) == (2, "")
    assert _three(told.err) == code
    assert told.err.startswith("错误" if language == "zh" else "error")


def test_the_environment_sets_the_language_and_the_line_wins(call, monkeypatch):
    monkeypatch.setenv("SHOPWRIGHT_LANG", "zh")
    assert call("nonsense").err.startswith("错误：")
    assert call("nonsense", "--lang", "en").err.startswith("error: ")


def test_a_value_no_shop_can_have_says_where_it_came_from(call, shop, monkeypatch):
    monkeypatch.setenv("SHOPWRIGHT_MONEY_MARGIN_RATE", "2")
    told = call("plan", shop)
    assert told.code == 1
    assert _three(told.err) == "SETTINGS-03"
    assert "SHOPWRIGHT_MONEY_MARGIN_RATE" in told.err
