"""`shopwright import`: what was read on stdout, the guess and the talk on stderr, questions only in a terminal."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from shopwright.cli.app import main
from shopwright.settings import load
from shopwright.shop.shop import open_shop

GOOD = "order_id,date,sku,quantity,price\n1,2024-01-05,A,2,3.50\n2,2024-01-06,B,1,4.00\n"
UNSURE = "order_id,Zeitpunkt,sku,quantity,price\n1,2024-01-05,A,2,3.50\n"


def _run(*arguments: object) -> int:
    with pytest.raises(SystemExit) as left:
        main([str(argument) for argument in arguments])
    return int(left.value.code or 0)


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    file = tmp_path / "orders.csv"
    file.write_text(GOOD)
    return file


def test_it_says_what_it_read_and_what_comes_next(orders, tmp_path, capsys):
    assert _run("import", orders, "--to", tmp_path / "shop") == 0
    told = capsys.readouterr()
    assert "rows in 2 = rows kept 2 + rows quarantined 0" in told.out
    assert "encoding utf-8" in told.out
    assert "Order lines: 2 added" in told.out
    assert "orders.csv looks like order_lines" in told.err
    assert f"next: shopwright check {tmp_path / 'shop'}" in told.err


def test_in_chinese(orders, tmp_path, capsys):
    assert _run("--lang", "zh", "import", orders, "--to", tmp_path / "shop") == 0
    told = capsys.readouterr()
    assert "读入 2 行 = 保留 2 行 + 隔离 0 行" in told.out
    assert "下一步" in told.err


def test_json_is_all_there_is_on_stdout(orders, tmp_path, capsys):
    assert _run("import", orders, "--to", tmp_path / "shop", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["rows_in"] == told["rows_kept"] == 2
    assert told["tables"]["order_lines"] == {"added": 2, "changed": 0, "unchanged": 0}
    assert told["files"][0]["columns"]["quantity"] == "units"


def test_a_near_miss_is_explained_and_can_be_mapped(tmp_path, capsys):
    file = tmp_path / "orders.csv"
    file.write_text(GOOD.replace("quantity", "quantiy"))
    assert _run("import", file, "--to", tmp_path / "shop") == 1
    told = capsys.readouterr().err
    assert "[IMPORT-03]" in told
    assert "--map quantity=quantiy" in told
    assert not (tmp_path / "shop").exists()
    assert _run("import", file, "--to", tmp_path / "shop", "--map", "quantity=quantiy") == 0
    assert open_shop(tmp_path / "shop").table("order_lines").collect()["units"].sum() == 3.0


def test_a_map_that_is_none_is_a_usage_error(orders, tmp_path, capsys):
    assert _run("import", orders, "--to", tmp_path / "shop", "--map", "quantity") == 2
    assert "[IMPORT-25]" in capsys.readouterr().err


def test_an_unsure_guess_is_not_taken_in_silence(tmp_path, capsys):
    file = tmp_path / "export.csv"
    file.write_text(UNSURE)
    assert _run("import", file, "--to", tmp_path / "shop") == 1
    told = capsys.readouterr().err
    assert "[IMPORT-14]" in told
    assert "at=Zeitpunkt" in told
    assert _run("import", file, "--to", tmp_path / "shop", "--yes") == 0


def test_how_to_read_a_file_can_be_said(tmp_path):
    file = tmp_path / "export.csv"
    file.write_bytes("order_id;date;sku;quantity;price\n1;02/03/2024;Käse;1;1.234\n".encode("cp1252"))
    options = ("--encoding", "cp1252", "--delimiter", ";", "--decimal", ",", "--date-order", "mdy", "--currency", "eur")
    assert _run("import", file, "--to", tmp_path / "shop", *options, "--timezone", "Europe/Berlin") == 0
    line = open_shop(tmp_path / "shop").table("order_lines").collect().row(0, named=True)
    assert (line["sku"], line["price"], str(line["day"])) == ("Käse", 1234.0, "2024-02-03")
    assert (load(tmp_path / "shop").shop.currency, load(tmp_path / "shop").shop.timezone) == ("EUR", "Europe/Berlin")


def test_undo(orders, tmp_path, capsys):
    shop = tmp_path / "shop"
    assert _run("import", orders, "--to", shop) == 0
    more = tmp_path / "more.csv"
    more.write_text(GOOD.replace("1,2024", "3,2024").replace("2,2024-01-06", "4,2024-01-06"))
    assert _run("import", more, "--to", shop) == 0
    assert open_shop(shop).rows("order_lines") == 4
    capsys.readouterr()
    assert _run("import", "--undo", "--to", shop) == 0
    assert "went back one import; tables now: products 2, order_lines 2" in capsys.readouterr().out
    assert open_shop(shop).rows("order_lines") == 2
    assert _run("import", "--undo", "--to", shop) == 0
    assert "took the undo back; tables now: products 2, order_lines 4" in capsys.readouterr().out


def test_a_file_that_says_what_is_a_service_is_taken_for_products(orders, tmp_path, capsys):
    shop = tmp_path / "shop"
    assert _run("import", orders, "--to", shop) == 0
    services = tmp_path / "services.csv"
    sku = open_shop(shop).table("order_lines").collect()["sku"][0]
    services.write_text(f"sku,kind\n{sku},service\n")
    assert _run("import", services, "--to", shop) == 0
    told = open_shop(shop).table("products").collect()
    assert dict(zip(told["sku"], told["kind"], strict=True))[sku] == "service"


def test_nothing_to_import_is_said(tmp_path, capsys):
    assert _run("import", "--to", tmp_path / "shop") == 1
    assert "[IMPORT-23]" in capsys.readouterr().err


def _in_a_terminal(answers: str, *arguments: object) -> tuple[int, str]:
    """Exit code and screen of the command when someone sits at the terminal and types."""
    code = "from shopwright.cli.app import main; main()"
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", code, *map(str, arguments)]
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env={**os.environ, "TERM": "dumb"})
    os.close(theirs)
    os.write(ours, answers.encode())
    screen = b""
    try:
        while block := os.read(ours, 65536):
            screen += block
    except OSError:
        pass  # how Linux says that the other end has closed
    os.close(ours)
    return process.wait(timeout=60), screen.decode("utf-8", "replace")


def test_in_a_terminal_enter_takes_the_guess(orders, tmp_path):
    code, screen = _in_a_terminal("\n", "import", orders, "--to", tmp_path / "shop")
    assert code == 0, screen
    assert "Enter takes it" in screen
    assert open_shop(tmp_path / "shop").rows("order_lines") == 2


def test_in_a_terminal_a_column_can_be_corrected(tmp_path):
    file = tmp_path / "export.csv"
    file.write_text("order_id,date,sku,quantity,price,net\n1,2024-01-05,A,2,9,3\n")
    code, screen = _in_a_terminal("price=nett\nprice=net\n\n", "import", file, "--to", tmp_path / "shop")
    assert code == 0, screen
    assert "there is no column 'nett'" in screen
    assert open_shop(tmp_path / "shop").table("order_lines").collect()["price"].to_list() == [3.0]


def test_in_a_terminal_no_means_no(orders, tmp_path):
    code, screen = _in_a_terminal("n\n", "import", orders, "--to", tmp_path / "shop")
    assert code == 1
    assert "[IMPORT-21]" in screen
    assert not (tmp_path / "shop").exists()
