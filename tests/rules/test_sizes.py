"""Files around 120 lines, seldom over 400; functions around 8, seldom over 60 (docs/design.md, Habits)."""

from __future__ import annotations

import ast

FILE_LINES = 400
FUNCTION_LINES = 60


def test_no_file_is_too_long(modules):
    long = {module.name: len(module.text.splitlines()) for module in modules}
    assert not {name: lines for name, lines in long.items() if lines > FILE_LINES}


def test_no_function_is_too_long(modules):
    long = {}
    for module in modules:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = node.end_lineno - _first_statement(node).lineno + 1
                if lines > FUNCTION_LINES:
                    long[f"{module.at(node)} {node.name}"] = lines
    assert not long


def _first_statement(node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.stmt:
    """The first statement after the docstring, which may be as long as it must."""
    return node.body[1] if ast.get_docstring(node) is not None and len(node.body) > 1 else node.body[0]
