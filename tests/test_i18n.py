"""Texts: one value, two languages."""

from __future__ import annotations

import json
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopwright import i18n
from shopwright.i18n import LANGUAGES, Text, current, t, use, using


def test_a_text_follows_the_language_in_force():
    text = t("the disk is full")
    assert str(text) == "the disk is full"
    with using("zh"):
        assert str(text) == "磁盘已满"
        assert f"{text:>6}" == "  磁盘已满"
    assert str(text) == "the disk is full"


def test_fields_are_filled_in_each_language():
    text = t(
        "{n} things to do, expected to bring a margin of {gain}; {spent} to lay out, as of {day}",
        n=3,
        gain="1",
        spent="2",
        day="D",
    )
    assert text.render("en") == "3 things to do, expected to bring a margin of 1; 2 to lay out, as of D"
    assert "3" in text.render("zh")
    assert "things" not in text.render("zh")


def test_a_text_inside_a_text_is_shown_in_the_same_language():
    outer = t("the lock is held by {holder}", holder=t("the disk is full"))
    assert "磁盘已满" in outer.render("zh")
    with using("zh"):
        assert outer.render("en") == "the lock is held by the disk is full"


def test_an_unknown_text_stays_english():
    text = Text("nobody translated {this}", {"this": 1})
    assert text.render("zh") == "nobody translated 1"


@pytest.mark.parametrize("value", ["{braces}", "100 %", "", "a\nb", "名字"])
def test_a_literal_is_the_same_everywhere(value):
    text = Text.literal(value)
    assert {text.render(language) for language in LANGUAGES} == {value}


@given(st.text(), st.text())
def test_a_text_survives_json(english, chinese):
    text = Text(english, ready={"en": english, "zh": chinese})
    back = Text.from_json(json.loads(json.dumps(text.as_json())))
    assert back.as_json() == text.as_json() == {"en": english, "zh": chinese}
    assert Text.from_json(english).as_json() == {"en": english, "zh": english}


def test_equal_texts_are_equal_as_keys():
    assert {t("a {n}", n=1): 1}[t("a {n}", n=1.0)] == 1
    assert len({t("a {n}", n=[1]), t("a {n}", n=[1]), t("a {n}", n=[2])}) == 2


@pytest.mark.parametrize(
    "environment, language",
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "C", "SHOPWRIGHT_LANG": "zh"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "SHOPWRIGHT_LANG": "en"}, "en"),
    ],
)
def test_the_environment_says_the_language_where_nobody_else_does(monkeypatch, environment, language):
    monkeypatch.delenv("LANG")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert current() == language
    with using("zh" if language == "en" else "en"):
        assert current() != language


def test_one_thread_does_not_change_the_language_of_another():
    heard = []
    with using("zh"):
        thread = threading.Thread(target=lambda: heard.append(current()))
        thread.start()
        thread.join()
    assert heard == ["en"]


def test_a_language_without_texts_is_refused():
    with pytest.raises(ValueError, match="en, zh"):
        use("fr")
    assert current() == "en"


def test_two_different_translations_of_one_text_are_refused(monkeypatch, tmp_path):
    (tmp_path / "zh").mkdir()
    (tmp_path / "zh" / "a.toml").write_text('"yes" = "是"\n', "utf-8")
    (tmp_path / "zh" / "b.toml").write_text('"yes" = "对"\n', "utf-8")
    monkeypatch.setattr(i18n.resources, "files", lambda _: tmp_path)
    with pytest.raises(ValueError, match=r"zh/b\.toml.*'yes'"):
        i18n.catalogue.__wrapped__("zh")
    (tmp_path / "zh" / "b.toml").write_text('"yes" = "是"\n"no" = "否"\n', "utf-8")
    assert i18n.catalogue.__wrapped__("zh") == {"yes": "是", "no": "否"}


def test_a_text_inside_a_list_is_shown_in_the_language_in_force():
    with using("zh"):
        assert f"{[t('My shop')]}" == "[<Text: 我的店铺>]"
    with using("en"):
        assert repr(t("My shop")) == "<Text: My shop>"
