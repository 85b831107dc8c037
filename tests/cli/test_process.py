"""The command as a process: light to start, quiet in pipes, whole after Ctrl-C, a progress bar where one looks on."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from shopwright.shop.shop import open_shop

HEAVY = ("polars", "numpy", "scipy", "altair", "vl_convert", "duckdb", "rich", "jinja2")
ESCAPE = "\x1b"


def _python(code: str) -> list[str]:
    """Lines a program prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def _loaded(code: str) -> set[str]:
    told = _python(f"import sys\n{code}\nprint('\\n'.join(sys.modules))")
    return {name.partition(".")[0] for name in told} & set(HEAVY)


def _wait_for(is_so, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.02)


def test_importing_the_package_loads_nothing_heavy():
    assert _loaded("import shopwright") == set()


@pytest.mark.parametrize("line", [["--help"], ["plan", "--help"], ["import", "--help", "--lang", "zh"], ["nonsense"]])
def test_help_and_mistakes_load_nothing_heavy(line):
    code = f"from shopwright.cli.app import main\ntry:\n    main({line!r})\nexcept SystemExit:\n    pass"
    assert _loaded(code) == set()


def test_a_closed_pipe_ends_quietly(shop):
    command = f'"{sys.executable}" -m shopwright forecast "{shop}" --json'
    done = subprocess.run(
        ["bash", "-c", f'set -o pipefail; {command} | head -1; echo "${{PIPESTATUS[0]}}"'],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines() == ["{", "0"]
    assert done.stderr == ""


@pytest.mark.parametrize("environment", [{}, {"NO_COLOR": "1"}])
def test_piped_output_has_no_bars_and_no_colours(spawn, shop, environment):
    with spawn("plan", shop, "--force", **environment) as process:
        out, err = process.communicate()
    assert process.returncode == 0
    assert ESCAPE not in out + err
    assert "\r" not in out + err
    assert "Forecasting" not in err  # no progress either


def _watched(*arguments: object) -> tuple[int, str]:
    """Exit code and what a terminal saw on stderr."""
    watching, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "100"}
    process = subprocess.Popen(
        [sys.executable, "-m", "shopwright", *map(str, arguments)],
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        env=environment,
    )
    os.close(theirs)
    seen = b""
    while True:
        try:
            block = os.read(watching, 65536)
        except OSError:  # Linux says so when the other side is closed
            break
        if not block:
            break
        seen += block
    os.close(watching)
    return process.wait(), seen.decode("utf-8", "replace")


def test_a_terminal_sees_bars_that_are_gone_at_the_end(shop):
    code, seen = _watched("plan", shop, "--force")
    assert code == 0
    for label in ("Forecasting demand", "Drawing the report"):
        assert label in seen
    assert "\x1b[2K" in seen  # the bar's line is wiped
    last = [line for line in re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", seen).splitlines() if line.strip()]
    assert last[-1].startswith("next: shopwright report")


def test_bars_speak_the_language_asked_for(shop):
    assert "正在预测需求" in _watched("plan", shop, "--force", "--lang", "zh")[1]


def test_bars_are_cleared_before_an_error_is_told(tmp_path):
    code, seen = _watched("plan", tmp_path)
    assert code == 1
    assert "STORE-06" in seen


def _tree(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and not file.name.startswith(".")
    }


def test_ctrl_c_while_a_shop_is_made_leaves_the_old_one(spawn, shop, call):
    tables, runs = _tree(shop / "tables"), _tree(shop / "runs")
    process = spawn("demo", shop, "--orders", "1e6", "--no-open")
    _wait_for(lambda: (shop / ".lock.json").exists())  # it has begun to write
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert out == ""
    assert "interrupted" in err
    assert "Traceback" not in err
    assert {name: data for name, data in _tree(shop / "tables").items() if name in tables} == tables
    assert _tree(shop / "runs") == runs
    assert open_shop(shop).rows("orders") > 0
    assert not (shop / ".lock.json").exists()
    assert call("check", shop, "--no-html").code in (0, 3)


# Whoever watches the steps is called at the very moment one begins: there the process is stopped.
STOPPED = """
import os, signal, sys
from shopwright.cli.app import main
from shopwright.progress import display

class Stop:
    def begin(self, label, total):
        if label.msgid == "Drawing the report":
            os.kill(os.getpid(), getattr(signal, sys.argv[1]))
        return self
    def advance(self, amount=1.0): pass
    def end(self, step): pass

with display(Stop()):
    main(["plan", sys.argv[2], "--force", "--budget", "10"])
"""


@pytest.mark.parametrize("how, code", [("SIGINT", 130), ("SIGKILL", -9)])
def test_a_plan_stopped_while_it_is_written_leaves_the_old_one(shop, call, how, code):
    before = _tree(shop / "runs")
    done = subprocess.run([sys.executable, "-c", STOPPED, how, str(shop)], capture_output=True, text=True, check=False)
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    after = {name: data for name, data in _tree(shop / "runs").items() if not name.startswith(".")}
    assert after == before
    told = call("report", shop, "--json")
    assert json.loads(told.out)["plan"] == str(next((shop / "runs").glob("2*")) / "plan.json")
    again = call("plan", shop, "--budget", "10", "--json")  # and the next one is made as if nothing had been
    assert again.code == 0
    assert json.loads(again.out)["budget"] == 10
    assert not list((shop / "runs").glob(".*"))
