"""What single commands do beyond the rules of all: files they write, settings they change, what they point to."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from shopwright import __version__
from shopwright.settings import load
from shopwright.shop.shop import open_shop


def _json(call, *arguments):
    told = call(*arguments, "--json")
    assert told.code == 0, told.err
    return json.loads(told.out)


def test_forecast_covers_every_product_and_explains_one(call, shop):
    found = _json(call, "forecast", shop)
    sku = found["rows"][0]["sku"]
    one = _json(call, "forecast", shop, "--sku", sku)
    assert {row["sku"] for row in one["rows"]} == {sku}
    assert sum(part["units"] for part in one["parts"]) == pytest.approx(sum(row["mean"] for row in one["rows"]))
    assert set(one["parts"][0]["part"]) == {"en", "zh"}
    told = call("forecast", shop, "--sku", sku)
    assert sku in told.out
    assert "together" in told.out


def test_forecast_answers_what_another_price_does(call, shop):
    sku = _json(call, "forecast", shop)["rows"][0]["sku"]
    found = _json(call, "forecast", shop, "--what-if", f"{sku}=1000")
    line = found["rows"][0]
    assert line["sku"] == sku
    assert line["price_after"] == pytest.approx(1000)
    assert line["units_after"] < line["units_before"]
    assert set(found["notes"][sku]) == set(found["how"]) == {"en", "zh"}
    asked = ("--what-if", f"{sku}=1000", "--horizon", "3", "--model", "linear")
    told = call("forecast", shop, *asked)
    assert "→ 1,000.00" in told.out
    heading = f"over the 3 weeks from {found['from']}, as of {found['as_of']}"
    assert heading in told.out
    assert (found["period"], found["horizon"]) == ("W", len(_json(call, "forecast", shop, "--sku", sku)["rows"]))
    assert "boosted trees" not in told.out
    assert "is a guess" in told.err
    assert "sell more than 4 times as much" in told.err
    assert line["is_far"]
    assert line["revenue_after"] is line["revenue_change_high"] is None
    row = next(each for each in told.out.splitlines() if "→ 1,000.00" in each)
    assert "far outside" in row
    assert row.rstrip().endswith("–")
    assert "it cannot be told what it would sell" in told.err
    assert "± is the standard error" in told.err
    near = line["price_before"] * 0.97
    assert "4 times as much" not in call("forecast", shop, "--what-if", f"{sku}={near}", "--model", "linear").err
    assert f"自 {found['from']} 起 3 周换个价格的结果" in call("--lang", "zh", "forecast", shop, *asked).out


def test_one_product_and_another_price_are_asked_one_by_one(call, shop):
    told = call("forecast", shop, "--sku", "A", "--what-if", "A=9")
    assert told.code == 2
    assert "USAGE-96" in told.err
    wrong = call("forecast", shop, "--what-if", "A=9", "--model", "none")
    assert "USAGE-44" in wrong.err


@pytest.mark.parametrize("asked", ["NOPE", "=3", "NOPE=cheap", "NOPE=3"])
def test_a_price_that_cannot_be_asked_for_is_a_usage_error(call, shop, asked):
    assert call("forecast", shop, "--what-if", asked).code == 2


def test_forecast_shows_the_weights_of_one_product(call, shop):
    sku = _json(call, "forecast", shop)["rows"][0]["sku"]
    one = _json(call, "forecast", shop, "--sku", sku)
    assert {"sku", "term", "weight", "standard_error", "unit"} == set(one["weights"][0])
    assert "What the linear model learned" in call("forecast", shop, "--sku", sku).out


def test_forecast_horizon_and_day_are_the_ones_asked_for(call, shop):
    found = _json(call, "forecast", shop, "--horizon", "3", "--until", "2026-05-31")
    assert found["as_of"] == "2026-05-31"
    assert len({row["day"] for row in found["rows"]}) == 3


def test_an_unknown_product_is_a_usage_error(call, shop):
    assert call("forecast", shop, "--sku", "NOPE").code == 2


def test_reorder_writes_every_line_to_a_file(call, shop, tmp_path):
    lines = _json(call, "reorder", shop)["rows"]
    assert lines
    told = call("reorder", shop, "--csv", tmp_path / "orders.csv", "--top", "1")
    written = pl.read_csv(tmp_path / "orders.csv")
    assert written.height == len(lines)
    assert written["units"].to_list() == [line["units"] for line in lines]
    assert str(tmp_path / "orders.csv") in told.err


def test_reorder_keeps_to_one_supplier(call, shop):
    supplier = _json(call, "reorder", shop)["rows"][0]["supplier"]
    chosen = _json(call, "reorder", shop, "--supplier", supplier)["rows"]
    assert {line["supplier"] for line in chosen} == {supplier}


def test_a_file_that_cannot_be_written_is_explained(call, shop, tmp_path):
    told = call("reorder", shop, "--csv", tmp_path / "no" / "folder" / "orders.csv")
    assert told.code == 1
    assert "STORE-12" in told.err
    assert not list(tmp_path.glob("*.tmp"))


def test_plan_says_when_nothing_changed_and_obeys_force(call, shop):
    call("plan", shop, "--force")
    assert "nothing changed" in call("plan", shop).err
    assert "nothing changed" not in call("plan", shop, "--force").err


@pytest.mark.parametrize("command", ["plan", "reorder"])
def test_a_negative_budget_cannot_be_spent(call, shop, command):
    told = call(command, shop, "--budget", "-1")
    assert told.code == 2
    assert "USAGE-12" in told.err
    assert "--budget 0 or more" in told.err


def test_two_prices_of_one_product_are_not_asked_at_once(call, shop):
    told = call("forecast", shop, "--what-if", "A=9", "--what-if", "A=8")
    assert told.code == 2
    assert "USAGE-98" in told.err


def test_report_points_to_the_language_asked_for(call, shop):
    english, chinese = (call("report", shop, "--lang", code).out.strip() for code in ("en", "zh"))
    assert '<html lang="en">' in Path(english).read_text("utf-8")
    assert '<html lang="zh-CN">' in Path(chinese).read_text("utf-8")


def test_report_of_a_day_without_a_plan_names_the_days_there_are(call, shop):
    told = call("report", shop, "--day", "2020-01-01")
    assert told.code == 1
    assert "STORE-08" in told.err
    assert "2026-06-30" in told.err


def test_config_shows_changes_and_keeps_comments(call, shop):
    comments = [line for line in (shop / "shop.toml").read_text("utf-8").splitlines() if line.startswith("#")]
    assert _json(call, "config", shop, "money.margin_rate") == {"money.margin_rate": 0.4}
    assert "0.4 is now 0.35" in call("config", shop, "money.margin_rate", "0.35").err
    assert call("config", shop, "money.margin_rate").out.strip() == "0.35"
    assert load(shop).money.margin_rate == 0.35
    text = (shop / "shop.toml").read_text("utf-8")
    assert [line for line in text.splitlines() if line.startswith("#")] == comments


@pytest.mark.parametrize(
    "name, value, code",
    [("money.margin_rat", "0.3", "SETTINGS-01"), ("money.margin_rate", "2", "SETTINGS-03")],
)
def test_config_refuses_what_it_cannot_be(call, shop, name, value, code):
    before = (shop / "shop.toml").read_bytes()
    told = call("config", shop, name, value)
    assert told.code == 1
    assert code in told.err
    assert (shop / "shop.toml").read_bytes() == before


def test_doctor_tells_shapes_and_no_names(call, shop):
    plain, looked = _json(call, "doctor"), _json(call, "doctor", shop)
    assert plain["shopwright"] == __version__
    assert looked["table orders"].endswith("rows")
    assert str(shop) not in json.dumps(looked)
    assert str(Path.home()) not in json.dumps(looked)


def test_version_is_the_packages(call):
    assert call("version").out == f"{__version__}\n"
    assert _json(call, "version") == {"shopwright": __version__}


def test_backtest_tells_scores_by_what_was_asked_for(call, shop):
    found = _json(call, "backtest", shop, "--windows", "2", "--horizon", "3", "--by", "step,category,sku")
    assert (found["windows"], found["horizon"]) == (2, 3)
    assert [row["step"] for row in found["by_step"]] == [1, 2, 3]
    assert sum(row["units"] for row in found["by_category"]) == found["all"]["units"]
    assert sum(row["cost"] for row in found["by_sku"]) == pytest.approx(found["all"]["cost"])
    assert "by_class" not in found
    assert set(found["how"]) == {"en", "zh"}


def test_a_backtest_of_fewer_windows_than_asked_for_says_so(call, shop):
    told = call("backtest", shop, "--windows", "100", "--model", "linear", "--json")
    n = json.loads(told.out)["windows"]
    assert 0 < n < 100
    assert f"{n} of the 100 windows asked for were judged" in told.err
    assert "windows asked for" not in call("backtest", shop, "--windows", "1", "--model", "linear").err


def test_next_steps_name_the_shop(call, shop):
    assert f"next: shopwright forecast {shop} --sku SKU" in call("forecast", shop).err
    told = call("--lang", "zh", "backtest", shop, "--windows", "1", "--model", "linear")
    assert f"下一步：shopwright backtest {shop} --report" in told.err


def test_a_shop_without_a_name_has_a_title_in_each_language(call, shop):
    assert call("config", shop, "shop.name", "My shop").code == 0
    assert call("--lang", "zh", "check", shop).out.startswith("我的店铺")
    page = shop / "b.html"
    call("--lang", "zh", "backtest", shop, "--windows", "1", "--model", "linear", "--report", page)
    assert "<h1>我的店铺</h1>" in page.read_text("utf-8")
    assert call("config", shop, "shop.name", "Teahouse").code == 0
    assert call("--lang", "zh", "check", shop).out.startswith("Teahouse")


def test_stock_tells_that_it_writes_products_not_orders(call):
    told = call("--lang", "zh", "stock", "--help").out
    assert "把全部商品写入此 CSV 文件" in told
    assert "订货行" not in told


def test_backtest_writes_page_charts_and_cells(call, shop, tmp_path):
    page, folder, cells = tmp_path / "b.html", tmp_path / "charts", tmp_path / "cells.csv"
    told = call("backtest", shop, "--windows", "1", "--report", page, "--chart", folder, "--csv", cells, "--lang", "zh")
    assert told.code == 0, told.err
    assert "按时间段" in told.out
    assert '<html lang="zh-CN">' in page.read_text("utf-8")
    assert (folder / "calibration.svg").exists()
    assert {"sku", "day", "step", "units", "mean", "naive", "cost"} <= set(pl.read_csv(cells).columns)
    assert str(page) in told.err


@pytest.mark.parametrize(
    "options, code, area",
    [
        (["--by", "colour"], 2, "USAGE-80"),
        (["--model", "oracle"], 2, "USAGE-44"),
        (["--horizon", "200"], 1, "TABLE-20"),
        (["--windows", "1", "--report", "x.html", "--sku", "NOPE"], 2, "USAGE-84"),
        (["--windows", "1", "--sku", "NOPE"], 2, "USAGE-84"),
    ],
)
def test_a_backtest_that_cannot_be_is_explained(call, shop, options, code, area, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    told = call("backtest", shop, *options)
    assert (told.code, area in told.err) == (code, True)
    assert not list(tmp_path.glob("*.html"))


def test_forecast_tries_only_the_models_named(call, shop):
    told = _json(call, "forecast", shop, "--model", "boosted")
    assert told["rows"]
    assert call("forecast", shop, "--model", "oracle").code == 2


@pytest.mark.parametrize("command", ["plan", "customers", "reviews", "forecast", "recommend", "stock"])
def test_a_day_before_all_records_is_refused(call, shop, command):
    told = call(command, shop, "--until", "2001-01-01")
    assert (told.code, told.out) == (2, "")
    assert "[USAGE-24]" in told.err
    first, last = open_shop(shop).span
    assert first.isoformat() in told.err
    assert last.isoformat() in told.err


def test_a_day_after_all_records_is_said(call, shop):
    _, last = open_shop(shop).span
    day = last + timedelta(days=60)
    told = call("stock", shop, "--until", day)
    assert told.code == 0
    assert f"the shop's records end on {last}: nothing is known of the days from then to {day}" in told.err
    assert "records end" not in call("stock", shop, "--until", last).err


@pytest.mark.parametrize("command", ["forecast", "reorder", "stock", "plan", "customers"])
def test_a_day_long_after_all_records_is_refused(call, shop, command):
    _, last = open_shop(shop).span
    told = call(command, shop, "--until", "2031-05-01")
    assert (told.code, told.out) == (2, "")
    assert "[USAGE-27]" in told.err
    assert f"the shop's records end on {last}" in told.err


def test_a_misspelt_product_is_answered_with_the_nearest(call, shop):
    sku = _json(call, "forecast", shop)["rows"][0]["sku"]
    for options in (("--sku", sku.lower()), ("--what-if", f"{sku.lower()}=20")):
        told = call("forecast", shop, *options)
        assert told.code == 2
        assert f"did you mean {sku}?" in told.err
    told = call("--lang", "zh", "forecast", shop, "--what-if", "ZZZZZ99999=20")
    assert told.code == 2
    assert "不在有销售记录的" in told.err


def test_a_supplier_nobody_knows_is_refused_with_the_nearest(call, shop):
    known = next(row["supplier"] for row in _json(call, "reorder", shop)["rows"] if row["supplier"])
    told = call("reorder", shop, "--supplier", known[:-1])
    assert (told.code, told.out) == (2, "")
    assert "[USAGE-26]" in told.err
    assert known in told.err.splitlines()[-1]


@pytest.mark.parametrize("written, code", [("中国", "CN"), ("China", "CN"), ("英国", "GB"), ("Atlantis", "CODE")])
def test_config_refuses_what_is_no_country_and_says_how_it_is_written(call, shop, written, code):
    told = call("config", shop, "shop.country", written)
    assert told.code == 2
    assert "[USAGE-46]" in told.err
    assert f"shopwright config SHOP shop.country {code}" in told.err
    assert call("config", shop, "shop.country").out.strip() != written
    assert call("config", shop, "shop.country", "DE").code == 0
    assert call("config", shop, "shop.country", "").code == 0


def test_a_value_below_zero_is_read_as_a_value(call, shop):
    told = call("config", shop, "supply.lead_days", "-5")
    assert told.code == 1
    assert "[SETTINGS-03]" in told.err
    assert "at least 0" in told.err
    assert call("config", shop, "plan.budget", "-1", "--json").code == 0
    assert "[USAGE-19]" in call("config", shop, "--fast").err
    assert "[USAGE-12]" in call("reorder", shop, "--budget", "-100").err


def test_a_number_with_marks_between_thousands_is_told_how_it_is_written(call, shop):
    told = call("reorder", shop, "--budget", "5,000")
    assert told.code == 2
    assert "written like 5000 or 49.90" in told.err
    assert "不加千位分隔符" in call("--lang", "zh", "reorder", shop, "--budget", "5,000").err


def test_a_second_look_at_a_forecast_is_the_first_to_the_byte(call, planned, tmp_path):
    """Made anew, read back from what this command kept, and read back from what the plan kept."""
    fresh = Path(shutil.copytree(planned, tmp_path / "fresh"))
    kept = next((fresh / "models" / "forecast").iterdir())
    sku = next(iter(pl.read_csv(next(fresh.glob("runs/*/demand.csv")))["sku"]))
    lines = [
        ("forecast", fresh),
        ("forecast", fresh, "--json"),
        ("forecast", fresh, "--sku", sku),
        ("forecast", fresh, "--sku", sku, "--json"),
        ("--lang", "zh", "forecast", fresh),
        ("--lang", "zh", "forecast", fresh, "--sku", sku),
    ]
    planned_out = [call(*line) for line in lines]
    kept.unlink()
    made, number = call(*lines[0]), kept.stat().st_ino
    again = [call(*line) for line in lines]
    assert made == again[0] == planned_out[0]
    assert again == planned_out
    assert all(answer.code == 0 for answer in again)
    assert kept.stat().st_ino == number, "none of them made it anew"
    kept.unlink()
    assert call(*lines[4]) == again[4]


def test_a_product_is_explained_by_trees_that_were_kept_as_by_those_just_grown(call, shop):
    sku = _json(call, "forecast", shop, "--horizon", "4")["rows"][0]["sku"]
    kept = call("forecast", shop, "--horizon", "4", "--sku", sku, "--json")
    parts = {part["part"]["en"] for part in json.loads(kept.out)["parts"]}
    assert {"latest sales", "age of the product"} & parts, "trees have to count for this to try them"
    shutil.rmtree(shop / "models" / "forecast")
    assert call("forecast", shop, "--horizon", "4", "--sku", sku, "--json") == kept
