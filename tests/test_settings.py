"""Settings: one order of places, errors that name them, and a file that is never half written."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import tomllib
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopwright import settings
from shopwright.errors import SettingsError
from shopwright.i18n import using
from shopwright.settings import FILE, Settings, change, load, names, render


@pytest.fixture
def root(tmp_path):
    return tmp_path


def _write(root, text: str) -> None:
    (root / FILE).write_text(text, "utf-8")


def test_without_any_place_the_defaults_hold(root):
    assert load(root) == Settings()
    assert not list(root.iterdir())


def test_flags_win_over_environment_over_file_over_default(root, monkeypatch):
    name = "money.margin_rate"
    assert load(root).get(name) == 0.4
    _write(root, "[money]\nmargin_rate = 0.1\n")
    assert load(root).get(name) == 0.1
    monkeypatch.setenv("SHOPWRIGHT_MONEY_MARGIN_RATE", "0.2")
    assert load(root).get(name) == 0.2
    assert load(root, {name: "0.3"}).get(name) == 0.3
    assert load(root, {"plan.limit": 5}).get(name) == 0.2


@pytest.mark.parametrize("budgets", ["", "memo=2", "memo=2, service=40.5/month", " a = 1 / day ,b=2/week"])
def test_budgets_that_the_settings_take_are_understood(root, budgets):
    from shopwright.language.budget import limits_of

    taken = load(root, {"language.purpose_budgets": budgets}).language.purpose_budgets
    assert len(limits_of(taken)) == budgets.count("=")


def test_a_written_file_reads_back(root):
    _write(root, render(Settings()))
    assert load(root) == Settings()
    assert set(tomllib.loads(render(Settings()))) == set(Settings.model_fields)


@given(
    name=st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    margin=st.floats(1e-9, 1, exclude_min=True, exclude_max=True),
    budget=st.floats(-1, 1e15),
    zone=st.sampled_from(["UTC", "Asia/Shanghai", "America/Argentina/Ushuaia"]),
)
def test_any_settings_survive_the_file(tmp_path_factory, name, margin, budget, zone):
    root = tmp_path_factory.mktemp("shop")
    wanted = Settings.model_validate(
        {"shop": {"name": name, "timezone": zone}, "money": {"margin_rate": margin}, "plan": {"budget": budget}}
    )
    (root / FILE).write_bytes(render(wanted).encode())
    assert load(root) == wanted


def test_every_setting_is_explained_in_both_languages():
    text = render(Settings())
    for section, kind in settings._sections().items():
        for key, field in kind.model_fields.items():
            assert f"# {field.description} / {field.json_schema_extra['zh']}\n{key} = " in text, section
            assert any("\u4e00" <= sign <= "\u9fff" for sign in field.json_schema_extra["zh"])


def test_a_file_from_a_windows_editor_is_read(root):
    (root / FILE).write_bytes(b'\xef\xbb\xbf[shop]\r\nname = "Caf\xc3\xa9"\r\n')
    assert load(root).shop.name == "Café"


def test_values_are_typed(root):
    loaded = load(root, {"plan.limit": "7", "money.margin_rate": "0.25", "shop.timezone": "Europe/Berlin"})
    assert loaded.plan.limit == 7
    assert loaded.money.margin_rate == 0.25
    assert loaded.zone == ZoneInfo("Europe/Berlin")


def _error(action) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        action()
    return caught.value


@pytest.mark.parametrize("near", ["money.margin_rat", "margin_rate", "money.marginrate"])
def test_an_unknown_name_gets_a_suggestion(root, near):
    for action in (
        lambda: load(root, {near: 1}),
        lambda: Settings().get(near),
        lambda: change(root, near, "0.3"),
    ):
        error = _error(action)
        assert error.code == "SETTINGS-01"
        assert str(error.fix) == "did you mean money.margin_rate?"
        assert "plan.budget" in str(error.why)


def test_a_name_like_no_other_gets_the_list(root):
    assert "shopwright config" in str(_error(lambda: load(root, {"qqq.zzz": 1})).fix)


@pytest.mark.parametrize(
    "text",
    ["[money]\nmargin_rat = 1\n", "[mony]\nmargin_rate = 0.3\n", "margin_rate = 0.3\n", "[[money.margin_rat]]\n"],
)
def test_an_unknown_name_in_the_file_names_the_file(root, text):
    _write(root, text)
    error = _error(lambda: load(root))
    assert error.code == "SETTINGS-01"
    assert str(root / FILE) in str(error.why)


def test_an_unknown_variable_of_a_section_is_not_passed_over(root, monkeypatch):
    monkeypatch.setenv("SHOPWRIGHT_SHOP_CURENCY", "EUR")
    error = _error(lambda: load(root))
    assert error.code == "SETTINGS-01"
    assert str(error.fix) == "did you mean shop.currency?"
    monkeypatch.delenv("SHOPWRIGHT_SHOP_CURENCY")
    monkeypatch.setenv("SHOPWRIGHT_LANG", "zh")
    monkeypatch.setenv("SHOPWRIGHT_TEST_DATA", "anywhere")
    assert load(root) == Settings()


@pytest.mark.parametrize(
    "name, value, says",
    [
        ("money.margin_rate", "1", "it must be below 1"),
        ("money.margin_rate", "0", "it must be above 0"),
        ("money.margin_rate", "a lot", "it must be a number"),
        ("money.message_cost", "-0.1", "it must be at least 0"),
        ("money.message_cost", "nan", "it must be a number"),
        ("money.holding_rate", "inf", "it must be a"),
        ("supply.lead_days", "1e9", "it must be at most 730"),
        ("plan.limit", "2.5", "it must be a whole number"),
        ("shop.currency", "euro", "it must look like"),
        ("shop.language", "fr", "it must be one of: 'en', 'zh'"),
        ("demand.period", "Y", "it must be one of: 'auto', 'D', 'W', 'M'"),
        ("shop.timezone", "Europe/Berln", "did you mean Europe/Berlin?"),
        ("shop.timezone", "", "no such time zone"),
        ("language.purpose_budgets", "memo=2/year", "it must look like memo=2, service=40/month"),
        ("language.purpose_budgets", "memo", "it must look like memo=2, service=40/month"),
        ("language.chat_provider", "gpt", "it must be one of: 'auto', 'openai', 'anthropic'"),
        ("language.deadline", "0", "it must be above 0"),
    ],
)
def test_a_value_that_is_not_allowed_is_explained_and_its_place_named(root, name, value, says):
    variable = "SHOPWRIGHT_" + name.replace(".", "_").upper()
    error = _error(lambda: load(root, {name: value}))
    assert error.code == "SETTINGS-03"
    assert repr(value) in str(error.what)
    assert name in str(error.what)
    assert says in str(error.why)
    assert "the command line" in str(error.why)
    for place in ("command line", variable, str(root / FILE), "default"):
        assert place in str(error.fix)
    with using("zh"):
        assert "必须" in str(error.why) or "时区" in str(error.why)


def test_the_place_of_a_bad_value_is_the_one_it_was_read_from(root, monkeypatch):
    _write(root, "[money]\nmargin_rate = 7\n")
    assert str(root / FILE) in str(_error(lambda: load(root)).why)
    monkeypatch.setenv("SHOPWRIGHT_MONEY_MARGIN_RATE", "8")
    assert "read from SHOPWRIGHT_MONEY_MARGIN_RATE" in str(_error(lambda: load(root)).why)


def test_a_value_of_another_type_in_the_file_is_explained(root):
    _write(root, "[shop]\nname = 5\n")
    assert "text in quotes" in str(_error(lambda: load(root)).why)


def test_broken_toml_names_the_line(root):
    _write(root, "[shop]\nname = \n")
    error = _error(lambda: load(root))
    assert error.code == "SETTINGS-02"
    assert "line 2" in str(error.why)


def test_bytes_that_are_no_text_are_explained(root):
    (root / FILE).write_bytes(b"\xff\xfe\x00")
    assert _error(lambda: load(root)).code == "SETTINGS-02"


@pytest.mark.parametrize("text", ["shop = 5\n", "shop = 'mine'\n", "shop = []\n"])
def test_a_section_that_is_none_is_explained(root, text):
    _write(root, text)
    error = _error(lambda: load(root))
    assert error.code == "SETTINGS-06"
    assert '[shop] and below it, for instance: name = "My shop"' in str(error.fix)


def test_change_keeps_comments_and_order(root):
    _write(root, "# mine\n[shop]\nname = 'Old' # so called\n\n[plan]\nlimit = 3\n")
    assert change(root, "shop.name", "新店").shop.name == "新店"
    assert (root / FILE).read_text("utf-8") == '# mine\n[shop]\nname = "新店" # so called\n\n[plan]\nlimit = 3\n'
    change(root, "money.margin_rate", "0.5")
    assert load(root).get("money.margin_rate") == 0.5
    assert load(root).plan.limit == 3


def test_change_on_a_new_shop_writes_the_whole_commented_file(root):
    change(root, "shop.currency", "GBP")
    assert (root / FILE).read_text("utf-8") == render(Settings.model_validate({"shop": {"currency": "GBP"}}))


@pytest.mark.parametrize("text", ["shop.name = 'x'\n", "shop = {name = 'x'}\n", "[shop]\nname='x'\n[plan]\n"])
def test_change_copes_with_every_way_to_write_a_table(root, text):
    _write(root, text)
    assert change(root, "shop.currency", "EUR").shop.currency == "EUR"
    assert load(root).shop.name == "x"


@pytest.mark.parametrize("name, value", [("plan.limit", "none"), ("plan.limt", "3"), ("shop.currency", "€")])
def test_change_leaves_the_file_alone_on_an_error(root, name, value):
    _write(root, "[shop]\nname = 'Old'\n")
    with pytest.raises(SettingsError):
        change(root, name, value)
    assert (root / FILE).read_text("utf-8") == "[shop]\nname = 'Old'\n"
    assert [path.name for path in root.iterdir()] == [FILE]


def test_change_writes_the_value_even_where_the_environment_hides_it(root, monkeypatch):
    monkeypatch.setenv("SHOPWRIGHT_PLAN_LIMIT", "9")
    assert change(root, "plan.limit", "4").plan.limit == 9
    monkeypatch.delenv("SHOPWRIGHT_PLAN_LIMIT")
    assert load(root).plan.limit == 4


def test_change_can_mend_the_very_setting_that_is_wrong(root):
    _write(root, "[money]\nmargin_rate = 7\n")
    assert change(root, "money.margin_rate", "0.3").money.margin_rate == 0.3


def test_change_in_no_folder_is_explained(root):
    error = _error(lambda: change(root / "nowhere", "plan.limit", "3"))
    assert error.code == "SETTINGS-04"


def test_a_link_to_a_shared_file_stays_a_link(root):
    shared = root / "shared.toml"
    shared.write_text("[plan]\nlimit = 1\n", "utf-8")
    (root / FILE).symlink_to(shared)
    change(root, "plan.limit", "2")
    assert (root / FILE).is_symlink()
    assert "limit = 2" in shared.read_text("utf-8")


def test_the_file_is_whole_however_often_the_writer_is_killed(root):
    _write(root, render(Settings()))
    script = (
        "import sys, itertools\nfrom shopwright.settings import change\n"
        "print('ready', flush=True)\n"
        f"for n in itertools.count(1): change({str(root)!r}, 'plan.limit', str(1 + n % 1000))"
    )
    for round_ in range(4):
        writer = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
        assert writer.stdout.readline() == "ready\n"
        until = time.monotonic() + 0.15 + 0.03 * round_
        reads = 0
        while time.monotonic() < until:
            assert 1 <= load(root).plan.limit <= 1000
            reads += 1
        writer.kill()
        writer.communicate()
        assert reads
        assert 1 <= load(root).plan.limit <= 1000
        assert len((root / FILE).read_text("utf-8").splitlines()) == len(render(Settings()).splitlines())


def test_every_setting_can_be_given_by_its_variable(root, monkeypatch):
    for name in names():
        variable = "SHOPWRIGHT_" + name.replace(".", "_").upper()
        monkeypatch.setitem(os.environ, variable, str(Settings().get(name)))
    assert load(root) == Settings()
