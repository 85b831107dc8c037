"""Every text for people exists in English and Chinese, with the same fields."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import Counter
from string import Formatter

import jinja2
import pytest


@pytest.fixture(scope="module")
def used(modules, source):
    """Where each text is used: msgid -> places, from calls of `t` and `Text` in code and templates."""
    found: dict[str, list[str]] = {}
    for module in modules:
        for node in ast.walk(module.tree):
            if _is_text(node):
                for msgid in _literals(node.args[0]):
                    found.setdefault(msgid, []).append(module.at(node))
    for path in sorted(source.rglob("*.j2")):
        for call in jinja2.Environment(autoescape=True).parse(path.read_text("utf-8")).find_all(jinja2.nodes.Call):
            if isinstance(call.node, jinja2.nodes.Name) and call.node.name == "t" and call.args:
                for constant in [call.args[0], *call.args[0].find_all(jinja2.nodes.Const)]:
                    if isinstance(constant, jinja2.nodes.Const) and isinstance(constant.value, str):
                        found.setdefault(constant.value, []).append(f"{path.name}:{call.lineno}")
    return found


@pytest.fixture(scope="module")
def chinese(source):
    """Every entry of the catalogue, file by file."""
    files = sorted((source / "i18n" / "zh").glob("*.toml"))
    assert files, "no catalogue"
    return {file.name: tomllib.loads(file.read_text("utf-8")) for file in files}


def test_the_catalogue_is_flat_and_says_each_thing_once(chinese):
    assert not [(file, key) for file, table in chinese.items() for key, text in table.items() if type(text) is not str]
    counts = Counter(key for table in chinese.values() for key in table)
    assert not [key for key, count in counts.items() if count > 1]


def test_every_text_has_a_translation(used, chinese):
    known = {key for table in chinese.values() for key in table}
    missing = {msgid: places[0] for msgid, places in used.items() if msgid not in known}
    assert not missing, "add to src/shopwright/i18n/zh:\n" + "\n".join(f'"{msgid}" = ""' for msgid in missing)


def test_no_translation_is_left_over(used, chinese):
    assert not {file: left for file, table in chinese.items() if (left := sorted(table.keys() - used.keys()))}


def test_translations_have_the_same_fields(chinese):
    wrong = [
        (file, msgid, text)
        for file, table in chinese.items()
        for msgid, text in table.items()
        if _fields(msgid) != _fields(text)
    ]
    assert not wrong


def test_translations_are_translated(chinese):
    """A translation holds Chinese, or nothing that could be translated (a sign, a number, a name)."""
    same = [
        (file, msgid)
        for file, table in chinese.items()
        for msgid, text in table.items()
        if not re.search(r"[\u4e00-\u9fff]", text) and re.search(r"[a-z]{4}", re.sub(r"{[^}]*}", "", text))
    ]
    assert not same


def test_calls_give_the_fields_their_text_names(modules):
    wrong = []
    for module in modules:
        for node in ast.walk(module.tree):
            if _is_text(node) and isinstance(node.func, ast.Name) and node.func.id == "t":
                given = {keyword.arg for keyword in node.keywords}
                if None not in given:
                    wrong += [f"{module.at(node)} {m!r}" for m in _literals(node.args[0]) if _fields(m) != given]
    assert not wrong


def test_texts_are_written_where_they_are_used(modules):
    """`t` takes the English text itself: a name or an f-string could not be found in the catalogue."""
    wrong = [
        module.at(node)
        for module in modules
        if module.package != "i18n"
        for node in ast.walk(module.tree)
        if _is_text(node) and isinstance(node.func, ast.Name) and node.func.id == "t" and not _literals(node.args[0])
    ]
    assert not wrong


def _is_text(node: ast.AST) -> bool:
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args):
        return False
    is_ready = any(keyword.arg == "ready" for keyword in node.keywords)
    return node.func.id == "t" or (node.func.id == "Text" and not is_ready)


def _literals(node: ast.expr) -> list[str]:
    """The texts an argument can be: one, or the two sides of a condition."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        sides = [_literals(node.body), _literals(node.orelse)]
        return sides[0] + sides[1] if all(sides) else []
    return []


def _fields(text: str) -> set[str]:
    return {re.split(r"[.\[]", name)[0] for _, name, _, _ in Formatter().parse(text) if name is not None}
