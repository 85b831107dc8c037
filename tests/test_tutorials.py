"""The tutorials' commands run, in order, as a reader would type them.

A tutorial's ```console blocks hold commands behind `$ `; lines without it are output, shown and not compared.
Its ```python blocks run as a script each. Where it reads `data/…`, that is the folder of real data sets.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[1] / "docs"
TUTORIALS = sorted((DOCS / "tutorials").glob("*.md"))
BLOCK = re.compile(r"^```(console|python)\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.mark.realdata
@pytest.mark.timeout(900)
@pytest.mark.parametrize("tutorial", TUTORIALS, ids=lambda path: path.stem)
def test_tutorial(tutorial, data, tmp_path):
    text = tutorial.read_text("utf-8")
    for data_set in sorted(set(re.findall(r"\bdata/(\w+)", text))):
        (tmp_path / "data").mkdir(exist_ok=True)
        (tmp_path / "data" / data_set).symlink_to(data(data_set))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for command in _commands(text):
        done = subprocess.run(
            command, capture_output=True, text=True, cwd=tmp_path, env={**os.environ, "PATH": path, "BROWSER": "true"}
        )
        assert done.returncode == 0, f"{command[-1]}\n{done.stdout}{done.stderr}"


@pytest.mark.parametrize("tutorial", TUTORIALS, ids=lambda path: path.stem)
def test_the_chinese_tutorial_has_the_same_commands(tutorial):
    chinese = DOCS / "zh" / "tutorials" / tutorial.name
    english, translated = (list(_commands(path.read_text("utf-8"))) for path in (tutorial, chinese))
    assert [_neutral(command) for command in english] == [_neutral(command) for command in translated]


def _commands(text: str) -> Iterator[list[str]]:
    for kind, block in BLOCK.findall(text):
        if kind == "python":
            yield [sys.executable, "-W", "error", "-c", block]
        else:
            joined = block.replace("\\\n", " ")
            yield from (["bash", "-c", line[2:]] for line in joined.splitlines() if line.startswith("$ "))


def _neutral(command: list[str]) -> str:
    """The command without what a translation may change: its comments and the language it asks for."""
    return re.sub(r"\s+#.*|--lang \w+\s*", "", command[-1]).strip()
