"""Reference pages written from the code while the documentation is built, so that they cannot disagree with it.

Directives, each taking `en` or `zh`: `shopwright-tables`, `shopwright-settings`, `shopwright-errors`,
`shopwright-commands`. Each renders Markdown through the page's own parser.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import polars as pl
import typer
from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

import shopwright.errors
from shopwright import i18n
from shopwright.settings import Settings
from shopwright.shop import schema

SOURCE = Path(inspect.getfile(shopwright.errors)).parent
TYPES = {
    pl.String: ("text", "文本"),
    pl.Float64: ("number", "数值"),
    pl.Int64: ("whole number", "整数"),
    pl.Boolean: ("yes or no", "是或否"),
    schema.DAY_TYPE: ("day", "日期"),
    schema.INSTANT: ("instant", "时刻"),
}
UNITS = {"units": "件", "money": "金额", "days": "天", "stars": "星", "share": "比例"}


def setup(app: Sphinx) -> dict[str, Any]:
    """Make the directives known to Sphinx."""
    for name, write in {"tables": tables, "settings": settings, "errors": errors, "commands": commands}.items():
        app.add_directive(f"shopwright-{name}", type(f"Write_{name}", (_Directive,), {"write": staticmethod(write)}))
    return {"version": "1", "parallel_read_safe": True}


class _Directive(SphinxDirective):
    required_arguments = 1
    option_spec: ClassVar = {"language": directives.unchanged}
    write: ClassVar[Callable[[str], Iterator[str]]]

    def run(self) -> list[nodes.Node]:
        for path in SOURCE.rglob("*.py"):
            self.env.note_dependency(str(path))
        language = self.arguments[0]
        with i18n.using(language):
            text = "\n".join(type(self).write(language))
        return self.parse_text_to_nodes(text, allow_section_headings=True)


def tables(language: str) -> Iterator[str]:
    """The data dictionary: each canonical table with its columns."""
    zh = language == "zh"
    for table in schema.TABLES.values():
        need = ("必需。" if zh else "Required. ") if table.is_required else ""
        key = ", ".join(f"`{name}`" for name in table.key)
        known = f"`{table.known}`" if table.known else ("从一开始" if zh else "from the beginning")
        yield f"\n## {table.name}: {table.label}\n"
        if zh:
            yield f"{need}用途：{table.serves}。主键：{key}。何时可知：{known}。\n"
            yield from _rows("列", "含义", "类型", "单位", "规则", "其他")
        else:
            yield f"{need}Serves: {table.serves}. Key: {key}. Known: {known}.\n"
            yield from _rows("column", "what it holds", "type", "unit", "rule", "notes")
        yield from (_row(f"`{column.name}`", *_column(column, language)) for column in table.columns)


def _column(column: schema.Column, language: str) -> Iterator[str]:
    zh = language == "zh"
    yield column.describe(language)
    names = TYPES.get(column.dtype, (str(column.dtype), str(column.dtype)))
    yield names[zh]
    yield (UNITS.get(column.unit, column.unit) if zh else column.unit) if column.unit else ""
    yield str(column.checks.says) if column.checks else ""
    notes = [
        (column.is_required, "required", "必填"),
        (column.is_personal, "personal", "个人信息"),
        (column.known, f"known from `{column.known}`", f"自 `{column.known}` 起可知"),
    ]
    yield ("，" if zh else ", ").join((chinese if zh else english) for on, english, chinese in notes if on)


def settings(language: str) -> Iterator[str]:
    """Every setting with its default, its limits and its environment variable."""
    zh = language == "zh"
    for section, part in Settings.model_fields.items():
        yield f"\n## {section}\n"
        yield from _rows(
            *(("设置", "含义", "默认值", "环境变量") if zh else ("setting", "what it is", "default", "variable"))
        )
        for key, field in part.annotation.model_fields.items():
            about = (field.json_schema_extra or {}).get("zh", "") if zh else field.description
            variable = f"SHOPWRIGHT_{section}_{key}".upper()
            yield _row(f"`{section}.{key}`", about, f"`{field.default!r}`", f"`{variable}`")


def errors(language: str) -> Iterator[str]:
    """Every error code that the source can raise, with what it says and what to do."""
    zh = language == "zh"
    found: dict[str, list[_Raised]] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        for raised in _raised(ast.parse(path.read_text("utf-8"))):
            found.setdefault(raised.code, []).append(raised)
    area = ""
    for code in sorted(found):
        if code.rpartition("-")[0] != area:
            area = code.rpartition("-")[0]
            yield f"\n## {area}\n"
            yield from _rows(*(("代码", "发生了什么", "怎么办") if zh else ("code", "what happened", "what to do")))
        for raised in dict.fromkeys(found[code]):
            yield _row(f"`{code}`", raised.what, raised.fix)


@dataclass(frozen=True)
class _Raised:
    code: str
    what: str
    fix: str


def _raised(tree: ast.Module) -> Iterator[_Raised]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            given = {keyword.arg: keyword.value for keyword in node.keywords}
            code = given.get("code")
            if isinstance(code, ast.Constant) and isinstance(code.value, str) and "fix" in given and node.args:
                yield _Raised(code.value, _said(node.args[0]), _said(given["fix"]))


def _said(node: ast.expr) -> str:
    """The text of an argument, in the language in force, its fields shown as `{name}`."""
    if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
        return str(i18n.Text(str(node.args[0].value)))
    if isinstance(node, ast.IfExp):
        return f"{_said(node.body)} / {_said(node.orelse)}"
    return "…"


def commands(language: str) -> Iterator[str]:
    """Every command with its arguments and options, as `--help` prints them."""
    from shopwright.cli.app import build

    app = build()

    zh = language == "zh"
    for names, context in _leaves(typer.main.get_command(app), None, ()):
        command = context.command
        yield f"\n## {' '.join(names)}\n\n{inspect.cleandoc(command.help or '')}\n"
        usage = " ".join(["shopwright", *names, *command.collect_usage_pieces(context)])
        yield f"```text\n{usage}\n```\n"
        shown = [record for part in command.get_params(context) if (record := part.get_help_record(context))]
        shown = [record for record in shown if record[0] != "--help"]
        if shown:
            yield from _rows(*(("参数", "含义") if zh else ("argument or option", "what it does")))
            yield from (_row(f"`{spelling}`", about) for spelling, about in shown)


def _leaves(command: Any, parent: Any, names: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command that does something, with its context and the words that lead to it."""
    context = command.context_class(command, info_name=names[-1] if names else "shopwright", parent=parent)
    if not hasattr(command, "commands"):
        yield names, context
        return
    for name, child in sorted(command.commands.items()):
        if not child.hidden:
            yield from _leaves(child, context, (*names, name))


def _rows(*titles: str) -> Iterator[str]:
    yield _row(*titles)
    yield _row(*("---" for _ in titles))


def _row(*cells: str | None) -> str:
    return "| " + " | ".join((cell or "").replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
