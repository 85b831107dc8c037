from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from multiprocessing import get_context

import polars as pl
import pytest
from filelock import FileLock

from shopwright.errors import StoreError, UsageError
from shopwright.recommend import propensity_log
from shopwright.recommend.propensity_log import COLUMNS, PropensityLog, Shown

AT = datetime(2024, 6, 30, 12, 0, 0, 123_000, tzinfo=UTC)


def shown(request="r1", **changed):
    values = {"at": AT, "request": request, "customer": "c1", "surface": "home", "skus": ["a", "b"]}
    return Shown(**{**values, "propensities": [0.5, 1.0], "policy": "greedy", "seed": 3, **changed})


def test_what_is_logged_is_read_back(tmp_path):
    log = PropensityLog(tmp_path / "shop" / "shown.jsonl")
    assert log.frame().schema == pl.Schema(COLUMNS)
    east = AT.astimezone(timezone(timedelta(hours=8)))
    log.append([shown(), shown("r2", at=east, customer=None, skus=["茶\n'\""], propensities=[1 / 3])])
    log.append([])
    found = log.frame()
    assert found.schema == pl.Schema(COLUMNS)
    assert found["at"].to_list() == [AT] * 3
    assert found["rank"].to_list() == [1, 2, 1]
    assert found["sku"].to_list() == ["a", "b", "茶\n'\""]
    assert found["propensity"].to_list() == [0.5, 1.0, 1 / 3]
    assert found["customer"].to_list() == ["c1", "c1", None]


def _write(path, worker):
    log = PropensityLog(path)
    for at in range(20):
        log.append([shown(f"{worker}-{at}", skus=[f"s{n}" for n in range(30)], propensities=[1.0] * 30)])


@pytest.mark.skipif(sys.platform == "win32", reason="locks of files differ there")
def test_several_processes_append_whole_lists(tmp_path):
    path = tmp_path / "shown.jsonl"
    with ProcessPoolExecutor(3, mp_context=get_context("spawn")) as pool:
        list(pool.map(_write, [path] * 3, range(3)))
    found = PropensityLog(path).frame()
    assert found.height == 3 * 20 * 30
    whole = found["rank"].to_list() == list(range(1, 31)) * 60
    assert whole, "lists of several processes are mixed up"
    assert found["request"].n_unique() == 60


def test_what_a_dying_process_left_is_neither_read_nor_glued_to_what_follows(tmp_path):
    log = PropensityLog(tmp_path / "shown.jsonl")
    log.append([shown()])
    with log.path.open("ab") as file:
        file.write(b'{"at": "2024-06-30T12:00' + b"x" * 5000)
    assert log.frame().height == 2
    log.append([shown("r2")])
    assert log.frame()["request"].to_list() == ["r1", "r1", "r2", "r2"]


def test_a_log_that_another_holds_for_too_long_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(propensity_log, "WAIT", 0.05)
    log = PropensityLog(tmp_path / "shown.jsonl")
    with FileLock(tmp_path / ".shown.jsonl.lock"), pytest.raises(StoreError, match="another process holds it"):
        log.append([shown()])
    assert log.frame().is_empty()
    log.append([shown()])
    assert log.frame().height == 2


def test_a_file_that_holds_something_else_is_refused(tmp_path):
    path = tmp_path / "shown.jsonl"
    path.write_text("sku,rank\na,1\n")
    with pytest.raises(StoreError, match=r"shown\.jsonl") as refused:
        PropensityLog(path).frame()
    assert refused.value.code == "RECOMMEND-35"


def test_a_place_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError) as refused:
        PropensityLog(tmp_path / "file" / "shown.jsonl").append([shown()])
    assert refused.value.code == "RECOMMEND-35"


@pytest.mark.parametrize(
    "changed, said",
    [
        ({"at": datetime(2024, 6, 30)}, "has no time zone"),  # noqa: DTZ001
        ({"propensities": [0.5]}, "2 products and 1 propensities"),
        ({"propensities": [0.5, 0.0]}, "b has 0"),
        ({"propensities": [1.5, 0.5]}, "a has 1.5"),
        ({"propensities": [float("nan"), 0.5]}, "a has nan"),
    ],
)
def test_a_list_that_estimates_could_not_use_is_refused(changed, said):
    with pytest.raises(UsageError, match=said) as refused:
        shown(**changed)
    assert refused.value.code == "RECOMMEND-36"
