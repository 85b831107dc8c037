"""`shopwright check`: data on stdout, talk on stderr, exit code 3 where a plan would be wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from shopwright import i18n
from shopwright.cli.app import main
from shopwright.shop.imports import import_paths

HEAD = "order_id,customer_id,order_date,sku,quantity,unit_price,currency\n"


def _shop(folder: Path, currencies: tuple[str, ...]) -> Path:
    rows = [
        f"O{n},C{n % 9},2023-05-{1 + n % 28:02d} 10:{n % 60:02d},S{n % 5},{1 + n % 3},{5 + n % 5}.50,"
        + currencies[n % len(currencies)]
        for n in range(90)
    ]
    (folder / "orders.csv").write_text(HEAD + "\n".join(rows) + "\n")
    import_paths([folder / "orders.csv"], folder / "shop")
    return folder / "shop"


def _run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    return int(left.value.code or 0)


def test_findings_go_to_stdout_and_talk_to_stderr(tmp_path, capsys):
    shop = _shop(tmp_path, ("USD",))
    assert _run("check", str(shop)) == 0
    told = capsys.readouterr()
    assert "CHECK-NO-COST" in told.out
    assert "next: shopwright plan" in told.err
    assert str(shop / "check" / "check.en.html") in told.err
    assert (shop / "check" / "check.zh.html").is_file()


def test_a_blocking_finding_exits_with_three(tmp_path, capsys):
    shop = _shop(tmp_path, ("USD", "EUR"))
    assert _run("check", str(shop), "--json", "--no-html") == 3
    told = capsys.readouterr()
    report = json.loads(told.out)
    assert report["worst"] == "blocking"
    assert json.loads((shop / "check" / "check.json").read_text("utf-8"))["findings"] == report["findings"]
    assert not (shop / "check" / "check.en.html").exists()
    assert "next: shopwright plan" not in told.err


def test_it_speaks_chinese_and_keeps_to_a_limit(tmp_path, capsys):
    shop = _shop(tmp_path, ("USD",))
    with i18n.using("zh"):
        assert _run("check", str(shop), "--limit", "1", "--lang", "zh") == 0
    told = capsys.readouterr()
    assert told.out.count("CHECK-") == 1
    assert "已检查" in told.out
    assert "check.zh.html" in told.err


def test_a_folder_without_a_shop_is_explained(tmp_path, capsys):
    assert _run("check", str(tmp_path)) == 1
    assert "STORE-06" in capsys.readouterr().err
