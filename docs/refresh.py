"""Run the commands that the tutorials and the how-to pages show, and put in what they print now.

python docs/refresh.py DATA [PAGE...]          (DATA: folder of the real data sets; no page: all of them)
python docs/refresh.py --results shop.json     (what benchmarks/shop.py wrote: puts it into the pages on speed)

Of the output shown under a command, "…" on a line of its own stands for lines left out: what is before the first one
is taken from the top of the output, what is behind the last one from its end, and a part in between from where its
first line is found again. A ```text block behind a ```python block is all that the script prints.
"""

import argparse
import difflib
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
PAGES = [*sorted(DOCS.glob("**/tutorials/*.md")), *sorted(DOCS.glob("**/how-to/*.md"))]
FILE = re.compile(r"^```\{code-block\} text\n:caption: (\S+)\n\n(.*?)^```", re.MULTILINE | re.DOTALL)
SHOWN = re.compile(r"^```console\n(.*?)^```|^```python\n(.*?)^```\n(\n```text\n.*?^```)?", re.M | re.S)
SETTING_UP = ("make", "git", "pip", "cd", "python3", "source")
GAP = "…"


def main() -> None:
    """Refresh the pages asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, nargs="?")
    parser.add_argument("pages", type=Path, nargs="*")
    parser.add_argument("--results", type=Path)
    given = parser.parse_args()
    if given.results:
        measured(json.loads(given.results.read_text("utf-8")))
    if given.data is None:
        return
    for page in given.pages or PAGES:
        with tempfile.TemporaryDirectory(prefix="shopwright-docs-") as folder:
            refresh(page.resolve(), Path(folder), given.data.resolve())


def measured(found: dict) -> None:
    """Put the results of a benchmark into the pages on speed, in both languages."""
    titles = {
        DOCS / "benchmarks.md": ("what", "measured", "goal", "note"),
        DOCS / "zh" / "benchmarks.md": ("项目", "测得", "目标", "备注"),
    }
    for page, heads in titles.items():
        rows = [
            (row["what"].strip(), f"{row['measured']:.3g} {row['unit']}", _goal(row), row["note"])
            for row in found["rows"]
        ]
        lines = [heads, ("---",) * len(heads), *rows]
        machine = " · ".join(f"{name} {value}" for name, value in found["machine"].items())
        table = "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
        before, _, rest = page.read_text("utf-8").partition("<!-- results -->")
        after = rest.partition("<!-- end of results -->")[2]
        shown = f"<!-- results -->\n\n{machine}\n\n{table}\n\n<!-- end of results -->"
        page.write_text(before + shown + after, "utf-8")


def _goal(row: dict) -> str:
    return "" if row["asked"] is None else f"≤ {row['asked']:g} {row['unit']}"


def refresh(page: Path, folder: Path, data: Path) -> None:
    """Run a page's commands in an empty folder and rewrite what it shows of their output."""
    text = page.read_text("utf-8")
    for name, content in FILE.findall(text):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, "utf-8")
    (folder / "data").symlink_to(data)
    language = "zh_CN.UTF-8" if "zh" in page.relative_to(ROOT).as_posix() else "C.UTF-8"
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {"PATH": path, "HOME": str(folder), "LANG": language, "PYTHONPATH": str(ROOT / "examples")}
    environment["PYTHONUNBUFFERED"] = "1"  # talk and data in the order in which a terminal shows them

    def ran(command: list[str]) -> list[str]:
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=folder, env=environment
        )
        if done.returncode:
            raise SystemExit(f"{page}: {command[-1]}\n{done.stdout}")
        return [line.rstrip() for line in done.stdout.replace("\ufeff", "").rstrip().splitlines()]

    def block(match: re.Match[str]) -> str:
        if match[2] is None:
            return "\n".join(["```console", *_console(match[1].splitlines(), ran), "```"])
        printed = "\n".join(ran([sys.executable, "-c", match[2]]))
        return f"```python\n{match[2]}```\n" + (f"\n```text\n{printed}\n```" if match[3] else "")

    page.write_text(SHOWN.sub(block, text), "utf-8")


def _console(lines: list[str], ran: object) -> Iterator[str]:
    at = 0
    while at < len(lines):
        first = at
        while lines[at].endswith("\\"):
            at += 1
        command = "\n".join(lines[first : at + 1])
        shown = at + 1
        while shown < len(lines) and not lines[shown].startswith("$ "):
            shown += 1
        yield command
        if command.split()[1] in SETTING_UP:
            yield from lines[at + 1 : shown]
        else:
            yield from excerpt(lines[at + 1 : shown], ran(["bash", "-c", command[2:].replace("\\\n", " ")]))
        at = shown


def excerpt(shown: list[str], output: list[str]) -> Iterator[str]:
    """The parts of an output that were shown, as they are now."""
    parts: list[list[str]] = [[]]
    for line in shown:
        if line.strip() == GAP:
            parts.append([])
        else:
            parts[-1].append(line)
    for number, part in enumerate(parts):
        if number:
            yield GAP
        if number == 0:
            start = 0
        elif number == len(parts) - 1:
            start = len(output) - len(part)
        else:
            likeness = [difflib.SequenceMatcher(None, part[0], line).ratio() for line in output]
            start = likeness.index(max(likeness))
        yield from output[start : start + len(part)]


if __name__ == "__main__":
    main()
