"""`shopwright demo` makes a shop, plans it and says where the report is; it never writes over anything else."""

from __future__ import annotations

import json
import sys
import webbrowser
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from shopwright.cli import demo as command
from shopwright.errors import ShopError
from shopwright.shop.shop import open_shop


def run(*arguments: str):
    app = typer.Typer()
    app.command()(command.demo)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_it_makes_a_shop_and_its_report(tmp_path):
    done = run(tmp_path / "shop", "--orders", "8e2", "--no-open")
    assert done.exception is None, done.exception
    report = done.stdout.strip()
    assert report.endswith("report.html")
    assert "<html" in Path(report).read_text("utf-8")
    assert json.loads((tmp_path / "shop" / "truth.json").read_text("utf-8"))["seed"] == 0
    assert "things to do" in done.stderr


def test_without_a_plan_it_only_makes_the_shop(tmp_path):
    done = run(tmp_path / "shop", "--orders", "500", "--no-plan", "--seed", "7")
    assert done.stdout.strip() == str(tmp_path / "shop")
    assert not (tmp_path / "shop" / "runs").exists()
    assert open_shop(tmp_path / "shop").settings.shop.name == "Demo shop 7"


def test_a_demo_shop_is_replaced(tmp_path):
    for seed in ("1", "2"):
        assert run(tmp_path, "--orders", "500", "--no-plan", "--seed", seed).exception is None
    assert open_shop(tmp_path).settings.shop.name == "Demo shop 2"


def test_another_folder_is_left_alone(tmp_path):
    (tmp_path / "accounts.xlsx").write_text("mine")
    done = run(tmp_path, "--orders", "500", "--no-plan")
    assert isinstance(done.exception, ShopError)
    assert done.exception.code == "DEMO-03"
    assert [entry.name for entry in tmp_path.iterdir()] == ["accounts.xlsx"]


@pytest.mark.parametrize("orders", ["many", "5", "1e9", "nan"])
def test_numbers_that_cannot_be_are_refused(tmp_path, orders):
    done = run(tmp_path / "shop", "--orders", orders)
    assert isinstance(done.exception, ShopError)
    assert (done.exception.code, done.exception.exit_code) == ("DEMO-02", 2)
    assert not (tmp_path / "shop").exists()


@pytest.mark.parametrize(
    "ci, tty, display, expected",
    [("", True, ":0", True), ("1", True, ":0", False), ("", False, ":0", False), ("", True, "", False)],
)
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="screens are told of by DISPLAY on Linux only")
def test_the_browser_is_opened_only_where_somebody_looks(monkeypatch, ci, tty, display, expected):
    monkeypatch.setenv("CI", ci)
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: tty, raising=False)
    assert command._has_screen() is expected


def test_no_browser_is_started_from_a_pipe(tmp_path, monkeypatch):
    opened = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    run(tmp_path / "shop", "--orders", "500")
    assert opened == []
