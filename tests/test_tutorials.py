"""The commands of the README, the tutorials and the how-to pages run, in order, as a reader would type them.

Three kinds of block are read:
    ```console              commands stand behind `$ `; lines without it are output, shown and not compared
    ```python               runs as a script
    ```{code-block} text    with `:caption: NAME` is the content of the file NAME, written before the commands run
Commands that set up the project itself (make, git, pip, …) are not run. Where a page reads `data/…`, that is the
folder of real data sets; where it reads `exports` and shows no file in it, those are a synthetic shop's.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from shopwright.shop import synthetic

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted((DOCS / "tutorials").glob("*.md")), *sorted((DOCS / "how-to").glob("*.md"))]
BLOCK = re.compile(r"^```(console|python)\n(.*?)^```", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"^```\{code-block\} text\n:caption: (\S+)\n\n(.*?)^```", re.MULTILINE | re.DOTALL)
SETTING_UP = ("make", "git", "pip", "cd", "python3", "source")


def _name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.realdata
@pytest.mark.timeout(900)
@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_commands_run(page, data, tmp_path):
    text = page.read_text("utf-8")
    for data_set in sorted(set(re.findall(r"\bdata/(\w+)", text))):
        (tmp_path / "data").mkdir(exist_ok=True)
        (tmp_path / "data" / data_set).symlink_to(data(data_set))
    for name, content in FILE.findall(text):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content, "utf-8")
    if "import exports" in text and not (tmp_path / "exports").exists():
        synthetic.export(synthetic.make(orders=500), tmp_path / "exports", "csv")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "BROWSER": "true", "PYTHONPATH": str(ROOT / "examples")}
    for command in _commands(text):
        done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment)
        assert done.returncode == 0, f"{command[-1]}\n{done.stdout}{done.stderr}"
        assert "Traceback" not in done.stderr, f"{command[-1]}\n{done.stderr}"


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_chinese_page_has_the_same_commands(page):
    chinese = ROOT / "README.zh-CN.md" if page.parent == ROOT else DOCS / "zh" / page.relative_to(DOCS)
    english, translated = (list(_commands(path.read_text("utf-8"))) for path in (page, chinese))
    assert [_neutral(command) for command in english] == [_neutral(command) for command in translated]
    assert FILE.findall(page.read_text("utf-8")) == FILE.findall(chinese.read_text("utf-8"))


def _commands(text: str) -> Iterator[list[str]]:
    for kind, block in BLOCK.findall(text):
        if kind == "python":
            yield [sys.executable, "-W", "error", "-c", block]
            continue
        for line in block.replace("\\\n", " ").splitlines():
            if line.startswith("$ ") and line[2:].split()[0] not in SETTING_UP:
                yield ["bash", "-c", line[2:]]


def _neutral(command: list[str]) -> str:
    """The command without what a translation may change: its comments, texts and the language it asks for."""
    return re.sub(r"\s+#.*|--lang \w+\s*", "", command[-1]).strip()


def test_check_page_names_every_finding():
    from shopwright.shop.check.registry import CHECKS

    page = (DOCS / "how-to" / "check.md").read_text("utf-8")
    assert [code for check in CHECKS for code in check.codes if f"`{code}`" not in page] == []
