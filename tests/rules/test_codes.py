"""Error codes: one form, one situation each, every area drawn in the tree of `errors.py`."""

from __future__ import annotations

import ast
import re

from shopwright import errors


def _situations(modules) -> dict[str, set[str]]:
    """For each code the `what` texts it is raised with."""
    found: dict[str, set[str]] = {}
    for module in modules:
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.Call):
                continue
            code = next((keyword.value for keyword in node.keywords if keyword.arg == "code"), None)
            if isinstance(code, ast.Constant) and node.args and isinstance(node.args[0], ast.Call):
                what = node.args[0]
                if isinstance(what.func, ast.Name) and what.func.id == "t":
                    found.setdefault(code.value, set()).add(ast.unparse(what.args[0]))
    return found


def test_a_code_stands_for_one_situation(modules):
    situations = _situations(modules)
    assert len(situations) > 20
    assert not {code: texts for code, texts in situations.items() if len(texts) > 1}


def test_codes_have_one_form(modules):
    assert not [code for code in _situations(modules) if not re.fullmatch(r"[A-Z]+-\d\d", code)]


def test_the_areas_drawn_in_the_tree_are_in_use(modules):
    drawn = set(re.findall(r"([A-Z]+)-…", errors.__doc__))
    assert drawn
    assert drawn <= {code.split("-")[0] for code in _situations(modules)}
