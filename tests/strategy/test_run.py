"""A plan on disk: made once, made anew when anything it depends on changed, never half there, never from the future."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace

import polars as pl
import pytest

from shopwright.errors import StoreError
from shopwright.i18n import t
from shopwright.settings import change
from shopwright.shop.money import Gain, Money
from shopwright.shop.proposal import Proposal
from shopwright.shop.shop import Shop, open_shop
from shopwright.shop.store import Store
from shopwright.strategy.make import make_plan
from shopwright.strategy.run import latest_run, plan_shop, report_file

FILES = {
    "plan.json",
    "plan.csv",
    "left_out.csv",
    "demand.csv",
    "orders.csv",
    "recommendations.csv",
    "segments.csv",
    "customers.csv",
    "reviews.csv",
    "warnings.csv",
    "report.html",
    "report.zh.html",
    "manifest.json",
}


def dusting(shop: Shop) -> list[Proposal]:
    """A plug-in."""
    return [
        Proposal(
            domain="cleaning",
            action="dust",
            subject="shelf",
            title=t("Stock"),
            change={},
            gain=Gain(1.0, 2.0, 3.0, shop.currency),
            cost=Money(0.0, shop.currency),
            how=t("Stock"),
            as_of=shop.day,
        )
    ]


def test_all_files_are_there_under_the_shops_day(folder):
    run = plan_shop(folder)
    assert run.is_fresh
    assert run.folder == folder / "runs" / "2026-06-30"
    assert {file.name for file in run.folder.iterdir()} == FILES
    manifest = json.loads((run.folder / "manifest.json").read_text("utf-8"))
    assert set(manifest["files"]) == FILES - {"manifest.json"}
    assert manifest["seconds"]["total"] >= sum(manifest["seconds"].values()) - 2 * manifest["seconds"]["total"]
    assert manifest["inputs"]["tables"] == {
        name: entry["hash"] for name, entry in Store(folder).manifest()["tables"].items()
    }


def test_unchanged_inputs_are_not_planned_again(folder):
    first = plan_shop(folder)
    before = {file.name: (file.read_bytes(), file.stat().st_mtime_ns) for file in first.folder.iterdir()}
    second = plan_shop(folder)
    assert not second.is_fresh
    assert second.summary.as_json() == first.summary.as_json()
    assert {file.name: (file.read_bytes(), file.stat().st_mtime_ns) for file in second.folder.iterdir()} == before


def _sell_one_more(folder):
    store = Store(folder)
    lines = pl.read_parquet(store.path(store.manifest()["tables"]["order_lines"]["file"]))
    with store.lock():
        store.commit(
            {"order_lines": pl.concat([lines, lines.head(1).with_columns(pl.lit("one-more").alias("order"))])}, {}
        )


def _become_another_version(folder):
    manifest = folder / "runs" / "2026-06-30" / "manifest.json"
    told = json.loads(manifest.read_text("utf-8"))
    told["inputs"]["shopwright"] = "0.0.1"
    manifest.write_text(json.dumps(told), "utf-8")


@pytest.mark.parametrize(
    "changed",
    [
        lambda folder: change(folder, "money.holding_rate", "0.3"),
        _sell_one_more,
        _become_another_version,
        lambda folder: (folder / "runs" / "2026-06-30" / "orders.csv").unlink(),
        lambda folder: (folder / "runs" / "2026-06-30" / "manifest.json").write_text("{", "utf-8"),
    ],
    ids=["settings", "tables", "version", "a file is gone", "a broken manifest"],
)
def test_a_change_of_what_it_was_made_from_makes_it_anew(folder, changed):
    plan_shop(folder)
    changed(folder)
    again = plan_shop(folder)
    assert again.is_fresh
    assert {file.name for file in again.folder.iterdir()} == FILES
    assert not plan_shop(folder).is_fresh


@pytest.mark.parametrize("asked", [{"budget": 50.0}, {"language": "zh"}, {"force": True}])
def test_a_change_of_what_was_asked_makes_it_anew(folder, asked):
    plan_shop(folder)
    assert plan_shop(folder, **asked).is_fresh


def test_the_report_is_in_the_language_asked_for_and_the_other_lies_beside_it(folder):
    run = plan_shop(folder, language="zh")
    assert '<html lang="zh-CN">' in run.report.read_text("utf-8")
    assert '<html lang="en">' in report_file(run.folder, "en").read_text("utf-8")
    assert report_file(run.folder, "zh") == run.report


def test_a_plug_in_is_planned_with_and_not_left_behind(folder):
    plain = plan_shop(folder).plan
    with_it = plan_shop(folder, studies=[dusting])
    assert "cleaning" in {proposal.domain for proposal in with_it.plan.chosen}
    after = plan_shop(folder)
    assert after.is_fresh
    assert after.plan.to_json() == plain.to_json()


def test_the_same_inputs_give_the_same_bytes(folder):
    first = (plan_shop(folder).folder / "plan.json").read_bytes()
    assert (plan_shop(folder, force=True).folder / "plan.json").read_bytes() == first
    code = f"from shopwright.strategy.run import plan_shop; plan_shop({str(folder)!r}, force=True)"
    environment = {**os.environ, "POLARS_MAX_THREADS": "1", "PYTHONHASHSEED": "7"}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
    assert (folder / "runs" / "2026-06-30" / "plan.json").read_bytes() == first


def test_a_plan_of_an_earlier_day_knows_nothing_later(folder):
    """It is the plan of a shop that holds the earlier rows alone."""
    day = "2026-04-30"
    run = plan_shop(folder, until=day)
    assert run.folder.name == day
    seen = open_shop(folder).until(day)
    earlier = {name: seen.table(name).collect() for name in seen.tables if seen.rows(name)}
    assert max(earlier["order_lines"]["day"]).isoformat() <= day
    alone = replace(Shop.of(earlier, seen.settings), cutoff=seen.cutoff)
    expected, found = make_plan(alone).as_json(), run.json()
    for told in (expected, found):
        del told["provenance"]
    assert json.loads(json.dumps(expected)) == found


def test_a_plan_of_an_earlier_day_leaves_the_later_one_alone(folder):
    later = plan_shop(folder)
    plan_shop(folder, until="2026-04-30")
    assert latest_run(folder) == later.folder
    assert latest_run(folder, "2026-04-30").name == "2026-04-30"
    assert not plan_shop(folder).is_fresh


def test_a_run_moved_aside_is_found_until_the_new_one_takes_its_place(folder):
    run = plan_shop(folder)
    aside = run.folder.with_name(f".{run.folder.name}.old")
    run.folder.rename(aside)  # what a machine leaves behind that stops between the two renames
    assert latest_run(folder) == aside
    assert latest_run(folder, run.folder.name) == aside
    assert plan_shop(folder).is_fresh
    assert latest_run(folder) == run.folder
    assert not aside.exists()


def test_a_half_made_run_is_nobodys_plan(folder):
    half_done = folder / "runs" / ".2026-06-30.part"
    half_done.mkdir(parents=True)
    (half_done / "manifest.json").write_text("{}", "utf-8")
    with pytest.raises(StoreError, match="STORE-08"):
        latest_run(folder)


def test_two_plans_at_once_both_end_whole(folder):
    code = f"from shopwright.strategy.run import plan_shop; plan_shop({str(folder)!r}, force=True)"
    both = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(2)]
    assert [process.wait() for process in both] == [0, 0]
    assert {file.name for file in (folder / "runs" / "2026-06-30").iterdir()} == FILES
    assert not plan_shop(folder).is_fresh


def test_a_folder_that_cannot_be_written_is_explained(folder):
    (folder / "runs").write_text("in the way", "utf-8")
    with pytest.raises(StoreError, match="STORE-11"):
        plan_shop(folder)
